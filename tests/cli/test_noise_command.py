"""The noise floor of a run from the command line: measured, said, written, and refused in time."""

import pandas as pd
import pytest

from napari_dinosar.cli import main
from napari_dinosar.inspection.noise_files import read_noise
from napari_dinosar.io.run_reading import read_run


def arguments(pair, output, *more):
    photos = [str(pair / "A.png"), str(pair / "B.png")]
    words = ["--keypoints-json", str(pair / "keypoints.json"), "--backbone", "daisy"]
    words += ["--fg-mode", "thresh", "--img-size", "224", "--no-figures"]
    return ["compare", *photos, *words, "--output-dir", str(output), *more]


def test_the_noise_floor_is_measured_said_and_written(pair, tmp_path, capsys):
    words = ("--matching-mode", "tps_homology", "--noise-draws", "1", "--noise-seed", "5")
    assert main(arguments(pair, tmp_path / "run", *words)) == 0
    out, err = capsys.readouterr()
    assert "Drawing copies, 1 of 1" in err
    assert "cells lie under the noise floor of 1 draw, which is a lower bound" in out
    assert "warning: The noise floor of a cell rests on 2 copies" in out
    assert out.splitlines()[-1] == str(tmp_path / "run")
    noise = read_noise(tmp_path / "run", read_run(tmp_path / "run"))
    assert (noise.draws, noise.seed) == (1, 5)
    table = pd.read_csv(tmp_path / "run" / "context.csv")
    assert list(table.columns) == [
        "statistic", "comparison", "noise", "noise_p95", "colour", "shape",
    ]  # fmt: skip
    assert main(arguments(pair, tmp_path / "run", *words[:2], "--overwrite", "--quiet")) == 0
    assert read_noise(tmp_path / "run", read_run(tmp_path / "run")) is None


@pytest.mark.parametrize(
    ("more", "word"),
    [
        (("--matching-mode", "similarity", "--noise-draws", "2"), "--matching-mode"),
        (("--noise-draws", "-1"), "--noise-draws"),
        (("--noise-draws", "many"), "--noise-draws"),
        (("--noise-draws", "1", "--noise-seed", "-2"), "--noise-seed"),
    ],
)
def test_what_cannot_be_measured_is_refused_before_any_work(pair, tmp_path, capsys, more, word):
    try:
        status = main(arguments(pair, tmp_path / "run", *more))
    except SystemExit as end:
        status = end.code
    assert status == 2
    err = capsys.readouterr().err
    assert word in err
    assert "Encoding" not in err
    assert not (tmp_path / "run").exists()


def test_a_seed_without_draws_has_no_effect(pair, tmp_path, capsys):
    words = ("--matching-mode", "tps_homology", "--noise-seed", "5", "--quiet")
    assert main(arguments(pair, tmp_path / "run", *words)) == 0
    assert "--noise-seed has no effect" in capsys.readouterr().err
    assert not (tmp_path / "run" / "noise.npz").exists()


def test_the_figure_of_the_cells_is_drawn_again_with_the_noise_floor(pair, tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr(
        "napari_dinosar.io.figures.save_figures", lambda *args, **more: drawn.append((args, more))
    )
    monkeypatch.setattr("napari_dinosar.cli.compare._figures", lambda given, result: {})
    words = ("--matching-mode", "tps_homology", "--noise-draws", "1", "--figures")
    assert main(arguments(pair, tmp_path / "run", *words, "--figure-format", "svg")) == 0
    (((_, folder, formats, *_), more),) = drawn
    assert (folder, formats) == (tmp_path / "run" / "figures", ["svg"])
    noise = read_noise(tmp_path / "run", read_run(tmp_path / "run"))
    assert more["overwrite"]
    assert more["marks"].n_under_noise == noise.is_noise.sum()

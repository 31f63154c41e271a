"""Figures are drawn again from a run's folder, and into it."""

import numpy as np
import pytest

from napari_dinosar.cli import main
from napari_dinosar.cli.figures import FORMATS, LEAST_DPI, MOST_DPI
from napari_dinosar.inspection.baselines_context import context_of_run
from napari_dinosar.inspection.flags import Flags
from napari_dinosar.inspection.noise_files import write_noise
from napari_dinosar.io.flag_files import write_flags
from napari_dinosar.io.run_reading import read_run
from noise_made import noise_of


@pytest.fixture(scope="module")
def run(pair, tmp_path_factory):
    folder = tmp_path_factory.mktemp("figures") / "run"
    words = [str(pair / "A.png"), str(pair / "B.png"), "--backbone", "daisy", "--quiet"]
    words += ["--keypoints-json", str(pair / "keypoints.json"), "--fg-mode", "thresh"]
    words += ["--img-size", "256", "--tps-cell-size", "40", "--output-dir", str(folder)]
    assert main(["compare", *words, "--figure-format", "png", "--dpi", "40"]) == 0
    return folder


def test_a_comparison_draws_them_as_it_is_asked(run):
    written = {path.name for path in (run / "figures").iterdir()}
    assert {"pair.png", "cell_map.png", "histogram_foreground.png"} <= written
    assert not [name for name in written if not name.endswith(".png")]


def test_they_are_drawn_again_with_other_words(run, tmp_path, capsys):
    target = tmp_path / "print"
    words = ["--only", "cell_map", "--format", "svg", "--caption", "Photos: nobody, CC0"]
    assert main(["figures", str(run), "--output-dir", str(target), *words]) == 0
    assert capsys.readouterr().out.split() == [str(target / "cell_map.svg")]
    assert "nobody, CC0" in (target / "cell_map.svg").read_text(encoding="utf-8")


def test_figures_that_exist_are_not_replaced_unasked(run, capsys):
    words = ["figures", str(run / "run.yaml"), "--only", "cell_map", "--format", "png"]
    assert main(words) == 2
    assert "cell_map.png" in capsys.readouterr().err
    before = (run / "figures" / "cell_map.png").read_bytes()
    assert main([*words, "--dpi", "60", "--overwrite"]) == 0
    assert (run / "figures" / "cell_map.png").read_bytes() != before


def test_their_names_are_listed(run, capsys):
    assert main(["figures", str(run), "--list"]) == 0
    assert "pair" in capsys.readouterr().out.split()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--only", "nonsense"), "nonsense"),
        (("--dpi", "7"), "dpi"),
        (("--format", "gif"), "--format"),
    ],
)
def test_what_cannot_be_drawn_is_named(run, tmp_path, capsys, words, said):
    try:
        status = main(["figures", str(run), "--output-dir", str(tmp_path / "x"), *words])
    except SystemExit as end:
        status = end.code
    assert status == 2
    assert said in capsys.readouterr().err.lower()
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("dpi", ["9", "1201", "x"])
def test_a_resolution_is_refused_before_the_comparison(capsys, dpi):
    with pytest.raises(SystemExit) as end:
        main(["compare", "A.png", "B.png", "--dpi", dpi])
    assert end.value.code == 2
    assert "--dpi" in capsys.readouterr().err


def test_its_bounds_are_those_of_the_figures(run):
    from napari_dinosar.io.figures import rendering

    assert (LEAST_DPI, MOST_DPI) == (rendering.LEAST_DPI, rendering.MOST_DPI)
    assert FORMATS == rendering.FORMATS


def test_flags_and_noise_floor_of_the_folder_are_marked(run, tmp_path):
    findings = read_run(run)
    row, col = np.argwhere(findings.cells.used)[0]
    flags = Flags(findings)
    flags.flag_cells([(row, col)], "pin")
    noise = noise_of(findings)
    write_flags(run, flags.sheet, findings)
    write_noise(run, noise, findings, context_of_run(findings, noise))
    words = ["--output-dir", str(tmp_path / "print"), "--only", "cell_grid", "--format", "svg"]
    assert main(["figures", str(run), *words]) == 0
    drawn = (tmp_path / "print" / "cell_grid.svg").read_text(encoding="utf-8")
    assert f"not above the noise floor ({noise.is_noise.sum()})" in drawn
    assert "flagged, left out by hand (1)" in drawn

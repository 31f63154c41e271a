"""The command line does what the library does, and says what went wrong in one line."""

import json

import numpy as np
import pytest
import yaml
from PIL import Image

from napari_dinosar.cli import main
from napari_dinosar.comparison import SESSION_CACHE


def arguments(pair, output, *more):
    return [
        "compare",
        str(pair / "A.png"),
        str(pair / "B.png"),
        "--keypoints-json",
        str(pair / "keypoints.json"),
        *("--backbone", "daisy", "--fg-mode", "thresh", "--img-size", "256"),
        *("--matching-mode", "both", "--no-figures", "--output-dir", str(output), *more),
    ]


def test_a_run_is_written_where_it_says(pair, tmp_path, capsys):
    assert main(arguments(pair, tmp_path / "run", "--layers", "0")) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[-1] == str(tmp_path / "run")
    assert "Encoding A" in err
    masked = [line.split() for line in out.splitlines() if line.startswith("  specimen")]
    assert [(words[1], words[3]) for words in masked] == [("A", "thresh,"), ("B", "thresh,")]
    record = yaml.safe_load((tmp_path / "run" / "run.yaml").read_text())
    assert record["settings"]["fg_mode"] == "thresh"
    assert record["layers"] == [0]
    assert record["backbone"]["name"] == "daisy"
    assert json.loads((tmp_path / "run" / "summary.json").read_text())["homology"]["n_used"] > 0


def test_an_existing_folder_is_an_error_before_any_work(pair, tmp_path, capsys):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "notes.txt").write_text("mine")
    assert main(arguments(pair, tmp_path / "run")) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "Encoding" not in err
    assert str(tmp_path / "run") in err
    assert main(arguments(pair, tmp_path / "run", "--overwrite")) == 2
    assert (tmp_path / "run" / "notes.txt").read_text() == "mine"


def test_the_folders_above_are_made(pair, tmp_path, capsys):
    assert main(arguments(pair, tmp_path / "results" / "today" / "run", "--quiet")) == 0
    assert (tmp_path / "results" / "today" / "run" / "run.yaml").is_file()


def test_a_file_in_the_way_is_named(pair, tmp_path, capsys):
    (tmp_path / "file").write_text("mine")
    assert main(arguments(pair, tmp_path / "file" / "run")) == 2
    assert str(tmp_path / "file" / "run") in capsys.readouterr().err


def test_overwrite_replaces_an_earlier_run(pair, tmp_path, capsys):
    assert main(arguments(pair, tmp_path / "run", "--quiet")) == 0
    assert main(arguments(pair, tmp_path / "run", "--quiet")) == 2
    assert main(arguments(pair, tmp_path / "run", "--quiet", "--overwrite")) == 0
    out, _ = capsys.readouterr()
    assert out.splitlines() == [str(tmp_path / "run")] * 2


@pytest.mark.parametrize(
    ("more", "word"),
    [
        (("--backbone", "nothing.pth"), "nothing.pth"),
        (("--layers", "7"), "layer 7"),
        (("--match-flavor", "attention"), "daisy"),
        (("--tps-cols", "3"), "--tps-cols"),
        (("--specimen-a", "nobody"), "nobody"),
        (("--fg-mode", "layer"), "A.png"),
    ],
)
def test_what_the_user_can_mend_is_one_line(pair, tmp_path, capsys, more, word):
    assert main(arguments(pair, tmp_path / "run", *more)) == 2
    _, err = capsys.readouterr()
    assert word in err.splitlines()[-1]
    assert "Traceback" not in err
    assert not (tmp_path / "run").exists()


def test_a_missing_photo_is_named(pair, tmp_path, capsys):
    words = arguments(pair, tmp_path / "run")
    words[1] = str(pair / "nowhere.png")
    assert main(words) == 2
    assert "nowhere.png" in capsys.readouterr().err


def test_masks_of_files_are_used(pair, tmp_path):
    masks = [f"--mask-{side}={pair / f'mask_{side.upper()}.png'}" for side in "ab"]
    assert main(arguments(pair, tmp_path / "run", "--fg-mode", "layer", *masks)) == 0
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    drawn = np.asarray(Image.open(pair / "mask_A.png")) > 0
    assert summary["specimens"]["a"]["mask_share"] == pytest.approx(drawn.mean())


def test_what_has_no_effect_is_said_once_and_recorded(pair, tmp_path, capsys):
    words = ("--align-method", "procrustes", "--mask-a", str(pair / "mask_A.png"), "--dpi=90")
    assert main(arguments(pair, tmp_path / "run", *words)) == 0
    error = capsys.readouterr().err
    for said in ("--align-method has", "--dpi has", "The masks that were given have"):
        assert error.count(f"note: {said} no effect") == 1
    assert error.count("note: ") == 3
    record = yaml.safe_load((tmp_path / "run" / "run.yaml").read_text())
    assert len(record["notes"]) == 2
    assert record["command"][:2] == ["napari-dinosar", "compare"]


def test_a_consensus_is_saved_and_shared(pair, tmp_path, capsys):
    saved = tmp_path / "shape.npz"
    assert main(arguments(pair, tmp_path / "one", "--save-consensus", str(saved))) == 0
    words = ("--consensus-shape-db", str(saved), "--img-size", "320")
    assert main(arguments(pair, tmp_path / "two", *words)) == 0
    one, two = (
        json.loads((tmp_path / run / "summary.json").read_text())["homology"]
        for run in ("one", "two")
    )
    assert (one["rows"], one["cols"]) == (two["rows"], two["cols"])
    assert main(arguments(pair, tmp_path / "three", "--save-consensus", str(saved))) == 2
    assert "shape.npz exists already" in capsys.readouterr().err
    assert not (tmp_path / "three").exists()


def test_a_consensus_that_cannot_be_saved_is_refused_before_any_work(pair, tmp_path, capsys):
    words = ("--matching-mode", "similarity", "--save-consensus", str(tmp_path / "shape.npz"))
    assert main(arguments(pair, tmp_path / "run", *words)) == 2
    error = capsys.readouterr().err
    assert "--save-consensus" in error
    assert "Encoding" not in error


@pytest.mark.parametrize(
    ("environment", "words", "is_kept"),
    [({}, (), True), ({}, ("--no-cache",), False), ({"DINOSAR_CACHE": "off"}, (), False)],
)
def test_encodings_are_kept_unless_they_are_turned_off(
    pair, small_network, tmp_path, monkeypatch, environment, words, is_kept
):
    monkeypatch.setenv("DINOSAR_CACHE_DIR", str(tmp_path / "cache"))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    SESSION_CACHE.clear()
    network = ("--backbone", str(small_network), "--matching-mode", "similarity")
    assert main(arguments(pair, tmp_path / "run", *network, *words)) == 0
    assert bool(list(tmp_path.glob("cache/**/*.safetensors"))) == is_kept

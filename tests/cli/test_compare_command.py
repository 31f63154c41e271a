"""The command line does what the library does, and says what went wrong in one line."""

import json

import pytest
import yaml

from drawn import draw, write
from napari_dinosar.cli import main


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pair")
    write(folder, {"A.png": draw(1), "B.png": draw(2)})
    return folder


def arguments(folder, output, *more):
    return [
        "compare",
        str(folder / "A.png"),
        str(folder / "B.png"),
        "--keypoints-json",
        str(folder / "keypoints.json"),
        *("--backbone", "daisy", "--fg-mode", "thresh", "--img-size", "256"),
        *("--matching-mode", "both", "--output-dir", str(output), *more),
    ]


def test_a_run_is_written_where_it_says(folder, tmp_path, capsys):
    assert main(arguments(folder, tmp_path / "run", "--layers", "0")) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[-1] == str(tmp_path / "run")
    assert "Encoding A" in err
    record = yaml.safe_load((tmp_path / "run" / "run.yaml").read_text())
    assert record["settings"]["fg_mode"] == "thresh"
    assert record["layers"] == [0]
    assert record["backbone"]["name"] == "daisy"
    assert json.loads((tmp_path / "run" / "summary.json").read_text())["homology"]["n_used"] > 0


def test_an_existing_folder_is_an_error_before_any_work(folder, tmp_path, capsys):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "notes.txt").write_text("mine")
    assert main(arguments(folder, tmp_path / "run")) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "Encoding" not in err
    assert str(tmp_path / "run") in err
    assert main(arguments(folder, tmp_path / "run", "--overwrite")) == 2
    assert (tmp_path / "run" / "notes.txt").read_text() == "mine"


def test_the_folders_above_are_made(folder, tmp_path, capsys):
    assert main(arguments(folder, tmp_path / "results" / "today" / "run", "--quiet")) == 0
    assert (tmp_path / "results" / "today" / "run" / "run.yaml").is_file()


def test_a_file_in_the_way_is_named(folder, tmp_path, capsys):
    (tmp_path / "file").write_text("mine")
    assert main(arguments(folder, tmp_path / "file" / "run")) == 2
    assert str(tmp_path / "file" / "run") in capsys.readouterr().err


def test_overwrite_replaces_an_earlier_run(folder, tmp_path, capsys):
    assert main(arguments(folder, tmp_path / "run", "--quiet")) == 0
    assert main(arguments(folder, tmp_path / "run", "--quiet")) == 2
    assert main(arguments(folder, tmp_path / "run", "--quiet", "--overwrite")) == 0
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
def test_what_the_user_can_mend_is_one_line(folder, tmp_path, capsys, more, word):
    assert main(arguments(folder, tmp_path / "run", *more)) == 2
    _, err = capsys.readouterr()
    assert word in err.splitlines()[-1]
    assert "Traceback" not in err
    assert not (tmp_path / "run").exists()


def test_a_missing_photo_is_named(folder, tmp_path, capsys):
    words = arguments(folder, tmp_path / "run")
    words[1] = str(folder / "nowhere.png")
    assert main(words) == 2
    assert "nowhere.png" in capsys.readouterr().err


def test_masks_of_files_are_used(folder, tmp_path, capsys):
    from PIL import Image

    for side, seed in (("a", 1), ("b", 2)):
        Image.fromarray(draw(seed).mask).save(tmp_path / f"{side}.png")
    masks = ("--mask-a", str(tmp_path / "a.png"), "--mask-b", str(tmp_path / "b.png"))
    words = arguments(folder, tmp_path / "run", "--fg-mode", "layer", *masks)
    assert main(words) == 0
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    assert summary["specimens"]["a"]["mask_share"] == pytest.approx(draw(1).mask.mean())

"""Landmarks are converted between formats; what is odd or lost is said, never mended unasked."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from napari_dinosar.cli import main
from napari_dinosar.cli.convert import ONLY_READ, WRITTEN
from napari_dinosar.io.landmark_files import FORMATS, read_landmarks

TPS = """LM=2
10 30
-1 -1
IMAGE=a.jpg
ID=first
LM=2
20 5
7 8
IMAGE=b.jpg
ID=second
"""


@pytest.fixture
def folder(tmp_path):
    """A TPS file, and a folder with its photos."""
    (tmp_path / "wings.tps").write_text(TPS)
    (tmp_path / "photos").mkdir()
    for name, size in {"a.jpg": (80, 100), "b.jpg": (80, 60)}.items():
        Image.new("RGB", size).save(tmp_path / "photos" / name)
    return tmp_path


def convert(folder, capsys, *words):
    """Exit status, output and error stream of a conversion in a folder."""
    given = [str(folder / one) if "." in one or one == "photos" else one for one in words]
    status = main(["convert", *given])
    return status, *capsys.readouterr()


def test_the_formats_of_the_flags_are_those_of_the_files():
    assert {name for name, one in FORMATS.items() if one.text} == set(WRITTEN)
    assert {name for name, one in FORMATS.items() if not one.text} == set(ONLY_READ)


def test_with_photos_y_counts_from_the_top(folder, capsys):
    status, out, err = convert(folder, capsys, "wings.tps", "out.json", "--photos", "photos")
    assert status == 0
    assert out.endswith("out.json holds 2 specimens of 2 landmarks\n")
    assert "two negative coordinates count as missing (first)" in err
    first, second = read_landmarks(folder / "out.json").specimens
    assert first.xy[0].tolist() == [10, 70]
    assert second.xy.tolist() == [[20, 55], [7, 52]]
    assert first.size_xy == (80, 100)


def test_without_photos_it_is_refused_or_kept_as_asked(folder, capsys):
    status, _, err = convert(folder, capsys, "wings.tps", "out.json")
    assert status == 2
    assert "--photos" in err
    assert not (folder / "out.json").exists()
    assert convert(folder, capsys, "wings.tps", "out.json", "--keep-y")[0] == 0
    assert read_landmarks(folder / "out.json").specimens[0].xy[0].tolist() == [10, 30]


def test_flipping_twice_gives_the_positions_back(folder, capsys):
    convert(folder, capsys, "wings.tps", "a.json", "--photos", "photos")
    convert(folder, capsys, "a.json", "b.json", "--flip-y")
    convert(folder, capsys, "b.json", "c.json", "--flip-y")
    a, b, c = (read_landmarks(folder / f"{name}.json").specimens[1].xy for name in "abc")
    np.testing.assert_array_equal(a, c)
    np.testing.assert_array_equal(b, [[20, 5], [7, 8]])


def test_what_is_found_is_told_with_a_proposal_and_left_alone(folder, capsys):
    text = "specimen,landmark,x,y,photo\na,eye,900,5,a.jpg\nb,eye,3,4,lost.jpg\n"
    (folder / "in.csv").write_text(text)
    status, _, err = convert(folder, capsys, "in.csv", "out.json", "--photos", "photos")
    assert status == 0
    assert "found: " in err
    assert "Proposed: Multiply the positions by" in err
    assert "Photos are not there, or not to be told apart: lost.jpg." in err
    assert read_landmarks(folder / "out.json").specimens[0].xy.tolist() == [[900, 5]]


def test_a_dry_run_says_all_and_writes_nothing(folder, capsys):
    before = sorted(folder.iterdir())
    words = ("wings.tps", "out.txt", "--to-format", "morphoj", "--dry-run")
    status, out, err = convert(folder, capsys, *words)
    assert status == 0
    assert "would hold 2 specimens" in out
    assert "MorphoJ leaves out specimens with missing landmarks" in err
    assert sorted(folder.iterdir()) == before


def test_negatives_are_kept_when_asked(folder, capsys):
    words = ("wings.tps", "out.csv", "--no-negatives-are-missing")
    assert convert(folder, capsys, *words)[0] == 0
    one = read_landmarks(folder / "out.csv", negatives_are_missing=False).specimens[0]
    assert one.xy[1].tolist() == [-1, -1]
    assert one.counts_y_up


def test_a_file_that_exists_is_replaced_only_when_asked(folder, capsys):
    (folder / "out.csv").write_text("precious")
    status, _, err = convert(folder, capsys, "wings.tps", "out.csv")
    assert (status, (folder / "out.csv").read_text()) == (2, "precious")
    assert "exists already" in err
    assert convert(folder, capsys, "wings.tps", "out.csv", "--overwrite")[0] == 0


ODD = """specimen,landmark,x,y,photo
a,eye,10,5,A.JPG
b,eye,-3,-4,b.jpg
d,eye,3,4,lost.jpg
c,eye,3,400,b.jpg
"""


def test_the_repairs_that_are_asked_for_are_made(folder, capsys):
    (folder / "odd.csv").write_text(ODD)
    words = (
        "odd.csv",
        "out.csv",
        "--photos",
        "photos",
        "--repair",
        "renamed_photo,negatives,y_flip",
    )
    status, _, err = convert(folder, capsys, *words)
    assert status == 0
    assert "repaired: renamed_photo of 1 specimen. Take the names of the files: a.jpg." in err
    assert "repaired: negatives of 1 specimen. Count them as missing." in err
    assert "note: There is no y_flip to repair." in err
    assert err.count("repaired: ") == 2
    back = read_landmarks(folder / "out.csv").specimens
    assert back[0].file_name == "a.jpg"
    assert back[1].states == ("missing",)
    assert back[-1].xy.tolist() == [[3, 400]]


def test_all_repairs_leave_what_has_none(folder, capsys):
    (folder / "odd.csv").write_text(ODD)
    words = ("odd.csv", "out.csv", "--photos", "photos", "--repair", "all")
    status, _, err = convert(folder, capsys, *words)
    assert status == 0
    assert "Photos are not there, or not to be told apart: lost.jpg." in err
    assert "repaired: out_of_bounds of 1 specimen." in err
    assert read_landmarks(folder / "out.csv").specimens[-1].states == ("missing",)


@pytest.mark.parametrize(
    ("kinds", "message"),
    [
        ("missing_photo", "There is no repair for missing_photo"),
        ("negatives,flip", "knows no 'flip'; it takes all, or some of y_flip, wrong_scale"),
        (",", "--repair knows no"),
    ],
)
def test_repairs_that_there_are_not_are_refused(folder, capsys, kinds, message):
    (folder / "odd.csv").write_text(ODD)
    words = ("odd.csv", "out.csv", "--photos", "photos", "--repair", kinds)
    status, _, err = convert(folder, capsys, *words)
    assert status == 2
    assert message in err
    assert not (folder / "out.csv").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("wings.tps", "out.xyz"), "--to-format"),
        (("none.tps", "out.csv"), "cannot be read"),
        (("wings.tps", "photos"), "--to-format"),
        (("wings.tps", "nowhere/out.csv"), "is not a folder"),
        (("wings.tps", "out.csv", "--from-format", "coco"), "is not JSON"),
        (("wings.tps", "out.csv", "--photos", "wings.tps"), "is not a folder"),
    ],
)
def test_what_cannot_be_done_is_said(folder, capsys, words, message):
    status, _, err = convert(folder, capsys, *words)
    assert status == 2
    assert message in err
    assert "Traceback" not in err

"""TPS files are read as the tps programs and geomorph write them, and written for both."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark_datasets import (
    FUZZ,
    ROUND_TRIPS,
    assert_alike,
    check_mutation,
    datasets,
    mutations,
    sizes_of,
    there_and_back,
)
from napari_dinosar.core.digitised import Dataset, Digitised
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.schema import LandmarkDefinition, Schema
from napari_dinosar.io.landmark_files import format_of, read_landmarks, write_landmarks

PLAIN = """LM=3
290. 108.
-1 -1
1e2 0.5
CURVES=2
POINTS=2
1 2
3 4
POINTS=1
5 6
OUTLINES=1
POINTS=2
7 8
9 10
IMAGE=C:\\photos of wings\\wing 1.jpg
ID=007
SCALE=0.0120
COMMENT=left wing
COMMENT=  torn
VARIABLES=SEX=f
RADII=2
1.5
2.5
lm=2

NA NA
4 5
7 6.25
"""
SOUND = PLAIN.replace("4 5\n7", "4 5\nIMAGE=b.jpg\nSCALE=\nID=1").replace("1 6.25", "1")


def written(tmp_path, text, name="wings.tps"):
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_a_block_is_read_whole_with_y_from_the_bottom(tmp_path):
    dataset = read_landmarks(written(tmp_path, SOUND))
    first, second = dataset.specimens
    assert dataset.schema.names == ("1", "2", "3")
    np.testing.assert_array_equal(first.xy, [[290, 108], [np.nan, np.nan], [100, 0.5]])
    assert first.states == ("visible", "missing", "visible")
    assert first.sources == ("manual", "", "manual")
    assert [curve.tolist() for curve in first.curves] == [[[1, 2], [3, 4]], [[5, 6]]]
    assert (first.specimen_id, first.file_name) == ("007", "C:\\photos of wings\\wing 1.jpg")
    assert (first.scale, first.note) == (0.012, "left wing\n  torn")
    assert first.extras["tps"].splitlines() == [
        "OUTLINES=1", "POINTS=2", "7 8", "9 10", "VARIABLES=SEX=f", "RADII=2", "1.5", "2.5",
    ]  # fmt: skip
    assert first.counts_y_up
    assert (second.scale, second.specimen_id) == (None, "1")
    assert second.states == ("missing", "visible", "missing")


def test_fewer_landmarks_are_padded_told_and_written_as_they_were(tmp_path):
    dataset = read_landmarks(written(tmp_path, SOUND))
    assert "not every specimen has 3 landmarks; fewer have 1" in dataset.warnings[0]
    write_landmarks(tmp_path / "again.tps", dataset)
    text = (tmp_path / "again.tps").read_text()
    assert [line for line in text.splitlines() if line.startswith("LM")] == ["LM=3", "LM=2"]


def test_all_that_was_read_is_written_again(tmp_path):
    once = read_landmarks(written(tmp_path, SOUND))
    losses = write_landmarks(tmp_path / "again.tps", once)
    again = read_landmarks(tmp_path / "again.tps")
    assert losses == ()
    assert_alike(once, again, "file_name", "scale", "note", "extras", "counts_y_up")


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: text.replace("wing 1", "fl\xfcgel").encode("latin-1"),
        lambda text: text.rstrip().encode(),
        lambda text: ("\n \n" + text).encode(),
        lambda text: text.replace("LM=", " Lm = ").replace("IMAGE=", "image = ").encode(),
    ],
    ids=["crlf", "cr", "bom", "utf-16", "latin-1", "no end", "blank lines", "case"],
)
def test_any_line_end_encoding_and_case_is_read(tmp_path, change):
    plain = read_landmarks(written(tmp_path, SOUND))
    file = written(tmp_path, change(SOUND), "other.tps")
    assert format_of(file) == "tps"
    other = read_landmarks(file)
    assert_alike(plain, other, "scale", "note")
    if b"gel" in change(SOUND):
        assert other.specimens[0].file_name.endswith("flügel.jpg")


def test_negatives_are_missing_where_a_photo_is_named_or_as_is_asked(tmp_path):
    file = written(tmp_path, "LM=2\n-1 -1\n5 5\nIMAGE=a.jpg\nLM=2\n-1 -1\n5 5\nID=b\n")
    by_photo, asked, kept = (
        read_landmarks(file, negatives_are_missing=choice) for choice in (None, True, False)
    )
    assert [one.states[0] for one in by_photo.specimens] == ["missing", "visible"]
    assert "count as missing (a)" in by_photo.warnings[0]
    assert [one.states[0] for one in asked.specimens] == ["missing", "missing"]
    assert kept.specimens[0].xy[0].tolist() == [-1, -1]
    assert kept.warnings == ()


def test_with_its_height_known_a_photo_counts_from_the_top(tmp_path):
    file = written(tmp_path, "LM=1\n10 30\nCURVES=1\nPOINTS=1\n1 2\nIMAGE=D:\\x\\a.JPG\nID=1\n")
    one = read_landmarks(file, photo_sizes={"photos/a.png": (80, 100)}).specimens[0]
    assert one.xy.tolist() == [[10, 70]]
    assert one.curves[0].tolist() == [[1, 98]]
    assert (one.size_xy, one.counts_y_up) == ((80, 100), False)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("LM=3\n1 2\n3 4\nID=1\n", r"line 1: LM has 3 points, and 2 follow"),
        ("LM=1\n1 2\n3 4\nID=1\n", r"line 3: '3 4' follows the points that were announced"),
        ("LM=1\n1 2 3\n", r"line 2: '1 2 3' are not x and y"),
        ("LM=1\n1,5 2,5\n", r"line 2: '1,5' is not a number"),
        ("LM=1\n1 x\n", r"line 2: 'x' is not a number"),
        ("LM=1\n1 inf\n", r"line 2: 'inf' is not a number"),
        ("LM=1\n1 1e30\n", r"line 2: 1e\+30 is no position"),
        ("LM=-1\n", r"line 1: '-1' is not a whole number"),
        ("LM=1000000000000\n", r"is not a whole number"),
        ("LM=999999999\n1 2\n", r"line 1: LM has 999999999 points, and 1 follow"),
        ("LM3=1\n1 2 3\n", r"line 1: these landmarks have x, y and z"),
        ("LM=0\nCURVES=2\nPOINTS=1\n1 2\nID=3\n", r"CURVES= announces 2 curves, and 1 follow"),
        ("LM=0\nSCALE=mm\n", r"line 2: 'mm' is not a number"),
        ("LM=0\nSCALE=-3\n", r"line 2: the scale -3 is under 0"),
        ("ID=3\nLM=0\n", r"line 1: a specimen of a TPS file begins with LM="),
        ("hello\n", r"line 1: a specimen of a TPS file begins with LM=, not with 'hello'"),
        ("LM=1\0\n", r"is not a text file"),
        ("  \n", r"is empty"),
        ("LM=2001\n" + "1 2\n" * 2001, r"2,001 landmarks for a specimen; up to 2,000"),
        ("LM=2000\n" + "1 2\n" * 2000 + "LM=0\n" * 2000, r"which is more than 4,000,000 places"),
    ],
)
def test_damage_is_named_with_its_line(tmp_path, text, message):
    file = written(tmp_path, text)
    with pytest.raises(DinosarError, match=message) as caught:
        read_landmarks(file, "tps")
    assert "wings.tps" in str(caught.value)


@given(dataset=datasets(names=("1", "2", "3", "4"), curves=True))
@ROUND_TRIPS
def test_positions_and_curves_come_back(tmp_path, dataset):
    for kind in ("tps", "tps-na"):
        back = there_and_back(tmp_path, dataset, kind, photo_sizes=sizes_of(dataset))
        assert_alike(dataset, back, "file_name", "size_xy", "sources", "counts_y_up")


def test_what_it_cannot_hold_is_said(tmp_path):
    schema = Schema((LandmarkDefinition("eye", "#ff0000"), LandmarkDefinition("tip")), ((0, 1),))
    one = Digitised.from_points(
        "s", "s.jpg", [[1, 2], [3, 4]], states=("occluded", "absent"), source="accepted",
        size_xy=(9, 9), scale=0.5, unit="mm", is_flagged=True, extras={"group": "a"},
    )  # fmt: skip
    losses = write_landmarks(tmp_path / "s.tps", Dataset(schema, (one,)))
    text = "\n".join(losses)
    assert all(loss.startswith("TPS cannot hold ") and loss.endswith(".") for loss in losses)
    for word in ("names", "skeleton", "colours", "absent", "occluded", "who placed", "unit"):
        assert word in text
    for word in ("flagged", "besides (s)"):
        assert word in text
    assert "the scale:" not in text


def test_a_landmark_beyond_the_lower_left_corner_is_told(tmp_path):
    schema = Schema((LandmarkDefinition("1"),))
    one = Digitised.from_points("s", "s.jpg", [[-3, 12]], size_xy=(9, 9))
    assert "(s)" in write_landmarks(tmp_path / "s.tps", Dataset(schema, (one,)))[-1]


def test_without_heights_nothing_is_written(tmp_path):
    one = Digitised.from_points("wing 3", "s.jpg", [[1, 2]])
    dataset = Dataset(Schema((LandmarkDefinition("1"),)), (one,))
    with pytest.raises(DinosarError, match=r"not known of wing 3\. Say where the photos are"):
        write_landmarks(tmp_path / "s.tps", dataset)
    assert list(tmp_path.iterdir()) == []
    write_landmarks(
        tmp_path / "s.tps", replace(dataset, specimens=(replace(one, counts_y_up=True),))
    )


@given(content=mutations(SOUND.encode()))
@FUZZ
def test_no_damaged_file_ends_in_a_foreign_error(tmp_path, content):
    check_mutation(tmp_path / "damaged.tps", content, "tps")


@given(content=st.binary(max_size=200))
@ROUND_TRIPS
def test_no_heap_of_bytes_ends_in_a_foreign_error(tmp_path, content):
    check_mutation(tmp_path / "damaged.tps", content, "tps")


def test_the_wings_come_back_as_they_are_in_coco(shared, tmp_path):
    found = json.loads((shared / "data" / "fly_wings" / "annotations.json").read_text())
    sizes = {one["file_name"]: (one["width"], one["height"]) for one in found["images"]}
    names = {one["id"]: one["file_name"] for one in found["images"]}
    lines, expected = [], []
    for record in found["annotations"]:
        xyv = np.reshape(record["keypoints"], (-1, 3))
        name = names[record["image_id"]]
        lines += [f"LM={len(xyv)}", *(f"{x} {sizes[name][1] - y}" for x, y, _ in xyv)]
        lines += [f"IMAGE={name}", f"ID={record['id']}"]
        expected.append(xyv[:, :2])
    dataset = read_landmarks(written(tmp_path, "\r\n".join(lines)), photo_sizes=sizes)
    assert len(dataset.specimens) == 58
    np.testing.assert_array_equal([one.xy for one in dataset.specimens], expected)


def test_turned_over_positions_are_written_as_people_write_them(tmp_path):
    schema = Schema((LandmarkDefinition("1"),))
    specimens = tuple(
        Digitised.from_points(name, f"{name}.jpg", [[0.1, 739.51]], size_xy=(722, 768), unit="mm")
        for name in "ab"
    )
    losses = write_landmarks(tmp_path / "s.tps", Dataset(schema, specimens))
    assert (tmp_path / "s.tps").read_text().splitlines()[1] == "0.1 28.49"
    assert losses == ("TPS cannot hold the unit of the scale (all specimens).",)

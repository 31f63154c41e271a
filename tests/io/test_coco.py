from __future__ import annotations

import json
import os
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.landmarks import Landmarks
from napari_dinosar.core.photo import photo_from_array
from napari_dinosar.io import _coco_sniff, _coco_values
from napari_dinosar.io.coco import (
    CocoImage,
    UnknownPhotoError,
    coco_document,
    image_path,
    looks_like_coco,
    read_coco,
)

POINTS = [10.5, 20, 2, 0, 0, 0, 30, 40.25, 1]
Change = Callable[[dict[str, Any]], Any]


def document() -> dict[str, Any]:
    """A small valid file: two photos, three specimens (two on one photo), names, a skeleton."""
    return {
        "info": {"year": 2025},
        "images": [
            {"id": 1, "file_name": "photos/a.jpg", "width": 100, "height": 80},
            {"id": "b", "file_name": "b.png"},
            {"id": 3, "file_name": "empty.tif", "width": 5, "height": 5},
        ],
        "annotations": [
            {
                "id": 1760427501312,
                "image_id": 1,
                "category_id": 1,
                "keypoints": list(POINTS),
                "num_keypoints": 2,
                "segmentation": [],
                "bbox": [],
                "area": 0,
                "iscrowd": 0,
            },
            {"id": "left", "image_id": "b", "category_id": 1, "keypoints": list(POINTS)},
            {
                "id": "right",
                "image_id": "b",
                "category_id": 1,
                "keypoints": list(POINTS),
                "segmentation": {"size": [2, 3], "counts": [1, 2, 3]},
            },
        ],
        "categories": [
            {"id": 1, "name": "leaf", "keypoints": ["tip", "base", "edge"], "skeleton": [[1, 2]]}
        ],
    }


def written(folder: Path, content: Any) -> Path:
    path = folder / "marks.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


# --- reading what is right


def test_landmarks_by_id_file_name_and_last_part(tmp_path: Path) -> None:
    file = read_coco(written(tmp_path, document()))
    marks = file[1]
    assert marks.names == ("tip", "base", "edge")
    np.testing.assert_array_equal(marks.xy, [[10.5, 20], [np.nan, np.nan], [30, 40.25]])
    assert marks.visibility.tolist() == [2, 0, 1]
    assert marks.skeleton == ((0, 1),)
    assert marks.specimen_id == "1760427501312"
    assert marks.image_id == "1"
    assert marks.file_name == "photos/a.jpg"
    assert marks.warnings == ()
    for key in ("1", "photos/a.jpg", "a.jpg", "a", "/home/me/a.jpg", r"C:\me\a.jpg"):
        assert file[key] is marks
    assert file.select(Path("elsewhere") / "a.jpg") is marks


def test_it_is_a_mapping_over_photos_with_landmarks(tmp_path: Path) -> None:
    file = read_coco(written(tmp_path, document()))
    assert list(file) == [1, "b"]
    assert len(file) == 2
    assert [image.id for image in file.images] == [1, "b", 3]
    assert file.images[0].size_xy == (100, 80)
    assert file.images[1].size_xy is None
    assert 1 in file
    assert "b.png" in file
    assert 3 not in file
    assert "nowhere.jpg" not in file
    assert None not in file
    assert file.get("nowhere.jpg") is None
    assert "2 of 3 photos" in repr(file)


def test_from_coco_is_the_public_way_in(tmp_path: Path) -> None:
    path = written(tmp_path, document())
    assert Landmarks.from_coco(path)["a.jpg"].names == ("tip", "base", "edge")
    assert Landmarks.from_coco(str(path))[1].names == ("tip", "base", "edge")


def test_a_photo_that_is_not_listed(tmp_path: Path) -> None:
    file = read_coco(written(tmp_path, document()))
    for call in (file.__getitem__, file.specimens, file.select):
        with pytest.raises(UnknownPhotoError, match=r"c\.jpg; it lists photos/a\.jpg, b\.png"):
            call("c.jpg")
    with pytest.raises(KeyError):
        file["c.jpg"]
    with pytest.raises(DinosarError, match=r"has no landmarks for the photo empty\.tif"):
        file["empty.tif"]
    assert file.specimens(3) == ()


def test_several_specimens_are_listed_and_one_is_chosen(tmp_path: Path) -> None:
    file = read_coco(written(tmp_path, document()))
    with pytest.raises(DinosarError, match=r"2 specimens on the photo b\.png.*left, right") as got:
        file["b.png"]
    assert "--specimen-a" in str(got.value)
    assert not isinstance(got.value, KeyError)
    assert [one.specimen_id for one in file.specimens("b")] == ["left", "right"]
    assert file.select("b", "right").specimen_id == "right"
    assert file.select(1, 1760427501312).specimen_id == "1760427501312"
    with pytest.raises(DinosarError, match=r"no specimen middle .*left, right"):
        file.select("b", "middle")


def test_photos_of_one_name_in_two_folders(tmp_path: Path) -> None:
    content = document()
    content["images"][1]["file_name"] = "other/a.jpg"
    file = read_coco(written(tmp_path, content))
    with pytest.raises(DinosarError, match=r"several photos that a\.jpg may mean: ids 1, b"):
        file["a.jpg"]
    assert file["/data/photos/a.jpg"].image_id == "1"


def test_masks_are_read_where_they_are_run_lengths(tmp_path: Path) -> None:
    content = document()
    content["annotations"][1]["segmentation"] = [[1, 1, 5, 1, 5, 5]]
    file = read_coco(written(tmp_path, content))
    assert file.mask(1) is None
    assert file.mask("b", "left") is None
    np.testing.assert_array_equal(file.mask("b", "right"), [[0, 1, 0], [1, 0, 0]])
    content["annotations"][2]["segmentation"]["counts"] = "0"
    with pytest.raises(DinosarError, match=r"annotation right in .*marks\.json"):
        read_coco(written(tmp_path, content)).mask("b", "right")


def drop(*keys: str) -> Change:
    def change(content: dict[str, Any]) -> None:
        for key in keys:
            del content[key]

    return change


def put(value: Any, *path: Any) -> Change:
    def change(content: dict[str, Any]) -> None:
        for step in path[:-1]:
            content = content[step]
        content[path[-1]] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        drop("categories"),
        put([], "categories"),
        put(None, "categories"),
        drop("info"),
        put([], "annotations", 0, "bbox"),
        put("nothing", "annotations", 0, "area"),
        put([{"size": 4}], "annotations", 0, "segmentation"),
        put(0, "images", 0, "width"),
        put(None, "images", 0, "width"),
        put(100.0, "images", 0, "width"),
        put(2**70, "annotations", 0, "id"),
        put(-5, "annotations", 0, "id"),
        put("1", "annotations", 0, "image_id"),
        put("1", "categories", 0, "id"),
    ],
)
def test_odd_but_valid_files_open(tmp_path: Path, change: Change) -> None:
    content = document()
    change(content)
    marks = read_coco(written(tmp_path, content))[1]
    assert marks.xy[0].tolist() == [10.5, 20]
    assert marks.warnings == ()


def test_without_categories_there_are_no_names(tmp_path: Path) -> None:
    content = document()
    content["categories"] = []
    marks = read_coco(written(tmp_path, content))[1]
    assert marks.names == ()
    assert marks.labels == ("1", "2", "3")
    assert marks.skeleton == ()


def test_an_undefined_category_warns(tmp_path: Path) -> None:
    content = document()
    content["annotations"][0]["category_id"] = 9
    marks = read_coco(written(tmp_path, content))[1]
    assert marks.names == ()
    assert "annotation 1760427501312 is of category 9" in marks.warnings[0]


def test_flags_that_are_only_zero_and_one(tmp_path: Path) -> None:
    content = document()
    content["annotations"] = content["annotations"][:1]
    content["annotations"][0]["keypoints"] = [1, 2, 1, 3, 4, 1, 0, 0, 0]
    marks = read_coco(written(tmp_path, content))[1]
    assert marks.present.tolist() == [True, True, False]
    assert marks.visibility.tolist() == [1, 1, 0]


def test_a_position_of_an_absent_landmark_is_dropped_and_told(tmp_path: Path) -> None:
    content = document()
    content["annotations"][0]["keypoints"][3:6] = [5, 6, 0]
    marks = read_coco(written(tmp_path, content))[1]
    assert np.isnan(marks.xy[1]).all()
    assert "visibility 0" in marks.warnings[0]
    assert marks.warnings[0].endswith(": base.")


def test_landmarks_outside_the_photo_are_kept(tmp_path: Path) -> None:
    content = document()
    content["annotations"][0]["keypoints"][:2] = [-30, 1e6]
    assert read_coco(written(tmp_path, content))[1].xy[0].tolist() == [-30, 1e6]


@pytest.mark.parametrize("joint", [[0, 1], [3, 4], [-1, 2], [2, 2]])
def test_lines_that_join_nothing_are_left_out_and_told(tmp_path: Path, joint: list[int]) -> None:
    content = document()
    content["categories"][0]["skeleton"] = [[1, 3], joint]
    marks = read_coco(written(tmp_path, content))[1]
    assert marks.skeleton == ((0, 2),)
    assert f"{joint[0]}-{joint[1]}" in marks.warnings[0]


def test_an_empty_list_of_keypoints_is_a_specimen_without_landmarks(tmp_path: Path) -> None:
    content = document()
    content["annotations"][0]["keypoints"] = []
    marks = read_coco(written(tmp_path, content))[1]
    assert marks.names == ("tip", "base", "edge")
    assert not marks.present.any()
    assert "no keypoints" in marks.warnings[0]


def test_annotations_of_boxes_alone_are_left_out(tmp_path: Path) -> None:
    content = document()
    del content["annotations"][2]["keypoints"]
    assert read_coco(written(tmp_path, content))["b.png"].specimen_id == "left"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_byte_order_marks_and_wide_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "marks.json"
    content = document()
    content["categories"][0]["keypoints"][0] = "Flügel ‒ 翅"
    path.write_bytes(json.dumps(content, ensure_ascii=False).encode(encoding))
    assert read_coco(path)[1].names[0] == "Flügel ‒ 翅"
    assert looks_like_coco(path)


def test_nothing_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    read_coco(written(tmp_path, document()))
    assert capfd.readouterr() == ("", "")


# --- refusing what is wrong


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (put([], "annotations"), "holds no keypoints"),
        (drop("images"), "not a COCO file"),
        (drop("annotations"), "not a COCO file"),
        (put({}, "images"), "'images' must be a list"),
        (put("x", "annotations"), "'annotations' must be a list, not text"),
        (put(7, "categories"), "'categories' must be a list"),
        (put(None, "images", 0), "number 1 of 'images' must be an object, not null"),
        (put([], "annotations", 1), "number 2 of 'annotations' must be an object"),
        (put("leaf", "categories", 0), "number 1 of 'categories'"),
        (put(None, "images", 1, "id"), "image number 2 has no 'id'"),
        (put(True, "images", 1, "id"), "image number 2: 'id' must be .* not true or false"),
        (put(1.5, "images", 1, "id"), "image number 2: 'id'"),
        (put([1], "images", 0, "file_name"), "image 1: 'file_name' must be text, not a list"),
        (put("\ud800.jpg", "images", 0, "file_name"), "image 1: 'file_name' holds text that"),
        (put("wide", "images", 0, "width"), "image 1: 'width' must be"),
        (put(-100, "images", 0, "width"), "image 1: width and height"),
        (put(0.5, "images", 0, "height"), "image 1: width and height"),
        (put(1, "images", 1, "id"), "image 1 is listed more than once"),
        (put("1", "images", 1, "id"), "image 1 is listed more than once"),
        (put("photos/a.jpg", "images", 1, "file_name"), "image b: the file name photos/a.jpg"),
        (put(None, "annotations", 0, "id"), "annotation number 1 has no 'id'"),
        (put({}, "annotations", 0, "id"), "annotation number 1: 'id' must be"),
        (put("left", "annotations", 2, "id"), "annotation left occurs more than once"),
        (put("1760427501312", "annotations", 2, "id"), "annotation 1760427501312 occurs more"),
        (put(77, "annotations", 1, "image_id"), "annotation left belongs to image 77"),
        (put(None, "annotations", 1, "image_id"), "annotation left has no 'image_id'"),
        (put([], "annotations", 1, "category_id"), "annotation left: 'category_id' must be"),
        (put("1,2,2", "annotations", 1, "keypoints"), "annotation left: 'keypoints' must be"),
        (put([1, 2], "annotations", 1, "keypoints"), "annotation left.* multiple of three"),
        (put(POINTS[:-1], "annotations", 1, "keypoints"), "8 numbers, .* multiple of three"),
        (put(POINTS[:6], "annotations", 1, "keypoints"), "2 keypoints, .* names 3"),
        (put(POINTS * 2, "annotations", 1, "keypoints"), "6 keypoints, .* names 3"),
        (put(["1", *POINTS[1:]], "annotations", 1, "keypoints"), r"not text \('1'\)"),
        (put([None, *POINTS[1:]], "annotations", 1, "keypoints"), "annotation left.*not null"),
        (put([True, *POINTS[1:]], "annotations", 1, "keypoints"), "not true or false"),
        (put([POINTS], "annotations", 1, "keypoints"), "annotation left"),
        (put([float("nan"), *POINTS[1:]], "annotations", 1, "keypoints"), "left.* holds NaN"),
        (put([float("inf"), *POINTS[1:]], "annotations", 1, "keypoints"), "left.* infinite"),
        (put([10**400, *POINTS[1:]], "annotations", 1, "keypoints"), "left.* too large"),
        (put([1e200, *POINTS[1:]], "annotations", 1, "keypoints"), "left: The position .* tip"),
        (
            put([*POINTS[:-1], 3], "annotations", 1, "keypoints"),
            "left: The visibility 3 of .* edge",
        ),
        (put([*POINTS[:-1], 0.9], "annotations", 1, "keypoints"), "left: The visibility 0.9"),
        (put("tip", "categories", 0, "keypoints"), "category 1: 'keypoints' must be a list"),
        (put(["tip", 2, "x"], "categories", 0, "keypoints"), "category 1: 'keypoints' must hold"),
        (put(["tip"] * 3, "categories", 0, "keypoints"), "1760427501312: .* more than once: tip"),
        (put(["\udc00", "a", "b"], "categories", 0, "keypoints"), "not Unicode"),
        (put({"a": 1}, "categories", 0, "skeleton"), "category 1: 'skeleton' must be a list"),
        (put([[1, 2, 3]], "categories", 0, "skeleton"), "category 1: 'skeleton' must hold pairs"),
        (put([["1", "2"]], "categories", 0, "skeleton"), "category 1: 'skeleton' must hold pairs"),
        (put([1], "categories", 0, "skeleton"), "category 1: 'skeleton' must hold pairs"),
        (put({"id": 1}, "categories", 0, "id"), "category number 1: 'id' must be"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_place(
    tmp_path: Path, change: Change, says: str
) -> None:
    content = document()
    change(content)
    with pytest.raises(DinosarError, match=says) as caught:
        read_coco(written(tmp_path, content))
    assert "marks.json" in str(caught.value)
    str(caught.value).encode("utf-8")


def test_a_category_defined_twice(tmp_path: Path) -> None:
    content = document()
    content["categories"] *= 2
    with pytest.raises(DinosarError, match="category 1 is defined more than once"):
        read_coco(written(tmp_path, content))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b" \n ", "is empty"),
        (b"\xef\xbb\xbf", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xd8\xff\xe0 a photo", "not JSON"),
        (b"\x00" * 100, "not JSON"),
        (b"id,x,y\n1,2,3\n", "not JSON"),
        (json.dumps(document()).encode()[:-200], "not JSON, or was cut off"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"images": [], "annotations": ' + b"9" * 5000 + b"}", "not JSON"),
        (b"[]", "not a COCO file"),
        (b"null", "not a COCO file"),
        (b"3", "not a COCO file"),
        (b'"images annotations"', "not a COCO file"),
    ],
)
def test_what_is_no_coco_file(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "marks.json"
    path.write_bytes(content)
    with pytest.raises(DinosarError, match=says) as caught:
        read_coco(path)
    assert str(path) in str(caught.value)


def test_a_path_that_cannot_be_read(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.json", tmp_path, tmp_path / ("x" * 400), tmp_path / "a\0b"):
        with pytest.raises(DinosarError):
            read_coco(path)
        assert not looks_like_coco(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "marks.json"
    os.mkfifo(pipe)
    assert not looks_like_coco(pipe)
    with pytest.raises(DinosarError, match="is not a file"):
        read_coco(pipe)


def test_a_huge_file_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, document())
    monkeypatch.setattr(_coco_values, "MAX_FILE_BYTES", 100)
    with pytest.raises(DinosarError, match="are read"):
        read_coco(path)


def test_many_specimens_are_read_in_reasonable_time(tmp_path: Path) -> None:
    count = 3000
    content = document()
    content["images"] = [{"id": i, "file_name": f"{i}.jpg"} for i in range(count)]
    content["annotations"] = [
        {"id": i, "image_id": i, "category_id": 1, "keypoints": POINTS} for i in range(count)
    ]
    file = read_coco(written(tmp_path, content))
    assert len(file) == count
    assert all(file[f"{i}.jpg"].image_id == str(i) for i in range(count))


# --- photos of the file

FOLDER = Path("folder")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.jpg", FOLDER / "a.jpg"),
        ("images/a (1).jpg", FOLDER / "images" / "a (1).jpg"),
        (r"images\a.jpg", FOLDER / "images" / "a.jpg"),
        ("./a.jpg", FOLDER / "a.jpg"),
        ("..a.jpg", FOLDER / "..a.jpg"),
    ],
)
def test_photos_lie_in_the_folder_of_the_file(name: str, expected: Path) -> None:
    assert image_path(CocoImage(1, name, None), FOLDER) == expected


@pytest.mark.parametrize(
    "name",
    [
        "../a.jpg",
        "images/../../a.jpg",
        r"images\..\..\a.jpg",
        "..",
        "/etc/passwd",
        r"\windows\a.jpg",
        r"\\server\share\a.jpg",
        "//server/a.jpg",
        "C:/a.jpg",
        r"C:\a.jpg",
        "c:a.jpg",
        "images/C:/a.jpg",
        "a\0.jpg",
        "",
        None,
        "ü" * 200 + ".jpg",
        "a/" * 2000 + "a.jpg",
    ],
)
def test_names_that_leave_the_folder_or_fit_no_disk_are_refused(name: str | None) -> None:
    with pytest.raises(DinosarError, match="hoto 1 "):
        image_path(CocoImage(1, name, None), FOLDER)


def test_a_file_with_such_names_still_gives_its_landmarks(tmp_path: Path) -> None:
    content = document()
    content["images"][0]["file_name"] = "/somewhere/else/a.jpg"
    assert len(read_coco(written(tmp_path, content))["a.jpg"]) == 3


# --- telling COCO from other JSON


def large(first: str, count: int = 20_000) -> dict[str, Any]:
    content = document()
    content["images"] = [
        {"id": i, "file_name": f"{i:06d}.jpg", "license": 'a "quoted" {brace'} for i in range(count)
    ]
    content["annotations"] = [
        {"id": i, "image_id": i, "bbox": [1, 2, 3, 4], "keypoints": POINTS} for i in range(count)
    ]
    return {first: content.pop(first), **content}


@pytest.mark.parametrize("first", ["info", "images", "annotations", "categories"])
def test_the_start_of_a_large_file_is_enough(tmp_path: Path, first: str) -> None:
    path = written(tmp_path, large(first))
    assert path.stat().st_size > 2**21
    assert looks_like_coco(path)


def test_large_files_of_boxes_alone_are_left_to_others(tmp_path: Path) -> None:
    content = large("annotations")
    for annotation in content["annotations"]:
        del annotation["keypoints"]
    assert not looks_like_coco(written(tmp_path, content))


def test_no_more_than_the_start_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, document())
    assert looks_like_coco(path)
    monkeypatch.setattr(_coco_sniff, "SNIFF_BYTES", 30)
    assert not looks_like_coco(path)


def test_a_file_cut_short_is_recognised_so_that_reading_can_say_so(tmp_path: Path) -> None:
    text = json.dumps(document())
    path = tmp_path / "marks.json"
    path.write_text(text[:-150])
    assert looks_like_coco(path)


@pytest.mark.parametrize("step", range(0, 700, 23))
def test_any_prefix_gets_an_answer(tmp_path: Path, step: int) -> None:
    path = tmp_path / "marks.json"
    path.write_text(json.dumps(document())[:step])
    assert looks_like_coco(path) in (True, False)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"[]",
        b"{}",
        b'{"images": 3, "annotations": 4}',
        b'{"images": [], "annotations": []}',
        b'{"images": [], "annotations": [3, null]}',
        b'{"images": [{"id": 1}], "annotations": [{"image_id": 1, "bbox": []}]}',
        b'{"type": "FeatureCollection", "features": [{"properties": {"images": 1}}]}',
        b'{"name": "package", "keypoints": {"images": []}',
        b'{"shapes": [{"label": "images", "points": [[1, 2]]}], "imagePath": "a.jpg"}',
        b'{"a": "' + b'\\"' * 500_000,
        b'{"a": ' + b"[" * 1_000_000,
    ],
)
def test_other_files_are_left_to_others(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "marks.json"
    path.write_bytes(content)
    assert not looks_like_coco(path)


# --- writing and reading back


def photo(name: str, width: int = 60, height: int = 40, shade: int = 0) -> Any:
    return photo_from_array(np.full((height, width, 3), shade, np.uint8), name)


def disc(width: int = 60, height: int = 40) -> np.ndarray:
    rows, cols = np.mgrid[:height, :width]
    return (rows - 18) ** 2 + (cols - 25) ** 2 < 120


def round_trip(tmp_path: Path, *entries: Any) -> Any:
    return read_coco(written(tmp_path, coco_document(entries)))


def assert_same(back: Landmarks, marks: Landmarks) -> None:
    assert back.names == marks.names
    assert back.skeleton == marks.skeleton
    np.testing.assert_array_equal(back.visibility, marks.visibility)
    np.testing.assert_allclose(back.xy, marks.xy, rtol=0, atol=1e-9)


def test_what_is_written_is_read_back_exactly(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    a = Landmarks.from_points(
        rng.uniform(-5, 60, (4, 2)),
        names=("a", "b", "c", "Größe"),
        visibility=[2, 1, 0, 2],
        skeleton=[(0, 1), (3, 2)],
        specimen_id="1760427501312",
        image_id="col-fusca_(L)",
        file_name="a.jpg",
    )
    b = Landmarks.from_points(rng.uniform(0, 40, (5, 2)), specimen_id="x", image_id="7")
    file = round_trip(
        tmp_path,
        (photo("a.jpg"), a, disc()),
        (photo("b.jpg", 35, 50, shade=9), b, disc(35, 50)),
    )
    assert_same(file["a.jpg"], a)
    assert_same(file["b.jpg"], b)
    assert file["a.jpg"].specimen_id == "1760427501312"
    assert file["a.jpg"].image_id == "col-fusca_(L)"
    assert list(file) == ["col-fusca_(L)", 7]
    assert file.images[1].size_xy == (35, 50)
    np.testing.assert_array_equal(file.mask("a.jpg"), disc())
    np.testing.assert_array_equal(file.mask("b.jpg"), disc(35, 50))
    assert file["a.jpg"].warnings == ()


def test_the_document_is_plain_coco(tmp_path: Path) -> None:
    marks = Landmarks.from_points([[4, 2], [9, 3], [1, 1]], visibility=[2, 0, 1])
    content = coco_document(
        [(photo("a.jpg"), marks, disc()), (photo("b.jpg", shade=1), marks, None)]
    )
    first, second = content["annotations"]
    assert first["keypoints"] == [4, 2, 2, 0, 0, 0, 1, 1, 1]
    assert first["num_keypoints"] == 2
    assert first["area"] == disc().sum()
    rows, cols = np.nonzero(disc())
    assert first["bbox"] == [
        cols.min(),
        rows.min(),
        np.ptp(cols) + 1,
        np.ptp(rows) + 1,
    ]
    assert second["bbox"] == [1, 1, 3, 1]
    assert second["segmentation"] == []
    assert [image["id"] for image in content["images"]] == [1, 2]
    json.dumps(content, allow_nan=False)


def test_pycocotools_opens_the_document(tmp_path: Path) -> None:
    from pycocotools.coco import COCO

    marks = Landmarks.from_points([[4, 2], [9, 3], [1, 1]], names=("a", "b", "c"))
    path = written(tmp_path, coco_document([(photo("a.jpg"), marks, disc())]))
    coco = COCO(str(path))
    annotation = coco.loadAnns(coco.getAnnIds(imgIds=[1]))[0]
    np.testing.assert_array_equal(coco.annToMask(annotation), disc())


def test_two_specimens_of_one_photo_share_it(tmp_path: Path) -> None:
    one = Landmarks.from_points([[1, 2], [3, 4]], specimen_id="l", image_id="5")
    two = Landmarks.from_points([[5, 6], [7, 8]], specimen_id="r", image_id="5")
    file = round_trip(tmp_path, (photo("a.jpg"), one, None), (photo("a.jpg"), two, disc()))
    assert len(file.images) == 1
    assert_same(file.select("a.jpg", "l"), one)
    assert_same(file.select("a.jpg", "r"), two)
    assert file.mask("a.jpg", "l") is None


def test_a_specimen_beside_itself_is_written_twice(tmp_path: Path) -> None:
    marks = Landmarks.from_points([[1, 2], [3, 4]], specimen_id="2", image_id="5")
    file = round_trip(tmp_path, (photo("a.jpg"), marks, None), (photo("a.jpg"), marks, None))
    assert [one.specimen_id for one in file.specimens("a.jpg")] == ["2", "3"]


def test_two_photos_of_one_name_and_id_stay_apart(tmp_path: Path) -> None:
    one = Landmarks.from_points([[1, 2]], image_id="1", specimen_id="1")
    two = Landmarks.from_points([[5, 6]], image_id="1", specimen_id="1")
    file = round_trip(tmp_path, (photo("a.jpg"), one, None), (photo("a.jpg", shade=7), two, None))
    assert list(file) == [1, 2]
    assert_same(file[1], one)
    assert_same(file[2], two)
    assert file["a.jpg"] is file[1]


def test_masks_without_landmarks_are_kept(tmp_path: Path) -> None:
    file = round_trip(tmp_path, (photo("a.jpg"), None, disc()))
    assert len(file["a.jpg"]) == 0
    np.testing.assert_array_equal(file.mask("a.jpg"), disc())


def test_an_empty_mask_and_no_landmarks_have_no_box(tmp_path: Path) -> None:
    content = coco_document([(photo("a.jpg"), None, ~disc() & disc()), (photo("b"), None, None)])
    assert [one["bbox"] for one in content["annotations"]] == [[0, 0, 0, 0], [0, 0, 0, 0]]
    assert not read_coco(written(tmp_path, content)).mask("a.jpg").any()


def test_a_mask_of_another_size_is_refused() -> None:
    with pytest.raises(DinosarError, match=r"mask of a\.jpg has .*\(60, 41\) pixels"):
        coco_document([(photo("a.jpg"), None, disc(60, 41))])


# --- whatever comes

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-3, 4)
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["images", "b", "left", "1", "\ud800", "", 10**400, POINTS]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["id", "keypoints", "counts", "size"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            found += places(value[key], (*path, key))
    return found


def use_everything(path: Path) -> None:
    try:
        file = read_coco(path)
    except DinosarError as error:
        str(error).encode("utf-8")
        return
    for image in file.images:
        for call in (
            lambda image=image: file[image.id],
            lambda image=image: file.select(image.file_name or "x", "left"),
            lambda image=image: file.mask(image.id, "right"),
            lambda image=image: image_path(image, path.parent),
            lambda image=image: [one.warnings for one in file.specimens(image.id)],
        ):
            try:
                call()
            except DinosarError as error:
                str(error).encode("utf-8")
    assert len(list(file)) == len(file)


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_changed_document_is_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    content = document()
    for _ in range(data.draw(st.integers(1, 3))):
        *route, last = data.draw(st.sampled_from(places(content) or [("images",)]))
        holder = content
        for step in route:
            holder = holder[step]
        if data.draw(st.booleans()):
            holder[last] = deepcopy(data.draw(JSON_VALUES))
        elif last in holder or isinstance(holder, list):
            del holder[last]
    path = written(tmp_path, content)
    use_everything(path)
    assert looks_like_coco(path) in (True, False)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(start=st.integers(0, 900), length=st.integers(0, 40), junk=st.binary(max_size=20))
def test_changed_bytes_are_read_or_refused(
    tmp_path: Path, start: int, length: int, junk: bytes
) -> None:
    content = json.dumps(document()).encode()
    path = tmp_path / "marks.json"
    path.write_bytes(content[:start] + junk + content[start + length :])
    use_everything(path)
    assert looks_like_coco(path) in (True, False)


# --- real files


def test_the_planthopper_file_opens_as_it_is(planthoppers: Path) -> None:
    path = planthoppers / "working_copy_maculata_maculata_kpts_V2.json"
    assert looks_like_coco(path)
    file = read_coco(path)
    assert list(file) == ["col-fusca_(L)", "col-fusca_2_(L)", "col-macu-spp_maculata_(L)"]
    for image in file.images:
        marks = file[image.id]
        assert marks is file[image.file_name]
        assert marks.names == ()
        assert marks.present.all()
        assert len(marks) == 8
        assert marks.warnings == ()
        assert image.size_xy == (500, 333)
        assert image_path(image, planthoppers).is_file()
    np.testing.assert_allclose(file["col-fusca_(L)"].xy[0], [44.999999999999986, 99.4444444444444])
    assert file["col-fusca_2_(L)"].specimen_id == "1760427501313"


@pytest.mark.parametrize(
    ("name", "photos", "count"), [("grapeleaf", 221, 30), ("fly_wings", 58, 12)]
)
def test_other_keypoint_sets_open(shared: Path, name: str, photos: int, count: int) -> None:
    path = shared / "data" / name / "annotations.json"
    assert looks_like_coco(path)
    file = read_coco(path)
    assert len(file) == photos
    assert {len(marks) for marks in file.values()} == {count}
    assert all(not marks.warnings for marks in file.values())
    assert image_path(file.images[0], path.parent).is_file()
    assert file[file.images[0].file_name.rsplit("/")[-1]] is file[1]


def test_lists_of_pairs_are_no_coco_files(shared: Path) -> None:
    assert not looks_like_coco(shared / "data" / "grapeleaf" / "pairs_transfer.json")

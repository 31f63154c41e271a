"""COCO files become points on the photos beside them; other JSON is left to others."""

import json

import numpy as np
import pytest
from napari.layers import Layer
from napari.utils.notifications import notification_manager

from drawn import NAMES, coco, draw, write
from napari_dinosar import DinosarError
from napari_dinosar._reader import get_reader

PAIR = {"A.png": draw(1), "B.png": draw(2)}


@pytest.fixture
def keypoints(tmp_path):
    return write(tmp_path, PAIR)


def test_each_photo_beside_the_file_gets_its_points(keypoints):
    layers = get_reader(str(keypoints))(str(keypoints))
    assert [(kind, kwargs["name"]) for _, kwargs, kind in layers] == [
        ("points", "landmarks of A.png"),
        ("points", "landmarks of B.png"),
    ]
    for layer_data, one in zip(layers, PAIR.values(), strict=True):
        layer = Layer.create(*layer_data)
        np.testing.assert_allclose(layer.data[:, ::-1], one.landmarks_xy)
        assert tuple(layer.features["name"]) == NAMES


def test_several_files_are_read_together(keypoints, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    paths = [str(keypoints), str(write(other, {"C.png": draw(3)}))]
    assert len(get_reader(paths)(paths)) == 3


@pytest.mark.parametrize("text", ["{}", "[1, 2]", '{"type": "FeatureCollection"}', "not json", ""])
def test_other_json_is_left_to_others(tmp_path, text):
    path = tmp_path / "other.json"
    path.write_text(text)
    assert get_reader(str(path)) is None
    assert get_reader([str(path)]) is None


def test_one_foreign_file_leaves_all_to_others(keypoints, tmp_path):
    other = tmp_path / "other.json"
    other.write_text("{}")
    assert get_reader([str(keypoints), str(other)]) is None
    assert get_reader([]) is None
    assert get_reader(str(tmp_path / "missing.json")) is None


def test_a_photo_that_is_not_there_is_left_out_with_a_warning(keypoints):
    keypoints.with_name("B.png").unlink()
    layers = get_reader(str(keypoints))(str(keypoints))
    assert len(layers) == 1
    assert "B.png is not beside keypoints.json" in notification_manager.records[-1].message


def test_without_any_photo_the_error_says_what_to_do(keypoints):
    for name in PAIR:
        keypoints.with_name(name).unlink()
    with pytest.raises(DinosarError, match=r"keypoints\.json.*A\.png.*Put the photos"):
        get_reader(str(keypoints))(str(keypoints))


@pytest.mark.parametrize("evil", ["../A.png", "/etc/passwd", "C:\\A.png", "x/../../A.png"])
def test_file_names_that_leave_the_folder_are_refused(tmp_path, evil):
    folder = tmp_path / "inside"
    folder.mkdir()
    path = write(folder, PAIR)
    (tmp_path / "A.png").write_bytes((folder / "A.png").read_bytes())
    document = coco(PAIR)
    document["images"][0]["file_name"] = evil
    path.write_text(json.dumps(document))
    layers = get_reader(str(path))(str(path))
    assert [kwargs["name"] for _, kwargs, _ in layers] == ["landmarks of B.png"]
    assert "leads out of the folder" in notification_manager.records[-1].message


def test_several_specimens_on_a_photo_are_told_apart(tmp_path):
    path = write(tmp_path, {"A.png": draw(1)})
    document = json.loads(path.read_text())
    document["annotations"].append({**document["annotations"][0], "id": 7})
    path.write_text(json.dumps(document))
    names = [kwargs["name"] for _, kwargs, _ in get_reader(str(path))(str(path))]
    assert names == [f"landmarks of A.png, specimen {one}" for one in (100, 7)]


def test_a_broken_file_is_one_clear_error(keypoints):
    document = json.loads(keypoints.read_text())
    document["annotations"][0]["keypoints"] = ["x"] * 18
    keypoints.write_text(json.dumps(document))
    with pytest.raises(DinosarError, match=r"keypoints\.json"):
        get_reader(str(keypoints))(str(keypoints))

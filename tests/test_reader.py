"""COCO files become points on the photos beside them, runs layers; the rest is left to others."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.layers import Layer
from napari.utils.notifications import notification_manager

from drawn import NAMES, coco, draw, write
from findings_made import SIDES, made, photo_bytes, specimen, write_photos
from napari_dinosar import DinosarError
from napari_dinosar._reader import get_reader, get_run_reader
from napari_dinosar.core.schema import LandmarkDefinition, Schema
from napari_dinosar.io.run_folder import write_findings
from napari_dinosar.layers import LAYER_KEY, frame_of, landmarks_from_layer
from napari_dinosar.project.store import Project
from napari_dinosar.result_layers import comparison_specs

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


# --- runs


@pytest.fixture
def run(tmp_path):
    """Return a run folder; its photos lie beside it."""
    write_photos(tmp_path)
    return write_findings(tmp_path / "run", made(tmp_path))


def opened(path):
    """Return the layers of a run by role and side, and how many there are."""
    layers = [Layer.create(*one) for one in get_run_reader(str(path))(str(path))]
    found = {}
    for layer in layers:
        tag = layer.metadata[LAYER_KEY]
        found[tag["role"], tag["side"]] = layer
    assert len(found) == len(layers)
    return found


@pytest.mark.parametrize("name", ["run.yaml", "", "my run.yaml"])
def test_a_run_becomes_all_of_its_layers(run, name):
    if name == "my run.yaml":
        shutil.copy(run / "run.yaml", run / name)
    found = opened(run / name)
    frames = [frame_of(found["photo", side]) for side in "ab"]
    specs = comparison_specs(made(), *frames)
    photos = {(role, side) for role in ("photo", "landmarks") for side in "ab"}
    assert set(found) == photos | {(spec.role, spec.side) for spec in specs}
    for spec in specs:
        layer, expected = found[spec.role, spec.side], Layer.create(*spec.as_tuple())
        assert layer.name == expected.name
        np.testing.assert_array_equal(np.array(layer.data), np.array(expected.data))
        np.testing.assert_allclose(frame_of(layer), frame_of(expected))


def test_photos_lie_side_by_side_below_what_was_found(run):
    layers = get_run_reader(str(run))(str(run))
    assert [kwargs["name"] for _, kwargs, _ in layers[:2]] == ["A: A one.png", "B: Bé.png"]
    found = opened(run)
    for side in "ab":
        np.testing.assert_array_equal(found["photo", side].data, specimen(side).rgb)
        assert found["photo", side].metadata[LAYER_KEY]["sha256"] == made().side(side).sha256
    right_of_a = found["photo", "a"].extent.world[1, 1]
    assert found["photo", "b"].extent.world[0, 1] > right_of_a


def test_landmarks_of_a_run_can_be_compared_again(run):
    found = landmarks_from_layer(opened(run)["landmarks", "a"])
    expected = made().a.landmarks
    np.testing.assert_allclose(found.xy, expected.xy)
    assert found.names == expected.names


@pytest.mark.parametrize("missing", ["a", "b"])
def test_a_missing_photo_is_stood_for_by_its_preview(run, missing):
    (run.parent / SIDES[missing][0]).unlink()
    given = made(run.parent)
    small = {
        one: replace(given.side(one), preview=given.side(one).preview[::2, ::2]) for one in "ab"
    }
    found = opened(write_findings(run, replace(given, **small), overwrite=True))
    preview, mask = found["preview", missing], found["mask", missing]
    assert ("photo", missing) not in found
    for corner in ((0, 0), (1, 1)):
        ends = (np.multiply(corner, layer.data.shape[:2]) - 0.5 for layer in (preview, mask))
        here, there = (
            layer.data_to_world(end) for layer, end in zip((preview, mask), ends, strict=True)
        )
        np.testing.assert_allclose(here, there, atol=1e-9)
    told = notification_manager.records[-1].message
    assert SIDES[missing][0] in told
    assert made().side(missing).sha256[:12] in told


def test_another_photo_of_the_name_is_not_shown(run):
    (run.parent / SIDES["a"][0]).write_bytes(photo_bytes("b"))
    assert ("preview", "a") in opened(run)


def test_a_photo_from_a_layer_is_stood_for_by_its_preview(tmp_path):
    found = opened(write_findings(tmp_path / "run", made()))
    assert {("preview", "a"), ("preview", "b")} <= set(found)
    assert "from a layer" in notification_manager.records[-1].message


@pytest.mark.parametrize("text", ["a: 1\n", "", "format: other\n", "\x00"])
def test_other_yaml_is_left_to_others(tmp_path, text):
    path = tmp_path / "run.yaml"
    path.write_text(text)
    assert get_run_reader(str(path)) is None
    assert get_run_reader([str(path)]) is None
    assert get_run_reader(str(tmp_path)) is None
    assert get_run_reader([]) is None


def test_one_file_that_is_no_run_leaves_all_to_others(run):
    (run.parent / "other run.yaml").write_text("a: 1\n")
    paths = [str(run / "run.yaml"), str(run.parent / "other run.yaml")]
    assert get_run_reader(paths) is None
    assert get_run_reader([str(run / "matches.csv")]) is None


def test_a_damaged_run_is_one_clear_error(run):
    (run / "arrays.npz").unlink()
    with pytest.raises(DinosarError, match=r"no arrays\.npz"):
        get_run_reader(str(run))(str(run))


def test_napari_opens_a_run(run, npe2pm):
    with npe2pm.tmp_plugin(package="napari-dinosar"):
        viewer = ViewerModel()
        viewer.open(str(run / "run.yaml"), plugin="napari-dinosar")
    names = [layer.name for layer in viewer.layers]
    assert names[:2] == ["A: A one.png", "B: Bé.png"]
    assert {"A cells", "B cells", "Correspondences", "A landmarks"} <= set(names)


def test_opening_a_run_needs_no_network(run):
    code = (
        "import sys; from napari_dinosar._reader import get_run_reader; "
        f"path = {str(run)!r}; get_run_reader(path)(path); "
        "print([name for name in ('torch', 'rembg', 'qtpy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# --- projects


class Dock:
    """Stands for the Landmarks dock, and remembers what was opened in it."""

    def __init__(self):
        self.opened = []
        self.opening = self

    def open_path(self, path):
        self.opened.append(path)


@pytest.fixture
def dock(monkeypatch):
    dock = Dock()
    monkeypatch.setattr("napari_dinosar._reader._landmark_dock", lambda: dock)
    return dock


def test_a_file_of_many_photos_is_opened_in_the_dock(tmp_path, dock):
    path = write(tmp_path, {f"{name}.png": draw(n) for n, name in enumerate("ABC")})
    assert get_reader(str(path))(str(path)) == [(None,)]
    assert dock.opened == [path]


def test_napari_takes_it_for_an_answer(tmp_path, dock, npe2pm):
    path = write(tmp_path, {f"{name}.png": draw(n) for n, name in enumerate("ABC")})
    with npe2pm.tmp_plugin(package="napari-dinosar"):
        assert ViewerModel().open(path, plugin="napari-dinosar") == []
    assert dock.opened == [path]


def test_a_file_of_few_photos_is_shown_as_points(keypoints, dock):
    assert len(get_reader(str(keypoints))(str(keypoints))) == 2
    assert dock.opened == []


def test_without_a_window_all_photos_are_points(tmp_path):
    path = write(tmp_path, {f"{name}.png": draw(n) for n, name in enumerate("ABC")})
    assert len(get_reader(str(path))(str(path))) == 3


def test_a_project_on_which_nothing_is_placed_is_opened_in_the_dock(tmp_path, dock):
    (tmp_path / "A.png").touch()
    path = tmp_path / "new.json"
    schema = Schema((LandmarkDefinition("tip"),))
    Project.new(path, [tmp_path / "A.png"], schema).close()
    assert get_reader(str(path))(str(path)) == [(None,)]
    assert dock.opened == [path]

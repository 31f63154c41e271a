"""The canvas shows where the editor is, in place, and leaves everything else as it was."""

import json
from dataclasses import replace

import numpy as np
import pytest

from napari_dinosar import Landmarks
from napari_dinosar.core.photo import photo_from_array
from napari_dinosar.core.schema import LandmarkDefinition, Schema
from napari_dinosar.docks import pairing
from napari_dinosar.layers import frame_of, role_of, side_of, tag_of
from napari_dinosar.project.edits import ChangeSchema, Place
from napari_dinosar.showing import show_landmarks, show_photo
from project_made import schema


def names(rig):
    return [layer.name for layer in rig.viewer.layers]


def test_a_project_that_is_opened_is_shown_and_can_be_placed_on(rig):
    assert names(rig) == ["A: 0.png", "A skeleton", "A marks", "A landmarks"]
    assert rig.viewer.layers.selection.active is rig.layer()
    assert rig.viewer.status == "Landmark 1, tip: click it."
    tag = tag_of(rig.layer())
    assert tag["project"] == str(rig.project.path)
    assert (tag["photo_id"], tag["specimen_id"]) == ("1", rig.editor.specimen.specimen_id)


def test_the_lines_have_a_layer_as_long_as_there_are_any(rig):
    scheme = rig.editor.schema
    rig.editor.click((3.0, 4.0))
    rig.editor.apply(ChangeSchema(replace(scheme, skeleton=())))
    assert names(rig) == ["A: 0.png", "A marks", "A landmarks"]
    rig.editor.click((9.0, 4.0))
    rig.editor.undo()
    rig.editor.undo()
    assert names(rig) == ["A: 0.png", "A skeleton", "A marks", "A landmarks"]
    assert rig.viewer.layers.selection.active is rig.layer()


def test_an_edit_is_shown_whoever_made_it(rig, qtbot):
    rig.editor.apply(Place("1", "tip", (3.25, 4.5)))
    qtbot.waitUntil(lambda: len(rig.layer().data) == 1)
    assert rig.layer().data.tolist() == [[4.5, 3.25]]
    rig.editor.undo()
    qtbot.waitUntil(lambda: len(rig.layer().data) == 0)


def test_the_next_photo_comes_into_the_same_layers(rig):
    rig.editor.click((3.0, 4.0))
    before = list(rig.viewer.layers)
    rig.editor.step_photo(1)
    assert list(rig.viewer.layers) == before
    assert rig.layer("photo").data.shape == (40, 80, 3)
    assert names(rig)[0] == "A: 1.png"
    assert len(rig.layer().data) == 0
    rig.editor.step_photo(-1)
    assert rig.layer().data.tolist() == [[4.0, 3.0]]


def test_the_sizes_of_photos_are_noted_for_the_file(rig):
    rig.editor.step_photo(1)
    rig.editor.click((3.0, 4.0))
    rig.project.save()
    images = json.loads(rig.project.path.read_text())["images"]
    assert [(one.get("width"), one.get("height")) for one in images[:2]] == [(64, 48), (80, 40)]


def test_where_another_landmark_is_gone_to_a_click_is_meant_for_it(rig):
    rig.viewer.add_image(np.zeros((4, 4)))
    rig.editor.step_landmark(1)
    assert rig.viewer.layers.selection.active is rig.layer()


def test_two_specimens_are_shown_side_by_side_for_the_compare_dock(rig, qtbot):
    rig.editor.pair_with("2")
    photos = [rig.layer("photo", side) for side in "ab"]
    assert [side_of(photo) for photo in photos] == ["a", "b"]
    assert photos[1].extent.world[0, 1] > photos[0].extent.world[1, 1]
    rig.editor.click((3.0, 4.0), "b")
    placed = rig.layer(side="b")
    qtbot.waitUntil(lambda: len(placed.data) == 1)
    points = [layer for layer in rig.viewer.layers if pairing.can_be_landmarks(layer)]
    assert points == [rig.layer(), placed]
    assert pairing.landmarks_of_photo(photos[1], "b", points) is placed
    assert np.allclose(frame_of(placed), frame_of(photos[1]))
    assert pairing.landmarks_on(photos[1], placed).xy.tolist() == [[3.0, 4.0]]
    rig.editor.pair_with(None)
    assert all(side_of(layer) == "a" for layer in rig.viewer.layers)


def test_the_active_layer_is_that_of_the_side_whose_turn_it_is(rig):
    rig.editor.pair_with("2")
    assert rig.viewer.layers.selection.active is rig.layer(side="a")
    rig.editor.click((3.0, 4.0), "a")
    assert rig.viewer.layers.selection.active is rig.layer(side="b")
    assert rig.viewer.status == "Landmark 1, tip: click it on B."


def test_landmarks_that_were_there_before_are_set_aside(rig):
    rig.editor.close()
    photo = photo_from_array(np.full((48, 64, 3), 9, np.uint8), "mine.png")
    layer = show_photo(rig.viewer, photo, "a")
    marks = Landmarks.from_points([(1.0, 2.0)], names=("eye",), file_name="mine.png")
    points = show_landmarks(rig.viewer, marks, "a", layer)
    rig.editor.open(rig.project)
    for one in (layer, points):
        assert one in rig.viewer.layers
        assert not one.visible
        assert side_of(one) is None
    assert points.data.tolist() == [[2.0, 1.0]]
    assert int(layer.data[0, 0, 0]) == 9


def test_a_layer_that_was_deleted_comes_back_and_the_project_keeps_all(rig):
    rig.editor.click((3.0, 4.0))
    rig.viewer.layers.remove(rig.layer())
    assert rig.editor.state.point("1", "tip").xy == (3.0, 4.0)
    rig.editor.go_to_landmark(2)
    assert rig.layer().data.tolist() == [[4.0, 3.0]]


def test_closing_the_project_takes_its_layers_away(rig):
    own = rig.viewer.add_points([[1.0, 1.0]], name="mine")
    rig.editor.close(discard=True)
    assert list(rig.viewer.layers) == [own]


def test_a_missing_photo_leaves_a_grey_area_to_edit_on_where_its_size_is_known(rig):
    (rig.folder / "1.png").unlink()
    rig.editor.step_photo(1)
    assert "2.png" not in names(rig)[0]
    assert role_of(rig.layer("photo")) == "placeholder"
    assert "nothing can be placed" in rig.told[-1].lower()
    rig.click((3.0, 4.0))
    assert "nobody knows its size" in rig.told[-1]
    assert rig.editor.state.point("2", "tip").xy is None
    rig.editor.step_photo(1)
    assert role_of(rig.layer("photo")) == "photo"


def test_results_of_other_photos_step_aside_until_theirs_are_back(rig):
    cells = rig.viewer.add_image(np.zeros((4, 4)), name="cells")
    cells.metadata["napari-dinosar"] = {"role": "cells", "side": "a"}
    hidden = rig.viewer.add_image(np.zeros((4, 4)), name="std", visible=False)
    hidden.metadata["napari-dinosar"] = {"role": "layer_std", "side": "a"}
    rig.editor.step_photo(1)
    assert not cells.visible
    rig.editor.step_photo(1)
    assert not cells.visible
    rig.editor.go_to_photo("1")
    assert cells.visible
    assert not hidden.visible


def test_a_result_that_a_later_comparison_wrote_is_shown(rig):
    cells = rig.viewer.add_image(np.zeros((4, 4)), name="cells")
    cells.metadata["napari-dinosar"] = {"role": "cells", "side": "a"}
    rig.editor.step_photo(1)
    cells.data = np.ones((4, 4))
    assert cells.visible
    rig.editor.go_to_photo("1")
    assert not cells.visible


def test_the_view_stays_where_one_works_and_all_of_a_photo_stays_all(rig):
    rig.canvas.keeps_view = True
    camera = rig.viewer.scene.camera
    whole = camera.zoom
    rig.editor.step_photo(1)
    assert rig.viewer.scene.camera.zoom == pytest.approx(600 / 80 * 0.95, rel=0.02)
    rig.editor.step_photo(-1)
    assert camera.zoom == pytest.approx(whole)
    camera.zoom, camera.center = 40.0, (0.0, 10.0, 20.0)
    rig.editor.go_to_photo("3")
    assert camera.zoom == pytest.approx(40.0)
    assert camera.center[-2:] == pytest.approx((10.0, 20.0))
    rig.canvas.keeps_view = False
    rig.editor.go_to_photo("1")
    assert camera.zoom == pytest.approx(whole)


def test_centring_brings_the_landmark_into_the_middle_and_comes_closer(rig):
    rig.editor.click((10.0, 20.0))
    rig.editor.go_to_landmark(0)
    before = rig.viewer.scene.camera.zoom
    rig.canvas.centre()
    assert rig.viewer.scene.camera.center[-2:] == pytest.approx((20.0, 10.0))
    assert rig.viewer.scene.camera.zoom > before


def test_the_neighbours_of_a_photo_are_read_ahead(rig, monkeypatch):
    wished = []
    monkeypatch.setattr(rig.shelf, "preload", lambda paths: wished.append([p.name for p in paths]))
    rig.editor.step_photo(1)
    assert wished[-1] == ["2.png", "0.png"]
    rig.canvas.photo_ids = lambda: ("3", "1")
    rig.editor.go_to_photo("3")
    assert wished[-1] == ["0.png"]


def test_other_landmarks_of_the_schema_are_drawn_at_once(rig):
    rig.editor.click((3.0, 4.0))
    plain = schema()
    first = replace(plain.landmarks[0], name="peak")
    renamed = replace(plain, landmarks=(first, *plain.landmarks[1:]))
    rig.editor.apply(ChangeSchema(renamed, renamed=(("tip", "peak"),)))
    assert rig.layer().features["name"].tolist() == ["peak"]


def test_what_is_told_is_in_the_status_bar(rig):
    rig.editor.told.emit("Nothing is lost.")
    assert rig.viewer.status == "Nothing is lost."


def test_the_sentence_follows_what_becomes_of_the_landmark(rig, qtbot):
    rig.editor.click((3.0, 4.0))
    rig.editor.go_to_landmark(0)
    assert "tip is placed" in rig.viewer.status
    rig.editor.clear()
    qtbot.waitUntil(lambda: rig.viewer.status == "Landmark 1, tip: click it.")


def test_the_sentence_stays_when_the_pointer_leaves_the_canvas(rig):
    for said_by_napari in ("", "Ready"):
        rig.viewer.status = said_by_napari
        assert rig.viewer.status == "Landmark 1, tip: click it."
    rig.viewer.help = "use <2> for add points"
    assert rig.viewer.help == "H: all keys"
    rig.viewer.layers.selection.active = None
    rig.viewer.status = "Ready"
    assert rig.viewer.status == "Ready"


def test_a_photo_in_full_view_fills_a_canvas_that_grows(rig):
    camera = rig.viewer.scene.camera
    before = camera.zoom
    rig.viewer.canvas.size = (800, 1200)
    assert camera.zoom == pytest.approx(2 * before)
    camera.zoom *= 3
    closer = camera.zoom
    rig.viewer.canvas.size = (400, 600)
    assert camera.zoom == closer


@pytest.mark.parametrize("names", [("tip", "base"), ()])
def test_landmarks_that_go_may_have_been_the_current_ones(rig, names):
    rig.editor.click((3.0, 4.0))
    rig.editor.go_to_landmark(3)
    heard = []
    rig.editor.edited.connect(lambda _: heard.append(rig.editor.cursor.landmark))
    rig.editor.apply(ChangeSchema(Schema(tuple(map(LandmarkDefinition, names)))))
    assert heard == [max(len(names) - 1, 0)]
    assert len(rig.layer().data) == len(names[:1])

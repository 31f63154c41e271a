"""Clicks place, points are dragged by exactly what the pointer moved, and all else is napari's."""

from functools import partial
from types import SimpleNamespace

import pytest

from napari_dinosar.docks.landmarks.canvas.pointer import REACH_PX
from napari_dinosar.docks.landmarks.canvas.press import CLICK_PX


def shift(place, dx_px, dy_px, rig):
    """Return a place of the world that lies so many screen pixels away."""
    zoom = rig.viewer.scene.camera.zoom
    return place[0] + dy_px / zoom, place[1] + dx_px / zoom


def test_a_click_places_the_current_landmark_without_rounding(rig):
    rig.click((10.125, 20.75))
    assert rig.editor.state.point("1", "tip").xy == pytest.approx((10.125, 20.75))
    assert rig.editor.cursor.landmark == 1


def test_a_hand_that_trembles_still_clicks_and_the_camera_stays(rig):
    place = rig.world((10.0, 20.0))
    kept = rig.mouse(place, shift(place, CLICK_PX - 1, 0, rig))
    assert rig.editor.state.point("1", "tip").xy is not None
    assert kept == [False, True]


def test_moving_from_an_empty_place_is_left_to_the_camera(rig):
    place = rig.world((10.0, 20.0))
    kept = rig.mouse(place, shift(place, 30, 0, rig), shift(place, 60, 0, rig))
    assert kept == [False, False, False]
    assert rig.editor.state.point("1", "tip").xy is None


def test_a_point_is_dragged_by_what_the_pointer_moved(rig):
    rig.editor.click((10.0, 20.0))
    camera = rig.viewer.scene.camera.center
    grabbed = shift(rig.world((10.0, 20.0)), 4, -3, rig)  # beside its centre
    kept = rig.mouse(grabbed, shift(grabbed, 20, 10, rig), shift(grabbed, 37, 15, rig))
    zoom = rig.viewer.scene.camera.zoom
    moved = (10.0 + 37 / zoom, 20.0 + 15 / zoom)
    assert rig.editor.state.point("1", "tip").xy == pytest.approx(moved)
    assert all(kept)
    assert rig.viewer.scene.camera.center == camera
    assert rig.editor.cursor.landmark == 0
    rig.editor.undo()
    assert rig.editor.state.point("1", "tip").xy == (10.0, 20.0)


def test_the_line_and_the_halo_follow_while_a_point_is_dragged(rig):
    rig.editor.click((10.0, 20.0))
    rig.editor.click((30.0, 20.0))
    seen = []

    def look(*_):
        seen.append((rig.layer("skeleton").data.tolist(), rig.layer("marks").data.tolist()))

    rig.layer("marks").events.set_data.connect(look)
    start = rig.world((30.0, 20.0))
    rig.mouse(start, shift(start, 40, 0, rig), shift(start, 80, 0, rig))
    x = 30.0 + 80 / rig.viewer.scene.camera.zoom
    for line, halo in seen:
        assert line[0][0] == [20.0, 10.0]
        assert line[0][1][1] == pytest.approx(halo[0][1] - 10.0)
    assert seen[-1][1][0] == pytest.approx([20.0, x])
    assert len(seen) >= 2


def test_an_open_landmark_can_be_placed_on_another_one(rig):
    rig.editor.click((10.0, 20.0))
    rig.click((10.0, 20.0))
    assert rig.editor.state.point("1", "base").xy == pytest.approx((10.0, 20.0))


def test_once_the_current_one_is_placed_a_click_on_a_point_chooses_it(rig):
    rig.editor.click((10.0, 20.0))
    rig.editor.click((30.0, 20.0))
    rig.editor.go_to_landmark(1)
    rig.click((10.0, 20.0))
    assert rig.editor.cursor.landmark == 0
    assert rig.editor.state.point("1", "base").xy == pytest.approx((30.0, 20.0))


def test_the_photo_that_is_clicked_on_decides_whose_landmark_it_is(rig):
    rig.editor.pair_with("2")
    rig.click((5.0, 6.0), "b")
    assert rig.editor.state.point("2", "tip").xy == pytest.approx((5.0, 6.0))
    assert rig.editor.state.point("1", "tip").xy is None


def test_the_layer_keeps_the_mouse_while_a_point_of_the_other_side_is_dragged(rig, qtbot):
    rig.editor.pair_with("2")
    rig.editor.click((5.0, 6.0), "b")
    qtbot.waitUntil(lambda: len(rig.layer(side="b").data) == 1)
    active = []

    def look():
        active.append(rig.viewer.layers.selection.active)

    place = rig.world((5.0, 6.0), "b")
    look()
    rig.mouse(place, shift(place, 30, 0, rig), look, shift(place, 60, 0, rig), look)
    assert active == [rig.layer(side="a")] * 3
    assert rig.viewer.layers.selection.active is rig.layer(side="b")
    assert rig.editor.state.point("2", "tip").xy != (5.0, 6.0)


def test_a_click_outside_of_the_photo_places_nothing_and_says_so(rig):
    rig.mouse((-20.0, -20.0))
    assert rig.editor.state.point("1", "tip").xy is None
    assert "outside" in rig.told[-1]


def test_other_buttons_and_modifiers_are_napari_s(rig):
    rig.click((10.0, 20.0), button=2)
    rig.click((10.0, 20.0), modifiers=("Control",))
    rig.click((10.0, 20.0), modifiers=("Alt",))
    assert rig.editor.state.point("1", "tip").xy is None


def test_escape_puts_a_dragged_point_back(rig):
    rig.editor.click((10.0, 20.0))
    rig.editor.click((40.0, 20.0))
    rig.editor.go_to_landmark(0)
    line = rig.layer("skeleton").data.copy()
    place = rig.world((10.0, 20.0))
    escape = partial(rig.press, "Escape")
    rig.mouse(place, shift(place, 30, 0, rig), escape, shift(place, 60, 0, rig))
    assert rig.editor.state.point("1", "tip").xy == (10.0, 20.0)
    assert rig.layer().data.tolist() == [[20.0, 10.0], [20.0, 40.0]]
    assert (rig.layer("skeleton").data == line).all()


def test_what_is_near_can_be_taken_hold_of_at_any_zoom(rig):
    rig.editor.click((10.0, 20.0))
    pointer = rig.canvas._pointing._pointer
    place = rig.world((10.0, 20.0))
    for zoom in (0.5, 8.0, 50.0):
        rig.viewer.scene.camera.zoom = zoom
        assert pointer.grip_at(shift(place, REACH_PX - 1, 0, rig)).landmark == 0
        assert pointer.grip_at(shift(place, REACH_PX + 1, 0, rig)) is None


def test_the_cursor_shows_what_a_click_would_do(rig):
    rig.editor.click((10.0, 20.0))
    layer = rig.layer()
    for place, expected in (
        (rig.world((10.0, 20.0)), "pointing"),
        (rig.world((40.0, 20.0)), "cross"),
        ((-30.0, -30.0), "standard"),
    ):
        for callback in layer.mouse_move_callbacks:
            callback(layer, SimpleNamespace(position=tuple(place), is_dragging=False))
        assert layer.cursor == expected


def test_hidden_points_are_not_in_the_way(rig):
    rig.editor.click((10.0, 20.0))
    rig.layer().visible = False
    assert rig.canvas._pointing._pointer.grip_at(rig.world((10.0, 20.0))) is None


@pytest.mark.parametrize("path_px", [(), (30, 60)])
@pytest.mark.parametrize("is_placed", [True, False])
def test_a_key_that_leads_elsewhere_leaves_what_the_mouse_was_about(rig, path_px, is_placed):
    if is_placed:
        for _ in range(2):
            rig.editor.click((10.0, 20.0))
            rig.editor.step_photo(1)
        rig.editor.go_to_photo("1")
    before = [rig.editor.state.point(key, "tip").xy for key in "12"]
    n_edits = len(rig.project.history.done)
    start = rig.world((10.0, 20.0))
    moves = [shift(start, px, 0, rig) for px in path_px]
    rig.mouse(start, *moves[:1], partial(rig.editor.go_to_photo, "2"), *moves[1:])
    assert [rig.editor.state.point(key, "tip").xy for key in "12"] == before
    assert len(rig.project.history.done) == n_edits

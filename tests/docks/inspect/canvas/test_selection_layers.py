"""What is selected is outlined in A, in B and on the map, below the landmarks, in place."""

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.utils.key_bindings import coerce_keybinding
from qtpy.QtCore import QObject

from findings_made import made
from napari_dinosar.docks.inspect.canvas import selection_layers
from napari_dinosar.docks.inspect.canvas.key_actions import inspection_actions
from napari_dinosar.docks.inspect.canvas.key_layers import LayerKeys
from napari_dinosar.docks.inspect.canvas.selection_layers import SelectionLayers
from napari_dinosar.inspection.keys import KEYS
from napari_dinosar.layers import landmarks_spec, tag_of
from napari_dinosar.result_layers import comparison_specs
from napari_dinosar.showing import find, show

FRAMES = (np.eye(3), np.array([[1.0, 0.0, 5.0], [0.0, 1.0, 333.0], [0.0, 0.0, 1.0]]))
PLACES = ("a", "b", None)


@pytest.fixture(autouse=True)
def in_one_turn(monkeypatch):
    monkeypatch.setattr(selection_layers, "BUDGET_S", 60.0)


@pytest.fixture
def parent(qtbot):
    return QObject()


@pytest.fixture
def viewer(findings):
    viewer = ViewerModel()
    for spec in comparison_specs(findings, *FRAMES):
        show(viewer, spec)
    show(viewer, landmarks_spec(findings.a.landmarks, "a"))
    return viewer


@pytest.fixture
def keeper(viewer, inspection, parent):
    return SelectionLayers(viewer, inspection, parent)


def test_nothing_selected_adds_no_layer(viewer, keeper):
    assert all(find(viewer, "selected", side) is None for side in PLACES)


def test_the_current_cell_is_outlined_where_it_lies(viewer, inspection, findings, keeper):
    active = viewer.layers.selection.active
    inspection.cells.select(10)
    for side, nodes in (("a", findings.cells.nodes_a_xy), ("b", findings.cells.nodes_b_xy)):
        layer = find(viewer, "selected", side)
        corners = nodes[1:3, 3:5].reshape(-1, 2)[:, ::-1]
        drawn = np.unique(layer.data[-1], axis=0)
        np.testing.assert_allclose(drawn, np.unique(corners, axis=0), rtol=1e-5)
        np.testing.assert_array_equal(layer.affine.affine_matrix, FRAMES["ab".index(side)])
        assert layer.visible
    drawn = find(viewer, "selected", None)
    place = drawn.data_to_world(drawn.data[-1][:-1].mean(axis=0))
    assert find(viewer, "cell_map", None).world_to_data(place) == pytest.approx((1.0, 3.0))
    assert viewer.layers.selection.active is active


def test_layers_lie_below_the_landmarks(viewer, inspection, keeper):
    inspection.cells.select(10)
    inspection.matches.select(1)
    marks = viewer.layers.index(find(viewer, "landmarks", "a"))
    assert marks == len(viewer.layers) - 1


def test_each_light_line_lies_on_a_wider_dark_one_and_the_current_one_is_widest(
    viewer, inspection, keeper
):
    inspection.cells.select([0, 1, 20])
    layer = find(viewer, "selected", "a")
    dark, light = layer.edge_color[::2], layer.edge_color[1::2]
    widths = np.array(layer.edge_width)
    assert (dark[:, :3] == 0).all()
    assert (light == 1).all()
    assert (widths[::2] > widths[1::2]).all()
    assert len(layer.data) == 2 * (2 + 1)  # two lines for all, and one for the current one
    assert widths[1::2].argmax() == 0
    assert max(layer.z_index) == layer.z_index[1]


def test_another_selection_takes_the_place_of_the_last_in_the_same_layers(
    viewer, inspection, keeper
):
    inspection.cells.select([0, 5, 20, 34])
    before, layer = len(viewer.layers), find(viewer, "selected", "b")
    inspection.cells.select(7)
    assert len(viewer.layers) == before
    assert find(viewer, "selected", "b") is layer
    assert len(layer.data) == 2
    assert (tag_of(layer)["cells"], tag_of(layer)["current"]) == ([7], 7)
    inspection.cells.select()
    assert not layer.visible
    inspection.cells.select(3)
    assert layer.visible


def test_a_layer_that_was_hidden_by_hand_stays_hidden_while_one_walks_on(
    viewer, inspection, keeper
):
    inspection.cells.select(3)
    find(viewer, "selected", "a").visible = False
    inspection.cells.walk(1)
    assert not find(viewer, "selected", "a").visible
    assert find(viewer, "selected", "b").visible


def test_matches_go_from_one_photo_to_the_other(viewer, inspection, findings, keeper):
    inspection.matches.select([1, 4])
    layer = find(viewer, "selected_match", None)
    row = findings.tables["matches"].iloc[4]
    start, end = (layer.data_to_world(yx) for yx in layer.data[1])
    np.testing.assert_allclose(start, (row["y_a"], row["x_a"]))
    np.testing.assert_allclose(end, (row["y_b"] + 5, row["x_b"] + 333))
    assert len(layer.data) == 4


def test_many_lines_are_drawn_in_turns_and_a_new_selection_ends_them(
    viewer, inspection, parent, qtbot, monkeypatch
):
    monkeypatch.setattr(selection_layers, "LINES_AT_FIRST", 4)
    monkeypatch.setattr(selection_layers, "LINES_AT_ONCE", 4)
    monkeypatch.setattr(selection_layers, "BUDGET_S", 0.0)
    keeper = SelectionLayers(viewer, inspection, parent)
    qtbot.waitUntil(lambda: not keeper.is_busy)
    inspection.cells.select([0, 2, 4, 14, 16, 18])
    assert keeper.is_busy
    qtbot.waitUntil(lambda: not keeper.is_busy)
    for side in PLACES:
        assert len(find(viewer, "selected", side).data) == 2 * 7
    inspection.cells.select([0, 2, 4, 14, 16, 18, 20])
    inspection.cells.select(3)
    qtbot.waitUntil(lambda: not keeper.is_busy)
    for side in PLACES:
        assert len(find(viewer, "selected", side).data) == 2


@pytest.mark.parametrize(
    ("position", "order"),
    [((50.0, 60.0), ["a", None, "b"]), ((50.0, 400.0), ["b", None, "a"]),
     ((-90.0, -90.0), [None, "a", "b"])],
)  # fmt: skip
def test_a_click_is_answered_first_where_the_pointer_is(
    viewer, inspection, parent, qtbot, monkeypatch, position, order
):
    keeper = SelectionLayers(viewer, inspection, parent)
    monkeypatch.setattr(selection_layers, "BUDGET_S", 0.0)
    viewer.cursor.position = position
    drawn = []
    inspection.cells.select(3)
    while keeper.is_busy:
        drawn += [one for one in PLACES if find(viewer, "selected", one) and one not in drawn]
        keeper._go_on()
    drawn += [one for one in PLACES if one not in drawn]
    assert drawn == order


def test_it_is_hidden_with_the_dock_and_with_the_comparison(viewer, inspection, findings, keeper):
    inspection.cells.select(3)
    keeper.set_shown(False)
    assert not any(find(viewer, "selected", side).visible for side in PLACES)
    keeper.set_shown(True)
    assert all(find(viewer, "selected", side).visible for side in PLACES)
    inspection.show(None)
    assert not any(find(viewer, "selected", side).visible for side in PLACES)


def test_a_run_without_cells_shows_its_matches(viewer, inspection, keeper):
    inspection.show(made(cells=False))
    inspection.matches.select(0)
    assert find(viewer, "selected_match", None).visible
    assert find(viewer, "selected", "a") is None


def test_keys_work_on_result_layers_that_are_there_and_that_come(viewer, inspection, parent):
    actions = inspection_actions(inspection)
    assert set(actions) <= {row.action for row in KEYS}
    keys = LayerKeys(viewer, inspection, actions, parent)
    assert keys.parent() is parent
    cells = find(viewer, "cells", "a")
    next(cells.keymap[coerce_keybinding("Down")](cells))
    assert inspection.cells.current == inspection.cells.order[0]
    keeper = SelectionLayers(viewer, inspection, parent)
    late = find(viewer, "selected", "a")
    late.keymap[coerce_keybinding("Escape")](late)
    assert not inspection.cells.rows
    assert not keeper.is_busy
    assert coerce_keybinding("f") not in find(viewer, "mask", "a").keymap
    assert not find(viewer, "landmarks", "a").keymap


def test_escape_lets_the_probe_go_first(inspection):
    inspection.cells.select(3)
    inspection.probing.result = "somewhere"
    actions = inspection_actions(inspection)
    actions["clear"]()
    assert inspection.probing.result is None
    assert inspection.cells.rows == (3,)
    actions["clear"]()
    assert not inspection.cells.rows
    inspection.probing.result = "somewhere"
    for is_frozen in (True, False):
        actions["freeze"]()
        assert inspection.probing.is_frozen is is_frozen


def test_one_walks_on_while_the_window_looks_in_3d(viewer, inspection, keeper):
    inspection.cells.select(3)
    viewer.dims.ndisplay = 3
    inspection.cells.select([3, 20])
    layer = find(viewer, "selected", "a")
    assert len(layer.data) > 2
    viewer.dims.ndisplay = 2
    assert layer._data_view.ndisplay == 2


def test_a_layer_that_was_taken_away_comes_back_and_is_seen(viewer, inspection, keeper):
    inspection.cells.select(3)
    viewer.layers.remove(find(viewer, "selected", "a"))
    inspection.cells.walk(1)
    assert find(viewer, "selected", "a").visible

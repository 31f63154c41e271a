"""Clicks on the canvas select cells and matches, Shift probes, drags are left to napari."""

from types import SimpleNamespace

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.utils._proxies import PublicOnlyProxy
from qtpy.QtCore import QObject

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.photo import photo_from_array
from napari_dinosar.docks.inspect.canvas import frames
from napari_dinosar.docks.inspect.canvas.pointer import Pointer
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.layers import LAYER_KEY, landmarks_spec, photo_spec, tag_of
from napari_dinosar.result_layers import comparison_specs
from napari_dinosar.showing import find, show

TURN = np.deg2rad(20)
FRAMES = (
    np.eye(3),
    np.array(
        [[np.cos(TURN), -np.sin(TURN), 9.0], [np.sin(TURN), np.cos(TURN), 420.0], [0.0, 0.0, 1.0]]
    ),
)
SHAPE = (5, 7)


class Canvas:
    """A viewer without a window, and a mouse for it."""

    def __init__(self, findings, parent):
        self.viewer, self.inspection = ViewerModel(), Inspection()
        for spec in comparison_specs(findings, *FRAMES):
            show(self.viewer, spec)
        self.inspection.show(findings)
        self.told = []
        self.inspection.told.connect(self.told.append)
        self.pointer = Pointer(self.viewer, self.inspection, parent)
        self.asked = []
        self.inspection.probing.point = lambda side, xy: self.asked.append((side, xy))

    def middle(self, side, cell):
        cells = self.inspection.findings.cells
        row, col = divmod(cell, SHAPE[1])
        if side is None:
            return frames.map_frame(self.viewer)[:2] @ (row, col, 1.0)
        nodes = cells.nodes_a_xy if side == "a" else cells.nodes_b_xy
        x, y = nodes[row : row + 2, col : col + 2].mean(axis=(0, 1))
        return frames.frame(self.viewer, side)[:2] @ (y, x, 1.0)

    def press(self, position, *held, way=(), button=1):
        event = SimpleNamespace(
            type="mouse_press", button=button, modifiers=held, pos=(0.0, 0.0), position=position
        )
        running = self.viewer.mouse_drag_callbacks[-1](self.viewer, event)
        for kind, pos in [*(("mouse_move", pos) for pos in way), ("mouse_release", None)]:
            if next(running, "over") == "over":
                return
            event.type, event.pos = kind, event.pos if pos is None else pos
        next(running, None)

    def move(self, position, *held, is_dragging=False):
        event = SimpleNamespace(modifiers=held, is_dragging=is_dragging, position=position)
        self.viewer.mouse_move_callbacks[-1](self.viewer, event)


@pytest.fixture
def parent(qtbot):
    return QObject()


@pytest.fixture
def canvas(findings, parent):
    return Canvas(findings, parent)


@pytest.mark.parametrize("side", ["a", "b", None])
@pytest.mark.parametrize("cell", [0, 10, 34])
def test_a_click_on_a_cell_selects_it_wherever_it_is_shown(canvas, side, cell):
    clicked = []
    canvas.pointer.cell_clicked.connect(lambda: clicked.append(canvas.inspection.cells.current))
    canvas.press(canvas.middle(side, cell))
    assert canvas.inspection.cells.rows == (cell,)
    assert clicked == [cell]


def test_control_adds_and_takes_away_and_with_shift_adds_a_block(canvas):
    canvas.press(canvas.middle("a", 8))
    canvas.press(canvas.middle("b", 10), "Control")
    assert canvas.inspection.cells.rows == (8, 10)
    canvas.press(canvas.middle("a", 8), "Control")
    assert canvas.inspection.cells.rows == (10,)
    canvas.press(canvas.middle("a", 18), "Control", "Shift")
    assert set(canvas.inspection.cells.rows) == {10, 11, 17, 18}


def test_a_click_elsewhere_selects_nothing(canvas):
    canvas.press(canvas.middle("a", 8))
    canvas.inspection.matches.select(2)
    canvas.press((-500.0, -500.0), "Control")
    assert canvas.inspection.cells.rows == (8,)
    canvas.press((-500.0, -500.0))
    assert not canvas.inspection.cells.rows
    assert not canvas.inspection.matches.rows


def test_a_drag_pans_and_the_jitter_of_a_hand_is_no_drag(canvas):
    canvas.press(canvas.middle("a", 8), way=[(1.0, 1.0)])
    assert canvas.inspection.cells.rows == (8,)
    canvas.press(canvas.middle("a", 10), way=[(2.0, 2.0), (9.0, 0.0), (0.0, 0.0)])
    canvas.press(canvas.middle("a", 10), button=2)
    canvas.press(canvas.middle("a", 10), "Alt")
    assert canvas.inspection.cells.rows == (8,)


def test_a_match_is_clicked_where_no_cell_is_seen(canvas):
    lines = find(canvas.viewer, "correspondences", None)
    lines.visible = True
    for side in "ab":
        find(canvas.viewer, "cells", side).visible = False
    clicked = []
    canvas.pointer.match_clicked.connect(lambda: clicked.append(True))
    canvas.press(lines.data_to_world(lines.data[3].mean(axis=0)))
    canvas.inspection.matches.current = None
    (match,) = canvas.inspection.matches.rows
    assert lines.get_value(lines.data_to_world(lines.data[3].mean(axis=0)), world=True)[0] == match
    assert clicked
    lines.visible = False
    canvas.press(canvas.middle("b", 12))
    assert canvas.inspection.cells.rows == (12,)


def test_clicks_are_ours_while_a_photo_in_naparis_proxy_is_active(canvas, monkeypatch):
    photo = canvas.viewer.add_image(np.zeros((4, 4)))
    canvas.viewer.layers.selection.active = photo
    monkeypatch.setattr(canvas.pointer, "_viewer", PublicOnlyProxy(canvas.viewer))
    assert canvas.pointer.is_listening


def test_nothing_is_ours_while_a_tool_is_on_or_landmarks_are_active(canvas):
    cells = find(canvas.viewer, "cells", "a")
    canvas.viewer.layers.selection.active = cells
    cells.mode = "select"
    canvas.press(canvas.middle("a", 8))
    said = []
    canvas.inspection.told.connect(said.append)
    canvas.viewer.layers.selection.active = canvas.viewer.add_points([[1.0, 1.0]], name="legs")
    canvas.press(canvas.middle("a", 8))
    assert not canvas.inspection.cells.rows
    assert len(said) == 1
    assert "legs" in said[0]
    cells.mode = "pan_zoom"
    canvas.viewer.layers.selection.active = cells
    assert said[1:] == [""]  # the reason holds no more
    canvas.pointer.set_shown(False)
    canvas.press(canvas.middle("a", 8))
    assert not canvas.inspection.cells.rows
    canvas.pointer.set_shown(True)
    canvas.press(canvas.middle("a", 8))
    assert canvas.inspection.cells.rows == (8,)


def test_cells_are_made_active_in_place_of_landmarks_that_a_click_would_move(canvas, findings):
    layers = canvas.viewer.layers
    cells, mask = find(canvas.viewer, "cells", "a"), find(canvas.viewer, "mask", "a")
    layers.selection.active = mask
    canvas.pointer.take_over()
    assert layers.selection.active == mask
    marks = show(canvas.viewer, landmarks_spec(findings.a.landmarks, "a", np.eye(3)))
    layers.selection.active = marks
    canvas.inspection.show(None)
    canvas.pointer.take_over()
    assert layers.selection.active == marks
    canvas.inspection.show(findings)
    canvas.pointer.take_over()
    assert layers.selection.active == cells


def test_nothing_is_said_of_a_photo_that_was_not_compared(canvas, findings, qtbot):
    blank = np.zeros((*findings.a.size_xy[::-1], 3), np.uint8)
    photo = photo_from_array(blank, "other.png")
    layer = show(canvas.viewer, photo_spec(photo, "a", 0.0))
    canvas.viewer.layers.selection.active = layer
    layer.metadata = {LAYER_KEY: {**tag_of(layer), "sha256": "0" * 64}}
    canvas.press(canvas.middle("a", 8))
    canvas.press(canvas.middle("a", 8), "Shift")
    assert not canvas.inspection.cells.rows
    assert not canvas.asked
    assert "other.png" in canvas.told[-1]
    assert findings.a.name in canvas.told[-1]
    canvas.move(canvas.middle("a", 8), "Shift")
    qtbot.wait(20)
    assert not canvas.asked
    canvas.press(canvas.middle("b", 8))
    assert canvas.inspection.cells.rows == (8,)


def test_shift_and_click_holds_the_probe_there(canvas):
    held = []
    canvas.inspection.probing.freeze = held.append
    canvas.press(canvas.middle("b", 12), "Shift")
    ((side, xy),) = canvas.asked
    cells = canvas.inspection.findings.cells
    assert side == "b"
    np.testing.assert_allclose(xy, cells.nodes_b_xy[1:3, 5:7].mean(axis=(0, 1)), atol=1e-6)
    assert held == [False, True]
    assert not canvas.inspection.cells.rows


def test_a_plain_click_probes_while_it_is_asked_to(canvas):
    canvas.pointer.probes_on_click = True
    canvas.press(canvas.middle("a", 12))
    assert [side for side, _ in canvas.asked] == ["a"]
    assert not canvas.inspection.probing.is_frozen
    canvas.press((-500.0, -500.0))
    assert len(canvas.asked) == 1


def test_moves_with_shift_are_merged_to_one_probe_a_turn(canvas, qtbot):
    for cell in (8, 9, 10, 11):
        canvas.move(canvas.middle("a", cell), "Shift")
    assert canvas.asked == []
    qtbot.waitUntil(lambda: bool(canvas.asked))
    cells = canvas.inspection.findings.cells
    ((_, xy),) = canvas.asked
    np.testing.assert_allclose(xy, cells.nodes_a_xy[1:3, 4:6].mean(axis=(0, 1)), atol=1e-6)
    canvas.move(canvas.middle("a", 8))
    canvas.move(canvas.middle("a", 8), "Shift", is_dragging=True)
    canvas.inspection.probing.is_frozen = True
    canvas.move(canvas.middle("a", 8), "Shift")
    qtbot.wait(20)
    assert len(canvas.asked) == 1


def test_on_the_way_to_the_end_of_a_block_nothing_is_probed(canvas, qtbot):
    canvas.move(canvas.middle("a", 8), "Control", "Shift")
    qtbot.wait(20)
    assert not canvas.asked
    canvas.move(canvas.middle("a", 8), "Shift")
    qtbot.waitUntil(lambda: len(canvas.asked) == 1)


def test_what_cannot_be_probed_is_said_once_for_as_long_as_shift_is_held(canvas, qtbot):
    def refuse(side, xy):
        canvas.asked.append(side)
        raise DinosarError("No tokens.")

    canvas.inspection.probing.point = refuse
    for count in (1, 2):
        canvas.move(canvas.middle("a", 8), "Shift")
        qtbot.waitUntil(lambda count=count: len(canvas.asked) == count)
    assert canvas.told == ["No tokens."]


def test_the_mouse_is_given_back_with_the_dock(canvas, parent, qtbot):
    canvas.pointer.setParent(None)
    canvas.pointer.deleteLater()
    qtbot.wait(10)
    canvas.move(canvas.middle("a", 8), "Shift")
    assert list(canvas.viewer.mouse_move_callbacks) == []

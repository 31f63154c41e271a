"""Five grapevine leaves digitised in a real window, by clicks and keys alone."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

from hand import Hand
from napari_dinosar.core.digitised import Dataset
from napari_dinosar.io.landmark_files import read_landmarks
from napari_dinosar.layers import role_of, side_of
from napari_dinosar.project.edits import Propose
from napari_dinosar.project.store import Project

pytestmark = [pytest.mark.needs_gl, pytest.mark.needs_data]

N_LEAVES = 5
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
KEY = Qt.Key


@pytest.fixture
def truth(shared: Path) -> Dataset:
    data = read_landmarks(shared / "data" / "grapeleaf" / "annotations.json")
    return replace(data, specimens=data.specimens[:N_LEAVES])


@pytest.fixture
def path(shared: Path, truth: Dataset, tmp_path: Path) -> Path:
    """A new project with photos of leaves, and nothing placed."""
    for leaf in truth.specimens:
        shutil.copy(shared / "data" / "grapeleaf" / leaf.file_name, tmp_path)
    path = tmp_path / "leaves.json"
    Project.new(path, tmp_path, truth.schema).close()
    return path


@pytest.fixture
def dock(make_napari_viewer: Any, path: Path) -> Any:
    viewer = make_napari_viewer(show=True)
    viewer.window.resize(1400, 900)
    _, dock = viewer.window.add_plugin_dock_widget("napari-dinosar", "Landmarks")
    dock.editor.open(Project.open(path))
    QTest.qWait(300)
    return dock


def layer(viewer: Any, role: str, side: str = "a") -> Any:
    return next(one for one in viewer.layers if (role_of(one), side_of(one)) == (role, side))


def digitise(hand: Hand, editor: Any, leaf: Any) -> None:
    """Click every landmark where it was traced, and say of the others that the leaf has none."""
    for place, state in enumerate(leaf.states):
        assert editor.cursor.landmark == place
        if state == "visible":
            hand.click(leaf.xy[place])
        else:
            hand.key(KEY.Key_X)


def test_five_leaves(dock: Any, path: Path, truth: Dataset) -> None:
    editor = dock.editor
    hand = Hand(dock._viewer)
    by_name = {Path(leaf.file_name).name: leaf for leaf in truth.specimens}
    hand.picture("1 nothing placed")
    steps = []
    for number in range(N_LEAVES):
        leaf = by_name[editor.state.photo(editor.photo_id).file_name]
        if number == 1:
            hand.click(leaf.xy[0])
            hand.click(leaf.xy[1])
            hand.picture("2 two placed")
            hand.key(KEY.Key_Z, CONTROL)
            hand.key(KEY.Key_Z, CONTROL)
        digitise(hand, editor, leaf)
        steps.append(hand.px_per_step)
        hand.picture(f"3 leaf {number + 1}")
        if number + 1 < N_LEAVES:
            hand.key(KEY.Key_Right)
    assert editor.listing.totals()["complete"] == N_LEAVES
    dock.saver.save_now()
    # the file says where the tracer clicked, as finely as a screen shows it
    found = {one.file_name: one for one in read_landmarks(path).specimens}
    for (name, leaf), step in zip(sorted(by_name.items()), steps, strict=True):
        assert found[name].states == tuple(
            "visible" if state == "visible" else "absent" for state in leaf.states
        )
        placed = leaf.placed
        assert np.abs(found[name].xy[placed] - leaf.xy[placed]).max() <= 0.51 * step
    coco = json.loads(path.read_text(encoding="utf-8"))
    assert len(coco["annotations"]) == N_LEAVES


def test_each_way_to_change_a_landmark(dock: Any, truth: Dataset) -> None:
    editor = dock.editor
    hand = Hand(dock._viewer)
    hand.click((200, 200))
    hand.click((300, 300))
    hand.key(KEY.Key_Up)  # back to the second
    assert editor.cursor.landmark == 1
    before = editor.point.xy

    hand.key(KEY.Key_O)
    assert editor.point.state == "occluded"
    hand.key(KEY.Key_Left, ALT)
    hand.key(KEY.Key_Up, ALT | SHIFT)
    assert editor.point.xy == pytest.approx((before[0] - 1, before[1] - 0.1), abs=1e-9)

    editor.apply(Propose(editor.specimen.specimen_id, editor.schema.names[2], (400.0, 250.0)))
    hand.key(KEY.Key_Down)
    hand.picture("4 placed, occluded, proposed")
    hand.key(KEY.Key_Return)
    assert editor.state.specimen("1").point(2).source == "accepted"

    step = hand.px_per_step
    hand.drag((200, 200), (260, 240), before_release=lambda: hand.picture("5 while dragging"))
    assert editor.state.specimen("1").point(0).xy == pytest.approx((260, 240), abs=1.1 * step)
    hand.key(KEY.Key_Z, CONTROL)
    assert editor.state.specimen("1").point(0).xy == pytest.approx((200, 200), abs=0.51 * step)
    hand.key(KEY.Key_Z, CONTROL | SHIFT)
    assert editor.state.specimen("1").point(0).xy == pytest.approx((260, 240), abs=1.1 * step)

    hand.key(KEY.Key_L)
    hand.move((330, 330))
    hand.picture("6 loupe")
    hand.key(KEY.Key_L)
    hand.key(KEY.Key_Backspace)
    assert editor.state.specimen("1").point(0).state == "missing"
    hand.key(KEY.Key_F)
    assert editor.specimen.digitised.is_flagged
    hand.key(KEY.Key_H)
    hand.picture("7 help")


def test_two_side_by_side(dock: Any) -> None:
    editor = dock.editor
    hand = Hand(dock._viewer)
    editor.pair_with("2")
    QTest.qWait(200)
    for place in range(3):
        for side in "ab":
            assert (editor.cursor.landmark, editor.cursor.side) == (place, side)
            hand.click((200 + 60 * place, 250), side)
    hand.picture("8 side by side")
    for key in "12":
        assert editor.state.specimen(key).digitised.states[:4] == ("visible",) * 3 + ("missing",)
    assert len(layer(dock._viewer, "landmarks", "b").data) == 3


def test_the_mouse_that_pans_places_nothing(dock: Any) -> None:
    editor = dock.editor
    hand = Hand(dock._viewer)
    centre = tuple(dock._viewer.scene.camera.center)
    hand.drag((300, 300), (380, 340))
    assert set(editor.specimen.digitised.states) == {"missing"}
    assert tuple(dock._viewer.scene.camera.center) != centre

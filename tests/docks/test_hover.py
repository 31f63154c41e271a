"""Pointing at a cell or a match says what it is, and why a grey cell does not count."""

from types import SimpleNamespace

import numpy as np
import pytest
from napari.components import ViewerModel
from qtpy.QtCore import QObject
from qtpy.QtWidgets import QToolTip

from drawn import NAMES, draw
from napari_dinosar import Landmarks, Settings, compare
from napari_dinosar.docks.hover import Hover, text_at
from napari_dinosar.result_layers import comparison_specs
from napari_dinosar.showing import find, show


@pytest.fixture(scope="module")
def comparison():
    a, b = draw(1), draw(2)
    marks = tuple(Landmarks.from_points(one.landmarks_xy, names=NAMES) for one in (a, b))
    settings = Settings(fg_mode="thresh", img_size=256, border_patches=1, demo_verify=True)
    return compare(a.rgb, b.rgb, settings, backbone="daisy", landmarks=marks)


@pytest.fixture
def viewer(comparison):
    viewer = ViewerModel()
    to_b = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 333.0], [0.0, 0.0, 1.0]])
    for spec in comparison_specs(comparison.findings, np.eye(3), to_b):
        show(viewer, spec)
    return viewer


def middle_of(layer, index):
    return layer.data_to_world(np.mean(layer.data[index], axis=0))


def test_a_cell_says_its_value_or_its_reason(viewer, comparison):
    cells = comparison.cells
    layer = find(viewer, "cells", "b")
    used, unused = int(np.flatnonzero(cells["used"])[3]), int(np.flatnonzero(~cells["used"])[0])
    said = text_at(viewer.layers, middle_of(layer, used))
    assert f"{cells['dissimilarity'][used]:.4f}" in said
    assert f"row {cells['row'][used]}, column {cells['col'][used]}" in said
    assert cells["reason"][unused] in text_at(viewer.layers, middle_of(layer, unused))


def test_a_match_says_its_similarity_when_it_is_shown(viewer, comparison):
    lines = find(viewer, "correspondences", None)
    place = middle_of(lines, 0)
    assert "match 1\n" not in text_at(viewer.layers, place)
    lines.visible = True
    said = text_at(viewer.layers, place)
    assert "similarity" in said
    assert "verified" in said


def test_elsewhere_and_on_hidden_layers_nothing_is_said(viewer):
    layer = find(viewer, "cells", "a")
    place = middle_of(layer, 40)
    assert text_at(viewer.layers, place)
    layer.visible = False
    assert text_at(viewer.layers, place) == ""
    assert text_at(viewer.layers, (-500.0, -500.0)) == ""


def test_the_tip_follows_the_pointer_and_ends_with_its_dock(viewer, qapp, monkeypatch):
    tips = []
    monkeypatch.setattr(QToolTip, "showText", lambda _, text: tips.append(text))
    dock = QObject()
    hover = Hover(viewer, dock)
    (move,) = viewer.mouse_move_callbacks
    place = middle_of(find(viewer, "cells", "a"), 40)
    move(viewer, SimpleNamespace(is_dragging=True, modifiers=(), position=place))
    move(viewer, SimpleNamespace(is_dragging=False, modifiers=("Shift",), position=place))
    assert tips == []
    move(viewer, SimpleNamespace(is_dragging=False, modifiers=(), position=place))
    assert tips[0].startswith("cell in row")
    hover.deleteLater()
    hover.setParent(None)
    qapp.sendPostedEvents(hover, 52)  # QEvent.DeferredDelete
    move(viewer, SimpleNamespace(is_dragging=False, modifiers=(), position=place))
    assert viewer.mouse_move_callbacks == []

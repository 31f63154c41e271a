"""What was found, and what looking closer has drawn on it, steps aside for other photos."""

from dataclasses import replace

import numpy as np
import pytest
from qtpy.QtCore import QObject

from findings_made import made
from napari_dinosar.docks.inspect.canvas import selection_layers
from napari_dinosar.docks.inspect.canvas.inspect_layers import InspectLayers
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.layers import RESULT_ROLES, role_of, tag_of
from napari_dinosar.result_layers import comparison_specs
from napari_dinosar.showing import show


@pytest.fixture
def inspection(rig):
    """A comparison of the photo that the editor shows."""
    found = made()
    record = {**found.a.record, "sha256": tag_of(rig.layer("photo"))["sha256"]}
    inspection = Inspection()
    inspection.show(replace(found, a=replace(found.a, record=record)))
    for spec in comparison_specs(inspection.findings, np.eye(3), np.eye(3)):
        show(rig.viewer, spec)
    return inspection


@pytest.fixture
def parent(qtbot):
    return QObject()


@pytest.fixture
def layers(rig, inspection, parent, monkeypatch):
    """Somebody looks closer at it."""
    monkeypatch.setattr(selection_layers, "BUDGET_S", 60.0)
    return InspectLayers(rig.viewer, inspection, parent)


def seen(rig):
    ours = (one for one in rig.viewer.layers if role_of(one) in RESULT_ROLES and one.visible)
    return {one.name for one in ours}


def test_results_and_marks_are_back_with_the_photo(rig, inspection, layers, qtbot):
    inspection.cells.walk_to(0)
    inspection.flags.flag_cells([(0, 1)], "pin")
    everything = seen(rig)
    rig.editor.step_photo(1)
    assert seen(rig) == set()
    inspection.flags.flag_cells([(0, 2)], "pin")
    rig.editor.step_photo(1)
    assert seen(rig) == set()
    rig.editor.step_photo(-1)
    rig.editor.step_photo(-1)
    qtbot.waitUntil(lambda: seen(rig) == everything)
    assert not layers.flags.is_busy
    lines = [one.nshapes for one in rig.viewer.layers if role_of(one) == "flagged"]
    assert len(set(lines)) == 1

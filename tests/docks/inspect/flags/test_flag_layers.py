"""Crosses over many cells are drawn over several turns, and only where they are other ones."""

import gc
from weakref import ref

import numpy as np
import pytest
from napari.components import ViewerModel
from qtpy.QtCore import QObject

from findings_made import made
from napari_dinosar.docks.inspect.canvas import turns
from napari_dinosar.docks.inspect.flags.flag_layers import FlagLayers
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.result_layers import comparison_specs
from napari_dinosar.showing import find, show

SIDES = ("a", "b", None)


@pytest.fixture
def viewer(findings):
    viewer = ViewerModel()
    for spec in comparison_specs(findings, np.eye(3), np.eye(3)):
        show(viewer, spec)
    return viewer


def places(findings, keep=lambda row, col: True):
    rows, cols = findings.cells.shape
    return [(row, col) for row in range(rows) for col in range(cols) if keep(row, col)]


def lines(viewer):
    return {side: [np.array(one) for one in find(viewer, "flagged", side).data] for side in SIDES}


def test_many_crosses_come_in_parts_and_are_those_that_come_at_once(
    viewer, findings, inspection, qtbot, monkeypatch
):
    parent = QObject()
    keeper = FlagLayers(viewer, inspection, parent)
    some = places(findings, lambda row, col: (row * 3 + col) % 4 > 0)
    inspection.flags.flag_cells(some, "leg")
    expected = lines(viewer)
    inspection.flags.clear()
    monkeypatch.setattr(turns, "MOST_CELLS_AT_ONCE", 0)
    monkeypatch.setattr(turns, "AT_ONCE", 5)
    inspection.flags.flag_cells(some, "leg")
    assert keeper.is_busy
    assert not find(viewer, "flagged", "a").nshapes
    qtbot.waitUntil(lambda: not keeper.is_busy)
    found = lines(viewer)
    for side in SIDES:
        assert len(found[side]) == len(expected[side]) > 5
        assert all(map(np.allclose, found[side], expected[side]))
        assert find(viewer, "flagged", side).visible


def test_another_reason_for_the_same_cells_draws_nothing_anew(viewer, findings, inspection, qtbot):
    parent = QObject()
    keeper = FlagLayers(viewer, inspection, parent)
    inspection.flags.flag_cells([(0, 3), (1, 3)], "leg")
    drawn = []
    find(viewer, "flagged", "a").events.data.connect(drawn.append)
    inspection.flags.flag_cells([(0, 3)], "pin")
    assert not drawn
    inspection.flags.flag_cells([(2, 3)], "pin")
    assert len(drawn) == 1
    inspection.flags.clear()
    inspection.flags.flag_cells([(2, 3)], "pin")
    assert find(viewer, "flagged", "a").nshapes
    keeper.set_shown(False)
    keeper.set_shown(True)
    assert find(viewer, "flagged", "a").nshapes


def test_what_was_flagged_before_is_not_kept_in_memory(viewer):
    inspection, parent, findings = Inspection(), QObject(), made()
    keeper = FlagLayers(viewer, inspection, parent)
    inspection.show(findings)
    inspection.flags.flag_cells([(0, 3)], "leg")
    inspection.show(None)
    kept = ref(findings)
    del findings
    gc.collect()
    assert kept() is None
    assert not keeper.is_busy

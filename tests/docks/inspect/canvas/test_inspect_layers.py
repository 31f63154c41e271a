"""What lies on cells, or on their map, goes with them when a person takes them away."""

import numpy as np
import pytest
from napari.components import ViewerModel
from qtpy.QtCore import QObject

from findings_made import photo
from napari_dinosar import showing
from napari_dinosar.docks.inspect.canvas import selection_layers
from napari_dinosar.docks.inspect.canvas.inspect_layers import InspectLayers
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.layers import photo_spec, role_of, side_of
from napari_dinosar.result_layers import comparison_specs
from noise_made import noise_of

MARKS = {"selected", "noise", "flagged"}


@pytest.fixture(autouse=True)
def in_one_turn(monkeypatch):
    monkeypatch.setattr(selection_layers, "BUDGET_S", 60.0)


@pytest.fixture
def viewer(findings):
    viewer = ViewerModel()
    for side in "ab":
        showing.show(viewer, photo_spec(photo(side), side))
    for spec in comparison_specs(findings, np.eye(3), np.eye(3)):
        showing.show(viewer, spec)
    return viewer


def marked(viewer):
    """Return role and side of all marks that are seen."""
    return {
        (role_of(one), side_of(one))
        for one in viewer.layers
        if role_of(one) in MARKS and one.visible
    }


def all_marks(*sides):
    return {(role, side) for role in MARKS for side in sides}


@pytest.mark.parametrize(
    ("role", "side", "left"), [("cell_map", None, ("a", "b")), ("cells", "a", ("b", None))]
)
def test_marks_go_with_the_layer_that_they_lie_on(qtbot, viewer, findings, role, side, left):
    parent = QObject()
    inspection = Inspection()
    inspection.show(findings, noise=noise_of(findings))
    layers = InspectLayers(viewer, inspection, parent)
    inspection.cells.select(3)
    inspection.flags.flag_cells([(0, 3)], "leg")
    assert marked(viewer) == all_marks("a", "b", None)
    viewer.layers.remove(showing.find(viewer, role, side))
    qtbot.waitUntil(lambda: marked(viewer) == all_marks(*left))
    inspection.cells.select(5)
    inspection.flags.flag_cells([(0, 5)], "leg")
    layers.set_shown(False)
    layers.set_shown(True)
    assert marked(viewer) == all_marks(*left)
    for spec in comparison_specs(findings, np.eye(3), np.eye(3)):
        showing.show(viewer, spec)
    inspection.judge(noise_of(findings))
    inspection.cells.select(6)
    inspection.flags.flag_cells([(0, 6)], "leg")
    assert marked(viewer) == all_marks("a", "b", None)

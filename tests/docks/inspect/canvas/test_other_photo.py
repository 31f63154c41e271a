"""A photo that was opened and not compared yet: nothing of the earlier pair is drawn on it."""

from dataclasses import replace

import numpy as np
import pytest
from napari.components import ViewerModel
from qtpy.QtCore import QObject

from findings_made import photo
from napari_dinosar.docks.inspect.canvas import selection_layers
from napari_dinosar.docks.inspect.canvas.compared_photos import not_compared
from napari_dinosar.docks.inspect.canvas.inspect_layers import InspectLayers
from napari_dinosar.docks.inspect.canvas.key_actions import inspection_actions
from napari_dinosar.layers import INSPECT_ROLES, frame_of, photo_from_layer, role_of, side_of
from napari_dinosar.result_layers import comparison_specs
from napari_dinosar.showing import find, show, show_photo
from noise_made import noise_of


@pytest.fixture
def viewer(findings):
    """A pair that was compared, and another photo in the place of A, as Open... leaves it."""
    viewer = ViewerModel()
    for side in "ab":
        show_photo(viewer, photo(side), side)
    frames = (frame_of(find(viewer, "photo", side)) for side in "ab")
    for spec in comparison_specs(findings, *frames):
        show(viewer, spec).visible = False
    show_photo(viewer, photo("a", "another"), "a")
    return viewer


@pytest.fixture
def parent(qtbot):
    return QObject()


@pytest.fixture
def layers(viewer, inspection, parent, monkeypatch):
    monkeypatch.setattr(selection_layers, "BUDGET_S", 60.0)
    return InspectLayers(viewer, inspection, parent)


def seen(viewer):
    """Return roles and sides of what looking closer has drawn."""
    ours = [one for one in viewer.layers if role_of(one) in INSPECT_ROLES and one.visible]
    return {(role_of(one), side_of(one)) for one in ours}


def test_what_is_walked_to_flagged_and_measured_is_drawn_on_what_was_compared(
    viewer, inspection, layers, findings
):
    keys = inspection_actions(inspection)
    keys["next_cell"]()
    assert inspection.cells.current == inspection.cells.order[0]
    assert seen(viewer) == {("selected", "b")}
    keys["next_match"]()
    assert seen(viewer) == {("selected", "b")}
    inspection.flags.flag_cells([(0, 1)], "pin")
    inspection.judge(noise_of(findings))
    assert seen(viewer) == {("selected", "b"), ("flagged", "b"), ("noise", "b")}
    show_photo(viewer, photo("a"), "a")
    keys["next_cell"]()
    keys["next_match"]()
    inspection.flags.flag_cells([(0, 2)], "pin")
    inspection.judge(noise_of(findings))
    everywhere = {(role, side) for role in ("selected", "flagged", "noise") for side in "ab"}
    on_the_map = {(role, None) for role in ("selected", "flagged", "noise")}
    assert seen(viewer) == everywhere | on_the_map | {("selected_match", None)}


def test_outlines_that_were_hidden_for_it_are_those_of_now_when_it_is_gone(
    viewer, inspection, layers, findings
):
    show_photo(viewer, photo("a"), "a")
    inspection.cells.walk_to(0)
    outline = find(viewer, "selected", "a")
    earlier = np.array(outline.data[-1])
    outline.visible = False
    inspection.cells.select()
    show_photo(viewer, photo("a", "another"), "a")
    inspection.cells.walk_to(-1)
    assert not outline.visible
    assert not np.array_equal(outline.data[-1], earlier)


def test_a_photo_that_was_changed_in_its_layer_is_known_by_its_pixels(viewer, findings):
    layer = find(viewer, "photo", "a")
    layer.data = 255 - layer.data
    record = {**findings.a.record, "sha256": photo_from_layer(layer).sha256}
    changed = replace(findings, a=replace(findings.a, record=record))
    assert "A shows another photo of that name" in not_compared(viewer, findings)
    assert not_compared(viewer, changed) == ""
    layer.data = 255 - layer.data
    assert "A shows" in not_compared(viewer, changed, "a")
    assert not_compared(viewer, changed, "b") == ""

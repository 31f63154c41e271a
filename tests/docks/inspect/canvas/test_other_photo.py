"""A photo that was opened and not compared yet: nothing of the earlier pair is drawn on it."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from napari.components import ViewerModel
from qtpy.QtCore import QObject

from findings_made import photo
from napari_dinosar.docks.inspect.canvas import selection_layers
from napari_dinosar.docks.inspect.canvas.compared_photos import not_compared, photo_to_compare
from napari_dinosar.docks.inspect.canvas.inspect_layers import InspectLayers
from napari_dinosar.docks.inspect.canvas.key_actions import inspection_actions
from napari_dinosar.docks.landmarks.canvas.results import CanvasResults
from napari_dinosar.layers import INSPECT_ROLES, LAYER_KEY, frame_of, role_of, side_of
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


@pytest.mark.parametrize("is_drawn", [False, True])
def test_what_was_done_meanwhile_is_drawn_once_the_photo_is_back(
    qtbot, viewer, inspection, layers, findings, is_drawn
):
    results, back = CanvasResults(viewer), []
    layers.photos.back.connect(lambda: back.append(True))
    if is_drawn:
        show_photo(viewer, photo("a"), "a")
        inspection.cells.walk_to(0)
        inspection.flags.flag_cells([(0, 2)], "pin")
        inspection.judge(noise_of(findings))
        before = results.photos()
        show_photo(viewer, replace(photo("a", "another"), rgb=255 - photo("a").rgb), "a")
        results.follow(before)
    qtbot.wait(5)
    back.clear()
    drawn = {role: find(viewer, role, "a") for role in ("selected", "flagged", "noise")}
    assert not any(layer.visible for layer in drawn.values() if layer is not None)
    inspection.cells.walk_to(1)
    inspection.flags.flag_cells([(0, 1)], "pin")
    inspection.judge(noise_of(findings))
    assert not any(layer.visible for layer in drawn.values() if layer is not None)
    before = results.photos()
    show_photo(viewer, photo("a"), "a")
    results.follow(before)
    qtbot.waitUntil(lambda: len(back) == 1)
    on_all = {
        (role, side) for role in ("selected", "flagged", "noise") for side in ("a", "b", None)
    }
    assert seen(viewer) == on_all
    for role in ("selected", "flagged"):
        mine, of_b = (find(viewer, role, side) for side in "ab")
        assert mine.nshapes == of_b.nshapes
    show_photo(viewer, photo("a"), "a")
    qtbot.wait(5)
    assert len(back) == 1


def test_a_photo_that_is_back_in_another_layer_is_seen_to_be(qtbot, viewer, inspection, layers):
    inspection.cells.walk_to(0)
    assert ("selected", "a") not in seen(viewer)
    viewer.layers.remove(find(viewer, "photo", "a"))
    qtbot.wait(5)
    assert not seen(viewer), "there is nothing that it would lie on"
    show_photo(viewer, photo("a"), "a")
    qtbot.waitUntil(lambda: ("selected", "a") in seen(viewer))


def test_a_layer_that_was_taken_away_meanwhile_is_not_shown_again(
    qtbot, viewer, inspection, layers
):
    back = []
    layers.photos.back.connect(lambda: back.append(True))
    show_photo(viewer, photo("a"), "a")
    inspection.cells.walk_to(0)
    taken = find(viewer, "selected", "a")
    show_photo(viewer, photo("a", "another"), "a")
    viewer.layers.remove(taken)
    qtbot.wait(5)
    back.clear()
    show_photo(viewer, photo("a"), "a")
    qtbot.waitUntil(lambda: bool(back))
    assert not taken.visible
    assert find(viewer, "selected", "a").visible


def compared_now(findings, **layers):
    """Return findings of what layers show now, as a comparison reads them."""
    for side, layer in layers.items():
        one = getattr(findings, side)
        record = {**one.record, "sha256": photo_to_compare(layer).sha256}
        findings = replace(findings, **{side: replace(one, record=record)})
    return findings


def test_a_photo_that_was_changed_in_its_layer_is_known_by_its_pixels(
    viewer, findings, monkeypatch
):
    layer = find(viewer, "photo", "a")
    layer.data = 255 - layer.data
    changed = compared_now(findings, a=layer)
    monkeypatch.delattr(hashlib, "sha256")  # nobody waits for a checksum at each click
    assert "A shows another photo of that name" in not_compared(viewer, findings)
    assert not_compared(viewer, changed) == ""
    layer.data = 255 - layer.data
    assert "A shows" in not_compared(viewer, changed, "a")
    assert not_compared(viewer, changed, "b") == ""


def test_a_photo_that_was_opened_as_b_can_be_compared_as_a(viewer, findings):
    first, second = (find(viewer, "photo", side) for side in "ab")
    cells = {side: find(viewer, "cells", side) for side in "ab"}
    other_way = compared_now(findings, a=second, b=first)
    assert "A shows" in not_compared(viewer, other_way, "a"), "its cells lie elsewhere"
    cells["a"].affine, cells["b"].affine = frame_of(second), frame_of(first)
    assert not_compared(viewer, other_way) == ""
    show_photo(viewer, photo("b", "a third"), "b")
    assert "A shows" in not_compared(viewer, other_way, "a")
    assert not_compared(viewer, other_way, "b") == ""


def test_a_photo_of_somebody_else_in_place_of_one_of_ours_can_be_compared(viewer, findings):
    own = viewer.add_image(photo("a").rgb, name="own")
    taken = compared_now(findings, a=own)
    assert not_compared(viewer, taken, "a") == ""
    own.data = 255 - own.data
    assert "A shows" in not_compared(viewer, taken, "a")


def test_a_photo_that_is_not_there_is_none_that_was_compared(viewer, findings):
    layer = find(viewer, "photo", "a")
    layer.metadata = {LAYER_KEY: {"role": "placeholder", "side": "a"}}
    layer.name = "A: gone.png (not there)"
    assert "A shows A: gone.png (not there), and" in not_compared(viewer, findings)

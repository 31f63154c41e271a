"""The colours of cells, map and metadata all mean what was chosen, and go back when it is gone."""

import numpy as np
import pytest

from napari_dinosar import palette, showing
from napari_dinosar.docks.inspect.context.colouring import CellColours
from napari_dinosar.docks.live_marks import mark_cells
from napari_dinosar.inspection.cell_values import cell_values
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.layers import tag_of
from napari_dinosar.result_layers import comparison_specs
from noise_made import noise_of


@pytest.fixture
def viewer(findings):
    from napari.components import ViewerModel

    viewer = ViewerModel()
    for spec in comparison_specs(findings, np.eye(3), np.eye(3)):
        showing.show(viewer, spec)
    return viewer


@pytest.fixture
def inspection(findings):
    inspection = Inspection()
    inspection.show(findings, noise=noise_of(findings))
    return inspection


def assert_all_show(viewer, inspection, name):
    found = cell_values(inspection, name)
    colours = palette.cell_colours(found.values.ravel())
    for side in "ab":
        np.testing.assert_allclose(showing.find(viewer, "cells", side).face_color, colours)
    cell_map = showing.find(viewer, "cell_map", None)
    np.testing.assert_array_equal(cell_map.data, found.values.astype(np.float32))
    np.testing.assert_allclose(cell_map.contrast_limits, found.limits, rtol=1e-6)
    return cell_map


@pytest.mark.parametrize("name", ["noise_floor", "noise_ratio", "layer_std", "coverage"])
def test_all_layers_show_what_was_chosen_and_say_so(viewer, inspection, name):
    colours = CellColours(viewer, inspection)
    told = []
    showing.find(viewer, "cells", "a").events.face_color.connect(lambda event: told.append(1))
    inspection.colouring.choose(name)
    cell_map = assert_all_show(viewer, inspection, name)
    assert told == [1]
    assert "dissimilarity" not in cell_map.name or name == "noise_ratio"
    assert tag_of(cell_map)["shows"] == tag_of(showing.find(viewer, "cells", "b"))["shows"] == name
    inspection.colouring.choose("dissimilarity")
    assert assert_all_show(viewer, inspection, "dissimilarity").name == "Cell dissimilarity"
    assert colours.parent() is None


@pytest.mark.parametrize("has_limits", [False, True])
def test_the_thumbnail_of_the_map_is_that_of_what_was_chosen(viewer, inspection, has_limits):
    colours = CellColours(viewer, inspection)
    cell_map = showing.find(viewer, "cell_map", None)
    for name in ("coverage", "dissimilarity", "noise_floor"):
        if has_limits:
            cell_map.contrast_limits = cell_values(inspection, name).limits
        before = cell_map.thumbnail.copy()
        inspection.colouring.choose(name)
        seen = cell_map.thumbnail.copy()
        assert (seen != before).any()
        cell_map.refresh()
        np.testing.assert_array_equal(seen, cell_map.thumbnail)
    assert colours.parent() is None


def test_the_colours_go_back_to_dissimilarity_where_the_value_is_gone(viewer, inspection, findings):
    colours = CellColours(viewer, inspection)
    said = []
    inspection.told.connect(said.append)
    inspection.colouring.choose("noise_ratio")
    inspection.show(findings)
    assert inspection.colouring.value == "dissimilarity"
    assert_all_show(viewer, inspection, "dissimilarity")
    assert len(said) == 1
    assert "not measured" in said[0]
    assert colours.parent() is None


def test_another_noise_floor_is_shown_at_once(viewer, inspection, findings):
    colours = CellColours(viewer, inspection)
    inspection.colouring.choose("noise_floor")
    inspection.judge(noise_of(findings, share=0.2, seed=9))
    assert_all_show(viewer, inspection, "noise_floor")
    assert colours.parent() is None


def test_the_status_bar_tells_the_values_that_are_shown(viewer, inspection):
    colours = CellColours(viewer, inspection)
    cell_map = showing.find(viewer, "cell_map", None)
    viewer.layers.selection.active = cell_map
    viewer.mouse_over_canvas = True
    viewer.cursor.position = cell_map.data_to_world((1, 2))
    before = viewer.status
    inspection.colouring.choose("coverage")
    assert viewer.status["layer_name"] == cell_map.name
    assert viewer.status["value"] != before["value"]
    assert colours.parent() is None


def test_the_map_of_outdated_cells_is_named_after_what_it_shows(viewer, inspection):
    colours = CellColours(viewer, inspection)
    cell_map = showing.find(viewer, "cell_map", None)
    mark_cells(viewer.layers, True)
    inspection.colouring.choose("coverage")
    assert cell_map.name == "Cell coverage, the smaller (outdated)"
    mark_cells(viewer.layers, False)
    assert cell_map.name == "Cell coverage, the smaller"
    inspection.colouring.choose("dissimilarity")
    assert cell_map.name == "Cell dissimilarity"
    assert colours.parent() is None


def test_a_second_map_of_that_name_is_named_after_what_it_shows(viewer, inspection):
    colours = CellColours(viewer, inspection)
    cell_map = showing.find(viewer, "cell_map", None)
    viewer.add_image(np.zeros((3, 3)), name="Cell coverage, the smaller")
    inspection.colouring.choose("coverage")
    assert cell_map.name == "Cell coverage, the smaller [1]"
    inspection.colouring.choose("noise_floor")
    assert cell_map.name == "Cell noise floor (P95)"
    assert colours.parent() is None


def test_a_name_that_somebody_gave_the_map_stays(viewer, inspection):
    colours = CellColours(viewer, inspection)
    showing.find(viewer, "cell_map", None).name = "mine"
    inspection.colouring.choose("coverage")
    assert assert_all_show(viewer, inspection, "coverage").name == "mine"
    assert colours.parent() is None

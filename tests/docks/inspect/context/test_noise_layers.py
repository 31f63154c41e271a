"""Cells under their noise floor are hatched for as long as there is a floor, and not after."""

import gc

import numpy as np
import pytest
from qtpy.QtCore import QObject

from napari_dinosar import showing
from napari_dinosar.docks.inspect.canvas import turns
from napari_dinosar.docks.inspect.context.noise_layers import NoiseLayers
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.layers import role_of, tag_of
from napari_dinosar.result_layers import comparison_specs
from napari_dinosar.result_layers.noise import noise_spec
from noise_made import noise_of

RIGHT = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 340.0], [0.0, 0.0, 1.0]])


@pytest.fixture
def viewer(findings):
    from napari.components import ViewerModel

    viewer = ViewerModel()
    for spec in comparison_specs(findings, np.eye(3), RIGHT):
        showing.show(viewer, spec)
    return viewer


def inside(nodes_xy, row, col, point_xy):
    """Tell whether a place lies in a cell, by the signs of its areas with the cell's sides."""
    corners = nodes_xy[[row, row, row + 1, row + 1], [col, col + 1, col + 1, col]]
    sides = np.roll(corners, -1, axis=0) - corners
    areas = sides[:, 0] * (point_xy - corners)[:, 1] - sides[:, 1] * (point_xy - corners)[:, 0]
    return (areas > 0).all() or (areas < 0).all()


def hatched_cells(lines, nodes_xy):
    """Return the cells in which pieces of lines, (n, 2) with y first, have their middles."""
    rows, cols = nodes_xy.shape[0] - 1, nodes_xy.shape[1] - 1
    middles = np.concatenate([(line[1:] + line[:-1]) / 2 for line in lines])[:, ::-1]
    return {
        (row, col)
        for middle in middles
        for row in range(rows)
        for col in range(cols)
        if inside(nodes_xy, row, col, middle)
    }


@pytest.mark.parametrize("side", ["a", "b"])
def test_the_cells_under_the_floor_are_hatched_on_the_photos(findings, side):
    noise = noise_of(findings)
    spec = noise_spec(findings, noise, side, RIGHT)
    nodes = getattr(findings.cells, f"nodes_{side}_xy")
    wanted = {tuple(place) for place in np.argwhere(noise.is_noise)}
    assert wanted
    assert hatched_cells(spec.data, nodes) == wanted
    assert (spec.role, spec.side, spec.name) == ("noise", side, f"{side.upper()} noise")
    assert spec.metadata["draws"] == noise.draws
    np.testing.assert_array_equal(spec.kwargs["affine"], RIGHT)


def test_the_same_cells_are_hatched_on_the_map(findings):
    noise = noise_of(findings)
    rows, cols = noise.is_noise.shape
    y, x = np.mgrid[: rows + 1, : cols + 1] - 0.5
    spec = noise_spec(findings, noise, None, np.eye(3))
    found = hatched_cells(spec.data, np.stack([x, y], axis=-1))
    assert found == {tuple(place) for place in np.argwhere(noise.is_noise)}


def test_each_line_is_light_over_a_dark_one(findings):
    spec = noise_spec(findings, noise_of(findings), "a", np.eye(3))
    count = len(spec.data) // 2
    for dark, light in zip(spec.data[:count], spec.data[count:], strict=True):
        np.testing.assert_array_equal(dark, light)
    assert (spec.kwargs["edge_color"][:count, :3] == 0).all()
    assert (spec.kwargs["edge_color"][count:, :3] == 1).all()
    assert min(spec.kwargs["edge_width"][:count]) > max(spec.kwargs["edge_width"][count:])


def shown(viewer):
    return {
        tag_of(layer)["side"]: (layer.visible, layer.nshapes)
        for layer in viewer.layers
        if role_of(layer) == "noise"
    }


def test_layers_come_with_a_floor_and_are_empty_without_one(viewer, findings):
    inspection = Inspection()
    inspection.show(findings)
    active = viewer.layers[0]
    viewer.layers.selection.active = active
    layers = NoiseLayers(viewer, inspection)
    assert shown(viewer) == {}
    noise = noise_of(findings)
    inspection.judge(noise)
    assert set(shown(viewer)) == {"a", "b", None}
    assert all(visible and count for visible, count in shown(viewer).values())
    assert viewer.layers.selection.active is active
    layers.set_wanted(False)
    assert not any(visible for visible, _ in shown(viewer).values())
    layers.set_wanted(True)
    layers.set_shown(False)
    assert not any(visible for visible, _ in shown(viewer).values())
    layers.set_shown(True)
    assert all(visible for visible, _ in shown(viewer).values())
    inspection.judge(noise_of(findings, share=0.1))
    fewer = shown(viewer)
    assert all(visible for visible, _ in fewer.values())
    inspection.show(findings)
    assert set(shown(viewer).values()) == {(False, 0)}
    inspection.show(findings, noise=noise)
    again = shown(viewer)
    assert all(again[side][1] > fewer[side][1] for side in again)


def colours(viewer):
    return [np.array(one.edge_color) for one in viewer.layers if role_of(one) == "noise"]


def test_many_cells_are_hatched_over_several_turns_and_another_floor_ends_them(
    viewer, findings, qtbot, monkeypatch
):
    inspection, parent = Inspection(), QObject()
    inspection.show(findings)
    layers = NoiseLayers(viewer, inspection, parent)
    inspection.judge(noise_of(findings))
    expected = [
        np.array(showing.find(viewer, "noise", side).edge_color) for side in ("a", "b", None)
    ]
    inspection.judge(None)
    monkeypatch.setattr(turns, "MOST_CELLS_AT_ONCE", 0)
    monkeypatch.setattr(turns, "AT_ONCE", 3)
    inspection.judge(noise_of(findings, share=0.9))
    assert layers.is_busy
    assert {count for _, count in shown(viewer).values()} == {0}
    inspection.judge(noise_of(findings))
    qtbot.waitUntil(lambda: not layers.is_busy)
    assert all(visible for visible, _ in shown(viewer).values())
    assert all(map(np.array_equal, colours(viewer), expected))
    inspection.judge(noise_of(findings, share=0.9))
    inspection.judge(None)
    qtbot.wait(5)
    assert set(shown(viewer).values()) == {(False, 0)}


def test_a_layer_that_was_taken_away_comes_back_once_hatching_is_wanted_again(viewer, findings):
    inspection = Inspection()
    inspection.show(findings, noise=noise_of(findings))
    layers = NoiseLayers(viewer, inspection)
    before = shown(viewer)
    viewer.layers.remove(showing.find(viewer, "noise", "a"))
    layers.set_wanted(False)
    assert set(shown(viewer)) == {"b", None}
    layers.set_wanted(True)
    assert shown(viewer) == before


def test_nothing_is_shown_where_all_cells_are_above_the_floor(viewer, findings):
    inspection = Inspection()
    inspection.show(findings, noise=noise_of(findings))
    layers = NoiseLayers(viewer, inspection)
    none = noise_of(findings)
    none.dissimilarity[:] *= 0.0
    inspection.judge(none)
    assert set(shown(viewer).values()) == {(False, 0)}
    assert layers.is_wanted


def test_the_hatching_lies_under_the_landmarks(viewer, findings):
    from napari_dinosar.layers import landmarks_spec

    marks = findings.a.landmarks
    showing.show(viewer, landmarks_spec(marks, "a", np.eye(3), {}))
    inspection = Inspection()
    layers = NoiseLayers(viewer, inspection)
    inspection.show(findings, noise=noise_of(findings))
    roles = [role_of(layer) for layer in viewer.layers]
    last = {role: len(roles) - 1 - roles[::-1].index(role) for role in roles}
    assert last["cells"] < roles.index("noise")
    assert last["noise"] < roles.index("landmarks")
    assert layers.is_wanted


def test_it_ends_with_its_parent(viewer, findings):
    inspection = Inspection()
    NoiseLayers(viewer, inspection)
    gc.collect()
    inspection.show(findings, noise=noise_of(findings))
    assert shown(viewer) == {}

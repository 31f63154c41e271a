"""What is left out as layers: crosses that share their lines, and regions as polygons."""

from dataclasses import replace

import numpy as np
import pytest

from findings_made import CELLS, made
from napari_dinosar import palette
from napari_dinosar.core.hatching import hatching
from napari_dinosar.findings.flags import FlaggedRegion, Remark
from napari_dinosar.layers import LAYER_KEY
from napari_dinosar.result_layers.cell_lines import nodes_xy
from napari_dinosar.result_layers.flagged import excluded_spec, flagged_spec, outline_px
from napari_dinosar.result_layers.noise import noise_spec
from noise_made import noise_of


@pytest.fixture(scope="module")
def findings():
    return made()


@pytest.mark.parametrize("side", ["a", "b"])
def test_a_cross_joins_opposite_corners_of_the_cell(findings, side):
    left_out = np.zeros(findings.cells.shape, bool)
    left_out[2, 3] = True
    spec = flagged_spec(findings, left_out, side, np.eye(3))
    assert (spec.role, spec.side, spec.kind) == ("flagged", side, "shapes")
    nodes = findings.cells.nodes_a_xy if side == "a" else findings.cells.nodes_b_xy
    corners = nodes[2:4, 3:5].reshape(4, 2)[:, ::-1]
    ends = {tuple(np.round(path[[0, -1]].ravel(), 6)) for path in spec.data}
    for first, last in ((corners[0], corners[3]), (corners[1], corners[2])):
        assert tuple(np.round(np.concatenate([first, last]), 6)) in ends
    # a dark line lies under each light one
    assert len(spec.data) == 4
    assert spec.kwargs["edge_width"][0] > spec.kwargs["edge_width"][-1]
    tag = spec.as_tuple()[1]["metadata"][LAYER_KEY]
    assert tag["n_cells"] == 1


def test_all_cells_need_few_shapes_and_none_need_no_layer(findings):
    rows, cols = findings.cells.shape
    spec = flagged_spec(findings, np.ones((rows, cols), bool), None, np.eye(3))
    assert len(spec.data) == 4 * (rows + cols - 1)
    points = np.concatenate(spec.data)
    np.testing.assert_array_equal(points.min(axis=0), (-0.5, -0.5))
    np.testing.assert_array_equal(points.max(axis=0), (rows - 0.5, cols - 0.5))
    assert flagged_spec(findings, np.zeros((rows, cols), bool), "a", np.eye(3)) is None


def test_regions_carry_their_words_as_features(findings):
    region = FlaggedRegion("b", ((1, 2), (9, 2), (5, 8)), Remark("pin", "head", None, "Monday"))
    spec = excluded_spec(findings, [region, region], "b", np.eye(3), {1})
    assert (spec.role, spec.side) == ("excluded", "b")
    np.testing.assert_array_equal(spec.data[0], [(2, 1), (2, 9), (8, 5)])
    assert spec.kwargs["features"].iloc[0].tolist() == ["pin", "head", "", "Monday"]
    assert spec.kwargs["edge_width"][1] > spec.kwargs["edge_width"][0]


@pytest.mark.parametrize("side", ["a", None])
def test_lines_are_light_on_dark_and_no_wider_than_a_part_of_a_cell(findings, side):
    noise = noise_of(findings)
    spec = noise_spec(findings, noise, side, np.eye(3))
    half = len(spec.data) // 2
    colours, widths = spec.kwargs["edge_color"], spec.kwargs["edge_width"]
    for below, above in zip(spec.data[:half], spec.data[half:], strict=True):
        np.testing.assert_array_equal(below, above)
    np.testing.assert_array_equal(colours[:half], np.tile(palette.WIRE_SHADOW, (half, 1)))
    np.testing.assert_array_equal(colours[half:], np.tile(palette.WIRE, (half, 1)))
    nodes = nodes_xy(findings.cells, side)
    cell = np.median([*np.hypot(*np.diff(nodes, axis=0).reshape(-1, 2).T),
                      *np.hypot(*np.diff(nodes, axis=1).reshape(-1, 2).T)])  # fmt: skip
    longer = max(CELLS) if side is None else 320
    assert set(widths[half:]) == {min(longer / 300, 0.08 * cell)}
    assert set(widths[:half]) == {2 * widths[-1]}
    assert (spec.metadata["draws"], spec.metadata["seed"]) == (noise.draws, noise.seed)


def test_few_cells_are_hatched_closer_than_many(findings):
    noise = noise_of(findings)
    lines = len(noise_spec(findings, noise, None, np.eye(3)).data) // 2
    assert lines == len(hatching(nodes_xy(findings.cells, None), noise.is_noise, 2))


def test_the_outline_of_a_region_is_seen_on_a_small_photo(findings):
    record = {**findings.a.record, "size_xy": [32, 20]}
    small = replace(findings, a=replace(findings.a, record=record))
    assert outline_px(small, "a") == 1.0


def test_crosses_lie_on_the_cells_that_are_left_out_alone(findings):
    left_out = np.zeros(findings.cells.shape, bool)
    left_out[0, 0] = True
    spec = flagged_spec(findings, left_out, None, np.eye(3))
    points = np.concatenate(spec.data)
    np.testing.assert_array_equal(points.min(axis=0), (-0.5, -0.5))
    np.testing.assert_array_equal(points.max(axis=0), (0.5, 0.5))

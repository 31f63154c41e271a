import numpy as np
import pytest

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.grid import MAX_CELLS, consensus_grid, within_hull

BOX = np.array([[-50.0, -20], [50, -20], [50, 20], [-50, 20], [0, 0]])  # 100 x 40 px


@pytest.mark.needs_data
@pytest.mark.parametrize("name", ["all", "fusca_fusca2", "fusca_maculata", "fusca2_maculata"])
def test_nodes_equal_the_reference(shared, name):
    with np.load(shared / "reference" / "planthopper_geometry.npz") as reference:
        grid = consensus_grid(reference[f"{name}/consensus_px"], cell_size=16, pad_cells=1)
        assert (grid.rows, grid.cols) == tuple(reference[f"{name}/rows_cols"])
        np.testing.assert_allclose(
            grid.nodes_xy, reference[f"{name}/grid_nodes_xy"], rtol=1e-9, atol=1e-9
        )


@pytest.mark.parametrize("pad", [0, 1, 3])
def test_square_cells_are_centred_on_the_box(pad):
    grid = consensus_grid(np.add(BOX, [7, 9]), cell_size=16, pad_cells=pad)
    assert (grid.rows, grid.cols) == (3 + 2 * pad, 7 + 2 * pad)
    np.testing.assert_allclose(np.diff(grid.nodes_xy, axis=1)[..., 0], 16)
    np.testing.assert_allclose(np.diff(grid.nodes_xy, axis=0)[..., 1], 16)
    np.testing.assert_allclose((grid.nodes_xy[0, 0] + grid.nodes_xy[-1, -1]) / 2, [7, 9])


def test_a_box_of_whole_cells_gets_no_further_cell():
    """Three tenths make three cells of a tenth, though they come to 0.30000000000000004."""
    side = 0.1 + 0.2
    grid = consensus_grid([[0, 0], [side, 0], [0, side]], cell_size=0.1, pad_cells=0)
    assert (grid.rows, grid.cols) == (3, 3)


def test_rows_and_columns_divide_the_box():
    grid = consensus_grid(BOX, rows=6, cols=12, pad_cells=1)
    assert (grid.rows, grid.cols) == (6, 12)
    np.testing.assert_allclose(grid.cell_xy, [10, 10])
    np.testing.assert_allclose(grid.nodes_xy[1, 1], [-50, -20])
    np.testing.assert_allclose(grid.nodes_xy[-2, -2], [50, 20])
    assert consensus_grid(BOX, rows=6).cols == 6


@pytest.mark.parametrize(
    ("cell_size", "expected"), [(16, 14), (20, 14), (21, 28), (34, 28), (36, 42), (3, 14)]
)
def test_snapping_takes_the_nearest_multiple_of_the_patch(cell_size, expected):
    grid = consensus_grid(BOX, cell_size=cell_size, snap_to=14)
    np.testing.assert_array_equal(grid.cell_xy, [expected, expected])


def test_samples_are_sixteen_a_cell():
    grid = consensus_grid(BOX, cell_size=16)
    (samples,) = grid.sample_blocks()
    assert samples.shape == (grid.rows * grid.cols, 16, 2)
    samples = samples.reshape(grid.rows, grid.cols, 16, 2)
    np.testing.assert_allclose(samples[2, 3, 0], grid.nodes_xy[2, 3] + 2)
    np.testing.assert_allclose(samples[2, 3, 1], grid.nodes_xy[2, 3] + [6, 2])
    np.testing.assert_allclose(samples[2, 3, 15], grid.nodes_xy[2, 3] + 14)
    np.testing.assert_allclose(samples.mean(axis=2)[2, 3], grid.nodes_xy[2, 3] + 8)


@pytest.mark.parametrize("per_side", [1, 2, 3, 8, 16])
def test_samples_divide_a_cell_evenly(per_side):
    grid = consensus_grid(BOX, rows=6, cols=12)
    (samples,) = grid.sample_blocks(per_side)
    lattice = samples.reshape(6, 12, per_side, per_side, 2)
    width, height = grid.cell_xy
    np.testing.assert_allclose(lattice[2, 3].mean(axis=(0, 1)), grid.nodes_xy[2, 3] + [5, 5])
    np.testing.assert_allclose(np.diff(lattice[..., 0], axis=3), width / per_side)
    np.testing.assert_allclose(np.diff(lattice[..., 1], axis=2), height / per_side)


def test_many_samples_come_in_blocks():
    grid = consensus_grid(BOX, rows=200, cols=200)
    blocks = list(grid.sample_blocks(8))
    assert len(blocks) > 4
    assert max(block.size for block in blocks) <= 1_000_000
    samples = np.concatenate(blocks).reshape(200, 200, 64, 2)
    np.testing.assert_allclose(
        samples[150, 7].mean(axis=0), grid.nodes_xy[150, 7] + grid.cell_xy / 2
    )
    np.testing.assert_allclose(samples[-1, -1, -1], grid.nodes_xy[-1, -1] - grid.cell_xy / 16)


@pytest.mark.parametrize("per_side", [0, -4, 17, 1_000_000])
def test_no_sample_or_too_many_are_refused(per_side):
    with pytest.raises(DinosarError, match=f"{per_side} samples"):
        next(consensus_grid(BOX).sample_blocks(per_side))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cell_size": 0}, "above 0"),
        ({"cell_size": float("nan")}, "above 0"),
        ({"cell_size": 1e-300}, "cells"),
        ({"cell_size": 0.1}, "cells"),
        ({"rows": 500, "cols": 500}, "cells"),
        ({"rows": 2}, "padding"),
        ({"rows": 8, "cols": 4, "pad_cells": 2}, "padding"),
        ({"cols": 4}, "rows"),
    ],
)
def test_grids_of_no_use_are_refused(options, message):
    with pytest.raises(DinosarError, match=message):
        consensus_grid(BOX, **options)


def test_as_many_cells_as_allowed():
    assert consensus_grid(BOX, rows=200, cols=MAX_CELLS // 200).nodes_xy.shape == (201, 201, 2)


def test_within_hull_is_a_distance():
    """Against the distance to a densely drawn outline."""
    random = np.random.default_rng(0)
    corners = np.array([[0.0, 0], [60, 5], [70, 50], [20, 65]])
    landmarks = np.vstack([corners, [[30, 30], [40, 20], [0, 0]]])
    points = random.uniform(-40, 110, size=(40, 50, 2))
    steps = np.linspace(0, 1, 2000)[:, None]
    ends = np.roll(corners, -1, axis=0)
    outline = np.concatenate([a + steps * (b - a) for a, b in zip(corners, ends, strict=True)])
    distance = np.sqrt(((points[..., None, :] - outline) ** 2).sum(axis=-1).min(axis=-1))
    inside = within_hull(points, landmarks, 0)
    sure = np.abs(distance - 16) > 0.1
    np.testing.assert_array_equal(
        within_hull(points, landmarks, 16)[sure], (inside | (distance <= 16))[sure]
    )
    assert within_hull(np.array([[30.0, 30], [-1, 20], [69, 60]]), landmarks, 0).tolist() == [
        True,
        False,
        False,
    ]

"""Deformation grids are square where they start and follow the landmarks where they end."""

import numpy as np
import pytest
from scipy.interpolate import RBFInterpolator

from napari_dinosar.core.deformation import deformation_grid, square_grid

BOX = np.array([[0.0, 0.0], [48.0, 0.0], [48.0, 24.0], [0.0, 24.0], [20.0, 11.0]])


def test_the_grid_is_square_and_surrounds_the_points_with_one_ring():
    lines = square_grid(BOX, n=12)
    rows = sorted({round(float(line[0, 1]), 9) for line in lines if np.ptp(line[:, 1]) == 0})
    cols = sorted({round(float(line[0, 0]), 9) for line in lines if np.ptp(line[:, 0]) == 0})
    np.testing.assert_allclose(np.diff(rows), 4.0)
    np.testing.assert_allclose(np.diff(cols), 4.0)
    assert (rows[0], rows[-1], cols[0], cols[-1]) == (-4, 28, -4, 52)


def test_an_affine_change_keeps_lines_straight():
    matrix = np.array([[1.1, 0.3], [-0.2, 0.9]])
    for straight, bent in zip(
        square_grid(BOX, 6), deformation_grid(BOX, BOX @ matrix.T + 5, 6), strict=True
    ):
        np.testing.assert_allclose(bent, straight @ matrix.T + 5, atol=1e-9)


@pytest.mark.parametrize("seed", [0, 1])
def test_it_is_the_thin_plate_spline_of_scipy(seed):
    target = BOX + np.random.default_rng(seed).normal(0, 2, BOX.shape)
    spline = RBFInterpolator(BOX, target, kernel="thin_plate_spline", degree=1)
    for start, end in zip(square_grid(BOX, 8), deformation_grid(BOX, target, 8), strict=True):
        np.testing.assert_allclose(end, spline(start), atol=1e-7)

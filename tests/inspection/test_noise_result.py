"""What a noise floor says of cells, from values that are written down."""

import numpy as np
import pytest

from napari_dinosar.inspection.jitter import Jitter
from napari_dinosar.inspection.noise_result import NoiseFloor, noise_warnings

NAN = np.nan


def floor_of(copies, compared):
    """Return the floor of one row of cells; copies are (2, draws, cells)."""
    values = np.array(copies, dtype=float)[:, :, None]
    return NoiseFloor(values.shape[1], 0, Jitter(), values, np.array([compared]), ())


@pytest.fixture
def floor():
    copies = [
        [[0.2, 0.1, NAN, NAN, 0.3], [0.2, 0.3, NAN, 0.1, 0.3]],
        [[0.2, NAN, 0.5, 0.2, 0.3], [0.2, NAN, NAN, NAN, 0.3]],
    ]
    return floor_of(copies, [0.2, 0.31, 0.1, 0.05, NAN])


def test_a_cell_is_known_from_half_of_the_copies_on(floor):
    assert floor.n_values[0].tolist() == [4, 2, 1, 2, 4]
    assert floor.is_known[0].tolist() == [True, True, False, True, False]
    np.testing.assert_allclose(floor.floor[0], [0.2, 0.29, NAN, 0.195, NAN])


def test_a_cell_on_its_floor_is_noise_and_one_without_a_floor_is_not(floor):
    assert floor.is_noise[0].tolist() == [True, False, False, True, False]
    assert floor.share_of_noise == pytest.approx(2 / 3)
    assert np.isnan(floor_of([[[NAN]], [[NAN]]], [0.3]).share_of_noise)


def test_the_reader_is_told_of_few_copies_and_of_cells_without_a_floor(floor):
    few, unknown = noise_warnings(floor, 4)
    assert "4 copies at most" in few
    assert unknown.startswith("1 of 4 cells has")
    assert noise_warnings(floor, 5)[1].startswith("2 of 5 cells have")
    enough = floor_of(np.full((2, 10, 1), 0.1), [0.3])
    assert noise_warnings(enough, 1) == ()

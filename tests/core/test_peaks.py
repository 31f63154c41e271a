"""Peaks of maps whose hills are known."""

import numpy as np
import pytest

from napari_dinosar.core.peaks import distance_ratio, peak_shift, runner_up, second_peak


def hill(centre, height, width=1.5, shape=(12, 16)):
    row, col = np.indices(shape)
    squared = (row - centre[0]) ** 2 + (col - centre[1]) ** 2
    return height * np.exp(-squared / (2 * width**2))


def test_the_second_peak_is_another_hill_and_not_the_slope_of_the_first():
    values = np.maximum(hill((4, 4), 1.0, width=3), hill((9, 13), 0.3))
    assert second_peak(values, (4, 4)) == (9, 13)
    assert runner_up(values, (4, 4)) == pytest.approx(np.exp(-9 / 18)), "the slope is higher"


def test_without_another_hill_there_is_no_second_peak():
    values = hill((5, 5), 1.0, width=4)
    assert second_peak(values, (5, 5)) is None
    assert runner_up(values, (5, 5)) > 0


def test_patches_that_do_not_count_are_neither_peaks_nor_in_the_way():
    values = np.maximum(hill((4, 4), 1.0), hill((9, 13), 0.5))
    values[9, 13] = np.nan
    assert second_peak(values, (4, 4)) in {(8, 13), (10, 13), (9, 12), (9, 14)}
    values[7:] = np.nan
    values[:, 7:] = np.nan
    assert second_peak(values, (4, 4)) is None


def test_nothing_outside_the_square_is_no_second_at_all():
    values = np.full((9, 9), np.nan)
    values[3:6, 3:6] = 0.5
    assert np.isnan(runner_up(values, (4, 4)))
    assert second_peak(values, (4, 4)) is None
    assert np.isnan(distance_ratio(0.5, runner_up(values, (4, 4))))


def test_a_peak_at_the_edge_is_found():
    values = np.maximum(hill((0, 0), 1.0), hill((11, 15), 0.5))
    assert second_peak(values, (0, 0)) == (11, 15)


def test_the_shift_points_to_the_higher_neighbour():
    values = np.zeros((5, 5))
    values[2, 2], values[2, 3] = 1.0, 1.0
    assert peak_shift(values, (2, 2)) == pytest.approx((0.0, 0.5))
    values[2, 3], values[1, 2] = 0.0, 1.0
    assert peak_shift(values, (2, 2)) == pytest.approx((-0.5, 0.0))


@pytest.mark.parametrize("peak", [(0, 2), (2, 4)])
def test_there_is_no_shift_where_not_all_nine_count(peak):
    values = hill((1, 3), 1.0, shape=(5, 5))
    assert peak_shift(values, peak) == (0.0, 0.0)
    values[0, 0] = np.nan
    assert peak_shift(values, (1, 1)) == (0.0, 0.0)


def test_the_ratio_is_that_of_cosine_distances():
    assert distance_ratio(0.9, 0.5) == pytest.approx(0.2)
    assert distance_ratio(0.7, 0.7) == 1
    assert distance_ratio(1.0, 1.0) == 1, "a repeated pattern has no best place"
    assert distance_ratio(1.0, 0.5) == 0

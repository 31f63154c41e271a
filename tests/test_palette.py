"""Ranges are never empty, and cells without a value never look like zero."""

import numpy as np
import pytest

from napari_dinosar import palette


@pytest.mark.parametrize("values", [[], [np.nan], [0.3], [0.3, 0.3], [-1e-12, 0.0]])
def test_limits_are_finite_and_have_a_width(values):
    low, high = palette.limits(np.array(values, dtype=float))
    assert np.isfinite([low, high]).all()
    assert high > low


def test_limits_are_percentiles_of_what_is_finite():
    values = np.append(np.arange(101.0), [np.nan, np.inf])
    assert palette.limits(values, 2, 98) == (2.0, 98.0)


def test_unused_cells_are_grey_and_used_ones_span_the_colormap():
    colours = palette.cell_colours(np.array([0.1, np.nan, 0.2]))
    assert tuple(colours[1]) == palette.UNUSED
    assert not np.allclose(colours[0], colours[2])
    assert colours.shape == (3, 4)


def test_landmark_colours_repeat_after_the_palette():
    colours = palette.landmark_colours(9)
    np.testing.assert_array_equal(colours[0], colours[7])
    assert len(np.unique(colours[:7], axis=0)) == 7
    assert palette.landmark_colours(0).shape == (0, 4)


def test_all_that_is_painted_in_a_mask_has_its_colour_and_nothing_else():
    colours = np.asarray(palette.mask_colormap("#56B4E9").map(np.array([0, 1, 2, 7])))
    assert colours[0, 3] == 0
    np.testing.assert_allclose(colours[1:] * 255, [[0x56, 0xB4, 0xE9, 255]] * 3, atol=0.5)

"""Crops may leave the photo, and resampling keeps the outer edges in place."""

from __future__ import annotations

import numpy as np
import pytest

from napari_dinosar.core.resampling import CropBox, mask_box, resample_mask, resample_rgb, resize


def test_the_box_of_a_mask_holds_its_first_and_last_pixel():
    mask = np.zeros((20, 30), bool)
    mask[4, 7] = mask[15, 22] = True
    assert mask_box(mask) == CropBox(7, 4, 16, 12)
    assert mask_box(np.ones((20, 30), bool)) == CropBox(0, 0, 30, 20)


def test_a_box_grows_by_its_longer_side_and_may_leave_the_photo():
    box = CropBox(5, 2, 100, 40).grown(0.07)
    assert box == CropBox(-2, -5, 114, 54)
    assert box.inside((90, 60)) == (slice(0, 49), slice(0, 90))
    assert box.overhang((90, 60)) == ((5, 0), (2, 22))


@pytest.mark.parametrize("by", ["bilinear", "bicubic", "lanczos"])
@pytest.mark.parametrize("size", [17, 64, 200])
def test_a_ramp_stays_where_the_half_pixel_convention_puts_it(by, size):
    ramp = np.tile(np.linspace(20, 220, 64), (8, 1))
    found = resize(np.rint(ramp).astype(np.uint8), (size, 8), by)[4].astype(float)
    old = (np.arange(size) + 0.5) * 64 / size - 0.5
    expected = 20 + 200 * old / 63
    inner = (old > 12) & (old < 51)
    # rounded grey values err by one at most, and on average a shift of 0.1 px would show
    difference = found[inner] - expected[inner]
    assert np.abs(difference).max() < 1.05
    assert abs(difference.mean()) < 0.2


def test_what_lies_beyond_the_photo_repeats_its_edge_and_is_no_specimen():
    rgb = np.full((10, 10, 3), 77, np.uint8)
    box = CropBox(-5, -5, 20, 20)
    assert (resample_rgb(rgb, box, (40, 40)) == 77).all()
    mask = resample_mask(np.ones((10, 10), bool), box, (40, 40))
    assert np.flatnonzero(mask[20]).tolist() == list(range(10, 30))

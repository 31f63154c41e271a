"""Colour distances to an uneven backdrop, and Otsu's cut."""

from __future__ import annotations

import numpy as np
import pytest

from napari_dinosar.core.backdrop import backdrop_distance, cielab, otsu


def test_cielab_is_that_of_scikit_image():
    from skimage.color import rgb2lab

    rgb = np.random.default_rng(0).integers(0, 256, (50, 60, 3), dtype=np.uint8)
    rgb[:2] = np.arange(120).reshape(2, 60, 1) // 10
    np.testing.assert_allclose(np.moveaxis(cielab(rgb), 0, -1), rgb2lab(rgb), atol=0.02)


def test_an_uneven_backdrop_with_a_pin_across_it_is_near_zero_everywhere():
    y, x = np.mgrid[-1:1:200j, -1:1:300j]
    rgb = np.stack([220 - 25 * x**2 - 15 * y, 225 - 20 * x**2 - 15 * y, 230 - 18 * y**2], -1)
    rgb = rgb.astype(np.uint8)
    rgb[:, 140:160] = (40, 40, 45)
    rgb[80:120, 100:200] = (120, 60, 20)
    distance = backdrop_distance(rgb)
    assert distance.shape == (200, 300)
    backdrop = np.ones((200, 300), bool)
    backdrop[:, 140:160] = backdrop[80:120, 100:200] = False
    assert distance[backdrop].max() < 2.5
    assert distance[~backdrop].min() > 30


def test_a_strip_of_two_rows_has_a_backdrop():
    rgb = np.full((2, 400, 3), 200, np.uint8)
    rgb[:, 150:250] = 30
    distance = backdrop_distance(rgb)
    assert distance[:, :100].max() < 1
    assert distance[:, 160:240].min() > 40


def test_otsu_is_that_of_scikit_image_and_its_share_of_the_variance():
    from skimage.filters import threshold_otsu

    rng = np.random.default_rng(1)
    values = np.abs(np.r_[rng.normal(3, 2, 7000), rng.normal(40, 9, 3000)]).astype(np.float32)
    threshold, separability = otsu(values)
    assert threshold == pytest.approx(threshold_otsu(values), abs=2 * float(values.max()) / 256)
    upper = values > threshold
    share = upper.mean()
    between = share * (1 - share) * (values[upper].mean() - values[~upper].mean()) ** 2
    assert separability == pytest.approx(between / values.var(), abs=2e-3)


def test_equal_values_have_no_threshold():
    assert otsu(np.full((5, 5), 3, np.float32)) is None
    assert otsu(np.zeros((5, 5), np.float32)) is None

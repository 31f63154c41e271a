"""The overlap of two masks is what both share, seen from either side."""

from __future__ import annotations

import numpy as np
import pytest

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.overlap import outside_share, overlap_masks, overlap_share

SHIFT = np.array([[1.0, 0, 10.0], [0, 1.0, -4.0], [0, 0, 1.0]])
DOUBLE = np.array([[2.0, 0, 0.5], [0, 2.0, 0.5], [0, 0, 1.0]])


def box(x: int, y: int, width: int, height: int, shape: tuple[int, int] = (60, 80)) -> np.ndarray:
    mask = np.zeros(shape, bool)
    mask[y : y + height, x : x + width] = True
    return mask


def test_each_keeps_the_part_that_the_other_covers_and_no_pixel_moves():
    a, b = overlap_masks(box(5, 10, 30, 20), box(25, 10, 30, 30), SHIFT)
    np.testing.assert_array_equal(a, box(15, 14, 20, 16))
    np.testing.assert_array_equal(b, box(25, 10, 20, 16))


def test_canvases_of_two_scales_keep_the_same_area():
    a, b = overlap_masks(box(0, 0, 20, 20), box(10, 10, 60, 40), DOUBLE)
    np.testing.assert_array_equal(a, box(5, 5, 15, 15))
    np.testing.assert_array_equal(b, box(10, 10, 30, 30))


def test_the_identity_leaves_the_intersection():
    rng = np.random.default_rng(0)
    a, b = rng.random((2, 40, 50)) > 0.5
    for cut in overlap_masks(a, b, np.eye(3)):
        np.testing.assert_array_equal(cut, a & b)


def test_what_lies_beyond_the_horizon_is_not_shared():
    tilt = np.array([[1.0, 0, 0], [0, 1.0, 0], [-1 / 40, 0, 1.0]])
    a, _ = overlap_masks(np.ones((60, 80), bool), np.ones((60, 80), bool), tilt)
    assert a[0, :20].all()
    assert not a[:, 40:].any()


def test_iou_counts_what_falls_off_the_canvas():
    whole = np.ones((60, 80), bool)
    assert overlap_share(whole, whole, np.eye(3)) == 1.0
    shift = np.array([[1.0, 0, 40.0], [0, 1.0, 0], [0, 0, 1.0]])
    assert overlap_share(whole, whole, shift) == pytest.approx(1 / 3)
    assert overlap_share(box(0, 0, 20, 20), box(0, 0, 40, 40), DOUBLE) == pytest.approx(1.0)


def test_the_share_outside_is_that_of_the_foreground():
    assert outside_share(box(60, 10, 20, 20), SHIFT, (60, 80)) == 0.5
    assert outside_share(box(10, 10, 20, 20), SHIFT, (60, 80)) == 0.0
    assert outside_share(box(10, 10, 20, 20), SHIFT, (5, 5)) == 1.0


@pytest.mark.parametrize(
    ("a", "b", "matrix", "says"),
    [
        (box(0, 0, 5, 5), box(40, 40, 5, 5), np.eye(3), "do not overlap"),
        (box(0, 0, 0, 0), box(40, 40, 5, 5), np.eye(3), "foreground of A is empty"),
        (box(0, 0, 5, 5), box(0, 0, 0, 0), np.eye(3), "foreground of B is empty"),
        (box(0, 0, 5, 5), box(0, 0, 5, 5), np.zeros((3, 3)), "invertible"),
    ],
)
def test_nothing_to_compare_is_one_clear_error(a, b, matrix, says):
    with pytest.raises(DinosarError, match=says):
        overlap_masks(a, b, matrix)

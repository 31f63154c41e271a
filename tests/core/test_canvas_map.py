"""Both ways agree for every map, and an aligned one is the composite of its two parts."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.transform import ProjectiveTransform

from napari_dinosar.core.canvas_map import CanvasMap, map_points
from napari_dinosar.core.errors import DinosarError

OWN = CanvasMap((-12.0, 30.0), (0.71, 0.73), (0.0, 55.0))
TURN = np.array([[0.0, -1.5, 300.0], [1.5, 0.0, 20.0], [0.0, 0.0, 1.0]])
TILT = np.array([[1.1, 0.2, -8.0], [-0.1, 0.9, 14.0], [4e-4, -3e-4, 0.9]])


def points(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).uniform(-50, 500, (*shape, 2))


@pytest.mark.parametrize("matrix", [TURN, TILT], ids=["affine", "projective"])
def test_an_aligned_map_is_the_composite_of_its_parts_both_ways(matrix):
    aligned = OWN.aligned(matrix)
    xy = points(4, 5)
    expected = ProjectiveTransform(matrix @ OWN.matrix)
    np.testing.assert_allclose(
        aligned.to_canvas(xy), expected(xy.reshape(-1, 2)).reshape(4, 5, 2), atol=1e-9
    )
    np.testing.assert_allclose(aligned.to_photo(aligned.to_canvas(xy)), xy, atol=1e-9)
    np.testing.assert_allclose(aligned.matrix, matrix @ OWN.matrix, rtol=1e-12)
    np.testing.assert_allclose(map_points(aligned.matrix, xy), aligned.to_canvas(xy), atol=1e-9)


def test_an_unaligned_map_is_exactly_what_it_was():
    xy = points(200)
    crop_xy, scale_xy, pad_xy = map(np.array, (OWN.crop_xy, OWN.scale_xy, OWN.pad_xy))
    np.testing.assert_array_equal(OWN.to_canvas(xy), (xy - crop_xy + 0.5) * scale_xy - 0.5 + pad_xy)
    np.testing.assert_array_equal(OWN.to_photo(xy), (xy - pad_xy + 0.5) / scale_xy - 0.5 + crop_xy)
    assert OWN.matrix[2].tolist() == [0, 0, 1]
    assert OWN.is_affine


def test_alignments_follow_one_another():
    np.testing.assert_allclose(OWN.aligned(TURN).aligned(TILT).matrix, TILT @ TURN @ OWN.matrix)


def test_only_a_projective_alignment_is_not_affine():
    assert OWN.aligned(TURN).is_affine
    assert OWN.aligned(2 * TURN).alignment == OWN.aligned(TURN).alignment
    assert not OWN.aligned(TILT).is_affine


def test_maps_are_values():
    assert OWN.aligned(TURN) == OWN.aligned(TURN.tolist())
    assert len({OWN, OWN.aligned(TURN), OWN.aligned(TURN.copy()), OWN.aligned(TILT)}) == 3
    stored = CanvasMap(OWN.crop_xy, OWN.scale_xy, OWN.pad_xy, TURN.tolist())
    assert stored == OWN.aligned(TURN)
    hash(stored)


def test_what_lies_beyond_the_horizon_has_no_place_and_nan_stays_nan():
    horizon = np.array([[1.0, 0, 0], [0, 1.0, 0], [-0.01, 0, 1.0]])
    xy = np.array([[99.0, 3.0], [100.0, 3.0], [150.0, 3.0], [np.nan, 3.0]])
    mapped = CanvasMap((0.5, 0.5), (1, 1), (0.5, 0.5)).aligned(horizon).to_canvas(xy)
    np.testing.assert_allclose(mapped[0], [9900, 300])
    assert np.isnan(mapped[1:]).all()
    assert np.isnan(OWN.aligned(TURN).to_photo((np.nan, 3.0))).all()


@pytest.mark.parametrize(
    "matrix",
    [
        np.eye(2),
        np.zeros((3, 3)),
        np.diag([1.0, 0.0, 1.0]),
        np.full((3, 3), np.nan),
        [[1, 0, 0], [0, 1, 0]],
        [[1, 0, 0], [0, 1], [0, 0, 1]],
        "turned",
        {"rows": 3},
    ],
    ids=str,
)
def test_what_is_no_invertible_matrix_is_one_clear_error(matrix):
    with pytest.raises(DinosarError, match="3 x 3 finite numbers"):
        OWN.aligned(matrix)

"""Homographies agree with an independent estimate, resist outliers, and are refused when absurd."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.transform import estimate_transform

from napari_dinosar.core.canvas_map import map_points
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.homography import (
    fit_homography,
    local_scales,
    ransac_homography,
    refuse_absurd,
)

TRUE = np.array([[0.9, 0.25, 30.0], [-0.2, 1.05, 60.0], [4e-4, -2e-4, 1.0]])


def scattered(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(40, 460, (n, 2))


def test_the_fit_is_that_of_an_independent_direct_linear_transform():
    source = scattered(12)
    target = map_points(TRUE, source) + np.random.default_rng(1).normal(0, 6, (12, 2))
    expected = estimate_transform("projective", source, target).params
    found = fit_homography(source, target)
    np.testing.assert_allclose(found / found[2, 2], expected / expected[2, 2], rtol=1e-7)


@pytest.mark.parametrize("n", [9, 60], ids=["all draws", "seeded draws"])
def test_an_exact_homography_is_found_among_outliers(n):
    source = scattered(n)
    target = map_points(TRUE, source)
    wrong = np.arange(n) % 4 == 3
    target[wrong] += np.random.default_rng(2).choice([-90.0, 90.0], (wrong.sum(), 2))
    found = ransac_homography(source, target, seed=5)
    np.testing.assert_array_equal(found.inlier, ~wrong)
    np.testing.assert_allclose(
        map_points(found.matrix, source), map_points(TRUE, source), atol=1e-6
    )
    again = ransac_homography(source, target, seed=5)
    np.testing.assert_array_equal(found.matrix, again.matrix)


def test_inliers_lie_within_3_percent_of_the_longer_side_of_the_targets_box():
    source = scattered(11)
    target = map_points(TRUE, source)
    side = np.ptp(target, axis=0).max()
    for share, agrees in ((0.02, True), (0.05, False)):
        moved = target.copy()
        moved[4, 0] += share * side
        assert ransac_homography(source, moved).inlier[4] == agrees


def test_four_that_agree_by_construction_are_no_support():
    source = scattered(6)
    target = source + np.random.default_rng(7).normal(0, 70, (6, 2))
    with pytest.raises(DinosarError, match="no five agree"):
        ransac_homography(source, target)


@pytest.mark.parametrize("seed", range(4))
def test_landmarks_on_a_line_are_refused(seed):
    x = np.random.default_rng(seed).uniform(0, 300, 7)
    line = np.stack([x, 0.4 * x + 9], axis=1)
    with pytest.raises(DinosarError, match="similarity"):
        ransac_homography(line, line)
    with pytest.raises(DinosarError, match="line"):
        fit_homography(line, scattered(7))
    with pytest.raises(DinosarError, match="coincide"):
        fit_homography(np.ones((6, 2)), scattered(6))


def test_mirrored_landmarks_have_no_upright_homography():
    source = scattered(8)
    with pytest.raises(DinosarError, match=r"turns? the specimen over"):
        ransac_homography(source, source * (-1, 1))


def test_local_scales_are_the_singular_values_of_the_derivative():
    xy = scattered(20)
    step = 1e-4
    smallest, largest = local_scales(TRUE, xy)
    for point, low, high in zip(xy, smallest, largest, strict=True):
        columns = [
            (map_points(TRUE, point + d) - map_points(TRUE, point - d)) / (2 * step)
            for d in (np.array([step, 0]), np.array([0, step]))
        ]
        np.testing.assert_allclose(
            np.linalg.svd(np.stack(columns, axis=1), compute_uv=False), (high, low), rtol=1e-6
        )


@pytest.mark.parametrize(
    ("matrix", "says"),
    [
        (np.diag([-1.0, 1.0, 1.0]), "turns specimen A over"),
        (np.array([[1.0, 0, 0], [0, 1.0, 0], [-1 / 300, 0, 1.0]]), "horizon"),
        (np.diag([4.0, 1.0, 1.0]), "1 to 4 x"),
        (np.diag([1.0, 0.2, 1.0]), "0.2 to 1 x"),
        (np.array([[1.0, 0, 0], [0, 1.0, 0], [-1 / 700, 0, 1.0]]), "lengths on specimen A"),
    ],
)
def test_absurd_homographies_are_refused(matrix, says):
    pixels = np.stack(np.meshgrid([0, 250, 500], [0, 500]), axis=-1).reshape(-1, 2)
    for sign in (1, -1):
        with pytest.raises(DinosarError, match=says):
            refuse_absurd(sign * matrix, pixels)


def test_a_sane_homography_is_not_refused_whatever_its_sign():
    refuse_absurd(TRUE, scattered(50))
    refuse_absurd(-3 * TRUE, scattered(50))

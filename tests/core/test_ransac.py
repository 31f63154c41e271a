import numpy as np
import pytest

from napari_dinosar.core.ransac import ransac_similarity


def planted(
    n_inliers=60, n_outliers=90, *, angle=0.4, scale=1.3, mirrored=False, noise=1.0, seed=0
):
    random = np.random.default_rng(seed)
    source = random.uniform(0, 500, size=(n_inliers + n_outliers, 2))
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.diag([1, -1 if mirrored else 1])
    target = source @ matrix.T + [60, 40]
    target[:n_inliers] += random.normal(scale=noise, size=(n_inliers, 2))
    target[n_inliers:] = random.uniform(0, 500, size=(n_outliers, 2))
    return source, target, matrix


@pytest.mark.parametrize("seed", range(5))
def test_a_planted_similarity_is_recovered_among_outliers(seed):
    source, target, matrix = planted(seed=seed)
    found = ransac_similarity(source, target, np.arange(150), threshold=8, seed=seed)
    np.testing.assert_allclose(found.transform[:2, :2], matrix, atol=0.02)
    assert found.inlier[:60].all()
    assert found.inlier[60:].sum() <= 3
    assert found.n_targets == found.inlier.sum()
    assert not found.mirrored


def test_the_transform_is_the_least_squares_fit_of_its_inliers():
    source, target, _ = planted(n_outliers=0, noise=0.5)
    found = ransac_similarity(source, target, np.arange(60), threshold=8)
    mapped = source @ found.transform[:2, :2].T + found.transform[:2, 2]
    assert found.inlier.all()
    gap = mapped - target
    centred = source - source.mean(axis=0)
    np.testing.assert_allclose(gap.mean(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose((centred * gap).sum(), 0, atol=1e-6)
    np.testing.assert_allclose((centred[:, ::-1] * [1, -1] * gap).sum(), 0, atol=1e-6)


def test_mirrored_only_when_asked():
    source, target, matrix = planted(mirrored=True)
    ids = np.arange(150)
    plain = ransac_similarity(source, target, ids, threshold=8)
    assert plain.transform is None or plain.n_targets < 20
    found = ransac_similarity(source, target, ids, threshold=8, mirror=True)
    assert found.mirrored
    np.testing.assert_allclose(found.transform[:2, :2], matrix, atol=0.02)
    assert found.inlier[:60].all()


def test_a_plain_similarity_stays_plain_when_mirrors_are_tried():
    source, target, _ = planted()
    found = ransac_similarity(source, target, np.arange(150), threshold=8, mirror=True)
    assert not found.mirrored
    assert found.inlier[:60].all()


def test_the_same_seed_gives_the_same_answer():
    source, target, _ = planted(n_inliers=12, n_outliers=138)
    one, two = (
        ransac_similarity(source, target, np.arange(150), threshold=4, seed=7) for _ in range(2)
    )
    np.testing.assert_array_equal(one.inlier, two.inlier)
    np.testing.assert_array_equal(one.transform, two.transform)


def test_many_matches_to_one_patch_count_once():
    """Fifty matches from nearby into one patch lose against six that agree on a transform."""
    random = np.random.default_rng(1)
    source, target, matrix = planted(n_inliers=6, n_outliers=0, noise=0)
    sink = random.uniform(240, 254, size=(50, 2))
    found = ransac_similarity(
        np.vstack([source, sink]),
        np.vstack([target, np.full((50, 2), 20.0) + random.uniform(-5, 5, size=(50, 2))]),
        np.concatenate([np.arange(6), np.full(50, 99)]),
        threshold=8,
    )
    np.testing.assert_allclose(found.transform[:2, :2], matrix, atol=1e-9)
    assert found.inlier.tolist() == [True] * 6 + [False] * 50
    assert found.n_targets == 6


@pytest.mark.parametrize(("scale", "accepted"), [(0.32, 0), (0.35, 1), (2.9, 1), (3.1, 0)])
def test_scales_beyond_a_third_to_three_are_refused(scale, accepted):
    source, target, _ = planted(n_outliers=0, scale=scale, noise=0)
    found = ransac_similarity(source, target, np.arange(60), threshold=1)
    assert (found.transform is not None) == accepted
    assert found.inlier.sum() == 60 * accepted


def test_three_targets_are_not_enough():
    source, target, _ = planted(n_inliers=40, n_outliers=0, noise=0)
    ids = np.arange(40) % 3
    found = ransac_similarity(source, target, ids, threshold=8)
    assert found.transform is None
    assert not found.inlier.any()
    assert found.n_targets == 0
    four = ransac_similarity(source[:4], target[:4], np.arange(4), threshold=8)
    assert four.inlier.all()


def test_noise_alone_has_no_transform():
    random = np.random.default_rng(2)
    source, target = random.uniform(0, 500, size=(2, 12, 2))
    found = ransac_similarity(source, target, np.arange(12), threshold=0.5)
    assert found.transform is None


@pytest.mark.parametrize("n_matches", [0, 1, 3])
def test_few_matches(n_matches):
    points = np.random.default_rng(0).normal(size=(n_matches, 2))
    found = ransac_similarity(points, points, np.arange(n_matches), threshold=8, mirror=True)
    assert found.transform is None
    assert found.inlier.shape == (n_matches,)


def test_coinciding_sources_do_no_harm():
    source, target, _ = planted(n_inliers=20, n_outliers=0, noise=0)
    source[1], target[1] = source[0], target[0]
    found = ransac_similarity(source, target, np.arange(20), threshold=8)
    assert found.inlier.all()

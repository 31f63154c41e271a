import numpy as np
import pytest

from napari_dinosar.core.matching import (
    PatchSide,
    attention_matches,
    best_matches,
    demo_matches,
    unit_tokens,
)

PATCH = 14


def make_side(rows=14, cols=16, n_layers=2, width=6, seed=0, share=0.8):
    random = np.random.default_rng(seed)
    tokens = unit_tokens(random.normal(size=(n_layers, rows, cols, width)))
    return PatchSide(tokens, random.random((rows, cols)) < share, PATCH)


def best_of(side_a, side_b, agg="mean"):
    return best_matches(side_a.flat_tokens, side_b.flat_tokens, agg)


def brute_force_demo(side_a, side_b, agg, mutual, ratio, topn):
    """Go through the steps of the demo flavour one patch at a time."""
    tokens_a, tokens_b = side_a.flat_tokens.astype(float), side_b.flat_tokens.astype(float)
    s = getattr(np, agg)(np.einsum("lid,ljd->lij", tokens_a, tokens_b), axis=0)
    places_a = [tuple(place) for place in np.argwhere(side_a.valid)]
    places_b = [tuple(place) for place in np.argwhere(side_b.valid)]
    found = []
    for i in range(len(s)):
        j = s[i].argmax()
        if mutual and s[:, j].argmax() != i:
            continue
        (r, c) = places_b[j]
        elsewhere = [
            s[i, k] for k, (y, x) in enumerate(places_b) if abs(y - r) > 2 or abs(x - c) > 2
        ]
        if elsewhere and not 1 - s[i, j] <= ratio * (1 - max(elsewhere)):
            continue
        found.append((i, j))
    found.sort(key=lambda pair: -s[pair])
    kept = []
    for i, j in found:
        near = any(
            max(abs(places_a[i][0] - places_a[k][0]), abs(places_a[i][1] - places_a[k][1])) < 2
            for k, _ in kept
        )
        if not near:
            kept.append((i, j))
    kept = kept[:topn]
    centres = []
    for i, j in kept:
        (r, c) = places_b[j]
        around = [(r + dr, c + dc) for dr in (-1, 0, 1) for dc in (-1, 0, 1)]
        centre = np.array([c, r], dtype=float)
        if all(place in places_b for place in around):
            weights = np.exp([s[i, places_b.index(place)] / 0.02 for place in around])
            centre = np.average(np.array(around)[:, ::-1], axis=0, weights=weights)
        centres.append(PATCH * centre + (PATCH - 1) / 2)
    return kept, np.array(centres).reshape(-1, 2), s


def test_a_side_knows_where_its_patches_lie():
    valid = np.zeros((4, 5), dtype=bool)
    valid[1, 3] = valid[2, 0] = valid[2, 1] = True
    tokens = np.random.default_rng(0).normal(size=(2, 4, 5, 3)).astype(np.float32)
    side = PatchSide(tokens, valid, patch_size=16)
    np.testing.assert_array_equal(side.rows_cols, [[1, 3], [2, 0], [2, 1]])
    np.testing.assert_array_equal(side.xy, [[55.5, 23.5], [7.5, 39.5], [23.5, 39.5]])
    np.testing.assert_array_equal(side.flat_tokens, tokens[:, valid])
    np.testing.assert_array_equal(
        side.neighbours(np.array([2]), 1), [[-1, -1, -1, 1, 2, -1, -1, -1, -1]]
    )
    assert side.neighbours(np.array([0, 1]), 2).shape == (2, 25)


@pytest.mark.parametrize("agg", ["mean", "median"])
@pytest.mark.parametrize("mutual", [True, False])
@pytest.mark.parametrize(("ratio", "topn"), [(0.9, 200), (0.97, 6), (1.0, 200)])
def test_demo_matches_are_those_of_brute_force(agg, mutual, ratio, topn):
    side_a, side_b = make_side(), make_side(seed=1, share=0.93)
    expected, xy_b, s = brute_force_demo(side_a, side_b, agg, mutual, ratio, topn)
    best = best_of(side_a, side_b, agg)
    found = demo_matches(side_a, side_b, best, agg=agg, mutual=mutual, ratio=ratio, topn=topn)
    assert expected, "the case is a real one"
    np.testing.assert_array_equal(found.index_a, [i for i, _ in expected])
    np.testing.assert_array_equal(found.index_b, [j for _, j in expected])
    np.testing.assert_allclose(found.similarity, [s[pair] for pair in expected], atol=1e-6)
    np.testing.assert_allclose(found.dissimilarity, 1 - found.similarity)
    np.testing.assert_allclose(found.xy_a, side_a.xy[found.index_a])
    np.testing.assert_allclose(found.xy_b, xy_b, atol=1e-3)
    np.testing.assert_array_equal(found.mutual, best.mutual_a[found.index_a])
    assert found.inlier is None
    assert found.transform is None
    assert np.isnan(found.attention).all()


def test_the_ratio_is_one_of_cosine_distances():
    """Similarities 0.9 and 0.8: a distance ratio of a half, a similarity ratio of 1.125."""
    tokens_b = np.zeros((1, 1, 9, 3), dtype=np.float32)
    tokens_b[0, 0, :, 2] = 1
    tokens_b[0, 0, 0] = [0.9, np.sqrt(1 - 0.9**2), 0]
    tokens_b[0, 0, 8] = [0.8, np.sqrt(1 - 0.8**2), 0]
    side_a = PatchSide(
        np.array([1, 0, 0], dtype=np.float32).reshape(1, 1, 1, 3), np.ones((1, 1), bool), 16
    )
    side_b = PatchSide(tokens_b, np.ones((1, 9), dtype=bool), 16)
    best = best_of(side_a, side_b)
    assert len(demo_matches(side_a, side_b, best, ratio=0.51).index_a) == 1
    assert len(demo_matches(side_a, side_b, best, ratio=0.49).index_a) == 0


def test_the_runner_up_lies_outside_five_by_five():
    tokens_b = np.zeros((1, 1, 7, 2), dtype=np.float32)
    tokens_b[0, 0, :, 1] = 1
    tokens_b[0, 0, :3] = [0.8, 0.6]
    side_a = PatchSide(
        np.array([1, 0], dtype=np.float32).reshape(1, 1, 1, 2), np.ones((1, 1), bool), 16
    )
    near = PatchSide(tokens_b, np.ones((1, 7), dtype=bool), 16)
    assert len(demo_matches(side_a, near, best_of(side_a, near)).index_a) == 1
    tokens_b[0, 0, 3] = [0.8, 0.6]
    far = PatchSide(tokens_b, np.ones((1, 7), dtype=bool), 16)
    assert len(demo_matches(side_a, far, best_of(side_a, far)).index_a) == 0
    alone = PatchSide(tokens_b, np.arange(7)[None] < 3, 16)
    assert len(demo_matches(side_a, alone, best_of(side_a, alone), ratio=0.01).index_a) == 1


def test_no_two_matches_start_side_by_side():
    side_a, side_b = make_side(share=1.0), make_side(seed=1, share=1.0)
    found = demo_matches(side_a, side_b, best_of(side_a, side_b), mutual=False, ratio=1.0)
    places = side_a.rows_cols[found.index_a]
    gaps = np.abs(places[:, None] - places).max(axis=-1)
    assert gaps[~np.eye(len(places), dtype=bool)].min() == 2
    assert len(places) > 20


def test_refinement_finds_a_place_between_patches():
    """A smooth field seen half a patch further on: refined positions are nearer to the truth."""
    shift = np.array([0.4, -0.3])
    rows, cols = np.mgrid[0:12, 0:14].astype(float)
    waves = np.random.default_rng(0).normal(scale=0.25, size=(2, 60))

    def tokens(x, y):
        phase = x[..., None] * waves[0] + y[..., None] * waves[1]
        return unit_tokens(np.concatenate([np.cos(phase), np.sin(phase)], axis=-1)[None])

    valid = np.ones((12, 14), dtype=bool)
    side_a = PatchSide(tokens(cols + shift[0], rows + shift[1]), valid, PATCH)
    side_b = PatchSide(tokens(cols, rows), valid, PATCH)
    found = demo_matches(side_a, side_b, best_of(side_a, side_b), ratio=1.0)
    inner = (side_b.neighbours(found.index_b, 1) >= 0).all(axis=1)
    truth = found.xy_a + PATCH * shift
    refined = np.linalg.norm(found.xy_b - truth, axis=1)[inner]
    whole = np.linalg.norm(side_b.xy[found.index_b] - truth, axis=1)[inner]
    assert inner.sum() >= 10
    assert np.median(refined) < 0.6 * np.median(whole)


def rotated_pair(n=20, angle=0.3, mirrored=False):
    """Return two sides whose equal tokens lie where a rotation puts them."""
    random = np.random.default_rng(0)
    side_a = PatchSide(unit_tokens(random.normal(size=(1, n, n, 24))), np.ones((n, n), bool), PATCH)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    places = (side_a.rows_cols[:, ::-1] - (n - 1) / 2) * [1, -1 if mirrored else 1]
    columns, rows = np.rint(places @ turn.T + (n - 1) / 2).astype(int).T
    inside = (rows >= 0) & (rows < n) & (columns >= 0) & (columns < n)
    tokens = unit_tokens(random.normal(size=(1, n, n, 24)))
    tokens[:, rows[inside], columns[inside]] = side_a.flat_tokens[:, inside]
    return side_a, PatchSide(tokens, np.ones((n, n), bool), PATCH), turn


@pytest.mark.parametrize("mirrored", [False, True])
def test_verification_marks_what_one_transform_explains(mirrored):
    side_a, side_b, turn = rotated_pair(mirrored=mirrored)
    best = best_of(side_a, side_b)
    found = demo_matches(side_a, side_b, best, verify=True, ratio=1.0, mirror=True, seed=3)
    truth = turn @ np.diag([1, -1 if mirrored else 1])
    np.testing.assert_allclose(found.transform[:2, :2], truth, atol=0.05)
    gap = found.xy_a @ found.transform[:2, :2].T + found.transform[:2, 2] - found.xy_b
    np.testing.assert_array_equal(found.inlier, np.linalg.norm(gap, axis=1) <= PATCH)
    assert found.inlier.mean() > 0.5
    again = demo_matches(side_a, side_b, best, verify=True, ratio=1.0, mirror=True, seed=3)
    np.testing.assert_array_equal(found.transform, again.transform)
    assert found.warnings == ()


def test_a_threshold_of_ones_own():
    side_a, side_b, _ = rotated_pair()
    best = best_of(side_a, side_b)
    wide, narrow = (
        demo_matches(side_a, side_b, best, verify=True, ratio=1.0, ransac_reproj=px).inlier.sum()
        for px in (30.0, 3.0)
    )
    assert narrow < wide


def test_matches_that_nothing_explains_are_said_to_be_unverified():
    side_a, side_b = make_side(), make_side(seed=1)
    best = best_of(side_a, side_b)
    found = demo_matches(side_a, side_b, best, verify=True, ratio=1.0, topn=5, ransac_reproj=0.5)
    assert len(found.inlier) == 5
    assert not found.inlier.any()
    assert found.transform is None
    assert "none of the matches is verified" in found.warnings[0]


@pytest.mark.parametrize("verify", [False, True])
def test_no_match_left_is_a_warning(verify):
    side_a, side_b = make_side(), make_side(seed=1)
    found = demo_matches(side_a, side_b, best_of(side_a, side_b), ratio=0.01, verify=verify)
    assert found.xy_b.shape == (0, 2)
    assert found.mutual.shape == (0,)
    assert "No match passed" in found.warnings[0]
    assert (found.inlier is not None) == verify


def test_attention_takes_the_most_attended_valid_patches():
    side_a, side_b = make_side(), make_side(seed=1)
    best = best_of(side_a, side_b)
    attention = np.random.default_rng(2).random(side_a.valid.shape).astype(np.float32)
    attention[~side_a.valid] = 9
    found = attention_matches(side_a, side_b, best, attention, top_matches=12)
    expected = np.argsort(-attention[side_a.valid])[:12]
    np.testing.assert_array_equal(found.index_a, expected)
    np.testing.assert_array_equal(found.index_b, best.b_of_a[expected])
    np.testing.assert_array_equal(found.attention, attention[side_a.valid][expected])
    np.testing.assert_array_equal(found.xy_b, side_b.xy[best.b_of_a[expected]])
    assert found.inlier is None
    assert (
        len(attention_matches(side_a, side_b, best, attention, 10_000).index_a)
        == side_a.valid.sum()
    )

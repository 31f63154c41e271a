"""The five score modes against their definitions, written out over the whole matrix."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_dinosar.core.errors import DinosarError, NeedsAttentionError
from napari_dinosar.core.matching import PatchSide, best_matches, demo_matches
from napari_dinosar.core.score_modes import SCORE_MODES, score_sample
from napari_dinosar.core.scores import statistics
from napari_dinosar.core.similarity import unit_tokens


def make_side(seed, rows=9, cols=11, n_layers=3, width=6, share=0.7):
    random = np.random.default_rng(seed)
    tokens = unit_tokens(random.normal(size=(n_layers, rows, cols, width)))
    return PatchSide(tokens, random.random((rows, cols)) < share, 16)


def matrix(side_a, side_b, agg):
    tokens = side_a.flat_tokens.astype(float), side_b.flat_tokens.astype(float)
    return getattr(np, agg)(np.einsum("lid,ljd->lij", *tokens), axis=0)


class Pair:
    """Two specimens with all that the modes may ask for."""

    def __init__(self, agg="mean", seed=0, **sizes):
        self.side_a, self.side_b = make_side(seed, **sizes), make_side(seed + 50, **sizes)
        random = np.random.default_rng(seed + 99)
        self.attention_a = random.random(self.side_a.valid.shape).astype(np.float32)
        self.attention_b = random.random(self.side_b.valid.shape).astype(np.float32)
        self.agg = agg
        self.best = best_matches(self.side_a.flat_tokens, self.side_b.flat_tokens, agg)
        self.s = matrix(self.side_a, self.side_b, agg)

    def a_to_b(self, mode, **changes):
        given = {
            "side_a": self.side_a,
            "side_b": self.side_b,
            "agg": self.agg,
            "attention_a": self.attention_a,
            "attention_b": self.attention_b,
        }
        return score_sample(mode, self.best, **(given | changes))

    def b_to_a(self, mode, **changes):
        return score_sample(
            mode,
            self.best.reversed(),
            side_a=self.side_b,
            side_b=self.side_a,
            agg=self.agg,
            attention_a=self.attention_b,
            attention_b=self.attention_a,
            **changes,
        )

    def demo(self, **options):
        return demo_matches(self.side_a, self.side_b, self.best, agg=self.agg, ratio=1.0, **options)


@pytest.fixture(params=["mean", "median"])
def pair(request):
    return Pair(request.param)


def test_foreground_is_the_best_match_of_each_patch(pair):
    found = pair.a_to_b("foreground")
    np.testing.assert_allclose(found.values, 1 - pair.s.max(axis=1), atol=1e-6)
    np.testing.assert_allclose(pair.b_to_a("foreground").values, 1 - pair.s.max(axis=0), atol=1e-6)
    assert found.values.dtype == np.float64
    assert (found.weights, found.warnings, found.verified) == (None, (), None)


def test_bidirectional_pools_both(pair):
    pooled = np.concatenate([1 - pair.s.max(axis=1), 1 - pair.s.max(axis=0)])
    np.testing.assert_allclose(pair.a_to_b("bidirectional").values, pooled, atol=1e-6)
    there, back = (statistics(way("bidirectional").values) for way in (pair.a_to_b, pair.b_to_a))
    assert there == pytest.approx(back)


@pytest.mark.parametrize("k", [1, 2, 5, 30])
def test_topk_mean_is_the_mean_of_the_largest(pair, k):
    expected = 1 - np.sort(pair.s, axis=1)[:, -k:].mean(axis=1)
    np.testing.assert_allclose(pair.a_to_b("topk_mean", k=k).values, expected, atol=1e-6)
    expected = 1 - np.sort(pair.s, axis=0)[-k:].mean(axis=0)
    np.testing.assert_allclose(pair.b_to_a("topk_mean", k=k).values, expected, atol=1e-6)
    assert pair.a_to_b("topk_mean", k=k).warnings == ()


def test_topk_is_capped_and_says_so(pair):
    few = np.zeros_like(pair.side_b.valid)
    few[3, 4:7] = True
    small = replace(pair.side_b, valid=few)
    whole = matrix(pair.side_a, small, pair.agg)
    found = pair.a_to_b("topk_mean", side_b=small, k=5)
    np.testing.assert_allclose(found.values, 1 - whole.mean(axis=1), atol=1e-6)
    (warning,) = found.warnings
    assert "all 3 valid patches" in warning
    assert "the 5 that topk asks for" in warning
    assert pair.a_to_b("topk_mean", side_b=small, k=3).warnings == ()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["mean", "median"]), st.integers(1, 4))
def test_the_one_largest_is_the_best_match(seed, agg, n_layers):
    pair = Pair(agg, seed, n_layers=n_layers)
    np.testing.assert_array_equal(
        pair.a_to_b("topk_mean", k=1).values, pair.a_to_b("foreground").values
    )


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 40))
def test_more_neighbours_are_never_nearer(seed, k):
    pair = Pair("mean", seed)
    nearer, farther = (pair.a_to_b("topk_mean", k=n).values for n in (k, k + 1))
    assert (farther >= nearer - 1e-12).all()
    assert (nearer >= pair.a_to_b("foreground").values - 1e-12).all()


def scaled(attention, side):
    values = attention[side.valid].astype(float)
    return (values - values.min()) / (values.max() - values.min())


def test_attention_weighs_both_ends_of_a_match(pair):
    at_a, at_b = scaled(pair.attention_a, pair.side_a), scaled(pair.attention_b, pair.side_b)
    found = pair.a_to_b("attention_weighted")
    np.testing.assert_allclose(found.values, 1 - pair.s.max(axis=1), atol=1e-6)
    expected = np.sqrt(at_a * at_b[pair.s.argmax(axis=1)])
    np.testing.assert_allclose(found.weights, expected, rtol=1e-12)
    back = pair.b_to_a("attention_weighted")
    expected = np.sqrt(at_b * at_a[pair.s.argmax(axis=0)])
    np.testing.assert_allclose(back.weights, expected, rtol=1e-12)
    assert found.warnings == back.warnings == ()
    assert statistics(found.values, found.weights)["n"] < len(found.values), "the lowest weighs 0"


def test_attention_outside_the_valid_patches_changes_no_weight(pair):
    plain = pair.a_to_b("attention_weighted").weights
    changed = np.where(pair.side_a.valid, pair.attention_a, 40)
    found = pair.a_to_b("attention_weighted", attention_a=changed)
    np.testing.assert_array_equal(found.weights, plain)
    found = pair.a_to_b("attention_weighted", attention_a=pair.attention_a * 7 - 2)
    np.testing.assert_allclose(found.weights, plain, atol=1e-4)


def test_where_attention_is_the_same_everywhere_nothing_weighs_more(pair):
    flat = np.full(pair.side_a.valid.shape, 0.01)
    found = pair.a_to_b("attention_weighted", attention_a=flat, attention_b=flat)
    np.testing.assert_array_equal(found.weights, 1)
    (warning,) = found.warnings
    assert "alike" in warning
    weighted, plain = statistics(found.values, found.weights), statistics(found.values)
    for name in ("mean", "std", "skewness", "kurtosis", "share_above_0_3", "min", "max", "n"):
        assert weighted[name] == pytest.approx(plain[name], rel=1e-9), name
    one = pair.a_to_b("attention_weighted", attention_b=flat)
    np.testing.assert_allclose(one.weights, np.sqrt(scaled(pair.attention_a, pair.side_a)))


def test_where_no_match_has_attention_at_both_ends_there_is_no_score():
    valid = np.array([[True, True]])
    tokens = np.eye(2, dtype=np.float32).reshape(1, 1, 2, 2)
    side = PatchSide(tokens, valid, 16)
    best = best_matches(side.flat_tokens, side.flat_tokens)
    up, down = np.array([[0.0, 1.0]]), np.array([[1.0, 0.0]])
    found = score_sample(
        "attention_weighted", best, side_a=side, side_b=side, attention_a=up, attention_b=down
    )
    assert "no values" in found.warnings[0]
    assert statistics(found.values, found.weights)["mean"] is None


@pytest.mark.parametrize("lacking", ["attention_a", "attention_b"])
def test_without_attention_it_is_refused(pair, lacking):
    with pytest.raises(NeedsAttentionError, match=r"'attention_weighted'.*DINO network"):
        pair.a_to_b("attention_weighted", **{lacking: None})


def planted(n_wrong=6):
    """Return a pair in which the matches of B are shifted by one row, but for a few."""
    side_a = make_side(3, rows=12, cols=12, share=2)
    tokens = np.roll(side_a.tokens, 1, axis=1).copy()
    random = np.random.default_rng(0)
    for row, col in random.permutation(np.argwhere(side_a.valid))[:n_wrong]:
        other = tuple(random.integers(0, 12, 2))
        tokens[:, row, col], tokens[:, other[0], other[1]] = (
            tokens[:, other[0], other[1]].copy(),
            tokens[:, row, col].copy(),
        )
    noisy = unit_tokens(tokens + random.normal(scale=0.05, size=tokens.shape))
    found = Pair()
    found.side_a, found.side_b = side_a, replace(side_a, tokens=noisy)
    found.best = best_matches(side_a.flat_tokens, found.side_b.flat_tokens)
    return found


def test_demo_inliers_are_the_verified_pairs():
    found = planted()
    matches = found.demo(verify=True, topn=60)
    assert 4 < matches.inlier.sum() < len(matches.inlier)
    sample = found.a_to_b("demo_inliers", correspondences=matches)
    np.testing.assert_array_equal(sample.values, matches.dissimilarity[matches.inlier])
    s = matrix(found.side_a, found.side_b, "mean")
    pairs = matches.index_a[matches.inlier], matches.index_b[matches.inlier]
    np.testing.assert_allclose(sample.values, 1 - s[pairs], atol=1e-6)
    assert sample.verified is True
    assert sample.warnings == ()
    back = found.b_to_a("demo_inliers", correspondences=matches)
    np.testing.assert_array_equal(back.values, sample.values)


def test_without_ransac_the_pairs_are_said_to_be_unverified(pair):
    matches = pair.demo()
    sample = pair.a_to_b("demo_inliers", correspondences=matches)
    np.testing.assert_array_equal(sample.values, matches.dissimilarity)
    assert sample.verified is False
    assert "not verified" in sample.warnings[0]
    assert "demo_verify" in sample.warnings[0]


def test_where_nothing_is_verified_there_is_no_score(pair):
    matches = pair.demo(verify=True, ransac_reproj=1e-6)
    assert not matches.inlier.any()
    sample = pair.a_to_b("demo_inliers", correspondences=matches)
    assert len(sample.values) == 0
    assert "no values" in sample.warnings[0]
    assert statistics(sample.values)["mean"] is None


def test_demo_inliers_need_demo_matches(pair):
    with pytest.raises(DinosarError, match=r"'demo_inliers'.*demo flavour"):
        pair.a_to_b("demo_inliers")


def test_an_unknown_mode_is_refused(pair):
    with pytest.raises(DinosarError, match=r"'colour': choose from foreground, .*demo_inliers"):
        pair.a_to_b("colour")


@pytest.mark.parametrize("mode", SCORE_MODES)
def test_a_specimen_and_itself(mode):
    side = make_side(1, width=40)
    best = best_matches(side.flat_tokens, side.flat_tokens)
    attention = np.random.default_rng(0).random(side.valid.shape)
    found = score_sample(
        mode, best, side_a=side, side_b=side, k=1, attention_a=attention, attention_b=attention,
        correspondences=demo_matches(side, side, best, verify=True),
    )  # fmt: skip
    assert found.values.min() >= 0
    assert found.values.max() < 1e-6
    assert len(found.values) > 5

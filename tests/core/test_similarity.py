import tracemalloc

import numpy as np
import pytest

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.similarity import (
    Similarity,
    aggregate_layers,
    best_matches,
    highest_means,
    layer_spread,
    similarity_map,
    unit_tokens,
)


def random_tokens(n_layers, n_patches, width=8, seed=0):
    random = np.random.default_rng(seed)
    return unit_tokens(random.normal(size=(n_layers, n_patches, width)))


def brute_force(tokens_a, tokens_b, agg):
    cosines = np.einsum("lid,ljd->lij", tokens_a.astype(float), tokens_b.astype(float))
    return getattr(np, agg)(cosines, axis=0)


def test_unit_tokens_have_length_one():
    tokens = np.random.default_rng(0).normal(scale=40, size=(2, 3, 4, 16))
    units = unit_tokens(tokens)
    assert units.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(units, axis=-1), 1, rtol=1e-6)
    np.testing.assert_allclose(
        units, tokens / np.linalg.norm(tokens, axis=-1, keepdims=True), atol=1e-6
    )


def test_a_zero_token_stays_zero_and_a_damaged_one_is_refused():
    tokens = np.ones((1, 2, 2, 4), dtype=np.float32)
    tokens[0, 0, 1] = 0
    assert not unit_tokens(tokens)[0, 0, 1].any()
    tokens[0, 1, 1, 2] = np.nan
    with pytest.raises(DinosarError, match="not finite"):
        unit_tokens(tokens)


@pytest.mark.parametrize("n_layers", range(1, 8))
def test_the_median_is_numpys(n_layers):
    values = np.random.default_rng(n_layers).normal(size=(n_layers, 30, 20)).astype(np.float32)
    given = values.copy()
    np.testing.assert_array_equal(
        aggregate_layers(list(values), "median"), np.median(given, axis=0)
    )
    np.testing.assert_array_equal(values, given)


@pytest.mark.parametrize("n_layers", range(1, 5))
def test_the_mean_is_numpys(n_layers):
    values = np.random.default_rng(n_layers).normal(size=(n_layers, 30, 20)).astype(np.float32)
    found = aggregate_layers(list(values), "mean")
    np.testing.assert_allclose(found, values.mean(axis=0), atol=1e-6)


@pytest.mark.parametrize("agg", ["mean", "median"])
@pytest.mark.parametrize("n_layers", [1, 2, 3, 4, 5])
def test_best_matches_are_those_of_the_whole_matrix(agg, n_layers):
    tokens_a, tokens_b = random_tokens(n_layers, 70), random_tokens(n_layers, 90, seed=1)
    expected = brute_force(tokens_a, tokens_b, agg)
    found = best_matches(tokens_a, tokens_b, agg, chunk=32)
    np.testing.assert_array_equal(found.b_of_a, expected.argmax(axis=1))
    np.testing.assert_array_equal(found.a_of_b, expected.argmax(axis=0))
    np.testing.assert_allclose(found.similarity_a, expected.max(axis=1), atol=1e-6)
    np.testing.assert_allclose(found.similarity_b, expected.max(axis=0), atol=1e-6)
    mutual = [expected[:, j].argmax() == i for i, j in enumerate(expected.argmax(axis=1))]
    np.testing.assert_array_equal(found.mutual_a, mutual)
    assert 0 < found.mutual_a.sum() == found.reversed().mutual_a.sum() < 70


@pytest.mark.parametrize("agg", ["mean", "median"])
@pytest.mark.parametrize("chunk", [1, 7, 64, 512])
def test_chunks_change_nothing(agg, chunk):
    tokens_a, tokens_b = random_tokens(3, 130), random_tokens(3, 110, seed=1)
    whole = best_matches(tokens_a, tokens_b, agg, chunk=10_000)
    found = best_matches(tokens_a, tokens_b, agg, chunk=chunk)
    np.testing.assert_array_equal(found.b_of_a, whole.b_of_a)
    np.testing.assert_array_equal(found.a_of_b, whole.a_of_b)
    np.testing.assert_allclose(found.similarity_a, whole.similarity_a, atol=1e-6)
    np.testing.assert_allclose(found.similarity_b, whole.similarity_b, atol=1e-6)


def test_of_equal_matches_the_first_wins_in_every_chunk():
    tokens = np.repeat(random_tokens(1, 1), 20, axis=1)
    found = best_matches(tokens, tokens, chunk=6)
    assert not found.b_of_a.any()
    assert not found.a_of_b.any()
    assert found.mutual_a.tolist() == [True] + [False] * 19


def test_reversed_swaps_the_sides():
    tokens_a, tokens_b = random_tokens(2, 40), random_tokens(2, 30, seed=1)
    found = best_matches(tokens_a, tokens_b).reversed()
    other = best_matches(tokens_b, tokens_a)
    np.testing.assert_array_equal(found.b_of_a, other.b_of_a)
    np.testing.assert_allclose(found.similarity_b, other.similarity_b, atol=1e-6)
    np.testing.assert_array_equal(found.mutual_a, other.mutual_a)


def test_a_specimen_is_itself_and_never_more_than_that():
    tokens = random_tokens(3, 200, width=40)
    found = best_matches(tokens, tokens)
    np.testing.assert_array_equal(found.b_of_a, np.arange(200))
    assert found.mutual_a.all()
    assert found.similarity_a.max() <= 1
    assert found.similarity_a.min() > 0.99999


@pytest.mark.parametrize("agg", ["mean", "median"])
def test_the_whole_matrix_is_never_held(agg):
    n_patches, n_layers = 2600, 3
    tokens = random_tokens(n_layers, n_patches, width=4)
    tracemalloc.start()
    best_matches(tokens, tokens[:, ::-1], agg)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    whole = n_patches**2 * np.dtype(np.float32).itemsize
    assert peak < whole / 2


@pytest.mark.parametrize(("n_a", "n_b"), [(0, 5), (5, 0)])
def test_no_patches_is_an_error(n_a, n_b):
    with pytest.raises(DinosarError, match="no valid patch"):
        best_matches(random_tokens(2, n_a), random_tokens(2, n_b))


@pytest.mark.parametrize("agg", ["mean", "median"])
def test_rows_pairs_and_maps_are_one_similarity(agg):
    tokens_a = random_tokens(4, 20)
    tokens_b = random_tokens(4, 30, seed=1)
    expected = brute_force(tokens_a, tokens_b, agg)
    similarity = Similarity(tokens_a, tokens_b, agg)
    np.testing.assert_allclose(similarity.rows(slice(3, 9)), expected[3:9], atol=1e-6)
    chosen = np.array([4, 4, 17])
    np.testing.assert_allclose(similarity.rows(chosen), expected[chosen], atol=1e-6)
    others = np.array([[1, 2], [29, 0], [5, 5]])
    np.testing.assert_allclose(
        similarity.pairs(chosen, others),
        np.take_along_axis(expected[chosen], others, axis=1),
        atol=1e-6,
    )
    found = similarity_map(tokens_a[:, 7], tokens_b.reshape(4, 5, 6, -1), agg)
    assert found.shape == (5, 6)
    np.testing.assert_allclose(found.ravel(), expected[7], atol=1e-6)


def test_more_pairs_than_fit_a_chunk():
    tokens_a, tokens_b = random_tokens(2, 700), random_tokens(2, 10, seed=1)
    expected = brute_force(tokens_a, tokens_b, "mean")
    found = Similarity(tokens_a, tokens_b, "mean").pairs(np.arange(700), np.full((700, 1), 3))
    np.testing.assert_allclose(found[:, 0], expected[:, 3], atol=1e-6)


@pytest.mark.parametrize("agg", ["mean", "median"])
@pytest.mark.parametrize("n_layers", [1, 2, 3])
def test_highest_means_are_those_of_the_whole_matrix(agg, n_layers):
    tokens_a, tokens_b = random_tokens(n_layers, 70), random_tokens(n_layers, 40, seed=1)
    expected = np.sort(brute_force(tokens_a, tokens_b, agg), axis=1)
    for k in (1, 3, 40):
        for chunk in (1, 32, 512):
            found = highest_means(tokens_a, tokens_b, k, agg, chunk=chunk)
            np.testing.assert_allclose(found, expected[:, -k:].mean(axis=1), atol=1e-6)
    assert found.dtype == np.float64


def test_highest_means_never_hold_the_whole_matrix():
    n_patches = 2600
    tokens = random_tokens(3, n_patches, width=4)
    tracemalloc.start()
    highest_means(tokens, tokens[:, ::-1], 5, "median")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < n_patches**2 * np.dtype(np.float32).itemsize / 2


def test_layer_spread_is_the_deviation_over_layers():
    tokens_a, tokens_b = random_tokens(4, 700), random_tokens(4, 30, seed=1)
    cosines = np.einsum("lid,ljd->lij", tokens_a.astype(float), tokens_b.astype(float))
    index_a = np.random.default_rng(0).permutation(700)
    index_b = np.random.default_rng(1).integers(0, 30, 700)
    found = layer_spread(tokens_a, tokens_b, index_a, index_b)
    np.testing.assert_allclose(found, cosines.std(axis=0)[index_a, index_b], atol=1e-7)
    assert found.dtype == np.float64
    assert found.max() > 0.5


def test_layers_that_agree_do_not_spread():
    tokens = np.repeat(random_tokens(1, 20), 3, axis=0)
    pairs = np.arange(20), np.arange(20)[::-1]
    assert layer_spread(tokens, tokens, *pairs).max() < 1e-15
    assert not layer_spread(tokens[:1], tokens[:1], *pairs).any()
    assert layer_spread(tokens, tokens, pairs[0][:0], pairs[1][:0]).shape == (0,)

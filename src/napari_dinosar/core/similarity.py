"""The one similarity of patch tokens, and the best match of every patch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_dinosar.core.arrays import Booleans, Float32s, Floats, Indices
from napari_dinosar.core.errors import DinosarError

Aggregate: TypeAlias = Literal["mean", "median"]

CHUNK_ROWS = 512
"""Rows of the similarity matrix that exist at one time; the whole never does."""


@dataclass(frozen=True, eq=False)
class BestMatches:
    """Best match of every valid patch, both ways; indices count valid patches only.

    Attributes
    ----------
    b_of_a, a_of_b : array of int, (Na,) and (Nb,)
        The most similar patch of the other specimen.
    similarity_a, similarity_b : array of float32, (Na,) and (Nb,)
        Its cosine similarity, aggregated over layers.
    """

    b_of_a: Indices
    similarity_a: Float32s
    a_of_b: Indices
    similarity_b: Float32s

    @property
    def mutual_a(self) -> Booleans:
        """Which patches of A are the best match of their best match, (Na,)."""
        mutual: Booleans = self.a_of_b[self.b_of_a] == np.arange(len(self.b_of_a))
        return mutual

    def reversed(self) -> BestMatches:
        """Return the same matches with A and B changing places."""
        return BestMatches(self.a_of_b, self.similarity_b, self.b_of_a, self.similarity_a)


class Similarity:
    """Cosine similarity of the patches of two specimens, aggregated over layers, as asked for.

    Parameters
    ----------
    tokens_a, tokens_b : array of float32, (L, Na, D) and (L, Nb, D)
        Unit tokens.
    agg : {"mean", "median"}
        How the layers become one.
    """

    def __init__(self, tokens_a: Float32s, tokens_b: Float32s, agg: Aggregate) -> None:
        self._a, self._b, self._agg = tokens_a, tokens_b, agg
        self._joined = (_joined(tokens_a), _joined(tokens_b)) if agg == "mean" else None

    def rows(self, rows: slice | Indices) -> Float32s:
        """Return the similarities of some patches of A to all of B, (n, Nb)."""
        if self._joined is None:
            return aggregate_layers(
                [a[rows] @ b.T for a, b in zip(self._a, self._b, strict=True)], self._agg
            )
        # one product of the layers' tokens end to end is their summed cosine
        joined_a, joined_b = self._joined
        summed: Float32s = joined_a[rows] @ joined_b.T
        summed /= np.float32(len(self._a))
        return summed

    def pairs(self, index_a: Indices, index_b: Indices) -> Float32s:
        """Return the similarities (n, k) of patches (n,) of A to k patches (n, k) of B each."""
        values = np.empty(index_b.shape, dtype=np.float32)
        for start in range(0, len(index_a), CHUNK_ROWS):
            rows = slice(start, start + CHUNK_ROWS)
            per_layer = [
                np.einsum("nd,nkd->nk", a[index_a[rows]], b[index_b[rows]])
                for a, b in zip(self._a, self._b, strict=True)
            ]
            values[rows] = aggregate_layers(per_layer, self._agg)
        return values


def unit_tokens(tokens: ArrayLike) -> Float32s:
    """Return tokens (L, ..., D) scaled to length 1, as float32; a zero token stays zero.

    Raises
    ------
    DinosarError
        If a token is not finite.
    """
    values = np.asarray(tokens, dtype=np.float32)
    lengths: Float32s = np.sqrt(np.einsum("...d,...d->...", values, values))[..., None]
    if not np.isfinite(lengths).all():
        raise DinosarError(
            "The backbone gave tokens that are not finite numbers. Its weights may be damaged: "
            "load them again, or choose another backbone."
        )
    lengths[lengths == 0] = 1
    units: Float32s = values / lengths
    return units


def best_matches(
    tokens_a: Float32s, tokens_b: Float32s, agg: Aggregate = "mean", chunk: int = CHUNK_ROWS
) -> BestMatches:
    """Find the most similar valid patch of the other specimen, both ways.

    Parameters
    ----------
    tokens_a, tokens_b : array of float32, (L, Na, D) and (L, Nb, D)
        Unit tokens of the valid patches.
    agg : {"mean", "median"}
        How the cosine similarities of the layers become one.
    chunk : int
        Rows of the similarity matrix that are held at one time.

    Returns
    -------
    BestMatches
        Of equal similarities the first patch wins.

    Raises
    ------
    DinosarError
        If one side has no patch.
    """
    n_a, n_b = tokens_a.shape[1], tokens_b.shape[1]
    if not n_a or not n_b:
        raise DinosarError("One of the specimens has no valid patch: there is nothing to match.")
    similarity = Similarity(tokens_a, tokens_b, agg)
    b_of_a = np.empty(n_a, dtype=np.intp)
    similarity_a = np.empty(n_a, dtype=np.float32)
    a_of_b = np.zeros(n_b, dtype=np.intp)
    similarity_b = np.full(n_b, -np.inf, dtype=np.float32)
    for rows in _row_blocks(tokens_a, agg, chunk):
        block = similarity.rows(rows)
        b_of_a[rows] = block.argmax(axis=1)
        similarity_a[rows] = np.take_along_axis(block, b_of_a[rows, None], axis=1)[:, 0]
        highest = block.argmax(axis=0)
        values = np.take_along_axis(block, highest[None], axis=0)[0]
        better = values > similarity_b
        similarity_b[better] = values[better]
        a_of_b[better] = highest[better] + rows.start
    return BestMatches(b_of_a, _clipped(similarity_a), a_of_b, _clipped(similarity_b))


def highest_means(
    tokens_a: Float32s,
    tokens_b: Float32s,
    k: int,
    agg: Aggregate = "mean",
    chunk: int = CHUNK_ROWS,
) -> Floats:
    """Return the mean of the k largest similarities of each patch of A, (Na,).

    Parameters
    ----------
    tokens_a, tokens_b : array of float32, (L, Na, D) and (L, Nb, D)
        Unit tokens of the valid patches.
    k : int
        From 1 to Nb; of 1 it is the similarity of the best match.
    agg : {"mean", "median"}
        How the cosine similarities of the layers become one.
    chunk : int
        Rows of the similarity matrix that are held at one time.
    """
    similarity = Similarity(tokens_a, tokens_b, agg)
    means = np.empty(tokens_a.shape[1])
    for rows in _row_blocks(tokens_a, agg, chunk):
        block = similarity.rows(rows)
        block.partition(-k, axis=1)
        means[rows] = _clipped(block[:, -k:]).mean(axis=1, dtype=np.float64)
    return means


def layer_spread(
    tokens_a: Float32s, tokens_b: Float32s, index_a: Indices, index_b: Indices
) -> Floats:
    """Return how far the layers differ about some pairs of patches, (n,).

    It is the standard deviation (ddof 0) over layers of the cosine similarity; 0 of one layer.

    Parameters
    ----------
    tokens_a, tokens_b : array of float32, (L, Na, D) and (L, Nb, D)
        Unit tokens.
    index_a, index_b : array of int, (n,)
        The pairs.
    """
    spread = np.empty(len(index_a))
    for start in range(0, len(index_a), CHUNK_ROWS):
        rows = slice(start, start + CHUNK_ROWS)
        per_layer = [
            np.einsum("nd,nd->n", a[index_a[rows]], b[index_b[rows]], dtype=np.float64)
            for a, b in zip(tokens_a, tokens_b, strict=True)
        ]
        spread[rows] = np.std(per_layer, axis=0)
    return spread


def similarity_map(tokens_a: Float32s, tokens_b: Float32s, agg: Aggregate = "mean") -> Float32s:
    """Return the similarity (rows, cols) of one patch of A to every patch of B.

    Parameters
    ----------
    tokens_a : array of float32, (L, D)
        Unit tokens of the patch.
    tokens_b : array of float32, (L, rows, cols, D)
        Unit tokens of the other canvas.
    agg : {"mean", "median"}
        How the layers become one.
    """
    per_layer = [tokens @ token for token, tokens in zip(tokens_a, tokens_b, strict=True)]
    return _clipped(aggregate_layers(per_layer, agg))


def aggregate_layers(values: Sequence[NDArray[np.floating[Any]]], agg: Aggregate) -> Float32s:
    """Return the mean or median over equally shaped arrays, one for each layer.

    The median of an even count is the mean of the middle two. It is found by comparing whole
    arrays, which is twice as fast as sorting along an axis.
    """
    if agg == "median":
        return _median(values)
    total = np.array(values[0], dtype=np.float32)
    for value in values[1:]:
        total += value
    total /= np.float32(len(values))
    return total


def _row_blocks(tokens_a: Float32s, agg: Aggregate, chunk: int) -> Iterator[slice]:
    """Yield the rows of the similarity matrix in blocks of bounded memory."""
    n_layers, n_rows, _ = tokens_a.shape
    # the median holds the rows of every layer at one time
    step = chunk if agg == "mean" else max(1, chunk // n_layers)
    for start in range(0, n_rows, step):
        yield slice(start, min(start + step, n_rows))


def _joined(tokens: Float32s) -> Float32s:
    """Return tokens (L, N, D) with their layers end to end, (N, L * D)."""
    n_layers, n_patches, width = tokens.shape
    return np.moveaxis(tokens, 0, 1).reshape(n_patches, n_layers * width)


def _clipped(similarity: Float32s) -> Float32s:
    # rounding can take the cosine of equal tokens past 1
    clipped: Float32s = np.clip(similarity, -1.0, 1.0)
    return clipped


def _median(values: Sequence[NDArray[np.floating[Any]]]) -> Float32s:
    if len(values) == 3:
        a, b, c = values
        return _float32(np.maximum(np.minimum(a, b), np.minimum(np.maximum(a, b), c)))
    if len(values) == 4:
        a, b, c, d = values
        low = np.maximum(np.minimum(a, b), np.minimum(c, d))
        high = np.minimum(np.maximum(a, b), np.maximum(c, d))
        return _float32((low + high) / 2)
    ordered = list(values)
    middle = len(ordered) // 2
    # a selection sort of whole arrays, as far as the middle
    for first in range(middle + 1):
        for second in range(first + 1, len(ordered)):
            a, b = ordered[first], ordered[second]
            ordered[first], ordered[second] = np.minimum(a, b), np.maximum(a, b)
    if len(ordered) % 2:
        return _float32(ordered[middle])
    return _float32((ordered[middle - 1] + ordered[middle]) / 2)


def _float32(values: NDArray[np.floating[Any]]) -> Float32s:
    return np.asarray(values, dtype=np.float32)

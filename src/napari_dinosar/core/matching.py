"""The correspondences between two canvases that are shown: filtered, spread out and verified."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from napari_dinosar.core.arrays import Booleans, Float32s, Floats, Indices
from napari_dinosar.core.ransac import MIN_TARGETS, ransac_similarity
from napari_dinosar.core.similarity import (
    CHUNK_ROWS,
    Aggregate,
    BestMatches,
    Similarity,
    best_matches,
    similarity_map,
    unit_tokens,
)

__all__ = [
    "BestMatches",
    "Matches",
    "PatchSide",
    "attention_matches",
    "best_matches",
    "demo_matches",
    "similarity_map",
    "unit_tokens",
]

RATIO_RADIUS_PATCH = 2
"""The runner-up of a match is looked for outside the 5 x 5 patches round its best match."""

THINNING_RADIUS_PATCH = 1
"""Of matches that start within the 3 x 3 patches round each other, the best one is kept."""

SOFTMAX_TEMPERATURE = 0.02


@dataclass(frozen=True, eq=False)
class PatchSide:
    """The patch tokens of one canvas, and which of its patches count.

    Attributes
    ----------
    tokens : array of float32, (L, rows, cols, D)
        Unit tokens of L layers.
    valid : array of bool, (rows, cols)
        Patches that count.
    patch_size : int
        Side of a patch in canvas pixels.
    """

    tokens: Float32s
    valid: Booleans
    patch_size: int

    @cached_property
    def flat_tokens(self) -> Float32s:
        """Tokens of the valid patches in row-major order, (L, N, D)."""
        # gathered patch by patch, so that the layers of a patch lie end to end in memory
        gathered = np.ascontiguousarray(np.moveaxis(self.tokens, 0, 2)[self.valid])
        return np.moveaxis(gathered, 1, 0)

    @cached_property
    def rows_cols(self) -> Indices:
        """Row and column of each valid patch, (N, 2)."""
        return np.argwhere(self.valid)

    @cached_property
    def index(self) -> Indices:
        """Which valid patch lies at a row and column, -1 where none does, (rows, cols)."""
        index = np.full(self.valid.shape, -1, dtype=np.intp)
        index[self.valid] = np.arange(len(self.rows_cols))
        return index

    def neighbours(self, patches: Indices, radius: int) -> Indices:
        """Return the valid patches of the square round each patch (n,), -1 where none lies.

        The result is (n, (2 radius + 1)^2), row by row.
        """
        padded = np.pad(self.index, radius, constant_values=-1)
        offsets = _square(radius)
        rows, cols = np.moveaxis(self.rows_cols[patches][:, None] + offsets + radius, 2, 0)
        around: Indices = padded[rows, cols]
        return around

    @cached_property
    def xy(self) -> Floats:
        """Centre of each valid patch in canvas pixels, (N, 2)."""
        columns_rows = self.rows_cols[:, ::-1].astype(np.float64)
        return self.patch_size * columns_rows + (self.patch_size - 1) / 2


@dataclass(frozen=True, eq=False)
class Matches:
    """Correspondences between two canvases, in the order of their rank.

    Attributes
    ----------
    index_a, index_b : array of int, (n,)
        Which valid patches are matched.
    xy_a, xy_b : array, (n, 2)
        Positions in canvas pixels; those of B refined between patches in the demo flavour.
    similarity, dissimilarity : array, (n,)
        Cosine similarity s of the two patches, never of the refined position, and 1 - s.
    mutual : array of bool, (n,)
        Whether each is the other's best match.
    inlier : array of bool (n,) or None
        Which ones the similarity transform explains; None when RANSAC was not run.
    attention : array, (n,)
        Attention of the patch in A; NaN where it was not asked for.
    transform : array (3, 3) or None
        Similarity from A's canvas to B's, when one was found.
    warnings : tuple of str
        What the user should know.
    """

    index_a: Indices
    index_b: Indices
    xy_a: Floats
    xy_b: Floats
    similarity: Floats
    dissimilarity: Floats
    mutual: Booleans
    inlier: Booleans | None
    attention: Floats
    transform: Floats | None = None
    warnings: tuple[str, ...] = ()


def demo_matches(
    side_a: PatchSide,
    side_b: PatchSide,
    best: BestMatches,
    *,
    agg: Aggregate = "mean",
    mutual: bool = True,
    ratio: float = 0.9,
    topn: int = 200,
    verify: bool = False,
    ransac_reproj: float | None = None,
    mirror: bool = False,
    seed: int = 0,
) -> Matches:
    """Filter the best matches to those that are clear and spread over the specimen.

    In this order: best match; mutual; ratio of cosine distances to the best patch outside the
    5 x 5 round the match; by similarity; one match per 3 x 3 patches of A; the first `topn`;
    refined in B by a softmax over the 3 x 3 round the match; RANSAC.

    Parameters
    ----------
    side_a, side_b : PatchSide
        Tokens and validity of both canvases.
    best : BestMatches
        Their best matches.
    agg : {"mean", "median"}
        How the layers become one.
    mutual : bool
        Keep only mutual best matches.
    ratio : float
        Keep a match when ``1 - s1 <= ratio (1 - s2)``.
    topn : int
        Most matches that are kept.
    verify : bool
        Mark those that one similarity transform explains.
    ransac_reproj : float, optional
        Distance in B's canvas pixels within which they do; one patch by default.
    mirror : bool
        Let the transform be a mirror image as well.
    seed : int
        Seed of the draws.

    Returns
    -------
    Matches
        By falling similarity.
    """
    index_a = np.flatnonzero(best.mutual_a) if mutual else np.arange(len(best.b_of_a))
    similarity = Similarity(side_a.flat_tokens, side_b.flat_tokens, agg)
    index_a = index_a[_clear(similarity, side_b, best, index_a, ratio)]
    index_a = index_a[np.argsort(-best.similarity_a[index_a], kind="stable")]
    index_a = index_a[_thinned(side_a.rows_cols[index_a])][:topn]
    found = _matches(side_a, side_b, best, index_a)
    if not len(index_a):
        message = "No match passed the filters: loosen the ratio, or do not ask for mutual ones."
        inlier = np.zeros(0, dtype=np.bool_) if verify else None
        return replace(found, inlier=inlier, warnings=(message,))
    found = replace(found, xy_b=_refined(similarity, side_b, found))
    if not verify:
        return found
    threshold = float(side_b.patch_size) if ransac_reproj is None else ransac_reproj
    return _verified(found, threshold, mirror, seed)


def attention_matches(
    side_a: PatchSide,
    side_b: PatchSide,
    best: BestMatches,
    attention_a: ArrayLike,
    top_matches: int = 50,
) -> Matches:
    """Return the best matches of the valid patches of A that have the highest attention.

    Parameters
    ----------
    side_a, side_b : PatchSide
        Tokens and validity of both canvases.
    best : BestMatches
        Their best matches.
    attention_a : array, (rows, cols)
        Attention of each patch of A, raw.
    top_matches : int
        How many patches are taken.

    Returns
    -------
    Matches
        By falling attention.
    """
    attention = np.asarray(attention_a, dtype=np.float64)[side_a.valid]
    index_a = np.argsort(-attention, kind="stable")[:top_matches]
    return replace(_matches(side_a, side_b, best, index_a), attention=attention[index_a])


def _matches(side_a: PatchSide, side_b: PatchSide, best: BestMatches, index_a: Indices) -> Matches:
    index_b = best.b_of_a[index_a]
    similarity = best.similarity_a[index_a].astype(np.float64)
    return Matches(
        index_a=index_a,
        index_b=index_b,
        xy_a=side_a.xy[index_a],
        xy_b=side_b.xy[index_b],
        similarity=similarity,
        dissimilarity=1.0 - similarity,
        mutual=best.mutual_a[index_a],
        inlier=None,
        attention=np.full(len(index_a), np.nan),
    )


def _clear(
    similarity: Similarity, side_b: PatchSide, best: BestMatches, index_a: Indices, ratio: float
) -> Booleans:
    """Return which matches are nearer than `ratio` times the best one elsewhere in B."""
    clear = np.ones(len(index_a), dtype=np.bool_)
    if ratio >= 1.0:
        return clear
    around = side_b.neighbours(best.b_of_a[index_a], RATIO_RADIUS_PATCH)
    for start in range(0, len(index_a), CHUNK_ROWS):
        rows = slice(start, start + CHUNK_ROWS)
        block = similarity.rows(index_a[rows])
        match, place = np.nonzero(around[rows] >= 0)
        block[match, around[rows][match, place]] = -np.inf
        # where nothing lies elsewhere the runner-up is infinitely far, and the match passes
        elsewhere = 1.0 - block.max(axis=1).astype(np.float64)
        clear[rows] = 1.0 - best.similarity_a[index_a[rows]] <= ratio * np.maximum(elsewhere, 0.0)
    return clear


def _thinned(rows_cols: Indices) -> Booleans:
    """Return which patches are kept, the first ones first, no two within a 3 x 3 of each other."""
    kept = np.zeros(len(rows_cols), dtype=np.bool_)
    taken: set[tuple[int, int]] = set()
    around = [(int(row), int(col)) for row, col in _square(THINNING_RADIUS_PATCH)]
    for number, (row, col) in enumerate(rows_cols.tolist()):
        if (row, col) not in taken:
            kept[number] = True
            taken.update((row + down, col + right) for down, right in around)
    return kept


def _refined(similarity: Similarity, side_b: PatchSide, found: Matches) -> Floats:
    """Return the positions in B, moved between patches where all nine round a match are valid."""
    around = side_b.neighbours(found.index_b, 1)
    full = (around >= 0).all(axis=1)
    values = similarity.pairs(found.index_a[full], around[full]).astype(np.float64)
    weights = np.exp((values - values.max(axis=1, keepdims=True)) / SOFTMAX_TEMPERATURE)
    weights /= weights.sum(axis=1, keepdims=True)
    refined = found.xy_b.copy()
    refined[full] += side_b.patch_size * (weights @ _square(1)[:, ::-1])
    return refined


def _verified(found: Matches, threshold: float, mirror: bool, seed: int) -> Matches:
    result = ransac_similarity(
        found.xy_a, found.xy_b, found.index_b, threshold=threshold, mirror=mirror, seed=seed
    )
    warnings: tuple[str, ...] = ()
    if result.transform is None:
        message = (
            f"No similarity transform explains matches to {MIN_TARGETS} different patches within "
            f"{threshold:g} px: none of the matches is verified."
        )
        warnings = (message,)
    return replace(found, inlier=result.inlier, transform=result.transform, warnings=warnings)


def _square(radius: int) -> Indices:
    """Return the (row, column) offsets of a square of patches, row by row."""
    steps = np.arange(-radius, radius + 1)
    return np.stack(np.meshgrid(steps, steps, indexing="ij"), axis=-1).reshape(-1, 2)

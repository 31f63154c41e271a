"""RANSAC: the similarity between two canvases that most matches agree on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_dinosar.core.arrays import Floats
from napari_dinosar.core.shape import Complexes, fit_similarity

N_DRAWS = 2000
SCALE_LIMITS = (1.0 / 3.0, 3.0)
MIN_TARGETS = 4

_BLOCK_ENTRIES = 1_000_000
_DRAWS_PER_BLOCK = 500


@dataclass(frozen=True, eq=False)
class RansacResult:
    """What the draws agreed on.

    Attributes
    ----------
    transform : array (3, 3) or None
        Similarity from source to target pixels; None when no draw had enough inliers.
    inlier : array of bool, (n,)
        Matches that the transform explains; all False without one. Those that the draw explained
        where the refitted transform reaches fewer targets.
    n_targets : int
        Distinct targets among the inliers.
    mirrored : bool
        Whether the transform turns the plane over.
    """

    transform: Floats | None
    inlier: NDArray[np.bool_]
    n_targets: int
    mirrored: bool


@dataclass(frozen=True, eq=False)
class _Matches:
    """Matches as complex positions, grouped by target so that distinct ones can be counted."""

    source: Complexes
    target: Complexes
    group_starts: NDArray[np.intp]

    def inliers(
        self, rotation: Complexes, shift: Complexes, threshold: float
    ) -> tuple[NDArray[np.bool_], NDArray[np.intp], Floats]:
        """Return of each hypothesis the inliers, distinct targets and truncated squared error."""
        gap = rotation[:, None] * self.source + shift[:, None] - self.target
        squared = gap.real**2 + gap.imag**2
        inlier = squared <= threshold**2
        reached = np.logical_or.reduceat(inlier, self.group_starts, axis=1)
        error: Floats = np.minimum(squared, threshold**2).sum(axis=1)
        return inlier, reached.sum(axis=1), error


def ransac_similarity(
    source_xy: ArrayLike,
    target_xy: ArrayLike,
    target_id: ArrayLike,
    *,
    threshold: float,
    mirror: bool = False,
    seed: int = 0,
) -> RansacResult:
    """Find the similarity that maps most sources near to their targets.

    A similarity from each of 2000 seeded draws of two matches, its scale within 1/3 to 3; the one
    whose inliers have the most distinct targets, of equals the one with the least truncated
    error, is fitted again to its inliers by least squares. At least 4 distinct targets.

    Parameters
    ----------
    source_xy, target_xy : array, (n, 2)
        Positions of the matches in canvas pixels.
    target_id : array of int, (n,)
        Which target patch a match has: many matches to one patch count once.
    threshold : float
        Distance in target pixels within which a match is an inlier.
    mirror : bool
        Try mirrored similarities as well.
    seed : int
        Seed of the draws.

    Returns
    -------
    RansacResult
        The transform, or None when nothing is supported by 4 distinct targets.

    References
    ----------
    Fischler, M. A. & Bolles, R. C. 1981. Communications of the ACM 24: 381-395.
    """
    source = np.asarray(source_xy, dtype=np.float64).reshape(-1, 2)
    target = np.asarray(target_xy, dtype=np.float64).reshape(-1, 2)
    ids = np.asarray(target_id)
    none = RansacResult(None, np.zeros(len(source), dtype=np.bool_), 0, False)
    if len(np.unique(ids)) < MIN_TARGETS:
        return none
    order = np.argsort(ids, kind="stable")
    pairs = _draw_pairs(len(source), seed)
    best = none
    best_error = np.inf
    for mirrored in (False, True) if mirror else (False,):
        inlier, n_targets, error = _best_draw(
            source[order], target[order], ids[order], pairs, threshold, mirrored
        )
        if (n_targets, -error) > (best.n_targets, -best_error) and n_targets >= MIN_TARGETS:
            unsorted = np.zeros(len(source), dtype=np.bool_)
            unsorted[order[inlier]] = True
            best, best_error = RansacResult(None, unsorted, n_targets, mirrored), error
    if best.n_targets < MIN_TARGETS:
        return none
    return _refit(source, target, ids, best, threshold)


def _draw_pairs(n_matches: int, seed: int) -> NDArray[np.intp]:
    """Return 2000 pairs of two different matches, (2000, 2)."""
    random = np.random.default_rng(seed)
    first = random.integers(0, n_matches, N_DRAWS)
    second = random.integers(0, n_matches - 1, N_DRAWS)
    return np.stack([first, second + (second >= first)], axis=1).astype(np.intp)


def _best_draw(
    source_xy: Floats,
    target_xy: Floats,
    ids: NDArray[np.generic],
    pairs: NDArray[np.intp],
    threshold: float,
    mirrored: bool,
) -> tuple[NDArray[np.bool_], int, float]:
    """Return inliers, distinct targets and error of the best draw; matches sorted by target."""
    source = source_xy[:, 0] + (-1j if mirrored else 1j) * source_xy[:, 1]
    target = target_xy[:, 0] + 1j * target_xy[:, 1]
    starts = np.flatnonzero(np.concatenate([[True], ids[1:] != ids[:-1]]))
    matches = _Matches(source, target, starts)
    rotation, shift = _models(source, target, pairs)
    best = (np.zeros(len(source), dtype=np.bool_), 0, np.inf)
    step = max(1, min(_DRAWS_PER_BLOCK, _BLOCK_ENTRIES // len(source)))
    for start in range(0, len(rotation), step):
        block = slice(start, start + step)
        inlier, n_targets, error = matches.inliers(rotation[block], shift[block], threshold)
        first = int(np.lexsort((error, -n_targets))[0])
        if (n_targets[first], -error[first]) > (best[1], -best[2]):
            best = (inlier[first], int(n_targets[first]), float(error[first]))
    return best


def _models(
    source: Complexes, target: Complexes, pairs: NDArray[np.intp]
) -> tuple[Complexes, Complexes]:
    """Return rotation with scale, and shift, of the draws whose scale is within its limits."""
    start, end = pairs.T
    before, after = source[end] - source[start], target[end] - target[start]
    distinct = before != 0
    start, before, after = start[distinct], before[distinct], after[distinct]
    rotation = after / before
    low, high = SCALE_LIMITS
    allowed = (np.abs(rotation) >= low) & (np.abs(rotation) <= high)
    rotation, start = rotation[allowed], start[allowed]
    return rotation, target[start] - rotation * source[start]


def _refit(
    source: Floats,
    target: Floats,
    ids: NDArray[np.generic],
    drawn: RansacResult,
    threshold: float,
) -> RansacResult:
    """Fit the drawn inliers by least squares; the fit may win inliers but never lose targets."""
    fit = fit_similarity(source[drawn.inlier], target[drawn.inlier], reflection=drawn.mirrored)
    low, high = SCALE_LIMITS
    if not low <= fit.scale <= high:
        return RansacResult(None, np.zeros(len(source), dtype=np.bool_), 0, False)
    inlier = np.linalg.norm(fit(source) - target, axis=1) <= threshold
    n_targets = len(np.unique(ids[inlier]))
    if n_targets < drawn.n_targets:
        inlier, n_targets = drawn.inlier, drawn.n_targets
    return RansacResult(fit.matrix, inlier, n_targets, drawn.mirrored)

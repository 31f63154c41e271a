"""How the landmarks of finished specimens scatter, each one given the others of its specimen.

A landmark is judged by where the others of the same specimen let it be expected, not by its
distance from the mean alone: where leaves differ much, neighbours differ together. Positions are
vectors of all x, then all y.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_dinosar.core.arrays import Floats
from napari_dinosar.core.shape import Complexes, generalised_procrustes

MIN_SPECIMENS = 5
"""Fewer finished specimens than this say nothing about what is usual."""

MIN_PLACED = 4
"""A similarity takes up two landmarks; a swap of two more is seen only where others disagree."""

MEDIAN_OF_RAYLEIGH = 1.1774
"""Median distance from the middle of a circular normal scatter, in its standard deviations."""

_LEAST_SCATTER = 0.002
_POOLED_SPECIMENS = 5
_CLIP_SCATTERS = 3.0
_LEAST_SHRINKAGE = 0.3
_FREE_VARIANCE = 1.0
_LEAST_SCALE = 0.7
_LEAST_LEFT = 0.05


@dataclass(frozen=True, eq=False)
class MeanShape:
    """Where landmarks are on finished specimens, and how they scatter.

    Attributes
    ----------
    xy_unit : array, (K, 2)
        Mean shape, of centroid size 1.
    scatter : array, (K,)
        Median distance of each landmark from the mean, in centroid sizes.
    covariance : array, (2 K, 2 K)
        Of the deviations from the mean, all x before all y. It is shrunk towards landmarks that
        do not know of each other, scaled so that a finished specimen which had no part in it lies
        in the median one usual scatter away, and free along shift, turn and size.
    n : int
        Number of specimens.
    aligned_unit : array, (n, K, 2)
        They, superimposed.
    """

    xy_unit: Floats
    scatter: Floats
    covariance: Floats
    n: int
    aligned_unit: Floats

    def __len__(self) -> int:
        """Return the number of landmarks."""
        return len(self.xy_unit)

    def without(self, place: int) -> MeanShape | None:
        """Return the mean without one of its specimens; None where too few are left.

        The others stay as they are superimposed, which one specimen hardly changes.

        Parameters
        ----------
        place : int
            0-based place of the specimen.
        """
        return _described(np.delete(self.aligned_unit, place, axis=0))


def fit_mean_shape(xy: ArrayLike) -> MeanShape | None:
    """Superimpose finished specimens and describe how their landmarks scatter.

    The mean of the generalised Procrustes superimposition, in which positions farther than three
    usual distances count as if they were that far, so that one misplaced landmark moves nothing.

    Parameters
    ----------
    xy : array, (n, K, 2)
        Complete specimens, in any units, no two the same photo turned over.

    Returns
    -------
    MeanShape or None
        None with fewer than 5 specimens or 4 landmarks, of which nothing can be said. With fewer
        than about 12 specimens the limits of `doubts` are wider.

    Raises
    ------
    DinosarError
        If a coordinate is not finite or the landmarks of a specimen all coincide.

    References
    ----------
    Rohlf, F. J. & Slice, D. 1990. Systematic Zoology 39: 40-59. Shrinkage after Ledoit, O. &
    Wolf, M. 2004. Journal of Multivariate Analysis 88: 365-411, with a fixed share.
    """
    shapes = np.asarray(xy, dtype=np.float64)
    if len(shapes) < MIN_SPECIMENS or shapes.shape[1] < MIN_PLACED:
        return None
    return _described(generalised_procrustes(shapes).aligned_unit)


def stacked(shape: Complexes) -> Floats:
    """Return complex positions (..., K) as vectors (..., 2 K) of all x, then all y."""
    return np.concatenate([shape.real, shape.imag], axis=-1)


def precision(mean: MeanShape, places: NDArray[np.intp]) -> Floats:
    """Return the inverse covariance of some landmarks, (2 m, 2 m)."""
    both = np.concatenate([places, places + len(mean)])
    inverse: Floats = np.linalg.inv(mean.covariance[np.ix_(both, both)])
    return inverse


def usual_scatters(deviations: Floats, inverse: Floats) -> Floats:
    """Return how far each landmark is from where the others let it be expected.

    Parameters
    ----------
    deviations : array, (..., 2 m)
        From the mean, in centroid sizes.
    inverse : array, (2 m, 2 m)
        Their inverse covariance.

    Returns
    -------
    array, (..., m)
        In usual scatters: half of the landmarks of finished specimens lie within 1.
    """
    count = len(inverse) // 2
    xx, xy, yy = (
        np.diagonal(inverse[rows, cols])
        for rows, cols in (
            (slice(count), slice(count)),
            (slice(count), slice(count, None)),
            (slice(count, None), slice(count, None)),
        )
    )
    pull = deviations @ inverse
    x, y = pull[..., :count], pull[..., count:]
    squared = (yy * x * x - 2 * xy * x * y + xx * y * y) / (xx * yy - xy * xy)
    found: Floats = np.sqrt(np.maximum(squared, 0.0)) / MEDIAN_OF_RAYLEIGH
    return found


def as_complex(xy: Floats) -> Complexes:
    """Return positions (..., 2) as complex numbers."""
    shape: Complexes = xy[..., 0] + 1j * xy[..., 1]
    return shape


def _described(aligned_unit: Floats) -> MeanShape | None:
    n = len(aligned_unit)
    if n < MIN_SPECIMENS:
        return None
    aligned = as_complex(aligned_unit)
    middle = np.median(aligned.real, axis=0) + 1j * np.median(aligned.imag, axis=0)
    mean = middle + _clipped(aligned - middle, _scatter(aligned - middle)).mean(axis=0)
    mean = (mean - mean.mean()) / np.linalg.norm(mean - mean.mean())
    deviations = aligned - mean
    scatter = _scatter(deviations)
    covariance, share = _shrunk(_clipped(deviations, scatter))
    free = _free(mean)
    inverse = np.asarray(np.linalg.inv(covariance + free), dtype=np.float64)
    scale = _out_of_sample(stacked(deviations), inverse, (1 - share) / n)
    return MeanShape(
        xy_unit=np.stack([mean.real, mean.imag], axis=-1),
        scatter=scatter,
        covariance=covariance * scale**2 + free,
        n=n,
        aligned_unit=aligned_unit,
    )


def _scatter(deviations: Complexes) -> Floats:
    """Return the median length of the deviations of each landmark, few ones leaning on all."""
    n = len(deviations)
    own = np.median(np.abs(deviations), axis=0) ** 2
    pooled = (n * own + _POOLED_SPECIMENS * own.mean()) / (n + _POOLED_SPECIMENS)
    scatter: Floats = np.maximum(np.sqrt(pooled), _LEAST_SCATTER)
    return scatter


def _clipped(deviations: Complexes, scatter: Floats) -> Complexes:
    length = np.abs(deviations)
    clipped: Complexes = deviations * np.minimum(
        1.0, _CLIP_SCATTERS * scatter / np.maximum(length, _LEAST_SCATTER)
    )
    return clipped


def _shrunk(deviations: Complexes) -> tuple[Floats, float]:
    """Return the covariance of deviations (n, K), and by which share it was shrunk."""
    n, count = deviations.shape
    vectors = stacked(deviations)
    covariance = vectors.T @ vectors / n
    share = max(_LEAST_SHRINKAGE, 2 * count / (n + 2 * count))
    alone = np.maximum(np.diag(covariance).reshape(2, count).mean(axis=0), _LEAST_SCATTER**2)
    shrunk = (1 - share) * covariance + share * np.diag(np.tile(alone, 2))
    return shrunk + np.eye(2 * count) * _LEAST_SCATTER**2 / 2, share


def _free(mean: Complexes) -> Floats:
    """Return a large variance along shift, turn and size, of which nothing is to be judged."""
    ones = np.ones(len(mean), dtype=complex)
    ways = np.stack([stacked(way) for way in (ones, 1j * ones, mean, 1j * mean)])
    free: Floats = _FREE_VARIANCE * ways.T @ ways
    return free


def _out_of_sample(deviations: Floats, inverse: Floats, weight: float) -> float:
    """Return the median of usual scatters that each specimen has when it is left out.

    Leaving one out takes ``weight`` times its outer product from the covariance, so that the rest
    follows from the inverse of all (Sherman & Morrison 1950).
    """
    n = len(deviations)
    squared = usual_scatters(deviations, inverse) ** 2 * MEDIAN_OF_RAYLEIGH**2
    leverage = np.einsum("ni,ij,nj->n", deviations, inverse, deviations, optimize=True)[:, None]
    left = np.maximum(1.0 - weight * leverage, _LEAST_LEFT)
    squared = squared / (left * (left + weight * squared)) * (n / (n - 1)) ** 2
    # identical specimens scatter by what a hand cannot place better
    return max(float(np.sqrt(np.median(squared))) / MEDIAN_OF_RAYLEIGH, _LEAST_SCALE)

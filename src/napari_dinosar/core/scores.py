"""The statistics that describe a set of dissimilarities."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from napari_dinosar.core.arrays import Floats
from napari_dinosar.core.errors import DinosarError

Statistics: TypeAlias = dict[str, float | int | None]

PERCENTILES = (25, 75, 90, 95, 99)
SHARE_LIMITS = {"share_above_0_3": 0.3, "share_above_0_5": 0.5}
STATISTIC_NAMES = (
    "n", "mean", "median", "std", "min", "max", "p25", "p75", "p90", "p95", "p99", "iqr",
    "skewness", "kurtosis", "share_above_0_3", "share_above_0_5", "mean_above_median",
)  # fmt: skip

_MIN_STD = 1e-12
_SHARE_ROUNDING = 1e-12


def statistics(values: ArrayLike, weights: ArrayLike | None = None) -> Statistics:
    """Describe a set of dissimilarities.

    Standard deviation has ddof 0, skewness and excess kurtosis are those of the population
    (None when the deviation is below 1e-12), percentiles are numpy's ``linear``, shares and
    the mean above the median are strict. With weights: zero weights are dropped, moments and
    shares are weighted, a percentile is the first value whose cumulative share of the weights
    reaches it, and ``n_eff = (sum w)^2 / sum w^2`` is added.

    Parameters
    ----------
    values : array, (n,)
        Dissimilarities.
    weights : array, (n,), optional
        Weights >= 0.

    Returns
    -------
    dict
        The keys `STATISTIC_NAMES`, and ``n_eff`` with weights. What is undefined is None, never
        NaN.

    Raises
    ------
    DinosarError
        If a value or weight is not finite, or a weight negative.
    """
    sample = np.asarray(values, dtype=np.float64).ravel()
    share = np.ones(len(sample))
    if weights is not None:
        share = np.asarray(weights, dtype=np.float64).ravel()
        if not np.isfinite(share).all() or (share < 0).any():
            raise DinosarError("Weights must be finite numbers that are not negative.")
        sample, share = sample[share > 0], share[share > 0]
    if not np.isfinite(sample).all():
        raise DinosarError(
            "Dissimilarities are not finite numbers: the backbone's tokens may be damaged. Load "
            "its weights again, or choose another backbone."
        )
    found: Statistics = dict.fromkeys(STATISTIC_NAMES)
    found["n"] = len(sample)
    if weights is not None:
        found["n_eff"] = None
    if not len(sample):
        return found
    # by their largest first, so that no square of a weight can overflow or vanish
    share = share / share.max()
    if weights is not None:
        found["n_eff"] = float(share.sum() ** 2 / (share**2).sum())
    found |= _moments(sample, share)
    median, order = _order(sample, share if weights is not None else None)
    found |= order
    above = sample > median
    if above.any():
        found["mean_above_median"] = float(np.average(sample[above], weights=share[above]))
    for name, limit in SHARE_LIMITS.items():
        found[name] = float(share[sample > limit].sum() / share.sum())
    return found


def mean_statistics(a: Statistics, b: Statistics) -> Statistics:
    """Return the mean of two descriptions, key by key; None where either one is None."""
    means: Statistics = {}
    for name, first in a.items():
        second = b.get(name)
        means[name] = None if first is None or second is None else (first + second) / 2
    return means


def _moments(sample: Floats, share: Floats) -> Statistics:
    share = share / share.sum()
    mean = float(share @ sample)
    offset = sample - mean
    std = float(np.sqrt(share @ offset**2))
    found: Statistics = {"mean": mean, "std": std}
    if std >= _MIN_STD:
        standard = offset / std
        found["skewness"] = float(share @ standard**3)
        found["kurtosis"] = float(share @ standard**4) - 3.0
    return found


def _order(sample: Floats, share: Floats | None) -> tuple[float, Statistics]:
    """Return the median, and all that follows from the order of the values."""
    levels = np.array([50, *PERCENTILES])
    if share is None:
        values = np.percentile(sample, levels)
    else:
        order = np.argsort(sample, kind="stable")
        reached = np.cumsum(share[order]) / share.sum()
        place = np.searchsorted(reached, levels / 100.0 - _SHARE_ROUNDING)
        values = sample[order][np.minimum(place, len(sample) - 1)]
    median, *others = (float(value) for value in values)
    found: Statistics = {"min": float(sample.min()), "max": float(sample.max()), "median": median}
    found |= {f"p{level}": value for level, value in zip(PERCENTILES, others, strict=True)}
    found["iqr"] = others[1] - others[0]
    return median, found

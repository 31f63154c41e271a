"""The peaks of one patch's map of similarities: how clear the best is, and what comes second."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.matching import RATIO_RADIUS_PATCH, SOFTMAX_TEMPERATURE

Values: TypeAlias = NDArray[np.floating[Any]]
Place: TypeAlias = tuple[int, int]

NEAR_PATCH = RATIO_RADIUS_PATCH
"""What lies within the 5 x 5 patches round the best match belongs to its peak, as in matching."""


def runner_up(values: Values, peak: Place, radius: int = NEAR_PATCH) -> float:
    """Return the highest value outside the square round a peak; NaN where there is none.

    It may lie on the slope of the peak itself: see `second_peak`.

    Parameters
    ----------
    values : array, (rows, cols)
        Similarities; NaN where a patch does not count.
    peak : (int, int)
        Row and column.
    radius : int
        The square is ``2 radius + 1`` patches wide.
    """
    left = _elsewhere(values, peak, radius)
    highest = float(left.max())
    return highest if np.isfinite(highest) else float("nan")


def second_peak(values: Values, peak: Place, radius: int = NEAR_PATCH) -> Place | None:
    """Return row and column of the highest local maximum outside the square round a peak.

    A local maximum is at least as high as those of its eight neighbours that count, those inside
    the square among them, so that a slope of the first peak never passes for a second one.

    Parameters
    ----------
    values, peak, radius
        As for `runner_up`.

    Returns
    -------
    (int, int) or None
        None where there is no such maximum.
    """
    filled = np.where(np.isfinite(values), values, -np.inf)
    around = np.pad(filled, 1, constant_values=-np.inf)
    rows, cols = filled.shape
    highest = filled
    for down in range(3):
        for right in range(3):
            highest = np.maximum(highest, around[down : down + rows, right : right + cols])
    summits = np.where(filled >= highest, _elsewhere(values, peak, radius), -np.inf)
    row, col = divmod(int(summits.argmax()), cols)
    return (row, col) if np.isfinite(summits[row, col]) else None


def peak_shift(values: Values, peak: Place) -> tuple[float, float]:
    """Return how far a peak lies from its patch's centre, as (rows, columns) of patches.

    The mean of the 3 x 3 offsets weighted by ``softmax(s / 0.02)`` when all nine patches count,
    else no shift: what refines the correspondences of the demo flavour.

    Parameters
    ----------
    values, peak
        As for `runner_up`.
    """
    row, col = peak
    around = values[max(row - 1, 0) : row + 2, max(col - 1, 0) : col + 2].astype(np.float64)
    if around.shape != (3, 3) or not np.isfinite(around).all():
        return 0.0, 0.0
    weights = np.exp((around - around.max()) / SOFTMAX_TEMPERATURE)
    weights /= weights.sum()
    steps = np.array([-1.0, 0.0, 1.0])
    return float(weights.sum(axis=1) @ steps), float(weights.sum(axis=0) @ steps)


def distance_ratio(first: float, second: float) -> float:
    """Return ``(1 - first) / (1 - second)`` of two similarities, the ratio of cosine distances.

    Near 0 the first is alone, at 1 both are as good; 1 where both are perfect. NaN where there is
    no first or no second (NaN).
    """
    if np.isnan(first) or np.isnan(second):
        return float("nan")
    near, far = max(1.0 - first, 0.0), max(1.0 - second, 0.0)
    return near / far if far > 0.0 else 1.0


def _elsewhere(values: Values, peak: Place, radius: int) -> NDArray[np.float64]:
    """Return values (rows, cols) with -inf where none is, and in the square round a peak."""
    left = np.where(np.isfinite(values), values, -np.inf).astype(np.float64)
    row, col = peak
    left[max(row - radius, 0) : row + radius + 1, max(col - radius, 0) : col + radius + 1] = -np.inf
    return left

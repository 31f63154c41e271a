"""Which points lie in polygons."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_dinosar.core.arrays import Floats


def in_polygon(xy: Floats, corners_xy: ArrayLike) -> NDArray[np.bool_]:
    """Return which points lie in a polygon, by the even-odd rule.

    A polygon that crosses itself is outside where its edges wind round a point an even number of
    times. A point on an edge belongs to one of the two sides of it, so that no point lies in two
    polygons that share the edge. NaN lies in none.

    Parameters
    ----------
    xy : array, (..., 2)
        The points.
    corners_xy : array, (n, 2)
        Corners, n >= 3; the last is joined to the first.

    Returns
    -------
    array of bool, (...)

    References
    ----------
    Shimrat, M. 1962. Algorithm 112: position of point relative to polygon. Communications of the
    ACM 5: 434.
    """
    corners = np.asarray(corners_xy, dtype=np.float64)
    points = np.asarray(xy, dtype=np.float64)
    inside = np.zeros(points.shape[:-1], dtype=bool)
    near = np.flatnonzero(_in_box(points, corners))
    x, y = points.reshape(-1, 2)[near].T
    is_in = np.zeros(len(near), dtype=bool)
    for (x1, y1), (x2, y2) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y1 != y2:
            crosses = (y1 > y) != (y2 > y)
            is_in ^= crosses & (x < x1 + (y - y1) * ((x2 - x1) / (y2 - y1)))
    inside.ravel()[near] = is_in
    return inside


def in_any_polygon(xy: Floats, polygons_xy: Iterable[ArrayLike]) -> NDArray[np.bool_]:
    """Return which points (..., 2) lie in one of several polygons."""
    inside = np.zeros(np.shape(xy)[:-1], dtype=bool)
    for corners_xy in polygons_xy:
        inside |= in_polygon(xy, corners_xy)
    return inside


def _in_box(points: Floats, corners: Floats) -> NDArray[np.bool_]:
    low, high = corners.min(axis=0), corners.max(axis=0)
    is_in: NDArray[np.bool_] = ((points >= low) & (points <= high)).all(axis=-1)
    return is_in

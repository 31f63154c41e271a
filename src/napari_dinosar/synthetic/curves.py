"""Smooth curves through points, and the coordinate system of a wing between its two margins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Line = NDArray[np.float64]
"""Points x, y along a curve, (N, 2)."""


def smooth_line(points_xy: ArrayLike, steps: int = 12) -> Line:
    """Return a Catmull-Rom curve through the points, ``steps`` samples from each to the next.

    Parameters
    ----------
    points_xy : (N, 2) array-like
        At least two points; the curve begins at the first and ends at the last.
    steps : int
        Samples from one point to the next.

    Returns
    -------
    ((N - 1) * steps + 1, 2) float64
    """
    points = np.asarray(points_xy, float)
    before = 2 * points[:1] - points[1:2]
    after = 2 * points[-1:] - points[-2:-1]
    p0, p1, p2, p3 = (
        np.concatenate([before, points, after])[k : len(points) - 1 + k, None] for k in range(4)
    )
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    curve = 0.5 * (
        2 * p1
        + (p2 - p0) * t
        + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2
        + (3 * p1 - p0 - 3 * p2 + p3) * t**3
    )
    return np.concatenate([curve.reshape(-1, 2), points[-1:]])


def resampled(line_xy: Line, count: int) -> Line:
    """Return ``count`` points at equal distances along a polyline."""
    length = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(line_xy, axis=0).T))])
    wanted = np.linspace(0, length[-1], count)
    return np.stack([np.interp(wanted, length, line_xy[:, k]) for k in (0, 1)], axis=1)


def point_along(line_xy: Line, share: float) -> Line:
    """Return the point that has ``share`` of the polyline's length behind it."""
    point: Line = resampled(line_xy, 101)[round(100 * float(np.clip(share, 0, 1)))]
    return point


@dataclass(frozen=True, eq=False)
class WingFrame:
    """Places on a wing as shares of its length and of its width.

    ``along`` runs from 0 at the base to 1 at the apex, ``across`` from 0 on the costal (here the
    lower) margin to 1 on the commissural margin. Both margins are functions of x.

    Attributes
    ----------
    costal_xy, commissural_xy : (N, 2) float64
        The two margins from base to apex, x rising.
    """

    costal_xy: Line
    commissural_xy: Line

    @property
    def outline_xy(self) -> Line:
        """The closed outline, (N, 2)."""
        return np.concatenate([self.commissural_xy, self.costal_xy[::-1]])

    @property
    def span_x(self) -> tuple[float, float]:
        """The x of base and apex."""
        return float(self.costal_xy[0, 0]), float(self.costal_xy[-1, 0])

    def place(self, places: ArrayLike) -> Line:
        """Return plan x, y of (along, across) pairs."""
        along, across = np.moveaxis(np.asarray(places, float), -1, 0)
        first, last = self.span_x
        x = first + along * (last - first)
        low = np.interp(x, *self.costal_xy.T)
        high = np.interp(x, *self.commissural_xy.T)
        return np.stack([x, low + across * (high - low)], axis=-1)

    def locate(
        self, x: NDArray[np.float32], y: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return along and across of a raster's columns ``x`` (W,) and rows ``y`` (H,), (H, W)."""
        first, last = self.span_x
        low = np.interp(x, *self.costal_xy.T)
        high = np.interp(x, *self.commissural_xy.T)
        across = (y[:, None] - low) / np.minimum(high - low, -1.0)
        along = np.broadcast_to((x - first) / (last - first), across.shape)
        return along.astype(np.float32), across.astype(np.float32)

    def apical_margin(self, from_costal: float, to_commissural: float) -> Line:
        """Return the margin from ``along`` on the costal side round the apex to the other side."""
        first, last = self.span_x
        start = first + from_costal * (last - first)
        end = first + to_commissural * (last - first)
        low = self.costal_xy[self.costal_xy[:, 0] >= start]
        high = self.commissural_xy[self.commissural_xy[:, 0] >= end]
        return np.concatenate([low, high[::-1]])


def tapered(points: ArrayLike, widths: Sequence[float]) -> Line:
    """Return the outline of a limb segment whose half width follows ``widths`` along its axis.

    Parameters
    ----------
    points : (N, 2)
        The axis.
    widths : (M,)
        Full widths at equal distances along the axis.

    Returns
    -------
    (64, 2) float64
    """
    axis = resampled(smooth_line(points), 24)
    tangent = np.gradient(axis, axis=0)
    tangent /= np.hypot(*tangent.T)[:, None]
    normal = np.stack([-tangent[:, 1], tangent[:, 0]], axis=1)
    half = np.interp(np.linspace(0, 1, 24), np.linspace(0, 1, len(widths)), widths)[:, None] / 2
    turn = np.linspace(-np.pi / 2, np.pi / 2, 10)[1:-1, None]
    tip = axis[-1] + half[-1] * (np.cos(turn) * tangent[-1] + np.sin(turn) * normal[-1])
    root = axis[0] - half[0] * (np.cos(turn) * tangent[0] + np.sin(turn) * normal[0])
    return np.concatenate([axis - normal * half, tip, (axis + normal * half)[::-1], root])

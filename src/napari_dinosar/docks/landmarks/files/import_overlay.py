"""Landmarks of one specimen over its photo: as they would come, and as they were read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QRectF

BEYOND = 0.6
"""How far around a photo landmarks are shown, as a share of its sides."""


@dataclass(frozen=True, eq=False)
class Overlay:
    """What is painted.

    Attributes
    ----------
    size_xy : (int, int)
        Width and height of the photo.
    now_xy, before_xy : array, (K, 2)
        The landmarks as they would come, and as they were read; NaN where there is none.
    colours : sequence of str
        ``#RRGGBB`` of each landmark.
    joined : sequence of (int, int)
        Landmarks that are joined by a line.
    """

    size_xy: tuple[int, int]
    now_xy: NDArray[np.float64]
    before_xy: NDArray[np.float64]
    colours: Sequence[str]
    joined: Sequence[tuple[int, int]] = ()

    @property
    def is_moved(self) -> bool:
        """Whether a repair moved anything."""
        return not np.allclose(self.now_xy, self.before_xy, equal_nan=True)

    def extent(self) -> QRectF:
        """Return what is in view, in photo pixels: the photo, and landmarks not far beyond it."""
        width, height = self.size_xy
        reach = np.array(self.size_xy) * BEYOND
        points = np.concatenate([self.now_xy, self.before_xy])
        points = points[np.isfinite(points).all(axis=1)]
        is_near = (points >= -reach) & (points <= np.array(self.size_xy) + reach)
        near = points[is_near.all(axis=1)]
        corners = np.concatenate([near, [(-0.5, -0.5), (width - 0.5, height - 0.5)]])
        (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
        return QRectF(float(left), float(top), float(right - left), float(bottom - top))

    def n_beyond(self) -> int:
        """Return how many landmarks, as they would come, are too far away to be shown."""
        reach = np.array(self.size_xy) * BEYOND
        found = self.now_xy[np.isfinite(self.now_xy).all(axis=1)]
        is_near = (found >= -reach) & (found <= np.array(self.size_xy) + reach)
        return int((~is_near.all(axis=1)).sum())

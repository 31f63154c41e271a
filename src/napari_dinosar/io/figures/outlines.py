"""Outlines of specimens: drawn as lines, or what a picture is cut along."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.path import Path
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes

OUTLINE_SIDE_PX = 1024


def outlines(mask: NDArray[np.bool_]) -> list[NDArray[np.float64]]:
    """Return the closed outlines (n, 2) of a mask in its pixels, x before y.

    Of a large mask every k-th pixel is looked at, so that about a thousand remain along a side.
    """
    from skimage.measure import approximate_polygon, find_contours

    step = max(1, -(-max(mask.shape) // OUTLINE_SIDE_PX))
    padded = np.pad(mask[::step, ::step], 1)
    curves = find_contours(padded.astype(np.float32), 0.5)
    lines = [(approximate_polygon(curve, 0.4) - 1.0)[:, ::-1] * step for curve in curves]
    return [line for line in lines if len(line) > 3]


def outline_path(lines: Sequence[NDArray[np.float64]]) -> Path:
    """Return closed lines as one path, to cut pictures along."""
    if not lines:
        return Path(np.empty((0, 2)))
    return Path.make_compound_path(*(Path(line, closed=True) for line in lines))


def add_outline(
    axes: Axes, lines: Sequence[NDArray[np.float64]], colour: str = "#333333", **more: Any
) -> LineCollection:
    """Draw outlines (n, 2) of a specimen."""
    kwargs = {"linewidths": 0.7, "zorder": 3, **more}
    artist = LineCollection(list(lines), colors=colour, **kwargs)
    axes.add_collection(artist, autolim=False)
    return artist

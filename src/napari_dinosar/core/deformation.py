"""Deformation grids: the square grid over one specimen, bent onto another by their landmarks."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from napari_dinosar.core.arrays import Floats
from napari_dinosar.core.spline import ThinPlateSpline

POINTS_PER_LINE = 97


def deformation_grid(source_xy: ArrayLike, target_xy: ArrayLike, n: int = 24) -> list[Floats]:
    """Bend a square grid by the thin-plate spline that takes one specimen's landmarks to another's.

    Parameters
    ----------
    source_xy, target_xy : array, (K, 2)
        Corresponding landmarks: where the grid is square, and where it is drawn.
    n : int
        Cells along the longer side of the box of the source's landmarks; a ring of cells is added
        around it.

    Returns
    -------
    list of array, (97, 2)
        The lines of the grid in target coordinates, first those along x.

    References
    ----------
    Thompson, D. W. 1917. On Growth and Form; Bookstein, F. L. 1989. IEEE Transactions on Pattern
    Analysis and Machine Intelligence 11: 567-585.
    """
    source = np.asarray(source_xy, dtype=np.float64)
    spline = ThinPlateSpline(source, np.asarray(target_xy, dtype=np.float64))
    return [spline(line) for line in square_grid(source, n)]


def square_grid(xy: ArrayLike, n: int) -> list[Floats]:
    """Return the lines (97, 2) of a grid of square cells over points, first those along x.

    Parameters
    ----------
    xy : array, (K, 2)
        Points that do not all coincide.
    n : int
        Cells along the longer side of their box; a ring of cells is added around it.
    """
    points = np.asarray(xy, dtype=np.float64)
    low, high = points.min(axis=0), points.max(axis=0)
    step = float((high - low).max()) / n
    counts = np.ceil((high - low) / step - 1e-9).astype(int) + 2
    first = (low + high - counts * step) / 2
    last = first + counts * step
    along_x, along_y = (np.linspace(first[i], last[i], POINTS_PER_LINE) for i in (0, 1))
    return [
        *(
            np.stack([along_x, np.full(POINTS_PER_LINE, first[1] + k * step)], axis=1)
            for k in range(counts[1] + 1)
        ),
        *(
            np.stack([np.full(POINTS_PER_LINE, first[0] + k * step), along_y], axis=1)
            for k in range(counts[0] + 1)
        ),
    ]

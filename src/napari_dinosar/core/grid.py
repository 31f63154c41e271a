"""The consensus grid: equal cells over the box of the mean landmarks, and what lies in reach."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_dinosar.core.arrays import Floats
from napari_dinosar.core.errors import DinosarError

MAX_CELLS = 40_000
"""More cells than this are refused: each would be far smaller than a patch."""

SAMPLES_PER_SIDE = 4
"""Unless asked otherwise a cell is sampled at ``(k + .5) / 4`` of its sides, k = 0 to 3."""

MAX_SAMPLES_PER_SIDE = 16

_BLOCK_SAMPLES = 500_000
_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Grid:
    """A lattice of equal cells in consensus space.

    Attributes
    ----------
    nodes_xy : array, (rows + 1, cols + 1, 2)
        Corners of the cells, in consensus pixels (of a saved consensus: in units of its
        centroid size).
    cell_xy : array, (2,)
        Width and height of a cell, in the same unit.
    """

    nodes_xy: Floats
    cell_xy: Floats

    @property
    def rows(self) -> int:
        """Number of cells from top to bottom."""
        return len(self.nodes_xy) - 1

    @property
    def cols(self) -> int:
        """Number of cells from left to right."""
        return len(self.nodes_xy[0]) - 1

    def sample_blocks(self, per_side: int = SAMPLES_PER_SIDE) -> Iterator[Floats]:
        """Yield the sample points of some cells at a time, (n cells, per_side ** 2, 2).

        They lie at ``(k + .5) / per_side`` of a cell's sides. The cells come in row-major order,
        and the blocks are small enough for many arrays of their size.

        Raises
        ------
        DinosarError
            If `per_side` is not 1 to 16.
        """
        if not 1 <= per_side <= MAX_SAMPLES_PER_SIDE:
            raise DinosarError(
                f"A cell cannot have {per_side} samples along its side: ask for 1 to "
                f"{MAX_SAMPLES_PER_SIDE}."
            )
        steps = (np.arange(per_side) + 0.5) / per_side
        x, y = np.meshgrid(steps, steps)
        offsets = np.stack([x.ravel(), y.ravel()], axis=-1) * self.cell_xy
        corners = self.nodes_xy[:-1, :-1].reshape(-1, 1, 2)
        n_cells = _BLOCK_SAMPLES // per_side**2
        for start in range(0, len(corners), n_cells):
            yield corners[start : start + n_cells] + offsets

    def scaled(self, factor: float) -> Grid:
        """Return the grid enlarged about the origin."""
        return Grid(self.nodes_xy * factor, self.cell_xy * factor)


def consensus_grid(
    consensus_px: ArrayLike,
    *,
    cell_size: float = 16.0,
    rows: int | None = None,
    cols: int | None = None,
    pad_cells: int = 1,
    snap_to: int | None = None,
) -> Grid:
    """Lay a grid over the box of the consensus landmarks, centred on it.

    Parameters
    ----------
    consensus_px : array, (K, 2)
        Consensus landmarks in consensus pixels.
    cell_size : float
        Side of the square cells in consensus pixels; ``ceil(box / cell) + 2 pad`` of them
        along each axis.
    rows, cols : int, optional
        Numbers of cells, padding included, instead of `cell_size`: a cell is then
        ``box / (n - 2 pad)`` wide, apart for each axis. Without `cols` there are as many as rows.
    pad_cells : int
        Rings of cells round the box.
    snap_to : int, optional
        Patch size to a multiple (>= 1) of which `cell_size` is rounded.

    Returns
    -------
    Grid
        In consensus pixels.

    Raises
    ------
    DinosarError
        If the numbers leave no cell for the landmarks, or there would be more than 40,000 cells.
    """
    points = np.asarray(consensus_px, dtype=np.float64)
    low, high = points.min(axis=0), points.max(axis=0)
    box = high - low
    if rows is None and cols is None:
        cell = np.full(2, _snapped(cell_size, snap_to))
        counts_xy = np.maximum(1, np.ceil(box / cell - _ROUNDING)) + 2 * pad_cells
    else:
        counts_xy = _asked_counts(rows, cols, pad_cells)
        cell = box / (counts_xy - 2 * pad_cells)
    n_cols, n_rows = (int(min(count, 10 * MAX_CELLS)) for count in counts_xy)
    refuse_too_many(n_rows, n_cols)
    start = (low + high - counts_xy * cell) / 2.0
    return lattice(start, cell, n_rows + 1, n_cols + 1)


def refuse_too_many(rows: int, cols: int) -> None:
    """Raise DinosarError when a grid would have more cells than are of use."""
    if rows * cols > MAX_CELLS:
        raise DinosarError(
            f"The grid would have {rows} x {cols} cells, more than {MAX_CELLS}. Choose larger or "
            f"fewer cells, or less padding."
        )


def lattice(start: Floats, cell: Floats, n_rows: int, n_cols: int) -> Grid:
    """Return the grid of equal cells with that many nodes down and across, the first at `start`."""
    x = start[0] + cell[0] * np.arange(n_cols)
    y = start[1] + cell[1] * np.arange(n_rows)
    return Grid(np.stack(np.meshgrid(x, y), axis=-1), np.asarray(cell, dtype=np.float64))


def within_hull(points_xy: Floats, hull_points_xy: ArrayLike, margin: float) -> NDArray[np.bool_]:
    """Return which points (..., 2) lie in the convex hull of others grown by a margin.

    The hull is grown as by a disc: a point belongs to it when its distance from the hull is at
    most `margin`, in the unit of the coordinates.
    """
    corners = _convex_hull(np.asarray(hull_points_xy, dtype=np.float64))
    inside = np.ones(points_xy.shape[:-1], dtype=np.bool_)
    near = np.zeros(points_xy.shape[:-1], dtype=np.bool_)
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        edge = end - start
        offset = points_xy - start
        inside &= edge[0] * offset[..., 1] - edge[1] * offset[..., 0] >= 0.0
        along = np.clip(offset @ edge / (edge @ edge), 0.0, 1.0)
        gap = offset - along[..., None] * edge
        near |= np.einsum("...i,...i->...", gap, gap) <= margin**2
    return inside | near


def _convex_hull(points: Floats) -> Floats:
    """Return the corners of the hull, in the order of growing angle (Andrew's monotone chain)."""
    ordered = np.unique(points, axis=0)
    chains = []
    for sequence in (ordered, ordered[::-1]):
        chain: list[Floats] = []
        for point in sequence:
            while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0.0:
                chain.pop()
            chain.append(point)
        chains.append(chain[:-1])
    return np.array(chains[0] + chains[1])


def _turn(a: Floats, b: Floats, c: Floats) -> float:
    return float((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))


def _snapped(cell_size: float, snap_to: int | None) -> float:
    if not cell_size > 0.0:
        raise DinosarError(f"The cell size is {cell_size:g} pixels: it must be above 0.")
    if snap_to is None:
        return float(cell_size)
    return float(snap_to * max(1, math.floor(cell_size / snap_to + 0.5)))


def _asked_counts(rows: int | None, cols: int | None, pad_cells: int) -> Floats:
    if rows is None:
        raise DinosarError("The grid has columns but no rows: give both, or a cell size.")
    counts = np.array([rows if cols is None else cols, rows], dtype=np.float64)
    if (counts <= 2 * pad_cells).any():
        raise DinosarError(
            f"A grid of {rows} x {int(counts[0])} cells has none left for the landmarks after "
            f"{pad_cells} rings of padding. Ask for more cells or less padding."
        )
    return counts

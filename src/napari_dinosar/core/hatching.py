"""Hatching of cells of a warped grid: diagonals that run on from cell to cell."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_dinosar.core.arrays import Floats
from napari_dinosar.core.errors import DinosarError

MOST_LINES = 16
SPARSE = 150
"""With fewer cells each is hatched with two lines, else with its diagonal alone."""


def hatching(nodes_xy: ArrayLike, mask: ArrayLike, lines: int = 1) -> list[Floats]:
    """Return lines through the marked cells, from their first corners to the opposite ones.

    A line runs on through all marked cells that it meets one after the other, so that there are
    far fewer lines than cells. Within a cell it is straight between the places where it enters
    and leaves; places on the sides lie between the nodes in proportion.

    Parameters
    ----------
    nodes_xy : array, (rows + 1, cols + 1, 2)
        Corners of the cells.
    mask : array of bool, (rows, cols)
        The cells to hatch; one with a corner that is not finite is left out.
    lines : int
        How many lines meet each side of a cell, 1 to 16.

    Returns
    -------
    list of array, (n, 2)
        The lines, two points or more each.

    Raises
    ------
    DinosarError
        If the nodes do not surround the cells, or the lines are too many or too few.
    """
    nodes = np.asarray(nodes_xy, dtype=float)
    marked = np.asarray(mask, dtype=bool)
    if marked.ndim != 2 or nodes.shape != (marked.shape[0] + 1, marked.shape[1] + 1, 2):
        raise DinosarError(
            f"Cells of shape {marked.shape} cannot be hatched between nodes of shape "
            f"{nodes.shape}: these need one row and one column more, and x and y."
        )
    if not 1 <= lines <= MOST_LINES:
        raise DinosarError(f"A cell is hatched with 1 to {MOST_LINES} lines, not {lines}.")
    is_there = np.isfinite(nodes).all(axis=-1)
    marked = marked & is_there[:-1, :-1] & is_there[1:, :-1] & is_there[:-1, 1:] & is_there[1:, 1:]
    if lines == 1:
        return diagonals(nodes, marked)
    found = []
    for offset in range(1 - lines * marked.shape[0], lines * marked.shape[1]):
        for path in _runs(marked, offset / lines):
            found.append(_warped(nodes, path))
    return found


def diagonals(nodes_xy: ArrayLike, mask: ArrayLike) -> list[Floats]:
    """Return lines from the first corner of each marked cell to the opposite one.

    Those of cells that meet at a corner are one line. It is `hatching` with one line, found
    without looking at the whole grid; only the two corners of a cell need to be finite.

    Parameters
    ----------
    nodes_xy, mask
        As for `hatching`.

    Returns
    -------
    list of array, (n, 2)
        The lines, two points or more each.
    """
    nodes = np.asarray(nodes_xy, dtype=float)
    is_there = np.isfinite(nodes).all(axis=-1)
    row, col = np.nonzero(np.asarray(mask, dtype=bool) & is_there[:-1, :-1] & is_there[1:, 1:])
    if not len(row):
        return []
    order = np.lexsort((row, col - row))
    row, col = row[order], col[order]
    goes_on = (np.diff(row) == 1) & (np.diff(col) == 1)
    chains = np.split(np.arange(len(row)), np.flatnonzero(~goes_on) + 1)
    ends = [np.append(chain, chain[-1]) for chain in chains]
    step = [np.append(np.zeros(len(chain), int), 1) for chain in chains]
    return [nodes[row[k] + s, col[k] + s] for k, s in zip(ends, step, strict=True)]


def _runs(marked: NDArray[np.bool_], offset: float) -> Iterator[Floats]:
    """Yield where the line ``col = row + offset`` is on marked cells, as (row, col), (n, 2)."""
    rows, cols = marked.shape
    begin, end = max(0.0, -offset), min(float(rows), cols - offset)
    # where it crosses a side of a cell, a row's or a column's
    across_rows = np.arange(np.ceil(begin), np.floor(end) + 1)
    across_cols = np.arange(np.ceil(begin + offset), np.floor(end + offset) + 1) - offset
    places = np.unique(np.round(np.concatenate([[begin], across_rows, across_cols, [end]]), 9))
    middles = (places[1:] + places[:-1]) / 2
    cells = np.floor(middles).astype(int), np.floor(middles + offset).astype(int)
    is_on = np.concatenate([[False], marked[cells], [False]])
    changes = np.flatnonzero(is_on[1:] != is_on[:-1])
    for first, last in changes.reshape(-1, 2):
        run = places[first : last + 1]
        yield np.stack([run, run + offset], axis=-1)


def _warped(nodes: Floats, path: Floats) -> Floats:
    """Return places of the lattice, (row, col), as x and y between its nodes."""
    last = np.array(nodes.shape[:2]) - 2
    corner = np.clip(np.floor(path).astype(int), 0, last)
    down, right = (path - corner).T[..., None]
    row, col = corner.T
    upper = nodes[row, col] * (1 - right) + nodes[row, col + 1] * right
    lower = nodes[row + 1, col] * (1 - right) + nodes[row + 1, col + 1] * right
    warped: Floats = upper * (1 - down) + lower * down
    return warped

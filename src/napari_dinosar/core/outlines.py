"""Outlines of sets of grid cells: closed lines along the warped edges between in and out."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_dinosar.core.arrays import Floats


def outlines(shape: tuple[int, int], cells: Iterable[int], nodes_xy: ArrayLike) -> list[Floats]:
    """Return the closed lines round a set of cells, those round its holes among them.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns of cells.
    cells : iterable of int
        Cells of the set, counted row by row.
    nodes_xy : array, (rows + 1, cols + 1, 2)
        Corners of the cells, wherever a warp has taken them.

    Returns
    -------
    list of array, (n, 2)
        Lines that end where they begin; none for no cells.
    """
    nodes = np.asarray(nodes_xy, dtype=np.float64).reshape(-1, 2)
    return [nodes[trail] for trail in outline_nodes(shape, cells)]


def outline_nodes(shape: tuple[int, int], cells: Iterable[int]) -> list[NDArray[np.intp]]:
    """Return the nodes that the outlines of a set of cells pass, as they follow each other.

    Each edge between a cell of the set and one outside of it is passed once, the set to its
    right (y down). Lines that meet at a node are one line, so that there are as few as can be.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns of cells.
    cells : iterable of int
        Cells of the set, counted row by row.

    Returns
    -------
    list of array of int, (n,)
        Nodes counted row by row, ``cols + 1`` to a row; the last of each is its first.

    References
    ----------
    Hierholzer, C. 1873. Mathematische Annalen 6: 30-32: a trail through all edges.
    """
    starts, ends = _edges(shape, cells)
    onward: dict[int, list[int]] = {}
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        onward.setdefault(start, []).append(end)
    found = []
    for first in list(onward):
        if onward[first]:
            found.append(np.array(_trail(first, onward), dtype=np.intp))
    return found


def _edges(
    shape: tuple[int, int], cells: Iterable[int]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return first and last node of each edge of the outline."""
    rows, cols = shape
    inside = np.zeros((rows + 2, cols + 2), dtype=bool)
    row, col = np.divmod(np.fromiter(cells, dtype=np.intp), cols)
    inside[row + 1, col + 1] = True
    core = inside[1:-1, 1:-1]
    # what is outside of the edge, and the corners of a cell where it begins and ends
    sides = (
        (inside[:-2, 1:-1], (0, 0), (0, 1)),
        (inside[1:-1, 2:], (0, 1), (1, 1)),
        (inside[2:, 1:-1], (1, 1), (1, 0)),
        (inside[1:-1, :-2], (1, 0), (0, 0)),
    )
    starts, ends = [], []
    for beyond, begin, end in sides:
        y, x = np.nonzero(core & ~beyond)
        starts.append((y + begin[0]) * (cols + 1) + x + begin[1])
        ends.append((y + end[0]) * (cols + 1) + x + end[1])
    return np.concatenate(starts), np.concatenate(ends)


def _trail(first: int, onward: dict[int, list[int]]) -> list[int]:
    """Return a closed trail through all edges that are connected with a node, and use them up."""
    pending, trail = [first], []
    while pending:
        ways = onward[pending[-1]]
        if ways:
            pending.append(ways.pop())
        else:
            trail.append(pending.pop())
    return trail[::-1]

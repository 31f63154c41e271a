"""Marks on cells: those that are no difference are hatched, those that are left out crossed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.patches import Patch
from numpy.typing import ArrayLike, NDArray

from napari_dinosar import palette
from napari_dinosar.core.hatching import SPARSE, diagonals, hatching
from napari_dinosar.io.figures.overlays import cell_side_mm
from napari_dinosar.io.figures.paper import POINT_MM

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from napari_dinosar.findings.cell_marks import CellMarks

NOISE_WORDS, FLAG_WORDS = "not above the noise floor", "flagged, left out by hand"
WIDTH_SHARE, MOST_WIDTH_PT = 0.09, 0.9
"""Width of a line, as a share of a cell's side and at most."""
SHADOW = "#262626"


def add_marks(axes: Axes, nodes_xy: ArrayLike, marks: CellMarks) -> None:
    """Hatch the cells that are not above their noise floor, and cross those that are left out.

    Parameters
    ----------
    axes : Axes
        In the pixels of the nodes.
    nodes_xy : array, (rows + 1, cols + 1, 2)
        Nodes of the grid.
    marks : CellMarks
        The cells.
    """
    nodes = np.asarray(nodes_xy, dtype=float)
    width = min(MOST_WIDTH_PT, WIDTH_SHARE * cell_side_mm(axes, nodes) / POINT_MM)
    if marks.under_noise is not None:
        n_lines = 2 if marks.under_noise.size < SPARSE else 1
        lines = hatching(nodes, marks.under_noise, n_lines)
        _add_shadowed(axes, lines, "white", width, 2.7)
    if marks.left_out is not None:
        other_way = diagonals(nodes[:, ::-1], marks.left_out[:, ::-1])
        lines = diagonals(nodes, marks.left_out) + other_way
        _add_shadowed(axes, lines, palette.FLAG, 1.4 * width, 2.8)


def mark_handles(marks: CellMarks) -> list[Patch]:
    """Return the legend of what is marked on cells; nothing of what is not there."""
    fill = mpl.colormaps[palette.COLORMAPS["cells"]](0.35)
    kinds = (
        (marks.n_under_noise, NOISE_WORDS, "\\\\\\\\\\\\", "white"),
        (marks.n_left_out, FLAG_WORDS, "xxxx", palette.FLAG),
    )
    return [
        Patch(facecolor=fill, edgecolor=colour, hatch=hatch, linewidth=0.0, label=f"{words} ({n})")
        for n, words, hatch, colour in kinds
        if n
    ]


def _add_shadowed(
    axes: Axes, lines: list[NDArray[np.float64]], colour: str, width_pt: float, zorder: float
) -> None:
    """Draw lines each upon a dark one, so that they are seen on every colour."""
    for part, width, behind in ((SHADOW, 2.2 * width_pt, 0.05), (colour, width_pt, 0.0)):
        artist = LineCollection(lines, colors=part, linewidths=width, zorder=zorder - behind)
        axes.add_collection(artist, autolim=False)

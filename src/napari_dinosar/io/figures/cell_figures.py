"""The homologous cells on paper: over both photos, as a map of the mean shape, as histogram."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from napari_dinosar import palette
from napari_dinosar.core.scores import statistics
from napari_dinosar.io.figures.histograms import bin_edges, draw_bars, draw_marks
from napari_dinosar.io.figures.labels import add_landmarks
from napari_dinosar.io.figures.marking import add_marks, mark_handles
from napari_dinosar.io.figures.overlays import CELL_ALPHA, add_cells, add_grid, cell_corners
from napari_dinosar.io.figures.paper import (
    INK,
    MARGIN_MM,
    SMALL_PT,
    WIDTH_MM,
    add_axes,
    sheet,
    width_of_mm,
)
from napari_dinosar.io.figures.photos import OVERHANG, plot_photos, view_of
from napari_dinosar.io.figures.pieces import (
    Scale,
    add_foot,
    add_heading,
    landmark_key,
    landmarks_xy,
    names_line,
    room_for,
    shown,
    tags,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from napari_dinosar.findings import CellGrid, Findings
    from napari_dinosar.findings.cell_marks import CellMarks

WORDS = "dissimilarity of the cells, 1 − cosine similarity"
UNUSED_PAPER, HATCH_LINE = "#f3f3f3", "#a3a3a3"
HATCHES = {
    "coverage in A and B": "xxxxxx", "coverage in A": "//////", "coverage in B": "\\\\\\\\\\\\",
    "folded in A and B": "++++++", "folded in A": "||||||", "folded in B": "||||////",
    "outside": "------",
}  # fmt: skip
"""Hatch of cells that are not used, by what their reason is about and where it holds.

Lines only: in an SVG every dot would be a circle, and some viewers give up on so many.
"""

OTHER_HATCHES = ("----////", "----\\\\\\\\", "||||\\\\\\\\", "++++////", "xxxx||||", "xxxx----")
_MAP_TALLEST_MM, _MAP_LEFT_MM, _LEGEND_HANDLE_MM = 95.0, 10.0, 13.0


def cell_grid(findings: Findings, marks: CellMarks | None = None) -> Figure:
    """Draw the grid over both photos with the landmarks, and its cells in their colours.

    Cells that are not above their noise floor are hatched, and those that are left out crossed.
    """
    cells = findings.cells
    assert cells is not None
    limits = palette.limits(cells.dissimilarity)
    nodes = {"a": cells.nodes_a_xy, "b": cells.nodes_b_xy}
    points = {letter: landmarks_xy(findings, letter, cells.names) for letter in "ab"}
    views = {
        letter: view_of(findings.side(letter), nodes[letter], points[letter], overhang=OVERHANG)
        for letter in "ab"
    }
    key = landmark_key(findings, cells.names)
    room = room_for(bool(cells.used.any()), key)
    figure, (top, low) = plot_photos(
        [shown(findings, letter, views[letter]) for letter in "ab"],
        [shown(findings, letter, views[letter], is_pale=True) for letter in "ab"],
        room_mm=room,
    )
    for letter, over, under in zip("ab", top, low, strict=True):
        add_grid(over, nodes[letter], halo=True)
        add_landmarks(over, points[letter], tags(findings, cells.names))
        add_cells(under, nodes[letter], cells.dissimilarity, limits)
        add_grid(under, nodes[letter], colour="#555555", width_pt=0.2)
        if marks is not None:
            add_marks(under, nodes[letter], marks)
        under.set_title("")
    handles = [] if marks is None else mark_handles(marks)
    add_foot(figure, room, _scale(cells, CELL_ALPHA), key, handles)
    return figure


def cell_map(findings: Findings) -> Figure:
    """Draw the cells on the mean shape in their colours, unused ones hatched by reason."""
    cells = findings.cells
    assert cells is not None
    limits = palette.limits(cells.dissimilarity)
    groups = unused_groups(cells)
    low, high = cells.nodes_xy.min(axis=(0, 1)), cells.nodes_xy.max(axis=(0, 1))
    margin = 0.03 * float((high - low).max())
    key = landmark_key(findings, cells.names)
    key = [names_line(findings, WIDTH_MM - 2 * MARGIN_MM), *key]
    room = room_for(bool(cells.used.any()), key)
    names = _legend_words(cells, groups)
    beside = _LEGEND_HANDLE_MM + max(width_of_mm(name, SMALL_PT) for name in names)
    wide, tall = high - low + 2 * margin
    height = min(_MAP_TALLEST_MM, (WIDTH_MM - _MAP_LEFT_MM - beside) * float(tall / wide))
    width = height * float(wide / tall)
    figure = sheet(5.0 + max(height, 6.0 + 4.0 * len(groups)) + 9.0 + room)
    axes = add_axes(figure, _MAP_LEFT_MM, 5.0, width, height)
    axes.set(xlim=(low[0] - margin, high[0] + margin), ylim=(high[1] + margin, low[1] - margin))
    _hatch_unused(axes, cells, groups)
    add_cells(axes, cells.nodes_xy, cells.dissimilarity, limits, alpha=1.0)
    add_grid(axes, cells.nodes_xy, colour="white", width_pt=0.3)
    _number_cells(axes, cells)
    add_landmarks(axes, cells.consensus_px_xy, tags(findings, cells.names))
    _add_legend(axes, names, list(groups))
    add_foot(figure, room, _scale(cells, 1.0), key)
    return figure


def cell_histogram(findings: Findings) -> Figure:
    """Draw the cells' dissimilarities weighted by coverage, and against their coverage."""
    cells = findings.cells
    assert cells is not None
    values = cells.dissimilarity[cells.used]
    coverage = np.minimum(cells.coverage_a, cells.coverage_b)[cells.used]
    limits, edges = palette.limits(values), bin_edges(values)
    figure = sheet(85.0, 132.0)
    add_heading(figure, findings, 13.0, "Homologous cells, weighted by coverage")
    above = add_axes(figure, 13.0, 9.0, 84.0, 34.0)
    below = add_axes(figure, 13.0, 48.0, 84.0, 26.0)
    colours = mpl.colormaps[palette.COLORMAPS["cells"]](np.linspace(0, 1, 2 * len(edges) - 1)[1::2])
    draw_bars(above, values, coverage, edges, colours)
    draw_marks(above, statistics(values, coverage))
    above.set_ylabel("share of weight (%)")
    above.tick_params(axis="x", labelbottom=False)
    below.scatter(
        values, coverage, c=values, cmap=palette.COLORMAPS["cells"], vmin=limits[0],
        vmax=limits[1], s=9.0, linewidths=0.25, edgecolors=INK, alpha=0.85, clip_on=False,
        zorder=3,
    )  # fmt: skip
    below.set(xlim=limits, ylim=(min(0.5, float(coverage.min(initial=1.0))) - 0.03, 1.03))
    below.set_ylabel("coverage\n(smaller of A, B)")
    below.set_xlabel(WORDS)
    below.spines[["top", "right"]].set_visible(False)
    below.grid()
    below.xaxis.set_major_locator(MaxNLocator(6))
    below.yaxis.set_major_locator(MaxNLocator(3))
    return figure


def _scale(cells: CellGrid, alpha: float) -> Scale | None:
    """Return the colour bar of the cells; none where no cell has a value."""
    if not cells.used.any():
        return None
    return palette.COLORMAPS["cells"], palette.limits(cells.dissimilarity), WORDS, alpha


def unused_groups(cells: CellGrid) -> dict[str, NDArray[np.bool_]]:
    """Return which cells (rows, cols) are not used, by the first of their reasons."""
    first = np.strings.partition(cells.reason.astype(np.str_), "; ")[0]
    first = np.where((first == "") & ~cells.used, "not used", first)
    found = {str(reason): (first == reason) & ~cells.used for reason in np.unique(first)}
    groups = {reason: where for reason, where in found.items() if where.any()}
    return dict(sorted(groups.items(), key=lambda item: -int(item[1].sum())))


def hatches(reasons: Iterable[str]) -> dict[str, str]:
    """Return a hatch for each reason, no two alike.

    What a reason is about and where it holds decide; other reasons take what is left.
    """
    given: dict[str, str] = {}
    free = iter(OTHER_HATCHES)
    for reason in reasons:
        known = [hatch for words, hatch in HATCHES.items() if _is_about(words, reason)]
        fresh = [hatch for hatch in known if hatch not in given.values()]
        given[reason] = fresh[0] if fresh else next(free, OTHER_HATCHES[-1])
    return given


def _is_about(words: str, reason: str) -> bool:
    what, _, where = words.partition(" ")
    return what in reason and reason.endswith(where)


def _hatch_unused(axes: Axes, cells: CellGrid, groups: dict[str, NDArray[np.bool_]]) -> None:
    corners = cell_corners(cells.nodes_xy)
    marks = hatches(groups)
    for reason, where in groups.items():
        axes.add_collection(
            PolyCollection(
                list(corners[where.ravel()]), facecolors=UNUSED_PAPER, edgecolors=HATCH_LINE,
                hatch=marks[reason], linewidths=0.0, zorder=1.5,
            ),
            autolim=False,
        )  # fmt: skip


def _number_cells(axes: Axes, cells: CellGrid) -> None:
    """Write the numbers of rows and columns, as in the table of cells, and the size of a cell."""
    start, step = cells.nodes_xy[0, 0], cells.cell_xy
    for axis, which, count in ((axes.xaxis, 0, cells.shape[1]), (axes.yaxis, 1, cells.shape[0])):
        numbers = [
            int(value) for value in MaxNLocator(10, integer=True).tick_values(0, max(count - 1, 1))
            if 0 <= value < count
        ]  # fmt: skip
        axis.set_ticks(
            [start[which] + (number + 0.5) * step[which] for number in numbers],
            [str(number) for number in numbers],
        )
    axes.set_xlabel(f"column (a cell is {step[0]:.3g} × {step[1]:.3g} consensus pixels)")
    axes.set_ylabel("row")
    axes.set_title("Homologous cells on the mean shape of the landmarks")


def _legend_words(cells: CellGrid, groups: dict[str, NDArray[np.bool_]]) -> list[str]:
    counts = {"compared": cells.used, **groups}
    return [f"{words} ({int(where.sum())})" for words, where in counts.items()]


def _add_legend(axes: Axes, names: list[str], reasons: list[str]) -> None:
    colour = mpl.colormaps[palette.COLORMAPS["cells"]](0.6)
    handles = [Patch(facecolor=colour, label=names[0])]
    handles += [
        Patch(facecolor=UNUSED_PAPER, edgecolor=HATCH_LINE, linewidth=0.0, hatch=hatch,
              label=name)
        for hatch, name in zip(hatches(reasons).values(), names[1:], strict=True)
    ]  # fmt: skip
    axes.legend(
        handles=handles, title="Cells (number)", alignment="left", loc="upper left",
        bbox_to_anchor=(1.0, 1.0), borderaxespad=0.6, handlelength=2.2, handleheight=1.3,
        labelspacing=0.4,
    )  # fmt: skip

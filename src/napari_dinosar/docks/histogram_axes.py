"""What the histograms of the panel draw into their axes: scores, cells, and the cells' colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import colormaps
from matplotlib.collections import PolyCollection
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from napari_dinosar import palette
from napari_dinosar.docks import wording
from napari_dinosar.docks.theme import ThemeColours
from napari_dinosar.inspection.cell_facts import (
    HISTOGRAM_BINS,
    histogram_bars,
    histogram_edges,
)
from napari_dinosar.inspection.cell_values import CELL_VALUES, DISSIMILARITY, CellValues

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from napari_dinosar.findings import Findings, Sample

TEXT_PT = 8.0
WAYS = {
    "a_to_b": ("A → B", palette.OKABE_ITO[1]),
    "b_to_a": ("B → A", palette.OKABE_ITO[0]),
}
"""Words and colour of each direction."""

MARKS = {"mean": (0, (4, 2)), "p95": (0, (1, 1.5))}
"""Statistics that are marked by a line, and its dashes."""

CELLS = "cells"
"""Mark of what is drawn in the colours of the cells."""

COUNTED = {"attention_weighted": "sum of weights", "demo_inliers": "number of matches"}
"""What the bars of a score mode count, where that is not patches."""


def dissimilarities(findings: Findings) -> CellValues | None:
    """Return the dissimilarity of each cell, (rows, cols); None without cells that count."""
    if findings.cells is None or not findings.cells.used.any():
        return None
    return CellValues(DISSIMILARITY, *CELL_VALUES[DISSIMILARITY], findings.cells.dissimilarity)


def cell_bars(cells: CellValues) -> tuple[NDArray[np.float64], NDArray[np.intp], float]:
    """Return the edges of the bars of the cells, what they count, and the top of their axes."""
    edges, bars = histogram_edges(cells.limits), bars_of(cells)
    counts = np.bincount(bars[bars >= 0], minlength=HISTOGRAM_BINS)
    return edges, counts, 1.05 * max(1.0, float(counts.max()))


def bars_of(cells: CellValues) -> NDArray[np.intp]:
    """Return the bar that each cell is in, (rows * cols,), from 0; -1 of one without a value."""
    return histogram_bars(cells.values.ravel(), histogram_edges(cells.limits))


def draw_scores(axes: Axes, findings: Findings, mode: str, colours: ThemeColours) -> None:
    """Draw the values of a score mode both ways; one way where the two are the same."""
    samples = dict(findings.samples[mode])
    words = {name: text for name, (text, _) in WAYS.items()}
    if _are_equal(*samples.values()):
        del samples["b_to_a"]
        words["a_to_b"] = "A and B"
    bounds = palette.limits(np.concatenate([sample.values for sample in samples.values()]))
    edges = np.linspace(*bounds, HISTOGRAM_BINS + 1)
    for name, sample in samples.items():
        colour = WAYS[name][1]
        counts, _ = np.histogram(sample.values, edges, weights=sample.weights)
        axes.stairs(counts, edges, fill=True, color=colour, alpha=0.3)
        axes.stairs(counts, edges, color=colour, linewidth=1.4, label=words[name])
        for statistic, dashes in MARKS.items():
            value = findings.summary["scores"][mode][name][statistic]
            if value is not None:
                axes.axvline(value, color=colour, linewidth=1.0, linestyle=dashes)
    title = f"{wording.word('score_mode', mode)}: {COUNTED.get(mode, 'number of patches')}"
    axes.set_title(title[0].upper() + title[1:], **_title(colours))
    axes.set_xlabel("dissimilarity, 1 − s   (mean dashed, P95 dotted)", color=colours.muted,
                    fontsize=TEXT_PT)  # fmt: skip
    axes.legend(frameon=False, fontsize=TEXT_PT, labelcolor=colours.text, handlelength=1.2)
    _dress(axes, bounds, colours)


def _are_equal(one: Sample, other: Sample) -> bool:
    return np.array_equal(np.sort(one.values), np.sort(other.values))


def draw_cells(axes: Axes, cells: CellValues, colours: ThemeColours) -> None:
    """Draw the bars in the colours of the layers."""
    axes.add_collection(PolyCollection([], facecolors=_bar_colours(), linewidths=0, gid=CELLS))
    axes.set_title("Number of homologous cells", **_title(colours))
    _dress(axes, cells.limits, colours)
    axes.tick_params(axis="x", labelbottom=False, length=0)
    change_cells(axes, cells)


def change_cells(axes: Axes, cells: CellValues) -> None:
    """Give the bars other values: new axes would take thirty times as long."""
    edges, counts, highest = cell_bars(cells)
    corners = [
        [(left, 0), (left, count), (right, count), (right, 0)]
        for left, right, count in zip(edges[:-1], edges[1:], counts, strict=True)
    ]
    (bars,) = axes.collections
    assert isinstance(bars, PolyCollection)
    bars.set_verts(corners)
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylim(0, highest)


def draw_scale(axes: Axes, cells: CellValues, colours: ThemeColours) -> None:
    """Draw the scale of the cell colours, which is the axis of their histogram."""
    name = palette.COLORMAPS["cells"]
    axes.imshow(np.linspace(0, 1, 256)[None], cmap=name, aspect="auto", gid=CELLS)
    axes.set_xlabel("", color=colours.muted, fontsize=TEXT_PT)
    axes.set_yticks([])
    axes.spines[:].set_visible(False)
    axes.tick_params(colors=colours.muted, labelsize=TEXT_PT, length=3, width=0.8)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    change_scale(axes, cells)


def change_scale(axes: Axes, cells: CellValues) -> None:
    """Give the scale the limits of other values, and say what they are."""
    bounds = cells.limits
    axes.set_xlabel(f"colour of a cell: {cells.label[0].lower()}{cells.label[1:]}")
    axes.images[0].set_extent((*bounds, 0, 1))
    axes.set_xlim(*bounds)
    axes.set_ylim(0, 1)


def recolour_cells(figure: Figure) -> None:
    """Draw bars and scale of the cells in the colormap that is chosen now."""
    for axes in figure.axes:
        for artist in (*axes.collections, *axes.images):
            if artist.get_gid() == CELLS and isinstance(artist, PolyCollection):
                artist.set_facecolor(_bar_colours())
            elif artist.get_gid() == CELLS:
                artist.set_cmap(palette.COLORMAPS["cells"])


def _bar_colours() -> list[tuple[float, float, float, float]]:
    """Return the colour of each bar of the cells."""
    colormap = colormaps[palette.COLORMAPS["cells"]]
    return [colormap((bar + 0.5) / HISTOGRAM_BINS) for bar in range(HISTOGRAM_BINS)]


def _title(colours: ThemeColours) -> dict[str, Any]:
    return {"loc": "left", "fontsize": TEXT_PT + 1, "fontweight": "bold", "color": colours.text}


def _dress(axes: Axes, bounds: tuple[float, float], colours: ThemeColours) -> None:
    axes.set_facecolor(colours.background)
    axes.set_xlim(*bounds)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(colours.line)
    axes.tick_params(colors=colours.muted, labelsize=TEXT_PT, length=3, width=0.8)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", color=colours.line, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_locator(MaxNLocator(3, integer=True))

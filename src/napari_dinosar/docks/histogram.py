"""The histograms of a comparison in matplotlib, with the one titled scale of the cell colours.

matplotlib is imported here and nowhere else in the docks: the module is imported by a worker
when the first result is on its way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import colormaps
from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray
from qtpy.QtCore import QSize

from napari_dinosar import palette
from napari_dinosar.docks.theme import ThemeColours

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from napari_dinosar.comparison import Comparison

BINS = 30
SIDE_COLOURS = {"A → B": palette.OKABE_ITO[1], "B → A": palette.OKABE_ITO[0]}
TEXT_PT = 8.0
LEFT_PX, RIGHT_PX, TOP_PX, BOTTOM_PX = 44, 12, 24, 52
"""Room around each axes for its ticks and words."""
NARROWEST_PX = 260
"""An axes that is narrower cuts its title."""
STRIP_PX, STRIP_GAP_PX = 7, 3


class Histograms(FigureCanvasQTAgg):
    """Best-match dissimilarities, and those of the cells in the colours of their layers.

    The two stand side by side where there is room, else one below the other.
    """

    def __init__(self) -> None:
        super().__init__(Figure())
        self.setObjectName("resultHistograms")
        self._axes: list[Axes] = []
        self._strip: Axes | None = None

    def draw_comparison(self, comparison: Comparison, colours: ThemeColours) -> None:
        """Draw a comparison; parts without values have no axes.

        Parameters
        ----------
        comparison : Comparison
            What was found.
        colours : ThemeColours
            Of the window.
        """
        for axes in list(self.figure.axes):
            axes.remove()  # clearing the figure would build every axis anew first
        self.figure.set_facecolor(colours.background)
        self._axes, self._strip = [], None
        patches, cells = _patch_values(comparison), _cell_values(comparison)
        if patches:
            self._axes.append(self.figure.add_axes((0, 0, 1, 1)))
            _draw_patches(self._axes[-1], patches, colours)
        if cells.size:
            self._axes.append(self.figure.add_axes((0, 0, 1, 1)))
            _draw_cells(self._axes[-1], cells, colours)
            self._strip = self.figure.add_axes((0, 0, 1, 1))
            _draw_scale(self._strip, cells, colours)
        self._arrange()
        self.draw_idle()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a small size: matplotlib's own hint is the size at hand, which never shrinks."""
        return self.minimumSize()

    def resizeEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Arrange the axes anew; matplotlib draws them."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Place the axes by pixels: matplotlib's own layout takes three times as long to draw."""
        width, height = max(self.width(), 120), max(self.height(), 120)
        count = len(self._axes)
        is_wide = width > max(1.4 * height, count * NARROWEST_PX)
        for index, axes in enumerate(self._axes):
            wide = width / count if is_wide else width
            tall = height if is_wide else height / count
            left = index * wide if is_wide else 0.0
            low = 0.0 if is_wide else height - (index + 1) * tall
            box = np.array([left + LEFT_PX, low + BOTTOM_PX, wide - LEFT_PX - RIGHT_PX,
                            tall - TOP_PX - BOTTOM_PX])  # fmt: skip
            box[2:] = np.maximum(box[2:], 20)
            axes.set_position(box / [width, height, width, height])
            if self._strip is not None and axes is self._axes[-1]:
                low_px = box[1] - STRIP_PX - STRIP_GAP_PX
                strip = [box[0], low_px, box[2], STRIP_PX]
                self._strip.set_position(np.array(strip) / [width, height, width, height])


def _patch_values(comparison: Comparison) -> dict[str, NDArray[np.float64]]:
    tables = (comparison.patches_a_to_b, comparison.patches_b_to_a)
    values = zip(SIDE_COLOURS, tables, strict=True)
    return {words: table["dissimilarity"].to_numpy(float) for words, table in values if len(table)}


def _cell_values(comparison: Comparison) -> NDArray[np.float64]:
    values: NDArray[np.float64] = comparison.cells["dissimilarity"].to_numpy(float)
    return values[np.isfinite(values)]


def _draw_patches(
    axes: Axes, values: dict[str, NDArray[np.float64]], colours: ThemeColours
) -> None:
    bounds = palette.limits(np.concatenate(list(values.values())))
    edges = np.linspace(*bounds, BINS + 1)
    for words, one in values.items():
        colour = SIDE_COLOURS[words]
        counts, _ = np.histogram(one, edges)
        axes.stairs(counts, edges, fill=True, color=colour, alpha=0.3)
        axes.stairs(counts, edges, color=colour, linewidth=1.4, label=f"{words}, mean dashed")
        axes.axvline(one.mean(), color=colour, linewidth=1.0, linestyle=(0, (4, 2)))
    axes.set_title("Best matches: number of patches", **_title(colours))
    axes.set_xlabel("dissimilarity, 1 − s", color=colours.muted, fontsize=TEXT_PT)
    axes.legend(frameon=False, fontsize=TEXT_PT, labelcolor=colours.text, handlelength=1.2)
    _dress(axes, bounds, colours)


def _draw_cells(axes: Axes, values: NDArray[np.float64], colours: ThemeColours) -> None:
    """Draw the bars in the colours of the layers."""
    bounds = palette.limits(values)
    edges = np.linspace(*bounds, BINS + 1)
    counts, _ = np.histogram(values, edges)
    bars = colormaps[palette.CELL_COLORMAP]((np.arange(BINS) + 0.5) / BINS)
    corners = [
        [(left, 0), (left, count), (right, count), (right, 0)]
        for left, right, count in zip(edges[:-1], edges[1:], counts, strict=True)
    ]
    axes.add_collection(PolyCollection(corners, facecolors=bars, linewidths=0))
    axes.set_ylim(0, 1.05 * counts.max())
    axes.set_title("Homologous cells: number of cells", **_title(colours))
    _dress(axes, bounds, colours)
    axes.tick_params(axis="x", labelbottom=False, length=0)


def _draw_scale(axes: Axes, values: NDArray[np.float64], colours: ThemeColours) -> None:
    """Draw the scale of the cell colours, which is the axis of their histogram."""
    bounds = palette.limits(values)
    axes.imshow(
        np.linspace(0, 1, 256)[None],
        cmap=palette.CELL_COLORMAP,
        aspect="auto",
        extent=(*bounds, 0, 1),
    )
    axes.set_xlabel("colour of a cell: dissimilarity, 1 − cos", color=colours.muted,
                    fontsize=TEXT_PT)  # fmt: skip
    axes.set_yticks([])
    axes.spines[:].set_visible(False)
    axes.tick_params(colors=colours.muted, labelsize=TEXT_PT, length=3, width=0.8)
    axes.xaxis.set_major_locator(MaxNLocator(5))


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

"""The histograms of a comparison in matplotlib, with the one titled scale of the cell colours.

matplotlib is imported by this module and `histogram_axes` alone of the docks: a worker imports
them when the first result is on its way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray
from qtpy.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from qtpy.QtWidgets import QToolTip

from napari_dinosar.docks.histogram_axes import (
    bars_of,
    cell_bars,
    change_cells,
    change_scale,
    dissimilarities,
    draw_cells,
    draw_scale,
    draw_scores,
)
from napari_dinosar.docks.histogram_marks import Bars, HistogramMarks
from napari_dinosar.docks.theme import ThemeColours

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

    from napari_dinosar.findings import Findings
    from napari_dinosar.inspection.cell_values import CellValues

LEFT_PX, RIGHT_PX, TOP_PX, BOTTOM_PX = 44, 12, 24, 52
"""Room around each axes for its ticks and words."""
NARROWEST_PX = 260
"""An axes that is narrower cuts its title."""
STRIP_PX, STRIP_GAP_PX = 7, 3


class Histograms(FigureCanvasQTAgg):
    """Best-match dissimilarities, and what cells are coloured by, in the colours of their layers.

    The two stand side by side where there is room, else one below the other.

    Attributes
    ----------
    findings : Findings or None
        Whose values are drawn.
    cells : CellValues or None
        What is counted of the cells; None without any.
    bins : array, (n cells,)
        The bar that each cell is in; -1 of one without a value.
    choose : callable
        Takes findings and gives what is counted of their cells.
    marks : HistogramMarks
        What is marked on the bars of the cells.

    Signals
    -------
    arranged : no value
        The bars of the cells are others, or lie elsewhere.
    bar_clicked : int, bool
        A bar of the cells, counted from 0, and whether Control was held.
    """

    arranged = Signal()
    bar_clicked = Signal(int, bool)

    def __init__(self) -> None:
        super().__init__(Figure())
        self.setObjectName("resultHistograms")
        self.findings: Findings | None = None
        self.cells: CellValues | None = None
        self.bins: NDArray[np.intp] = np.empty(0, dtype=np.intp)
        self.choose: Callable[[Findings], CellValues | None] = dissimilarities
        self.marks = HistogramMarks(self)
        self._axes: list[Axes] = []
        self._strip: Axes | None = None
        self._shown: tuple[Any, ...] = (None, None, None)

    def draw_findings(self, findings: Findings, mode: str | None, colours: ThemeColours) -> None:
        """Draw what was found; parts without values have no axes.

        Parameters
        ----------
        findings : Findings
            What was found.
        mode : str or None
            The score mode whose values are drawn; None where patches were not compared.
        colours : ThemeColours
            Of the window.
        """
        shown = (findings.samples, mode, colours)
        self.findings = findings
        cells = self._count(findings)
        self.marks.set_colours(colours)
        # with other landmarks the patches are the same ones
        is_kept = shown[0] is self._shown[0] and shown[1:] == self._shown[1:]
        if not (is_kept and self._change_cells(cells)):
            self._draw_anew(findings, cells, mode, colours)
            self._shown = shown
        self._arrange()
        self.draw_idle()

    def draw_cells(self) -> None:
        """Count the cells by another value, which was chosen since they were drawn."""
        if self.findings is not None and self._change_cells(self._count(self.findings)):
            self._arrange()
            self.draw_idle()

    def _count(self, findings: Findings) -> CellValues | None:
        self.cells = self.choose(findings)
        if self.cells is not None:
            self.bins = bars_of(self.cells)
        return self.cells

    def _change_cells(self, cells: CellValues | None) -> bool:
        """Give bars and scale other values where both are there; return whether they are."""
        if self._strip is None or cells is None:
            return False
        change_cells(self._axes[-1], cells)
        change_scale(self._strip, cells)
        return True

    def _draw_anew(
        self,
        findings: Findings,
        cells: CellValues | None,
        mode: str | None,
        colours: ThemeColours,
    ) -> None:
        for axes in list(self.figure.axes):
            axes.remove()  # clearing the figure would build every axis anew first
        self.figure.set_facecolor(colours.background)
        self._axes, self._strip = [], None
        if mode is not None and any(len(one.values) for one in findings.samples[mode].values()):
            self._axes.append(self.figure.add_axes((0, 0, 1, 1)))
            draw_scores(self._axes[-1], findings, mode, colours)
        if cells is not None:
            self._axes.append(self.figure.add_axes((0, 0, 1, 1)))
            draw_cells(self._axes[-1], cells, colours)
            self._strip = self.figure.add_axes((0, 0, 1, 1))
            draw_scale(self._strip, cells, colours)

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
        self._place_marks()

    def _place_marks(self) -> None:
        """Lay the marks over the bars of the cells, wherever these are now."""
        self.marks.setGeometry(self.rect())
        self.marks.bars = None
        if self._strip is not None and self.cells is not None:
            left, low, wide, tall = self._axes[-1].get_position().bounds
            size_x, size_y = max(self.width(), 120), max(self.height(), 120)
            box = QRectF(left * size_x, (1 - low - tall) * size_y, wide * size_x, tall * size_y)
            self.marks.bars = Bars(box, *cell_bars(self.cells))
        self.arranged.emit()

    def event(self, event: Any) -> bool:
        """Say what the bar under the pointer counts."""
        if event.type() == QEvent.Type.ToolTip:
            text = self._bar_text(QPointF(event.pos()))
            if text:
                QToolTip.showText(event.globalPos(), text, self)
            else:
                QToolTip.hideText()
            return True
        return bool(super().event(event))

    def mousePressEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Tell which bar of the cells is clicked."""
        super().mousePressEvent(event)
        bar = self._bar_at(event.position())
        if bar is not None and event.button() == Qt.MouseButton.LeftButton:
            is_added = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self.bar_clicked.emit(bar, is_added)

    def mouseMoveEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Show a hand over bars that can be clicked."""
        super().mouseMoveEvent(event)
        bars, bar = self.marks.bars, self._bar_at(event.position())
        has_cells = bars is not None and bar is not None and bool(bars.counts[bar])
        shape = Qt.CursorShape.PointingHandCursor if has_cells else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)

    def _bar_at(self, place: QPointF) -> int | None:
        return None if self.marks.bars is None else self.marks.bars.at(place)

    def _bar_text(self, place: QPointF) -> str:
        bars, bar = self.marks.bars, self._bar_at(place)
        if bars is None or bar is None or self.cells is None:
            return ""
        count = int(bars.counts[bar])
        low, high = bars.edges[bar : bar + 2]
        words = f"{count} cell{'' if count == 1 else 's'}"
        how = "\nA click selects them, with Control as well as those that are." if count else ""
        title = f"{self.cells.title[0].lower()}{self.cells.title[1:]}"
        return f"{words} with {title} {low:.4f} to {high:.4f}{how}"

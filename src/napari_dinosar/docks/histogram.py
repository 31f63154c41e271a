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
from napari_dinosar.docks.histogram_places import axes_boxes, strip_box
from napari_dinosar.docks.theme import ThemeColours

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

    from napari_dinosar.findings import Findings
    from napari_dinosar.inspection.cell_values import CellValues

LEAST_PX = 120
"""A canvas is not smaller than this to what is laid out on it."""


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
        self.cells = cells = self.choose(findings)
        self.bins = np.empty(0, dtype=np.intp) if cells is None else bars_of(cells)
        return cells

    def _change_cells(self, cells: CellValues | None) -> bool:
        """Give bars and scale other values where both are there; return whether they are."""
        if self._strip is None or cells is None:
            return False
        change_cells(self._axes[-1], cells)
        change_scale(self._strip, cells)
        return True

    def _draw_anew(
        self, findings: Findings, cells: CellValues | None, mode: str | None, colours: ThemeColours
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
        """Place the axes, and the marks over the bars of the cells."""
        width, height = (max(size, LEAST_PX) for size in (self.width(), self.height()))
        whole = np.array([width, height, width, height])
        boxes = axes_boxes(width, height, len(self._axes))
        for axes, box in zip(self._axes, boxes, strict=True):
            axes.set_position(box / whole)
        self.marks.setGeometry(self.rect())
        self.marks.bars = None
        if self._strip is not None and self.cells is not None:
            self._strip.set_position(strip_box(boxes[-1]) / whole)
            left, low, wide, tall = boxes[-1].tolist()
            box = QRectF(left, height - low - tall, wide, tall)
            self.marks.bars = Bars(box, *cell_bars(self.cells))
        self.arranged.emit()

    def event(self, event: Any) -> bool:
        """Say what the bar under the pointer counts."""
        if event.type() == QEvent.Type.ToolTip:
            bars, bar, text = self.marks.bars, self._bar_at(QPointF(event.pos())), ""
            if bars is not None and bar is not None and self.cells is not None:
                text = bars.words(bar, self.cells.title)
            QToolTip.showText(event.globalPos(), text, self)  # an empty one hides it
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

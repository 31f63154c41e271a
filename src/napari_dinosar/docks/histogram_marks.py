"""Marks on the cells' histogram: the selected cells, the current one, and what is left out.

A widget over the canvas draws them, so that matplotlib need not draw for a selection.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QPointF, QRectF, Qt
from qtpy.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPen, QPolygonF
from qtpy.QtWidgets import QWidget

from napari_dinosar.docks.theme import ThemeColours

_TIP_PX = 5.0


@dataclass(frozen=True, eq=False)
class Bars:
    """Where the bars of a histogram lie on its canvas.

    Attributes
    ----------
    box : QRectF
        The axes in pixels of the canvas, y downwards.
    edges : array, (n + 1,)
        Edges of the bars in units of the values; they fill the width of the axes.
    counts : array, (n,)
        What they count.
    highest : float
        The count at the top of the axes.
    """

    box: QRectF
    edges: NDArray[np.float64]
    counts: NDArray[np.intp]
    highest: float

    def x(self, value: float) -> float:
        """Return where a value lies, in pixels."""
        share = (value - self.edges[0]) / (self.edges[-1] - self.edges[0])
        return float(self.box.left() + share * self.box.width())

    def y(self, count: float) -> float:
        """Return where a count lies, in pixels."""
        return float(self.box.bottom() - count / self.highest * self.box.height())

    def bar(self, number: int, count: float, base: float = 0.0) -> QRectF:
        """Return the part of a bar from one count to a higher one."""
        left, right = self.x(self.edges[number]), self.x(self.edges[number + 1])
        return QRectF(QPointF(left, self.y(base + count)), QPointF(right, self.y(base)))

    def words(self, number: int, title: str) -> str:
        """Return what a bar counts, given the title of the values, and what a click does."""
        count = int(self.counts[number])
        low, high = self.edges[number : number + 2]
        cells = f"{count} cell{'' if count == 1 else 's'}"
        how = "\nA click selects them, with Control as well as those that are." if count else ""
        return f"{cells} with {title[0].lower()}{title[1:]} {low:.4f} to {high:.4f}{how}"

    def at(self, place: QPointF) -> int | None:
        """Return the bar in whose column a place lies; None beside the axes."""
        if not self.box.contains(place):
            return None
        share = (place.x() - self.box.left()) / self.box.width()
        return min(int(share * len(self.counts)), len(self.counts) - 1)


class HistogramMarks(QWidget):
    """Draws marks over bars; the mouse goes through it."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self.setObjectName("histogramMarks")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.bars: Bars | None = None
        self.selected: NDArray[np.intp] = np.empty(0, dtype=np.intp)
        self.left_out: NDArray[np.intp] = np.empty(0, dtype=np.intp)
        self.current: float | None = None
        self._colours: ThemeColours | None = None

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        self._colours = colours
        self.update()

    def mark(self, bins: NDArray[np.intp], current: float | None) -> None:
        """Mark selected cells and the current one.

        Parameters
        ----------
        bins : array, (n,)
            The bar of each selected cell; -1 of one that is in none.
        current : float or None
            The value of the current one.
        """
        self.selected, self.current = self._counted(bins), current
        self.update()

    def leave_out(self, bins: NDArray[np.intp]) -> None:
        """Hatch cells that are left out, given by the bars that they are in."""
        self.left_out = self._counted(bins)
        self.update()

    def _counted(self, bins: NDArray[np.intp]) -> NDArray[np.intp]:
        n_bars = 0 if self.bars is None else len(self.bars.counts)
        return np.bincount(bins[bins >= 0], minlength=n_bars)

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        """Draw what is marked."""
        if self.bars is None or self._colours is None:
            return
        painter = QPainter(self)
        ink, paper = QColor(self._colours.text), QColor(self._colours.background)
        self._draw_left_out(painter, self.bars, paper)
        self._draw_selected(painter, self.bars, ink, paper)
        if self.current is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            _draw_pointer(painter, self.bars, self.current, ink, paper)
        painter.end()

    def _draw_left_out(self, painter: QPainter, bars: Bars, paper: QColor) -> None:
        """Hatch the tops of bars."""
        veil = QColor(paper)
        veil.setAlphaF(0.55)
        for number, count in _some(self.left_out):
            box = bars.bar(number, count, float(bars.counts[number] - count))
            painter.fillRect(box, veil)
            painter.fillRect(box, QBrush(paper, Qt.BrushStyle.BDiagPattern))

    def _draw_selected(self, painter: QPainter, bars: Bars, ink: QColor, paper: QColor) -> None:
        """Frame the part of a bar that is selected, so that it is seen on light and dark ones."""
        for number, count in _some(self.selected):
            part = bars.bar(number, count).adjusted(0, 0, -1, 0)
            painter.setPen(QPen(paper, 1))
            painter.drawRect(part.adjusted(1, 1, -1, -1))
            painter.setPen(QPen(ink, 1.5))
            painter.drawRect(part)


def _draw_pointer(painter: QPainter, bars: Bars, value: float, ink: QColor, paper: QColor) -> None:
    """Draw a line at a value, with a tip at its top, seen on any colour."""
    x, top, bottom = bars.x(value), bars.box.top(), bars.box.bottom()
    painter.setPen(QPen(paper, 3))
    painter.drawLine(QPointF(x, top), QPointF(x, bottom))
    painter.setPen(QPen(ink, 1.4))
    painter.drawLine(QPointF(x, top), QPointF(x, bottom))
    painter.setPen(QPen(paper, 1))
    painter.setBrush(ink)
    tip = [QPointF(x - _TIP_PX, top - _TIP_PX), QPointF(x + _TIP_PX, top - _TIP_PX)]
    painter.drawPolygon(QPolygonF([*tip, QPointF(x, top + _TIP_PX)]))


def _some(counts: NDArray[np.intp]) -> Sequence[tuple[int, int]]:
    return [(int(number), int(counts[number])) for number in np.flatnonzero(counts)]

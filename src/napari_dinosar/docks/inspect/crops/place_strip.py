"""Where a cell lies among all cells: their histogram, small, with a mark at its value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from qtpy.compat import isalive
from qtpy.QtCore import QPointF, QRectF, Qt
from qtpy.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from qtpy.QtWidgets import QWidget

from napari_dinosar import palette
from napari_dinosar.docks.inspect.crops.small_chart import SmallChart

if TYPE_CHECKING:
    from napari_dinosar.docks.theme import ThemeColours
    from napari_dinosar.inspection.cell_facts import CellFacts

HIGH_PX, TOP_PX, MARK_PX, FOOT_PX = 66, 9.0, 5.0, 16.0


class PlaceStrip(SmallChart):
    """Paints the bars of the cells' histogram in the colours of the cells.

    Parameters
    ----------
    colours : ThemeColours
        Of the window.
    """

    def __init__(self, colours: ThemeColours, parent: QWidget | None = None) -> None:
        super().__init__(colours, HIGH_PX, parent)
        self.setObjectName("cellPlace")
        self.setMouseTracking(True)
        self._facts: CellFacts | None = None
        self._bars: list[tuple[int, QColor]] = []
        self._value: float | None = None
        self._floor: float | None = None
        palette.COLORMAPS.changed.connect(self._on_colormap)

    def show_place(self, facts: CellFacts, value: float | None, floor: float | None) -> None:
        """Mark a value, and its noise floor, where it has one, in the histogram of the cells."""
        if facts is not self._facts:
            n_bars = len(facts.edges) - 1
            counts = np.bincount(facts.bins[facts.bins >= 0], minlength=n_bars)
            middles = (facts.edges[:-1] + facts.edges[1:]) / 2
            tones = [QColor.fromRgbF(*map(float, one)) for one in palette.cell_colours(middles)]
            self._bars = list(zip(counts.tolist(), tones, strict=True))
            self._facts = facts
        self._value, self._floor = value, floor
        self.update()

    def bar_text(self, x: float) -> str:
        """Return what the bar at a place of the widget holds."""
        if self._facts is None or not self._bars:
            return ""
        box = self._box()
        bar = int((x - box.left()) / max(box.width(), 1.0) * len(self._bars))
        bar = min(max(bar, 0), len(self._bars) - 1)
        low, high = self._facts.edges[bar], self._facts.edges[bar + 1]
        count = self._bars[bar][0]
        cells = "1 cell" if count == 1 else f"{count} cells"
        return f"{cells} between {low:.3f} and {high:.3f}"

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        """Paint bars, range, noise floor and mark."""
        if self._facts is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self._box()
        self._paint_bars(painter, box)
        painter.setPen(QPen(QColor(self.colours.muted), 1))
        foot = QRectF(box.left(), box.bottom() + 1, box.width(), FOOT_PX - 1)
        low, high = self._facts.edges[0], self._facts.edges[-1]
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignLeft), f"{low:.3f}")
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignRight), f"{high:.3f}")
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignHCenter), "all cells that count")
        if self._floor is not None and low <= self._floor <= high:
            painter.setPen(QPen(QColor(self.colours.text), 1, Qt.PenStyle.DashLine))
            at = self._x(self._floor, box)
            painter.drawLine(QPointF(at, box.top()), QPointF(at, box.bottom()))
        if self._value is not None:
            self._paint_mark(painter, box, self._x(self._value, box))
        painter.end()

    def _on_colormap(self, kind: str) -> None:
        if isalive(self) and kind == "cells" and self._facts is not None:
            facts, self._facts = self._facts, None
            self.show_place(facts, self._value, self._floor)

    def _box(self) -> QRectF:
        """Return where the bars are; beside them a mark at either end has room."""
        high = self.height() - TOP_PX - FOOT_PX
        return QRectF(MARK_PX, TOP_PX, max(self.width() - 2 * MARK_PX, 1.0), high)

    def _paint_bars(self, painter: QPainter, box: QRectF) -> None:
        highest = max((count for count, _ in self._bars), default=0)
        wide = box.width() / max(len(self._bars), 1)
        painter.setPen(Qt.PenStyle.NoPen)
        for bar, (count, tone) in enumerate(self._bars):
            if count:
                high = max(1.5, box.height() * count / highest)
                left = box.left() + bar * wide
                painter.setBrush(tone)
                painter.drawRect(QRectF(left + 0.5, box.bottom() - high, wide - 1.0, high))
        painter.setPen(QPen(QColor(self.colours.line), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())

    def _paint_mark(self, painter: QPainter, box: QRectF, at: float) -> None:
        tone = QColor(self.colours.text)
        painter.setPen(QPen(tone, 1.4))
        painter.drawLine(QPointF(at, box.top() - 2), QPointF(at, box.bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tone)
        tip = QPointF(at, box.top())
        painter.drawPolygon(
            QPolygonF([tip, tip + QPointF(-MARK_PX, -TOP_PX), tip + QPointF(MARK_PX, -TOP_PX)])
        )

    def _x(self, value: float, box: QRectF) -> float:
        assert self._facts is not None
        low, high = self._facts.edges[0], self._facts.edges[-1]
        return float(box.left() + (value - low) / (high - low) * box.width())

"""The dissimilarity of a cell in each layer of the network alone, as a small chart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from qtpy.QtCore import QPointF, QRectF, Qt
from qtpy.QtGui import QColor, QPainter, QPaintEvent, QPen
from qtpy.QtWidgets import QWidget

from napari_dinosar.docks.inspect.crops.cell_words import number
from napari_dinosar.docks.inspect.crops.small_chart import SmallChart
from napari_dinosar.docks.number_text import number_text

if TYPE_CHECKING:
    from napari_dinosar.docks.theme import ThemeColours

HIGH_PX, HEAD_PX, FOOT_PX, WIDEST_PX = 82, 16.0, 16.0, 52.0
BAR, BAR_LIGHT = "#56B4E9", "#0072B2"
"""Okabe and Ito's blues: on a dark background, and on a light one."""
MOST_VALUES = 6
"""With more bars than that their values do not fit above them."""


class LayerBars(SmallChart):
    """Paints a bar for each layer, and a line at the value of all together.

    Parameters
    ----------
    colours : ThemeColours
        Of the window.
    """

    def __init__(self, colours: ThemeColours, parent: QWidget | None = None) -> None:
        super().__init__(colours, HIGH_PX, parent)
        self.setObjectName("cellLayers")
        self._values: dict[int, float] = {}
        self._whole: float | None = None

    def show_values(self, values: Mapping[int, float], whole: float | None) -> None:
        """Show the value of each block, and that of all layers together."""
        self._values, self._whole = dict(values), whole
        self.update()

    def bar_text(self, x: float) -> str:
        """Return the layer at a place of the widget and its value; empty beside the bars."""
        each = self._each()
        if not self._values or not 0 <= x < each * len(self._values):
            return ""
        layer, value = list(self._values.items())[int(x / each)]
        alone = f"layer {layer} alone: dissimilarity {number_text(value, 4)}"
        whole = f"all layers together: {number_text(self._whole, 4)}"
        return alone if self._whole is None else f"{alone}\n{whole}"

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        """Paint bars, their layers, and the line of all together."""
        if not self._values:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        each = self._each()
        box = QRectF(0, HEAD_PX, each * len(self._values), self.height() - HEAD_PX - FOOT_PX)
        highest = max(*self._values.values(), self._whole or 0.0, 1e-9)
        bars = []
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(BAR if self.colours.is_dark else BAR_LIGHT))
        for index, value in enumerate(self._values.values()):
            high = max(1.0, box.height() * max(value, 0.0) / highest)
            bars.append(QRectF(index * each, box.bottom() - high, each, high))
            inset = min(3.0, each / 6)
            painter.drawRect(bars[-1].adjusted(inset, 0, -inset, 0))
        painter.setPen(QPen(QColor(self.colours.line), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        if self._whole is not None:
            level = box.bottom() - box.height() * self._whole / highest
            painter.setPen(QPen(QColor(self.colours.text), 1.2, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(box.left(), level), QPointF(box.right(), level))
        painter.setPen(QColor(self.colours.muted))
        for bar, (layer, value) in zip(bars, self._values.items(), strict=True):
            self._write(painter, bar, layer, value)
        painter.end()

    def _write(self, painter: QPainter, bar: QRectF, layer: int, value: float) -> None:
        """Write a layer below its bar, and its value above it where there is room."""
        metrics, centre = painter.fontMetrics(), int(Qt.AlignmentFlag.AlignCenter)
        if bar.width() >= metrics.horizontalAdvance("00"):
            foot = QRectF(bar.left(), bar.bottom() + 1, bar.width(), FOOT_PX - 1)
            painter.drawText(foot, centre, str(layer))
        text = number(value)
        if len(self._values) <= MOST_VALUES and bar.width() >= metrics.horizontalAdvance(text):
            head = QRectF(bar.left(), bar.top() - HEAD_PX, bar.width(), HEAD_PX)
            # the dashed line is not to strike a number through
            painter.fillRect(head.adjusted(2, 2, -2, -1), QColor(self.colours.background))
            painter.drawText(head, centre, text)

    def _each(self) -> float:
        """Return the width of a bar with its gap."""
        return min(self.width() / max(len(self._values), 1), WIDEST_PX)

"""The loupe: the photo around the pointer, magnified pixel by pixel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QPointF, QRectF, Qt
from qtpy.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from qtpy.QtWidgets import QLabel

from napari_dinosar.docks.landmarks.canvas.ghost import pass_by
from napari_dinosar.project.state import Position

SIDE_PX = 176
FACTOR = 8
_HALF = SIDE_PX / FACTOR / 2
_GREY = "#767676"
_GAP, _ARM = 5.0, 26.0
_RING = 6.0


@dataclass(frozen=True, eq=False)
class LoupeView:
    """What the loupe looks at.

    Attributes
    ----------
    rgb : array, (H, W, 3) uint8
        The photo.
    xy : (float, float)
        The middle, in photo pixels, not rounded.
    points_xy : array, (n, 2)
        Landmarks, in photo pixels.
    colours : tuple of str, n
        Of the landmarks, ``#rrggbb``.
    """

    rgb: NDArray[np.uint8]
    xy: Position
    points_xy: NDArray[np.float64]
    colours: tuple[str, ...]


class Loupe(QLabel):
    """A square window that shows a `LoupeView`."""

    def __init__(self) -> None:
        super().__init__()
        pass_by(self)
        self.setObjectName("landmarkLoupe")
        self.setFixedSize(SIDE_PX, SIDE_PX)
        self._view: LoupeView | None = None

    def look(self, view: LoupeView) -> None:
        """Show another part of a photo."""
        self._view = view
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802
        """Draw the pixels, the landmarks among them and a cross in the middle."""
        if self._view is not None:
            painter = QPainter(self)
            paint(painter, self._view)
            painter.end()


def paint(painter: QPainter, view: LoupeView) -> None:
    """Draw a view into a square of `SIDE_PX`.

    Parameters
    ----------
    painter : QPainter
        Of a widget or a picture of that size.
    view : LoupeView
        What is drawn. Beyond the photo it is grey.
    """
    painter.fillRect(QRectF(0, 0, SIDE_PX, SIDE_PX), QColor(_GREY))
    _paint_pixels(painter, view)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for xy, colour in zip(view.points_xy, view.colours, strict=True):
        place = _on_loupe(xy, view.xy)
        for pen in (QPen(QColor("black"), 3.5), QPen(QColor(colour), 2.0)):
            painter.setPen(pen)
            painter.drawEllipse(place, _RING, _RING)
    middle = SIDE_PX / 2
    for pen in (QPen(QColor(0, 0, 0, 200), 3.0), QPen(QColor("white"), 1.0)):
        painter.setPen(pen)
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            painter.drawLine(
                QPointF(middle + dx * _GAP, middle + dy * _GAP),
                QPointF(middle + dx * _ARM, middle + dy * _ARM),
            )
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(QColor("black"), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(QRectF(0.5, 0.5, SIDE_PX - 1, SIDE_PX - 1))


def _paint_pixels(painter: QPainter, view: LoupeView) -> None:
    height, width = view.rgb.shape[:2]
    # a pixel reaches half a pixel to both sides of its centre
    left, top = (int(np.floor(middle - _HALF)) for middle in view.xy)
    right, bottom = (int(np.ceil(middle + _HALF)) + 1 for middle in view.xy)
    left, top, right, bottom = max(left, 0), max(top, 0), min(right, width), min(bottom, height)
    if left >= right or top >= bottom:
        return
    pixels = np.ascontiguousarray(view.rgb[top:bottom, left:right])
    rows, columns = pixels.shape[:2]
    picture = QImage(
        pixels.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888
    ).copy()
    corner = _on_loupe((left - 0.5, top - 0.5), view.xy)
    painter.drawImage(
        QRectF(corner.x(), corner.y(), columns * FACTOR, rows * FACTOR),
        picture,
        QRectF(0, 0, columns, rows),
    )


def _on_loupe(xy: Position | NDArray[np.float64], middle: Position) -> QPointF:
    return QPointF(
        SIDE_PX / 2 + (float(xy[0]) - middle[0]) * FACTOR,
        SIDE_PX / 2 + (float(xy[1]) - middle[1]) * FACTOR,
    )

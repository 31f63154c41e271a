"""How a piece of a photo is painted: fitted, with outlines that are crisp at any size, a letter."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QPointF, QRectF, QSizeF, Qt
from qtpy.QtGui import QColor, QFont, QImage, QPainter, QPen, QPolygonF

if TYPE_CHECKING:
    from napari_dinosar.docks.theme import ThemeColours
    from napari_dinosar.inspection.cell_pieces import Piece

DARK, LIGHT = QColor(0, 0, 0, 190), QColor(255, 255, 255)
DARK_PX, LIGHT_PX = 3.2, 1.4
"""Dark below light is seen on every photo."""
BACK = QColor("#E69F00")
"""Where the way back leads: Okabe and Ito's orange."""
PILL_PX, MARGIN_PX, GRIP_PX = 17.0, 6.0, 9.0
THIN = 2
"""So many pixels of a piece for one of the screen are enough to be averaged."""


@dataclass(eq=False)
class Shown:
    """A piece of a photo as it is painted.

    Attributes
    ----------
    rgb : array of uint8, (h, w, 3)
        Its pixels.
    outline_xy : array, (n, 2)
        Corners of the cell or patch, in its pixels.
    back_xy : array, (2,), or None
        Where the way back leads.
    """

    rgb: NDArray[np.uint8]
    outline_xy: NDArray[np.float64]
    back_xy: NDArray[np.float64] | None = None
    _scaled: tuple[tuple[int, int], QImage] | None = field(default=None, repr=False)

    @classmethod
    def of(cls, piece: Piece, back_xy: NDArray[np.float64] | None = None) -> Shown:
        """Return a piece to be painted."""
        return cls(piece.rgb, piece.outline_xy, back_xy)

    @property
    def width(self) -> int:
        """Of the piece, in its pixels."""
        return int(self.rgb.shape[1])

    @property
    def height(self) -> int:
        """Of the piece, in its pixels."""
        return int(self.rgb.shape[0])

    def image(self, size: tuple[int, int]) -> QImage:
        """Return the piece at most as large as a size in pixels of the screen, never enlarged."""
        if self._scaled is None or self._scaled[0] != size:
            every = max(1, min(self.width // (THIN * size[0]), self.height // (THIN * size[1])))
            pixels = np.ascontiguousarray(self.rgb[::every, ::every])
            rows, cols = pixels.shape[:2]
            kind = QImage.Format.Format_RGB888
            image = QImage(pixels.data, cols, rows, 3 * cols, kind)
            smooth = Qt.TransformationMode.SmoothTransformation
            is_large = cols > size[0] or rows > size[1]
            aspect = Qt.AspectRatioMode.IgnoreAspectRatio
            image = image.scaled(*size, aspect, smooth) if is_large else image.copy()
            self._scaled = (size, image)
        return self._scaled[1]


def fitted(shown: Shown, box: QRectF) -> QRectF:
    """Return where a piece lies in the middle of a box, as large as it may be."""
    scale = min(box.width() / shown.width, box.height() / shown.height)
    size = QSizeF(shown.width * scale, shown.height * scale)
    return QRectF(box.center() - QPointF(size.width() / 2, size.height() / 2), size)


def paint(
    painter: QPainter,
    shown: Shown,
    box: QRectF,
    letter: str,
    colours: ThemeColours,
    is_right: bool = False,
) -> None:
    """Paint a piece into a box, with its outline above it and its letter in a corner.

    Parameters
    ----------
    painter : QPainter
        What paints.
    shown : Shown
        The piece.
    box : QRectF
        Where; what the piece does not fill is left as it is.
    letter : str
        Which specimen.
    colours : ThemeColours
        Of the window.
    is_right : bool
        Whether the letter stands on the right.
    """
    place = fitted(shown, box)
    device = painter.device()
    ratio = device.devicePixelRatioF() if device is not None else 1.0
    size = (max(1, round(place.width() * ratio)), max(1, round(place.height() * ratio)))
    painter.drawImage(place, shown.image(size))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(colours.line), 1))
    painter.drawRect(place.adjusted(0.5, 0.5, -0.5, -0.5))
    scale = place.width() / shown.width
    painter.save()
    painter.setClipRect(place, Qt.ClipOperation.IntersectClip)
    _outline(painter, [_snapped(one, ratio) for one in _points(shown.outline_xy, place, scale)])
    if shown.back_xy is not None:
        _ring(painter, _points(shown.back_xy[None], place, scale))
    painter.restore()
    _pill(painter, place, letter, is_right)


def divider(painter: QPainter, x: float, box: QRectF) -> None:
    """Paint the divider of two pieces that lie over each other; its grip hides no middle."""
    top, bottom = QPointF(x, box.top()), QPointF(x, box.bottom())
    grip = QPointF(x, box.bottom() - 2.2 * GRIP_PX)
    for colour, width in ((DARK, DARK_PX), (LIGHT, LIGHT_PX)):
        painter.setPen(QPen(colour, width))
        painter.drawLine(top, bottom)
    painter.setPen(QPen(DARK, 1))
    painter.setBrush(LIGHT)
    painter.drawEllipse(grip, GRIP_PX, GRIP_PX)
    painter.setPen(QPen(QColor("#404040"), 1.4))
    for side in (-1, 1):
        tip = grip + QPointF(side * 5.5, 0)
        for way in (-1, 1):
            painter.drawLine(tip, tip + QPointF(-side * 3, way * 3))


def _points(xy: NDArray[np.float64], place: QRectF, scale: float) -> list[QPointF]:
    """Return places of a piece on the widget; none where one of them is not known."""
    if not np.isfinite(xy).all():
        return []
    return [place.topLeft() + QPointF((x + 0.5) * scale, (y + 0.5) * scale) for x, y in xy.tolist()]


def _snapped(point: QPointF, ratio: float) -> QPointF:
    """Return the middle of the screen's pixel at a place: lines along it are crisp there."""
    x, y = (math.floor(value * ratio) + 0.5 for value in (point.x(), point.y()))
    return QPointF(x / ratio, y / ratio)


def _outline(painter: QPainter, points: list[QPointF]) -> None:
    for colour, width in ((DARK, DARK_PX), (LIGHT, LIGHT_PX)):
        pen = QPen(colour, width)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawPolygon(QPolygonF(points))


def _ring(painter: QPainter, points: list[QPointF]) -> None:
    for colour, width in ((DARK, DARK_PX + 0.8), (BACK, LIGHT_PX + 0.8)):
        painter.setPen(QPen(colour, width))
        for point in points:
            painter.drawEllipse(point, 6.0, 6.0)


def _pill(painter: QPainter, place: QRectF, letter: str, is_right: bool) -> None:
    left = place.right() - MARGIN_PX - PILL_PX if is_right else place.left() + MARGIN_PX
    pill = QRectF(left, place.top() + MARGIN_PX, PILL_PX, PILL_PX)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 170))
    painter.drawRoundedRect(pill, 4, 4)
    font = QFont(painter.font())
    font.setBold(True)
    font.setPixelSize(12)
    painter.setFont(font)
    painter.setPen(LIGHT)
    painter.drawText(pill, int(Qt.AlignmentFlag.AlignCenter), letter)
    painter.setBrush(Qt.BrushStyle.NoBrush)

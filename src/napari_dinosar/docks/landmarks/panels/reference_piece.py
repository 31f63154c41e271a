"""A piece of a photo as a small square, with a cross that leaves the place itself free."""

from __future__ import annotations

from qtpy.QtCore import QPointF, QRectF, QSize, Qt
from qtpy.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from qtpy.QtWidgets import QWidget

from napari_dinosar.docks.landmarks.panels.colours import first_colours

_SIDE_PX = 108
_ARM_PX, _HOLE_PX = 11.0, 3.5


class Piece(QWidget):
    """A square piece of a photo with a cross in its middle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("referencePiece")
        self.setFixedSize(QSize(_SIDE_PX, _SIDE_PX))
        self.image: QImage | None = None
        self.is_occluded = False
        self.colours = first_colours()

    def show_image(self, image: QImage | None) -> None:
        """Show a piece, or nothing."""
        self.image = image
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        """Draw the piece in its frame, and the cross above it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.image is not None:
            painter.drawImage(box, self.image)
            self._draw_cross(painter, box.center())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self.colours.line), 1))
        painter.drawRect(box)
        painter.end()

    def _draw_cross(self, painter: QPainter, centre: QPointF) -> None:
        """Draw dark below light, to be seen on every photo, and leave the very place free."""
        for colour, width in (("#000000", 3.4), ("#ffffff", 1.5)):
            painter.setPen(QPen(QColor(colour), width))
            for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                way = QPointF(dx, dy)
                painter.drawLine(centre + way * _HOLE_PX, centre + way * _ARM_PX)
            if self.is_occluded:
                painter.drawEllipse(centre, _ARM_PX, _ARM_PX)

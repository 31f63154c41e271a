"""A photo with the landmarks of one specimen painted over it, as they were read and as repaired."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QPointF, QRectF, QSize, Qt
from qtpy.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from qtpy.QtWidgets import QSizePolicy, QWidget

from napari_dinosar.docks.landmarks.files.import_overlay import Overlay
from napari_dinosar.docks.landmarks.panels.colours import first_colours

_MARGIN = 14
_DISC, _CROSS = 5.0, 4.5
_FEW = 40


class ImportPreview(QWidget):
    """Paints a photo and landmarks: discs as they would come, crosses as they were read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("importPreview")
        self.setMinimumSize(QSize(260, 240))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.colours = first_colours()
        self.overlay: Overlay | None = None
        self.path: Path | None = None
        self.message = ""
        self._image: QImage | None = None

    def show_overlay(self, path: Path | None, overlay: Overlay | None, message: str = "") -> None:
        """Show landmarks; the photo follows by `show_photo`.

        Parameters
        ----------
        path : Path or None
            The photo.
        overlay : Overlay or None
            The landmarks.
        message : str
            What is said in the place of a photo.
        """
        if path != self.path:
            self._image = None
        self.path, self.overlay, self.message = path, overlay, message
        self.update()

    def show_photo(self, pixels: NDArray[np.uint8]) -> None:
        """Show the photo, (h, w, 3) RGB, of whatever size."""
        rows, cols = pixels.shape[:2]
        data = np.ascontiguousarray(pixels).tobytes()
        image = QImage(data, cols, rows, 3 * cols, QImage.Format.Format_RGB888)
        self._image = image.copy()  # Qt does not own what it was given
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        """Paint the photo and the landmarks."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self.overlay is not None:
            self._paint_photo(painter, self.overlay)
            self._paint_points(painter, self.overlay)
        if self.message:
            # below a photo, or in its place
            where = Qt.AlignmentFlag.AlignCenter
            if self.overlay is not None:
                where = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
            painter.setPen(QColor(self.colours.text))
            room = self.rect().adjusted(_MARGIN, _MARGIN, -_MARGIN, -2)
            painter.drawText(room, where | Qt.TextFlag.TextWordWrap, self.message)
        painter.end()

    def place(self, x: float, y: float) -> QPointF:
        """Return where a position of the photo is painted."""
        assert self.overlay is not None
        extent = self.overlay.extent()
        scale = self._scale(extent)
        left = (self.width() - scale * extent.width()) / 2
        top = (self.height() - self._foot() - scale * extent.height()) / 2
        return QPointF(left + scale * (x - extent.left()), top + scale * (y - extent.top()))

    def _scale(self, extent: QRectF) -> float:
        room = (self.width() - 2 * _MARGIN, self.height() - self._foot() - 2 * _MARGIN)
        return max(min(room[0] / extent.width(), room[1] / extent.height()), 1e-9)

    def _foot(self) -> int:
        """Return the height that is kept free for a message below the photo."""
        return 2 * self.fontMetrics().height() if self.message else 0

    def _paint_photo(self, painter: QPainter, overlay: Overlay) -> None:
        width, height = overlay.size_xy
        box = QRectF(self.place(-0.5, -0.5), self.place(width - 0.5, height - 0.5))
        if self._image is not None:
            painter.drawImage(box, self._image)
        painter.setPen(QPen(QColor(self.colours.muted), 1))
        painter.drawRect(box)

    def _paint_points(self, painter: QPainter, overlay: Overlay) -> None:
        """Paint what was read below what would come, so that this is seen first."""
        pairs = list(zip(overlay.before_xy.tolist(), overlay.now_xy.tolist(), strict=True))
        if overlay.is_moved:
            for before, now in pairs:
                self._paint_way(painter, before, now)
        for first, second in overlay.joined:
            ends = (overlay.now_xy[first], overlay.now_xy[second])
            if all(np.isfinite(end).all() for end in ends):
                painter.setPen(QPen(QColor(255, 255, 255, 150), 1.2))
                painter.drawLine(*(self.place(*end) for end in ends))
        for number, (_, now) in enumerate(pairs):
            if np.isfinite(now).all():
                self._paint_disc(painter, self.place(*now), overlay.colours[number])
        if len(pairs) <= _FEW:
            self._paint_numbers(painter, overlay)

    def _paint_way(self, painter: QPainter, before: list[float], now: list[float]) -> None:
        if not np.isfinite(before).all():
            return
        cross = self.place(*before)
        if np.isfinite(now).all():
            painter.setPen(QPen(QColor(255, 255, 255, 90), 1, Qt.PenStyle.DotLine))
            painter.drawLine(cross, self.place(*now))
        for colour, width in ((QColor(0, 0, 0, 160), 3.4), (QColor("#ffffff"), 1.6)):
            painter.setPen(QPen(colour, width))
            painter.drawLine(cross + QPointF(-_CROSS, -_CROSS), cross + QPointF(_CROSS, _CROSS))
            painter.drawLine(cross + QPointF(-_CROSS, _CROSS), cross + QPointF(_CROSS, -_CROSS))

    def _paint_disc(self, painter: QPainter, at: QPointF, colour: str) -> None:
        painter.setPen(QPen(QColor(0, 0, 0, 170), 1))
        painter.setBrush(QColor("#ffffff"))
        painter.drawEllipse(at, _DISC + 1.2, _DISC + 1.2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawEllipse(at, _DISC - 0.4, _DISC - 0.4)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_numbers(self, painter: QPainter, overlay: Overlay) -> None:
        font = painter.font()
        font.setPointSizeF(max(font.pointSizeF() - 1, 7))
        font.setBold(True)
        painter.setFont(font)
        for number, now in enumerate(overlay.now_xy.tolist(), start=1):
            if not np.isfinite(now).all():
                continue
            at = self.place(*now) + QPointF(_DISC + 3, -_DISC)
            painter.setPen(QColor(0, 0, 0, 220))
            for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
                painter.drawText(at + QPointF(dx, dy), str(number))
            painter.setPen(QColor("#ffffff"))
            painter.drawText(at, str(number))

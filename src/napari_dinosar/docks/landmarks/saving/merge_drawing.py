"""Two versions of the landmarks on a photo, drawn over each other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from qtpy.QtCore import QPointF, QRectF, QSize, Qt
from qtpy.QtGui import QColor, QPainter, QPaintEvent, QPen
from qtpy.QtWidgets import QSizePolicy, QWidget

from napari_dinosar.docks.landmarks.panels.colours import MINE, THEIRS, first_colours
from napari_dinosar.project.merging import Choice, PhotoConflict
from napari_dinosar.project.state import Position, Specimen

_MARGIN_PX, _RADIUS_PX, _LEGEND_PX = 14.0, 4.0, 22.0


class MergeDrawing(QWidget):
    """Yours as discs, theirs as squares; a line joins what is one landmark at two places.

    What is chosen is drawn full, the rest hollow.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mergeDrawing")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.colours = first_colours()
        self._conflict: PhotoConflict | None = None
        self._choice: Choice | None = None

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a size at which landmarks are told apart."""
        return QSize(300, 240)

    def show_conflict(self, conflict: PhotoConflict | None, choice: Choice | None) -> None:
        """Draw a photo, or nothing."""
        self._conflict, self._choice = conflict, choice
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        """Draw both versions at one scale."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(QColor(self.colours.line), 1))
        painter.drawRoundedRect(frame, 3, 3)
        if self._conflict is not None:
            self._draw_points(painter, frame, self._conflict)
            self._draw_legend(painter, frame)
        painter.end()

    def _draw_points(self, painter: QPainter, frame: QRectF, conflict: PhotoConflict) -> None:
        mine, theirs = list(_placed(conflict.mine)), list(_placed(conflict.theirs))
        everything = [*mine, *theirs]
        if not everything:
            painter.setPen(QColor(self.colours.muted))
            painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, "No landmark is placed.")
            return
        area = frame.adjusted(_MARGIN_PX, _MARGIN_PX, -_MARGIN_PX, -_MARGIN_PX - _LEGEND_PX)
        fit = _Fit(np.array([xy for _, xy in everything]), area)
        other = dict(theirs)
        painter.setPen(QPen(QColor(self.colours.muted), 1, Qt.PenStyle.DotLine))
        for key, xy in mine:
            if key in other and other[key] != xy:
                painter.drawLine(fit.place(xy), fit.place(other[key]))
        for _, xy in theirs:
            self._draw_mark(painter, fit.place(xy), "theirs")
        for _, xy in mine:
            self._draw_mark(painter, fit.place(xy), "mine")

    def _draw_mark(self, painter: QPainter, place: QPointF, side: Choice) -> None:
        colour = QColor(MINE if side == "mine" else THEIRS)
        painter.setPen(QPen(colour, 1.8))
        painter.setBrush(colour if self._choice == side else Qt.BrushStyle.NoBrush)
        if side == "mine":
            painter.drawEllipse(place, _RADIUS_PX, _RADIUS_PX)
        else:
            half = _RADIUS_PX + 1.5
            painter.drawRect(QRectF(place.x() - half, place.y() - half, 2 * half, 2 * half))

    def _draw_legend(self, painter: QPainter, frame: QRectF) -> None:
        y, x = frame.bottom() - _LEGEND_PX / 2, frame.left() + _MARGIN_PX
        sides: tuple[tuple[Choice, str], ...] = (("mine", "yours"), ("theirs", "other version"))
        for side, word in sides:
            self._draw_mark(painter, QPointF(x, y), side)
            painter.setPen(QColor(self.colours.text))
            painter.drawText(QPointF(x + 11, y + 4), word)
            x += 11 + painter.fontMetrics().horizontalAdvance(word) + 18


class _Fit:
    """Brings positions of a photo into a rectangle, as large as they fit; y stays downwards."""

    def __init__(self, points_xy: np.ndarray, area: QRectF) -> None:
        low, high = points_xy.min(axis=0), points_xy.max(axis=0)
        extent = np.maximum(high - low, 1e-6)
        self._scale = float(min(area.width() / extent[0], area.height() / extent[1]))
        if not (high - low).any():
            self._scale = 1.0
        self._middle = (low + high) / 2
        self._centre = area.center()

    def place(self, xy: Position) -> QPointF:
        x, y = (np.array(xy) - self._middle) * self._scale
        return self._centre + QPointF(float(x), float(y))


def _placed(specimens: tuple[Specimen, ...]) -> Iterator[tuple[tuple[int, int], Position]]:
    """Give the placed landmarks by specimen and landmark, both as places in their order."""
    for number, specimen in enumerate(specimens):
        for place, point in enumerate(specimen.points()):
            if point.xy is not None:
                yield (number, place), point.xy

"""Small drawings of the editor's panels: what a landmark is, undo and redo, a pin."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import QPointF, QRectF, Qt
from qtpy.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from napari_dinosar.core.digitised import MACHINE_SOURCES
from napari_dinosar.docks.theme import ThemeColours, mixed
from napari_dinosar.project.state import Point

_SIDE_PX = 18
_SHARPNESS = 3.0
"""Pixels that are drawn for each of the icon's: sharp on fine screens, too."""


def draw_state(painter: QPainter, point: Point, box: QRectF, ink: str, quiet: str) -> None:
    """Draw what a landmark is: each state and each source has a shape of its own.

    Parameters
    ----------
    painter : QPainter
        Antialiased.
    point : Point
        The landmark.
    box : QRectF
        A square to draw in.
    ink, quiet : str
        Colours of what a person decided, and of the rest.
    """
    is_quiet = point.state == "missing" or point.source in MACHINE_SOURCES
    colour = QColor(quiet if is_quiet else ink)
    painter.setPen(QPen(colour, 1.6))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inner = box.adjusted(1, 1, -1, -1)
    if point.source in MACHINE_SOURCES:
        _draw_diamond(painter, inner)
        if point.state == "occluded":
            painter.drawEllipse(inner.center(), 1.5, 1.5)
    elif point.state == "missing":
        painter.setPen(QPen(colour, 1.2, Qt.PenStyle.DotLine))
        painter.drawEllipse(inner)
    elif point.state == "absent":
        painter.drawEllipse(inner)
        painter.drawLine(inner.bottomLeft(), inner.topRight())
    else:
        if point.state == "visible":
            painter.setBrush(colour)
        painter.drawEllipse(inner)
        if point.source == "accepted":
            _draw_tick(painter, inner)


def undo_icon(colours: ThemeColours, *, is_mirrored: bool = False) -> QIcon:
    """Return an arrow that turns back; mirrored, one that turns forth."""
    return _icon(lambda painter, ink: _draw_arrow(painter, ink, is_mirrored), colours)


def pin_icon(colours: ThemeColours) -> QIcon:
    """Return a drawing pin."""
    return _icon(_draw_pin, colours)


def _icon(draw: Callable[[QPainter, QColor], None], colours: ThemeColours) -> QIcon:
    """Return an icon that looks as it can be used, or not."""
    icon = QIcon()
    faint = mixed(colours.background, colours.text, 0.3)
    for mode, ink in ((QIcon.Mode.Normal, colours.text), (QIcon.Mode.Disabled, faint)):
        side = round(_SIDE_PX * _SHARPNESS)
        pixmap = QPixmap(side, side)
        pixmap.setDevicePixelRatio(_SHARPNESS)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw(painter, QColor(ink))
        painter.end()
        icon.addPixmap(pixmap, mode)
    return icon


def _round_pen(ink: QColor, width_px: float) -> QPen:
    pen = QPen(ink, width_px)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)  # PySide takes no keyword for it
    return pen


def _draw_arrow(painter: QPainter, ink: QColor, is_mirrored: bool) -> None:
    if is_mirrored:
        painter.translate(_SIDE_PX, 0)
        painter.scale(-1, 1)
    painter.setPen(_round_pen(ink, 1.8))
    path = QPainterPath(QPointF(4, 7))
    path.lineTo(10.5, 7)
    path.arcTo(QRectF(6.5, 7, 8, 8), 90, -180)
    path.lineTo(7, 15)
    painter.drawPath(path)
    painter.setBrush(ink)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawPolygon(QPolygonF([QPointF(2, 7), QPointF(7, 3), QPointF(7, 11)]))


def _draw_pin(painter: QPainter, ink: QColor) -> None:
    painter.setPen(_round_pen(ink, 1.6))
    painter.drawLine(QPointF(9, 11), QPointF(9, 16))
    painter.drawLine(QPointF(4.5, 11), QPointF(13.5, 11))
    painter.setBrush(ink)
    corners = ((6.5, 3), (11.5, 3), (11, 7), (12.5, 10.4), (5.5, 10.4), (7, 7))
    painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))


def _draw_diamond(painter: QPainter, box: QRectF) -> None:
    centre, half = box.center(), box.width() / 2 + 1
    steps = ((0, -half), (half, 0), (0, half), (-half, 0))
    painter.drawPolygon(QPolygonF([centre + QPointF(x, y) for x, y in steps]))


def _draw_tick(painter: QPainter, box: QRectF) -> None:
    """Draw a thin tick beside the disc: what a machine proposed and a person accepted."""
    painter.setPen(QPen(painter.pen().color(), 1.3, cap=Qt.PenCapStyle.RoundCap))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    start = box.topRight() + QPointF(1, 3)
    painter.drawPolyline(QPolygonF([start, start + QPointF(1.8, 2.2), start + QPointF(5.4, -4.2)]))

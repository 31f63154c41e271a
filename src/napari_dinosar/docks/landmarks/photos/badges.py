"""Small drawings of the photo list: how far a photo is, a flag, the side it is shown on."""

from __future__ import annotations

from qtpy.QtCore import QLineF, QPointF, QRectF, Qt
from qtpy.QtGui import QColor, QPainter, QPen, QPolygonF

from napari_dinosar.docks.theme import ThemeColours
from napari_dinosar.project.listing import Row

PARTIAL, COMPLETE, FLAG = "#56B4E9", "#009E73", "#E69F00"
"""Of Okabe and Ito; what they say is told by shapes as well."""

_FULL_TURN = 360 * 16  # Qt counts sixteenths of a degree


def draw_progress(painter: QPainter, box: QRectF, row: Row, colours: ThemeColours) -> None:
    """Draw how far a photo is: an empty ring, a ring that fills up, or a disc with a tick.

    Parameters
    ----------
    painter : QPainter
        Antialiased.
    box : QRectF
        A square to draw in.
    row : Row
        What was counted.
    colours : ThemeColours
        Of the theme.
    """
    inner = box.adjusted(1, 1, -1, -1)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if row.progress == "none":
        painter.setPen(QPen(QColor(colours.muted), 1.4))
        painter.drawEllipse(inner)
        return
    colour = QColor(PARTIAL if row.progress == "partial" else COMPLETE)
    painter.setPen(QPen(colour, 1.6))
    if row.progress == "partial":
        painter.drawEllipse(inner)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        share = row.n_done / max(row.n_landmarks, 1)
        painter.drawPie(inner.adjusted(2, 2, -2, -2), _FULL_TURN // 4, -round(share * _FULL_TURN))
        return
    painter.setBrush(colour)
    painter.drawEllipse(inner)
    painter.setPen(QPen(QColor("white"), 1.8, cap=Qt.PenCapStyle.RoundCap))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    steps = ((0.26, 0.53), (0.44, 0.71), (0.75, 0.34))
    painter.drawPolyline(QPolygonF([_inside(inner, x, y) for x, y in steps]))


def draw_flag(painter: QPainter, box: QRectF, colours: ThemeColours) -> None:
    """Draw a pennant: someone wants to look at the specimen again."""
    painter.setPen(QPen(QColor(colours.text), 1.4, cap=Qt.PenCapStyle.RoundCap))
    painter.drawLine(QLineF(_inside(box, 0.2, 0.06), _inside(box, 0.2, 0.96)))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(FLAG))
    corners = ((0.2, 0.08), (0.95, 0.32), (0.2, 0.58))
    painter.drawPolygon(QPolygonF([_inside(box, x, y) for x, y in corners]))


def draw_side(painter: QPainter, box: QRectF, side: str, colours: ThemeColours) -> None:
    """Draw the letter of the side that a specimen is shown on, beside another one."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.text))
    painter.drawRoundedRect(box, 3, 3)
    font = painter.font()
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(QColor(colours.background))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, side.upper())
    font.setBold(False)
    painter.setFont(font)


def draw_no_photo(painter: QPainter, box: QRectF, colours: ThemeColours, *, is_lost: bool) -> None:
    """Draw the place of a preview that is being made, or crossed out where there will be none."""
    painter.setBrush(QColor(colours.line) if not is_lost else Qt.BrushStyle.NoBrush)
    painter.setPen(
        QPen(QColor(colours.muted), 1, Qt.PenStyle.DashLine) if is_lost else Qt.PenStyle.NoPen
    )
    frame = box.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.drawRoundedRect(frame, 2, 2)
    if is_lost:
        cross = QRectF(0, 0, 10, 10)
        cross.moveCenter(frame.center())
        painter.setPen(QPen(QColor(colours.muted), 1.4, cap=Qt.PenCapStyle.RoundCap))
        painter.drawLine(QLineF(cross.topLeft(), cross.bottomRight()))
        painter.drawLine(QLineF(cross.bottomLeft(), cross.topRight()))


def _inside(box: QRectF, x: float, y: float) -> QPointF:
    return QPointF(box.left() + x * box.width(), box.top() + y * box.height())

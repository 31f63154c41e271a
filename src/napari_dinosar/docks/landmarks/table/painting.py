"""How a row of the landmark table is drawn: swatch, number, name, and a shape for each state."""

from __future__ import annotations

from qtpy.QtCore import QModelIndex, QRectF, QSize, Qt
from qtpy.QtGui import QColor, QFontMetrics, QPainter, QPen
from qtpy.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from napari_dinosar.core.digitised import MACHINE_SOURCES
from napari_dinosar.docks.landmarks.panels.colours import first_colours, landmark_colour
from napari_dinosar.docks.landmarks.panels.icons import draw_state
from napari_dinosar.docks.landmarks.panels.words import state_word
from napari_dinosar.docks.landmarks.table.model import (
    NAME_COLUMN,
    SIDES,
    LandmarkModel,
)
from napari_dinosar.docks.theme import mixed

ROW_PX = 24
_SWATCH_PX, _STATE_PX, _GAP_PX, _BAR_PX = 11, 12, 7, 4


class LandmarkPainting(QStyledItemDelegate):
    """Draws the cells of a `LandmarkModel`; the current landmark stands out of all others.

    Parameters
    ----------
    model : LandmarkModel
        Whose cells.
    """

    def __init__(self, model: LandmarkModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.colours = first_colours()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: N802
        """Return the height of a row; the columns are as wide as the view makes them."""
        return QSize(0, ROW_PX)

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        """Draw a cell."""
        cursor = self._model.editor.cursor
        if painter is None or cursor is None or index.row() >= self._model.rowCount():
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(option.font)
        box = QRectF(option.rect)
        is_current = cursor.landmark == index.row()
        if is_current:
            shade = mixed(self.colours.background, self.colours.highlight, 0.55)
            painter.fillRect(box, QColor(shade))
        if index.column() == NAME_COLUMN:
            self._draw_name(painter, box, index.row(), is_current)
        else:
            is_due = is_current and SIDES[index.column()] == cursor.side
            self._draw_point(painter, box, index, is_due)
        painter.restore()

    def _draw_name(self, painter: QPainter, box: QRectF, row: int, is_current: bool) -> None:
        schema, ink = self._model.editor.schema, self.colours.text
        colour = QColor(landmark_colour(schema, row))
        if is_current:
            bar = QRectF(box.left(), box.top(), _BAR_PX, box.height())
            painter.fillRect(bar, QColor(ink))
        swatch = QRectF(box.left() + _BAR_PX + 5, 0, _SWATCH_PX, _SWATCH_PX)
        swatch.moveTop(box.center().y() - _SWATCH_PX / 2)
        painter.setPen(QPen(QColor(mixed(colour.name(), ink, 0.35)), 1))
        painter.setBrush(colour)
        painter.drawRoundedRect(swatch, 2.5, 2.5)
        font = painter.font()
        font.setBold(is_current)
        painter.setFont(font)
        metrics = QFontMetrics(font)
        width = metrics.horizontalAdvance(str(len(schema.landmarks)))
        number = QRectF(swatch.right() + _GAP_PX, box.top(), width, box.height())
        painter.setPen(QColor(ink if is_current else self.colours.muted))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(number, middle | Qt.AlignmentFlag.AlignRight, str(row + 1))
        left = number.right() + _GAP_PX
        name = QRectF(left, box.top(), box.right() - left - 4, box.height())
        text = metrics.elidedText(
            schema.landmarks[row].name, Qt.TextElideMode.ElideRight, int(name.width())
        )
        painter.setPen(QColor(ink))
        painter.drawText(name, middle | Qt.AlignmentFlag.AlignLeft, text)

    def _draw_point(self, painter: QPainter, box: QRectF, index: QModelIndex, is_due: bool) -> None:
        point = self._model.point(index)
        if point is None:
            return
        ink, quiet = self.colours.text, self.colours.muted
        if is_due and self._model.editor.is_paired:
            painter.setPen(QPen(QColor(ink), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1.5, -2, -1.5), 3, 3)
        shape = QRectF(box.left() + 6, 0, _STATE_PX, _STATE_PX)
        shape.moveTop(box.center().y() - _STATE_PX / 2)
        draw_state(painter, point, shape, ink, quiet)
        left = shape.right() + _GAP_PX + 1
        words = QRectF(left, box.top(), box.right() - left - 3, box.height())
        is_quiet = point.state == "missing" or point.source in MACHINE_SOURCES
        font = painter.font()
        font.setItalic(point.source in MACHINE_SOURCES)
        painter.setFont(font)
        painter.setPen(QColor(quiet if is_quiet and not is_due else ink))
        painter.drawText(
            words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, state_word(point)
        )

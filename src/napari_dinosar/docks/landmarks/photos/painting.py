"""How a line of the photo list is drawn: preview, name, count in words, and a badge."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QModelIndex, QPointF, QRectF, QSize, Qt
from qtpy.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPen, QPolygonF
from qtpy.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from napari_dinosar.docks.landmarks.panels.colours import first_colours
from napari_dinosar.docks.landmarks.panels.icons import pin_icon
from napari_dinosar.docks.landmarks.photos.badges import (
    draw_flag,
    draw_no_photo,
    draw_progress,
    draw_side,
)
from napari_dinosar.docks.landmarks.photos.lines import Line
from napari_dinosar.docks.landmarks.photos.model import PhotoModel
from napari_dinosar.docks.theme import mixed

PREVIEW_PX = (50, 38)
"""Width and height of the place of a preview."""
_BAR_PX, _GAP_PX, _BADGE_PX, _PAD_PX = 4, 7, 15, 3
_CURRENT_SHARE, _BESIDE_SHARE, _HOVER_SHARE = 0.55, 0.25, 0.5


class PhotoPainting(QStyledItemDelegate):
    """Draws the lines of a `PhotoModel`, all equally high.

    Parameters
    ----------
    model : PhotoModel
        Whose lines.
    """

    def __init__(self, model: PhotoModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.colours = first_colours()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: N802
        """Return the height of a line; it is as wide as the list."""
        return QSize(0, self.line_px(option.font))

    def line_px(self, font: QFont) -> int:
        """Return the height of a line in a font."""
        words = 2 * QFontMetrics(font).lineSpacing() + 1
        return max(words, PREVIEW_PX[1]) + 2 * _PAD_PX

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        """Draw a line."""
        line = self._model.line(index)
        if painter is None or line is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setFont(option.font)
        box = QRectF(option.rect)
        self._draw_ground(painter, box, line, option)
        place = QRectF(box.left() + _BAR_PX + _PAD_PX, 0, *PREVIEW_PX)
        place.moveTop(box.center().y() - place.height() / 2)
        problem = ""
        if line.number:
            self._draw_branch(painter, place, box, is_last=self._is_last(index, line))
        else:
            preview, problem = self._model.preview(line)
            self._draw_preview(painter, place, preview, is_lost=bool(problem))
        right = self._draw_badges(painter, box, line)
        left = place.right() + _GAP_PX
        text = QRectF(left, box.top() + _PAD_PX, right - _GAP_PX - left, 0)
        text.setBottom(box.bottom() - _PAD_PX)
        self._draw_words(painter, text, line, problem)
        painter.restore()

    def _draw_ground(
        self, painter: QPainter, box: QRectF, line: Line, option: QStyleOptionViewItem
    ) -> None:
        colours = self.colours
        if line.side:
            # the line of a specimen says more than that of the photo which it is on
            is_current = line.side == "a" and len(line.specimen_ids) == 1
            share = _CURRENT_SHARE if is_current else _BESIDE_SHARE
            painter.fillRect(box, QColor(mixed(colours.background, colours.highlight, share)))
            if is_current:
                bar = QRectF(box.left(), box.top(), _BAR_PX, box.height())
                painter.fillRect(bar, QColor(colours.text))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, QColor(mixed(colours.background, colours.line, _HOVER_SHARE)))

    def _draw_preview(
        self,
        painter: QPainter,
        place: QRectF,
        preview: NDArray[np.uint8] | None,
        *,
        is_lost: bool,
    ) -> None:
        if preview is None:
            draw_no_photo(painter, place, self.colours, is_lost=is_lost)
            return
        height, width = preview.shape[:2]
        share = min(place.width() / width, place.height() / height)
        target = QRectF(0, 0, max(width * share, 1), max(height * share, 1))
        target.moveCenter(place.center())
        image = QImage(preview.data, width, height, 3 * width, QImage.Format.Format_RGB888)
        painter.drawImage(target, image)

    def _draw_branch(self, painter: QPainter, place: QRectF, box: QRectF, *, is_last: bool) -> None:
        """Draw the line that leads from a photo to a specimen on it."""
        painter.setPen(QPen(QColor(self.colours.muted), 1))
        x, middle = round(place.center().x()) + 0.5, round(box.center().y()) + 0.5
        end = middle if is_last else box.bottom()
        painter.drawLine(QPointF(x, box.top()), QPointF(x, end))
        painter.drawPolyline(QPolygonF([QPointF(x, middle), QPointF(place.right() - 2, middle)]))

    def _draw_badges(self, painter: QPainter, box: QRectF, line: Line) -> float:
        """Draw the badges from the right; return where they begin."""
        badge = QRectF(box.right() - _GAP_PX - _BADGE_PX, 0, _BADGE_PX, _BADGE_PX)
        badge.moveTop(box.center().y() - _BADGE_PX / 2)
        draw_progress(painter, badge, line.row, self.colours)
        if line.row.is_flagged:
            badge.translate(-_BADGE_PX - 4, 0)
            draw_flag(painter, badge, self.colours)
        if line.is_reference:
            badge.translate(-_BADGE_PX - 4, 0)
            pin_icon(self.colours).paint(painter, badge.toAlignedRect())
        if line.side and self._model.is_paired and len(line.specimen_ids) == 1:
            badge.translate(-_BADGE_PX - 4, 0)
            draw_side(painter, badge, line.side, self.colours)
        return badge.left()

    def _draw_words(self, painter: QPainter, box: QRectF, line: Line, problem: str) -> None:
        metrics, width = QFontMetrics(painter.font()), int(box.width())
        upper, lower = QRectF(box), QRectF(box)
        upper.setBottom(box.center().y())
        lower.setTop(box.center().y())
        side = Qt.AlignmentFlag.AlignLeft
        painter.setPen(QColor(self.colours.text))
        name = metrics.elidedText(line.name, Qt.TextElideMode.ElideMiddle, width)
        painter.drawText(upper, side | Qt.AlignmentFlag.AlignVCenter, name)
        words = f"{problem} · {line.words}" if problem else line.words
        words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, width)
        painter.setPen(QColor(self.colours.text if line.side else self.colours.muted))
        painter.drawText(lower, side | Qt.AlignmentFlag.AlignVCenter, words)

    def _is_last(self, index: QModelIndex, line: Line) -> bool:
        following = self._model.line(self._model.index(index.row() + 1, 0))
        return following is None or not following.number

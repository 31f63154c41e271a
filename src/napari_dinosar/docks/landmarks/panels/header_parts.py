"""Parts of the editor's head: the dot that shows whether all is saved, and a line that is cut."""

from __future__ import annotations

from qtpy.QtCore import QRectF, QSize, Qt
from qtpy.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from qtpy.QtWidgets import QLabel, QSizePolicy, QWidget

from napari_dinosar.docks.landmarks.panels.colours import first_colours


class SaveDot(QWidget):
    """Whether all is saved, as a dot: full, a ring, or a mark that calls for attention."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("saveDot")
        self.level = "none"
        self.colours = first_colours()
        self.setFixedSize(QSize(12, 16))

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        """Draw it; without a project there is none."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, box = self.colours, QRectF(2, 4, 8, 8)
        if self.level == "trouble":
            painter.setPen(QPen(QColor(colours.warning), 1.5))
            painter.setBrush(QColor(colours.warning))
            painter.drawRect(box)
        elif self.level in ("unsaved", "saving"):
            painter.setPen(QPen(QColor(colours.text), 1.6))
            painter.drawEllipse(box)
        elif self.level == "saved":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.muted))
            painter.drawEllipse(box)
        painter.end()


class ElidedLabel(QLabel):
    """A line that is cut in the middle where there is no room for all of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._whole = ""

    def say(self, text: str) -> None:
        """Show a line."""
        self._whole = text
        self._cut()

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """Show as much as there is room for."""
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        middle = Qt.TextElideMode.ElideMiddle
        self.setText(self.fontMetrics().elidedText(self._whole, middle, self.width()))

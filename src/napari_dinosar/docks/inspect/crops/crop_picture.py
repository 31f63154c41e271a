"""The picture of two pieces of photos: side by side, in turn, or one laid over the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QPointF, QRectF, QSize, Qt, Signal
from qtpy.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from qtpy.QtWidgets import QSizePolicy, QWidget

from napari_dinosar.docks.inspect.crops import crop_painting
from napari_dinosar.docks.inspect.crops.crop_painting import Shown

if TYPE_CHECKING:
    from napari_dinosar.docks.theme import ThemeColours

SIDE, BLINK, SWIPE = "side by side", "blink", "swipe"
GAP_PX = 4
LEAST_PX, MOST_PX = 90, 460
"""Heights of the picture."""


class CropPicture(QWidget):
    """Paints two pieces with their outlines and letters.

    Parameters
    ----------
    colours : ThemeColours
        Of the window.

    Signals
    -------
    zoomed : int
        The wheel was turned with Control held: steps, positive to come closer.
    """

    zoomed = Signal(int)

    def __init__(self, colours: ThemeColours, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colours = colours
        self.mode = SIDE
        self.shows_b = False
        self.share = 0.5
        self._pair: tuple[Shown, Shown] | None = None
        self._says = ""
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def pair(self) -> tuple[Shown, Shown] | None:
        """What is shown of A and of B."""
        return self._pair

    def show_pair(self, pair: tuple[Shown, Shown] | None, says: str = "") -> None:
        """Show two pieces, or a sentence in their place."""
        shape = self.hasHeightForWidth() and self.heightForWidth(self.width())
        self._pair, self._says = pair, says
        if shape != self.heightForWidth(self.width()):
            self.updateGeometry()
        self.update()

    def set_mode(self, mode: str) -> None:
        """Show the two side by side, in turn, or one over the other."""
        self.mode, self.shows_b = mode, False
        self.setCursor(Qt.CursorShape.SplitHCursor if mode == SWIPE else Qt.CursorShape.ArrowCursor)
        self.updateGeometry()
        self.update()

    def blink(self) -> None:
        """Show the other one of the two."""
        self.shows_b = not self.shows_b
        self.update()

    def wanted_px(self) -> int:
        """Return how many pixels of the screen a piece has along its longer side."""
        box = self._boxes()[0]
        return max(1, round(max(box.width(), box.height()) * self.devicePixelRatioF()))

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Return the height at which the pieces fill the width."""
        if self._pair is None:
            return LEAST_PX
        each = (width - GAP_PX) / 2 if self.mode == SIDE else width
        high = max(one.height / one.width for one in self._pair)
        return round(min(max(each * min(high, 1.25), LEAST_PX), MOST_PX))

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a size that any dock has."""
        return QSize(240, self.heightForWidth(240))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a small size."""
        return QSize(160, LEAST_PX)

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        """Paint the two pieces, or say why there are none."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        whole = QRectF(self.rect())
        if self._pair is None:
            self._say(painter, whole)
        elif self.mode == SIDE:
            for one, box, letter in zip(self._pair, self._boxes(), "AB", strict=True):
                crop_painting.paint(painter, one, box, letter, self.colours)
        elif self.mode == BLINK:
            one, letter = (self._pair[1], "B") if self.shows_b else (self._pair[0], "A")
            crop_painting.paint(painter, one, whole, letter, self.colours, is_right=self.shows_b)
        else:
            self._swiped(painter, whole)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        """Bring the divider under the pointer."""
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self._divide(event.position())

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        """Let the divider follow the pointer."""
        if event is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self._divide(event.position())

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802 - Qt's name
        """Come closer with Control held; else leave the wheel to what scrolls."""
        if event is None:
            return
        steps = event.angleDelta().y()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and steps:
            self.zoomed.emit(1 if steps > 0 else -1)
            event.accept()
        else:
            event.ignore()

    def _divide(self, place: QPointF) -> None:
        if self.mode == SWIPE and self._pair is not None:
            box = crop_painting.fitted(self._pair[0], QRectF(self.rect()))
            share = (place.x() - box.left()) / max(box.width(), 1.0)
            self.share = min(max(share, 0.0), 1.0)
            self.update()

    def _swiped(self, painter: QPainter, whole: QRectF) -> None:
        assert self._pair is not None
        box = crop_painting.fitted(self._pair[0], whole)
        at = box.left() + self.share * box.width()
        left, right = QRectF(whole), QRectF(whole)
        left.setRight(at)
        right.setLeft(at)
        for one, part, letter in zip(self._pair, (left, right), "AB", strict=True):
            painter.setClipRect(part)
            crop_painting.paint(painter, one, whole, letter, self.colours, is_right=letter == "B")
        painter.setClipping(False)
        crop_painting.divider(painter, at, box)

    def _boxes(self) -> tuple[QRectF, QRectF]:
        """Return where the two pieces lie."""
        whole = QRectF(self.rect())
        if self.mode != SIDE:
            return whole, whole
        each = (whole.width() - GAP_PX) / 2
        return (
            QRectF(0, 0, each, whole.height()),
            QRectF(each + GAP_PX, 0, each, whole.height()),
        )

    def _say(self, painter: QPainter, whole: QRectF) -> None:
        painter.setPen(QColor(self.colours.muted))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(whole.adjusted(12, 4, -12, -4), int(flags), self._says)

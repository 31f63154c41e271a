"""What follows the pointer over the canvas: the ghost label and the loupe, hidden elsewhere."""

from __future__ import annotations

from typing import Any

from qtpy.compat import isalive
from qtpy.QtCore import QEvent, QObject, QPoint, QRect
from qtpy.QtGui import QCursor
from qtpy.QtWidgets import QWidget

from napari_dinosar.docks.landmarks.canvas.ghost import Ghost
from napari_dinosar.docks.landmarks.canvas.loupe import Loupe, LoupeView
from napari_dinosar.docks.timers import single_shot

_MERGED_MS = 8
_GAP_PX = 14
_LEAVING = (QEvent.Type.Leave, QEvent.Type.Hide, QEvent.Type.WindowDeactivate)


class PointerFollower(QObject):
    """Places the ghost label and the loupe beside the pointer.

    Both are windows of their own: a child of the canvas would have it drawn again at each move.

    Parameters
    ----------
    parent : QObject
        With it everything goes.

    Attributes
    ----------
    shows_loupe : bool
        Whether there is a loupe besides the label.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._canvas: QWidget | None = None
        self.ghost = Ghost()
        self.loupe = Loupe()
        self.shows_loupe = False
        self._view: LoupeView | None = None
        self._timer = single_shot(self, _MERGED_MS, self._place)
        parent.destroyed.connect(self.ghost.deleteLater)
        parent.destroyed.connect(self.loupe.deleteLater)

    def show(self, canvas: QWidget | None, text: str, colour: str, view: LoupeView | None) -> None:
        """Say something beside the pointer, at the next free moment.

        Parameters
        ----------
        canvas : QWidget or None
            What the pointer is over; None shows nothing.
        text : str
            For the label; empty for none.
        colour : str
            Of the swatch before it, ``#rrggbb``; empty for none.
        view : LoupeView or None
            What the loupe shows; None for no loupe.
        """
        if canvas is None:
            return
        self._watch(canvas)
        self.ghost.say(text, colour)
        self._view = view
        self._timer.start()

    def hide(self) -> None:
        """Show nothing until the pointer moves on."""
        self._timer.stop()
        for label in (self.ghost, self.loupe):
            if isalive(label):
                label.hide()

    def eventFilter(  # noqa: N802
        self, watched: QObject | None, event: QEvent | None
    ) -> bool:
        """Hide when the pointer leaves the canvas, or the window its turn."""
        if event is not None and event.type() in _LEAVING and isalive(self):
            self.hide()
        return False

    def _watch(self, canvas: QWidget) -> None:
        if canvas is self._canvas:
            return
        if self._canvas is not None and isalive(self._canvas):
            self._canvas.removeEventFilter(self)
        self._canvas = canvas
        canvas.installEventFilter(self)

    def _place(self) -> None:
        canvas = self._canvas
        if canvas is None or not isalive(canvas) or not canvas.isVisible():
            return
        pointer = QCursor.pos()
        area = QRect(canvas.mapToGlobal(QPoint(0, 0)), canvas.size())
        if not area.contains(pointer):
            self.hide()
            return
        is_magnified = self.shows_loupe and self._view is not None
        if is_magnified and self._view is not None:
            self.loupe.look(self._view)
            self._put(self.loupe, beside(pointer, self.loupe.size(), area, up=False))
        else:
            self.loupe.hide()
        if not self.ghost.text():
            self.ghost.hide()
            return
        self.ghost.adjustSize()
        place = beside(pointer, self.ghost.size(), area, up=is_magnified)
        self._put(self.ghost, place)

    @staticmethod
    def _put(label: QWidget, place: QPoint) -> None:
        label.move(place)
        if not label.isVisible():
            label.show()


def beside(pointer: QPoint, size: Any, area: QRect, up: bool) -> QPoint:
    """Return where a label goes: to the lower right of the pointer, or where there is room.

    Parameters
    ----------
    pointer : QPoint
        On the screen; it is never covered.
    size : QSize
        Of the label.
    area : QRect
        Of the canvas, on the screen.
    up : bool
        Above the pointer rather than below it.
    """
    right = pointer.x() + _GAP_PX
    left = pointer.x() - _GAP_PX - size.width()
    below = pointer.y() + _GAP_PX
    above = pointer.y() - _GAP_PX - size.height()
    x = right if right + size.width() <= area.right() or left < area.left() else left
    if up:
        y = above if above >= area.top() else below
    else:
        y = below if below + size.height() <= area.bottom() or above < area.top() else above
    return QPoint(x, y)

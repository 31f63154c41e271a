"""A person's hand for tests: real mouse and key events on napari's canvas, and pictures of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from qtpy.QtCore import QEvent, QPoint, QPointF, Qt
from qtpy.QtGui import QCursor, QMouseEvent
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication

from napari_dinosar.layers import frame_of, role_of, side_of

LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier


class Hand:
    """Points at places of a photo, and presses keys while the canvas has the focus.

    Parameters
    ----------
    viewer : napari.Viewer
        With a window that is shown.
    """

    def __init__(self, viewer: Any) -> None:
        self.viewer = viewer
        self.canvas = viewer.window._qt_viewer.canvas.native
        self.canvas.setFocus()
        folder = os.environ.get("DINOSAR_PICTURES", "")
        self._folder = Path(folder) if folder else None

    @property
    def px_per_step(self) -> float:
        """How many pixels of the photo one pixel of the screen is: a hand is no finer."""
        return 1 / float(self.viewer.scene.camera.zoom)

    def place(self, xy: Any, side: str = "a") -> QPoint:
        """Return where a place of a photo lies on the canvas."""
        layer = next(
            one for one in self.viewer.layers if role_of(one) == "photo" and side_of(one) == side
        )
        world_yx = (frame_of(layer) @ [xy[1], xy[0], 1.0])[:2]
        camera = self.viewer.scene.camera
        middle = np.array([self.canvas.height(), self.canvas.width()]) / 2
        y, x = (world_yx - np.array(camera.center[-2:])) * camera.zoom + middle
        return QPoint(round(x), round(y))

    def click(self, xy: Any, side: str = "a", modifiers: Any = PLAIN) -> None:
        where = self.place(xy, side)
        self._move(where, modifiers=modifiers)
        QTest.mouseClick(self.canvas, LEFT, modifiers, where)
        QApplication.processEvents()

    def drag(self, start: Any, end: Any, side: str = "a", *, before_release: Any = None) -> None:
        first, last = self.place(start, side), self.place(end, side)
        self._move(first)
        QTest.mousePress(self.canvas, LEFT, pos=first)
        for share in (0.25, 0.5, 0.75, 1.0):
            self._move(first + (last - first) * share, LEFT)
        if before_release is not None:
            before_release()
        QTest.mouseRelease(self.canvas, LEFT, pos=last)
        QApplication.processEvents()

    def stroke(self, corners: Any, side: str = "a", *, n_between: int = 12) -> None:
        """Draw round a polygon with the button held, as with a lasso."""
        ends = np.vstack([corners, corners[:1]])
        steps = np.linspace(0, len(ends) - 1, n_between * (len(ends) - 1) + 1)
        way = [
            self.place([np.interp(step, np.arange(len(ends)), one) for one in ends.T], side)
            for step in steps
        ]
        self._move(way[0])
        QTest.mousePress(self.canvas, LEFT, pos=way[0])
        for where in way[1:]:
            self._move(where, LEFT)
        QTest.mouseRelease(self.canvas, LEFT, pos=way[-1])
        QApplication.processEvents()

    def move(self, xy: Any, side: str = "a", modifiers: Any = PLAIN) -> None:
        where = self.place(xy, side)
        QCursor.setPos(self.canvas.mapToGlobal(where))
        QApplication.processEvents()
        self._move(where, modifiers=modifiers)

    def _move(
        self, where: QPoint, buttons: Any = Qt.MouseButton.NoButton, modifiers: Any = PLAIN
    ) -> None:
        """Send the move itself: by way of the screen it arrives when the screen has time."""
        local, world = QPointF(where), QPointF(self.canvas.mapToGlobal(where))
        none = Qt.MouseButton.NoButton
        event = QMouseEvent(QEvent.Type.MouseMove, local, world, none, buttons, modifiers)
        QApplication.sendEvent(self.canvas, event)
        QApplication.processEvents()

    def key(self, key: Any, modifier: Any = PLAIN) -> None:
        QTest.keyClick(self.canvas, key, modifier)
        QApplication.processEvents()

    def picture(self, name: str) -> None:
        """Take a picture of the window where DINOSAR_PICTURES names a folder."""
        if self._folder is None:
            return
        QTest.qWait(400)
        screen = self.canvas.screen()
        screen.grabWindow(0).save(str(self._folder / f"{name}.png"))

"""When a moved landmark is followed: what is listened to, the mouse, and merging of moves."""

from __future__ import annotations

import time
from typing import Any

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QApplication


class Pace:
    """Leaves the window as much time between two moves as following one took.

    Parameters
    ----------
    most_ms : int, optional
        No move waits longer: one that took long once does not hold up the next.
    """

    def __init__(self, most_ms: int | None = None) -> None:
        self._most_ms = most_ms
        self._begun, self._ended, self._took = 0.0, 0.0, 0.0

    def begin(self) -> None:
        """Note that a move is followed from now on."""
        self._begun = time.perf_counter()

    def end(self) -> None:
        """Note that it was followed."""
        self._ended = time.perf_counter()
        self._took = self._ended - self._begun

    def wait_ms(self) -> int:
        """Return how long the next move has to wait, and to be merged with those after it."""
        is_early = time.perf_counter() - self._ended < self._took
        wait = int(self._took * 1000) + 1 if is_early else 0
        return wait if self._most_ms is None else min(wait, self._most_ms)


def is_mouse_pressed() -> bool:
    """Tell whether a mouse button is down."""
    return QApplication.mouseButtons() != Qt.MouseButton.NoButton


def landmark_events(layer: Any) -> tuple[Any, Any, Any]:
    """Return the events of a Points layer that tell of a moved or changed landmark."""
    # napari's select tool holds back the data event while it drags, but not what draws the points
    return layer.events.data, layer.events.set_data, layer.events.features

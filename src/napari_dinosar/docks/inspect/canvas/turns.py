"""Several things to be drawn, one in each turn of the event loop."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from qtpy.QtCore import QObject

from napari_dinosar.docks.live_pace import single_shot
from napari_dinosar.docks.live_rebuild import MOST_CELLS_AT_ONCE

Step = Callable[[], object]


class Turns(QObject):
    """Does the first of several things at once, and each of the others in a turn of its own.

    What is begun takes the place of what is left. Where there are few cells, all is done at once.

    Parameters
    ----------
    parent : QObject
        With it, what is left is dropped.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._left: deque[Step] = deque()
        self._timer = single_shot(self, 0, self._go_on)

    @property
    def is_busy(self) -> bool:
        """Whether something is left."""
        return bool(self._left)

    def begin(self, steps: Iterable[Step], n_cells: int) -> None:
        """Do things about so many cells."""
        self._left = deque(steps)
        for _ in range(len(self._left) if n_cells <= MOST_CELLS_AT_ONCE else 1):
            self._go_on()

    def stop(self) -> None:
        """Drop what is left."""
        self._timer.stop()
        self._left.clear()

    def _go_on(self) -> None:
        if self._left:
            self._left.popleft()()
        if self._left:
            self._timer.start()
        else:
            self._timer.stop()

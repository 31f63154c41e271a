"""Several things to be drawn, one in each turn of the event loop."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Container, Generator, Iterable
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject

from napari_dinosar.docks.inspect.canvas.frames import lay_over
from napari_dinosar.docks.live_rebuild import MOST_CELLS_AT_ONCE
from napari_dinosar.docks.timers import single_shot
from napari_dinosar.shape_layers import AT_ONCE, Draft

if TYPE_CHECKING:
    from napari_dinosar.layers import LayerSpec

Step = Callable[[], object]


class Turns(QObject):
    """Does the first of several things at once, and each of the others in a turn of its own.

    One that returns something true is not done yet, and goes on in the next turn. What is begun
    takes the place of what is left. Where there are few cells, all is done at once.

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
        self._go_on()
        while self._left and n_cells <= MOST_CELLS_AT_ONCE:
            self._go_on()

    def stop(self) -> None:
        """Drop what is left."""
        self._timer.stop()
        self._left.clear()

    def _go_on(self) -> None:
        if self._left:
            left = self._left  # a step may begin others
            step = left.popleft()
            if step():
                left.appendleft(step)
        if self._left:
            self._timer.start()
        else:
            self._timer.stop()


def laid_over(viewer: Any, spec: LayerSpec, under: Container[str]) -> Generator[bool, None, Any]:
    """Show a layer of lines as `lay_over` does; many of them are made over several turns first.

    Parameters
    ----------
    viewer : napari.Viewer
        Where it goes.
    spec : LayerSpec
        What it is.
    under : container of str
        Roles of the layers that it lies on.

    Yields
    ------
    bool
        True: it is to go on in the next turn.

    Returns
    -------
    napari.layers.Layer
        What is shown.
    """
    if len(spec.data) <= AT_ONCE:
        return lay_over(viewer, spec, under)
    draft = Draft(spec)
    is_going = True
    while is_going:
        is_going = draft.go_on(AT_ONCE)
        yield True
    return lay_over(viewer, spec, under, draft.layer)

"""How the Inspect dock comes into the window: offered with the first result, or asked for."""

from __future__ import annotations

from typing import Any, cast

from qtpy.QtCore import QObject
from qtpy.QtWidgets import QWidget

from napari_dinosar.docks.finding import found, open_behind, opened
from napari_dinosar.docks.timers import single_shot

INSPECT = "dinosarInspect"
SETTLE_MS = 200
"""After a result is shown; its panel then has its place."""


class InspectOpening(QObject):
    """Opens the Inspect dock of a window: behind what is in front once, in front when asked.

    Parameters
    ----------
    viewer : napari.Viewer
        Whose window it is.
    compare : QWidget
        The Compare dock, whose place it shares.
    """

    def __init__(self, viewer: Any, compare: QWidget) -> None:
        super().__init__(compare)
        self._viewer = viewer
        self._is_offered = False
        self._timer = single_shot(self, SETTLE_MS, self._add_behind)

    def offer(self) -> None:
        """Add the dock behind others with the first result; a dock that was closed stays so."""
        if not self._is_offered:
            self._is_offered = True
            self._timer.start()

    def open(self) -> QWidget:
        """Show the dock in front, added where there is none."""
        self._is_offered = True
        self._timer.stop()
        return cast("QWidget", opened(self._viewer, INSPECT))

    def _add_behind(self) -> None:
        compare = self.parent()
        if isinstance(compare, QWidget) and compare.window().isVisible():
            open_behind(self._viewer, INSPECT, compare)


def find_inspect(viewer: Any) -> Any:
    """Return the Inspect dock of a viewer; None where there is none."""
    return found(viewer, INSPECT)

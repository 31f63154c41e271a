"""How the Inspect dock comes into the window: offered with the first result, or asked for."""

from __future__ import annotations

from typing import Any

from qtpy.compat import isalive
from qtpy.QtCore import QObject, QTimer
from qtpy.QtWidgets import QWidget

from napari_dinosar.docks.tabs import dock_of

PLUGIN, WIDGET = "napari-dinosar", "Inspect"
SETTLE_MS = 200
"""After a result is shown; its panel then has its place."""


class InspectOpening(QObject):
    """Opens the Inspect dock of a window: behind the Compare dock once, in front when asked.

    Parameters
    ----------
    viewer : napari.Viewer
        Whose window it is.
    compare : QWidget
        The Compare dock, which stays in front when Inspect is only offered.
    """

    def __init__(self, viewer: Any, compare: QWidget) -> None:
        super().__init__(compare)
        self._viewer = viewer
        self._is_offered = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLE_MS)
        self._timer.timeout.connect(self._add_behind)

    def offer(self) -> None:
        """Add the dock behind Compare with the first result; a dock that was closed stays so."""
        if not self._is_offered:
            self._is_offered = True
            self._timer.start()

    def open(self) -> QWidget:
        """Show the dock in front, added where there is none."""
        self._is_offered = True
        self._timer.stop()
        return open_inspect(self._viewer)

    def _add_behind(self) -> None:
        compare = self.parent()
        if not isinstance(compare, QWidget) or not compare.window().isVisible():
            return
        if find_inspect(self._viewer) is None:
            in_front = dock_of(compare)
            added = dock_of(open_inspect(self._viewer))
            # our docks become tabs of one place once they are shown
            if in_front is not None and added is not None:
                QTimer.singleShot(0, in_front.raise_)


def open_inspect(viewer: Any) -> Any:
    """Return the Inspect dock of a viewer in front of others, added where there is none."""
    found = find_inspect(viewer)
    if found is None:
        _, found = viewer.window.add_plugin_dock_widget(PLUGIN, WIDGET)
    dock = dock_of(found)
    if dock is not None:
        dock.show()
        dock.raise_()
    return found


def find_inspect(viewer: Any) -> Any:
    """Return the Inspect dock of a viewer; None where there is none."""
    for widget in viewer.window.dock_widgets.values():
        content = getattr(widget, "__wrapped__", widget)
        is_there = isinstance(content, QWidget) and isalive(content)
        if is_there and content.objectName() == "dinosarInspect":
            return content
    return None

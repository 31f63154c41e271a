"""Our docks share one place as tabs: below each other neither would have room."""

from __future__ import annotations

from qtpy.compat import isalive
from qtpy.QtCore import QEvent, QObject, QTimer, Signal
from qtpy.QtWidgets import QDockWidget, QMainWindow, QWidget

NAMES = ("dinosarCompare", "dinosarLandmarks", "dinosarInspect")
"""Object names of what stands in our docks."""


class Tabbing(QObject):
    """Joins the siblings of a dock once, when it is first shown; then its place is the user's.

    Parameters
    ----------
    content : QWidget
        What the dock shows.

    Signals
    -------
    came_to_front : no value
        The dock is seen again, mostly because somebody turned to its tab.
    """

    came_to_front = Signal()

    def __init__(self, content: QWidget) -> None:
        super().__init__(content)
        content.installEventFilter(self)

    def eventFilter(self, content: QObject | None, event: QEvent | None) -> bool:  # noqa: N802
        """Wait until the dock has its place."""
        if event is not None and event.type() == QEvent.Type.Show:
            assert content is not None
            content.removeEventFilter(self)
            QTimer.singleShot(0, self._join)
        return False

    def _join(self) -> None:
        content = self.parent() if isalive(self) else None
        if isinstance(content, QWidget):
            join_siblings(content)
            dock = dock_of(content)
            if dock is not None:
                dock.visibilityChanged.connect(self._on_seen)

    def _on_seen(self, is_seen: bool) -> None:
        if is_seen and isalive(self):
            self.came_to_front.emit()


def join_siblings(content: QWidget) -> None:
    """Put the dock that holds a widget over our other dock on the same side of the window.

    Parameters
    ----------
    content : QWidget
        What one of our docks shows; where the dock floats or stands alone nothing happens.
    """
    own = dock_of(content)
    window = None if own is None else own.parentWidget()
    if own is None or own.isFloating() or not isinstance(window, QMainWindow):
        return
    for name in NAMES:
        sibling = window.findChild(QWidget, name)
        other = None if sibling is None or sibling is content else dock_of(sibling)
        if other is None or other.isFloating() or own in window.tabifiedDockWidgets(other):
            continue
        if window.dockWidgetArea(other) == window.dockWidgetArea(own):
            window.tabifyDockWidget(other, own)
            own.raise_()


def dock_of(widget: QWidget) -> QDockWidget | None:
    """Return the dock that a widget stands in; None where it stands in none."""
    parent: QWidget | None = widget
    while parent is not None and not isinstance(parent, QDockWidget):
        parent = parent.parentWidget()
    return parent


def front_of(content: QWidget) -> QDockWidget | None:
    """Return the dock that is seen where the one stands that holds a widget: it, or a tab over it.

    None where the widget stands in no dock.
    """
    own = dock_of(content)
    window = None if own is None else own.parentWidget()
    if own is None or not isinstance(window, QMainWindow):
        return own
    tabs = window.tabifiedDockWidgets(own)
    # one behind another tab is visible, too, and nothing of it is seen
    return next((one for one in tabs if not one.visibleRegion().isEmpty()), own)


def bring_to_front(content: QWidget) -> None:
    """Show the dock that a widget stands in before its siblings, also where it was hidden."""
    dock = dock_of(content)
    if dock is not None:
        dock.show()
        dock.raise_()

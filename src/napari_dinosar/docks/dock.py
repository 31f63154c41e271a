"""What our docks have in common: their size, and to be told of it when they leave the window."""

from __future__ import annotations

from qtpy.QtCore import QEvent, QSize
from qtpy.QtWidgets import QWidget


class Dock(QWidget):
    """A widget that napari docks, and takes out of its window without deleting it."""

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a size at which names can be read and two crops stand side by side."""
        return QSize(345, 640)

    def changeEvent(self, event: QEvent | None) -> None:  # noqa: N802 - Qt's name
        """Tell the dock that it is put into a window, or taken out of it."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.ParentChange:
            self.on_docked(self.parent() is not None)

    def on_docked(self, is_docked: bool) -> None:
        """Begin what is done in a window, or end it; by default there is nothing of the kind."""

"""A window is not closed unasked on flags that no disk takes."""

from __future__ import annotations

from typing import Any
from weakref import ref

from qtpy.compat import isalive
from qtpy.QtCore import QEvent, QObject
from qtpy.QtWidgets import QWidget

from napari_dinosar.docks import dialogs
from napari_dinosar.docks.inspect.flags.flag_saving import FlagSaving


class FlagsGuard(QObject):
    """Stands between flags that are in the memory of a window only and the end of that window.

    Parameters
    ----------
    saving : FlagSaving
        What writes the flags.
    dock : QWidget
        The dock; the window that it came to stand in is watched, also after it has left it.
    """

    def __init__(self, saving: FlagSaving, dock: QWidget) -> None:
        super().__init__(dock)
        self._saving = saving
        # a child that held on to the window would keep it from ever being deleted
        self._window: Any = lambda: None
        dock.installEventFilter(self)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802
        """Write before the window closes, and keep it open where the person wants that."""
        if event is None or not isalive(self):
            return False
        kind = event.type()
        window = self._window()
        if watched is window and kind == QEvent.Type.Close:
            if not self._may_close(window):
                event.ignore()
                return True
        elif watched is self.parent() and kind in (QEvent.Type.Show, QEvent.Type.ParentChange):
            self._follow(watched)
        return False

    def _follow(self, dock: Any) -> None:
        while dock.parentWidget() is not None:
            dock = dock.parentWidget()
        if dock is not self.parent():
            dock.installEventFilter(self)  # only once, however often it is asked for
            self._window = ref(dock)

    def _may_close(self, window: QWidget) -> bool:
        self._saving.try_now()
        risk = self._saving.keeping.risk
        return not risk or dialogs.agrees(
            window,
            "Flags are not saved",
            "What you flagged cannot be saved.",
            risk,
            "Lose the flags",
        )

"""Columns that take long: computed once a table is looked at, away from the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qtpy.compat import isalive
from qtpy.QtCore import QObject, Signal
from qtpy.QtWidgets import QWidget

from napari_dinosar.docks.jobs import Jobs
from napari_dinosar.docks.live_pace import single_shot

if TYPE_CHECKING:
    from napari_dinosar.comparison import Comparison

PAUSE_MS = 400
"""After a table is shown."""


class LaterColumns(QObject):
    """Computes what takes long, of the comparison that was asked for last.

    Parameters
    ----------
    job : callable
        Computes it of a comparison, which it returns; it runs in a thread.
    page : QWidget
        The table; while it is out of sight nothing begins.

    Signals
    -------
    ready : no value
        It is there now.
    """

    ready = Signal()

    def __init__(self, job: Callable[..., Any], page: QWidget) -> None:
        super().__init__(page)
        self._job = job
        self._page = page
        self._wanted: Comparison | None = None
        self._known: Comparison | None = None
        self._jobs = Jobs(self)
        self._timer = single_shot(self, PAUSE_MS, self._begin)

    def knows(self, comparison: Comparison | None) -> bool:
        """Tell whether it is there of a comparison."""
        return comparison is not None and comparison is self._known

    def ask(self, comparison: Comparison | None) -> None:
        """Compute it of a comparison in a moment; of None, nothing."""
        self._wanted = comparison
        if comparison is not None and not self.knows(comparison):
            self._timer.start()

    def _begin(self) -> None:
        if self._wanted is None or not self._page.isVisible():
            return
        if self._jobs.busy:
            self._timer.start()
            return
        self._jobs.start(self._job, self._wanted, on_result=self._end)

    def _end(self, comparison: Comparison) -> None:
        if isalive(self) and comparison is self._wanted:
            self._known = comparison
            self.ready.emit()

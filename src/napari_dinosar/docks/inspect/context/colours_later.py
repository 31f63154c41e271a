"""The mean colours of the cells, compared away from the window's thread, once somebody asks."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from qtpy.compat import isalive
from qtpy.QtCore import QObject, Signal
from qtpy.QtWidgets import QWidget

from napari_dinosar.core.steps import Step
from napari_dinosar.docks.jobs import Jobs
from napari_dinosar.docks.timers import single_shot
from napari_dinosar.inspection.cell_values import COLOUR, is_at_hand

if TYPE_CHECKING:
    from napari_dinosar.comparison import Comparison
    from napari_dinosar.inspection.inspected import Inspection


PAUSE_MS = 300
"""Colours are compared once for all cells, when nobody walks through them, or scrolls on."""


class ColoursLater(QObject):
    """Compares the colours of the comparison that is shown; one that is shown no more is dropped.

    Each part of a window may have its own: what one of them had compared is news for all.

    Parameters
    ----------
    inspection : Inspection
        Whose comparison.
    parent : QObject
        With it, nobody waits any more.

    Attributes
    ----------
    problem : str
        Why the colours of what is shown could not be compared; empty where nothing went wrong.

    Signals
    -------
    ready : no value
        The colours of what is shown are compared.
    failed : no value
        They could not be; they are not compared again unless somebody wants it.
    """

    ready = Signal()
    failed = Signal()

    def __init__(self, inspection: Inspection, parent: QObject) -> None:
        super().__init__(parent)
        self._inspection = inspection
        self._is_asked = self._has_told = False
        self._page: QWidget | None = None
        self._compared: Comparison | None = None
        self.problem = ""
        self._jobs = Jobs(self)
        self._jobs.failed.connect(self._on_failed)
        self._timer = single_shot(self, PAUSE_MS, self._on_time)
        inspection.shown.connect(self._on_shown)
        inspection.coloured.connect(self._on_coloured)

    @property
    def is_known(self) -> bool:
        """Whether nothing has to be waited for: the colours are compared, or cannot be."""
        return is_at_hand(self._inspection, COLOUR)

    def ask(self) -> None:
        """Compare the colours of what is shown, unless they are, or it went wrong."""
        self._is_asked = not self.is_known and not self.problem
        if self._is_asked and not self._jobs.busy:
            self._compared = self._inspection.comparison
            self._jobs.start(compared_colours, self._compared, on_result=self._on_compared)

    def ask_soon(self, page: QWidget) -> None:
        """Ask for them in a moment, where a page is still looked at then."""
        self._page = page
        self._timer.start()

    def ask_again(self) -> None:
        """Ask for them although it went wrong before."""
        self.problem = ""
        self.ask()

    def _on_time(self) -> None:
        if self._page is None or not isalive(self._page) or not self._page.isVisible():
            return
        if self.is_known:
            self._on_coloured()  # something else had them compared meanwhile
        else:
            self.ask()

    def _on_shown(self) -> None:
        """Let those who look at another comparison ask for its colours."""
        if isalive(self):
            self._is_asked, self._has_told, self.problem = False, False, ""

    def _on_coloured(self) -> None:
        if isalive(self) and not self._has_told:
            self._has_told, self.problem = True, ""
            self.ready.emit()

    def _on_compared(self, _: Comparison) -> None:
        self._end("")

    def _on_failed(self, error: Exception) -> None:
        why = str(error) or type(error).__name__
        self._end(f"The colours of the cells could not be compared: {why}")

    def _end(self, problem: str) -> None:
        """Tell how it ended, or go on with another comparison that is shown by now."""
        compared, self._compared = self._compared, None
        if not isalive(self):
            return
        if compared is self._inspection.comparison:
            self.problem = problem
            if problem:
                self.failed.emit()
            else:
                self._inspection.coloured.emit()
        elif self._is_asked:
            self.ask()


def compared_colours(comparison: Comparison) -> Generator[Step, None, Comparison]:
    """Compare the colours of the cells, as a job; they are known from then on.

    Parameters
    ----------
    comparison : Comparison
        Which is returned.
    """
    yield "Comparing the colours of the cells", 0, 0
    from napari_dinosar.inspection.baselines import colour_baseline

    if comparison.homology is not None:
        colour_baseline(comparison)
    return comparison

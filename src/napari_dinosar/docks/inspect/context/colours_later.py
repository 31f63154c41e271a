"""The mean colours of the cells, compared away from the window's thread, once somebody asks."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from qtpy.compat import isalive
from qtpy.QtCore import QObject, Signal

from napari_dinosar.docks.jobs import Jobs
from napari_dinosar.inspection.cell_values import COLOUR, is_at_hand

if TYPE_CHECKING:
    from napari_dinosar.comparison import Comparison
    from napari_dinosar.inspection.inspected import Inspection

Step = tuple[str, int, int]


class ColoursLater(QObject):
    """Compares the colours of the comparison that is shown; one that is shown no more is dropped.

    Parameters
    ----------
    inspection : Inspection
        Whose comparison. Where its cells are coloured by the difference of their colours, they are
        so once that is known.
    parent : QObject
        With it, nobody waits any more.

    Signals
    -------
    ready : no value
        The colours of what is shown are compared.
    """

    ready = Signal()

    def __init__(self, inspection: Inspection, parent: QObject) -> None:
        super().__init__(parent)
        self._inspection = inspection
        self._is_chosen = self._is_asked = False
        self._jobs = Jobs(self)
        inspection.shown.connect(self._on_shown)
        inspection.colouring.changed.connect(self._on_chosen)

    @property
    def is_known(self) -> bool:
        """Whether nothing has to be waited for: the colours are compared, or cannot be."""
        return is_at_hand(self._inspection, COLOUR)

    @property
    def value(self) -> str:
        """What the cells are coloured by, or will be once their colours are compared."""
        return COLOUR if self._is_chosen else self._inspection.colouring.value

    def ask(self) -> None:
        """Compare the colours of what is shown, unless they are."""
        self._is_asked = not self.is_known
        if self._is_asked and not self._jobs.busy:
            self._jobs.start(
                compared_colours, self._inspection.comparison, on_result=self._on_compared
            )

    def choose(self, name: str) -> None:
        """Colour the cells by a value, by their colours once these are compared."""
        self._is_chosen = name == COLOUR and not self.is_known
        if self._is_chosen:
            self.ask()
        else:
            self._inspection.colouring.choose(name)

    def _on_shown(self) -> None:
        """Ask for those of another comparison only where they are to be seen."""
        if isalive(self):
            self._is_asked = False
            self._is_chosen = self._is_chosen and not self.is_known
            self._on_chosen()

    def _on_chosen(self, _name: str = "") -> None:
        if isalive(self) and (self._is_chosen or self._inspection.colouring.value == COLOUR):
            self.ask()

    def forget(self) -> None:
        """Colour the cells by no value that they wait for."""
        self._is_chosen = False

    def _on_compared(self, comparison: Comparison) -> None:
        if not isalive(self):
            return
        if comparison is not self._inspection.comparison:
            if self._is_asked:
                self.ask()
            return
        colouring = self._inspection.colouring
        if colouring.value == COLOUR:
            self._is_chosen = False
            colouring.changed.emit(COLOUR)  # until now they were coloured by something else
        elif self._is_chosen:
            self.choose(COLOUR)
        self.ready.emit()


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

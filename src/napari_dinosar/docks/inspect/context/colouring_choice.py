"""The choice of what the colours of the cells stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.compat import isalive
from qtpy.QtCore import Qt
from qtpy.QtGui import QStandardItemModel
from qtpy.QtWidgets import QComboBox

from napari_dinosar.inspection.cell_values import COLOUR, DISSIMILARITY, offers

if TYPE_CHECKING:
    from napari_dinosar.docks.inspect.context.colours_later import ColoursLater
    from napari_dinosar.inspection.inspected import Inspection

TOOLTIP = "What the colours of the cells stand for, on both photos, on the map and in the scale."


class ColouringChoice(QComboBox):
    """Offers what the cells that are shown can be coloured by; the rest says why it cannot.

    Where it is the difference of their colours, it waits until that is known.

    Parameters
    ----------
    inspection : Inspection
        Whose cells.
    colours : ColoursLater
        What compares their colours.
    """

    def __init__(self, inspection: Inspection, colours: ColoursLater) -> None:
        super().__init__()
        self.setObjectName("cellColouring")
        self.setToolTip(TOOLTIP)
        self.setMinimumContentsLength(10)
        self.setSizeAdjustPolicy(self.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._inspection = inspection
        self._colours = colours
        self._is_waiting = False
        inspection.colouring.changed.connect(self._on_chosen)
        inspection.shown.connect(self._on_shown)
        inspection.judged.connect(self._offer)
        colours.ready.connect(self._on_compared)
        colours.failed.connect(self._on_failed)
        self.activated.connect(self._on_activated)
        self._offer()

    def choose(self, name: str) -> None:
        """Colour the cells by a value, by their colours once these are compared."""
        self._is_waiting = name == COLOUR and not self._colours.is_known
        if self._is_waiting:
            self._colours.ask_again()
        else:
            self._inspection.colouring.choose(name)
        self._follow()

    def forget(self) -> None:
        """Colour the cells by no value that they wait for."""
        self._is_waiting = False
        self._follow()

    def _offer(self) -> None:
        if not isalive(self):
            return
        self.clear()
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        for row, offer in enumerate(offers(self._inspection)):
            self.addItem(offer.title, offer.name)
            if offer.why_not:
                item = model.item(row)
                item.setEnabled(False)
                self.setItemData(row, offer.why_not, Qt.ItemDataRole.ToolTipRole)
        self._follow()

    def _follow(self) -> None:
        value = COLOUR if self._is_waiting else self._inspection.colouring.value
        self.setCurrentIndex(self.findData(value))

    def _on_activated(self) -> None:
        self.choose(str(self.currentData()))

    def _on_shown(self) -> None:
        """Ask for the colours of another comparison only where they are to be seen."""
        if isalive(self):
            self._is_waiting = self._is_waiting and not self._colours.is_known
            self._offer()
            self._ask()

    def _on_chosen(self, _name: str) -> None:
        if isalive(self):
            self._follow()
            self._ask()

    def _ask(self) -> None:
        if self._is_waiting or self._inspection.colouring.value == COLOUR:
            self._colours.ask()

    def _on_compared(self) -> None:
        colouring, is_waiting = self._inspection.colouring, self._is_waiting
        self._is_waiting = False
        if colouring.value == COLOUR:
            colouring.changed.emit(COLOUR)  # until now they were coloured by something else
        elif is_waiting:
            colouring.choose(COLOUR)

    def _on_failed(self) -> None:
        if self._inspection.colouring.value == COLOUR:
            self._inspection.told.emit(self._colours.problem)
            self._inspection.colouring.choose(DISSIMILARITY)
        self.forget()

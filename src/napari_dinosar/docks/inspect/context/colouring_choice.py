"""The choice of what the colours of the cells stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.compat import isalive
from qtpy.QtCore import Qt
from qtpy.QtGui import QStandardItemModel
from qtpy.QtWidgets import QComboBox

from napari_dinosar.inspection.cell_values import offers

if TYPE_CHECKING:
    from napari_dinosar.docks.inspect.context.colours_later import ColoursLater
    from napari_dinosar.inspection.inspected import Inspection

TOOLTIP = "What the colours of the cells stand for, on both photos, on the map and in the scale."


class ColouringChoice(QComboBox):
    """Offers what the cells that are shown can be coloured by; the rest says why it cannot.

    Parameters
    ----------
    inspection : Inspection
        Whose cells.
    colours : ColoursLater
        What compares their colours before the cells are coloured by them.
    """

    def __init__(self, inspection: Inspection, colours: ColoursLater) -> None:
        super().__init__()
        self.setObjectName("cellColouring")
        self.setToolTip(TOOLTIP)
        self.setMinimumContentsLength(10)
        self.setSizeAdjustPolicy(self.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._inspection = inspection
        self._colours = colours
        inspection.colouring.changed.connect(self._follow)
        inspection.shown.connect(self._offer)
        inspection.judged.connect(self._offer)
        self.activated.connect(self._on_activated)
        self._offer()

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

    def _follow(self, _name: str = "") -> None:
        if isalive(self):
            self.setCurrentIndex(self.findData(self._colours.value))

    def _on_activated(self) -> None:
        self._colours.choose(str(self.currentData()))

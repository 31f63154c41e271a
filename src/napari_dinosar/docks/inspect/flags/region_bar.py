"""Exclude a region: a button for each photo, and what to draw with."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from qtpy.compat import isalive
from qtpy.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.fold import guard_wheel
from napari_dinosar.docks.inspect.flags.region_drawing import TOOLS, RegionDrawing
from napari_dinosar.docks.landmarks.panels.buttons import dock_button

if TYPE_CHECKING:
    from napari_dinosar.docks.theme import ThemeColours
    from napari_dinosar.inspection.inspected import Inspection


class RegionBar(QWidget):
    """Begins to draw a region in a photo; pressed again, the button lets it be.

    Parameters
    ----------
    inspection : Inspection
        What is looked at.
    drawing : RegionDrawing
        Has the tool.
    """

    def __init__(
        self, inspection: Inspection, drawing: RegionDrawing, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._inspection = inspection
        self._drawing = drawing
        self._caption = QLabel("Exclude a region in")
        self._caption.setObjectName("regionCaption")
        self.tool = QComboBox()
        self.tool.setObjectName("regionTool")
        self.tool.setToolTip(
            "Lasso: draw with the button held. Polygon: click the corners, double-click the last"
        )
        self.tool.addItems(list(TOOLS))
        self.buttons = {
            side: dock_button(
                side.upper(),
                f"excludeIn{side.upper()}",
                f"Draw in photo {side.upper()} what is left out: a leg, a pin, a label. The "
                f"reason and note above go with it; shapes can be moved and deleted afterwards",
            )
            for side in "ab"
        }
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._caption)
        for side, one in self.buttons.items():
            one.setCheckable(True)
            one.clicked.connect(partial(self.toggle, side))
            layout.addWidget(one, 1)
        layout.addWidget(self.tool, 1)
        guard_wheel(self)
        drawing.changed.connect(self._update)
        inspection.shown.connect(self._update)
        self._update()

    def toggle(self, side: str, *_: object) -> None:
        """Begin to draw in a photo, or let it be where that is being done."""
        if self._drawing.side == side:
            self._drawing.stop()
            return
        try:
            self._drawing.start(side, self.tool.currentText())
        except DinosarError as error:
            self._inspection.told.emit(str(error))
            self._update()

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        self._caption.setStyleSheet(f"color: {colours.text}")

    def _update(self) -> None:
        if isalive(self):
            for side, one in self.buttons.items():
                one.setEnabled(self._inspection.findings is not None)
                one.setChecked(self._drawing.side == side)

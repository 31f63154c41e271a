"""The buttons that say how two pieces are compared: side by side, in turn, one over the other."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from napari_dinosar.docks.inspect.crops.crop_picture import BLINK, SIDE, SWIPE
from napari_dinosar.docks.landmarks.panels.buttons import dock_button

MODES = {
    SIDE: ("Side by side", "Shows A and B side by side"),
    BLINK: ("Blink", "Shows A and B in turn: what differs flickers"),
    SWIPE: ("Swipe", "Lays A over B: drag in the picture to uncover one or the other"),
}


class CropModes(QWidget):
    """A button for each mode, one of which is down.

    Parameters
    ----------
    name : str
        What object names begin with.

    Attributes
    ----------
    buttons : dict of str to QPushButton
        By their modes.

    Signals
    -------
    chosen : str
        Another mode was chosen: `SIDE`, `BLINK` or `SWIPE`.
    """

    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        for mode, (title, tooltip) in MODES.items():
            button = dock_button(title, f"{name}{title.replace(' ', '')}", tooltip)
            button.setCheckable(True)
            button.setChecked(mode == SIDE)
            self.buttons[mode] = button
            self._group.addButton(button)
            layout.addWidget(button)
        self._group.buttonToggled.connect(self._on_toggled)

    def choose(self, mode: str) -> None:
        """Press the button of a mode."""
        self.buttons[mode].setChecked(True)

    def _on_toggled(self, button: QPushButton, is_chosen: bool) -> None:
        if is_chosen:
            self.chosen.emit(next(mode for mode, one in self.buttons.items() if one is button))

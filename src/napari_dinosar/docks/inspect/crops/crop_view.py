"""Two pieces of photos to be compared by eye, with the controls that say how."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from qtpy.QtCore import QEvent, QTimer, Signal
from qtpy.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from napari_dinosar.docks import preferences
from napari_dinosar.docks.inspect.crops.crop_modes import CropModes
from napari_dinosar.docks.inspect.crops.crop_picture import BLINK, SIDE, CropPicture
from napari_dinosar.docks.inspect.crops.sliders import Slider
from napari_dinosar.docks.inspect.tooltips import keyed
from napari_dinosar.docks.landmarks.panels.buttons import dock_button
from napari_dinosar.docks.landmarks.panels.colours import first_colours, quiet
from napari_dinosar.docks.timers import single_shot

if TYPE_CHECKING:
    from napari_dinosar.docks.inspect.crops.crop_painting import Shown
    from napari_dinosar.docks.theme import ThemeColours

FASTEST_MS, SLOWEST_MS, STEP_MS, BLINK_MS = 200, 2000, 100, 600
"""How long each of the two is seen; three times in a second is too fast for some eyes."""
SURROUNDINGS = (0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)
ONE = {"cells": "cell", "patches": "patch"}
RESIZED_MS = 120


class CropView(QWidget):
    """Shows two pieces; whoever owns it cuts them when it asks.

    Parameters
    ----------
    unit : str
        What the surroundings are counted in, ``"cells"``.
    surroundings : float
        How many of them are shown at first, one of `SURROUNDINGS`.

    Signals
    -------
    wanted : no value
        Pieces of another size, or with other surroundings, are wanted.
    """

    wanted = Signal()

    def __init__(self, unit: str, surroundings: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unit = unit
        self.picture = CropPicture(first_colours())
        self.picture.setObjectName(f"{unit}Picture")
        self.picture.setToolTip("Control and the wheel: more or less of the surroundings")
        self.modes = CropModes(unit)
        self.rectified = dock_button(
            "Rectified",
            f"{unit}Rectified",
            "Bends both crops to the mean shape of the landmarks, so that homologous places lie "
            "on each other; else they are as photographed",
        )
        self.rectified.setCheckable(True)
        self.rectified.setChecked(True)
        self.around = Slider(0, len(SURROUNDINGS) - 1, SURROUNDINGS.index(surroundings))
        self.around.setObjectName(f"{unit}Surroundings")
        self.around.setToolTip(f"How much of the surroundings is shown, in widths of {unit}")
        self.interval = Slider(FASTEST_MS // STEP_MS, SLOWEST_MS // STEP_MS, BLINK_MS // STEP_MS)
        self.interval.setObjectName(f"{unit}Interval")
        self.interval.setToolTip("How long each of the two is seen")
        self._around_says, self._interval_says = QLabel(), QLabel()
        self._titles = QLabel("Around"), QLabel("Each for")
        self._blinking = QTimer(self)
        self._blinking.timeout.connect(self.picture.blink)
        self._resized = single_shot(self, RESIZED_MS, self.wanted)
        self._lay_out()
        self.modes.chosen.connect(self._on_mode)
        self.rectified.toggled.connect(self.wanted)
        self.around.valueChanged.connect(self._on_around)
        self.interval.valueChanged.connect(self._on_interval)
        self.picture.zoomed.connect(self._on_zoomed)
        self.picture.installEventFilter(self)
        self._say()
        self.set_colours(self.picture.colours)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.modes)
        row.addStretch(1)
        row.addWidget(self.rectified)
        grid = QGridLayout()
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(2)
        for index, (slider, says) in enumerate(
            ((self.around, self._around_says), (self.interval, self._interval_says))
        ):
            grid.addWidget(self._titles[index], index, 0)
            grid.addWidget(slider, index, 1)
            grid.addWidget(says, index, 2)
        says_px = self.fontMetrics().horizontalAdvance(f"0.25 {self._unit}m")
        self._around_says.setMinimumWidth(says_px)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        layout.addWidget(self.picture)
        layout.addLayout(row)
        layout.addLayout(grid)

    @property
    def mode(self) -> str:
        """How the two are shown: `SIDE`, `BLINK` or `SWIPE`."""
        return self.picture.mode

    @property
    def surroundings(self) -> float:
        """How much is shown on each side of the cell or patch, in its widths."""
        return SURROUNDINGS[self.around.value()]

    @property
    def is_rectified(self) -> bool:
        """Whether both are to be bent to the consensus."""
        return bool(self.rectified.isChecked())

    def show_pair(self, pair: tuple[Shown, Shown] | None, says: str = "") -> None:
        """Show two pieces, or a sentence in their place."""
        self.picture.show_pair(pair, says)

    def set_mode(self, mode: str) -> None:
        """Show them side by side, in turn, or one over the other."""
        self.modes.choose(mode)

    def toggle_mode(self, mode: str) -> None:
        """Show them in a way, or side by side again."""
        self.set_mode(SIDE if self.mode == mode else mode)

    def add_key_names(self, actions: Mapping[str, str]) -> None:
        """Let tooltips name the keys of actions: of a mode, or of ``"rectified"``."""
        for name, button in {**self.modes.buttons, "rectified": self.rectified}.items():
            if name in actions:
                button.setToolTip(keyed(button.toolTip(), actions[name]))

    def zoom(self, steps: int) -> None:
        """Show more of the surroundings, or less."""
        self.around.setValue(self.around.value() + steps)

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        self.picture.colours = colours
        self.picture.update()
        for label in (*self._titles, self._around_says, self._interval_says):
            label.setStyleSheet(quiet(colours))
        style = f"QPushButton:checked {{ background: {colours.highlight}; }}"
        for button in (*self.modes.buttons.values(), self.rectified):
            button.setStyleSheet("QPushButton { padding: 3px 7px; }" + style)

    def eventFilter(self, watched: object, event: QEvent | None) -> bool:  # noqa: N802 - Qt's name
        """Ask for pieces of another size when the picture has one; rest while it is not seen."""
        if event is not None and watched is self.picture:
            if event.type() == QEvent.Type.Resize:
                self._resized.start()
            elif event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
                self._pace()
        return False

    def _on_mode(self, mode: str) -> None:
        if mode == BLINK:
            wanted_ms = preferences.read("inspecting", "blink_ms", BLINK_MS)
            self.interval.setValue(wanted_ms // STEP_MS)
        self.picture.set_mode(mode)
        self._say()
        self._pace()
        self.wanted.emit()

    def _on_zoomed(self, steps: int) -> None:
        self.zoom(-steps)

    def _on_around(self) -> None:
        self._say()
        self.wanted.emit()

    def _on_interval(self) -> None:
        preferences.write("inspecting", "blink_ms", self.interval.value() * STEP_MS)
        self._pace()

    def _pace(self) -> None:
        milliseconds = self.interval.value() * STEP_MS
        self._interval_says.setText(f"{milliseconds / 1000:.1f} s")
        if self.mode == BLINK and self.picture.isVisible():
            self._blinking.start(milliseconds)
        else:
            self._blinking.stop()

    def _say(self) -> None:
        unit = ONE[self._unit] if self.surroundings == 1 else self._unit
        self._around_says.setText(f"{self.surroundings:g} {unit}")
        for part in (self._titles[1], self.interval, self._interval_says):
            part.setVisible(self.mode == BLINK)

"""Buttons below the landmark table: what the current landmark is, and what a click does."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.compat import isalive
from qtpy.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from napari_dinosar.core.digitised import MACHINE_SOURCES
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.landmarks.panels.buttons import dock_button
from napari_dinosar.docks.landmarks.panels.cursor import stands
from napari_dinosar.docks.landmarks.panels.words import tooltip
from napari_dinosar.docks.theme import ThemeColours
from napari_dinosar.editing.cursor import MODES
from napari_dinosar.editing.editor import Editor

_MODE_WORDS = {
    "sequential": "Sequential: a click never moves what is placed.",
    "quick": "Quick: a click moves the current landmark where it is placed already.",
    "through": "Through all photos: after a click the same landmark on the next photo follows.",
}


class StateButtons(QWidget):
    """Absent, occluded, clear and accept, for the current landmark.

    Parameters
    ----------
    editor : Editor
        What they act on.
    """

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._layout = _row(self)
        self.absent = self._add("Absent", "absent", lambda: editor.set_state("absent"))
        self.occluded = self._add("Occluded", "occluded", lambda: editor.set_state("occluded"))
        self.clear = self._add("Clear", "clear", editor.clear)
        self.accept = self._add("Accept", "accept", editor.accept)
        self.absent.setCheckable(True)
        self.occluded.setCheckable(True)

    def _add(self, text: str, action: str, act: Callable[[], None]) -> QPushButton:
        button = dock_button(text, f"landmark_{action}", tooltip(action))
        button.clicked.connect(lambda: self._try(act))
        self._layout.addWidget(button, 1)
        return button

    def _try(self, act: Callable[[], None]) -> None:
        try:
            act()
        except DinosarError as error:
            self._editor.told.emit(str(error))
        self.refresh()

    def refresh(self) -> None:
        """Show what the current landmark is, and what can be done with it."""
        is_ready = stands(self._editor)
        point = self._editor.point if is_ready else None
        self.absent.setEnabled(is_ready)
        self.absent.setChecked(point is not None and point.state == "absent")
        self.occluded.setEnabled(point is not None and point.xy is not None)
        self.occluded.setChecked(point is not None and point.state == "occluded")
        self.clear.setEnabled(point is not None and point.state != "missing")
        self.accept.setEnabled(point is not None and point.source in MACHINE_SOURCES)

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        for button in (self.absent, self.occluded):
            button.setStyleSheet(_checked(colours))


class ModeButtons(QWidget):
    """What a click does where the current landmark is placed already: one of three.

    Parameters
    ----------
    editor : Editor
        Whose mode.
    """

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.group = QButtonGroup(self)
        layout = _row(self)
        for number, mode in enumerate(MODES):
            said = f"{_MODE_WORDS[mode]}\n\n{tooltip('cycle_mode')}"
            button = dock_button(mode.capitalize(), f"mode_{mode}", said)
            button.setCheckable(True)
            self.group.addButton(button, number)
            layout.addWidget(button, 1)
        self.group.idClicked.connect(lambda number: editor.set_mode(MODES[number]))
        editor.mode_changed.connect(self._on_mode)
        self._on_mode()

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        for button in self.group.buttons():
            button.setStyleSheet(_checked(colours))

    def _on_mode(self) -> None:
        if isalive(self):
            self.group.button(MODES.index(self._editor.mode)).setChecked(True)


def _row(parent: QWidget) -> QHBoxLayout:
    layout = QHBoxLayout(parent)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(3)
    return layout


def _checked(colours: ThemeColours) -> str:
    return f"QPushButton:checked {{ background: {colours.highlight}; font-weight: 600; }}"

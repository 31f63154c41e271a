"""Actions run by their names: once, or again and again while a key is held."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from qtpy.compat import isalive
from qtpy.QtCore import QObject, QTimer
from qtpy.QtWidgets import QApplication, QWidget

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.editing.editor import Editor

Actions: TypeAlias = Mapping[str, Callable[[], None]]

REPEATED = frozenset(
    (
        *("previous_landmark", "next_landmark", "previous_photo", "next_photo", "undo", "redo"),
        *("next_incomplete", "previous_incomplete", "next_specimen", "previous_specimen"),
        *(
            f"nudge_{way}{how}"
            for way in ("left", "right", "up", "down")
            for how in ("", "_finely")
        ),
    )
)
"""Actions that go on while their key is held."""

_FIRST_MS, _NEXT_MS = 400, 60


class Runner(QObject):
    """Runs actions by their names, tells what they refuse, and repeats them while a key is held.

    The system's own repetition is not used: napari passes it on for four keys only, and steps that
    take longer than its interval would pile up.

    Parameters
    ----------
    editor : Editor
        Tells what an action refuses.
    actions : mapping of str to callable
        By the names of the table.
    parent : QObject
        With it everything ends.
    """

    def __init__(self, editor: Editor, actions: Actions, parent: QObject) -> None:
        super().__init__(parent)
        self._editor = editor
        self.actions = actions
        self._held = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._again)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            # a key that is let go in another window is never seen to be let go
            application.focusChanged.connect(self._on_focus_changed)

    def run(self, action: str) -> None:
        """Do what an action does; a refusal is told."""
        try:
            self.actions[action]()
        except DinosarError as error:
            self._editor.told.emit(str(error))

    def press(self, action: str) -> None:
        """Run an action, and again and again until `release`, if it is one that goes on."""
        if action not in REPEATED:
            self.run(action)
            return
        if action == self._held:
            return  # the system repeats a key that we repeat already
        self._held = action
        self.run(action)
        if self._held == action:
            self._timer.start(_FIRST_MS)

    def release(self) -> None:
        """Stop what goes on."""
        self._held = ""
        self._timer.stop()

    def _again(self) -> None:
        if self._held:
            self.run(self._held)
        if self._held:
            self._timer.start(_NEXT_MS)

    def _on_focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        if isalive(self):
            self.release()

"""Actions run by their names: once, or again and again while a key is held."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from qtpy.compat import isalive
from qtpy.QtCore import QObject
from qtpy.QtWidgets import QApplication, QWidget

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.timers import single_shot
from napari_dinosar.editing.keys import Key

Actions: TypeAlias = Mapping[str, Callable[[], object]]

_FIRST_MS, _NEXT_MS = 400, 60


class Runner(QObject):
    """Runs actions by their names, tells what they refuse, and repeats them while a key is held.

    The system's own repetition is not used: napari passes it on for four keys only, and steps that
    take longer than its interval would pile up.

    Parameters
    ----------
    keys : sequence of Key
        The table.
    actions : mapping of str to callable
        By the names of the table; rows without one do nothing.
    tell : callable
        Is given what an action refuses.
    parent : QObject
        With it everything ends.
    """

    def __init__(
        self,
        keys: Sequence[Key],
        actions: Actions,
        tell: Callable[[str], object],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.keys = keys
        self.actions = actions
        self.repeated = frozenset(row.action for row in keys if row.repeats)
        self._tell = tell
        self._held = ""
        self._timer = single_shot(self, 0, self._again)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            # a key that is let go in another window is never seen to be let go
            application.focusChanged.connect(self._on_focus_changed)

    def run(self, action: str) -> None:
        """Do what an action does; a refusal is told."""
        try:
            self.actions[action]()
        except DinosarError as error:
            self._tell(str(error))

    def press(self, action: str) -> None:
        """Run an action, and again and again until `release`, if it is one that goes on."""
        if action not in self.repeated:
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

"""What is due, in napari's status bar, together with where the pointer is."""

from __future__ import annotations

from typing import Any

from qtpy.compat import isalive
from qtpy.QtCore import QObject

from napari_dinosar.layers import EDITOR_ROLES, role_of, tag_of

_HELP = "H: all keys"
_NOTHING_SAID = ("", "Ready")
"""What napari says where the pointer is on nothing, or elsewhere."""


class CanvasStatus(QObject):
    """Keeps a sentence in the status bar while a layer of the editor is active.

    napari writes there what is under the pointer, at every move, and nothing when the pointer has
    left the canvas; the ghost label says that of landmarks already. At the right, where napari
    tells of its own tools, it says where all keys are.

    Parameters
    ----------
    viewer : napari.Viewer
        Whose status bar.
    parent : QObject
        With it the status bar is napari's own again.

    Attributes
    ----------
    sentence : str
        What was said last.
    """

    def __init__(self, viewer: Any, parent: QObject) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self.sentence = ""
        # after the window, which else shows what it was given over what it is given here
        viewer.events.status.connect(self._on_status, position="last")
        viewer.events.help.connect(self._on_help, position="last")

    def say(self, sentence: str) -> None:
        """Show a sentence until the next one."""
        if isalive(self):
            self.sentence = sentence
            self._viewer.status = sentence

    def _on_status(self, event: Any) -> None:
        if not isalive(self) or not self.sentence:
            return
        layer = self._active()
        if layer is None:
            return
        if isinstance(event.value, str):
            if event.value in _NOTHING_SAID:
                self._viewer.status = self.sentence
            return
        y, x = layer.world_to_data(self._viewer.cursor.position)[-2:]
        self._viewer.status = f"{self.sentence}   x {x:.1f}, y {y:.1f}"

    def _on_help(self, event: Any) -> None:
        if isalive(self) and event.value != _HELP and self._active() is not None:
            self._viewer.help = _HELP

    def _active(self) -> Any:
        """Return the active layer where it is one of the editor's, or None."""
        layer = self._viewer.layers.selection.active
        if layer is None or "project" not in tag_of(layer):
            return None
        return layer if role_of(layer) in {"landmarks", "photo"} | EDITOR_ROLES else None

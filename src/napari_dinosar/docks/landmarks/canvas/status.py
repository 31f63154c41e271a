"""What is due, in napari's status bar, together with where the pointer is."""

from __future__ import annotations

from typing import Any

from qtpy.compat import isalive
from qtpy.QtCore import QObject

from napari_dinosar.layers import EDITOR_ROLES, role_of, tag_of


class CanvasStatus(QObject):
    """Keeps a sentence in the status bar while a layer of the editor is active.

    napari writes there what is under the pointer, at every move; the ghost label says that of
    landmarks already.

    Parameters
    ----------
    viewer : napari.Viewer
        Whose status bar.
    parent : QObject
        With it the status bar is napari's own again.
    """

    def __init__(self, viewer: Any, parent: QObject) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._sentence = ""
        # after the window, which else shows what it was given over what it is given here
        viewer.events.status.connect(self._on_status, position="last")

    def say(self, sentence: str) -> None:
        """Show a sentence until the next one."""
        if isalive(self):
            self._sentence = sentence
            self._viewer.status = sentence

    def _on_status(self, event: Any) -> None:
        if not isalive(self) or not self._sentence or isinstance(event.value, str):
            return
        layer = self._viewer.layers.selection.active
        if layer is None or "project" not in tag_of(layer):
            return
        if role_of(layer) not in {"landmarks", "photo"} | EDITOR_ROLES:
            return
        y, x = layer.world_to_data(self._viewer.cursor.position)[-2:]
        self._viewer.status = f"{self._sentence}   x {x:.1f}, y {y:.1f}"

"""The keys of looking closer on results and photos, those that are there and those that come."""

from __future__ import annotations

from typing import Any

from napari.layers import Layer
from qtpy.compat import isalive
from qtpy.QtCore import QObject

from napari_dinosar.docks import key_binding
from napari_dinosar.docks.key_running import Actions
from napari_dinosar.docks.pairing import can_be_photo
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.inspection.keys import KEYS, key
from napari_dinosar.layers import RESULT_ROLES, role_of

DRAWN_ON = frozenset({"mask", "aligned_mask", "excluded"})
"""Roles of result layers that one paints or draws on: there napari's keys choose the tool."""


class LayerKeys(QObject):
    """Binds the table on each of our result layers, in place of napari's keys there, and on photos.

    Where one clicks a cell, keys walk on from it. A photo that the landmark editor has bound its
    own keys on keeps those. Regions that are drawn can be undone where they are drawn.

    Parameters
    ----------
    viewer : napari.Viewer
        Whose layers.
    inspection : Inspection
        Tells what a key refuses.
    actions : mapping of str to callable
        By the names of the table.
    parent : QObject
        With it the keys do nothing any more.
    """

    def __init__(
        self, viewer: Any, inspection: Inspection, actions: Actions, parent: QObject
    ) -> None:
        super().__init__(parent)
        told, undoing = inspection.told.emit, (key("undo"), key("redo"))
        self._runner = key_binding.Runner(KEYS, actions, told, self)
        self._undoing = key_binding.Runner(undoing, actions, told, self)
        for layer in viewer.layers:
            self._bind(layer)
        viewer.layers.events.inserted.connect(self._on_inserted)

    def _on_inserted(self, event: Any) -> None:
        if isalive(self):
            self._bind(event.value)

    def _bind(self, layer: Layer) -> None:
        is_result = role_of(layer) in RESULT_ROLES - DRAWN_ON
        if is_result or (can_be_photo(layer) and not layer.keymap):
            key_binding.bind(layer, self._runner)
        elif role_of(layer) == "excluded":
            key_binding.bind(layer, self._undoing)

"""Results of a comparison step aside while the photos beneath them are others."""

from __future__ import annotations

from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

from napari.layers import Layer

from napari_dinosar import showing
from napari_dinosar.docks.by_program import by_program
from napari_dinosar.layers import INSPECT_ROLES, RESULT_ROLES, role_of, tag_of

Photos: TypeAlias = tuple[str | None, str | None]

ROLES = RESULT_ROLES - INSPECT_ROLES
"""Who looks closer hides and shows what belongs to that."""


class CanvasResults:
    """Hides the results of other photos, and shows them again when these are back.

    Parameters
    ----------
    viewer : napari.Viewer
        Whose layers.
    """

    def __init__(self, viewer: Any) -> None:
        self._viewer = viewer
        # a layer that somebody removed is not kept alive for it
        self._home: WeakKeyDictionary[Layer, Photos] = WeakKeyDictionary()

    def photos(self) -> Photos:
        """Return what identifies the photos that are shown as A and B."""
        found = (showing.find(self._viewer, "photo", side) for side in "ab")
        first, second = (None if one is None else tag_of(one).get("pixels") for one in found)
        return first, second

    def follow(self, before: Photos) -> None:
        """Take note that other photos may be shown than before."""
        now = self.photos()
        if now == before:
            return
        for layer in self._viewer.layers:
            if role_of(layer) in ROLES and layer.visible and layer not in self._home:
                with by_program():
                    layer.visible = False
                self._home[layer] = before
                layer.events.data.connect(self._on_new_result)
        for layer in [one for one, home in self._home.items() if home == now]:
            self._release(layer)

    def _on_new_result(self, event: Any) -> None:
        """Show a layer again that a later comparison wrote into: it is of the photos shown now."""
        if event.source in self._home:
            self._release(event.source)

    def _release(self, layer: Layer) -> None:
        del self._home[layer]
        layer.events.data.disconnect(self._on_new_result)
        if layer in self._viewer.layers:
            with by_program():
                layer.visible = True

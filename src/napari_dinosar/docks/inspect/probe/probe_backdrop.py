"""What lies over the maps of a probe, hidden for as long as there is one."""

from __future__ import annotations

from typing import Any
from weakref import WeakSet

from napari_dinosar.docks.by_program import by_program
from napari_dinosar.layers import role_of

COVERING = frozenset(
    {"cells", "tps_grid", "correspondences", "attention", "layer_std", "noise", "wire"}
)
"""Roles of layers in colours of their own, among which those of a map cannot be read."""


class Backdrop:
    """Hides cells, matches and the like while a probe is shown, and shows them again.

    Of landmarks only the words beside them are hidden, which those of the probe run into.

    What the user shows meanwhile stays, and what he hid before stays hidden.

    Parameters
    ----------
    viewer : napari.Viewer
        Whose layers.
    """

    def __init__(self, viewer: Any) -> None:
        self._viewer = viewer
        self._hidden: WeakSet[Any] = WeakSet()
        self._wordless: WeakSet[Any] = WeakSet()
        self._is_low = False

    def lower(self) -> None:
        """Hide what covers the maps, once for each probe."""
        if self._is_low:
            return
        self._is_low = True
        for layer in self._viewer.layers:
            if role_of(layer) in COVERING and layer.visible:
                with by_program():
                    layer.visible = False
                self._hidden.add(getattr(layer, "__wrapped__", layer))
            elif role_of(layer) == "landmarks" and layer.text.visible:
                layer.text.visible = False
                self._wordless.add(getattr(layer, "__wrapped__", layer))

    def lift(self) -> None:
        """Show it again."""
        if not self._is_low:
            return
        self._is_low = False
        for layer in list(self._hidden):
            if layer in self._viewer.layers:
                with by_program():
                    layer.visible = True
        for layer in list(self._wordless):
            layer.text.visible = True
        self._hidden.clear()
        self._wordless.clear()

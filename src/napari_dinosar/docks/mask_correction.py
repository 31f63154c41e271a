"""Notices that a shown mask was painted on, and offers to compare with the corrected masks."""

from __future__ import annotations

from typing import Any

import numpy as np
from napari.layers import Labels
from qtpy.compat import isalive
from qtpy.QtCore import QObject

from napari_dinosar.docks.inputs import Inputs
from napari_dinosar.docks.timers import single_shot
from napari_dinosar.layers import pixel_digest, role_of, side_of, tag_of

SETTLE_MS = 400
"""Between the last stroke and the look at what was painted."""


class MaskCorrection(QObject):
    """Watches the masks of a result.

    Parameters
    ----------
    viewer : napari.Viewer
        Whose layers are watched.
    inputs : Inputs
        Where it is said, and where the masks are chosen.
    """

    def __init__(self, viewer: Any, inputs: Inputs) -> None:
        super().__init__(inputs)
        self._layers = viewer.layers
        self._inputs = inputs
        self._use = inputs.correction.add_button("Use the corrected masks", "useMasks")
        self._use.clicked.connect(self.use)
        self._timer = single_shot(self, SETTLE_MS, self._look)
        viewer.layers.events.inserted.connect(self._on_inserted)
        viewer.layers.events.removed.connect(self._look_soon)
        inputs.form.changed.connect(self._look_soon)
        for side in inputs.sides:
            side.mask.layer_changed.connect(self._look_soon)
        for layer in viewer.layers:
            self._watch(layer)

    def use(self) -> None:
        """Choose the masks that are shown as the foreground of the next comparison."""
        self._inputs.form.set_value("fg_mode", "layer")
        for side, layer in zip(self._inputs.sides, self._masks(), strict=True):
            if layer is not None:
                side.mask.choose(layer)
        self._look()

    def _masks(self) -> tuple[Any, Any]:
        """Return the shown mask of each side, or None."""
        found = {side_of(layer): layer for layer in self._layers if role_of(layer) == "mask"}
        return found.get("a"), found.get("b")

    def _on_inserted(self, event: Any) -> None:
        if isalive(self):
            self._watch(event.value)
            self._look_soon()

    def _watch(self, layer: Any) -> None:
        if isinstance(layer, Labels) and role_of(layer) == "mask":
            # strokes are painted, a whole array is data, and undoing only sets what is drawn
            for event in (layer.events.paint, layer.events.data, layer.events.set_data):
                event.connect(self._look_soon)

    def _look_soon(self) -> None:
        if isalive(self):
            self._timer.start()

    def _look(self) -> None:
        """Say which masks were corrected, unless they are chosen already."""
        masks = self._masks()
        uses_layers = self._inputs.form.value("fg_mode") == "layer"
        waiting = [
            side.side.upper()
            for side, layer in zip(self._inputs.sides, masks, strict=True)
            if layer is not None
            and is_corrected(layer)
            and not (uses_layers and side.mask.layer() is layer)
        ]
        if waiting and None not in masks:
            what = " and ".join(waiting)
            self._inputs.correction.say(
                f"You corrected the mask{'s' * (len(waiting) > 1)} of {what}."
            )
        else:
            self._inputs.correction.hide()


def is_corrected(mask: Labels) -> bool:
    """Tell whether a mask of ours has other pixels than those that were shown."""
    return tag_of(mask).get("pixels") != pixel_digest(np.asarray(mask.data))

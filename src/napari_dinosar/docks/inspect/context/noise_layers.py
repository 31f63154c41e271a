"""The hatching of the cells under their noise floor, for as long as there is one to show."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from qtpy.compat import isalive
from qtpy.QtCore import QObject

from napari_dinosar import showing
from napari_dinosar.docks.by_program import by_program
from napari_dinosar.docks.inspect.canvas.compared_photos import not_compared
from napari_dinosar.docks.inspect.canvas.frames import MARKED
from napari_dinosar.docks.inspect.canvas.turns import Turns, laid_over
from napari_dinosar.layers import frame_of
from napari_dinosar.result_layers.noise import noise_spec

if TYPE_CHECKING:
    from napari_dinosar.inspection.inspected import Inspection
    from napari_dinosar.inspection.noise_result import NoiseFloor
    from napari_dinosar.layers import LayerSpec

SIDES = ("a", "b", None)


class NoiseLayers(QObject):
    """Hatches the cells under their floor on both photos and on the map.

    The layers come with the first noise floor. They are never taken away: without one, or where
    nothing lies under it, they are empty and hidden; so is one whose cells, or map, was taken away.
    Of many cells each layer is drawn over several turns of the event loop.

    Parameters
    ----------
    viewer : napari.Viewer
        Where the layers are.
    inspection : Inspection
        Whose noise floor.
    parent : QObject
        With it the watching ends.
    """

    def __init__(self, viewer: Any, inspection: Inspection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._inspection = inspection
        self._is_wanted = self._is_shown = True
        self._drawn: dict[str | None, NoiseFloor | None] = {}
        self._turns = Turns(self)
        inspection.shown.connect(self.follow)
        inspection.judged.connect(self.follow)
        self.follow()

    @property
    def is_busy(self) -> bool:
        """Whether a layer does not show yet what lies under the floor."""
        return self._turns.is_busy

    @property
    def is_wanted(self) -> bool:
        """Whether cells under their floor are to be hatched."""
        return self._is_wanted

    def set_wanted(self, is_wanted: bool) -> None:
        """Hatch the cells, or leave them plain."""
        self._is_wanted = is_wanted
        self.follow()

    def set_shown(self, is_shown: bool) -> None:
        """Show the layers only while the dock is open."""
        self._is_shown = is_shown
        self.follow()

    def follow(self) -> None:
        """Hatch what is under its floor now, where there are cells to be hatched."""
        if not isalive(self):
            return
        noise = self._inspection.noise
        is_new = not all(map(self._is_drawn, SIDES))
        steps = [partial(next, self._following(side), False) for side in SIDES]
        self._turns.begin(steps, noise.compared.size if noise is not None and is_new else 0)

    def _following(self, side: str | None) -> Iterator[bool]:
        """Hatch a layer where it is to be seen, or hide it; True while there is more to do."""
        noise = self._inspection.noise
        is_visible = noise is not None and self._is_wanted and self._is_shown
        is_visible = is_visible and self._below(side) is not None
        if is_visible and not self._is_drawn(side):
            yield from self._draw(side)
        layer = showing.find(self._viewer, "noise", side)
        if layer is not None:
            self._settle(layer, is_visible)

    def _is_drawn(self, side: str | None) -> bool:
        """Tell whether the floor that there is now is drawn, and nobody took its layer away."""
        noise = self._inspection.noise
        is_there = showing.find(self._viewer, "noise", side) is not None
        is_empty = noise is None or not noise.is_noise.any()
        return self._drawn.get(side) is noise and (is_there or is_empty)

    def _draw(self, side: str | None) -> Iterator[bool]:
        """Hatch the cells under the floor that there is now."""
        spec, layer = self._spec(side), showing.find(self._viewer, "noise", side)
        if spec is None:
            if layer is not None:
                _empty(layer)
        else:
            if layer is not None and not layer.nshapes:
                _show(layer, True)  # napari takes its time over it: a turn of its own
                yield True
            yield from laid_over(self._viewer, spec, MARKED)
        self._drawn[side] = self._inspection.noise

    def _below(self, side: str | None) -> Any:
        """Return the layer that is hatched; None where there is none, or of another photo."""
        if not_compared(self._viewer, self._inspection.findings, side):
            return None
        return showing.find(self._viewer, "cells" if side else "cell_map", side)

    def _spec(self, side: str | None) -> LayerSpec | None:
        findings, noise = self._inspection.findings, self._inspection.noise
        below = self._below(side)
        if findings is None or findings.cells is None or noise is None or below is None:
            return None
        return noise_spec(findings, noise, side, frame_of(below))

    def _settle(self, layer: Any, is_visible: bool) -> None:
        """Show what a layer holds, or hide it; what is no longer so is not kept in it."""
        if self._inspection.noise is None:
            self._drawn.clear()
            _empty(layer)
        _show(layer, is_visible and layer.nshapes > 0)


def _show(layer: Any, is_visible: bool) -> None:
    if layer.visible != is_visible:
        with by_program():
            layer.visible = is_visible


def _empty(layer: Any) -> None:
    if layer.nshapes:
        layer.data = ([], [])

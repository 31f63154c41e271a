"""Crosses over the cells that are left out, on both photos and on the map of cells."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from qtpy.compat import isalive
from qtpy.QtCore import QObject

from napari_dinosar import showing
from napari_dinosar.docks.inspect.canvas.compared_photos import not_compared
from napari_dinosar.docks.inspect.canvas.frames import MARKED
from napari_dinosar.docks.inspect.canvas.turns import Turns, laid_over
from napari_dinosar.findings.cell_marks import crossed_cells
from napari_dinosar.layers import frame_of
from napari_dinosar.result_layers.flagged import flagged_spec

if TYPE_CHECKING:
    from napari_dinosar.findings import Findings
    from napari_dinosar.inspection.inspected import Inspection

SIDES = ("a", "b", None)
Crossed = tuple["Findings", NDArray[np.bool_], NDArray[np.float64]]
"""Whose cells, which of them, and the map of their layer to the world."""
UNDER_IT = MARKED | {"noise"}
"""Roles of layers that the crosses lie on."""


class FlagLayers(QObject):
    """Crosses out the cells that are flagged, and those that lie in an excluded region.

    The layers come with the first flag. They are never taken away: where nothing is flagged, they
    are empty and hidden; so is one whose cells, or map, was taken away. One that the user has
    hidden stays hidden until there is nothing to show. Of many cells each layer is drawn over
    several turns of the event loop.

    Parameters
    ----------
    viewer : napari.Viewer
        Where the layers are.
    inspection : Inspection
        Whose flags.
    parent : QObject
        With it the watching ends.
    """

    def __init__(self, viewer: Any, inspection: Inspection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._inspection = inspection
        self._is_shown = True
        self._drawn: dict[str | None, Crossed] = {}
        self._turns = Turns(self)
        inspection.shown.connect(self.follow)
        inspection.flagged.connect(self.follow)
        self.follow()

    @property
    def is_busy(self) -> bool:
        """Whether a layer does not show yet what is flagged."""
        return self._turns.is_busy

    def set_shown(self, is_shown: bool) -> None:
        """Show the layers only while the dock is open."""
        if is_shown != self._is_shown:
            self._is_shown = is_shown
            self.follow()

    def follow(self) -> None:
        """Cross out what is flagged now, where there are cells to be crossed out."""
        if not isalive(self):
            return
        facts = self._inspection.cells.facts
        steps = [partial(next, self._drawing(side), False) for side in SIDES]
        self._turns.begin(steps, 0 if facts is None else len(facts))

    def _drawing(self, side: str | None) -> Iterator[bool]:
        """Draw a layer, or hide it; True for as long as there is more to do."""
        crossed = self._crossed(side) if self._is_shown else None
        spec = None if crossed is None else flagged_spec(crossed[0], crossed[1], side, crossed[2])
        if crossed is None or spec is None:
            self._hide(side)
        elif not_compared(self._viewer, crossed[0], side):
            return  # whoever shows another photo hides what lies on it
        elif not self._is_drawn(side, crossed):
            layer = showing.find(self._viewer, "flagged", side)
            if layer is not None and not layer.nshapes and not layer.visible:
                layer.visible = True  # napari takes its time over it: a turn of its own
                yield True
            yield from laid_over(self._viewer, spec, UNDER_IT)
            self._drawn[side] = crossed

    def _crossed(self, side: str | None) -> Crossed | None:
        findings, flags = self._inspection.findings, self._inspection.flags
        below = showing.find(self._viewer, "cells" if side else "cell_map", side)
        if findings is None or not len(flags) or below is None:
            return None
        left_out = flags.excluded_cells()
        if findings.cells is None or left_out is None:
            return None
        crossed = crossed_cells(findings.cells, flags.sheet, left_out)
        return findings, crossed, frame_of(below)

    def _is_drawn(self, side: str | None, crossed: Crossed) -> bool:
        """Tell whether a layer shows these crosses: other words for a flag change none."""
        drawn, layer = self._drawn.get(side), showing.find(self._viewer, "flagged", side)
        return (
            drawn is not None
            and layer is not None
            and layer.nshapes > 0
            and drawn[0] is crossed[0]
            and all(map(np.array_equal, drawn[1:], crossed[1:]))
        )

    def _hide(self, side: str | None) -> None:
        self._drawn.pop(side, None)  # or what was found before would be kept with it
        layer = showing.find(self._viewer, "flagged", side)
        if layer is not None and layer.visible:
            layer.visible = False
        if layer is not None and layer.nshapes:
            layer.data = ([], [])

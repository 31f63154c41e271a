"""The colours of the cells in the window: on both photos and on the map, one meaning for all."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.compat import isalive
from qtpy.QtCore import QObject

from napari_dinosar import showing
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.inspect.canvas.turns import Turns
from napari_dinosar.docks.live_marks import SUFFIX
from napari_dinosar.docks.recolouring import colour_cells, note_value
from napari_dinosar.docks.status_text import renew_status
from napari_dinosar.inspection.cell_values import (
    CELL_VALUES,
    DISSIMILARITY,
    CellValues,
    cell_values,
    is_at_hand,
)

if TYPE_CHECKING:
    from napari_dinosar.inspection.inspected import Inspection

MAP_NAME = "Cell dissimilarity"


class CellColours(QObject):
    """Colours the cells of a window by the value that was chosen.

    Another comparison, or a noise floor that is gone, may lack that value: the colours then stand
    for the dissimilarity again. Of many cells the map follows at once, each photo in a turn of the
    event loop.

    Parameters
    ----------
    viewer : napari.Viewer
        Where the layers are.
    inspection : Inspection
        Whose cells.
    parent : QObject
        With it the watching ends.
    """

    def __init__(self, viewer: Any, inspection: Inspection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._inspection = inspection
        self._colouring = inspection.colouring
        self._turns = Turns(self)
        self._colouring.changed.connect(self._colour)
        inspection.shown.connect(self._on_shown)
        inspection.judged.connect(self._follow)
        self._follow()

    def set_shown(self, is_shown: bool) -> None:
        """Without the dock the colours stand for the dissimilarity: nobody else would follow."""
        if not is_shown:
            self._colouring.choose(DISSIMILARITY)

    @property
    def is_busy(self) -> bool:
        """Whether a layer still has the colours of before."""
        return self._turns.is_busy

    def _on_shown(self) -> None:
        if isalive(self):
            self._turns.stop()
            self._follow()

    def _follow(self) -> None:
        """Colour what was drawn anew; it was drawn with the colours of its dissimilarity."""
        if isalive(self) and self._colouring.value != DISSIMILARITY:
            self._colour()

    def _values(self) -> CellValues:
        """Return what is to be seen: the dissimilarity for as long as colours are compared."""
        is_there = is_at_hand(self._inspection, self._colouring.value)
        return cell_values(self._inspection, self._colouring.value if is_there else DISSIMILARITY)

    def _colour(self, _name: str = "") -> None:
        if not isalive(self) or self._inspection.findings is None:
            return
        try:
            found = self._values()
        except DinosarError as error:
            if self._colouring.value != DISSIMILARITY:
                self._inspection.told.emit(str(error))
                self._colouring.choose(DISSIMILARITY)
            return
        # the map and its scale first: napari takes longer over each shape of the two photos
        steps = [
            partial(_colour_map, self._viewer, found),
            *(partial(colour_cells, self._viewer, side, found) for side in "ab"),
            partial(renew_status, self._viewer),
        ]
        self._turns.begin(steps, found.values.size)


def _colour_map(viewer: Any, found: CellValues) -> None:
    layer = showing.find(viewer, "cell_map", None)
    if layer is None or layer.data.shape != found.values.shape:
        return
    _draw(layer, found)
    note_value(layer, found.name)
    name, suffix = _parted(str(layer.name))
    names = (MAP_NAME, *(_map_name(title) for title, _ in CELL_VALUES.values()))
    # a name that was given to it stays
    if name in names or name.startswith(f"{MAP_NAME}, layer "):
        layer.name = _map_name(found.title) + suffix


def _draw(layer: Any, found: CellValues) -> None:
    """Draw other values on the map, which stays where it is.

    They are written into its array: upon other data napari looks at all layers anew, which takes
    longer than the rest.
    """
    low, high = found.limits
    is_rescaled = tuple(layer.contrast_limits) != (low, high)
    if layer.data.flags.writeable and layer.data.dtype == np.float32:
        layer.data[...] = found.values
    else:
        layer.data = found.values.astype(np.float32)
    # each time that it gets limits napari draws the thumbnail, too
    layer.refresh(extent=False, thumbnail=not is_rescaled, highlight=False)
    if is_rescaled:
        with layer.events.blocker_all():
            layer.contrast_limits_range = (low, high)
            if tuple(layer.contrast_limits) != (low, high):
                layer.contrast_limits = (low, high)
        layer.events.contrast_limits_range()
        layer.events.contrast_limits()


def _parted(name: str) -> tuple[str, str]:
    """Return a name without what is added to it, and what says that its cells are outdated.

    napari adds a number to the second layer of a name.
    """
    suffix = SUFFIX if name.endswith(SUFFIX) else ""
    return re.sub(r" \[\d+\]$", "", name.removesuffix(suffix)), suffix


def _map_name(title: str) -> str:
    return f"Cell {title[0].lower()}{title[1:]}"

"""The colours of the cells in the window: on both photos and on the map, one meaning for all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.compat import isalive
from qtpy.QtCore import QObject

from napari_dinosar import palette, showing
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.recolouring import colour_shapes
from napari_dinosar.inspection.cell_values import (
    CELL_VALUES,
    DISSIMILARITY,
    CellValues,
    cell_values,
)
from napari_dinosar.layers import LAYER_KEY, LayerSpec, tag_of

if TYPE_CHECKING:
    from napari_dinosar.inspection.inspected import Inspection

MAP_NAME = "Cell dissimilarity"
SHOWS = "shows"
"""Entry of a layer's metadata that names what its colours stand for."""


class CellColours(QObject):
    """Colours the cells of a window by the value that was chosen.

    Another comparison, or a noise floor that is gone, may lack that value: the colours then stand
    for the dissimilarity again.

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
        self._colouring.changed.connect(self._colour)
        inspection.shown.connect(self._follow)
        inspection.judged.connect(self._follow)
        self._follow()

    def set_shown(self, is_shown: bool) -> None:
        """Without the dock the colours stand for the dissimilarity: nobody else would follow."""
        if not is_shown:
            self._colouring.choose(DISSIMILARITY)

    def _follow(self) -> None:
        """Colour what was drawn anew; it was drawn with the colours of its dissimilarity."""
        if isalive(self) and self._colouring.value != DISSIMILARITY:
            self._colour()

    def _colour(self, _name: str = "") -> None:
        if not isalive(self) or self._inspection.findings is None:
            return
        try:
            found = cell_values(self._inspection, self._colouring.value)
        except DinosarError as error:
            if self._colouring.value != DISSIMILARITY:
                self._inspection.told.emit(str(error))
                self._colouring.choose(DISSIMILARITY)
            return
        colours = palette.cell_colours(found.values.ravel())
        for side in "ab":
            layer = showing.find(self._viewer, "cells", side)
            if layer is not None and layer.nshapes == len(colours):
                colour_shapes(layer, "face_color", colours)
                _note(layer, found.name)
        cell_map = showing.find(self._viewer, "cell_map", None)
        if cell_map is not None and cell_map.data.shape == found.values.shape:
            _colour_map(self._viewer, cell_map, found)


def _colour_map(viewer: Any, layer: Any, found: CellValues) -> None:
    names = (MAP_NAME, *(_map_name(title) for title, _ in CELL_VALUES.values()))
    is_ours = layer.name in names or str(layer.name).startswith("Cell dissimilarity, layer ")
    tag = {key: value for key, value in tag_of(layer).items() if key not in ("role", "side")}
    values, kwargs = found.values.astype("float32"), {"contrast_limits": found.limits}
    spec = LayerSpec(layer.name, "image", "cell_map", None, values, kwargs, tag)
    showing.show(viewer, spec)
    _note(layer, found.name)
    # a name that was given to it stays
    if is_ours:
        layer.name = _map_name(found.title)


def _map_name(title: str) -> str:
    return f"Cell {title[0].lower()}{title[1:]}"


def _note(layer: Any, name: str) -> None:
    layer.metadata = {**layer.metadata, LAYER_KEY: {**tag_of(layer), SHOWS: name}}

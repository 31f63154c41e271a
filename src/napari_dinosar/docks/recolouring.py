"""Layers that are shown, in another colormap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_dinosar import palette, showing
from napari_dinosar.docks.inspect.hub import inspection_of
from napari_dinosar.inspection.cell_values import DISSIMILARITY, shown_values
from napari_dinosar.layers import LAYER_KEY, role_of, side_of, tag_of

if TYPE_CHECKING:
    from napari_dinosar.inspection.cell_values import CellValues

COLOUR_OF = {
    "cells": "cells",
    "cell_map": "cells",
    "correspondences": "correspondences",
    "attention": "attention",
    "layer_std": "layer_std",
    "probe_map": "probe_map",
}
"""What kind of value, as in `palette.COLORMAPS`, a role is coloured by."""
SHOWS = "shows"
"""Entry of a layer's metadata that names what its colours stand for."""


def recolour(viewer: Any, kind: str) -> None:
    """Draw the layers of a viewer that show a kind of value in the colormap of that kind.

    Parameters
    ----------
    viewer : napari.Viewer
        Whose layers.
    kind : str
        As in `palette.COLORMAPS`.
    """
    for layer in viewer.layers:
        role = role_of(layer)
        if COLOUR_OF.get(role or "") != kind or is_difference(layer):
            continue
        if role == "cells":
            colour_shapes(layer, "face_color", palette.cell_colours(_cell_values(viewer, layer)))
        elif role == "correspondences":
            similarity = layer.features["similarity"].to_numpy(float)
            colour_shapes(layer, "edge_color", palette.match_colours(similarity))
        else:
            layer.colormap = palette.COLORMAPS[kind]


def colour_shapes(layer: Any, name: str, colours: Any) -> None:
    """Give each shape its colour, and tell the canvas once: napari would draw all twice.

    Parameters
    ----------
    layer : napari.layers.Shapes
        The layer.
    name : str
        ``"face_color"`` or ``"edge_color"``.
    colours : array, (n, 4)
        Of its shapes.
    """
    with layer.events.blocker_all(), layer.block_thumbnail_update():
        setattr(layer, name, colours)
    layer.events.emitters[name]()


def colour_cells(viewer: Any, side: str, found: CellValues) -> None:
    """Colour the cells of a photo by a value, and note in their layer which one it is.

    Parameters
    ----------
    viewer : napari.Viewer
        Where the layer is.
    side : {"a", "b"}
        The photo.
    found : CellValues
        A value for each cell; a layer that has not as many is left alone.
    """
    layer = showing.find(viewer, "cells", side)
    if layer is not None and layer.nshapes == found.values.size:
        colour_shapes(layer, "face_color", palette.cell_colours(found.values.ravel()))
        note_value(layer, found.name)


def keep_colours(viewer: Any, side: str) -> None:
    """Colour cells that were drawn anew, by their dissimilarity, by what was chosen before."""
    inspection = inspection_of(viewer)
    if inspection.findings is not None and inspection.colouring.value != DISSIMILARITY:
        colour_cells(viewer, side, shown_values(inspection))


def note_value(layer: Any, name: str) -> None:
    """Note in a layer's metadata what its colours stand for."""
    layer.metadata = {**layer.metadata, LAYER_KEY: {**tag_of(layer), SHOWS: name}}


def is_difference(layer: Any) -> bool:
    """Tell whether a layer shows a difference, whose colours say which way it goes."""
    return role_of(layer) == "probe_map" and side_of(layer) is None


def _cell_values(viewer: Any, layer: Any) -> Any:
    """Return what the colours of cells stand for: those of a run that nobody looks at, their own.

    A layer that is not of the run that is shown has its dissimilarities only.
    """
    inspection = inspection_of(viewer)
    cells = None if inspection.findings is None else inspection.findings.cells
    if cells is None or cells.used.size != layer.nshapes:
        return layer.features["dissimilarity"].to_numpy(float)
    return shown_values(inspection).values.ravel()

"""Layers that are shown, in another colormap."""

from __future__ import annotations

from typing import Any

from napari_dinosar import palette
from napari_dinosar.docks.inspect.hub import inspection_of
from napari_dinosar.inspection.cell_values import shown_values
from napari_dinosar.layers import role_of, side_of

COLOUR_OF = {
    "cells": "cells",
    "cell_map": "cells",
    "correspondences": "correspondences",
    "attention": "attention",
    "layer_std": "layer_std",
    "probe_map": "probe_map",
}
"""What kind of value, as in `palette.COLORMAPS`, a role is coloured by."""


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

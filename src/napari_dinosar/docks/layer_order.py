"""The order of layers once results came: landmarks on top, and A's cells to be pointed at."""

from __future__ import annotations

from typing import Any

from napari_dinosar.docks import pairing
from napari_dinosar.layers import role_of, side_of


def raise_landmarks(layers: Any) -> None:
    """Put landmarks above the cells and lines that were added over them.

    Parameters
    ----------
    layers : LayerList
        All layers of a viewer.
    """
    top = max((i for i, layer in enumerate(layers) if pairing.is_result(layer)), default=0)
    for layer in list(layers)[:top]:
        if role_of(layer) == "landmarks":
            layers.move(layers.index(layer), len(layers))


def select_cells(layers: Any) -> None:
    """Make A's cells the active layer: the pointer then tells a cell's values and reason.

    Parameters
    ----------
    layers : LayerList
        All layers of a viewer.
    """
    for layer in layers:
        if role_of(layer) == "cells" and side_of(layer) == "a":
            layers.selection.active = layer

"""Cells that landmarks have left: their layers say that they are outdated, until they are not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from napari_dinosar.docks.live_rebuild import CELL_ROLES
from napari_dinosar.layers import LAYER_KEY, role_of, tag_of

OUTDATED = "outdated"
"""Key of the tag of a layer whose landmarks were moved since."""
SUFFIX = " (outdated)"


def mark_cells(layers: Iterable[Any], is_outdated: bool) -> None:
    """Let the layers of cells say by their names and tags whether they are outdated.

    Parameters
    ----------
    layers : iterable of Layer
        All layers of the viewer.
    is_outdated : bool
        Whether landmarks were moved since the cells were found.
    """
    for layer in layers:
        is_marked = layer.name.endswith(SUFFIX)
        if role_of(layer) not in CELL_ROLES or is_marked == is_outdated:
            continue
        tag = {key: value for key, value in tag_of(layer).items() if key != OUTDATED}
        if is_outdated:
            tag[OUTDATED] = True
        layer.metadata = {**layer.metadata, LAYER_KEY: tag}
        layer.name = layer.name + SUFFIX if is_outdated else layer.name.removesuffix(SUFFIX)

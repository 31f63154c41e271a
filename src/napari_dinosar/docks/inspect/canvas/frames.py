"""Where photos and the cell map lie in the world, and where our layers go among the others."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar import showing
from napari_dinosar.layers import LayerSpec, frame_of, role_of
from napari_dinosar.result_layers import PREVIEW

Frame = NDArray[np.float64]

MARKED = frozenset({"photo", "cells", "cell_map", "correspondences", "tps_grid"})
"""Roles of layers that marks of a closer look lie on; landmarks and selections lie on those."""


def frame(viewer: Any, side: str) -> Frame | None:
    """Return the map of a photo's pixels to the world, (3, 3), y before x; None without any.

    Parameters
    ----------
    viewer : napari.Viewer
        Whose layers.
    side : str
        ``"a"`` or ``"b"``.
    """
    cells = cells_frame(viewer, side)
    if cells is not None:
        return cells
    photo = showing.find(viewer, "photo", side)
    if photo is not None:
        return frame_of(photo)
    preview = showing.find(viewer, PREVIEW, side)
    # the preview is as large as the photo by its scale; where the photo lies is its affine
    return None if preview is None else np.array(preview.affine.affine_matrix, dtype=float)


def map_frame(viewer: Any) -> Frame | None:
    """Return the map of the cell map's (row, column) to the world; None without a map."""
    layer = showing.find(viewer, "cell_map", None)
    return None if layer is None else frame_of(layer)


def cells_frame(viewer: Any, side: str | None) -> Frame | None:
    """Return the frame of the cells on a photo, or of their map; None where that is not shown."""
    if side is None:
        return map_frame(viewer)
    layer = showing.find(viewer, "cells", side)
    return None if layer is None else np.array(layer.affine.affine_matrix, dtype=float)[-3:, -3:]


def place_in(frame_yx: Frame, position: Any) -> tuple[float, float]:
    """Return x and y in the pixels of a frame, of a place in the world, y before x."""
    y, x = np.asarray(position, dtype=float)[-2:]
    found = np.linalg.solve(frame_yx, (y, x, 1.0))
    return float(found[1] / found[2]), float(found[0] / found[2])


def lay_over(viewer: Any, spec: LayerSpec, under: Container[str], made: Any = None) -> Any:
    """Show a layer above the uppermost of some roles; what was active stays active.

    One that is there already stays where it is.

    Parameters
    ----------
    viewer : napari.Viewer
        Where it goes.
    spec : LayerSpec
        What it is.
    under : container of str
        Roles of the layers that it lies on.
    made : Layer, optional
        The layer of the spec, where it was made beforehand; it is used up.

    Returns
    -------
    napari.layers.Layer
        What is shown: a new one, or that which was there, with the data of the spec.
    """
    layers = viewer.layers
    active = layers.selection.active
    is_new = showing.find(viewer, spec.role, spec.side) is None
    layer = showing.show(viewer, spec, made)
    if is_new:
        below = [index for index, one in enumerate(layers) if role_of(one) in under]
        layers.move(layers.index(layer), max(below, default=-1) + 1)
        layers.selection.active = active
    return layer


def add_quietly(viewer: Any, spec: LayerSpec) -> Any:
    """Show a layer below all landmarks; what was active stays active.

    Parameters
    ----------
    viewer : napari.Viewer
        Where it goes.
    spec : LayerSpec
        What it is.
    """
    layers = viewer.layers
    active = layers.selection.active
    layer = showing.show(viewer, spec)
    marks = [index for index, one in enumerate(layers) if role_of(one) == "landmarks"]
    if marks and min(marks) < layers.index(layer):
        layers.move(layers.index(layer), min(marks))
    # plugins get each layer in another proxy, which is equal to the layer, and not the same
    if layers.selection.active != active:
        layers.selection.active = active
    return layer


def bring_into_view(viewer: Any, position: Any) -> None:
    """Centre the camera on a place of the world, y before x, where the window does not show it."""
    camera, size = viewer.scene.camera, np.asarray(viewer.canvas.size, dtype=float)
    middle = np.asarray(position, dtype=float)[-2:]
    if (np.abs(middle - np.asarray(camera.center)[-2:]) > size / camera.zoom / 2).any():
        camera.center = (*tuple(camera.center)[:-2], *middle)

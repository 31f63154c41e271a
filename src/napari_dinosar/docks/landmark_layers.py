"""Landmarks that are shown on a photo; those that someone may have edited are set aside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar import showing
from napari_dinosar.layers import LAYER_KEY, landmarks_spec, role_of, tag_of

if TYPE_CHECKING:
    from napari.layers import Layer, Points

    from napari_dinosar.core.landmarks import Landmarks


def show(
    viewer: Any,
    landmarks: Landmarks | None,
    side: str,
    frame: NDArray[np.float64],
    of_photo: Mapping[str, Any],
) -> Points | None:
    """Show the landmarks of a side, in place of earlier ones.

    Parameters
    ----------
    viewer : napari.Viewer
        Where the layer goes.
    landmarks : Landmarks or None
        In photo pixels; None where the side has none.
    side : str
        ``"a"`` or ``"b"``.
    frame : array, (3, 3)
        The photo's map to the world.
    of_photo : mapping
        What identifies the photo.
    """
    earlier = showing.find(viewer, "landmarks", side)
    spec = None if landmarks is None else landmarks_spec(landmarks, side, frame, of_photo)
    if earlier is not None and (spec is None or not _are_at(earlier, spec.data)):
        set_aside(earlier, side)
    return None if spec is None else showing.show(viewer, spec)


def _are_at(layer: Points, data: NDArray[np.float64]) -> bool:
    return bool(layer.data.shape == data.shape and np.allclose(layer.data, data))


def set_aside(layer: Layer, side: str) -> None:
    """Keep a side's earlier landmarks, or its earlier photo, out of the way."""
    layer.metadata = {**layer.metadata, LAYER_KEY: {**tag_of(layer), "side": None}}
    layer.name = f"earlier {role_of(layer)} of {tag_of(layer).get('photo', side.upper())}"
    layer.visible = False

"""The photos of a run that was opened again, or their previews, where its results lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar import showing
from napari_dinosar.docks import pairing
from napari_dinosar.layers import LAYER_KEY, LayerSpec, beside, side_of, tag_of
from napari_dinosar.result_layers import PREVIEW, preview_spec

if TYPE_CHECKING:
    from napari_dinosar.findings import Findings, Side

Frame = NDArray[np.float64]


def frames_of(findings: Findings) -> tuple[Frame, Frame]:
    """Return where the two photos of a run are placed in the world, (3, 3) each: side by side."""
    frame_b = np.eye(3)
    frame_b[1, 2] = beside(findings.a.size_xy[0])
    return np.eye(3), frame_b


def show_photo(viewer: Any, spec: LayerSpec, frame: Frame) -> Any:
    """Show a photo of a run below its results, however the layer of its side lay before."""
    layer = showing.show(viewer, spec)
    layer.name = spec.name
    for name, value in (("scale", (1, 1)), ("rotate", 0), ("shear", [0]), ("translate", (0, 0))):
        setattr(layer, name, value)
    layer.affine = frame
    layer.visible = True
    _sink(viewer, layer)
    return layer


def show_preview(viewer: Any, specimen: Side, side: str, frame: Frame) -> Any:
    """Show the small copy of a photo that the run keeps, as large as the photo."""
    spec = preview_spec(specimen, side, frame)
    layer = showing.show(viewer, spec)
    layer.name = spec.name
    _sink(viewer, layer)
    return layer


def remove_preview(viewer: Any, side: str) -> None:
    """Take the preview of a side away."""
    layer = showing.find(viewer, PREVIEW, side)
    if layer is not None:
        viewer.layers.remove(layer)


def put_aside(viewer: Any, side: str) -> None:
    """Let the photo of an earlier pair stand for a side no more, and hide it."""
    layer = showing.find(viewer, "photo", side)
    if layer is not None:
        layer.metadata = {**layer.metadata, LAYER_KEY: {**tag_of(layer), "side": None}}
        layer.visible = False


def hide_others(viewer: Any) -> None:
    """Hide photos that are of no side: they would lie under the run's."""
    for layer in viewer.layers:
        if pairing.can_be_photo(layer) and side_of(layer) is None:
            layer.visible = False


def _sink(viewer: Any, layer: Any) -> None:
    """Move a layer below all others."""
    viewer.layers.move(viewer.layers.index(layer), 0)

"""The small copy of a photo that a run keeps, shown where the photo itself is not at hand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.findings import Side
from napari_dinosar.layers import AXES, LayerSpec

PREVIEW = "preview"
"""Role of the layer; it is no photo, and is never compared."""


def preview_spec(specimen: Side, side: str, frame: NDArray[np.float64]) -> LayerSpec:
    """Describe the preview of a photo, drawn as large as the photo.

    Parameters
    ----------
    specimen : Side
        Whose preview.
    side : str
        ``"a"`` or ``"b"``.
    frame : array, (3, 3)
        The map of the photo's pixels to the world.
    """
    rows, cols = specimen.preview.shape[:2]
    step = np.array([specimen.size_xy[1] / rows, specimen.size_xy[0] / cols])
    kwargs = {"rgb": True, "scale": step, "translate": (step - 1) / 2, "affine": frame, **AXES}
    tag = {"photo": specimen.name, "sha256": specimen.sha256}
    name = f"{side.upper()}: preview of {specimen.name}"
    return LayerSpec(name, "image", PREVIEW, side, specimen.preview, kwargs, tag)

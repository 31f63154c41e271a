"""What a comparison found as layer specs: masks, attention, cells, cell map, correspondences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar import palette
from napari_dinosar.layers import AXES, GAP, LayerSpec, pixel_digest

if TYPE_CHECKING:
    from napari_dinosar.comparison import Comparison
    from napari_dinosar.specimen import Specimen


def comparison_specs(
    comparison: Comparison, frame_a: NDArray[np.float64], frame_b: NDArray[np.float64]
) -> list[LayerSpec]:
    """Describe everything that a comparison found as layers, from the bottom to the top.

    Parameters
    ----------
    comparison : Comparison
        What was found.
    frame_a, frame_b : array, (3, 3)
        Each photo's map to the world, as `frame_of` gives it.
    """
    frames = {"a": frame_a, "b": frame_b}
    specimens = {"a": comparison.a, "b": comparison.b}
    has_cells = comparison.homology is not None and bool(len(comparison.cells))
    specs = []
    for side, specimen in specimens.items():
        specs.append(_mask_spec(specimen, side, frames[side], comparison))
    for side, specimen in specimens.items():
        attention = specimen.attention
        if attention is not None:
            specs.append(_attention_spec(specimen, attention, side, frames[side], comparison))
    if has_cells:
        specs.append(_cell_map_spec(comparison, frame_a, frame_b))
        specs += [_cells_spec(comparison, side, frames[side]) for side in "ab"]
    if len(comparison.matches):
        specs.append(_correspondence_spec(comparison, frame_a, frame_b, visible=not has_cells))
    return specs


def _origin(comparison: Comparison, **more: Any) -> dict[str, Any]:
    return {"backbone": comparison.backbone["name"], "created": comparison.created, **more}


def _mask_spec(
    specimen: Specimen, side: str, frame: NDArray[np.float64], comparison: Comparison
) -> LayerSpec:
    kwargs = {"opacity": 0.35, "visible": False, "affine": frame, **AXES}
    kwargs["colormap"] = {0: "transparent", 1: palette.MASK, None: "transparent"}
    labels = specimen.foreground.mask.astype(np.uint8)
    origin = _origin(
        comparison,
        photo=specimen.name,
        mode=specimen.foreground.mode,
        pixels=pixel_digest(labels),
    )
    return LayerSpec(f"{side.upper()} mask", "labels", "mask", side, labels, kwargs, origin)


def _attention_spec(
    specimen: Specimen,
    attention: NDArray[np.float32],
    side: str,
    frame: NDArray[np.float64],
    comparison: Comparison,
) -> LayerSpec:
    patch = specimen.side.patch_size
    to_photo = specimen.canvas.map.to_photo
    first_xy = to_photo(np.array([(patch - 1) / 2, (patch - 1) / 2]))
    step_xy = to_photo(np.array([(3 * patch - 1) / 2, (3 * patch - 1) / 2])) - first_xy
    kwargs = {
        "colormap": "inferno",
        "blending": "translucent",
        "opacity": 0.55,
        "interpolation2d": "nearest",
        "contrast_limits": palette.limits(attention[specimen.patches.valid], 2, 98),
        "scale": step_xy[::-1],
        "translate": first_xy[::-1],
        "affine": frame,
        "visible": False,
        **AXES,
    }
    layer = specimen.encoding.attention_layers[0]
    origin = _origin(comparison, photo=specimen.name, attention_layer=layer)
    return LayerSpec(
        f"{side.upper()} attention", "image", "attention", side, attention, kwargs, origin
    )


def _cells_spec(comparison: Comparison, side: str, frame: NDArray[np.float64]) -> LayerSpec:
    cells = comparison.cells
    corners = [cells[[f"y{k}_{side}", f"x{k}_{side}"]].to_numpy(float) for k in range(1, 5)]
    kwargs = {
        "shape_type": "polygon",
        "features": cells,
        "face_color": palette.cell_colours(cells["dissimilarity"].to_numpy(float)),
        "edge_color": palette.CELL_EDGE,
        "edge_width": 0,
        "opacity": 0.6,
        "affine": frame,
        **AXES,
    }
    return LayerSpec(
        f"{side.upper()} cells", "shapes", "cells", side,
        list(np.stack(corners, axis=1)), kwargs, _origin(comparison),
    )  # fmt: skip


def _cell_map_spec(
    comparison: Comparison, frame_a: NDArray[np.float64], frame_b: NDArray[np.float64]
) -> LayerSpec:
    """Lay the consensus grid under the pair, as wide as A's photo, in the middle."""
    assert comparison.homology is not None
    values = comparison.homology.dissimilarity.astype(np.float32)
    box_a, box_b = _world_box(comparison.a, frame_a), _world_box(comparison.b, frame_b)
    top, left = np.maximum(box_a[1], box_b[1])[0], min(box_a[0][1], box_b[0][1])
    right, height = max(box_a[1][1], box_b[1][1]), box_a[1][0] - box_a[0][0]
    ratio = comparison.homology.grid.cell_xy[1] / comparison.homology.grid.cell_xy[0]
    rows, cols = values.shape
    cell = min((box_a[1][1] - box_a[0][1]) / cols, height / (rows * ratio))
    kwargs = {
        "colormap": palette.CELL_COLORMAP,
        "contrast_limits": palette.limits(values),
        "interpolation2d": "nearest",
        "scale": (cell * ratio, cell),
        "translate": (
            top + GAP * height + cell * ratio / 2,
            (left + right - cols * cell + cell) / 2,
        ),
        **AXES,
    }
    return LayerSpec(
        "Cell dissimilarity", "image", "cell_map", None, values, kwargs, _origin(comparison)
    )


def _world_box(specimen: Specimen, frame: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the world box of a photo, ((top, left), (bottom, right))."""
    height, width = specimen.photo.rgb.shape[:2]
    corners = np.array([(0, 0), (0, width), (height, 0), (height, width)], dtype=float) - 0.5
    world = corners @ frame[:2, :2].T + frame[:2, 2]
    return np.stack([world.min(axis=0), world.max(axis=0)])


def _correspondence_spec(
    comparison: Comparison,
    frame_a: NDArray[np.float64],
    frame_b: NDArray[np.float64],
    visible: bool,
) -> LayerSpec:
    """Draw each match as a line in A's pixels; B's end is carried there through the world."""
    matches = comparison.matches
    ends_a = matches[["y_a", "x_a"]].to_numpy(float)
    b_to_a = np.linalg.inv(frame_a) @ frame_b
    ends_b = matches[["y_b", "x_b"]].to_numpy(float) @ b_to_a[:2, :2].T + b_to_a[:2, 2]
    height = comparison.a.photo.rgb.shape[0]
    kwargs = {
        "shape_type": "line",
        "features": matches,
        "edge_color": palette.match_colours(matches["similarity"].to_numpy(float)),
        "edge_width": max(1.0, height / 180),
        "opacity": 0.8,
        "affine": frame_a,
        "visible": visible,
        **AXES,
    }
    return LayerSpec(
        "Correspondences", "shapes", "correspondences", None,
        list(np.stack([ends_a, ends_b], axis=1)), kwargs, _origin(comparison),
    )  # fmt: skip

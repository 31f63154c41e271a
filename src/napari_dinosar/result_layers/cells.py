"""Layers of homologous cells: on both photos, as a map, and the splines' deformation grids."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_dinosar import palette
from napari_dinosar.core.deformation import deformation_grid
from napari_dinosar.findings import Findings, Side
from napari_dinosar.layers import AXES, GAP, LayerSpec
from napari_dinosar.result_layers.origin import origin

Floats = NDArray[np.float64]

GRID_LINE_SHARE = 1 / 240
"""Width of a grid line, of the photo's longer side: with the pair in the window it has a pixel of
the screen, and a thinner one would have gaps."""


def cells_spec(findings: Findings, side: str, frame: Floats) -> LayerSpec:
    """Describe the cells on one photo, coloured by their dissimilarity."""
    cells = findings.tables["cells"]
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
    tag = origin(findings, side, grid_shape=_grid_shape(findings))
    return LayerSpec(
        f"{side.upper()} cells", "shapes", "cells", side,
        list(np.stack(corners, axis=1)), kwargs, tag,
    )  # fmt: skip


def cell_map_spec(findings: Findings, frame_a: Floats, frame_b: Floats) -> LayerSpec:
    """Lay the consensus grid under the pair, as wide as A's photo, in the middle."""
    assert findings.cells is not None
    values = findings.cells.dissimilarity.astype(np.float32)
    box_a, box_b = _world_box(findings.a, frame_a), _world_box(findings.b, frame_b)
    top, left = np.maximum(box_a[1], box_b[1])[0], min(box_a[0][1], box_b[0][1])
    right, height = max(box_a[1][1], box_b[1][1]), box_a[1][0] - box_a[0][0]
    ratio = findings.cells.cell_xy[1] / findings.cells.cell_xy[0]
    rows, cols = values.shape
    cell = min((box_a[1][1] - box_a[0][1]) / cols, height / (rows * ratio))
    kwargs = {
        "colormap": palette.COLORMAPS["cells"],
        "contrast_limits": palette.limits(values),
        "interpolation2d": "nearest",
        "scale": (cell * ratio, cell),
        "translate": (
            top + GAP * height + cell * ratio / 2,
            (left + right - cols * cell + cell) / 2,
        ),
        **AXES,
    }
    tag = origin(findings, grid_shape=_grid_shape(findings), cell_px=_cell_px(findings))
    return LayerSpec("Cell dissimilarity", "image", "cell_map", None, values, kwargs, tag)


def tps_grid_spec(findings: Findings, side: str, frame: Floats) -> LayerSpec | None:
    """Describe the square grid of the other specimen as its landmarks' spline bends it here."""
    here, there = (findings.side(letter) for letter in (side, "ab".replace(side, "")))
    ends = [_common_xy(findings, specimen) for specimen in (there, here)]
    if any(xy is None for xy in ends):
        return None
    there_xy, here_xy = (np.asarray(xy) for xy in ends)
    lines = [line[:, ::-1] for line in deformation_grid(there_xy, here_xy)]
    # paths, not vectors: napari's writer of many layers into a folder knows no vectors
    kwargs = {
        "shape_type": "path",
        "edge_color": palette.GRID_LINE,
        "edge_width": max(0.6, max(here.size_xy) * GRID_LINE_SHARE),
        "opacity": 0.9,
        "affine": frame,
        "visible": False,
        **AXES,
    }
    other = "A" if side == "b" else "B"
    return LayerSpec(
        f"{other} to {side.upper()} grid", "shapes", "tps_grid", side, lines, kwargs,
        origin(findings, side),
    )  # fmt: skip


def _common_xy(findings: Findings, specimen: Side) -> Floats | None:
    assert findings.cells is not None
    xy = specimen.landmarks_xy(findings.cells.names)
    return xy if xy is not None and np.isfinite(xy).all() else None


def _grid_shape(findings: Findings) -> list[int]:
    assert findings.cells is not None
    return [int(count) for count in findings.cells.shape]


def _cell_px(findings: Findings) -> list[float]:
    assert findings.cells is not None
    return [float(size) for size in findings.cells.cell_xy]


def _world_box(specimen: Side, frame: Floats) -> Floats:
    """Return the world box of a photo, ((top, left), (bottom, right))."""
    width, height = specimen.size_xy
    corners = np.array([(0, 0), (0, width), (height, 0), (height, width)], dtype=float) - 0.5
    world = corners @ frame[:2, :2].T + frame[:2, 2]
    return np.stack([world.min(axis=0), world.max(axis=0)])

"""Layers that hatch the cells under their noise floor: on both photos, and on the map of cells."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_dinosar import palette
from napari_dinosar.core.hatching import hatching
from napari_dinosar.findings import Findings
from napari_dinosar.inspection.noise_result import NoiseFloor
from napari_dinosar.layers import AXES, LayerSpec
from napari_dinosar.result_layers.origin import origin

Floats = NDArray[np.float64]

LINE_SHARE = 1 / 300
"""Width of a light line, of the longer side of what is hatched."""
CELL_SHARE = 0.08
"""It never takes more of a cell than this."""
SHADOW = 2.0
"""Width of the dark line under it, in its own widths."""
SPARSE = 150
"""With fewer cells each is hatched with two lines, else with its diagonal alone."""


def noise_spec(findings: Findings, noise: NoiseFloor, side: str, frame: Floats) -> LayerSpec | None:
    """Describe the hatching of the cells under their floor on one photo; None without any.

    Parameters
    ----------
    findings : Findings
        What was found.
    noise : NoiseFloor
        Its noise floor.
    side : str
        ``"a"`` or ``"b"``.
    frame : array, (3, 3)
        The photo's map to the world.
    """
    cells = findings.cells
    assert cells is not None
    nodes_xy = cells.nodes_a_xy if side == "a" else cells.nodes_b_xy
    longer = float(max(findings.side(side).size_xy))
    name, tag = f"{side.upper()} noise", origin(findings, side, draws=noise.draws, seed=noise.seed)
    return _spec(name, side, nodes_xy, noise.is_noise, longer, frame, tag)


def noise_map_spec(findings: Findings, noise: NoiseFloor, frame: Floats) -> LayerSpec | None:
    """Describe the hatching on the map of cells, in the pixels of that map; None without any.

    Parameters
    ----------
    findings, noise
        As for `noise_spec`.
    frame : array, (3, 3)
        The map's way to the world.
    """
    rows, cols = noise.is_noise.shape
    nodes_yx = np.mgrid[: rows + 1, : cols + 1] - 0.5
    nodes_xy = np.moveaxis(nodes_yx[::-1], 0, -1)
    tag = origin(findings, draws=noise.draws, seed=noise.seed)
    longer = float(max(rows, cols))
    return _spec("Cell map noise", None, nodes_xy, noise.is_noise, longer, frame, tag)


def _spec(
    name: str,
    side: str | None,
    nodes_xy: Floats,
    mask: NDArray[np.bool_],
    longer: float,
    frame: Floats,
    tag: dict[str, object],
) -> LayerSpec | None:
    lines = [path[:, ::-1] for path in hatching(nodes_xy, mask, 2 if mask.size < SPARSE else 1)]
    if not lines:
        return None
    width = min(longer * LINE_SHARE, CELL_SHARE * _cell_size(nodes_xy))
    count = len(lines)
    kwargs = {
        "shape_type": "path",
        # light on dark cells and dark beside light ones, it is seen on both
        "edge_color": np.repeat([palette.WIRE_SHADOW, palette.WIRE], count, axis=0),
        # a list: napari takes an array for the one width of all shapes
        "edge_width": [width * SHADOW] * count + [width] * count,
        "opacity": 0.9,
        "affine": frame,
        **AXES,
    }
    return LayerSpec(name, "shapes", "noise", side, [*lines, *lines], kwargs, tag)


def _cell_size(nodes_xy: Floats) -> float:
    """Return the usual length of a cell's side."""
    sides = [np.linalg.norm(np.diff(nodes_xy, axis=axis), axis=-1).ravel() for axis in (0, 1)]
    return float(np.nanmedian(np.concatenate(sides)))

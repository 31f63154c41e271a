"""Layers of lines over cells, on a photo or on the map: coloured ones on wider dark ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar import palette
from napari_dinosar.findings import CellGrid, Findings
from napari_dinosar.layers import AXES, LayerSpec

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LineStyle:
    """How the lines of a layer look, whatever the size of photo and cells.

    Attributes
    ----------
    colour : tuple of float
        Red, green, blue and alpha.
    share : float
        Width of a line, of the longer side of the photo or of the map.
    cell_share : float
        It never takes more of a cell than this.
    shadow : float
        Width of the dark line under it, in its own widths.
    opacity : float
        Of the layer.
    """

    colour: tuple[float, float, float, float]
    share: float
    cell_share: float
    shadow: float
    opacity: float


def nodes_xy(cells: CellGrid, side: str | None) -> Floats:
    """Return the corners of the cells on a photo or on the map, (rows + 1, cols + 1, 2)."""
    if side is not None:
        nodes: Floats = cells.nodes_a_xy if side == "a" else cells.nodes_b_xy
        return nodes
    rows, cols = cells.shape
    y, x = np.mgrid[: rows + 1, : cols + 1] - 0.5
    return np.stack([x, y], axis=-1)


def cell_lines_spec(
    findings: Findings,
    role: str,
    side: str | None,
    lines_xy: Sequence[Floats],
    style: LineStyle,
    frame: Floats,
    tag: dict[str, Any],
) -> LayerSpec | None:
    """Describe lines over cells; None without any.

    Parameters
    ----------
    findings : Findings
        What was found, with cells.
    role : str
        ``"noise"`` or ``"flagged"``.
    side : {"a", "b"} or None
        The photo; None for the map of cells, in the pixels of that map.
    lines_xy : sequence of array, (n, 2)
        Points of each.
    style : LineStyle
        How they look.
    frame : array, (3, 3)
        Map to the world of the photo, or of the map of cells.
    tag : dict
        Where they are from: the layer's metadata.
    """
    cells = findings.cells
    assert cells is not None
    if not lines_xy:
        return None
    longer = float(max(cells.shape if side is None else findings.side(side).size_xy))
    width = min(longer * style.share, style.cell_share * _cell_size(nodes_xy(cells, side)))
    count, paths = len(lines_xy), [line[:, ::-1] for line in lines_xy]
    kwargs = {
        "shape_type": "path",
        # light on dark cells and dark beside light ones, it is seen on both
        "edge_color": np.repeat([palette.WIRE_SHADOW, style.colour], count, axis=0),
        # a list: napari takes an array for the one width of all shapes
        "edge_width": [width * style.shadow] * count + [width] * count,
        "opacity": style.opacity,
        "affine": frame,
        **AXES,
    }
    name = f"{'Cell map' if side is None else side.upper()} {role}"
    return LayerSpec(name, "shapes", role, side, [*paths, *paths], kwargs, tag)


def _cell_size(nodes: Floats) -> float:
    """Return the usual length of a cell's side."""
    sides = [np.linalg.norm(np.diff(nodes, axis=axis), axis=-1).ravel() for axis in (0, 1)]
    return float(np.nanmedian(np.concatenate(sides)))

"""Layers of what a person left out: cells crossed out, and regions of the two photos."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar import palette
from napari_dinosar.findings import Findings
from napari_dinosar.findings.flags import FlaggedRegion, Remark
from napari_dinosar.layers import AXES, LayerSpec
from napari_dinosar.result_layers.origin import origin

Floats = NDArray[np.float64]

FLAG = "#CC79A7"
"""Okabe and Ito's reddish purple: no value of a map has it, and no landmark text."""
REGION_FILL = (0.0, 0.0, 0.0, 0.35)
LINE_SHARE = 1 / 420
"""Width of a line, of the longer side of the photo."""
CELL_SHARE = 0.11
"""It never takes more of a cell than this."""
SHADOW = 2.2
"""Width of the dark line under it, in its own widths."""
POINTED_OUT = 2.5
"""Width of the outline of a region that is pointed out, in that of others."""
REMARKS = ("reason", "note", "author", "date")
"""Features of a region."""


def flagged_spec(
    findings: Findings, left_out: NDArray[np.bool_], side: str | None, frame: Floats
) -> LayerSpec | None:
    """Describe crosses over the cells that are left out; None without any.

    Crosses of neighbours share their lines, so that thousands of cells are few shapes.

    Parameters
    ----------
    findings : Findings
        What was found, with cells.
    left_out : array of bool, (rows, cols)
        The cells.
    side : {"a", "b"} or None
        The photo; None for the map of cells, in the pixels of that map.
    frame : array, (3, 3)
        Map to the world of the photo, or of the map of cells.
    """
    cells = findings.cells
    assert cells is not None
    if side is None:
        rows, cols = cells.shape
        nodes_xy = np.moveaxis((np.mgrid[: rows + 1, : cols + 1] - 0.5)[::-1], 0, -1)
        longer = float(max(rows, cols))
    else:
        nodes_xy = cells.nodes_a_xy if side == "a" else cells.nodes_b_xy
        longer = float(max(findings.side(side).size_xy))
    lines = _diagonals(nodes_xy, left_out) + _diagonals(nodes_xy[:, ::-1], left_out[:, ::-1])
    if not lines:
        return None
    count, width = len(lines), min(longer * LINE_SHARE, CELL_SHARE * _cell_size(nodes_xy))
    paths = [line[:, ::-1] for line in lines]
    kwargs = {
        "shape_type": "path",
        # light on dark cells and dark beside light ones, it is seen on both
        "edge_color": np.repeat([palette.WIRE_SHADOW, (*palette.rgb(FLAG), 1.0)], count, axis=0),
        "edge_width": [width * SHADOW] * count + [width] * count,
        "affine": frame,
        **AXES,
    }
    name = "Cell map flagged" if side is None else f"{side.upper()} flagged"
    tag = origin(findings, side, n_cells=int(left_out.sum()))
    return LayerSpec(name, "shapes", "flagged", side, [*paths, *paths], kwargs, tag)


def excluded_spec(
    findings: Findings,
    regions: Sequence[FlaggedRegion],
    side: str,
    frame: Floats,
    pointed_out: Collection[int] = (),
) -> LayerSpec:
    """Describe the regions of a photo that are left out, as polygons to be drawn and changed.

    Parameters
    ----------
    findings : Findings
        What was found.
    regions : sequence of FlaggedRegion
        Those of the photo.
    side : {"a", "b"}
        The photo.
    frame : array, (3, 3)
        Its map to the world.
    pointed_out : collection of int
        Which of them have a broad outline.
    """
    import pandas as pd

    rows = [remark_features(region.remark) for region in regions]
    widths = [outline_px(findings, side) * (POINTED_OUT if i in pointed_out else 1)
              for i in range(len(regions))]  # fmt: skip
    kwargs: dict[str, Any] = {
        "shape_type": "polygon",
        "features": pd.DataFrame(rows, columns=list(REMARKS), dtype=object),
        # one colour for each shape, or napari keeps those of the shapes before
        "face_color": np.tile(REGION_FILL, (len(regions), 1)) if regions else "black",
        "edge_color": np.tile((*palette.rgb(FLAG), 1.0), (len(regions), 1)) if regions else FLAG,
        "edge_width": widths,
        "opacity": 0.9,
        "affine": frame,
        **AXES,
    }
    polygons = [region.corners_xy[:, ::-1] for region in regions]
    name = f"{side.upper()} excluded regions"
    return LayerSpec(name, "shapes", "excluded", side, polygons, kwargs, origin(findings, side))


def remark_features(remark: Remark) -> dict[str, str]:
    """Return a remark as the features of a region; what is not known is empty."""
    return {name: getattr(remark, name) or "" for name in REMARKS}


def outline_px(findings: Findings, side: str) -> float:
    """Return the width of a region's outline, in pixels of its photo."""
    return max(1.0, max(findings.side(side).size_xy) * LINE_SHARE)


def _diagonals(nodes_xy: Floats, marked: NDArray[np.bool_]) -> list[Floats]:
    """Return a line from the first corner of each marked cell to its last, through neighbours.

    Those of cells that meet at a corner are one line; a cell with a corner that is not finite has
    none.
    """
    is_there: NDArray[np.bool_] = np.asarray(np.isfinite(nodes_xy).all(axis=-1))
    row, col = np.nonzero(marked & is_there[:-1, :-1] & is_there[1:, 1:])
    if not len(row):
        return []
    order = np.lexsort((row, col - row))
    row, col = row[order], col[order]
    goes_on = (np.diff(row) == 1) & (np.diff(col) == 1)
    chains = np.split(np.arange(len(row)), np.flatnonzero(~goes_on) + 1)
    ends = [np.append(chain, chain[-1]) for chain in chains]
    step = [np.append(np.zeros(len(chain), int), 1) for chain in chains]
    return [nodes_xy[row[k] + s, col[k] + s] for k, s in zip(ends, step, strict=True)]


def _cell_size(nodes_xy: Floats) -> float:
    """Return the usual length of a cell's side."""
    sides = [np.linalg.norm(np.diff(nodes_xy, axis=axis), axis=-1).ravel() for axis in (0, 1)]
    return float(np.nanmedian(np.concatenate(sides)))

"""Layers of what a person left out: cells crossed out, and regions of the two photos."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar import palette
from napari_dinosar.core.hatching import diagonals
from napari_dinosar.findings import Findings
from napari_dinosar.findings.flags import FlaggedRegion, Remark
from napari_dinosar.layers import AXES, LayerSpec
from napari_dinosar.result_layers.cell_lines import (
    Floats,
    LineStyle,
    cell_lines_spec,
    nodes_xy,
)
from napari_dinosar.result_layers.origin import origin

FLAG = palette.FLAG
REGION_FILL = (0.0, 0.0, 0.0, 0.35)
STYLE = LineStyle(
    (*palette.rgb(FLAG), 1.0), share=1 / 420, cell_share=0.11, shadow=2.2, opacity=0.7
)
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
    assert findings.cells is not None
    nodes = nodes_xy(findings.cells, side)
    lines = diagonals(nodes, left_out) + diagonals(nodes[:, ::-1], left_out[:, ::-1])
    tag = origin(findings, side, n_cells=int(left_out.sum()))
    return cell_lines_spec(findings, "flagged", side, lines, STYLE, frame, tag)


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
    return max(1.0, max(findings.side(side).size_xy) * STYLE.share)

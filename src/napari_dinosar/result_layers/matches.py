"""The layer of correspondences: a line from each patch of A to its match in B."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_dinosar import palette
from napari_dinosar.findings import Findings
from napari_dinosar.layers import AXES, LayerSpec
from napari_dinosar.result_layers.origin import origin


def correspondence_spec(
    findings: Findings,
    frame_a: NDArray[np.float64],
    frame_b: NDArray[np.float64],
    visible: bool,
) -> LayerSpec:
    """Draw each match as a line in A's pixels; B's end is carried there through the world."""
    matches = findings.tables["matches"]
    ends_a = matches[["y_a", "x_a"]].to_numpy(float)
    b_to_a = np.linalg.inv(frame_a) @ frame_b
    ends_b = matches[["y_b", "x_b"]].to_numpy(float) @ b_to_a[:2, :2].T + b_to_a[:2, 2]
    kwargs = {
        "shape_type": "line",
        "features": matches,
        "edge_color": palette.match_colours(matches["similarity"].to_numpy(float)),
        "edge_width": line_width(findings),
        "opacity": 0.8,
        "affine": frame_a,
        "visible": visible,
        **AXES,
    }
    return LayerSpec(
        "Correspondences", "shapes", "correspondences", None,
        list(np.stack([ends_a, ends_b], axis=1)), kwargs, origin(findings),
    )  # fmt: skip


def line_width(findings: Findings) -> float:
    """Return the width of a match in A's pixels: seen with the pair in the window."""
    return max(1.0, findings.a.size_xy[1] / 180)

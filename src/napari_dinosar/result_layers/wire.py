"""The layer of the wire grid, which follows landmarks while they are dragged."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_dinosar import palette
from napari_dinosar.findings import Findings
from napari_dinosar.layers import AXES, LayerSpec
from napari_dinosar.result_layers.origin import origin

Floats = NDArray[np.float64]

LINE_SHARE = 1 / 500
"""Width of a wire, of the photo's longer side."""
SHORT = 1e-6
ROOM = 1.3
"""Room for more wires than there are now: a grid gains or loses lines while it is bent."""


def wire_spec(findings: Findings, nodes_xy: Floats, side: str, frame: Floats) -> LayerSpec:
    """Describe a grid on one photo as light wires, each with a dark one beside it.

    Light on dark specimens and dark on light backgrounds, it is seen on both.

    Parameters
    ----------
    findings : Findings
        Of the comparison whose landmarks are dragged.
    nodes_xy : array, (n down, n across, 2)
        Nodes in photo pixels.
    side : str
        ``"a"`` or ``"b"``.
    frame : array, (3, 3)
        The photo's map to the world.
    """
    width = max(findings.side(side).size_xy) * LINE_SHARE
    n_wires = int(np.ceil(len(_segments(nodes_xy)) * ROOM))
    colours = np.repeat([palette.WIRE_SHADOW, palette.WIRE], n_wires, axis=0)
    kwargs = {
        "vector_style": "line",
        "edge_width": width,
        "length": 1.0,
        "edge_color": colours,
        "blending": "translucent_no_depth",
        "affine": frame,
        **AXES,
    }
    data = wire_data(nodes_xy, width, 2 * n_wires)
    assert data is not None
    name = f"{side.upper()} wire grid"
    return LayerSpec(name, "vectors", "wire", side, data, kwargs, origin(findings, side))


def wire_data(nodes_xy: Floats, width: float, n_vectors: int) -> Floats | None:
    """Return the vectors of a grid, (n_vectors, 2, 2); None where there are too few for it.

    Parameters
    ----------
    nodes_xy : array, (n down, n across, 2)
        Nodes in photo pixels; lines to a node that is not finite are left out.
    width : float
        Width of a wire: the dark one lies that far to the lower right of the light one.
    n_vectors : int
        Vectors that the layer has. Those that are not needed are points.
    """
    wires, count = _segments(nodes_xy), n_vectors // 2
    if not 0 < len(wires) <= count:
        return None
    # far too short to be seen, yet with a direction
    spare = np.repeat(wires[:1] * [[[1.0], [SHORT]]], count - len(wires), axis=0)
    light = np.concatenate([wires, spare])
    dark = light.copy()
    dark[:, 0] += width
    return np.concatenate([dark, light])


def _segments(nodes_xy: Floats) -> Floats:
    """Return start and projection of each line between neighbouring nodes, (n, 2, 2), y first."""
    nodes = nodes_xy[..., ::-1]
    segments = [
        np.stack([ends[0], ends[1] - ends[0]], axis=-2).reshape(-1, 2, 2)
        for ends in ((nodes[:, :-1], nodes[:, 1:]), (nodes[:-1], nodes[1:]))
    ]
    joined = np.concatenate(segments)
    return joined[np.isfinite(joined).all(axis=(1, 2))]

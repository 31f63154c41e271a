"""Layers that hatch the cells under their noise floor: on both photos, and on the map of cells."""

from __future__ import annotations

from napari_dinosar import palette
from napari_dinosar.core.hatching import SPARSE, hatching
from napari_dinosar.findings import Findings
from napari_dinosar.inspection.noise_result import NoiseFloor
from napari_dinosar.layers import LayerSpec
from napari_dinosar.result_layers.cell_lines import (
    Floats,
    LineStyle,
    cell_lines_spec,
    nodes_xy,
)
from napari_dinosar.result_layers.origin import origin

STYLE = LineStyle(palette.WIRE, share=1 / 300, cell_share=0.08, shadow=2.0, opacity=0.9)


def noise_spec(
    findings: Findings, noise: NoiseFloor, side: str | None, frame: Floats
) -> LayerSpec | None:
    """Describe the hatching of the cells under their floor; None without any.

    Parameters
    ----------
    findings : Findings
        What was found, with cells.
    noise : NoiseFloor
        Its noise floor.
    side : {"a", "b"} or None
        The photo; None for the map of cells, in the pixels of that map.
    frame : array, (3, 3)
        Map to the world of the photo, or of the map of cells.
    """
    assert findings.cells is not None
    under = noise.is_noise
    lines = hatching(nodes_xy(findings.cells, side), under, 2 if under.size < SPARSE else 1)
    tag = origin(findings, side, draws=noise.draws, seed=noise.seed)
    return cell_lines_spec(findings, "noise", side, lines, STYLE, frame, tag)

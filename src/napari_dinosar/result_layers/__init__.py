"""What a comparison found as layer specs: masks, attention, cells, matches, A laid over B."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.findings import Findings
from napari_dinosar.layers import LayerSpec
from napari_dinosar.result_layers.aligned import aligned_landmarks_spec, aligned_specs
from napari_dinosar.result_layers.cells import cell_map_spec, cells_spec, tps_grid_spec
from napari_dinosar.result_layers.fields import attention_specs, mask_spec, spread_specs
from napari_dinosar.result_layers.matches import correspondence_spec
from napari_dinosar.result_layers.preview import PREVIEW, preview_spec
from napari_dinosar.result_layers.wire import wire_data, wire_spec

__all__ = [
    "PREVIEW",
    "attention_specs",
    "comparison_specs",
    "landmark_specs",
    "preview_spec",
    "wire_data",
    "wire_spec",
]


def comparison_specs(
    findings: Findings, frame_a: NDArray[np.float64], frame_b: NDArray[np.float64]
) -> list[LayerSpec]:
    """Describe everything that a comparison found as layers, from the bottom to the top.

    Parameters
    ----------
    findings : Findings
        What was found, now or in a run that was opened.
    frame_a, frame_b : array, (3, 3)
        Each photo's map to the world, as `frame_of` gives it.
    """
    frames = {"a": frame_a, "b": frame_b}
    specs = aligned_specs(findings, frame_b)
    specs += [mask_spec(findings, side, frame) for side, frame in frames.items()]
    specs += attention_specs(findings, frames)
    specs += spread_specs(findings, frames)
    specs += cell_specs(findings, frame_a, frame_b)
    if len(findings.tables["matches"]):
        visible = findings.cells is None
        specs.append(correspondence_spec(findings, frame_a, frame_b, visible))
    return specs


def cell_specs(
    findings: Findings, frame_a: NDArray[np.float64], frame_b: NDArray[np.float64]
) -> list[LayerSpec]:
    """Describe the cells, their map and the deformation grids; nothing without cells."""
    if findings.cells is None:
        return []
    frames = {"a": frame_a, "b": frame_b}
    grids = (tps_grid_spec(findings, side, frame) for side, frame in frames.items())
    return [
        cell_map_spec(findings, frame_a, frame_b),
        *(grid for grid in grids if grid is not None),
        *(cells_spec(findings, side, frame) for side, frame in frames.items()),
    ]


def landmark_specs(
    findings: Findings, frame_a: NDArray[np.float64], frame_b: NDArray[np.float64]
) -> list[LayerSpec]:
    """Describe the layers that change with the landmarks, the ones that are looked at first.

    Parameters
    ----------
    findings : Findings
        What was found.
    frame_a, frame_b : array, (3, 3)
        Each photo's map to the world.
    """
    specs = cell_specs(findings, frame_a, frame_b)[::-1]
    if findings.aligned_rgb is not None and findings.a.landmarks is not None:
        specs.append(aligned_landmarks_spec(findings, frame_b))
    return specs

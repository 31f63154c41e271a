"""What a comparison found as layer specs: masks, attention, cells, matches, A laid over B."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.findings import Findings
from napari_dinosar.layers import LayerSpec
from napari_dinosar.result_layers.aligned import aligned_specs
from napari_dinosar.result_layers.cells import cell_map_spec, cells_spec, tps_grid_spec
from napari_dinosar.result_layers.fields import attention_specs, mask_spec, spread_specs
from napari_dinosar.result_layers.matches import correspondence_spec
from napari_dinosar.result_layers.preview import PREVIEW, preview_spec

__all__ = ["PREVIEW", "attention_specs", "comparison_specs", "preview_spec"]


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
    if findings.cells is not None:
        specs.append(cell_map_spec(findings, frame_a, frame_b))
        grids = (tps_grid_spec(findings, side, frame) for side, frame in frames.items())
        specs += [grid for grid in grids if grid is not None]
        specs += [cells_spec(findings, side, frame) for side, frame in frames.items()]
    if len(findings.tables["matches"]):
        visible = findings.cells is None
        specs.append(correspondence_spec(findings, frame_a, frame_b, visible))
    return specs

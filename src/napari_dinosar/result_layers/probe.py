"""Layers of a probe: maps of similarity, and how two of them differ."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar import palette
from napari_dinosar.findings import Findings
from napari_dinosar.inspection.probe_difference import ProbeDifference
from napari_dinosar.inspection.probe_result import PatchMap
from napari_dinosar.layers import AXES, LayerSpec
from napari_dinosar.result_layers.origin import origin
from napari_dinosar.result_layers.patch_place import PatchPlace

Floats = NDArray[np.float64]
Limits = tuple[float, float]

MOST_PX = 384
"""Longer side of a map that has to be drawn: it follows the pointer, and patches are larger."""
COARSE, FINE, WIDE = 20, 100, 0.25
"""Limits are whole parts of 1: of 20 where similarities differ by more than a quarter, of 100."""
DIFFERENCE = "Probe difference"
LEAST_RANGE = 0.02
"""A difference smaller than this is shown as small."""


def probe_map_spec(
    findings: Findings,
    found: PatchMap,
    frame: Floats,
    limits: Limits,
    place: PatchPlace | None = None,
) -> LayerSpec:
    """Describe the similarities to one patch as an image over the photo that they lie on.

    Parameters
    ----------
    findings : Findings
        Of the comparison that was probed.
    found : PatchMap
        The similarities.
    frame : array, (3, 3)
        The photo's map to the world.
    limits : (float, float)
        Contrast limits.
    place : PatchPlace, optional
        Where its patches lie, if that is known already.
    """
    name, tag = f"{found.side.upper()} probe map", origin(findings, found.side)
    data, placed = _drawn(findings, found, frame, place)
    kwargs = {
        **_LOOKS,
        "colormap": palette.COLORMAPS["probe_map"],
        "contrast_limits": limits,
        **placed,
    }
    return LayerSpec(name, "image", "probe_map", found.side, data, kwargs, tag)


def map_limits(found: PatchMap) -> Limits:
    """Return limits round a map's values, rounded outwards: neighbouring places share them."""
    low, high = found.limits
    steps = COARSE if high - low > WIDE else FINE
    return float(np.floor(low * steps) / steps), float(np.ceil(high * steps) / steps)


def probe_difference_spec(
    findings: Findings,
    difference: ProbeDifference,
    frame: Floats,
    place: PatchPlace | None = None,
) -> LayerSpec:
    """Describe how two probes differ; zero lies in the middle of the colours.

    The layer belongs to no side, since it lies where the searched photo is; its metadata name it.

    Parameters
    ----------
    findings, frame, place
        As for `probe_map_spec`.
    difference : ProbeDifference
        The later probe less the kept one.
    """
    found = difference.map
    most = max(difference.largest, LEAST_RANGE)
    data, placed = _drawn(findings, found, frame, place)
    colormap = palette.difference_colormap()
    kwargs = {**_LOOKS, "colormap": colormap, "contrast_limits": (-most, most), **placed}
    tag = origin(findings, found.side, on=found.side)
    return LayerSpec(DIFFERENCE, "image", "probe_map", None, data, kwargs, tag)


_LOOKS: dict[str, Any] = {
    "blending": "translucent",
    "opacity": 0.65,
    "interpolation2d": "nearest",
    **AXES,
}


def _drawn(
    findings: Findings, found: PatchMap, frame: Floats, place: PatchPlace | None
) -> tuple[NDArray[np.float32], dict[str, Any]]:
    place = PatchPlace.of(findings.side(found.side), MOST_PX) if place is None else place
    # a copy, into which the layer may write
    return np.array(place.pixels(found.values)), place.placed(frame)

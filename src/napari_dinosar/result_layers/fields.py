"""Layers that cover a photo: masks, attention, and how far the layers of the network differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar import palette
from napari_dinosar.findings import Findings
from napari_dinosar.layers import AXES, LayerSpec, pixel_digest
from napari_dinosar.result_layers.origin import origin
from napari_dinosar.result_layers.patch_place import PatchPlace

Frames = Mapping[str, NDArray[np.float64]]
Values = NDArray[np.floating[Any]]

LOW, HIGH = 2, 98
"""Percentiles of the specimens' patches between which attention is shown."""


def mask_spec(findings: Findings, side: str, frame: NDArray[np.float64]) -> LayerSpec:
    """Describe the foreground as labels that can be corrected with the brush."""
    kwargs = {"opacity": 0.35, "visible": False, "affine": frame, **AXES}
    kwargs["colormap"] = palette.mask_colormap(palette.MASK)
    labels = findings.side(side).mask.astype(np.uint8)
    mode = findings.side(side).record["foreground"]
    tag = origin(findings, side, mode=mode, pixels=pixel_digest(labels))
    return LayerSpec(f"{side.upper()} mask", "labels", "mask", side, labels, kwargs, tag)


def attention_specs(
    findings: Findings, frames: Frames, layer: int | None = None, head: int | None = None
) -> list[LayerSpec]:
    """Describe the attention of both photos, on one scale, where the specimen is.

    Patches without any specimen have no value here; a run's arrays hold those too.

    Parameters
    ----------
    findings : Findings
        What was found.
    frames : mapping of str to array
        Each photo's map to the world, (3, 3), under ``"a"`` and ``"b"``.
    layer : int, optional
        Which of the kept layers; the one that ranks patches by default.
    head : int, optional
        One head; the mean of those that the settings name by default.
    """
    layer = findings.attention_layer if layer is None else layer
    sides = {side: findings.side(side) for side in "ab"}
    if layer is None or any(specimen.attention is None for specimen in sides.values()):
        return []
    heads = findings.settings.attn_heads if head is None else head
    maps = {
        side: np.where(specimen.fill > 0, specimen.attention_of(layer, heads), np.float32(np.nan))
        for side, specimen in sides.items()
    }
    valid = np.concatenate([maps[side][specimen.valid] for side, specimen in sides.items()])
    limits = palette.limits(valid, LOW, HIGH)
    return [
        _patch_spec(
            findings, side, frames[side], values, "attention", limits,
            attention_layer=layer, attention_head=head,
        )
        for side, values in maps.items()
    ]  # fmt: skip


def spread_specs(findings: Findings, frames: Frames) -> list[LayerSpec]:
    """Describe the spread of the layers where it was asked for, on one scale."""
    maps = {side: findings.side(side).layer_std for side in "ab"}
    found = {side: values for side, values in maps.items() if values is not None}
    if not found:
        return []
    limits = palette.limits(np.concatenate([values.ravel() for values in found.values()]))
    return [
        _patch_spec(findings, side, frames[side], values, "layer_std", limits)
        for side, values in found.items()
    ]


_NAMES = {"attention": "attention", "layer_std": "layer spread"}


def _patch_spec(
    findings: Findings,
    side: str,
    frame: NDArray[np.float64],
    values: Values,
    role: str,
    limits: tuple[float, float],
    **more: Any,
) -> LayerSpec:
    """Describe a value for each patch of a canvas, laid over the photo."""
    specimen = findings.side(side)
    place = PatchPlace.of(specimen)
    data = place.pixels(np.asarray(values, dtype=np.float32))
    kwargs: dict[str, Any] = {
        "colormap": palette.COLORMAPS[role],
        "blending": "translucent",
        "opacity": 0.55,
        "interpolation2d": "nearest",
        "contrast_limits": limits,
        "visible": False,
        **place.placed(frame),
        **AXES,
    }
    tag = origin(findings, side, to_photo=place.to_photo_yx.tolist(), **more)
    return LayerSpec(f"{side.upper()} {_NAMES[role]}", "image", role, side, data, kwargs, tag)

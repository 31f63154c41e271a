"""Layers of A laid over B: photo, mask and landmarks, to judge an alignment by eye."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar import palette
from napari_dinosar.findings import Findings, mapped
from napari_dinosar.layers import AXES, LayerSpec, landmarks_spec
from napari_dinosar.result_layers.origin import origin
from napari_dinosar.result_layers.patch_place import SWAP


def aligned_specs(findings: Findings, frame_b: NDArray[np.float64]) -> list[LayerSpec]:
    """Describe A over B, hidden until it is wanted; nothing without an alignment.

    Parameters
    ----------
    findings : Findings
        What was found.
    frame_b : array, (3, 3)
        The map of B's photo to the world.
    """
    if findings.aligned_rgb is None:
        return []
    to_photo = _to_photo_b(findings)
    tag = _tag(findings)
    common: dict[str, Any] = {
        "scale": np.diag(to_photo)[:2],
        "translate": to_photo[:2, 2],
        "affine": frame_b,
        "visible": False,
        **AXES,
    }
    places, inside = _places_on_a(findings)
    shown = np.dstack([findings.aligned_rgb, np.where(inside, 255, 0).astype(np.uint8)])
    photo = LayerSpec(
        "A over B", "image", "aligned_photo", "a", shown,
        {"rgb": True, "opacity": 0.5, **common}, tag,
    )  # fmt: skip
    over = np.zeros(inside.shape, dtype=np.uint8)
    over[inside] = findings.a.mask[places[inside, 0], places[inside, 1]]
    colours = palette.mask_colormap(palette.ALIGNED_MASK)
    mask = LayerSpec(
        "A mask over B", "labels", "aligned_mask", "a", over,
        {"opacity": 0.35, "colormap": colours, **common}, tag,
    )  # fmt: skip
    specs = [photo, mask]
    if findings.a.landmarks is not None:
        specs.append(aligned_landmarks_spec(findings, frame_b))
    return specs


def _to_photo_b(findings: Findings) -> NDArray[np.float64]:
    """Return the map (3, 3) of (y, x) from B's canvas to B's photo."""
    return np.asarray(SWAP @ np.linalg.inv(findings.b.photo_to_canvas) @ SWAP)


def _tag(findings: Findings) -> dict[str, Any]:
    to_photo = _to_photo_b(findings).tolist()
    return origin(findings, "b", stage=findings.alignment["stage"], to_photo=to_photo)


def _a_to_b_canvas(findings: Findings) -> NDArray[np.float64]:
    """Return the map (3, 3) from A's photo to B's canvas."""
    if findings.alignment["stage"] == "mask":
        matrix = np.array(findings.alignment["matrix"], dtype=np.float64)
        return np.asarray(matrix @ findings.a.photo_to_canvas)
    return findings.a.photo_to_canvas


def _places_on_a(findings: Findings) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return row and column on A's photo of each pixel of B's canvas, and whether there is one."""
    height, width = findings.b.canvas_mask.shape
    y, x = np.mgrid[:height, :width]
    photo_xy = mapped(np.linalg.inv(_a_to_b_canvas(findings)), np.stack([x, y], axis=-1))
    # what lies beyond a horizon has no place on the photo, and counts as outside of it
    places = np.clip(np.nan_to_num(np.rint(photo_xy), nan=-1.0), -1.0, np.max(findings.a.size_xy))
    row_col = places[..., ::-1].astype(np.intp)
    inside = ((row_col >= 0) & (row_col < findings.a.mask.shape)).all(axis=-1)
    return row_col, inside


def aligned_landmarks_spec(findings: Findings, frame_b: NDArray[np.float64]) -> LayerSpec:
    """Describe A's landmarks laid over B, where A was laid over B and has landmarks."""
    marks = findings.a.landmarks
    assert marks is not None
    matrix = np.linalg.inv(findings.b.photo_to_canvas) @ _a_to_b_canvas(findings)
    moved = landmarks_spec(replace(marks, xy=mapped(matrix, marks.xy)), "a", frame_b)
    kwargs = {**moved.kwargs, "symbol": "cross", "visible": False}
    return LayerSpec(
        "A landmarks over B", "points", "aligned_landmarks", "a", moved.data, kwargs,
        {**_tag(findings), "names": moved.metadata["names"]},
    )  # fmt: skip

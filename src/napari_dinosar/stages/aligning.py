"""The stage that lays A over B, where that was asked for; B never moves."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

import numpy as np

from napari_dinosar.core.alignment import Alignment, align_landmarks, align_masks, overlap_masks
from napari_dinosar.core.canvas import Canvas, aligned_canvas
from napari_dinosar.core.foreground import Foreground
from napari_dinosar.stages.inputs import Inputs
from napari_dinosar.stages.run import Progress, Run


def align(
    run: Run,
    inputs: Inputs,
    foregrounds: tuple[Foreground, Foreground],
    canvases: tuple[Canvas, Canvas],
) -> Generator[Progress, None, tuple[Alignment | None, tuple[Canvas, Canvas]]]:
    """Find how A lies over B; move A's photo there, cut both masks to their overlap, or both."""
    settings, (a, b) = run.settings, canvases
    if settings.align_stage == "none":
        return None, canvases
    yield run.begin("Aligning A with B")
    with run.timed("align"):
        found = _fit(run, inputs, a, b).applied(
            settings.align_stage, a.mask, (b.mask.shape[0], b.mask.shape[1])
        )
        a_to_b = found.matrix
        if settings.align_stage in ("image", "both"):
            a = aligned_canvas(
                inputs.photos[0],
                foregrounds[0].mask,
                a,
                b,
                found.matrix,
                mask_erode_px=settings.mask_erode_px,
                background=settings.background,
            )
            a_to_b = np.eye(3)
        if settings.align_stage in ("mask", "both"):
            mask_a, mask_b = overlap_masks(a.mask, b.mask, a_to_b)
            a, b = replace(a, mask=mask_a), replace(b, mask=mask_b)
    run.warn(*found.warnings)
    return found, (a, b)


def _fit(run: Run, inputs: Inputs, a: Canvas, b: Canvas) -> Alignment:
    settings = run.settings
    if inputs.pair is None or settings.align_by == "masks":
        if settings.align_method != "similarity":
            run.note("Setting 'align_method' has no effect here: the masks were aligned.")
        return align_masks(a.mask, b.mask, mirror=settings.align_mirror)
    if settings.align_mirror:
        run.note("Setting 'align_mirror' has no effect here: the landmarks were aligned.")
    return align_landmarks(
        a.map.to_canvas(inputs.pair.xy_a),
        b.map.to_canvas(inputs.pair.xy_b),
        method=settings.align_method,
        b_to_photo=b.map,
        mask_a=a.mask,
        labels=inputs.pair.labels,
        seed=settings.seed,
    )

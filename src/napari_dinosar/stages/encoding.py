"""The stages between mask and matches: canvases, valid patches, tokens and attention."""

from __future__ import annotations

from collections.abc import Generator

from napari_dinosar.core.canvas import Canvas
from napari_dinosar.core.foreground import Foreground, landmarks_outside_warning, valid_patches
from napari_dinosar.core.landmarks import outside_warning
from napari_dinosar.specimen import Specimen, encode, patch_side, place_on_canvas
from napari_dinosar.stages.inputs import Inputs
from napari_dinosar.stages.network import Network
from napari_dinosar.stages.run import Progress, Run

MOST_PATCH_RATIO = 1.5
"""Where one specimen has this many times the other's patches, best-match distances are skewed."""


def place(
    run: Run, inputs: Inputs, foregrounds: tuple[Foreground, Foreground], network: Network
) -> tuple[Canvas, Canvas]:
    """Place both specimens on canvases of their own."""
    size = network.backbone.patch_size
    with run.timed("canvas"):
        first, second = (
            place_on_canvas(photo, foreground, run.settings, size, run.memory.session)
            for photo, foreground in zip(inputs.photos, foregrounds, strict=True)
        )
    return first, second


def encode_specimens(
    run: Run,
    inputs: Inputs,
    foregrounds: tuple[Foreground, Foreground],
    canvases: tuple[Canvas, Canvas],
    network: Network,
) -> Generator[Progress, None, tuple[Specimen, Specimen]]:
    """Find the patches that count and encode both canvases."""
    specimens = []
    backbone, settings = network.backbone, run.settings
    sides = zip(inputs.photos, inputs.landmarks, foregrounds, canvases, "AB", strict=True)
    for photo, landmarks, foreground, canvas, side in sides:
        yield run.begin(f"Encoding {side} with {backbone.name}")
        with run.timed("canvas"):
            patches = valid_patches(
                canvas,
                fg_thresh=settings.fg_thresh,
                border_patches=settings.border_patches,
                name=photo.name,
            )
        with run.timed("encode"):
            encoding = encode(backbone, canvas, network.layers, network.shown_layers, run.memory)
        specimens.append(
            Specimen(
                photo,
                landmarks,
                foreground,
                canvas,
                patches,
                encoding,
                patch_side(encoding, patches, backbone.patch_size),
                network.ranking_layer,
                settings.attn_heads,
            )
        )
    first, second = specimens
    warn_of_specimens(run, first, second)
    return first, second


def warn_of_specimens(run: Run, a: Specimen, b: Specimen) -> None:
    """Say what is odd about two encoded specimens, about their landmarks, and about their store."""
    for specimen in (a, b):
        photo, foreground, marks = specimen.photo, specimen.foreground, specimen.landmarks
        run.warn(*photo.warnings, *foreground.warnings)
        run.warn(*specimen.canvas.warnings, *specimen.patches.warnings)
        if marks is not None:
            run.warn(
                *marks.warnings,
                outside_warning(marks, photo.size_xy, photo.name),
                landmarks_outside_warning(foreground, marks.xy, photo.name),
            )
        if run.memory.store is not None:
            run.warn(run.memory.store.warning)
    run.warn(*_size_warnings(a, b))


def _size_warnings(a: Specimen, b: Specimen) -> list[str]:
    warnings = []
    few, many = sorted((a.n_valid, b.n_valid))
    if many > MOST_PATCH_RATIO * few:
        warnings.append(
            f"A has {a.n_valid} valid patches and B has {b.n_valid}: best-match dissimilarity "
            f"falls as the other specimen has more, so the two directions are not comparable."
        )
    if a.canvas.rgb.shape != b.canvas.rgb.shape:
        warnings.append(
            "The canvases differ in shape, and a network's tokens change with the shape. Use "
            "the square canvas to compare like with like."
        )
    return warnings

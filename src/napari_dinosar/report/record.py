"""What run.yaml holds: all that is needed to know, and repeat, a comparison."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import metadata
from typing import Any

from napari_dinosar.backbones import Backbone
from napari_dinosar.backbones.cutout_files import cutout_sha256, find_cutout
from napari_dinosar.core.alignment import Alignment
from napari_dinosar.findings import RUN_FORMAT, RUN_VERSION
from napari_dinosar.report.compared import Compared
from napari_dinosar.settings import Settings
from napari_dinosar.specimen import Specimen

LIBRARIES = (
    "napari-dinosar", "napari", "numpy", "scipy", "scikit-image", "pillow", "torch", "rembg",
    "onnxruntime",
)  # fmt: skip


def run_record(
    compared: Compared,
    *,
    timings: Mapping[str, float],
    warnings: Sequence[str],
    notes: Sequence[str],
    created: str,
) -> dict[str, Any]:
    """Return the content of run.yaml.

    Parameters
    ----------
    compared : Compared
        What the stages made.
    timings : mapping
        Seconds of each stage.
    warnings, notes : sequence of str
        What the reader must know, and what had no effect.
    created : str
        ISO 8601.
    """
    settings, a, b = compared.settings, compared.a, compared.b
    command, names = compared.command, compared.landmarks_used
    return {
        "format": RUN_FORMAT,
        "format_version": RUN_VERSION,
        "created": created,
        "command": None if command is None else list(command),
        "settings": settings.as_mapping(),
        "layers": list(a.encoding.layers),
        "attention_layer": a.ranking_layer,
        "backbone": _backbone(compared.backbone),
        "cutout": _cutout(settings, (a, b)),
        "photo_a": _specimen(a),
        "photo_b": _specimen(b),
        "inputs": dict(compared.inputs),
        "landmarks_used": None if names is None else list(names),
        "alignment": _alignment(compared.alignment),
        "seed": settings.seed,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "libraries": {name: _version(name) for name in LIBRARIES},
        "timings_s": {stage: round(seconds, 4) for stage, seconds in timings.items()},
        "warnings": list(warnings),
        "notes": list(notes),
    }


def _alignment(alignment: Alignment | None) -> dict[str, Any]:
    return {"stage": "none"} if alignment is None else alignment.record()


def _backbone(network: Backbone) -> dict[str, Any]:
    path = getattr(network, "path", None)
    return {
        "name": network.name,
        "description": network.description,
        "path": None if path is None else str(path.resolve()),
        "sha256": network.sha256,
        "patch_size": network.patch_size,
        "depth": network.depth,
        "has_attention": network.has_attention,
        "device": str(network.device),
        "precision": network.precision,
        "engine": network.engine,
    }


def _cutout(settings: Settings, sides: tuple[Specimen, Specimen]) -> dict[str, Any] | None:
    """Return what identifies the network that rembg ran, where it ran."""
    if not any("rembg" in side.foreground.mode for side in sides):
        return None
    session = settings.rembg_session
    return {
        "session": session,
        "path": str(find_cutout(session).path.resolve()),
        "sha256": cutout_sha256(session),
    }


def _specimen(specimen: Specimen) -> dict[str, Any]:
    """Return what is known of one photo: where it came from and how it was framed."""
    photo = specimen.photo
    transform = specimen.canvas.map
    return {
        "name": photo.name,
        "path": None if photo.path is None else str(photo.path.resolve()),
        "sha256": photo.sha256,
        "n_bytes": photo.n_bytes,
        "size_xy": [int(side) for side in photo.size_xy],
        "reading": dict(photo.provenance),
        "foreground": specimen.foreground.mode,
        "separability": specimen.foreground.separability,
        "canvas": {
            "size_xy": [specimen.canvas.rgb.shape[1], specimen.canvas.rgb.shape[0]],
            "sha256": specimen.canvas.sha256,
            "crop_xy": [float(value) for value in transform.crop_xy],
            "scale_xy": [float(value) for value in transform.scale_xy],
            "pad_xy": [float(value) for value in transform.pad_xy],
        },
        "landmarks": None if specimen.landmarks is None else specimen.landmarks.specimen_id,
    }


@lru_cache
def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None

"""What a comparison on the command line is asked for: photos, settings, inputs, backbone."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from napari_dinosar.cli.published import declared_network, translated
from napari_dinosar.cli.settings_flags import given_settings, idle_notes
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.settings import Settings, flag


@dataclass(frozen=True, eq=False)
class Request:
    """Everything that one comparison needs, before anything heavy is loaded.

    Attributes
    ----------
    photos : tuple of Path
        A and B.
    settings : Settings
        All that decides the numbers.
    inputs : dict
        Landmarks, specimens, masks and consensus, as `iter_compare` takes them.
    backbone : str or None
        Name or path; None for the best one here.
    arch : str or None
        The network that a checkpoint must hold.
    device : str
        Where the network runs.
    notes : tuple of str
        What to say before the work begins.
    """

    photos: tuple[Path, Path]
    settings: Settings
    inputs: dict[str, Any]
    backbone: str | None
    arch: str | None
    device: str
    notes: tuple[str, ...]


def asked(given: argparse.Namespace) -> Request:
    """Return what the flags of ``compare`` ask for.

    Raises
    ------
    DinosarError
        If a photo is missing, or flags contradict each other.
    """
    if given.photo_a is None or given.photo_b is None:
        raise DinosarError("Two photos are needed: name A and B, or repeat a run with --from.")
    values = given_settings(given)
    notes = translated(given, values)
    settings = Settings(**values)
    backbone, arch = declared_network(given)
    return Request(
        photos=(given.photo_a, given.photo_b),
        settings=settings,
        inputs=given_inputs(given),
        backbone=backbone,
        arch=arch,
        device=given.device or "auto",
        notes=(*notes, *idle_notes(settings, values), *idle_inputs(given, settings)),
    )


def given_inputs(given: argparse.Namespace) -> dict[str, Any]:
    """Return the inputs that flags name, as `iter_compare` takes them; masks are read."""
    inputs = {
        "landmarks": given.keypoints_json,
        "specimen_a": given.specimen_a,
        "specimen_b": given.specimen_b,
        "mask_a": _read_mask(given.mask_a),
        "mask_b": _read_mask(given.mask_b),
        "consensus": given.consensus,
    }
    return {name: value for name, value in inputs.items() if value is not None}


def idle_inputs(given: argparse.Namespace, settings: Settings) -> list[str]:
    """Return a sentence for each input that has no effect beside the settings."""
    masks = [name for name in ("mask_a", "mask_b") if getattr(given, name) is not None]
    notes = []
    if settings.fg_mode != "layer":
        notes += [
            f"{flag(name)} has no effect here: it counts only with --fg-mode layer."
            for name in masks
        ]
    if given.consensus is not None and settings.matching_mode == "similarity":
        notes.append(
            "--consensus has no effect here: it counts only with --matching-mode tps_homology or "
            "both."
        )
    return notes


def _read_mask(path: Path | None) -> Any:
    if path is None:
        return None
    from napari_dinosar.io.photos import read_photo

    return read_photo(path).rgb.max(axis=2)

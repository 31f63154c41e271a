"""What a comparison on the command line is asked for: photos, settings, inputs, backbone."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from napari_dinosar.cli.published import declared_network, translated
from napari_dinosar.cli.settings_flags import given_settings, idle_notes
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.settings import Settings


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
        Landmarks, specimens, masks, consensus and seeds, as `iter_compare` takes them.
    backbone : str or None
        Name or path; None for the best one here.
    arch : str or None
        The network that a checkpoint must hold.
    device : str
        Where the network runs.
    precision : str
        Its arithmetic.
    notes : tuple of str
        What to say before the work begins.
    sha256 : str or None
        What the network must have; None where any will do.
    """

    photos: tuple[Path, Path]
    settings: Settings
    inputs: dict[str, Any]
    backbone: str | None
    arch: str | None
    device: str
    precision: str
    notes: tuple[str, ...]
    sha256: str | None = None


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
        precision=settings.precision,
        notes=(*notes, *idle_notes(settings, values).values()),
    )


def given_inputs(given: argparse.Namespace) -> dict[str, Any]:
    """Return the inputs that flags name, as `iter_compare` takes them."""
    inputs = {
        "landmarks": given.keypoints_json,
        "specimen_a": given.specimen_a,
        "specimen_b": given.specimen_b,
        "mask_a": given.mask_a,
        "mask_b": given.mask_b,
        "consensus": given.consensus,
        "seed_a": given.mask_seed_a,
        "seed_b": given.mask_seed_b,
    }
    return {name: value for name, value in inputs.items() if value is not None}

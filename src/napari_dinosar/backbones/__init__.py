"""Canvas to patch tokens and attention: networks, and the descriptor that is built in.

Importing this package imports no torch; loading a network does.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from napari_dinosar.backbones.encoding import (
    Backbone,
    Encoding,
    Progress,
    check_precision,
    resolve_layers,
)
from napari_dinosar.core.errors import DinosarError

if TYPE_CHECKING:
    from napari_dinosar.backbones.registry import Model

__all__ = [
    "AvailableModel",
    "Backbone",
    "Encoding",
    "available_backbones",
    "best_available",
    "load_backbone",
    "resolve_layers",
]

BUILT_IN = "daisy"


def load_backbone(
    name_or_path: str | os.PathLike[str],
    *,
    arch: str | None = None,
    device: str = "auto",
    precision: str = "auto",
    weights_folder: str | os.PathLike[str] | None = None,
    accept_licence: bool = False,
    progress: Progress | None = None,
    threads: int | None = None,
) -> Backbone:
    """Load a network, or the built-in descriptor.

    Parameters
    ----------
    name_or_path : str or path
        ``"daisy"``, a registered name as ``"dinov3_vits16"``, or a checkpoint: a file (``.pth`` or
        ``.safetensors`` in the official, the transformers or the timm layout), its name in the
        weights folder, or the folder in which it is alone.
    arch : str, optional
        A registered name that says what the checkpoint is meant to hold. The network is read off
        the file in any case; it is an error when the two disagree.
    device : str
        ``"auto"`` takes a CUDA device, else MPS, else the processor.
    precision : str
        ``"fp32"``, ``"bf16"`` or ``"fp16"``; ``"auto"`` is fp32 on the processor, elsewhere bf16,
        or fp16 where the device has no bf16. The built-in descriptor knows only fp32.
    weights_folder : path, optional
        Where checkpoints are looked for first; then the folder that DINOSAR_WEIGHTS names, the
        user's data folder and the Hugging Face cache.
    accept_licence : bool
        That the licence of a registered network was read and is accepted: then it is downloaded
        when it is not here. The variable DINOSAR_ACCEPT_LICENCE does the same. Otherwise nothing
        is ever downloaded.
    progress : callable, optional
        Called with (bytes so far, bytes in all) during a download; what it raises ends it.
    threads : int, optional
        How many processor threads a forward may use; torch's own number when None.

    Returns
    -------
    Backbone
        With ``name``, ``patch_size``, ``depth``, ``has_attention``, ``sha256``, ``description``,
        ``device``, ``precision``, ``engine`` and ``encode``.

    Raises
    ------
    MissingWeightsError
        When the weights are not on this machine; the message names the ways on.
    DinosarError
        When the file is damaged, unsafe or of another network, the name is unknown, or device or
        precision are not to be had.

    Examples
    --------
    >>> load_backbone("daisy").patch_size
    16
    """
    given = os.fspath(name_or_path)
    check_precision(precision)
    if given == BUILT_IN:
        from napari_dinosar.backbones.daisy import Daisy

        if arch is not None:
            raise DinosarError(
                f"{BUILT_IN!r} is no network and cannot be {arch}. Name the checkpoint that holds "
                "it, or leave the architecture out."
            )
        return Daisy()
    from napari_dinosar.backbones.registry import find_model

    declared = None if arch is None else find_model(arch)
    path, model = _locate(given, weights_folder, accept_licence, progress)
    from napari_dinosar.backbones.inference import load_vit

    declared = declared or model
    return load_vit(
        path,
        name=None if model is None else model.name,
        declared=None if declared is None else declared.architecture,
        device=device,
        precision=precision,
        threads=threads,
    )


def _locate(
    given: str,
    folder: str | os.PathLike[str] | None,
    accept_licence: bool,
    progress: Progress | None,
) -> tuple[Path, Model | None]:
    """Find the checkpoint of a registered name (and its model), or of a path."""
    from napari_dinosar.backbones.local_files import find_file, looks_like_path, missing_file
    from napari_dinosar.backbones.registry import MODELS, find_model

    if given not in MODELS:
        found = find_file(given, folder)
        if found is not None:
            return found, None
        if looks_like_path(given):
            raise missing_file(given, folder)
    model = find_model(given)
    return _weights_of(model, folder, accept_licence, progress), model


def _weights_of(
    model: Model,
    folder: str | os.PathLike[str] | None,
    accept_licence: bool,
    progress: Progress | None,
) -> Path:
    from napari_dinosar.backbones.download import accepted_by_environment, download_weights
    from napari_dinosar.backbones.local_files import find_weights, missing_weights

    found = find_weights(model, folder)
    if found is not None:
        return found
    if model.hub and (accept_licence or accepted_by_environment()):
        return download_weights(model.name, accept_licence=accept_licence, progress=progress)
    raise missing_weights(model, folder)


@dataclass(frozen=True)
class AvailableModel:
    """A registered network and where its weights lie.

    Attributes
    ----------
    model : Model
        Name, title, licence, size.
    path : Path or None
        The checkpoint on this machine; None when it is not here.
    """

    model: Model
    path: Path | None


def available_backbones(
    weights_folder: str | os.PathLike[str] | None = None,
) -> tuple[AvailableModel, ...]:
    """List the registered networks, each with its checkpoint where it is on this machine.

    The built-in descriptor ``"daisy"`` is always there and not listed. Nothing is loaded.
    """
    from napari_dinosar.backbones.local_files import find_weights
    from napari_dinosar.backbones.registry import MODELS

    return tuple(
        AvailableModel(model, find_weights(model, weights_folder)) for model in MODELS.values()
    )


def best_available(weights_folder: str | os.PathLike[str] | None = None) -> str:
    """Name the backbone to take when none was chosen: a network that is here, else ``"daisy"``.

    The largest networks are never taken unasked: they may not fit into memory.
    """
    from napari_dinosar.backbones.local_files import find_weights
    from napari_dinosar.backbones.registry import MODELS, PREFERENCE

    here = (name for name in PREFERENCE if find_weights(MODELS[name], weights_folder) is not None)
    return next(here, BUILT_IN)

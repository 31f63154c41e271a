"""What is on this machine: versions, devices, networks with their licences, and kept encodings."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

from napari_dinosar.backbones import AvailableModel, available_backbones, best_available
from napari_dinosar.backbones.cutout import CUTOUT_MODELS, rembg_model_path
from napari_dinosar.backbones.cutout_files import CutoutModel, cutout_folders
from napari_dinosar.backbones.local_files import (
    how_to_get,
    hub_cache,
    list_checkpoints,
    weights_folders,
)
from napari_dinosar.encoding_store import EncodingStore

LIBRARIES = (
    "napari",
    "npe2",
    "qtpy",
    "PyQt6",
    "PySide6",
    "PyQt5",
    "numpy",
    "scipy",
    "scikit-image",
    "pillow",
    "pandas",
    "matplotlib",
    "torch",
    "safetensors",
    "huggingface-hub",
    "rembg",
    "onnxruntime",
    "pycocotools",
    "pyyaml",
)
VARIABLES = (
    "U2NET_HOME",
    "REMBG_HOME",
    "HF_HOME",
    "HF_HUB_CACHE",
    "HF_HUB_OFFLINE",
    "OMP_NUM_THREADS",
)


def environment_report(
    weights_folder: str | os.PathLike[str] | None = None, store: EncodingStore | None = None
) -> dict[str, Any]:
    """Describe this machine as far as it decides what a comparison gives.

    Nothing is downloaded, no network is loaded and nothing is written. torch is imported, to ask
    it for devices; where that fails the report says why.

    Parameters
    ----------
    weights_folder : path, optional
        A folder in which networks are looked for first.
    store : EncodingStore, optional
        The encodings on disk; those of the user's cache folder when None.

    Returns
    -------
    dict
        Plain values, as YAML and JSON take them, under ``napari-dinosar`` (the version),
        ``python``, ``platform``, ``variables`` (those of ours and of rembg that are set),
        ``libraries`` (name to version, None for what is not installed), ``computing``,
        ``weights_folders``, ``networks``, ``other_checkpoints`` (files in the weights
        folders under names of their own), ``default_network``, ``cutout_networks`` and
        ``encodings``. A network has ``name``, ``title``, ``path`` and ``bytes`` (None when it is
        not here), ``megabytes`` (about what it takes), ``licence``, ``licence_url`` and
        ``how_to_get`` (None when it is here).
    """
    networks = available_backbones(weights_folder)
    known = {found.path for found in networks}
    others = [path for path in list_checkpoints(weights_folder) if path not in known]
    return {
        "napari-dinosar": _version("napari-dinosar"),
        "python": f"{platform.python_version()} ({platform.python_implementation()})",
        "platform": platform.platform(),
        "variables": _variables(),
        "libraries": {name: _version(name) for name in LIBRARIES},
        "computing": _computing(),
        "weights_folders": [str(f) for f in (*weights_folders(weights_folder), hub_cache())],
        "networks": [_network(found) for found in networks],
        "other_checkpoints": [_file(path) for path in others],
        "default_network": best_available(weights_folder),
        "cutout_networks": [_cutout(model) for model in CUTOUT_MODELS.values()],
        "encodings": _encodings(EncodingStore() if store is None else store),
    }


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _variables() -> dict[str, str]:
    """Return the environment's variables that decide where things lie; never one with a secret."""
    return {
        name: value
        for name, value in sorted(os.environ.items())
        if value and (name.startswith("DINOSAR_") or name in VARIABLES)
    }


def _computing() -> dict[str, Any]:
    """Describe what networks run on; ``problem`` says why nothing is known."""
    try:
        from napari_dinosar.backbones import machine
    except (ImportError, OSError) as error:
        return {"problem": f"torch cannot be loaded: {error}", "devices": []}
    devices = [asdict(device) for device in machine.list_devices()]
    return {
        "problem": None,
        "devices": [{**device, "precisions": list(device["precisions"])} for device in devices],
        "default_device": devices[0]["device"],
        "default_precision": devices[0]["default_precision"],
        "processor_threads": machine.processor_threads(),
        "float32_products": machine.float32_products(),
    }


def _network(found: AvailableModel) -> dict[str, Any]:
    model = found.model
    return {
        "name": model.name,
        "title": model.title,
        **_file(found.path),
        "megabytes": round(model.size_mb, 1),
        "licence": model.licence.name,
        "licence_url": model.licence.url,
        "how_to_get": None if found.path is not None else how_to_get(model),
    }


def _cutout(model: CutoutModel) -> dict[str, Any]:
    path = rembg_model_path(model.session)
    folder = cutout_folders(model.session)[0]
    return {
        "name": model.session,
        "title": f"rembg {model.session}",
        **_file(path),
        "megabytes": model.megabytes,
        "licence": model.licence,
        "licence_url": model.licence_url,
        "how_to_get": None if path is not None else f"download {model.url} into {folder}",
    }


def _file(path: Path | None) -> Mapping[str, Any]:
    try:
        return {
            "path": None if path is None else str(path),
            "bytes": None if path is None else path.stat().st_size,
        }
    except OSError:
        return {"path": str(path), "bytes": None}


def _encodings(store: EncodingStore) -> dict[str, Any]:
    statistics = store.statistics()
    return {
        **asdict(statistics),
        "folder": str(statistics.folder),
        "hit_rate": statistics.hit_rate,
    }

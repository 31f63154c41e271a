"""What takes long only the first time in a process: said on screen, and done by the worker."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from napari_dinosar.settings import Settings, has_effect

if TYPE_CHECKING:
    from napari_dinosar.layers import LayerSpec

_warmed: set[str] = set()


def preparing(what: str, *modules: str) -> str:
    """Return the name of a stage, which says when it has modules to import."""
    is_first = any(module not in sys.modules for module in modules)
    return f"Preparing {what}" + (" … (first use)" if is_first else "")


def needs_rembg(settings: Settings) -> bool:
    """Tell whether the next foreground will import rembg for the first time."""
    if "rembg" in sys.modules or not has_effect("rembg_session", settings):
        return False
    from napari_dinosar.backbones.cutout import rembg_model_path

    return rembg_model_path(settings.rembg_session) is not None


def has_new_kinds(specs: Sequence[LayerSpec]) -> bool:
    """Tell whether a kind of layer was not made in this process yet."""
    return not {spec.kind for spec in specs} <= _warmed


def make_new_kinds(specs: Sequence[LayerSpec]) -> None:
    """Make one layer of each new kind and drop it: napari imports and compiles what it needs.

    napari compiles the colours of a Labels layer for seconds; here the window does not wait.
    """
    from napari.layers import Layer

    for spec in specs:
        if spec.kind in _warmed:
            continue
        layer = Layer.create(*spec.as_tuple())
        if spec.kind == "labels":
            layer.colormap.map(np.arange(2, dtype=layer.data.dtype))
        _warmed.add(spec.kind)

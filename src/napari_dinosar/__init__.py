"""Compare photographs of specimens by homologous landmarks and DINOv3 features."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from napari_dinosar.backbones import load_backbone
    from napari_dinosar.comparison import Comparison, compare, iter_compare
    from napari_dinosar.core.errors import DinosarError
    from napari_dinosar.core.landmarks import Landmarks
    from napari_dinosar.findings import Findings
    from napari_dinosar.io.run_reading import read_run
    from napari_dinosar.settings import Settings

__version__ = "0.1.0"

__all__ = [
    "Comparison",
    "DinosarError",
    "Findings",
    "Landmarks",
    "Settings",
    "compare",
    "iter_compare",
    "load_backbone",
    "read_run",
]

_HOMES = {
    "Comparison": "comparison",
    "DinosarError": "core.errors",
    "Findings": "findings",
    "Landmarks": "core.landmarks",
    "Settings": "settings",
    "compare": "comparison",
    "iter_compare": "comparison",
    "load_backbone": "backbones",
    "read_run": "io.run_reading",
}


def __getattr__(name: str) -> Any:
    """Import the public names when they are first asked for: napari starts without them."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

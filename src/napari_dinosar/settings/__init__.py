"""The one tree of settings; the dock, the command line and run.yaml are three views of it."""

from napari_dinosar.settings.effects import has_effect, idle, why_idle
from napari_dinosar.settings.option import Option, Requirement
from napari_dinosar.settings.tree import Settings, defaults, flag, options

__all__ = [
    "Option",
    "Requirement",
    "Settings",
    "defaults",
    "flag",
    "has_effect",
    "idle",
    "options",
    "why_idle",
]

"""The plugin's page in napari's Preferences: what it says, and what is written on it.

napari makes the page from ``contributions.configurations`` in napari.yaml, keeps it in a file of
its own beside its settings, and tells when something on it is changed.
"""

from __future__ import annotations

from typing import Any

PLUGIN = "napari-dinosar"


def page() -> Any | None:
    """Return napari's settings of this plugin, one attribute a group; None where it has none.

    There are none where the plugin is disabled, or runs without being installed.
    """
    from napari.settings import get_plugin_settings

    try:
        return get_plugin_settings(PLUGIN)
    except KeyError:
        return None


def read(group: str, name: str, default: Any = None) -> Any:
    """Return what the page says, or the default where it says nothing of it.

    Parameters
    ----------
    group, name : str
        As in napari.yaml: ``read("inspecting", "blink_ms", 500)``.
    default : object
        For a plugin without a page.
    """
    return getattr(getattr(page(), group, None), name, default)


def write(group: str, name: str, value: Any) -> None:
    """Write something on the page; nothing happens where the page has no place for it."""
    part = getattr(page(), group, None)
    if hasattr(part, name) and getattr(part, name) != value:
        setattr(part, name, value)


def reset() -> None:
    """Set the whole page to what it says in a new installation."""
    shown = page()
    if shown is not None:
        shown.reset()

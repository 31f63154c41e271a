"""The docks of a window: brought to the front, opened where they are closed."""

from __future__ import annotations

from typing import Any

from qtpy.compat import isalive
from qtpy.QtWidgets import QWidget

from napari_dinosar.docks.tabs import bring_to_front

PLUGIN = "napari-dinosar"
WIDGETS = {
    "dinosarCompare": "Compare specimens",
    "dinosarInspect": "Inspect",
    "dinosarLandmarks": "Landmarks",
}
"""What napari.yaml calls our docks, by the object name of what stands in them."""


def opened(viewer: Any, name: str) -> Any:
    """Return what stands in a dock, which is opened where it is closed, and shown in front.

    Parameters
    ----------
    viewer : napari.Viewer
        Whose window.
    name : str
        A key of `WIDGETS`.
    """
    content = found(viewer, name)
    if content is None:
        _, content = viewer.window.add_plugin_dock_widget(PLUGIN, WIDGETS[name])
    bring_to_front(content)
    return content


def found(viewer: Any, name: str) -> Any | None:
    """Return what stands in a dock of the window, by its object name; None where there is none."""
    for widget in viewer.window.dock_widgets.values():
        content = getattr(widget, "__wrapped__", widget)
        if isinstance(content, QWidget) and isalive(content) and content.objectName() == name:
            return content
    return None

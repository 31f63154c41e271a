"""The docks of a window: brought to the front, opened where they are closed."""

from __future__ import annotations

from typing import Any

from npe2 import PluginManager
from qtpy.compat import isalive
from qtpy.QtWidgets import QWidget

from napari_dinosar.docks.tabs import bring_to_front, front_of, join_siblings

DOCKS = {
    "dinosarCompare": ("napari-dinosar.compare", "Compare specimens (DINOSAR)"),
    "dinosarInspect": ("napari-dinosar.inspect", "Inspect (DINOSAR)"),
    "dinosarLandmarks": ("napari-dinosar.landmarks", "Landmarks (DINOSAR)"),
}
"""The command that makes a dock, and the dock's title in the menu, by what stands in the dock."""


def opened(viewer: Any, name: str) -> Any:
    """Return what stands in a dock, which is opened where it is closed, and shown in front.

    Parameters
    ----------
    viewer : napari.Viewer
        Whose window.
    name : str
        A key of `DOCKS`.
    """
    content = found(viewer, name)
    if content is None:
        # napari's menu knows a dock by this title; under another one it would open a second dock
        command, title = DOCKS[name]
        content = PluginManager.instance().commands.get(command)(viewer)
        viewer.window.add_dock_widget(content, name=title)
    bring_to_front(content)
    return content


def open_behind(viewer: Any, name: str, content: QWidget) -> None:
    """Open a dock as a tab behind the one that is in front where another stands.

    Parameters
    ----------
    viewer : napari.Viewer
        Whose window.
    name : str
        A key of `DOCKS`; where that dock is open already, nothing happens.
    content : QWidget
        What the other dock shows.
    """
    if found(viewer, name) is not None:
        return
    in_front = front_of(content)
    # at once, not once it is shown as else: by then somebody may have turned to another tab
    join_siblings(opened(viewer, name))
    if in_front is not None:
        in_front.raise_()


def found(viewer: Any, name: str) -> Any | None:
    """Return what stands in a dock of the window, by its object name; None where there is none."""
    for widget in viewer.window.dock_widgets.values():
        content = getattr(widget, "__wrapped__", widget)
        if isinstance(content, QWidget) and isalive(content) and content.objectName() == name:
            return content
    return None

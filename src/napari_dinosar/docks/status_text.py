"""What napari's status bar says of the layer under the mouse, once that layer is another one."""

from __future__ import annotations

from typing import Any

SAYS_NOTHING = ("", "Ready")
"""What stands there where the mouse is not over the canvas, and where napari is to say nothing."""


def renew_status(viewer: Any) -> None:
    """Let the status bar say what lies under the mouse now.

    napari does so when the mouse moves only: values and names of before would stay where it rests,
    and once it has left the canvas for as long as it does not come back.

    Parameters
    ----------
    viewer : napari.Viewer
        Whose layers were renewed or renamed.
    """
    if viewer.status in SAYS_NOTHING:
        return
    if viewer.mouse_over_canvas:
        viewer.update_status_from_cursor()
    else:
        viewer.status = ""

"""What lies under the pointer: a tool tip with a cell's or a match's values, or why it is grey.

napari shows the features of points and labels in its status bar, but not those of shapes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qtpy.compat import isalive
from qtpy.QtCore import QObject
from qtpy.QtGui import QCursor
from qtpy.QtWidgets import QToolTip

from napari_dinosar.docks import preferences
from napari_dinosar.docks.live_marks import OUTDATED
from napari_dinosar.docks.number_text import number_text
from napari_dinosar.layers import role_of, tag_of

ROLES = ("cells", "correspondences")
LEFT = "\noutdated: the landmarks were changed since"


class Hover(QObject):
    """Shows a tool tip while the pointer rests or moves on a cell or a match of ours.

    Parameters
    ----------
    viewer : napari.Viewer
        Whose canvas is watched.
    parent : QObject
        The dock; with it the watching ends.
    """

    def __init__(self, viewer: Any, parent: QObject) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._shown = ""
        viewer.mouse_move_callbacks.append(self._on_move)

    def _on_move(self, viewer: Any, event: Any) -> None:
        if not isalive(self):
            viewer.mouse_move_callbacks.remove(self._on_move)
            return
        # with Shift held what is probed is looked at: nothing may lie over it
        is_busy = event.is_dragging or "Shift" in event.modifiers
        is_quiet = is_busy or not preferences.read("inspecting", "tips", True)
        text = "" if is_quiet else text_at(viewer.layers, event.position)
        if text:
            QToolTip.showText(QCursor.pos(), text)
        elif self._shown:
            QToolTip.hideText()
        self._shown = text


def text_at(layers: Sequence[Any], position: Sequence[float]) -> str:
    """Return what the topmost visible cell or match at a place of the world says of itself.

    Parameters
    ----------
    layers : sequence of Layer
        From the bottom to the top.
    position : sequence of float
        World coordinates, y before x.

    Returns
    -------
    str
        Empty where there is none.
    """
    for layer in reversed(layers):
        role = role_of(layer)
        if role not in ROLES or not layer.visible:
            continue
        index = layer.get_value(position, world=True)[0]
        if index is not None:
            row = layer.features.iloc[index]
            if role == "correspondences":
                return match_text(row)
            return cell_text(row) + (LEFT if tag_of(layer).get(OUTDATED) else "")
    return ""


def cell_text(cell: Any) -> str:
    """Return the values of a row of cells.csv, or the reason why the cell does not count."""
    where = f"cell in row {cell['row']}, column {cell['col']}"
    value = (
        f"dissimilarity {number_text(cell['dissimilarity'], 4)}" if cell["used"] else cell["reason"]
    )
    coverage = f"coverage {cell['coverage_a']:.0%} in A, {cell['coverage_b']:.0%} in B"
    return f"{where}\n{value}\n{coverage}"


def match_text(match: Any) -> str:
    """Return the values of a row of matches.csv."""
    mutual = "mutual" if match["mutual"] else "one way"
    verified = {True: ", verified", False: ", not verified"}.get(match["inlier"], "")
    similarity = f"similarity {number_text(match['similarity'], 4)}"
    return f"match {match['rank']}\n{similarity}, {mutual}{verified}"

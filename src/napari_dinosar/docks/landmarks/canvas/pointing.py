"""What the pointer does on the canvas: the tools, and what is said and magnified beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import numpy as np
from napari.layers import Layer
from qtpy.QtCore import QObject, Signal
from qtpy.QtWidgets import QWidget

from napari_dinosar.docks.landmarks.canvas.loupe import LoupeView
from napari_dinosar.docks.landmarks.canvas.pointer import REACH_PX, Pointer
from napari_dinosar.docks.landmarks.canvas.pointer_follower import PointerFollower
from napari_dinosar.docks.landmarks.canvas.pointer_tools import ToolEdits
from napari_dinosar.docks.landmarks.canvas.ruler import Ruler
from napari_dinosar.docks.landmarks.canvas.seeding import click_seed
from napari_dinosar.docks.landmarks.canvas.side import CanvasSide
from napari_dinosar.docks.landmarks.panels.colours import landmark_colour
from napari_dinosar.editing.cursor import Side
from napari_dinosar.editing.editor import Editor
from napari_dinosar.editor_layers.places import Grip, xy_at
from napari_dinosar.project.state import Position

Tool: TypeAlias = Literal["place", "ruler", "seed"]

_HINTS: dict[Tool, str] = {
    "place": "",
    "ruler": "Ruler: click both ends of a length that you know. Escape leaves it.",
    "seed": "Seed of the mask: click on the specimen. Escape leaves it.",
}
_NAMES: dict[Tool, str] = {"ruler": "Ruler", "seed": "Seed of the mask"}


class CanvasPointing(QObject):
    """Routes clicks to the tool that is chosen, and says beside the pointer what a click does.

    Parameters
    ----------
    viewer : napari.Viewer
        Whose canvas.
    editor : Editor
        What is edited.
    sides : mapping of str to CanvasSide
        What is shown.
    parent : QObject
        With it all ends.

    Attributes
    ----------
    tool : str
        ``"place"``, ``"ruler"`` or ``"seed"``.
    follower : PointerFollower
        The label and the loupe.

    Signals
    -------
    dropped : no value
        A point that was held was let go.
    """

    dropped = Signal()

    def __init__(
        self, viewer: Any, editor: Editor, sides: Mapping[Side, CanvasSide], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._editor = editor
        self._sides = sides
        self.tool: Tool = "place"
        self.ruler = Ruler(viewer, editor, parent)
        self.ruler.done.connect(self._on_measured)
        self.follower = PointerFollower(self)
        self._edits = ToolEdits(editor, sides, self)
        self._pointer = Pointer(viewer, editor, sides, self)
        self._pointer.click = self._click
        self._pointer.hovered.connect(self._on_hovered)
        self._pointer.left.connect(self.follower.hide)
        self._pointer.dropped.connect(self.dropped)
        self._hover: tuple[QWidget | None, Any, Grip | None] = (None, None, None)

    @property
    def is_holding(self) -> bool:
        """Whether a point is held."""
        return self._pointer.is_holding

    def attach(self, layer: Layer) -> None:
        """Watch the mouse on a landmarks layer, and what napari's tools do to it."""
        self._pointer.attach(layer)
        self._edits.watch(layer)

    def set_tool(self, tool: Tool) -> None:
        """Choose what a click does."""
        self.tool = tool
        self.ruler.stop()
        self._pointer.grips = tool == "place"
        self.follower.hide()

    def hint(self) -> str:
        """Return what the tool asks for; empty while landmarks are placed."""
        return _HINTS[self.tool]

    def cancel(self) -> bool:
        """Stop what is dragged; False if nothing is."""
        return self._pointer.cancel()

    def toggle_loupe(self) -> None:
        """Show the loupe, or stop it."""
        self.follower.shows_loupe = not self.follower.shows_loupe
        self.refresh()

    def refresh(self) -> None:
        """Say what a click does now, if the pointer is over the canvas."""
        canvas, position, _ = self._hover
        if canvas is not None and self.follower.ghost.isVisible():
            self._on_hovered(canvas, position, self._pointer.grip_at(position))

    def _click(self, xy: Position, side: Side) -> None:
        if self.tool == "ruler":
            self.ruler.click(xy, self._sides[side])
        elif self.tool == "seed":
            click_seed(self._editor, xy, side, REACH_PX / self._viewer.scene.camera.zoom)
        else:
            self._editor.click(xy, side)

    def _on_measured(self) -> None:
        self.set_tool("place")

    def _on_hovered(self, canvas: QWidget | None, position: Any, grip: Grip | None) -> None:
        self._hover = canvas, position, grip
        cursor = self._editor.cursor
        found = next(
            ((s, xy) for s in self._sides.values() if (xy := xy_at(s.sheet, position)) is not None),
            None,
        )
        if cursor is None or found is None:
            self.follower.hide()
            return
        side, xy = found
        if self.tool != "place":
            self.follower.show(canvas, _NAMES[self.tool], "", self._magnified(side, xy))
            return
        if not self._editor.schema.landmarks:
            self.follower.hide()
            return
        is_chosen = grip is not None and not self._pointer.places_on(grip)
        index = grip.landmark if grip is not None and is_chosen else cursor.landmark
        words = self._name(index)
        if self._editor.is_paired:
            words = f"{side.side.upper()}: {words}"
        if grip is not None and grip.landmark != cursor.landmark:
            on_it = f"drag {self._name(grip.landmark)}"
            words = f"{words} (drag, or click to choose)" if is_chosen else f"{words} ({on_it})"
        colour = landmark_colour(self._editor.schema, index)
        self.follower.show(canvas, words, colour, self._magnified(side, xy))

    def _name(self, landmark: int) -> str:
        number, name = str(landmark + 1), self._editor.schema.names[landmark]
        return name if name == number else f"{number} {name}"

    def _magnified(self, side: CanvasSide, xy: Position) -> LoupeView | None:
        sheet = side.sheet
        if sheet is None or sheet.photo is None or not self.follower.shows_loupe:
            return None
        placed = sheet.placed
        points = sheet.specimen.digitised.xy[placed]
        near = np.abs(points - xy).max(axis=1, initial=0) < 16
        codes = tuple(landmark_colour(sheet.schema, index) for index in placed[near].tolist())
        return LoupeView(sheet.photo.rgb, xy, points[near], codes)

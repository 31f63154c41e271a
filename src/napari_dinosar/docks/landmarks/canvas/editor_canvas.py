"""The editor on napari's canvas: layers, mouse and keys, in step with the model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from napari.layers import Layer
from qtpy.compat import isalive
from qtpy.QtCore import QObject

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks import key_binding
from napari_dinosar.docks.landmarks.canvas.photos import CanvasPhotos
from napari_dinosar.docks.landmarks.canvas.pointing import CanvasPointing, Tool
from napari_dinosar.docks.landmarks.canvas.side import CanvasSide
from napari_dinosar.docks.landmarks.canvas.status import CanvasStatus
from napari_dinosar.docks.timers import single_shot
from napari_dinosar.editing.cursor import Cursor, Side
from napari_dinosar.editing.editor import Editor
from napari_dinosar.editing.keys import KEYS
from napari_dinosar.editing.photo_shelf import PhotoShelf
from napari_dinosar.editing.prompts import prompt


class EditorCanvas(QObject):
    """Shows where an editor is, and turns the mouse and the keys into edits.

    Parameters
    ----------
    viewer : napari.Viewer
        Where the layers go.
    editor : Editor
        What is shown and edited.
    shelf : PhotoShelf
        Where photos come from.
    parent : QObject
        The dock; with it the canvas is left alone.

    Attributes
    ----------
    keeps_view : bool
        Whether the next photo is looked at where this one was; else all of it is shown.
    photo_ids : callable
        Returns the photos in the order in which one goes through them, for loading ahead.
    """

    def __init__(self, viewer: Any, editor: Editor, shelf: PhotoShelf, parent: QObject) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._editor = editor
        self._sides: dict[Side, CanvasSide] = {
            "a": CanvasSide(viewer, "a", self._on_new_layer),
            "b": CanvasSide(viewer, "b", self._on_new_layer),
        }
        self._runner = key_binding.Runner(KEYS, {}, editor.told.emit, self)
        self._status = CanvasStatus(viewer, self)
        self._pointing = CanvasPointing(viewer, editor, self._sides, self)
        self._pointing.dropped.connect(self.activate)
        self._photos = CanvasPhotos(viewer, editor, shelf, self._sides)
        self._prompted = ""
        self._soon = single_shot(self, 0, self._show_edited)
        self.photo_ids: Callable[[], Sequence[str]] = lambda: tuple(editor.state.photos)
        editor.opened.connect(self._on_opened)
        editor.moved.connect(self._on_moved)
        editor.edited.connect(self._on_edited)
        editor.schema_changed.connect(self._on_schema_changed)
        editor.mode_changed.connect(self._on_mode_changed)
        editor.told.connect(self._status.say)
        if editor.cursor is not None:
            self._on_moved(editor.cursor, None)

    @property
    def keeps_view(self) -> bool:
        """Whether the next photo is looked at where this one was."""
        return self._photos.keeps_view

    @keeps_view.setter
    def keeps_view(self, keeps_view: bool) -> None:
        self._photos.keeps_view = keeps_view

    @property
    def tool(self) -> Tool:
        """What a click does: place landmarks, measure a scale, or set the seed of a mask."""
        return self._pointing.tool

    def set_tool(self, tool: Tool) -> None:
        """Choose what a click does; Escape goes back to placing."""
        self._pointing.set_tool(tool)
        self.activate()
        self._say_prompt()

    def toggle_loupe(self) -> None:
        """Show a magnified view beside the pointer, or stop it."""
        self._pointing.toggle_loupe()

    def centre(self) -> None:
        """Bring the current landmark into the middle; one that is not placed shows the photo."""
        side = self._due_side()
        if side is None or side.sheet is None:
            return
        xy = self._editor.point.xy if self._editor.schema.landmarks else None
        if xy is None:
            self._photos.fit()
        else:
            self._photos.centre(side, xy)

    def activate(self) -> None:
        """Make the landmarks of the side whose turn it is the active layer.

        While a point is held nothing happens: the layer that is active has the mouse.
        """
        if self._pointing.is_holding:
            return
        side = self._due_side()
        layer = None if side is None else side.layer("landmarks")
        if layer is not None:
            self._viewer.layers.selection.active = layer

    def bind(self, actions: Mapping[str, Callable[[], None]]) -> None:
        """Bind the table of keys on all layers of the editor, those to come among them.

        Parameters
        ----------
        actions : mapping of str to callable
            By the names of the table.
        """
        self._runner.actions = dict(actions)
        for side in self._sides.values():
            for layer in side.layers:
                self._bind(layer)

    # -- inside -------------------------------------------------------------------------------

    def _due_side(self) -> CanvasSide | None:
        cursor = self._editor.cursor
        return None if cursor is None else self._sides[cursor.side]

    def _on_new_layer(self, layer: Layer, role: str) -> None:
        self._bind(layer)
        if role == "landmarks":
            self._pointing.attach(layer)

    def _bind(self, layer: Layer) -> None:
        key_binding.bind(layer, self._runner)
        layer.bind_key("Escape", self._on_escape, overwrite=True)

    def _on_escape(self, layer: Layer) -> None:
        if isalive(self) and not self._pointing.cancel() and self.tool != "place":
            self.set_tool("place")

    def _on_opened(self) -> None:
        if isalive(self):
            self._pointing.set_tool("place")
            self._photos.clear()

    def _on_moved(self, new: Cursor | None, old: Cursor | None) -> None:
        if not isalive(self):
            return
        if new is None:
            self._photos.clear()
            self._say_prompt()
            return
        has_other_photos = self._show()
        if has_other_photos:
            self._pointing.set_tool("place")
            self._photos.preload(self.photo_ids())
        self.activate()  # a click is meant for what was gone to, whatever was clicked before
        self._pointing.refresh()
        self._say_prompt()
        if has_other_photos:
            self._photos.tell_missing()

    def _on_edited(self, specimen_ids: tuple[str, ...]) -> None:
        cursor = self._editor.cursor
        if isalive(self) and cursor and {*cursor.shown_ids} & {*specimen_ids}:
            # mostly the cursor moves on at once, and both are shown together
            self._soon.start()

    def _on_schema_changed(self) -> None:
        if isalive(self):
            self._show()

    def _on_mode_changed(self, mode: str) -> None:
        self._say_prompt()

    def _show_edited(self) -> None:
        self._show()
        if self._status.sentence == self._prompted:  # else something was told that is newer
            self._say_prompt()

    def _say_prompt(self) -> None:
        self._prompted = self._pointing.hint() or prompt(self._editor)
        self._status.say(self._prompted)

    def _show(self) -> bool:
        self._soon.stop()
        if self._editor.cursor is None:
            return False
        try:
            return self._photos.show()
        except DinosarError as error:
            self._status.say(str(error))
            return False

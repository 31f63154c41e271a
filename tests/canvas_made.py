"""A canvas without a window: a viewer's model, an editor with three photos, and a mouse."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from napari.components import ViewerModel
from PIL import Image
from qtpy.QtWidgets import QWidget

from napari_dinosar.docks.landmarks.canvas.editor_canvas import EditorCanvas
from napari_dinosar.docks.landmarks.canvas.side import CanvasSide
from napari_dinosar.editing.actions import editor_actions
from napari_dinosar.editing.editor import Editor
from napari_dinosar.editing.photo_shelf import PhotoShelf
from napari_dinosar.editor_layers.places import in_world
from napari_dinosar.project.store import Project
from project_made import schema

SIZES = ((64, 48), (80, 40), (64, 48))


class Rig:
    """Attributes: viewer, editor, canvas, told (sentences), shelf."""

    def __init__(self, folder: Path, dock: QWidget) -> None:
        for number, (width, height) in enumerate(SIZES):
            pixels = np.full((height, width, 3), 60 * number + 20, np.uint8)
            Image.fromarray(pixels).save(folder / f"{number}.png")
        self.folder = folder
        self.viewer = ViewerModel()
        self.viewer.canvas.size = (400, 600)
        self.editor = Editor()
        self.told: list[str] = []
        self.editor.told.connect(self.told.append)
        self.shelf = PhotoShelf()
        self.canvas = EditorCanvas(self.viewer, self.editor, self.shelf, dock)
        self.canvas.bind(editor_actions(self.editor))
        self.project = Project.new(folder / "leaves.json", folder, schema())
        self.editor.open(self.project)

    def close(self) -> None:
        self.editor.close(discard=True)
        self.shelf.close()

    def side(self, name: str = "a") -> CanvasSide:
        return self.canvas._sides[name]

    def layer(self, role: str = "landmarks", side: str = "a") -> Any:
        return self.side(side).layer(role)

    def world(self, xy: tuple[float, float], side: str = "a") -> Any:
        return in_world(self.side(side).sheet, xy)

    def mouse(self, *path: Any, button: int = 1, modifiers: tuple[str, ...] = ()) -> list[bool]:
        """Press at the first place of the world, move over the others, release at the last.

        Parameters
        ----------
        *path : sequence of float, or callable
            Places, and what is done between two of them.
        button : int
            1 is the left one.
        modifiers : tuple of str
            Keys that are held.

        Returns
        -------
        list of bool
            What was kept from napari: the press, and each move.
        """
        layer = self.viewer.layers.selection.active
        event = SimpleNamespace(
            type="mouse_press", button=button, modifiers=modifiers, handled=False, is_dragging=True
        )
        self._put(event, path[0])
        running = [callback(layer, event) for callback in layer.mouse_drag_callbacks]
        alive = [one for one in running if one is not None and _next(one)]
        kept = [event.handled]
        for place in path[1:]:
            if callable(place):
                place()
                continue
            event.type, event.handled = "mouse_move", False
            self._put(event, place)
            alive = [one for one in alive if _next(one)]
            kept.append(event.handled)
        event.type = "mouse_release"
        for one in alive:
            _next(one)
        return kept

    def click(self, xy: tuple[float, float], side: str = "a", **more: Any) -> None:
        self.mouse(self.world(xy, side), **more)

    def _put(self, event: SimpleNamespace, place: Any) -> None:
        event.position = tuple(float(part) for part in place)
        event.pos = np.array(event.position[::-1]) * self.viewer.scene.camera.zoom

    def press(self, key: str) -> None:
        """Press a key, and let it go, while the active layer has it."""
        from napari.utils.key_bindings import coerce_keybinding

        layer = self.viewer.layers.selection.active
        running = layer.keymap[coerce_keybinding(key)](layer)
        if running is not None:
            _next(running)
            _next(running)


def _next(generator: Any) -> bool:
    try:
        next(generator)
    except StopIteration:
        return False
    return True

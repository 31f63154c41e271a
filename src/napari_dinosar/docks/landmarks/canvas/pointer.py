"""The mouse on our landmarks layer: clicks place, points are dragged, all else is napari's."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Mapping
from typing import Any

import numpy as np
from napari.layers import Layer
from qtpy.compat import isalive
from qtpy.QtCore import QObject, Signal
from qtpy.QtGui import QCursor
from qtpy.QtWidgets import QApplication

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.landmarks.canvas.press import Press
from napari_dinosar.docks.landmarks.canvas.side import CanvasSide
from napari_dinosar.editing.cursor import Side
from napari_dinosar.editing.editor import Editor
from napari_dinosar.editing.order import is_open
from napari_dinosar.editor_layers import places
from napari_dinosar.editor_layers.places import Grip
from napari_dinosar.project.state import Position

REACH_PX = 9.0
"""How near a point one has to be to take hold of it, in screen pixels."""

Click = Callable[[Position, Side], None]


class Pointer(QObject):
    """Turns the mouse into edits.

    Parameters
    ----------
    viewer : napari.Viewer
        Whose camera says what a screen pixel is.
    editor : Editor
        What it acts on.
    sides : mapping of str to CanvasSide
        What is shown.
    parent : QObject
        With it the mouse is napari's own again.

    Attributes
    ----------
    click : callable
        What a click on a photo does, given photo pixels and the side.
    grips : bool
        Whether points can be taken hold of.

    Signals
    -------
    hovered : object, object, object
        The widget under the pointer or None, its place in the world, and the `Grip` there or None.
    left : no value
        The pointer is busy otherwise.
    dropped : no value
        What was held was let go.
    """

    hovered = Signal(object, object, object)
    left = Signal()
    dropped = Signal()

    def __init__(
        self, viewer: Any, editor: Editor, sides: Mapping[Side, CanvasSide], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._editor = editor
        self._sides = sides
        self._press: Press | None = None
        self.click: Click = editor.click
        self.grips = True

    @property
    def is_holding(self) -> bool:
        """Whether a point is held; the mouse then belongs to the layer that is active."""
        return self._press is not None and self._press.held is not None

    def attach(self, layer: Layer) -> None:
        """Watch the mouse while a layer is active and moves the camera."""
        layer.mouse_drag_callbacks.append(self._on_press)
        layer.mouse_move_callbacks.append(self._on_move)

    def cancel(self) -> bool:
        """Put a point that is dragged back where it was; False if there is none."""
        if self._press is None or self._press.held is None:
            return False
        self._press.is_off = True
        for side in self._sides.values():
            side.redraw()
        return True

    def grip_at(self, position: Any) -> Grip | None:
        """Return the landmark at a place of the world that can be taken hold of, or None."""
        shown = [one.sheet for one in self._sides.values() if one.shows_points and self.grips]
        found = filter(None, (places.nearest(sheet, position) for sheet in shown))
        far, grip = min(found, key=lambda one: one[0], default=(math.inf, None))
        return grip if far * float(self._viewer.scene.camera.zoom) <= REACH_PX else None

    def places_on(self, grip: Grip) -> bool:
        """Tell whether a click on a point places the current landmark instead of choosing it.

        Landmarks may lie close together, or on each other: what is still open can be placed there.
        """
        specimen, cursor = self._editor.on(grip.side), self._editor.cursor
        if specimen is None or cursor is None:
            return False
        return is_open(specimen.point(cursor.landmark))

    def _on_press(self, layer: Layer, event: Any) -> Generator[None, None, None]:
        if not isalive(self) or event.button != 1 or event.modifiers or layer.mode != "pan_zoom":
            return
        press = self._press = self._begun(event)
        event.handled = press.grip is not None
        yield
        while event.type == "mouse_move":
            self._check(press)
            if press.becomes_drag(event.pos):
                self.left.emit()
                if press.held is not None:
                    self._editor.go_to_landmark(press.held.landmark, press.held.side)
            # the camera does not follow a dragged point, nor the jitter of a click
            event.handled = press.grip is not None or press.is_click
            if press.held is not None and not press.is_click:
                self._drag(press, press.held, event.position)
            yield
        self._press = None
        self._check(press)
        self._end(press, event.position)
        if press.grip is not None:
            self.dropped.emit()

    def _begun(self, event: Any) -> Press:
        grip, offset = self.grip_at(event.position), np.zeros(2)
        sheet = None if grip is None else self._sides[grip.side].sheet
        if grip is not None and sheet is not None:
            offset = places.in_world(sheet, grip.xy) - np.asarray(event.position)[-2:]
        return Press(grip, np.array(event.pos, dtype=float), offset, self._shown())

    def _check(self, press: Press) -> None:
        """Let a press go that a key has led to another specimen: it was not meant for that."""
        press.is_off |= self._shown() != press.shown

    def _shown(self) -> tuple[str, ...]:
        cursor = self._editor.cursor
        return () if cursor is None else cursor.shown_ids

    def _end(self, press: Press, position: Any) -> None:
        """Do what a press was for; what is refused is told."""
        try:
            if press.is_click and not press.is_off:
                self._on_click(position, press.grip)
            elif press.held is not None:
                self._drop(press.held, press.place(position))
        except DinosarError as error:
            self._editor.told.emit(str(error))

    def _drag(self, press: Press, grip: Grip, position: Any) -> None:
        side = self._sides[grip.side]
        if side.size_xy is None or side.sheet is None:
            return
        if side.sheet.specimen.point(grip.landmark).xy is None:
            press.is_off = True  # it was cleared meanwhile
            return
        side.drag(grip.landmark, places.nearest_xy(side.sheet, press.place(position)))

    def _drop(self, grip: Grip, position: Any) -> None:
        side = self._sides[grip.side]
        if side.sheet is None or side.size_xy is None:
            return
        specimen_id = side.sheet.specimen.specimen_id
        xy = places.nearest_xy(side.sheet, position)
        try:
            self._editor.move_point(specimen_id, grip.landmark, xy)
        except DinosarError:
            side.redraw()
            raise

    def _on_click(self, position: Any, grip: Grip | None) -> None:
        if grip is not None and not self.places_on(grip):
            self._editor.go_to_landmark(grip.landmark, grip.side)
            return
        for side in self._sides.values():
            xy = places.xy_at(side.sheet, position)
            if xy is not None:
                self.click(xy, side.side)
                return
        shown = [one for one in self._sides.values() if one.sheet is not None]
        if shown and all(one.size_xy is None for one in shown):
            raise DinosarError(
                "The photo is not there and nobody knows its size, so nothing can be placed."
            )
        raise DinosarError("Nothing is placed outside of the photo.")

    def _on_move(self, layer: Layer, event: Any) -> None:
        if not isalive(self) or layer.mode != "pan_zoom":
            return
        grip = self.grip_at(event.position)
        sheets = [side.sheet for side in self._sides.values()]
        is_inside = any(places.xy_at(one, event.position) is not None for one in sheets)
        layer.cursor = "pointing" if grip is not None else "cross" if is_inside else "standard"
        # napari's mouse events do not say which canvas they are from
        self.hovered.emit(QApplication.widgetAt(QCursor.pos()), event.position, grip)

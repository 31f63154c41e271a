"""The layers of one side of the editor: shown once, then updated in place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
from napari.layers import Layer

from napari_dinosar import showing
from napari_dinosar.core.photo import Photo
from napari_dinosar.docks import landmark_layers
from napari_dinosar.editing.cursor import Side
from napari_dinosar.editor_layers import specs, updating
from napari_dinosar.layers import LayerSpec, frame_of, tag_of
from napari_dinosar.project.state import Position

_BOTTOM_UP = ("photo", "skeleton", "marks", "landmarks")


class CanvasSide:
    """Shows one specimen on its photo.

    Parameters
    ----------
    viewer : napari.Viewer
        Where the layers go.
    side : str
        ``"a"`` or ``"b"``.
    on_new : callable
        Called with each layer that is added, and its role.

    Attributes
    ----------
    sheet : Sheet or None
        What is shown.
    is_writing : bool
        Whether a change of a layer is ours.
    """

    def __init__(self, viewer: Any, side: Side, on_new: Callable[[Layer, str], None]) -> None:
        self._viewer = viewer
        self.side = side
        self._on_new = on_new
        self._layers: dict[str, Layer] = {}
        self._shown: dict[str, LayerSpec] = {}
        self.sheet: specs.Sheet | None = None
        self._photo_of: tuple[Photo | None, str, float] | None = None
        self.is_writing = False

    def layer(self, role: str) -> Layer | None:
        """Return a layer of the side that is in the viewer, or None."""
        layer = self._layers.get(role)
        return layer if layer is not None and layer in self._viewer.layers else None

    @property
    def size_xy(self) -> tuple[int, int] | None:
        """Size of the photo; None where nobody knows it, and then nothing can be placed."""
        return None if self.sheet is None else self.sheet.size_xy

    @property
    def shows_points(self) -> bool:
        """Whether the landmarks can be seen."""
        layer = self.layer("landmarks")
        return layer is not None and bool(layer.visible)

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers that are in the viewer, from the bottom to the top."""
        found = (self.layer(role) for role in _BOTTOM_UP)
        return tuple(layer for layer in found if layer is not None)

    def show(self, sheet: specs.Sheet, left_px: float) -> None:
        """Show a specimen in place of the one before.

        Parameters
        ----------
        sheet : Sheet
            The specimen; its frame is found here.
        left_px : float
            Where the first column of the photo lies in the world.
        """
        with self._writing():
            self._show_photo(sheet, left_px)
            self.sheet = replace(sheet, frame=frame_of(self._layers["photo"]))
            self._put_points()

    def redraw(self) -> None:
        """Show the landmarks anew: somebody else has changed the layer."""
        self._shown.pop("landmarks", None)
        if self.sheet is not None:
            with self._writing():
                self._put_points()

    def remove(self) -> None:
        """Take the layers away; the project keeps what they showed."""
        with self._writing():
            for layer in self.layers:
                self._viewer.layers.remove(layer)
        self._layers.clear()
        self._shown.clear()
        self.sheet, self._photo_of = None, None

    def drag(self, landmark: int, xy: Position) -> None:
        """Show a landmark elsewhere while it is dragged; the project does not know yet.

        The layer emits ``set_data``, as with napari's own dragging.
        """
        layer, sheet = self.layer("landmarks"), self.sheet
        if layer is None or sheet is None:
            return
        row = int(np.flatnonzero(sheet.placed == landmark)[0])
        moved = sheet.specimen.digitised.xy.copy()
        moved[landmark] = xy
        with self._writing():
            layer.data[row] = xy[::-1]
            layer.refresh(thumbnail=False, extent=False)
            self._displaced("landmarks")
            if (lines := self.layer("skeleton")) is not None and sheet.schema.skeleton:
                lines.data[:] = specs.skeleton_vectors(moved, sheet.schema.skeleton)
                lines.refresh(thumbnail=False, extent=False)
                self._displaced("skeleton")
            if (marks := self.layer("marks")) is not None and landmark == sheet.current:
                marks.data[0] = xy[::-1]
                marks.refresh(thumbnail=False, extent=False)
                self._displaced("marks")

    # -- inside -------------------------------------------------------------------------------

    def _displaced(self, role: str) -> None:
        if role in self._shown:
            self._shown[role] = replace(self._shown[role], data=None)

    def _show_photo(self, sheet: specs.Sheet, left_px: float) -> None:
        key = (sheet.photo, sheet.origin["photo_id"], left_px)
        if self.layer("photo") is not None and self._photo_of == key:
            return
        if sheet.photo is not None:
            spec = specs.photo_layer(sheet, left_px)
        else:
            spec = specs.placeholder_layer(sheet, left_px)
        self._put("photo", spec)
        self._photo_of = key

    def _put_points(self) -> None:
        assert self.sheet is not None
        self._put_skeleton()
        self._put("marks", specs.marks_layer(self.sheet))
        self._put("landmarks", specs.landmarks_layer(self.sheet))

    def _put_skeleton(self) -> None:
        """Show the lines of the scheme, beneath the points; without any there is no layer."""
        assert self.sheet is not None
        layer, above = self.layer("skeleton"), self.layer("marks")
        if not self.sheet.schema.skeleton:
            if layer is not None:
                self._viewer.layers.remove(layer)
            self._shown.pop("skeleton", None)
            return
        layers = self._viewer.layers
        active = layers.selection.active
        self._put("skeleton", specs.skeleton_layer(self.sheet))
        if layer is None and above is not None:
            layers.move(len(layers) - 1, layers.index(above))
            layers.selection.active = active

    def _put(self, role: str, spec: LayerSpec) -> None:
        layer = self.layer(role)
        if layer is None:
            layer = self._adopted(role)
        if layer is not None:
            updating.update(layer, spec, self._shown.get(role))
        else:
            layer = self._viewer.add_layer(updating.make(spec))
        if self._layers.get(role) is not layer:
            self._layers[role] = layer
            self._on_new(layer, role)
        self._shown[role] = spec

    def _adopted(self, role: str) -> Layer | None:
        """Return the photo that another dock showed on this side; its landmarks are set aside."""
        if role not in ("photo", "landmarks"):
            return None
        layer = showing.find(self._viewer, role, self.side)
        if layer is None:
            return None
        if role == "photo" and tag_of(layer).get("path") is not None:
            return layer
        landmark_layers.set_aside(layer, self.side)
        return None

    @contextmanager
    def _writing(self) -> Iterator[None]:
        before, self.is_writing = self.is_writing, True
        try:
            yield
        finally:
            self.is_writing = before

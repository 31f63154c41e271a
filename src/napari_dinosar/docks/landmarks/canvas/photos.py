"""The photos and specimens that an editor is at, into the layers of the two sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.photo import Photo
from napari_dinosar.docks.landmarks.canvas.results import CanvasResults
from napari_dinosar.docks.landmarks.canvas.side import CanvasSide
from napari_dinosar.docks.landmarks.canvas.view import Box, CanvasView, box_of
from napari_dinosar.editing.cursor import Side
from napari_dinosar.editing.editor import Editor
from napari_dinosar.editing.photo_shelf import PhotoShelf
from napari_dinosar.editing.seeds import seed_of
from napari_dinosar.editor_layers.places import in_world
from napari_dinosar.editor_layers.specs import UNKNOWN_SIZE, Sheet
from napari_dinosar.layers import beside
from napari_dinosar.project.state import Position, Specimen

_AHEAD = 2


class CanvasPhotos:
    """Shows what the cursor of an editor is at.

    Parameters
    ----------
    viewer : napari.Viewer
        Where the layers are.
    editor : Editor
        What is shown.
    shelf : PhotoShelf
        Where photos come from.
    sides : mapping of str to CanvasSide
        Where they go.

    Attributes
    ----------
    keeps_view : bool
        Whether the next photo is looked at where this one was.
    """

    def __init__(
        self, viewer: Any, editor: Editor, shelf: PhotoShelf, sides: Mapping[Side, CanvasSide]
    ) -> None:
        self._editor = editor
        self._shelf = shelf
        self._sides = sides
        self._results = CanvasResults(viewer)
        self._photo_ids: dict[Side, str] = {}
        self._missing: dict[str, str] = {}
        self._at_hand: dict[Side, tuple[str, Photo | None]] = {}
        self._view = CanvasView(viewer)
        self.keeps_view = False

    def show(self) -> bool:
        """Show both sides as they are now, and tell whether the photos are others than before."""
        photos_before, boxes = self._results.photos(), self._boxes()
        ids_before = dict(self._photo_ids)
        for name, side in self._sides.items():
            specimen = self._editor.on(name)
            if specimen is None:
                side.remove()
                self._photo_ids.pop(name, None)
                self._at_hand.pop(name, None)
            else:
                self._show_side(side, specimen)
        if self._photo_ids == ids_before:
            return False
        self._results.follow(photos_before)
        self._look(boxes, ids_before)
        return True

    def fit(self) -> None:
        """Look at all of the photos."""
        self._view.fit(tuple(self._boxes().values()))

    def centre(self, side: CanvasSide, xy: Position) -> None:
        """Look at a place of a photo, and come closer where all of the photo is in view."""
        if side.sheet is not None:
            self._view.centre(in_world(side.sheet, xy), self._boxes()[side.side])

    def clear(self) -> None:
        """Take everything away."""
        before = self._results.photos()
        for side in self._sides.values():
            side.remove()
        self._photo_ids.clear()
        self._at_hand.clear()
        self._results.follow(before)

    def preload(self, photo_ids: Sequence[str]) -> None:
        """Have the photos around the one that is shown read in the background.

        Parameters
        ----------
        photo_ids : sequence of str
            In the order in which one goes through them.
        """
        here = self._editor.photo_id
        keys = list(photo_ids)
        if here not in keys:
            return
        place = keys.index(here)
        near = [*keys[place + 1 : place + 1 + _AHEAD], *keys[max(place - 1, 0) : place]]
        paths = []
        for key in near:
            try:
                paths.append(self._editor.photo_path(key))
            except DinosarError:  # it is told when somebody goes there
                continue
        self._shelf.preload(paths)

    def _show_side(self, side: CanvasSide, specimen: Specimen) -> None:
        editor, cursor = self._editor, self._editor.cursor
        assert cursor is not None
        has_current = side.side == cursor.side and cursor.landmark < len(editor.schema.landmarks)
        assert editor.project is not None
        key = specimen.photo_id
        photo = self._photo(side.side, key)
        size = editor.state.photo(key).size_xy if photo is None else photo.size_xy
        sheet = Sheet(
            specimen=specimen,
            schema=editor.schema,
            side=side.side,
            origin={
                "project": str(editor.project.path),
                "photo_id": key,
                "specimen_id": specimen.specimen_id,
            },
            photo=photo,
            current=cursor.landmark if has_current else None,
            seed_xy=seed_of(specimen),
            size_xy=size,
        )
        side.show(sheet, self._left(side))
        self._photo_ids[side.side] = key

    def _left(self, side: CanvasSide) -> float:
        if side.side == "a":
            return 0.0
        width, _ = self._sides["a"].size_xy or UNKNOWN_SIZE
        return beside(width)

    def _photo(self, side: Side, photo_id: str) -> Photo | None:
        """Return a photo, the one that is shown without another look at its file."""
        known, photo = self._at_hand.get(side, ("", None))
        if known == photo_id:
            return photo
        self._missing.pop(photo_id, None)
        try:
            photo = self._shelf.photo(self._editor.photo_path(photo_id))
        except DinosarError as error:
            photo = None
            self._missing[photo_id] = str(error)
        else:
            assert self._editor.project is not None
            self._editor.project.note_size(photo_id, photo.size_xy)
        self._at_hand[side] = photo_id, photo
        return photo

    def _boxes(self) -> dict[Side, Box]:
        photos = {name: side.layer("photo") for name, side in self._sides.items()}
        return {name: box_of(photo) for name, photo in photos.items() if photo is not None}

    def _look(self, before: dict[Side, Box], ids_before: dict[Side, str]) -> None:
        now = self._boxes()
        stays = self.keeps_view and ids_before.keys() == self._photo_ids.keys() and "a" in before
        if not stays or all(self._view.shows_all(box) for box in before.values()):
            self.fit()
            return
        changed = next(name for name in now if ids_before[name] != self._photo_ids[name])
        self._view.follow(before[changed], now[changed])

    def tell_missing(self) -> None:
        """Tell which of the photos are not there, and what can be done all the same."""
        for name, key in self._photo_ids.items():
            if key in self._missing:
                size = self._sides[name].size_xy
                rest = (
                    "Its landmarks can be edited on the grey area."
                    if size is not None
                    else "Nothing can be placed, since its size is not known either."
                )
                self._editor.told.emit(f"{self._missing[key]} {rest}")

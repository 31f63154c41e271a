"""The photos of the project for Qt: those that the filter and the search let through, in order."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from qtpy.compat import isalive
from qtpy.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from napari_dinosar.docks.landmarks.photos.lines import (
    Line,
    photo_line,
    preview_of,
    shared_folder,
    specimen_line,
    tooltip_of,
)
from napari_dinosar.docks.landmarks.photos.places import Place, Places, places_of
from napari_dinosar.editing.cursor import Cursor
from napari_dinosar.editing.editor import Editor
from napari_dinosar.editing.thumbnails import Thumbnails
from napari_dinosar.project.listing import Filter, is_shown

MANY = 200
"""From so many photos that change at once, the list is made anew."""


class PhotoModel(QAbstractListModel):
    """The lines of the photo list; an edit touches those of its photo alone.

    A photo that is being worked on stays until one leaves it, though it no longer passes the
    filter.

    Parameters
    ----------
    editor : Editor
        Whose project is listed.
    thumbnails : Thumbnails
        Whence the previews are; nothing is asked of them but for a line that is shown.
    """

    def __init__(
        self, editor: Editor, thumbnails: Thumbnails, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._thumbnails = thumbnails
        self._which: Filter = "all"
        self._search = ""
        self._places = Places()
        self._staying: set[str] = set()
        self._folder = ""
        editor.opened.connect(self._list_anew)
        editor.listed.connect(self._on_listed)
        editor.edited.connect(self._on_edited)
        editor.moved.connect(self._on_moved)
        self._list_anew()

    def rowCount(self, parent: QModelIndex | None = None) -> int:  # noqa: N802
        """Return the number of lines."""
        return 0 if parent is not None and parent.isValid() else len(self._places)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a line says, for screen readers and tooltips."""
        line = self.line(index)
        if line is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{line.name}, {line.words}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip_of(self._editor, self._thumbnails, line)
        return None

    @property
    def is_paired(self) -> bool:
        """Whether two specimens are shown side by side."""
        return self._editor.is_paired

    def line(self, index: QModelIndex) -> Line | None:
        """Return what a line says; None where there is none."""
        if self._editor.project is None or not 0 <= index.row() < len(self._places):
            return None
        photo_id, number = self._places.lines[index.row()]
        if photo_id not in self._editor.state.photos:
            return None  # between the edit that removed it and the word of it
        if number:
            there = len(self._editor.state.ids_by_photo[photo_id])
            return specimen_line(self._editor, photo_id, number) if number <= there else None
        name = self._editor.state.photos[photo_id].file_name.removeprefix(self._folder)
        return photo_line(self._editor, photo_id, name or f"photo {photo_id}")

    def preview(self, line: Line) -> tuple[NDArray[np.uint8] | None, str]:
        """Return the preview of a photo, and in two words why there is none for good."""
        return preview_of(self._editor, self._thumbnails, line.row.photo_id)

    def photo_ids(self) -> list[str]:
        """Return the photos in the order of the list."""
        return self._places.photo_ids()

    def place_of(self, photo_id: str, specimen_id: str = "") -> QModelIndex:
        """Return the line of a specimen, or else of its photo; invalid where it is not listed."""
        span = self._places.span(photo_id)
        if not span:
            return QModelIndex()
        ids = self._editor.state.ids_by_photo.get(photo_id, ())
        number = ids.index(specimen_id) + 1 if len(span) > 1 and specimen_id in ids else 0
        return self.index(span[min(number, len(span) - 1)], 0)

    def choose(self, which: Filter, search: str) -> None:
        """Show the photos that a filter and a search let through, as of `Listing.shown`."""
        if (which, search) != (self._which, self._search):
            self._which, self._search = which, search
            self._list_anew()

    def _list_anew(self) -> None:
        if not isalive(self):
            return
        self.beginResetModel()
        self._staying.clear()
        listing = self._editor.listing
        rows = () if listing is None else listing.shown(self._which, self._search)
        photos = {} if listing is None else self._editor.state.photos
        self._folder = shared_folder(photos.values())
        self._places = Places(rows, photos)
        self.endResetModel()

    def _on_listed(self, photo_ids: tuple[str, ...]) -> None:
        if not isalive(self):
            return
        photos = self._editor.state.photos
        are_others = any((key in photos) != self._places.knows(key) for key in photo_ids)
        if len(photo_ids) > MANY or (are_others and self._folder != shared_folder(photos.values())):
            self._list_anew()
            return
        for key in photo_ids:
            if key not in photos:
                self._staying.discard(key)
                self._show(key, [])
        if are_others:
            self._places.set_order(photos)
        here = self._current_photos()
        for key in photo_ids:
            if key in photos:
                if key in here and self._places.span(key):
                    self._staying.add(key)
                self._update(key)

    def _on_edited(self, specimen_ids: tuple[str, ...]) -> None:
        """Repaint the lines of single specimens, whose photo may count the same as before."""
        if not isalive(self) or len(specimen_ids) > MANY:
            return
        state = self._editor.state
        for key in specimen_ids:
            specimen = state.specimens.get(key)
            if specimen is not None and len(state.ids_by_photo[specimen.photo_id]) > 1:
                line = self.place_of(specimen.photo_id, key)
                if line.isValid():
                    self.dataChanged.emit(line, line)

    def _on_moved(self, cursor: Cursor | None, before: Cursor | None) -> None:
        if not (isalive(self) and self._staying):
            return
        left = self._staying - self._current_photos()
        self._staying -= left
        for key in left:
            if self._editor.project is not None and key in self._editor.state.photos:
                self._update(key)

    def _current_photos(self) -> set[str]:
        shown = (self._editor.on("a"), self._editor.on("b"))
        return {one.photo_id for one in shown if one is not None}

    def _update(self, photo_id: str) -> None:
        assert self._editor.listing is not None
        row = self._editor.listing[photo_id]
        stays = photo_id in self._staying or is_shown(row, self._which, self._search)
        self._show(photo_id, places_of(row) if stays else [])

    def _show(self, photo_id: str, wanted: list[Place]) -> None:
        """Give a photo other lines than it has, and touch no line of any other."""
        span, nowhere = self._places.span(photo_id), QModelIndex()
        common = span.start + min(len(span), len(wanted))
        if len(span) > len(wanted):
            self.beginRemoveRows(nowhere, common, span.stop - 1)
            self._places.remove(range(common, span.stop))
            self.endRemoveRows()
        elif len(wanted) > len(span):
            new = wanted[len(span) :]
            self.beginInsertRows(nowhere, common, common + len(new) - 1)
            self._places.insert(common, new)
            self.endInsertRows()
        if common > span.start:
            self.dataChanged.emit(self.index(span.start, 0), self.index(common - 1, 0))

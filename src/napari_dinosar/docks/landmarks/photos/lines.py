"""What a line of the photo list says: a photo, or one of several specimens on it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.editing.cursor import Side
from napari_dinosar.editing.editor import Editor
from napari_dinosar.editing.thumbnails import Thumbnails
from napari_dinosar.project.listing import Row, row_of
from napari_dinosar.project.state import PhotoEntry

WORDS = {"none": "not begun", "partial": "partial", "complete": "complete"}
"""What the list calls the progress of a photo."""


@dataclass(frozen=True)
class Line:
    """A line of the list.

    Attributes
    ----------
    row : Row
        The photo with all its specimens; on the line of a specimen, with that alone.
    name : str
        What it is called here.
    number : int
        0 on the line of a photo; else which specimen of the photo it is, from 1.
    side : str
        ``"a"`` or ``"b"`` where it is shown on that side; empty elsewhere.
    is_reference : bool
        Whether it was pinned as the reference.
    """

    row: Row
    name: str
    number: int = 0
    side: Side | str = ""
    is_reference: bool = False

    @property
    def specimen_ids(self) -> tuple[str, ...]:
        """The specimens that it stands for."""
        return self.row.specimen_ids

    @property
    def words(self) -> str:
        """Its state and its count in words."""
        parts = [self.row.count]
        if self.row.is_flagged:
            parts.append("flagged")
        if self.is_reference:
            parts.append("reference")
        parts.append(WORDS[self.row.progress])
        if self.row.n_proposed:
            parts.insert(1, f"{self.row.n_proposed} proposed")
        return " · ".join(parts)


def photo_line(editor: Editor, photo_id: str, name: str) -> Line:
    """Return the line of a photo."""
    assert editor.listing is not None
    row = editor.listing[photo_id]
    return Line(row, name, 0, _side(editor, row.specimen_ids), _is_pinned(editor, row))


def specimen_line(editor: Editor, photo_id: str, number: int) -> Line:
    """Return the line of a specimen, by its 1-based place on its photo."""
    state = editor.state
    specimen = state.on_photo(photo_id)[number - 1]
    row = row_of(state.photos[photo_id], (specimen,))
    side = _side(editor, row.specimen_ids)
    return Line(row, f"specimen {number}", number, side, _is_pinned(editor, row))


def preview_of(
    editor: Editor, thumbnails: Thumbnails, photo_id: str
) -> tuple[NDArray[np.uint8] | None, str]:
    """Return the preview of a photo; or None, and in two words why there is none for good."""
    try:
        path = editor.photo_path(photo_id)
    except DinosarError:
        return None, "no photo"
    preview = thumbnails.get(path)
    if not thumbnails.problem(path):
        return preview, ""
    return None, "photo missing" if thumbnails.is_missing(path) else "unreadable"


def tooltip_of(editor: Editor, thumbnails: Thumbnails, line: Line) -> str:
    """Return where a photo lies, or what is wrong with it, and all that its line says."""
    try:
        path = editor.photo_path(line.row.photo_id)
        where = thumbnails.problem(path) or str(path)
    except DinosarError as error:
        where = str(error)
    what = "specimen" if len(line.specimen_ids) == 1 else "specimens"
    return f"{where}\n{what} {', '.join(line.specimen_ids)}: {line.words}"


def shared_folder(photos: Iterable[PhotoEntry]) -> str:
    """Return the folder that all photos are in, with its slash, so that it need not be said."""
    names = (photo.file_name for photo in photos)
    folders = {name.rpartition("/")[0] for name in names}
    if not folders or "" in folders or len({folder[0] == "/" for folder in folders}) > 1:
        return ""
    folder = posixpath.commonpath(folders)
    return f"{folder}/" if folder else ""


def _side(editor: Editor, specimen_ids: tuple[str, ...]) -> Side | str:
    sides = (editor.side_of(key) for key in specimen_ids)
    return next((side for side in sides if side is not None), "")


def _is_pinned(editor: Editor, row: Row) -> bool:
    return editor.trail.pinned_id in row.specimen_ids

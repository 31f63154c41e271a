"""Where the current landmark was placed on another specimen: a piece of its photo, with a cross."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qtpy.compat import isalive
from qtpy.QtCore import Qt
from qtpy.QtGui import QImage
from qtpy.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.fold import breakable
from napari_dinosar.docks.landmarks.panels.colours import quiet
from napari_dinosar.docks.landmarks.panels.cursor import stands
from napari_dinosar.docks.landmarks.panels.icons import pin_icon
from napari_dinosar.docks.landmarks.panels.reference_crop import CropMaker, Wish, side_of
from napari_dinosar.docks.landmarks.panels.reference_piece import Piece
from napari_dinosar.docks.theme import ThemeColours
from napari_dinosar.editing.editor import Editor
from napari_dinosar.project.state import Specimen

EMPTY = "Where the current landmark was placed before is shown here."
NOTHING = "Not placed on any other specimen yet."
UNREADABLE = "The photo cannot be read."


class ReferenceView(QWidget):
    """Shows where to look: on the specimen seen last, or on one that is pinned.

    Parameters
    ----------
    editor : Editor
        Whose current landmark.
    shelf : PhotoShelf
        Where photos come from.
    """

    def __init__(self, editor: Editor, shelf: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("referenceView")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._editor = editor
        self._shown: Specimen | None = None
        self._path: Path | None = None
        self.piece = Piece()
        self.title, self.where, self.kind = QLabel(), QLabel(), QLabel()
        for label, name in (
            (self.title, "referenceLandmark"),
            (self.where, "referenceSpecimen"),
            (self.kind, "referenceKind"),
        ):
            label.setObjectName(name)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.pin = QPushButton("Pin")
        self.pin.setObjectName("referencePin")
        self.pin.setToolTip(
            "Always show this specimen here; else the one that was looked at last is shown"
        )
        self.pin.setCheckable(True)
        self.pin.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.pin.clicked.connect(self._on_pin)
        self._maker = CropMaker(shelf.photo, self)
        self._maker.made.connect(self._on_made)
        self._lay_out()
        self.set_colours(self.piece.colours)
        for signal in (
            *(editor.opened, editor.moved, editor.edited),
            *(editor.schema_changed, editor.pinned),
        ):
            signal.connect(self._on_changed)
        self._on_changed()

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        for label in (self.title, self.where, self.kind):
            words.addWidget(label)
        words.addStretch(1)
        words.addWidget(self.pin, 0, Qt.AlignmentFlag.AlignLeft)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.piece, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        self.piece.colours = colours
        self.piece.update()
        self.title.setStyleSheet("font-weight: 600;")
        self.kind.setStyleSheet(quiet(colours))
        self.pin.setIcon(pin_icon(colours))
        self.pin.setStyleSheet(f"QPushButton:checked {{ background: {colours.highlight}; }}")

    def close_worker(self) -> None:
        """End the thread that reads photos."""
        self._maker.close()

    def _on_pin(self, is_pinned: bool) -> None:
        self._editor.pin(self._shown.specimen_id if is_pinned and self._shown else None)

    def _on_changed(self) -> None:
        if not isalive(self):
            return
        editor = self._editor
        found = editor.reference if stands(editor) else None
        self._shown = found
        self.title.setText(editor.landmark.name if stands(editor) else "")
        self.title.setVisible(stands(editor))
        pinned = editor.trail.pinned_id
        is_pinned = found is not None and found.specimen_id == pinned
        self.pin.setChecked(is_pinned)
        self.pin.setVisible(found is not None)
        self.piece.setVisible(stands(editor))  # empty, too: nothing below it is to jump
        if found is None or editor.cursor is None:
            self.where.setText(NOTHING if stands(editor) else EMPTY)
            self.kind.clear()
            self._maker.want(None)
            self._path = None
            self.piece.show_image(None)
            return
        self.where.setText(breakable(_name(editor, found)))
        kind = "last specimen" if editor.trail.has_seen(found.specimen_id) else "nearest specimen"
        if is_pinned:
            kind = "pinned"
        elif pinned is not None:
            kind += "; the pinned one has not got it"
        self.kind.setText(kind)
        self._want(found, editor.cursor.landmark)

    def _want(self, specimen: Specimen, landmark: int) -> None:
        point = specimen.point(landmark)
        assert point.xy is not None
        self.piece.is_occluded = point.state == "occluded"
        try:
            path = self._editor.photo_path(specimen.photo_id)
        except DinosarError:
            self._maker.want(None)
            self._on_made(None, None)
            return
        if path != self._path:
            self._path = path
            self.piece.show_image(None)  # no cross on a photo that is not the one named beside it
        self._maker.want(Wish(path, point.xy, side_of(specimen)))

    def _on_made(self, wish: Wish | None, image: QImage | None) -> None:
        self.piece.show_image(image)
        if image is None:
            self.kind.setText(UNREADABLE)


def _name(editor: Editor, specimen: Specimen) -> str:
    """Return what a specimen is called: its photo, and its number where the photo has several."""
    photo = editor.state.photo(specimen.photo_id)
    name = photo.file_name.rpartition("/")[2] or photo.photo_id
    here = editor.state.ids_by_photo[specimen.photo_id]
    if len(here) == 1:
        return name
    return f"{name}, specimen {list(here).index(specimen.specimen_id) + 1}"

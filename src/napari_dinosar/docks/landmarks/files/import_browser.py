"""Going through the specimens of an import, each on its photo."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qtpy.compat import isalive
from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from napari_dinosar.docks.fold import breakable
from napari_dinosar.docks.landmarks.files.dialog_buttons import dialog_button
from napari_dinosar.docks.landmarks.files.import_overlay import Overlay
from napari_dinosar.docks.landmarks.files.import_preview import ImportPreview
from napari_dinosar.docks.landmarks.panels.colours import landmark_colour
from napari_dinosar.editing.importing import Examination, Import
from napari_dinosar.editing.thumbnails import Thumbnails

PREVIEW_SIDE_PX = 1000


class ImportBrowser(QWidget):
    """Shows one specimen of an import after another.

    Attributes
    ----------
    preview : ImportPreview
        The photo with the landmarks.
    """

    photo_made = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("importBrowser")
        self._found: Import | None = None
        self._examination: Examination | None = None
        self._places: tuple[int, ...] = ()
        self._turn = 0
        self._photos = Thumbnails(PREVIEW_SIDE_PX)
        self._photos.ready.connect(self._on_ready)
        self.preview = ImportPreview()
        self.caption = QLabel()
        self.caption.setObjectName("importSpecimen")
        self.caption.setWordWrap(True)
        self.legend = QLabel("● as it would come     ✕ as the file has it")
        self.legend.setObjectName("importLegend")
        self.before = QCheckBox("Show both")
        self.before.setObjectName("importShowBoth")
        self.before.setToolTip("Show where the file has the landmarks as well, as crosses.")
        self.before.setChecked(True)
        self.previous = dialog_button("‹", "importPrevious", "Previous specimen", is_narrow=True)
        self.next = dialog_button("›", "importNext", "Next specimen", is_narrow=True)
        self.count = QLabel()
        self.count.setObjectName("importTurn")
        self.count.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out()
        self.photo_made.connect(self._on_photo)
        self.previous.clicked.connect(lambda: self.step(-1))
        self.next.clicked.connect(lambda: self.step(1))
        self.before.toggled.connect(self._show)

    @property
    def place(self) -> int | None:
        """Which specimen is shown, by its place in the file; None without any."""
        return self._places[self._turn] if self._places else None

    def show_import(self, found: Import, examination: Examination) -> None:
        """Show an import, at the specimen that was shown before where there is one."""
        is_other = self._found is not found
        self._found, self._examination = found, examination
        if is_other:
            self.go_through(())
        else:
            self._show()

    def go_through(self, places: Sequence[int]) -> None:
        """Go through some specimens; through all of them where none is named."""
        assert self._found is not None
        every = range(len(self._found.dataset.specimens))
        here = self.place
        self._places = tuple(places) or tuple(every)
        self._turn = self._places.index(here) if here in self._places else 0
        self._show()

    def step(self, step: int) -> None:
        """Show the next specimen or the one before, around the end."""
        if self._places:
            self._turn = (self._turn + step) % len(self._places)
            self._show()

    def close_photos(self) -> None:
        """Make no more previews."""
        self._photos.close()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.previous)
        row.addWidget(self.count)
        row.addWidget(self.next)
        row.addStretch(1)
        row.addWidget(self.legend)
        row.addSpacing(8)
        row.addWidget(self.before)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.caption)
        layout.addWidget(self.preview, 1)
        layout.addLayout(row)

    def _show(self) -> None:
        place, found, done = self.place, self._found, self._examination
        for button in (self.previous, self.next):
            button.setEnabled(len(self._places) > 1)
        if place is None or found is None or done is None:
            return
        self.count.setText(f"{self._turn + 1} of {len(self._places)}")
        now, before = done.dataset.specimens[place], found.dataset.specimens[place]
        name = now.file_name or "no photo named"
        self.caption.setText(breakable(f"Specimen {now.specimen_id} on {name}"))
        path = found.photo(now.file_name)
        size = found.finder(now.file_name)
        if path is None or size is None:
            message = f"The photo {now.file_name or ''} was not found in {found.folder}."
            self.preview.show_overlay(None, None, breakable(message))
            self._mark(False)
            return
        # on another photo the landmarks of before would mean nothing
        is_same = found.photo(before.file_name) in (path, None) and self.before.isChecked()
        schema = done.dataset.schema
        colours = [landmark_colour(schema, index) for index in range(len(schema.landmarks))]
        overlay = Overlay(size, now.xy, before.xy if is_same else now.xy, colours, schema.skeleton)
        self.preview.show_overlay(path, overlay, _told(overlay.n_beyond()))
        self._mark(overlay.is_moved)
        self._on_photo(path)

    def _mark(self, is_moved: bool) -> None:
        self.legend.setText(
            "●  as it would come     ✕  as the file has it" if is_moved else "●  as it would come"
        )

    def _on_ready(self, path: Path) -> None:
        """Carry the word from the thread that reads photos to Qt's."""
        if isalive(self):
            self.photo_made.emit(path)

    def _on_photo(self, path: Path) -> None:
        if path != self.preview.path:
            return
        pixels = self._photos.get(path)
        if pixels is not None:
            self.preview.show_photo(pixels)
        elif self._photos.problem(path):
            self.preview.message = breakable(self._photos.problem(path))
            self.preview.update()


def _told(n_beyond: int) -> str:
    if n_beyond == 1:
        return "One landmark lies too far outside to be shown."
    return f"{n_beyond} landmarks lie too far outside to be shown." if n_beyond else ""

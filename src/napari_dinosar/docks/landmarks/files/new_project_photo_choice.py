"""Which photos a new project has: asked for, listed, and those without a file offered a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QListWidget, QVBoxLayout, QWidget

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks import dialogs
from napari_dinosar.docks.fold import breakable
from napari_dinosar.docks.landmarks.files.asking import Asking
from napari_dinosar.docks.landmarks.files.dialog_buttons import dialog_button
from napari_dinosar.docks.landmarks.files.new_project_photos import Photos
from napari_dinosar.docks.landmarks.files.new_project_place import top_folder
from napari_dinosar.project.photo_files import listed_photos

_LISTED = 200
_LIST_PX = 96
TITLE = "Photos of the project"


class PhotoChoice(QWidget):
    """Asks for photos.

    Parameters
    ----------
    ask : Asking
        Asks for files and folders.
    of_layers : callable
        Returns the photos that napari shows.

    Signals
    -------
    chosen : no value
        Other photos are chosen.
    changed : no value
        Those without a file are to be saved, or no more.
    refused : str
        Why photos could not be taken.
    """

    chosen = Signal()
    changed = Signal()
    refused = Signal(str)

    def __init__(
        self, ask: Asking, of_layers: Callable[[], Photos], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._ask, self._of_layers = ask, of_layers
        self.photos = Photos()
        self.count = QLabel("None yet")
        self.count.setObjectName("newPhotoCount")
        self.count.setWordWrap(True)
        self.folder = dialog_button("Folder…", "newFolder", "All photos of a folder.")
        self.files = dialog_button("Files…", "newFiles", "Some photos.")
        self.layers = dialog_button("From napari", "newLayers", "The photos that napari shows.")
        self.list = QListWidget()
        self.list.setObjectName("newPhotos")
        self.list.setFixedHeight(_LIST_PX)
        self.save_pixels = QCheckBox()
        self.save_pixels.setObjectName("newSavePixels")
        self.save_pixels.setToolTip("A project lists photo files; PNG keeps every pixel.")
        self.save_pixels.setChecked(True)
        self.save_pixels.hide()
        self._lay_out()
        self.folder.clicked.connect(self._ask_folder)
        self.files.clicked.connect(self._ask_files)
        self.layers.clicked.connect(lambda: self.take(self._of_layers()))
        self.save_pixels.toggled.connect(lambda _: self.changed.emit())

    @property
    def saves_pixels(self) -> bool:
        """Whether there are photos without a file, and they are to be given one."""
        return bool(self.photos.pixels) and self.save_pixels.isChecked()

    @property
    def has_any(self) -> bool:
        """Whether the project would have a photo."""
        return bool(self.photos.files) or self.saves_pixels

    def take(self, photos: Photos) -> None:
        """Take photos in the place of others."""
        self.photos = photos
        names = [*(path.name for path in photos.files), *(one.name for one in photos.pixels)]
        self.list.clear()
        self.list.addItems(names[:_LISTED])
        more = len(names) - _LISTED
        if more > 0:
            self.list.addItem(f"and {more:,} more")
        self.count.setText(breakable("\n".join((_count(photos), *photos.notes))))
        n = len(photos.pixels)
        which = "one that has" if n == 1 else f"{n} that have"
        self.save_pixels.setText(f"Save the {which} no file as PNG beside the project")
        self.save_pixels.setVisible(bool(n))
        self.chosen.emit()

    def take_folder(self, folder: Path) -> None:
        """Take all photos of a folder."""
        place = folder.expanduser().resolve()
        try:
            names = listed_photos(place, place)
        except DinosarError as error:
            self.refused.emit(str(error))
            return
        self.take(Photos(tuple(place / name for name in names)))

    def _ask_folder(self) -> None:
        folder = self._ask.folder(TITLE)
        if folder is not None:
            self.take_folder(folder)

    def _ask_files(self) -> None:
        files = self._ask.files(TITLE, dialogs.PHOTOS)
        if files:
            self.take(Photos(tuple(files)))

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.count, 1)
        for button in (self.folder, self.files, self.layers):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row)
        layout.addWidget(self.list)
        layout.addWidget(self.save_pixels)


def _count(photos: Photos) -> str:
    n_files, n_pixels = len(photos.files), len(photos.pixels)
    said = []
    if n_files:
        said.append(f"{n_files:,} photo{'' if n_files == 1 else 's'} in {top_folder(photos.files)}")
    if n_pixels:
        said.append(f"{n_pixels:,} without a file")
    return ", ".join(said) or "None"

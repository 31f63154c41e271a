"""How projects come into the editor: opened, made of photos, or made of an import."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from napari.utils.notifications import show_error
from qtpy.QtCore import QObject
from qtpy.QtWidgets import QDialog, QWidget

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.landmarks.files.asking import PROJECTS, Asking
from napari_dinosar.docks.landmarks.files.exchange import NO_PROJECT, Exchange
from napari_dinosar.docks.landmarks.files.new_project_dialog import NewProjectDialog
from napari_dinosar.docks.landmarks.files.new_project_photos import Photos, photos_of_layers
from napari_dinosar.docks.landmarks.schema.schema_dialog import SchemaDialog
from napari_dinosar.docks.theme import theme_colours
from napari_dinosar.editing.editor import Editor
from napari_dinosar.editing.folders import is_project, projects_in
from napari_dinosar.project.photo_files import SUFFIXES
from napari_dinosar.project.store import Project

AT_ONCE_BYTES = 4_000_000
"""Of a project file; a larger one is read in a worker."""


class Opening(QObject):
    """Opens, makes, imports and exports, each with its dialogs.

    No method waits for the dialog that it opens, which is `dialog` until it is closed.

    Parameters
    ----------
    editor : Editor
        What projects are opened in.
    viewer : napari.Viewer
        Whose photos a project may be made of.
    parent : QWidget
        Window that dialogs belong to.

    Attributes
    ----------
    may_leave : callable
        Whether the project that is open may be left for another one.
    ask : Asking
        Asks for files; a script may put its own answers in its place.
    exchange : Exchange
        Reads and writes other formats; its `jobs` are what runs.
    dialog : QDialog or None
        The one that was opened last.
    """

    def __init__(
        self, editor: Editor, viewer: Any, parent: QWidget, ask: Asking | None = None
    ) -> None:
        super().__init__(parent)
        self._editor, self._viewer, self._parent = editor, viewer, parent
        self.may_leave: Callable[[], bool] = lambda: True
        self.ask = ask or Asking(parent)
        self.exchange = Exchange(editor, viewer, self.ask, parent)
        self.exchange.opened.connect(self._show)
        self.exchange.made.connect(self._take)
        self.dialog: QDialog | None = None

    def new_project(self, photos: Photos | None = None, folder: Path | None = None) -> None:
        """Make a project; of some photos, or of those of a folder."""
        colours = theme_colours(self._viewer)
        shown = partial(photos_of_layers, self._viewer.layers)
        dialog = NewProjectDialog(colours, self.ask, shown, self._parent)
        dialog.made.connect(lambda _: dialog.photos.photos.set_aside(self._viewer.layers))
        dialog.made.connect(self._take)
        if photos is not None:
            dialog.photos.take(photos)
        if folder is not None:
            dialog.photos.take_folder(folder)
        self._show(dialog)

    def open(self) -> None:
        """Open a file that the user chooses."""
        path = self.ask.file("Open landmarks", PROJECTS)
        if path is not None:
            self.open_path(path)

    def open_folder(self) -> None:
        """Open a folder that the user chooses."""
        path = self.ask.folder("Open a folder of landmarks or photos")
        if path is not None:
            self.open_path(path)

    def open_path(self, path: str | Path) -> None:
        """Open a project, or what may become one.

        Parameters
        ----------
        path : str or Path
            A COCO file is opened; of a folder its COCO file, or a new project of its photos; any
            other file of landmarks is imported.
        """
        place = Path(path).expanduser()
        if place.is_dir():
            self._open_folder(place)
        elif is_project(place):
            self._open_project(place)
        elif place.suffix.lower() in SUFFIXES:
            self.new_project(Photos((place,)))
        else:
            self.exchange.read(place, is_for_open=False)

    def import_landmarks(self, path: Path | None = None) -> None:
        """Import a file of landmarks, into the open project unless the user wants a new one."""
        place = path or self.ask.file("Import landmarks", PROJECTS)
        if place is not None:
            self.exchange.read(place, is_for_open=True)

    def export_landmarks(self) -> None:
        """Write the landmarks of the project in another format."""
        self.exchange.export()

    def edit_schema(self) -> None:
        """Change the landmarks of the project."""
        if self._editor.project is None:
            show_error(NO_PROJECT)
            return
        colours = theme_colours(self._viewer)
        dialog = SchemaDialog(self._editor.state, colours, self.ask, self._parent)
        dialog.changed.connect(self._apply)
        self._show(dialog)

    def add_photos(self, files: Sequence[Path] = ()) -> None:
        """Add photos to the project: some, or those that the user chooses."""
        self.exchange.add_photos(files)

    def _open_folder(self, folder: Path) -> None:
        try:
            projects = projects_in(folder)
        except DinosarError as error:
            show_error(str(error))
            return
        chosen: int | None = 0
        if len(projects) > 1:
            answers = [*(one.name for one in projects), "A new project of the photos"]
            question = f"{folder.name} holds several landmark files. Which one?"
            chosen = self.ask.one_of("Open a folder", question, answers)
        if chosen is None:
            return
        if chosen < len(projects):
            self._open_project(projects[chosen])
        else:
            self.new_project(folder=folder)

    def _open_project(self, path: Path) -> None:
        here = self._editor.project
        if here is not None and here.path == path.resolve():
            self._editor.told.emit(f"{path.name} is open already.")
            return
        if path.stat().st_size > AT_ONCE_BYTES:
            self.exchange.open_project(path)
            return
        try:
            self._take(Project.open(path))
        except DinosarError as error:
            show_error(str(error))

    def _take(self, project: Project) -> None:
        """Edit a project in the place of the one that is open, which may be left first."""
        if self._editor.project is not None:
            if not self.may_leave():
                project.close()
                return
            self._editor.close()
        self._editor.open(project)

    def _apply(self, edit: Any) -> None:
        try:
            self._editor.apply(edit)
        except DinosarError as error:
            show_error(str(error))

    def _show(self, dialog: QDialog) -> None:
        """Show a dialog without waiting for it, and let it go when it is closed."""
        self.dialog = dialog
        dialog.finished.connect(partial(self._forget, dialog))
        dialog.open()

    def _forget(self, dialog: QDialog, *_: int) -> None:
        if self.dialog is dialog:
            self.dialog = None
        dialog.deleteLater()

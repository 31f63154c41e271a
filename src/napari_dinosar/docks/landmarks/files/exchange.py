"""What comes into a project and goes out of it: landmarks in other formats, and photos."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from napari.utils.notifications import show_error
from qtpy.QtCore import QObject, Signal
from qtpy.QtWidgets import QWidget

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.steps import Step
from napari_dinosar.docks import dialogs
from napari_dinosar.docks.jobs import Jobs
from napari_dinosar.docks.landmarks.files.asking import PROJECT, Asking
from napari_dinosar.docks.landmarks.files.export_dialog import ExportDialog
from napari_dinosar.docks.landmarks.files.import_dialog import ImportDialog
from napari_dinosar.docks.landmarks.files.reading_progress import ReadingProgress
from napari_dinosar.docks.landmarks.panels.words import number_of
from napari_dinosar.docks.theme import theme_colours
from napari_dinosar.editing.adding import photos_edit
from napari_dinosar.editing.editor import Editor
from napari_dinosar.editing.exporting import sized, with_photo_sizes
from napari_dinosar.editing.importing import Import, reading
from napari_dinosar.project.photo_files import listed_photos
from napari_dinosar.project.store import Project

NO_PROJECT = "No landmark project is open. Open one, or make a new one."


class Exchange(QObject):
    """Reads files in a worker, and shows what they would do before they do it.

    Parameters
    ----------
    editor : Editor
        Whose project takes part.
    viewer : napari.Viewer
        Whose theme is followed.
    ask : Asking
        Asks for files.
    window : QWidget
        That dialogs belong to.

    Signals
    -------
    opened : QDialog
        A dialog that is ready to be shown.
    made : Project
        A new project, of an import, or a large one that is open now.
    """

    opened = Signal(object)
    made = Signal(object)

    def __init__(self, editor: Editor, viewer: Any, ask: Asking, window: QWidget) -> None:
        super().__init__(window)
        self._editor, self._viewer, self._window = editor, viewer, window
        self.ask = ask
        self.jobs = Jobs(self)
        self.progress = ReadingProgress(self.jobs, window)
        self._opened: Project | None = None
        self.jobs.cancelled.connect(self._let_go)

    def read(self, path: Path, *, is_for_open: bool) -> None:
        """Read a file of landmarks, and show what it would do.

        Parameters
        ----------
        path : Path
            The file.
        is_for_open : bool
            Whether it is to go into the project that is open: its photos are looked for there.
        """
        project = self._editor.project
        folder = project.path.parent if project is not None and is_for_open else None
        self._start(reading, path, folder, on_result=partial(self._show_import, is_for_open))

    def open_project(self, path: Path) -> None:
        """Open a large project, and hand it on by `made`."""
        self._start(self._opening, path, on_result=self._hand_on)

    def export(self) -> None:
        """Write the landmarks of the project in another format."""
        project = self._editor.project
        if project is None:
            show_error(NO_PROJECT)
            return
        self._start(with_photo_sizes, project, on_result=partial(self._show_export, project))

    def save_copy(self) -> None:
        """Write the project as it is to another file, and go on with this one."""
        project = self._editor.project
        if project is None:
            show_error(NO_PROJECT)
            return
        proposed = project.path.with_name(f"{project.path.stem}_copy.json")
        place = self.ask.new_file("Save a copy", PROJECT, proposed)
        if place is None:
            return
        try:
            self._editor.told.emit(f"A copy is in {project.save_copy(place)}.")
        except DinosarError as error:
            show_error(str(error))

    def add_photos(self, files: Sequence[Path] = ()) -> None:
        """Add photos to the project: some, or those that the user chooses."""
        project = self._editor.project
        if project is None:
            show_error(NO_PROJECT)
            return
        chosen = tuple(files) or self.ask.files("Add photos", dialogs.PHOTOS)
        if not chosen:
            return
        try:
            edit, n_known = photos_edit(project.state, listed_photos(chosen, project.path.parent))
            if edit.photos:
                self._editor.apply(edit)
        except DinosarError as error:
            show_error(str(error))
            return
        known = f", {n_known} listed already" if n_known else ""
        self._editor.told.emit(f"{number_of(len(edit.photos), 'photo')} added{known}.")

    def _show_import(self, is_for_open: bool, found: Import) -> None:
        colours = theme_colours(self._viewer)
        dialog = ImportDialog(self._editor, colours, self._ask_place, self._window)
        if not is_for_open:
            dialog.target.new.setChecked(True)
        dialog.show_import(found)
        dialog.folder_wanted.connect(partial(self._read_again, dialog))
        dialog.imported.connect(self._on_imported)
        self.opened.emit(dialog)

    def _opening(self, path: Path) -> Generator[Step, None, None]:
        yield f"Reading {path.name}", 0, 0
        self._opened = Project.open(path)

    def _hand_on(self, _: None) -> None:
        project, self._opened = self._opened, None
        if project is not None:
            self.made.emit(project)

    def _let_go(self) -> None:
        """Close a project that was opened although its reading was cancelled."""
        project, self._opened = self._opened, None
        if project is not None:
            project.close()

    def _read_again(self, dialog: ImportDialog) -> None:
        """Look for the photos of an import elsewhere."""
        found = dialog.found
        folder = self.ask.folder("Photos of the landmarks")
        if folder is not None and found is not None:
            self._start(reading, found.path, folder, found.kind, on_result=dialog.show_import)

    def _on_imported(self, project: Project | None) -> None:
        if project is not None:
            self.made.emit(project)
        else:
            self._editor.told.emit("Imported. One undo takes it back.")

    def _show_export(self, project: Project, sizes: dict[str, tuple[int, int]]) -> None:
        state, colours = sized(project.state, sizes), theme_colours(self._viewer)
        dialog = ExportDialog(state, project.path, colours, self.ask.new_file, self._window)
        dialog.written.connect(self._on_written)
        self.opened.emit(dialog)

    def _on_written(self, path: Path) -> None:
        self._editor.told.emit(f"{path.name} is written.")

    def _ask_place(self, proposed: Path) -> Path | None:
        return self.ask.new_file("The file of the new project", PROJECT, proposed)

    def _start(self, steps: Any, *args: Any, on_result: Callable[[Any], None]) -> None:
        try:
            self.jobs.start(steps, *args, on_result=on_result)
        except DinosarError as error:
            show_error(str(error))

"""The Landmarks dock: the parts of the editor put together, and the keys that reach them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qtpy.compat import isalive
from qtpy.QtWidgets import QWidget

from napari_dinosar.docks.afterwards import when_gone
from napari_dinosar.docks.dock import Dock
from napari_dinosar.docks.key_binding import KeyFilter
from napari_dinosar.docks.landmarks.canvas.editor_canvas import EditorCanvas
from napari_dinosar.docks.landmarks.files.dropping import Dropping
from napari_dinosar.docks.landmarks.files.opening import Opening
from napari_dinosar.docks.landmarks.landmark_parts import LandmarkParts
from napari_dinosar.docks.landmarks.panels.help_window import HelpWindow
from napari_dinosar.docks.landmarks.saving.closing import CloseGuard
from napari_dinosar.docks.landmarks.saving.merge_dialog import MergeDialog
from napari_dinosar.docks.landmarks.saving.saver import Saver
from napari_dinosar.docks.tabs import Tabbing
from napari_dinosar.docks.theme import theme_colours
from napari_dinosar.editing.actions import editor_actions
from napari_dinosar.editing.editor import Editor
from napari_dinosar.editing.keys import KEYS
from napari_dinosar.editing.photo_shelf import PhotoShelf
from napari_dinosar.editing.thumbnails import Thumbnails
from napari_dinosar.editing.watching import Watch


class LandmarkDock(Dock):
    """Digitises landmarks on the photos of a project.

    Parameters
    ----------
    napari_viewer : napari.Viewer
        The viewer that it is docked in.

    Attributes
    ----------
    editor : Editor
        What everything here shows; a script may act on it.
    opening : Opening
        Opens and makes projects, imports and exports.
    """

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dinosarLandmarks")
        self._viewer = napari_viewer
        self._tabbing = Tabbing(self)
        self.editor = Editor()
        self.shelf = PhotoShelf()
        self.thumbnails = Thumbnails()
        self.saver = Saver(self.editor, self)
        self.guard = CloseGuard(self.editor, self.saver, self)
        self.opening = Opening(self.editor, napari_viewer, self)
        self.opening.may_leave = self.guard.may_leave
        Dropping(self, self.editor, self.opening)
        self.canvas = EditorCanvas(napari_viewer, self.editor, self.shelf, self)
        self.parts = LandmarkParts(
            self.editor, self.saver, Watch(self.editor), self.shelf, self.thumbnails, self
        )
        self.canvas.photo_ids = self.parts.photos.shown_photo_ids
        self._help: HelpWindow | None = None
        self._merging: MergeDialog | None = None
        self.actions = self._actions()
        self.canvas.bind(self.actions)
        self._keys = KeyFilter(self, KEYS, self.actions, self.editor.told.emit)
        self._connect()
        self._on_theme()

    def _actions(self) -> dict[str, Callable[[], None]]:
        """Return what each row of the table of keys does."""
        return {
            **editor_actions(self.editor),
            "previous_photo": lambda: self._step(-1),
            "next_photo": lambda: self._step(1),
            "centre": self.canvas.centre,
            "loupe": self.canvas.toggle_loupe,
            "help": self.show_help,
        }

    def _step(self, step: Any) -> None:
        self.editor.step_photo(step, self.parts.photos.shown_photo_ids())

    def _connect(self) -> None:
        head, opening = self.parts.header, self.opening
        head.new_wanted.connect(opening.new_project)
        head.open_wanted.connect(opening.open)
        head.folder_wanted.connect(opening.open_folder)
        head.import_wanted.connect(opening.import_landmarks)
        head.export_wanted.connect(opening.export_landmarks)
        head.schema_wanted.connect(opening.edit_schema)
        head.photos_wanted.connect(opening.add_photos)
        head.copy_wanted.connect(opening.exchange.save_copy)
        head.close_wanted.connect(self.guard.leave)
        head.help_wanted.connect(self.show_help)
        empty = self.parts.photos.empty
        empty.new_wanted.connect(opening.new_project)
        empty.open_wanted.connect(opening.open)
        empty.folder_wanted.connect(opening.open_folder)
        empty.photos_wanted.connect(opening.add_photos)
        self.parts.notes.ruler_wanted.connect(self._on_ruler)
        self.parts.notes.seed_wanted.connect(self._on_seed)
        self.parts.view_row.keeps_view.toggled.connect(self._on_keeps_view)
        self.parts.view_row.loupe.clicked.connect(self.canvas.toggle_loupe)
        self.parts.photos.search.entered.connect(self.canvas.activate)
        self._tabbing.came_to_front.connect(self.canvas.activate)
        self.saver.about_to_save.connect(self.parts.notes.commit)
        self.saver.conflicted.connect(self._on_conflict)
        self._viewer.events.theme.connect(self._on_theme)
        for reading in (self.shelf, self.thumbnails):
            when_gone(self, reading.close)  # or photos would be read for a dock that is gone

    def show_help(self) -> None:
        """Show all keys in a window of their own."""
        if self._help is None:
            self._help = HelpWindow(self)
            self._help.set_colours(theme_colours(self._viewer))
        self._help.show()
        self._help.raise_()

    def _on_ruler(self) -> None:
        self.canvas.set_tool("ruler")

    def _on_seed(self) -> None:
        self.canvas.set_tool("seed")

    def _on_keeps_view(self, keeps: bool) -> None:
        self.canvas.keeps_view = keeps

    def _on_conflict(self, error: Exception) -> None:
        """Show both versions of a file that somebody else changed."""
        if self._merging is not None and self._merging.isVisible():
            return
        self._merging = MergeDialog(self.editor, self)
        self._merging.set_colours(theme_colours(self._viewer))
        self._merging.merged.connect(self.saver.save)
        self._merging.show()

    def _on_theme(self) -> None:
        if not isalive(self):
            return
        colours = theme_colours(self._viewer)
        self.parts.set_colours(colours)
        for window in (self._help, self._merging):
            if window is not None:
                window.set_colours(colours)

    def on_docked(self, is_docked: bool) -> None:
        """End the threads when the dock is taken out of the window."""
        if not is_docked:
            self.parts.reference.close_worker()
            self.saver.close()

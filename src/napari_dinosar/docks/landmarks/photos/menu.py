"""What can be done to a photo, or to a specimen on it, from its line in the list."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import QUrl
from qtpy.QtGui import QAction, QDesktopServices
from qtpy.QtWidgets import QMenu, QWidget

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks import dialogs
from napari_dinosar.docks.landmarks.panels.words import tooltip
from napari_dinosar.docks.landmarks.photos.lines import Line
from napari_dinosar.editing.editor import Editor
from napari_dinosar.project.edits import Remark, Together


class PhotoMenu(QMenu):
    """The context menu of a line.

    Parameters
    ----------
    editor : Editor
        What it acts on.
    line : Line
        Where it was asked for.
    """

    def __init__(self, editor: Editor, line: Line, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("photoMenu")
        self.setToolTipsVisible(True)
        self._editor, self._line = editor, line
        self._specimen_id = self._main_specimen()
        self._add_going()
        self.addSeparator()
        self._add_marks()
        self.addSeparator()
        self._add_specimens()
        self.addSeparator()
        self._add("reveal", "Open its folder", self._reveal, "In the file manager.")

    def _add_going(self) -> None:
        self._add("go", "Go there", lambda: go_to(self._editor, self._line), "So does a click.")
        cursor = self._editor.cursor
        if cursor is not None and cursor.partner_id in self._line.specimen_ids:
            self._add(
                "alone",
                "Show the other one alone",
                lambda: self._editor.pair_with(None),
                "Takes this one away from beside it.",
            )
            return
        beside = self._add(
            "beside",
            "Show beside the current one",
            lambda: self._editor.pair_with(self._specimen_id),
            "A click then places each landmark here and there by turns.",
        )
        beside.setEnabled(cursor is not None and self._line.row.photo_id != self._editor.photo_id)

    def _add_marks(self) -> None:
        is_pinned = self._line.is_reference
        self._add(
            "pin",
            "No longer the reference" if is_pinned else "Pin as the reference",
            lambda: self._editor.pin(None if is_pinned else self._specimen_id),
            "The reference shows where a landmark was placed before: a pinned specimen, or else "
            "the last one that was looked at.",
        )
        is_flagged = self._line.row.is_flagged
        self._add(
            "flag", "Take the flag away" if is_flagged else "Flag", self._flag, tooltip("flag")
        )

    def _add_specimens(self) -> None:
        self._add(
            "add_specimen",
            "Add a specimen",
            lambda: self._editor.add_specimen(self._line.row.photo_id),
            "For a photo that shows more than one.",
        )
        ids = self._editor.state.ids_by_photo[self._line.row.photo_id]
        name = "Remove the specimen…" if self._has_something() else "Remove the specimen"
        remove = self._add("remove_specimen", name, self._remove, "Undo brings it back.")
        remove.setEnabled(len(ids) > 1 and len(self._line.specimen_ids) == 1)
        if not remove.isEnabled():
            remove.setToolTip(
                "A photo keeps one specimen at least."
                if len(ids) == 1
                else "Choose one of the specimens beneath this photo."
            )

    def _add(self, name: str, text: str, act: Callable[[], None], more: str) -> QAction:
        action = self.addAction(text)
        action.setObjectName(f"photo_{name}")
        action.setToolTip(more)
        action.triggered.connect(lambda: self._try(act))
        return action

    def _try(self, act: Callable[[], None]) -> None:
        try:
            act()
        except DinosarError as error:
            self._editor.told.emit(str(error))

    def _main_specimen(self) -> str:
        """Return the specimen that is meant: the current one, where the photo shows it."""
        ids = self._line.specimen_ids
        current = self._editor.on("a")
        return current.specimen_id if current and current.specimen_id in ids else ids[0]

    def _has_something(self) -> bool:
        specimens = self._editor.state.specimens
        return any(not specimens[key].is_blank for key in self._line.specimen_ids)

    def _flag(self) -> None:
        wanted = not self._line.row.is_flagged
        edits = [Remark(key, is_flagged=wanted) for key in self._line.specimen_ids]
        self._editor.apply(edits[0] if len(edits) == 1 else Together(tuple(edits)))

    def _remove(self) -> None:
        if self._has_something() and not dialogs.agrees(
            self.parentWidget(),
            "Remove the specimen",
            f"Remove {self._line.name} of {self._line.row.file_name}?",
            f"{self._line.words}. Undo brings it back with all its landmarks.",
            "Remove",
        ):
            return
        self._editor.remove_specimen(self._specimen_id)

    def _reveal(self) -> None:
        folder = self._editor.photo_path(self._line.row.photo_id).parent
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            raise DinosarError(f"No file manager could be started. The folder is {folder}.")


def go_to(editor: Editor, line: Line) -> None:
    """Go to the specimen of a line, or to the first of its photo that is not complete."""
    if line.number:
        editor.go_to_specimen(line.specimen_ids[0])
    else:
        editor.go_to_photo(line.row.photo_id)

"""What the editor asks for in windows of the system: files, folders, colours, a yes or a no."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qtpy.QtGui import QColor
from qtpy.QtWidgets import QColorDialog, QFileDialog, QWidget

from napari_dinosar.docks import dialogs

PROJECTS = (
    "Landmarks (*.json *.tps *.csv *.txt *.xml *.shapes *.tsv);;"
    "COCO keypoints (*.json);;TPS (*.tps);;All files (*)"
)
PROJECT = "COCO keypoints (*.json)"


class Asking:
    """Asks in dialogs that wait for an answer; a script or a test puts its own in their place.

    Parameters
    ----------
    parent : QWidget
        Window that the dialogs belong to.
    """

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent

    def file(self, title: str, kinds: str) -> Path | None:
        """Return the file that the user chooses, or None."""
        return dialogs.file_to_open(self._parent, title, kinds)

    def files(self, title: str, kinds: str) -> tuple[Path, ...]:
        """Return the files that the user chooses."""
        names, _ = QFileDialog.getOpenFileNames(self._parent, title, "", kinds)
        return tuple(map(Path, names))

    def folder(self, title: str) -> Path | None:
        """Return the folder that the user chooses, or None."""
        return dialogs.folder_to_open(self._parent, title)

    def new_file(self, title: str, kinds: str, proposed: Path) -> Path | None:
        """Return the file that the user names, or None; that it replaces another was asked."""
        dialog = dialogs.saving_dialog(self._parent, title, kinds)
        dialog.setDirectory(str(proposed.parent))
        dialog.selectFile(proposed.name)
        is_named = dialog.exec() == QFileDialog.DialogCode.Accepted
        return Path(dialog.selectedFiles()[0]) if is_named else None

    def colour(self, title: str, present: str) -> str | None:
        """Return the colour that the user chooses, ``#RRGGBB``, or None."""
        chosen = QColorDialog.getColor(QColor(present), self._parent, title)
        return str(chosen.name()) if chosen.isValid() else None

    def agrees(self, title: str, text: str, details: str, button: str) -> bool:
        """Tell whether the user agrees to something that is explained first."""
        return dialogs.agrees(self._parent, title, text, details, button)

    def one_of(self, title: str, question: str, answers: Sequence[str]) -> int | None:
        """Return the index of the answer that the user chooses, or None."""
        return dialogs.one_of(self._parent, title, question, answers)

"""Files and folders that are dropped on the dock are opened there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qtpy.QtCore import QEvent, QMimeData, QObject
from qtpy.QtWidgets import QWidget

from napari_dinosar.docks.landmarks.files.new_project_photos import Photos
from napari_dinosar.docks.landmarks.files.opening import Opening
from napari_dinosar.editing.editor import Editor
from napari_dinosar.project.photo_files import SUFFIXES


class Dropping(QObject):
    """Takes what is dropped on a widget.

    Parameters
    ----------
    widget : QWidget
        The dock.
    editor : Editor
        Photos that are dropped go into its project, if one is open.
    opening : Opening
        What opens the rest.
    """

    def __init__(self, widget: QWidget, editor: Editor, opening: Opening) -> None:
        super().__init__(widget)
        self._editor, self._opening = editor, opening
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802
        """Accept files that come by, and open those that are let go."""
        if event is None:
            return False
        kind = event.type()
        if kind == QEvent.Type.DragEnter and paths_in(event.mimeData()):
            event.acceptProposedAction()
            return True
        if kind == QEvent.Type.Drop and (paths := paths_in(event.mimeData())):
            event.acceptProposedAction()
            self.take(paths)
            return True
        return False

    def take(self, paths: Sequence[Path]) -> None:
        """Open files: photos go together, of others there is one project at a time.

        Parameters
        ----------
        paths : sequence of Path
            At least one.
        """
        photos = tuple(path for path in paths if path.suffix.lower() in SUFFIXES)
        others = [path for path in paths if path not in photos]
        if others:
            self._opening.open_path(others[0])
        elif self._editor.project is not None:
            self._opening.add_photos(photos)
        else:
            self._opening.new_project(Photos(photos))


def paths_in(data: QMimeData | None) -> tuple[Path, ...]:
    """Return the files of this machine that are being dragged."""
    if data is None or not data.hasUrls():
        return ()
    return tuple(Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())

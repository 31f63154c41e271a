"""Looks whether somebody else has changed the file of the open project, as often as it is asked."""

from __future__ import annotations

from qtpy.compat import isalive
from qtpy.QtCore import QObject, Qt, Signal
from qtpy.QtGui import QGuiApplication

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.editing.editor import Editor
from napari_dinosar.project.saving import ChangedOnDiskError


class DiskWatch(QObject):
    """Compares the file with what was read.

    Parameters
    ----------
    editor : Editor
        Whose project.
    parent : QObject
        With it the watching ends.

    Signals
    -------
    activated : no value
        The person comes back from another window: a moment to look.
    changed : ChangedOnDiskError
        The file is not what it was.
    """

    activated = Signal()
    changed = Signal(object)

    def __init__(self, editor: Editor, parent: QObject) -> None:
        super().__init__(parent)
        self._editor = editor
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.applicationStateChanged.connect(self._on_application)

    def look(self) -> None:
        """Compare them now."""
        project = self._editor.project
        if project is None:
            return
        try:
            has_changed = project.has_changed_on_disk()
        except DinosarError:
            return  # a disk that is away for a moment: the next save says it
        if has_changed:
            what = "changed by somebody else" if project.path.exists() else "moved or removed"
            self.changed.emit(ChangedOnDiskError(f"{project.path} was {what} since it was read."))

    def _on_application(self, state: Qt.ApplicationState) -> None:
        if isalive(self) and state == Qt.ApplicationState.ApplicationActive:
            self.activated.emit()

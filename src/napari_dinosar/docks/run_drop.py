"""Runs that are dropped on the dock."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from qtpy.QtCore import QEvent, QObject
from qtpy.QtWidgets import QWidget

RUN_FILE = "run.yaml"


class RunDrop(QObject):
    """Opens the run that is dropped on a widget; lets everything else pass.

    Parameters
    ----------
    target : QWidget
        On which runs may be dropped.
    open_run : callable
        Takes the path of a folder or of a run.yaml.
    """

    def __init__(self, target: QWidget, open_run: Callable[[Path], None]) -> None:
        super().__init__(target)
        self._open_run = open_run
        target.setAcceptDrops(True)
        target.installEventFilter(self)

    def eventFilter(self, target: QObject | None, event: Any) -> bool:  # noqa: N802 - Qt's name
        """Take a run; a job that is still running refuses it."""
        if event.type() not in (QEvent.Type.DragEnter, QEvent.Type.Drop):
            return super().eventFilter(target, event)
        path = dropped_run(event.mimeData())
        if path is None:
            return False
        event.acceptProposedAction()
        if event.type() == QEvent.Type.Drop:
            self._open_run(path)
        return True


def dropped_run(mime: Any) -> Path | None:
    """Return the one run that is dropped, or None."""
    paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    if len(paths) != 1:
        return None
    is_run = (paths[0] / RUN_FILE).is_file() or paths[0].name.endswith(RUN_FILE)
    return paths[0] if is_run else None

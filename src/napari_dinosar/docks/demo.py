"""The demo: napari with a synthetic pair, already compared; or a picture of that window."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import napari
from napari.utils.notifications import NotificationSeverity, notification_manager
from qtpy.QtCore import QObject, QTimer

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.compare_dock import CompareDock
from napari_dinosar.docks.finding import opened
from napari_dinosar.docks.timers import single_shot

PLUGIN, SAMPLE = "napari-dinosar", "synthetic_pair"
WINDOW_PX = (1600, 1000)
SETTLE_MS = 1500
"""Until the window has drawn what was added last."""
TIMEOUT_S = 300


def open_demo(smoke: Path | None = None) -> int:
    """Open napari with a synthetic pair and compare it with the best backbone there is.

    Parameters
    ----------
    smoke : Path, optional
        Save a picture of the window here and close it.

    Returns
    -------
    int
        Exit status: 0, or 1 when anything went wrong before the picture was saved.

    Raises
    ------
    DinosarError
        If the picture cannot be written there.
    """
    if smoke is not None and not smoke.absolute().parent.is_dir():
        raise DinosarError(f"{smoke} cannot be written: its folder does not exist. Make it first.")
    viewer = napari.Viewer(title="napari-dinosar demo")
    viewer.window.resize(*WINDOW_PX)
    viewer.open_sample(PLUGIN, SAMPLE)
    dock = opened(viewer, "dinosarCompare")
    viewer.reset_view()
    picture = None if smoke is None else _Picture(viewer, dock, smoke)
    QTimer.singleShot(0, dock.run)
    napari.run(force=True)
    return 0 if picture is None else picture.status


class _Picture(QObject):
    """Waits for the comparison, saves the picture and closes the window; errors end the wait."""

    def __init__(self, viewer: Any, dock: CompareDock, path: Path) -> None:
        super().__init__()
        self.status = 1
        self._viewer = viewer
        self._path = path
        dock.compared.connect(self._on_compared)
        dock.failed.connect(self._on_failed)
        notification_manager.notification_ready.connect(self._on_notification)
        self._timeout = single_shot(self, TIMEOUT_S * 1000, self._on_timeout)
        self._timeout.start()

    def _on_compared(self) -> None:
        QTimer.singleShot(SETTLE_MS, self._save)

    def _save(self) -> None:
        self._viewer.screenshot(str(self._path), canvas_only=False, flash=False)
        if self._path.is_file():
            self.status = 0
            self._close()
        else:
            self._give_up(f"{self._path} was not written.")

    def _on_failed(self, error: Exception) -> None:
        self._give_up(str(error))

    def _on_notification(self, notification: Any) -> None:
        if NotificationSeverity(notification.severity) >= NotificationSeverity.ERROR:
            self._give_up(notification.message)

    def _on_timeout(self) -> None:
        self._give_up(f"no result after {TIMEOUT_S} s.")

    def _give_up(self, reason: str) -> None:
        print(f"napari-dinosar demo: {reason}", file=sys.stderr)
        self.status = 1
        self._close()

    def _close(self) -> None:
        self._timeout.stop()
        self._viewer.close()

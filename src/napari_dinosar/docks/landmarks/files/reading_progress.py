"""How far a file is read, in a small window that stops it; it comes only where that takes long."""

from __future__ import annotations

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QProgressDialog, QWidget

from napari_dinosar.docks.fold import breakable
from napari_dinosar.docks.jobs import Jobs

PATIENCE_MS = 500


class ReadingProgress(QProgressDialog):
    """Shows the progress of a dock's jobs.

    Parameters
    ----------
    jobs : Jobs
        What reads.
    """

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__("", "Cancel", 0, 0, parent)
        self.setObjectName("readingProgress")
        self.setWindowTitle("Landmarks")
        # a modal one would handle events whenever it is told of progress, one within another
        self.setWindowModality(Qt.WindowModality.NonModal)
        self.setMinimumDuration(PATIENCE_MS)
        self.setAutoClose(False)
        self.setAutoReset(False)
        self.reset()  # a progress dialog would show itself soon after it is made
        jobs.progressed.connect(self._on_progressed)
        jobs.busy_changed.connect(self._on_busy)
        self.canceled.connect(jobs.cancel)

    def _on_progressed(self, stage: str, done: int, total: int) -> None:
        self.setLabelText(breakable(f"{stage}…"))
        self.setMaximum(total)
        self.setValue(done)

    def _on_busy(self, is_busy: bool) -> None:
        if not is_busy:
            self.reset()
            self.hide()

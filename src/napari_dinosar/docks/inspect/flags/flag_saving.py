"""Flags onto the disk after each change, away from the GUI thread; what fails is tried again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, TypeAlias

from qtpy.compat import isalive
from qtpy.QtCore import QObject, Qt, Signal

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.timers import single_shot
from napari_dinosar.inspection.flag_keeping import FlagKeeping

if TYPE_CHECKING:
    from napari_dinosar.findings.flags import FlagSheet
    from napari_dinosar.inspection.flag_places import FlagJob
    from napari_dinosar.inspection.inspected import Inspection

Outcome: TypeAlias = "tuple[FlagJob, FlagSheet | DinosarError]"
FIRST_PAUSE_MS, LONGEST_PAUSE_MS = 5_000, 300_000
"""After a failure the next try comes so much later, twice as much each time."""


class FlagSaving(QObject):
    """Keeps the flags of a window on disk for as long as it is open.

    What is flagged while a slow disk writes is written next by the same thread, also where the
    window is closed meanwhile.

    Parameters
    ----------
    inspection : Inspection
        Whose flags.
    parent : QObject, optional
        With it the saving ends; what was flagged is written.
    store : Path, optional
        As for `FlagKeeping`.

    Signals
    -------
    changed : no value
        `text` or `problem` says something else.
    """

    changed = Signal()
    _written = Signal()

    def __init__(
        self, inspection: Inspection, parent: QObject | None = None, store: Path | None = None
    ) -> None:
        super().__init__(parent)
        self._inspection = inspection
        self.keeping = FlagKeeping(inspection, store)
        self._lock = Lock()
        self._thread: Thread | None = None
        self._following: list[FlagJob] = []
        self._outcomes: list[Outcome] = []
        self._saved_at: datetime | None = None
        self._pause_ms = FIRST_PAUSE_MS
        self._retry = single_shot(self, FIRST_PAUSE_MS, self._try_again)
        self._written.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self.keeping.changed.connect(self._on_changed)
        self._on_changed()

    @property
    def problem(self) -> str:
        """Why the flags are not where they should be; empty where all is well."""
        return "" if self.keeping.problem is None else str(self.keeping.problem)

    @property
    def text(self) -> str:
        """Where the flags are, in a sentence."""
        path = self.keeping.path
        if path is None:
            return ""
        if not len(self._inspection.flags) and self.keeping.is_written:
            return (
                f"Flags will be kept in {path}."
                if self.keeping.has_folder
                else "Flags are kept for this pair on this computer until the run is exported."
            )
        if not self.keeping.is_written:
            return f"Not written yet: {path}."
        when = "" if self._saved_at is None else f", {self._saved_at:%H:%M:%S}"
        more = "" if self.keeping.has_folder else " Export the run to have them in its folder."
        return f"Kept in {path}{when}.{more}"

    def try_now(self) -> None:
        """Write what is not on disk, what was refused, too, and wait until that has ended."""
        self._go(again=True)
        self.wait()

    def wait(self) -> None:
        """Wait until nothing is being written, and take note of what was."""
        while True:
            thread = self._thread
            if thread is not None:
                thread.join()
            self._take()
            if self._thread is None:
                return

    def _try_again(self) -> None:
        self._go(again=True)

    def _on_changed(self) -> None:
        if isalive(self):
            self._go(again=False)
            self.changed.emit()

    def _go(self, *, again: bool) -> None:
        """Begin to write; where that is being done, this is what follows."""
        self._take()
        jobs = self.keeping.waiting(again=again)
        if not jobs:
            return
        with self._lock:
            if self._thread is not None:
                self._following = jobs
                return
            # no daemon: Python waits for it even where the window is closed right after a click
            self._thread = Thread(target=self._write, args=(jobs,), name="flags")
            self._thread.start()

    def _write(self, jobs: list[FlagJob]) -> None:
        """Write jobs and those that follow; called in a thread of its own."""
        known: dict[Path, FlagSheet] = {}
        while jobs:
            job, *jobs = jobs
            # what follows was handed out before it was known what its file holds now
            outcome = written(replace(job, base=known.get(job.file, job.base)))
            if not isinstance(outcome, DinosarError):
                known[job.file] = outcome
            with self._lock:
                self._outcomes.append((job, outcome))
                jobs, self._following = self._following or jobs, []
                if not jobs:
                    self._thread = None
            if isalive(self):
                self._written.emit()

    def _take(self) -> None:
        """Take note of what was written."""
        with self._lock:
            outcomes, self._outcomes = self._outcomes, []
        for job, outcome in outcomes:
            if isinstance(outcome, DinosarError):
                self._retry.start(self._pause_ms)
                self._pause_ms = min(2 * self._pause_ms, LONGEST_PAUSE_MS)
                self.keeping.fail(job, outcome)
            else:
                self._pause_ms = FIRST_PAUSE_MS
                self._saved_at = datetime.now()
                self.keeping.finish(job, outcome)


def written(job: FlagJob) -> FlagSheet | DinosarError:
    """Write a job; return what its file holds now, or why it was not written."""
    try:
        return job.write()
    except DinosarError as error:
        return error

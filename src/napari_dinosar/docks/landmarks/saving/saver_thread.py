"""Writes one version of a project after the other in a thread of its own."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for

from qtpy.compat import isalive
from qtpy.QtCore import QObject, Qt, Signal

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.project.saving import SaveJob
from napari_dinosar.project.store import Project


def as_user_error(error: DinosarError | OSError) -> DinosarError:
    """Return what the system says as a sentence for the user."""
    if isinstance(error, DinosarError):
        return error
    return DinosarError(f"{error.filename or 'The project'} cannot be written: {error.strerror}.")


class SaverThread(QObject):
    """Writes one version at a time; all but the writing itself happens in the GUI thread.

    Signals
    -------
    ended : Project, DinosarError or None
        A version was written, and the project knows of it; or why it was not.
    """

    ended = Signal(object, object)
    _written = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._worker: ThreadPoolExecutor | None = None
        self._running: tuple[Project, SaveJob, Future[None]] | None = None
        self._written.connect(self._on_written, Qt.ConnectionType.QueuedConnection)

    @property
    def is_busy(self) -> bool:
        """Whether a version is being written."""
        return self._running is not None

    def start(self, project: Project) -> None:
        """Begin to write the present version, while no other is being written.

        Raises
        ------
        DinosarError
            If it cannot be prepared.
        """
        try:
            job = project.begin_save()
        except OSError as error:
            raise as_user_error(error) from error
        if self._worker is None:
            self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="saving")
        future = self._worker.submit(job.write)
        self._running = project, job, future
        future.add_done_callback(self._tell)

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until nothing is being written; return whether that came about in time."""
        while self._running is not None:
            future = self._running[2]
            if wait_for([future], timeout_s).not_done:
                return False
            self._on_written(future)
        return True

    def close(self) -> None:
        """Wait for what is being written, and end the thread until there is more to write."""
        self.wait()
        if self._worker is not None:
            self._worker.shutdown()
            self._worker = None

    def _tell(self, future: Future[None]) -> None:
        """Go on in the GUI thread; called in that which wrote."""
        if isalive(self):
            self._written.emit(future)

    def _on_written(self, future: Future[None]) -> None:
        if self._running is None or self._running[2] is not future:
            return  # it was waited for
        project, job, _ = self._running
        self._running = None
        problem = None
        try:
            future.result()
            project.finish_save(job)
        except (DinosarError, OSError) as error:
            problem = as_user_error(error)
        self.ended.emit(project, problem)

"""One job at a time away from the GUI thread: its progress, its result, its errors, its end."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from threading import Event
from typing import Any

from napari.qt.threading import create_worker
from napari.utils.notifications import show_error
from qtpy.QtCore import QObject, Signal

from napari_dinosar.core.errors import Cancelled, DinosarError

Steps = Callable[..., Generator[Any, None, Any]]


@dataclass(frozen=True, eq=False)
class Failure:
    """What a job returns instead of raising it."""

    error: Exception
    shown: bool = False


_STOPPED = object()


class Reporter(QObject):
    """What a job may use inside one long step: progress out, a wish to stop in."""

    progressed = Signal(str, int, int)

    def __init__(self) -> None:
        super().__init__()
        self.stop = Event()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Report progress; raise `Cancelled` when the user wants the job to stop."""
        if self.stop.is_set():
            raise Cancelled(f"{stage}: stopped.")
        self.progressed.emit(stage, done, total)


def _guarded(steps: Steps, args: tuple[Any, ...]) -> Generator[Any, None, Any]:
    """Run a job; hand back the errors that a worker would show twice, or not at all.

    A `DinosarError` belongs to the dock. A worker takes a RuntimeError (which is what torch
    raises) for the deletion of the worker itself: it would neither report it nor say that the
    job has ended.
    """
    try:
        return (yield from steps(*args))
    except (DinosarError, RuntimeError) as error:
        return Failure(error)


class Jobs(QObject):
    """Runs one job at a time in a worker thread and tells the dock about it.

    A job is a generator function that yields (stage, done, total) and returns its result; the
    user can stop it wherever it yields.

    Signals
    -------
    busy_changed : bool
        A job has started or ended.
    progressed : str, int, int
        Stage that begins now, steps done, steps in all.
    failed : Exception
        What ended the job. A `DinosarError` has been shown as a notification, anything else goes
        on to napari's own handler.
    cancelled : no value
        The job was stopped before its result.
    """

    busy_changed = Signal(bool)
    progressed = Signal(str, int, int)
    failed = Signal(object)
    cancelled = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker: Any = None
        self._reporter: Reporter | None = None
        self._on_result: Callable[[Any], None] | None = None
        self._outcome: Any = None

    @property
    def busy(self) -> bool:
        """Whether a job is running."""
        return self._worker is not None

    def start(self, steps: Steps, *args: Any, on_result: Callable[[Any], None]) -> None:
        """Start a job; ``on_result`` gets its result on the GUI thread.

        Raises
        ------
        DinosarError
            If another job is still running.
        """
        if self.busy:
            raise DinosarError("Something is still running here. Wait for it, or cancel it first.")
        worker = create_worker(_guarded, steps, args, _start_thread=False)
        worker.yielded.connect(self._on_yielded)
        worker.returned.connect(self._on_returned)
        worker.errored.connect(self._on_errored)
        worker.finished.connect(self._on_finished)
        self._worker, self._on_result, self._outcome = worker, on_result, _STOPPED
        self.busy_changed.emit(True)
        worker.start()

    def start_reporting(self, steps: Steps, *args: Any, on_result: Callable[[Any], None]) -> None:
        """Start a job that takes a `Reporter` first, for a long step that cannot yield."""
        reporter = Reporter()
        reporter.progressed.connect(self.progressed)
        self.start(steps, reporter, *args, on_result=on_result)
        self._reporter = reporter

    def cancel(self) -> None:
        """Ask the job to stop where it next reports progress; its result is wanted no more."""
        self._on_result = None
        if self._reporter is not None:
            self._reporter.stop.set()
        if self._worker is not None:
            self._worker.quit()

    def _on_yielded(self, progress: tuple[str, int, int]) -> None:
        self.progressed.emit(*progress)

    def _on_returned(self, result: Any) -> None:
        self._outcome = result

    def _on_errored(self, error: Exception) -> None:
        self._outcome = Failure(error, shown=True)

    def _on_finished(self) -> None:
        outcome, on_result = self._outcome, self._on_result
        self._worker, self._reporter, self._on_result, self._outcome = None, None, None, None
        self.busy_changed.emit(False)
        if isinstance(outcome, Failure):
            self._fail(outcome)
        elif outcome is _STOPPED or on_result is None:
            self.cancelled.emit()
        else:
            on_result(outcome)

    def _fail(self, failure: Failure) -> None:
        if isinstance(failure.error, Cancelled):
            self.cancelled.emit()
            return
        self.failed.emit(failure.error)
        if isinstance(failure.error, DinosarError):
            show_error(str(failure.error))
        elif not failure.shown:
            raise failure.error

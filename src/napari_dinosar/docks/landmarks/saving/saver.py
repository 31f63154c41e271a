"""Saves the open project by itself, away from the GUI thread, one version at a time."""

from __future__ import annotations

import time
from collections.abc import Callable

from qtpy.compat import isalive
from qtpy.QtCore import QObject, Signal

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.landmarks.saving.disk_watch import DiskWatch
from napari_dinosar.docks.landmarks.saving.saver_plan import Level, SavePlan
from napari_dinosar.docks.landmarks.saving.saver_thread import SaverThread, as_user_error
from napari_dinosar.docks.timers import single_shot
from napari_dinosar.editing.editor import Editor
from napari_dinosar.project.autosave import AutosavePolicy
from napari_dinosar.project.store import Project


class Saver(QObject):
    """Saves the project of an editor.

    Parameters
    ----------
    editor : Editor
        Whose project.
    parent : QObject, optional
        With it the saving ends.
    policy : AutosavePolicy
        When to save by itself.
    clock : callable
        Seconds that only grow.

    Signals
    -------
    changed : no value
        `text` or `level` says something else.
    about_to_save : no value
        What is still being typed is to become an edit now.
    conflicted : ChangedOnDiskError
        Somebody else changed the file; nothing is saved until the versions are merged.
    failed : DinosarError
        The disk refuses. It is tried again, and the edits are still in the journal.
    """

    changed = Signal()
    about_to_save = Signal()
    conflicted = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        editor: Editor,
        parent: QObject | None = None,
        *,
        policy: AutosavePolicy | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._plan = SavePlan(policy or AutosavePolicy(), clock)
        self._thread = SaverThread(self)
        self._thread.ended.connect(self._on_ended)
        self._is_wanted_again = False
        self._timer = single_shot(self, 0, self._begin)
        editor.opened.connect(self._on_opened)
        editor.saved.connect(self._on_saved)
        self._watch = DiskWatch(editor, self)
        self._watch.changed.connect(self._fail)
        self._watch.activated.connect(self.check_disk)

    @property
    def is_busy(self) -> bool:
        """Whether a version is being written."""
        return self._thread.is_busy

    @property
    def is_conflicted(self) -> bool:
        """Whether the file was changed by somebody else, and the versions are to be merged."""
        return self._plan.is_conflicted

    @property
    def problem(self) -> DinosarError | None:
        """Why the last save failed; None where it did not."""
        return self._plan.problem

    @property
    def level(self) -> Level:
        """How things are, in one word."""
        return self._plan.level(self._editor.project, self.is_busy)

    @property
    def text(self) -> str:
        """How things are, in a few words that are always to be seen."""
        return self._plan.text(self._editor.project, self.is_busy)

    def save(self) -> None:
        """Save now, in another thread; while a version is being written, after it."""
        self.about_to_save.emit()
        self._begin()

    def save_now(self) -> None:
        """Save, and return when it is done.

        Raises
        ------
        ChangedOnDiskError
            If somebody else has changed the file.
        DinosarError
            If the disk refuses.
        """
        self.about_to_save.emit()
        self.wait()
        project = self._editor.project
        if project is None or project.is_saved:
            return
        try:
            project.save()
        except (DinosarError, OSError) as error:
            problem = as_user_error(error)
            self._note(problem)
            raise problem from error
        self._succeed()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until nothing is being written; return whether that came about in time."""
        return self._thread.wait(timeout_s)

    def check_disk(self) -> None:
        """Look whether somebody else has changed the file, and say so."""
        if not self.is_busy and not self.is_conflicted:
            self._watch.look()

    def close(self) -> None:
        """Wait for what is being written, and end the thread."""
        self._timer.stop()
        self._thread.close()

    def _begin(self) -> None:
        project = self._editor.project
        if project is None:
            return
        if self.is_busy:
            self._is_wanted_again = True
            return
        try:
            self._thread.start(project)
        except DinosarError as error:
            self._fail(error)
            return
        self.changed.emit()

    def _on_ended(self, project: Project, problem: DinosarError | None) -> None:
        if project is not self._editor.project:
            return
        if problem is None:
            self._succeed()
        else:
            self._fail(problem)

    def _succeed(self) -> None:
        is_wanted_again, self._is_wanted_again = self._is_wanted_again, False
        self._plan.succeed()
        self._editor.note_saved()
        if is_wanted_again:
            self._begin()

    def _note(self, problem: DinosarError) -> None:
        self._is_wanted_again = False
        self._plan.fail(problem)
        self._editor.note_saved()

    def _fail(self, problem: DinosarError) -> None:
        self._note(problem)
        (self.conflicted if self.is_conflicted else self.failed).emit(problem)

    def _on_opened(self) -> None:
        if isalive(self):
            self._plan.succeed()
            self._on_saved()

    def _on_saved(self) -> None:
        if not isalive(self):
            return
        project = self._editor.project
        self._plan.follow(project)
        due = self._plan.due_in_s(project)
        if due is None:
            self._timer.stop()
        else:
            self._timer.start(round(1000 * due))
        self.changed.emit()

"""When the next save is due, and what came of the last one: clocks are asked, none is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.landmarks.panels.words import clock_time, number_of
from napari_dinosar.project.autosave import AutosavePolicy
from napari_dinosar.project.saving import ChangedOnDiskError
from napari_dinosar.project.store import Project

Level: TypeAlias = Literal["none", "saved", "unsaved", "saving", "trouble"]

FIRST_PAUSE_S, LONGEST_PAUSE_S = 5.0, 300.0
"""After a save that failed the next try comes so much later, twice as much each time."""


@dataclass(eq=False)
class SavePlan:
    """What is known of saving one project.

    Attributes
    ----------
    policy : AutosavePolicy
        When to save by itself.
    clock : callable
        Seconds that only grow.
    problem : Exception or None
        Why the last save failed.
    """

    policy: AutosavePolicy
    clock: Callable[[], float]
    problem: DinosarError | None = None
    _unsaved_since: float | None = None
    _retry_at: float | None = None
    _retry_time: datetime | None = None
    _pause_s: float = field(default=FIRST_PAUSE_S)

    @property
    def is_conflicted(self) -> bool:
        """Whether the file was changed by somebody else, and the versions are to be merged."""
        return isinstance(self.problem, ChangedOnDiskError)

    def follow(self, project: Project | None) -> None:
        """Take note of what is saved now."""
        if project is None or project.is_saved:
            self._unsaved_since = None
            if not self.is_conflicted:
                self.succeed()  # what could not be saved was undone
        elif self._unsaved_since is None:
            self._unsaved_since = self.clock()

    def succeed(self) -> None:
        """Take note that a save ended well."""
        self.problem = self._unsaved_since = self._retry_at = self._retry_time = None
        self._pause_s = FIRST_PAUSE_S

    def fail(self, problem: DinosarError) -> None:
        """Take note of why a save failed; it is tried again unless somebody has to choose."""
        self.problem, self._retry_at, self._retry_time = problem, None, None
        if not self.is_conflicted:
            self._retry_at = self.clock() + self._pause_s
            self._retry_time = datetime.now() + timedelta(seconds=self._pause_s)
            self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)

    def due_in_s(self, project: Project | None) -> float | None:
        """Return in how many seconds to save; None where there is nothing to save."""
        since = self._unsaved_since
        if project is None or since is None or self.is_conflicted:
            return None
        if self._retry_at is not None:
            return max(self._retry_at - self.clock(), 0.0)
        if self.policy.is_due(project.n_unsaved, self.clock() - since):
            return 0.0
        return max(since + self.policy.after_s - self.clock(), 0.0)

    def level(self, project: Project | None, is_busy: bool) -> Level:
        """Return how things are, in one word."""
        if project is None:
            return "none"
        if self.problem is not None or not project.is_protected:
            return "trouble"
        if is_busy:
            return "saving"
        return "saved" if project.is_saved else "unsaved"

    def text(self, project: Project | None, is_busy: bool) -> str:
        """Return how things are, in a few words that are always to be seen."""
        if project is None:
            return ""
        edits = number_of(project.n_unsaved, "edit")
        kept = "kept in the journal" if project.is_protected else "in memory only"
        if self.is_conflicted:
            mine = f"; yours: {edits}, {kept}" if project.n_unsaved else ""
            return f"Changed by someone else{mine}"
        if is_busy:
            return "Saving …"
        if self.problem is not None:
            again = f"; next try {self._retry_time:%H:%M:%S}" if self._retry_time else ""
            return f"Not saved: {edits}, {kept}{again}"
        if not project.is_protected:
            return f"Not protected: {edits} in memory only"
        if project.is_saved:
            return f"Saved {clock_time(project.saved_at)}"
        return f"Unsaved: {edits}, in the journal"

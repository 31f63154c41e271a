"""The photos of a project with their progress: counted once, and again only where they changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

from napari_dinosar.core.digitised import MACHINE_SOURCES
from napari_dinosar.project.state import PhotoEntry, ProjectState, Specimen

Progress: TypeAlias = Literal["none", "partial", "complete"]
Filter: TypeAlias = Literal["all", "none", "partial", "complete", "incomplete", "flagged"]


@dataclass(frozen=True)
class Row:
    """A photo as the list shows it.

    Attributes
    ----------
    photo_id, file_name : str
        The photo.
    specimen_ids : tuple of str
        What is on it.
    progress : str
        none: nothing is decided yet; complete: a person has decided on every landmark.
    is_flagged : bool
        Whether a specimen is to be looked at again.
    n_done, n_landmarks : int
        Landmarks that a person has decided on, and all, over the specimens.
    n_proposed : int
        Proposed or estimated by a machine, and accepted by nobody.
    """

    photo_id: str
    file_name: str
    specimen_ids: tuple[str, ...]
    progress: Progress
    is_flagged: bool
    n_done: int
    n_landmarks: int
    n_proposed: int

    @property
    def count(self) -> str:
        """How far it is, as ``7/12``."""
        return f"{self.n_done}/{self.n_landmarks}"

    @property
    def state(self) -> str:
        """One word for the list: flagged before all else, then the progress."""
        return "flagged" if self.is_flagged else self.progress

    def holds(self, words: Sequence[str]) -> bool:
        """Tell whether its file name and its ids hold some words, in lower case."""
        return not words or all(word in self._searched for word in words)

    @cached_property
    def _searched(self) -> str:
        return " ".join((self.file_name, self.photo_id, *self.specimen_ids)).casefold()


class Listing:
    """The rows of a project, kept up to date.

    Attributes
    ----------
    n_counted : int
        Photos that were counted so far: after an edit, one more.
    """

    def __init__(self, state: ProjectState) -> None:
        self.n_counted = 0
        self._state: ProjectState | None = None
        self._rows: dict[str, Row] = {}
        self.update(state)

    def update(self, state: ProjectState) -> tuple[str, ...]:
        """Take a new state in; return the photos whose rows are other than before."""
        before = self._state
        if state is before:
            return ()
        if before is not None and _has_the_same_parts(before, state):
            return self._recount(before, state)
        rows: dict[str, Row] = {}
        for photo_id in state.photos:
            if before is None or not _is_untouched(photo_id, before, state):
                self.n_counted += 1
                rows[photo_id] = _row(photo_id, state)
            else:
                rows[photo_id] = self._rows[photo_id]
        keys = dict.fromkeys([*self._rows, *rows])
        changed = tuple(key for key in keys if self._rows.get(key) != rows.get(key))
        self._state, self._rows = state, rows
        return changed

    def _recount(self, before: ProjectState, state: ProjectState) -> tuple[str, ...]:
        """Count where specimens were edited: what happens at every click."""
        edited = dict.fromkeys(
            one.photo_id for key, one in state.specimens.items() if before.specimens[key] is not one
        )
        changed = []
        for photo_id in edited:
            self.n_counted += 1
            row = _row(photo_id, state)
            if row != self._rows[photo_id]:
                changed.append(photo_id)
                self._rows[photo_id] = row
        self._state = state
        return tuple(changed)

    def __len__(self) -> int:
        """Return the number of photos."""
        return len(self._rows)

    def __getitem__(self, photo_id: str) -> Row:
        """Return the row of a photo."""
        return self._rows[photo_id]

    def __iter__(self) -> Iterator[Row]:
        """Iterate over the rows in the order of the project."""
        return iter(self._rows.values())

    def shown(self, which: Filter = "all", search: str = "") -> tuple[Row, ...]:
        """Return the rows that a filter and a search let through.

        Parameters
        ----------
        which : str
            A progress, ``incomplete`` (none or partial), ``flagged``, or ``all``.
        search : str
            Words that the file name or an id must hold, all of them, in any case.
        """
        words = _words(search)
        return tuple(row for row in self if _passes(row, which) and row.holds(words))

    def next_incomplete(self, photo_id: str | None, *, step: Literal[1, -1] = 1) -> str | None:
        """Return the nearest photo after one, or before it, that is not complete; around the end.

        Parameters
        ----------
        photo_id : str or None
            Where to begin; at the end of the list where it is None.
        step : int
            1 forwards, -1 backwards.

        Returns
        -------
        str or None
            None where all others are complete.
        """
        keys = list(self._rows)
        if not keys:
            return None
        start = keys.index(photo_id) if photo_id in self._rows else (-1 if step == 1 else 0)
        for distance in range(1, len(keys) + 1):
            key = keys[(start + step * distance) % len(keys)]
            if key != photo_id and self._rows[key].progress != "complete":
                return key
        return None

    def totals(self) -> dict[str, int]:
        """Return how many photos there are of each progress, how many are flagged, and all."""
        found = {"none": 0, "partial": 0, "complete": 0, "flagged": 0, "all": len(self)}
        for row in self:
            found[row.progress] += 1
            found["flagged"] += row.is_flagged
        return found


def is_shown(row: Row, which: Filter = "all", search: str = "") -> bool:
    """Tell whether a filter and a search, as of `Listing.shown`, let a row through."""
    return _passes(row, which) and row.holds(_words(search))


def row_of(photo: PhotoEntry, specimens: Sequence[Specimen]) -> Row:
    """Return the row of a photo, or that of some of the specimens on it.

    Parameters
    ----------
    photo : PhotoEntry
        The photo.
    specimens : sequence of Specimen
        Those that are counted.
    """
    n_landmarks = sum(len(one.digitised.states) for one in specimens)
    n_done = n_landmarks - sum(one.digitised.n_open for one in specimens)
    progress: Progress = "partial"
    if n_done == 0:
        progress = "none"
    elif n_done == n_landmarks:
        progress = "complete"
    return Row(
        photo.photo_id,
        photo.file_name,
        tuple(one.specimen_id for one in specimens),
        progress,
        any(one.digitised.is_flagged for one in specimens),
        n_done,
        n_landmarks,
        sum(one.digitised.sources.count(by) for one in specimens for by in MACHINE_SOURCES),
    )


def _has_the_same_parts(before: ProjectState, state: ProjectState) -> bool:
    return before.photos is state.photos and before.ids_by_photo is state.ids_by_photo


def _is_untouched(photo_id: str, before: ProjectState, state: ProjectState) -> bool:
    ids = state.ids_by_photo[photo_id]
    return (
        before.photos.get(photo_id) == state.photos[photo_id]
        and before.ids_by_photo[photo_id] == ids
        and all(before.specimens[key] is state.specimens[key] for key in ids)
    )


def _row(photo_id: str, state: ProjectState) -> Row:
    return row_of(state.photos[photo_id], state.on_photo(photo_id))


def _passes(row: Row, which: Filter) -> bool:
    if which == "flagged":
        return row.is_flagged
    if which == "incomplete":
        return row.progress != "complete"
    return which in ("all", row.progress)


def _words(search: str) -> list[str]:
    return search.casefold().split()

"""An open project: its present state, its history, its journal, and what crashed sessions left."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Self

from napari_dinosar.io.coco import CocoImage, image_path
from napari_dinosar.project.document import Document, DocumentWriter
from napari_dinosar.project.edits import Edit
from napari_dinosar.project.history import History, Step
from napari_dinosar.project.records import edit_record
from napari_dinosar.project.recovery import Recovered, recovered, replayed
from napari_dinosar.project.saving import written_at
from napari_dinosar.project.sessions import Holder, now, open_session
from napari_dinosar.project.state import ProjectState, next_number


class OpenProject:
    """A project that is being edited; `store.Project` adds files to it.

    Attributes
    ----------
    path : Path
        The COCO file.
    state : ProjectState
        What the project holds now.
    history : History
        What can be undone and redone.
    recovered : tuple of Recovered
        What crashed sessions left; see `recover` and `discard`.
    saved_at : datetime
        When the file was written, as the disk says.
    n_unsaved : int
        Edits since the last save.
    """

    def __init__(self, path: Path, document: Document, sha256: str) -> None:
        self.path = path
        self.state = document.state
        self.history = History()
        self.n_unsaved = 0
        self._document = document
        self._writer = DocumentWriter()
        self._sha256 = sha256
        self._sizes: dict[str, tuple[int, int]] = {}
        self._versions = itertools.count(1)
        self._version = self._saved_version = 0
        self._session = open_session(path, sha256)
        self.saved_at = written_at(path)
        offers = [recovered(left, self.state, sha256) for left in self._session.left]
        # what holds nothing that the file does not is not offered
        idle = [one for one in offers if not (one.photo_ids or one.warnings)]
        for one in idle:
            one.left.close(remove=one.left.is_held)
        self.recovered = tuple(one for one in offers if one not in idle)

    @property
    def is_saved(self) -> bool:
        """Whether the file holds all that the project does."""
        return self._version == self._saved_version

    @property
    def is_protected(self) -> bool:
        """Whether every edit so far would survive a crash."""
        return self.is_saved or not self._session.journal.problem

    @property
    def others(self) -> tuple[Holder, ...]:
        """Other processes that had the project open when it was opened here."""
        return self._session.others

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was odd about the file, and why edits are not protected where they are not."""
        problem = self._session.journal.problem
        said = (*self._document.warnings, *self._session.warnings)
        return (*said, problem) if problem else said

    def photo_path(self, photo_id: str) -> Path:
        """Return where a photo lies; whether it is there is not checked.

        Raises
        ------
        DinosarError
            If the file gives it no name, or one that leads out of the project's folder.
        """
        photo = self.state.photo(photo_id)
        return image_path(CocoImage(photo_id, photo.file_name, None), self.path.parent)

    def note_size(self, photo_id: str, size_xy: tuple[int, int]) -> None:
        """Keep the size of a photo that was opened, for the next save; it is no edit."""
        self._sizes[photo_id] = size_xy

    def free_specimen_id(self) -> str:
        """Return an id for the next specimen, none of one that was removed."""
        return str(next_number({**self._document.records, **self.state.specimens}))

    def apply(self, edit: Edit) -> ProjectState:
        """Apply an edit; when this returns, the edit is in the journal, if `is_protected`.

        Raises
        ------
        DinosarError
            If the edit does not fit; nothing has changed then.
        """
        inverse, state = edit.inverse(self.state), edit.apply(self.state)
        step = Step(edit, inverse, self._version, next(self._versions))
        self._session.journal.append(journal_entry("do", edit))
        self.history.record(step)
        self._move_to(state, step.version_after)
        return state

    def undo(self) -> Step | None:
        """Take the last edit back.

        Returns
        -------
        Step or None
            What was undone; None where there is nothing.
        """
        if not self.history.done:
            return None
        step = self.history.done[-1]
        state = step.inverse.apply(self.state)
        self._session.journal.append(journal_entry("undo", step.inverse))
        self.history.undo()
        self._move_to(state, step.version_before)
        return step

    def redo(self) -> Step | None:
        """Apply again what was undone last.

        Returns
        -------
        Step or None
            What was applied; None where there is nothing.
        """
        if not self.history.undone:
            return None
        step = self.history.undone[-1]
        state = step.edit.apply(self.state)
        self._session.journal.append(journal_entry("redo", step.edit))
        self.history.redo()
        self._move_to(state, step.version_after)
        return step

    def recover(self, offer: Recovered) -> tuple[str, ...]:
        """Apply the edits that a crashed session left; they can be undone one by one.

        Returns
        -------
        tuple of str
            Why some of them do not fit, if so.
        """
        again = History()
        refused: list[str] = []
        entries: list[dict[str, object]] = []
        for step, edit in offer.steps:
            # of another version some may not fit, and what they would undo is not there
            kind = step if offer.is_of_this_file else "do"
            after, said = replayed(self.state, [(kind, edit)])
            refused += said
            if not said:
                step_made = Step(
                    edit, edit.inverse(self.state), self._version, next(self._versions)
                )
                self._move_to(after, again.follow(kind, step_made))
                entries.append(journal_entry(kind, edit))
        self.history.done.extend(again.done)
        self.history.undone = again.undone
        self._session.journal.append(*entries)
        if not self._session.journal.problem:
            offer.left.close(remove=True)
        self.recovered = tuple(one for one in self.recovered if one is not offer)
        return tuple(refused)

    def discard(self, offer: Recovered) -> None:
        """Let go of what a crashed session left; its journal is renamed, not removed."""
        offer.left.path.replace(offer.left.path.with_suffix(".discarded"))
        offer.left.close()
        self.recovered = tuple(one for one in self.recovered if one is not offer)

    def close(self, *, discard: bool = False) -> None:
        """End the session; edits that are not saved are offered at the next start.

        Parameters
        ----------
        discard : bool
            Whether edits that are not saved are given up.
        """
        self._session.close(keep_journal=not (discard or self.is_saved))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _move_to(self, state: ProjectState, version: int) -> None:
        self.state, self._version = state, version
        self.n_unsaved = 0 if self.is_saved else self.n_unsaved + 1


def journal_entry(kind: str, edit: Edit) -> dict[str, object]:
    """Return what the journal says of an edit."""
    return {"step": kind, "at": now(), "edit": edit_record(edit)}

"""A landmark project: opened, edited, saved, and had back after a crash."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.schema import Schema
from napari_dinosar.io.coco import CocoImage, image_path
from napari_dinosar.project.document import (
    Document,
    DocumentWriter,
    document_bytes,
    new_document,
    read_document,
)
from napari_dinosar.project.document_writing import updated
from napari_dinosar.project.edits import AddPhotos, ChangeSchema, Edit
from napari_dinosar.project.history import History, Step
from napari_dinosar.project.journal import SAVING
from napari_dinosar.project.merging import Choice, Merge, edits_between, merge
from napari_dinosar.project.photo_files import listed_photos
from napari_dinosar.project.records import edit_record
from napari_dinosar.project.recovery import Recovered, recovered, replayed
from napari_dinosar.project.saving import SaveJob, checksum, content_of
from napari_dinosar.project.sessions import Holder, now, open_session
from napari_dinosar.project.state import PhotoEntry, ProjectState, next_number

_READ_ATTEMPTS = 5
_LONGEST_JOURNAL = 1000


class Project:
    """A landmark project that is open.

    Make one by `Project.open` or `Project.new`; `close` it, or use it in a ``with`` block. All
    methods belong to one thread; only `SaveJob.write` may run in another.

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
        self.saved_at = _written_at(path)
        offers = [recovered(left, self.state, sha256) for left in self._session.left]
        # what holds nothing that the file does not is not offered
        idle = [one for one in offers if not (one.photo_ids or one.warnings)]
        for one in idle:
            one.left.close(remove=one.left.is_held)
        self.recovered = tuple(one for one in offers if one not in idle)

    @classmethod
    def open(cls, path: str | Path) -> Project:
        """Open the project in a COCO keypoints file.

        Parameters
        ----------
        path : str or Path
            The file.

        Returns
        -------
        Project
            With what crashed sessions left in `recovered`, and who else has it open in `others`.

        Raises
        ------
        DinosarError
            If the file cannot be read, or is no COCO file.
        """
        place = Path(path).expanduser().resolve()
        document, sha256 = _read(place)
        return cls(place, document, sha256)

    @classmethod
    def new(cls, path: str | Path, photos: str | Path | Sequence[Path], schema: Schema) -> Project:
        """Make a project, and open it.

        Parameters
        ----------
        path : str or Path
            The COCO file to be made.
        photos : str, Path or sequence of Path
            A folder whose photos are listed, or photo files; beneath the folder of the COCO file.
        schema : Schema
            What is placed.

        Raises
        ------
        DinosarError
            If the file exists, cannot be made, or photos lie elsewhere; nothing is made then.
        """
        place = Path(path).expanduser().resolve()
        names = listed_photos(photos, place.parent)
        ids = tuple(str(number) for number in range(1, len(names) + 1))
        entries = tuple(PhotoEntry(key, name) for key, name in zip(ids, names, strict=True))
        empty = new_document(schema)
        state = AddPhotos(entries, ids).apply(ChangeSchema(schema).apply(empty.state))
        if place.exists():
            raise DinosarError(f"{place} exists already; open it, or choose another name.")
        document = updated(empty, state, {})
        SaveJob(place, document_bytes(document.raw), document, "", 0, 0, 0).write()
        return cls.open(place)

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
        self._session.journal.append(_entry("do", edit))
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
        self._session.journal.append(_entry("undo", step.inverse))
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
        self._session.journal.append(_entry("redo", step.edit))
        self.history.redo()
        self._move_to(state, step.version_after)
        return step

    def save(self) -> None:
        """Write the file.

        Raises
        ------
        ChangedOnDiskError
            If somebody else has changed it since it was read; see `merge_with_file`.
        DinosarError
            If the disk refuses. The file is as it was, and the edits are still in the journal.
        """
        job = self.begin_save()
        job.write()
        self.finish_save(job)

    def begin_save(self) -> SaveJob:
        """Return the present version for writing; the project can be edited meanwhile."""
        document = updated(self._document, self.state, self._sizes)
        unchanged = document is self._document and self._sha256
        content = content_of(self.path) if unchanged else self._writer.content(document.raw)
        journal = self._session.journal
        journal.append({SAVING: checksum(content)})
        return SaveJob(
            self.path, content, document, self._sha256, self._version, len(journal), self.n_unsaved
        )

    def finish_save(self, job: SaveJob) -> None:
        """Take note that a version was written."""
        self._document, self._sha256 = job.document, job.sha256
        self._saved_version = job.version
        self.n_unsaved -= job.n_edits
        self.saved_at = _written_at(self.path)
        journal = self._session.journal
        if len(journal) > _LONGEST_JOURNAL:
            # else it is enough that the journal says which of its edits this version holds
            journal.restart(self._sha256, list(journal.since(job.mark)))

    def save_copy(self, path: str | Path) -> Path:
        """Write what the project holds to another file, which must not exist.

        Raises
        ------
        DinosarError
            If it exists, or the disk refuses.
        """
        place = Path(path).expanduser().resolve()
        if place.exists():
            raise DinosarError(f"{place} exists already; choose another name.")
        document = updated(self._document, self.state, self._sizes)
        SaveJob(place, document_bytes(document.raw), document, "", 0, 0, 0).write()
        return place

    def has_changed_on_disk(self) -> bool:
        """Tell whether somebody else has changed the file since it was read or saved."""
        return not self.path.exists() or checksum(content_of(self.path)) != self._sha256

    def merge_with_file(self) -> Merge:
        """Compare what the project holds with what somebody else made of the file.

        Returns
        -------
        Merge
            Both versions, and the photos for which somebody has to choose.
        """
        document, _ = _read(self.path)
        return merge(self._document.state, self.state, document.state)

    def take_merge(self, merged: Merge, choices: Mapping[str, Choice]) -> ProjectState:
        """Go on from the file as it is now, with our changes of it; undone as one edit.

        Parameters
        ----------
        merged : Merge
            From `merge_with_file`.
        choices : mapping of str to str
            ``mine`` or ``theirs`` for the photo of each conflict.

        Raises
        ------
        DinosarError
            If a choice is missing, or the file has been changed once more.
        """
        document, sha256 = _read(self.path)
        if edits_between(merged.theirs, document.state).edits:
            raise DinosarError(f"{self.path} was changed once more; compare the versions again.")
        state = merged.state(choices)
        there, back = edits_between(self.state, state), edits_between(state, self.state)
        rest = edits_between(document.state, state)
        version = next(self._versions)
        self.history.record(Step(there, back, self._version, version))
        self._document, self._sha256 = document, sha256
        self._session.journal.restart(sha256, [_entry("do", rest)] if rest.edits else [])
        # what was saved before the merge is no longer what the file holds
        self._saved_version = -1 if rest.edits else version
        self.n_unsaved = 0
        self._move_to(state, version)
        return state

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
                entries.append(_entry(kind, edit))
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

    def __enter__(self) -> Project:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _move_to(self, state: ProjectState, version: int) -> None:
        self.state, self._version = state, version
        self.n_unsaved = 0 if self.is_saved else self.n_unsaved + 1


def _entry(kind: str, edit: Edit) -> dict[str, object]:
    return {"step": kind, "at": now(), "edit": edit_record(edit)}


def _read(path: Path) -> tuple[Document, str]:
    """Return a document with the checksum of the very bytes that it was read from."""
    for _ in range(_READ_ATTEMPTS):
        sha256 = checksum(content_of(path))
        document = read_document(path)
        if checksum(content_of(path)) == sha256:
            return document, sha256
    raise DinosarError(f"{path} is being written by another program. Open it when that has ended.")


def _written_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime).astimezone()

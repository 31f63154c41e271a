"""A landmark project and its file: made, opened, saved, and merged with what others saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.schema import Schema
from napari_dinosar.project.document import (
    Document,
    document_bytes,
    new_document,
    read_document,
)
from napari_dinosar.project.document_writing import updated
from napari_dinosar.project.edits import AddPhotos, ChangeSchema
from napari_dinosar.project.history import Step
from napari_dinosar.project.journal import SAVING
from napari_dinosar.project.merging import Choice, Merge, edits_between, merge
from napari_dinosar.project.photo_files import listed_photos
from napari_dinosar.project.saving import SaveJob, checksum, content_of, written_at
from napari_dinosar.project.state import PhotoEntry, ProjectState
from napari_dinosar.project.working import OpenProject, journal_entry

_READ_ATTEMPTS = 5
_LONGEST_JOURNAL = 1000


class Project(OpenProject):
    """A landmark project that is open.

    Make one by `Project.open` or `Project.new`; `close` it, or use it in a ``with`` block. All
    methods belong to one thread; only `SaveJob.write` may run in another.
    """

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
        # what was undone meanwhile is an edit of the version that is written
        self.n_unsaved = 0 if self.is_saved else max(self.n_unsaved - job.n_edits, 1)
        self.saved_at = written_at(self.path)
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
        self._session.journal.restart(sha256, [journal_entry("do", rest)] if rest.edits else [])
        # what was saved before the merge is no longer what the file holds
        self._saved_version = -1 if rest.edits else version
        self.n_unsaved = 0
        self._move_to(state, version)
        return state


def _read(path: Path) -> tuple[Document, str]:
    """Return a document with the checksum of the very bytes that it was read from."""
    for _ in range(_READ_ATTEMPTS):
        sha256 = checksum(content_of(path))
        document = read_document(path)
        if checksum(content_of(path)) == sha256:
            return document, sha256
    raise DinosarError(f"{path} is being written by another program. Open it when that has ended.")

"""What a crashed session left: the edits that its journal holds and the file does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.project.edits import Edit
from napari_dinosar.project.journal import SAVING, JournalContent
from napari_dinosar.project.merging import differing_photos
from napari_dinosar.project.records import edit_from
from napari_dinosar.project.sessions import LeftJournal
from napari_dinosar.project.state import ProjectState


@dataclass(frozen=True, eq=False)
class Recovered:
    """Edits of a crashed session, offered.

    Attributes
    ----------
    left : LeftJournal
        The journal.
    steps : tuple of (str, Edit)
        ``do``, ``undo`` or ``redo``, and what was applied.
    is_of_this_file : bool
        Whether the edits start from the file as it is. Else it was changed since, and they are to
        be looked at before they are taken over.
    photo_ids : tuple of str
        Photos that differ between the file and what the edits make of it.
    last_at : str
        When the last edit was made, ISO 8601.
    warnings : tuple of str
        Edits that do not fit, and lines that could not be read.
    """

    left: LeftJournal
    steps: tuple[tuple[str, Edit], ...]
    is_of_this_file: bool
    photo_ids: tuple[str, ...]
    last_at: str
    warnings: tuple[str, ...]


def recovered(left: LeftJournal, state: ProjectState, sha256: str) -> Recovered:
    """Tell what a journal holds that the file does not.

    Parameters
    ----------
    left : LeftJournal
        The journal.
    state : ProjectState
        What the file says.
    sha256 : str
        Checksum of the file.
    """
    is_of_this_file, entries = _entries_after(left.content, sha256)
    steps: list[tuple[str, Edit]] = []
    warnings: list[str] = []
    for entry in entries:
        try:
            steps.append((str(entry["step"]), edit_from(entry["edit"])))
        except (DinosarError, KeyError, TypeError) as error:
            warnings.append(str(error))
    after, refused = replayed(state, steps)
    warnings += refused
    if left.content.n_unreadable:
        warnings.append(
            f"{left.path.name}: {left.content.n_unreadable} lines are damaged; the edits before "
            "them are offered."
        )
    last_at = str(entries[-1].get("at", "")) if entries else ""
    photo_ids = differing_photos(state, after)
    return Recovered(left, tuple(steps), is_of_this_file, photo_ids, last_at, tuple(warnings))


def replayed(state: ProjectState, steps: list[tuple[str, Edit]]) -> tuple[ProjectState, list[str]]:
    """Return the state after some edits, and why those that do not fit were left out."""
    refused: list[str] = []
    for _, edit in steps:
        try:
            state = edit.apply(state)
        except DinosarError as error:
            refused.append(str(error))
    return state, refused


def _entries_after(content: JournalContent, sha256: str) -> tuple[bool, list[Mapping[str, Any]]]:
    """Return whether the journal knows this version of the file, and the edits after it."""
    entries = list(content.entries)
    saves = [place for place, entry in enumerate(entries) if entry.get(SAVING) == sha256]
    if saves:
        return True, list(_edits_of(entries[saves[-1] :]))
    return content.header.get("base") == sha256, list(_edits_of(entries))


def _edits_of(entries: list[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    return (entry for entry in entries if "edit" in entry)

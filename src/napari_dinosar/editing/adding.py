"""Photos that are added to a project, those that it lists already left out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from napari_dinosar.project.edits import AddPhotos
from napari_dinosar.project.state import PhotoEntry, ProjectState, next_number


def photos_edit(state: ProjectState, names: Sequence[str]) -> tuple[AddPhotos, int]:
    """Return the edit that adds photos, and how many of them are there already.

    Parameters
    ----------
    state : ProjectState
        The project.
    names : sequence of str
        File names relative to the folder of the project.
    """
    known = ids_by_name(state)
    new = [name for name in dict.fromkeys(names) if name not in known]
    photo_number, specimen_number = next_number(state.photos), next_number(state.specimens)
    entries = tuple(PhotoEntry(str(photo_number + n), name) for n, name in enumerate(new))
    ids = tuple(str(specimen_number + n) for n in range(len(new)))
    return AddPhotos(entries, ids), len(names) - len(new)


def ids_by_name(state: ProjectState) -> dict[str, str]:
    """Return the ids of photos by their plain file names.

    Other programs write them with a dot before, or with the slashes of Windows.
    """
    names = {one.photo_id: one.file_name.replace("\\", "/") for one in state.photos.values()}
    return {PurePosixPath(name).as_posix(): key for key, name in names.items() if name}

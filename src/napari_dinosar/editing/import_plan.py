"""What an import would do to a project: what comes in, what is in the way, and the one edit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from napari_dinosar.core._landmark_checks import listed, numbered
from napari_dinosar.core.digitised import Dataset, Digitised
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.schema import Schema
from napari_dinosar.editing.adding import ids_by_name
from napari_dinosar.editing.import_meeting import Conflict, Meeting, meeting, met
from napari_dinosar.editing.importing import Import
from napari_dinosar.project.edits import ChangeSchema, Together
from napari_dinosar.project.merging import Choice, edits_between
from napari_dinosar.project.photo_files import listed_photos
from napari_dinosar.project.state import (
    PhotoEntry,
    Point,
    ProjectState,
    Specimen,
    next_number,
)
from napari_dinosar.project.store import Project


@dataclass(frozen=True, eq=False)
class Plan:
    """What an import would do; nothing is done yet.

    Attributes
    ----------
    edit : Together
        All of it as one step, which one undo takes back.
    n_photos, n_specimens, n_points : int
        Photos and specimens that come, and landmarks that are placed or changed by it.
    conflicts : tuple of Conflict
        Specimens of which the project and the file say different things.
    new_landmarks : tuple of str
        Landmarks that the project does not have.
    notes : tuple of str
        What else is to be known, in sentences.
    """

    edit: Together
    n_photos: int
    n_specimens: int
    n_points: int
    conflicts: tuple[Conflict, ...] = ()
    new_landmarks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass
class _Coming:
    """Specimens on their way, each with the photo that it goes to, and what was said of others."""

    photos: dict[str, PhotoEntry]
    meetings: list[Meeting] = field(default_factory=list)
    n_new_photos: int = 0


def edits_into(
    state: ProjectState,
    folder: Path,
    found: Import,
    dataset: Dataset,
    *,
    choices: Mapping[str, Choice] | None = None,
    with_new_landmarks: bool = False,
) -> Plan:
    """Return what an import would do to a project.

    A specimen is met by the one on the same photo that has its id, or is alone there as it is;
    empty ones are filled. Landmarks go by their names, or by their numbers where the file has no
    names and as many. What a person placed, accepted or called absent stays unless another
    person's version is chosen; a machine's never replaces it.

    Parameters
    ----------
    state : ProjectState
        The project.
    folder : Path
        Its folder; photos outside it are refused.
    found : Import
        What was read.
    dataset : Dataset
        That, with repairs.
    choices : mapping of str to str, optional
        ``mine`` or ``theirs`` for specimens of the project that are in conflict; mine by default.
    with_new_landmarks : bool
        Whether landmarks that the project does not have are added to it; left out otherwise.

    Raises
    ------
    DinosarError
        If photos lie elsewhere, or no photo is found.
    """
    names, notes = _names(dataset, state.schema)
    new = tuple(name for name in names if name not in state.schema.names)
    schema = _widened(state.schema, dataset, names, new) if with_new_landmarks else state.schema
    before = state if schema is state.schema else ChangeSchema(schema).apply(state)
    known = [one for one in dataset.specimens if found.photo(one.file_name) is not None]
    if not known:
        raise DinosarError(
            f"No photo of {found.path.name} is in {found.folder}. Choose the folder of the photos."
        )
    lost = [one.specimen_id for one in dataset.specimens if found.photo(one.file_name) is None]
    if lost:
        notes.append(f"Left out, since their photos were not found: {listed(lost)}.")
    if new and not with_new_landmarks:
        notes.append(f"Left out, since the project does not have them: landmarks {listed(new)}.")
    laid = [_laid_out(found.settled(one), names, schema) for one in known]
    coming = _coming(before, folder, found, laid)
    after, points = _after(before, coming, choices or {})
    return Plan(
        edits_between(state, after),
        coming.n_new_photos,
        sum(one.mine is None for one in coming.meetings),
        points,
        tuple(c for one in coming.meetings if (c := one.conflict(schema)) is not None),
        new,
        tuple(notes),
    )


def new_project_from(found: Import, dataset: Dataset, path: Path) -> Project:
    """Make a project of an import, and open it.

    Parameters
    ----------
    found : Import
        What was read.
    dataset : Dataset
        That, with repairs.
    path : Path
        The COCO file to be made; photos lie in its folder or below.

    Raises
    ------
    DinosarError
        If the file exists, cannot be made, photos lie elsewhere, or none is found.
    """
    place = path.expanduser().resolve()
    photos = photos_of(found, dataset)
    if not photos:
        raise DinosarError(
            f"No photo of {found.path.name} is in {found.folder}. Choose the folder of the photos."
        )
    with Project.new(place, photos, dataset.schema) as project:
        project.apply(edits_into(project.state, place.parent, found, dataset).edit)
        for photo_id, path in zip(project.state.photos, photos, strict=True):
            project.note_size(photo_id, found.sizes[path.relative_to(found.folder).as_posix()])
        project.save()
    return Project.open(place)


def photos_of(found: Import, dataset: Dataset) -> tuple[Path, ...]:
    """Return the photos that were found, each once, in the order of the specimens."""
    paths = (found.photo(one.file_name) for one in dataset.specimens)
    return tuple(dict.fromkeys(path for path in paths if path is not None))


def _names(dataset: Dataset, schema: Schema) -> tuple[tuple[str, ...], list[str]]:
    """Return what the project calls the landmarks of the file."""
    names = dataset.schema.names
    is_nameless = names == numbered(len(names)) and len(names) == len(schema.names)
    if not is_nameless or set(names) == set(schema.names):
        return names, []
    return schema.names, [
        "The file numbers its landmarks; they are taken in the order of the project's."
    ]


def _widened(
    schema: Schema, dataset: Dataset, names: tuple[str, ...], new: tuple[str, ...]
) -> Schema:
    """Return a schema with further landmarks, and the lines and partners that these have."""
    landmarks = {one.name: one for one in dataset.schema.landmarks if one.name in new}
    added = tuple(
        replace(one, partner=one.partner if one.partner in landmarks else "")
        for one in landmarks.values()
    )
    everything = (*schema.landmarks, *added)
    place = {one.name: number for number, one in enumerate(everything)}
    joined = [(names[a], names[b]) for a, b in dataset.schema.skeleton]
    edges = [(place[a], place[b]) for a, b in joined if a in landmarks or b in landmarks]
    known = {frozenset(edge) for edge in schema.skeleton}
    edges = [edge for edge in edges if frozenset(edge) not in known]
    return replace(schema, landmarks=everything, skeleton=(*schema.skeleton, *edges))


def _laid_out(one: Digitised, names: tuple[str, ...], schema: Schema) -> Digitised:
    """Return a specimen with a landmark for each of a schema, in its order."""
    points = dict(zip(names, Specimen("", one).points(), strict=True))
    ordered = [points.get(name, Point()) for name in schema.names]
    return replace(
        one,
        xy=np.array([point.xy or (np.nan, np.nan) for point in ordered]).reshape(-1, 2),
        states=tuple(point.state for point in ordered),
        sources=tuple(point.source for point in ordered),
    )


def _coming(
    state: ProjectState, folder: Path, found: Import, specimens: list[Digitised]
) -> _Coming:
    paths = {one.file_name: found.photo(one.file_name) for one in specimens}
    files = [path for path in dict.fromkeys(paths.values()) if path is not None]
    names = dict(zip(files, listed_photos(files, folder), strict=True))
    sizes = {names[path]: found.finder(name) for name, path in paths.items() if path is not None}
    ids = ids_by_name(state)
    coming = _Coming(dict(state.photos))
    number = next_number(state.photos)
    by_photo: dict[str, list[Digitised]] = {}
    for one in specimens:
        path = paths[one.file_name]
        assert path is not None
        name = names[path]
        if name not in ids:
            ids[name] = str(number)
            coming.photos[ids[name]] = PhotoEntry(ids[name], name, sizes[name])
            coming.n_new_photos += 1
            number += 1
        entry = coming.photos[ids[name]]
        by_photo.setdefault(entry.photo_id, []).append(replace(one, file_name=entry.file_name))
    for photo_id, arriving in by_photo.items():
        there = state.on_photo(photo_id) if photo_id in state.photos else ()
        coming.meetings += meeting(photo_id, there, arriving)
    return coming


def _after(
    state: ProjectState, coming: _Coming, choices: Mapping[str, Choice]
) -> tuple[ProjectState, int]:
    """Return the project afterwards, and how many landmarks are other than before."""
    replaced: dict[str, Specimen] = {}
    added: list[Specimen] = []
    n_changed = 0
    for one, key in zip(coming.meetings, _ids(state, coming.meetings), strict=True):
        choice = choices.get(key, "mine")
        new = met(one, key, choice)
        n_changed += one.n_changed(choice)
        if one.mine is None:
            added.append(new)
        else:
            replaced[one.mine.specimen_id] = new
    staying = (replaced.get(key, one) for key, one in state.specimens.items())
    specimens = {one.specimen_id: one for one in (*staying, *added)}
    return ProjectState.of(state.schema, coming.photos, specimens), n_changed


def _ids(state: ProjectState, meetings: list[Meeting]) -> Iterator[str]:
    """Give what each specimen is called: as in the project, or in the file where that is free."""
    filled = {one.mine.specimen_id for one in meetings if one.mine is not None and one.fills}
    taken = {key for key in state.specimens if key not in filled}
    # numbers that none of them has, nor any of the file
    coming = {one.theirs.specimen_id: None for one in meetings}
    number = next_number({**state.specimens, **coming})
    for one in meetings:
        if one.mine is not None and not one.fills:
            yield one.mine.specimen_id
            continue
        key = one.theirs.specimen_id
        if not key or key in taken:
            key, number = str(number), number + 1
        taken.add(key)
        yield key

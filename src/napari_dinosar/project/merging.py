"""Two versions of a project that come from one: merged photo by photo, conflicts as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.schema import Schema
from napari_dinosar.project.edits import ChangeSchema, Edit, PutPhotos, Together
from napari_dinosar.project.state import (
    PhotoEntry,
    ProjectState,
    Specimen,
    next_number,
    same_marks,
    same_specimen,
)

Choice: TypeAlias = Literal["mine", "theirs"]


@dataclass(frozen=True, eq=False)
class PhotoConflict:
    """A photo that both sides changed, each otherwise.

    Attributes
    ----------
    photo : PhotoEntry
        The photo.
    base, mine, theirs : tuple of Specimen
        What was on it before, and what each side made of it; empty where the side removed it.
    """

    photo: PhotoEntry
    base: tuple[Specimen, ...]
    mine: tuple[Specimen, ...]
    theirs: tuple[Specimen, ...]


@dataclass(frozen=True, eq=False)
class Merge:
    """How two versions come together.

    Attributes
    ----------
    theirs : ProjectState
        The other version.
    only_mine, only_theirs : tuple of str
        Photos that one side alone changed.
    conflicts : tuple of PhotoConflict
        Photos for which somebody has to choose.
    """

    theirs: ProjectState
    only_mine: tuple[str, ...]
    only_theirs: tuple[str, ...]
    conflicts: tuple[PhotoConflict, ...]
    _mine: ProjectState
    _schema: Schema

    def state(self, choices: Mapping[str, Choice]) -> ProjectState:
        """Return the merged project.

        Parameters
        ----------
        choices : mapping of str to str
            ``mine`` or ``theirs`` for the photo of each conflict.

        Raises
        ------
        DinosarError
            If a choice is missing.
        """
        open_ones = [one.photo for one in self.conflicts if one.photo.photo_id not in choices]
        if open_ones:
            names = ", ".join(one.file_name or one.photo_id for one in open_ones[:5])
            raise DinosarError(
                f"Both sides changed {names}: choose one version of each of these "
                f"{len(open_ones)} photos."
            )
        chosen = [k for k, choice in choices.items() if choice == "mine"]
        theirs = _under(self.theirs, self._schema)
        return _taken_over(theirs, _under(self._mine, self._schema), [*self.only_mine, *chosen])


def merge(base: ProjectState, mine: ProjectState, theirs: ProjectState) -> Merge:
    """Compare two versions with the one that both come from.

    Parameters
    ----------
    base, mine, theirs : ProjectState
        The common version, ours, and the one in the file now.

    Raises
    ------
    DinosarError
        If the two have other landmarks: then points would be lost.
    """
    if set(mine.schema.names) != set(theirs.schema.names):
        raise DinosarError(
            "The two versions have different landmarks, so they cannot be merged photo by photo. "
            "Save a copy of yours, open the other one, and change its landmarks first."
        )
    schema = theirs.schema if mine.schema == base.schema else mine.schema
    first, ours, others = (_under(one, schema) for one in (base, mine, theirs))
    only_mine: list[str] = []
    only_theirs: list[str] = []
    conflicts: list[PhotoConflict] = []
    for key in dict.fromkeys([*others.photos, *ours.photos]):
        if _are_two_photos(key, first, ours, others):
            only_mine.append(key)
            only_theirs.append(key)
            continue
        was, here, there = (_marked(one, key) for one in (first, ours, others))
        is_ours = not _say_the_same(was, here)
        is_theirs = not _say_the_same(was, there)
        if is_ours and is_theirs and not _say_the_same(here, there):
            photo = ours.photos.get(key) or others.photos[key]
            conflicts.append(PhotoConflict(photo, was or (), here or (), there or ()))
        elif is_ours and not is_theirs:
            only_mine.append(key)
        elif is_theirs and not is_ours:
            only_theirs.append(key)
    return Merge(theirs, tuple(only_mine), tuple(only_theirs), tuple(conflicts), mine, schema)


def edits_between(before: ProjectState, after: ProjectState) -> Together:
    """Return one edit that makes the second state of the first."""
    steps: list[Edit] = []
    if before.schema != after.schema:
        steps.append(ChangeSchema(after.schema))
        before = steps[0].apply(before)
    keys = differing_photos(before, after)
    put = PutPhotos.of(after, keys, [key for key in keys if key not in after.photos])
    return Together((*steps, put) if keys else tuple(steps))


def differing_photos(before: ProjectState, after: ProjectState) -> tuple[str, ...]:
    """Return the photos of which two states do not say the same, those of one side among them.

    Where the landmarks differ all photos do.
    """
    if before is after:
        return ()
    keys = tuple(dict.fromkeys([*before.photos, *after.photos]))
    if before.schema != after.schema:
        return keys
    return tuple(key for key in keys if not _is_same_photo(key, before, after))


def _is_same_photo(key: str, one: ProjectState, other: ProjectState) -> bool:
    if key not in one.photos or one.photos[key] != other.photos.get(key):
        return False
    first, second = one.on_photo(key), other.on_photo(key)
    return len(first) == len(second) and all(map(same_specimen, first, second))


def _under(state: ProjectState, schema: Schema) -> ProjectState:
    return state if state.schema == schema else ChangeSchema(schema).apply(state)


def _marked(state: ProjectState, key: str) -> tuple[Specimen, ...] | None:
    """Return the specimens of a photo of which something is known; None without the photo."""
    if key not in state.photos:
        return None
    return tuple(one for one in state.on_photo(key) if not one.is_blank)


def _say_the_same(one: tuple[Specimen, ...] | None, other: tuple[Specimen, ...] | None) -> bool:
    """Compare specimens but for their ids, which an unsaved side may have given anew."""
    if one is None or other is None:
        return one is other
    return len(one) == len(other) and all(
        same_marks(first.digitised, second.digitised)
        for first, second in zip(one, other, strict=True)
    )


def _are_two_photos(key: str, base: ProjectState, mine: ProjectState, theirs: ProjectState) -> bool:
    """Tell whether both sides gave one id to photos that they added."""
    if key in base.photos or not (key in mine.photos and key in theirs.photos):
        return False
    return mine.photos[key].file_name != theirs.photos[key].file_name


def _taken_over(theirs: ProjectState, mine: ProjectState, keys: Iterable[str]) -> ProjectState:
    """Return their state with some photos as mine has them, under ids that are free there."""
    photos = dict(theirs.photos)
    ids_there = {photo.file_name: key for key, photo in photos.items() if photo.file_name}
    specimens = dict(theirs.specimens)
    taken = {*specimens, *mine.specimens}
    for key in keys:
        photo = mine.photos.get(key)
        place = key
        if photo is not None and key in photos and photos[key].file_name != photo.file_name:
            place = ids_there.get(photo.file_name) or str(next_number({**photos, **mine.photos}))
        for gone in theirs.ids_by_photo.get(place, ()):
            specimens.pop(gone, None)
        if photo is None:
            photos.pop(place, None)
            continue
        photos[place] = replace(photo, photo_id=place)
        for one in mine.on_photo(key):
            name = one.specimen_id
            if name in specimens:
                name = str(next_number(dict.fromkeys(taken)))
                taken.add(name)
            marks = replace(one.digitised, specimen_id=name)
            specimens[name] = Specimen(place, marks)
    return ProjectState.of(theirs.schema, photos, specimens)

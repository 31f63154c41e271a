"""Edits of what a project is about: its photos and its landmarks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.schema import Schema
from napari_dinosar.project.edits.base import Edit
from napari_dinosar.project.state import PhotoEntry, Point, ProjectState, Specimen, blank


@dataclass(frozen=True)
class AddPhotos:
    """List further photos, each with an empty specimen.

    Attributes
    ----------
    photos : tuple of PhotoEntry
        Ids and file names that the project does not have.
    specimen_ids : tuple of str
        One for each photo.
    """

    KIND: ClassVar[str] = "add photos"
    photos: tuple[PhotoEntry, ...]
    specimen_ids: tuple[str, ...]

    def apply(self, state: ProjectState) -> ProjectState:
        """Return the state with the photos."""
        names = {photo.file_name for photo in state.photos.values()}
        for photo in self.photos:
            if not photo.photo_id or photo.photo_id in state.photos or photo.file_name in names:
                raise DinosarError(
                    f"The project lists {photo.file_name or photo.photo_id!r} already; add each "
                    "photo once."
                )
            names.add(photo.file_name)
        added = {photo.photo_id: photo for photo in self.photos}
        if len(added) != len(self.photos) or len(self.photos) != len(self.specimen_ids):
            raise DinosarError("Each photo that is added needs an id, and a specimen, of its own.")
        if set(self.specimen_ids) & set(state.specimens) or len(set(self.specimen_ids)) < len(
            added
        ):
            raise DinosarError("Each photo that is added needs a specimen with an id of its own.")
        firsts = dict(zip(added, self.specimen_ids, strict=True))
        blanks = {
            key: blank(key, added[photo_id], state.schema) for photo_id, key in firsts.items()
        }
        return replace(
            state,
            photos={**state.photos, **added},
            specimens={**state.specimens, **blanks},
            ids_by_photo={**state.ids_by_photo, **{one: (key,) for one, key in firsts.items()}},
        )

    def inverse(self, state: ProjectState) -> Edit:
        """Return their removal."""
        return RemovePhotos(tuple(photo.photo_id for photo in self.photos))


@dataclass(frozen=True)
class RemovePhotos:
    """Take photos with all their specimens out of the list; the photo files stay."""

    KIND: ClassVar[str] = "remove photos"
    photo_ids: tuple[str, ...]

    def apply(self, state: ProjectState) -> ProjectState:
        """Return the state without the photos."""
        gone = {state.photo(photo_id).photo_id for photo_id in self.photo_ids}
        return replace(
            state,
            photos={key: one for key, one in state.photos.items() if key not in gone},
            specimens={k: one for k, one in state.specimens.items() if one.photo_id not in gone},
            ids_by_photo={k: ids for k, ids in state.ids_by_photo.items() if k not in gone},
        )

    def inverse(self, state: ProjectState) -> Edit:
        """Return the photos and specimens where they were."""
        return PutPhotos.of(state, [state.photo(key).photo_id for key in self.photo_ids])


@dataclass(frozen=True)
class ChangeSchema:
    """Change the landmarks: their names, order, looks, partners, edges, and which there are.

    Points follow their landmark by its name. A landmark that goes takes its points with it; the
    inverse holds them.

    Attributes
    ----------
    schema : Schema
        The landmarks afterwards.
    renamed : tuple of (str, str)
        Old and new name of each landmark that is only called otherwise.
    points : tuple of (str, str, Point)
        Points, by specimen and new name, for landmarks that are new.
    """

    KIND: ClassVar[str] = "schema"
    schema: Schema
    renamed: tuple[tuple[str, str], ...] = ()
    points: tuple[tuple[str, str, Point], ...] = ()

    def apply(self, state: ProjectState) -> ProjectState:
        """Return the state under the other schema."""
        old_names = {new: old for old, new in self.renamed}
        for old, new in self.renamed:
            state.schema.index(old)
            self.schema.index(new)
        places = {name: place for place, name in enumerate(state.schema.names)}
        moved_away = {old for old, _ in self.renamed}
        sources = [
            places.get(old_names.get(name, "" if name in moved_away else name))
            for name in self.schema.names
        ]
        given: dict[str, dict[str, Point]] = {}
        for specimen_id, name, point in self.points:
            given.setdefault(specimen_id, {})[name] = point
        specimens = {
            key: one.with_all(_laid_out(one, sources, self.schema, given.get(key, {})))
            for key, one in state.specimens.items()
        }
        return replace(state, schema=self.schema, specimens=specimens)

    def inverse(self, state: ProjectState) -> Edit:
        """Return the old schema, with the points that would be lost."""
        kept = {old for old, _ in self.renamed}
        kept |= set(self.schema.names) - {new for _, new in self.renamed}
        lost = [name for name in state.schema.names if name not in kept]
        points = tuple(
            (key, name, point)
            for key, one in state.specimens.items()
            for name in lost
            if (point := one.point(state.schema.index(name))) != Point()
        )
        return ChangeSchema(state.schema, tuple((new, old) for old, new in self.renamed), points)


def _laid_out(
    specimen: Specimen, sources: list[int | None], schema: Schema, given: Mapping[str, Point]
) -> tuple[Point, ...]:
    points = [Point() if place is None else specimen.point(place) for place in sources]
    return tuple(given.get(n, old) for n, old in zip(schema.names, points, strict=True))


@dataclass(frozen=True, eq=False)
class PutPhotos:
    """Make photos with all their specimens exactly so, and take others out of the list.

    Attributes
    ----------
    photos : tuple of PhotoEntry
        Photos that the project may have or not.
    specimens : tuple of Specimen
        All that are on these photos, at least one on each.
    removed : tuple of str
        Photos that go.
    before : tuple of str
        For each photo, the one that it is listed before if the project does not have it; at the
        end where that is empty or gone, or where none are named.
    """

    KIND: ClassVar[str] = "put photos"
    photos: tuple[PhotoEntry, ...]
    specimens: tuple[Specimen, ...]
    removed: tuple[str, ...] = ()
    before: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, state: ProjectState, photo_ids: Iterable[str], removed: Iterable[str] = ()
    ) -> PutPhotos:
        """Return the edit that makes photos what and where they are in a state.

        Parameters
        ----------
        state : ProjectState
            As it is to be.
        photo_ids : iterable of str
            Photos of it.
        removed : iterable of str
            Photos that go.
        """
        wanted, order = set(photo_ids), list(state.photos)
        following = dict(zip(order, [*order[1:], ""], strict=True))
        keys = [key for key in order if key in wanted]
        return cls(
            tuple(state.photos[key] for key in keys),
            tuple(one for key in keys for one in state.on_photo(key)),
            tuple(removed),
            tuple(following[key] for key in keys),
        )

    def apply(self, state: ProjectState) -> ProjectState:
        """Return the state with the photos."""
        given = {photo.photo_id: photo for photo in self.photos}
        gone = set(self.removed)
        left = {
            key: one
            for key, one in state.specimens.items()
            if one.photo_id not in gone and one.photo_id not in given
        }
        new = {one.specimen_id: one for one in self.specimens}
        if len(new) != len(self.specimens) or new.keys() & left.keys():
            raise DinosarError("Two specimens have one id; give each an id of its own.")
        count = len(state.schema.landmarks)
        if any(len(one.digitised.states) != count for one in self.specimens):
            raise DinosarError(f"A specimen has not {count} landmarks, as the schema has.")
        if {one.photo_id for one in self.specimens} != given.keys():
            raise DinosarError("Each photo needs its specimens, and each specimen its photo.")
        photos = {**state.photos, **given}
        listed = {key: photos[key] for key in self._order(state) if key not in gone}
        return ProjectState.of(state.schema, listed, {**self._in_place(state, left), **new})

    def _order(self, state: ProjectState) -> list[str]:
        """Return the ids of all photos; what is listed before another comes in after that."""
        places = dict(zip((photo.photo_id for photo in self.photos), self.before, strict=False))
        new = [one.photo_id for one in self.photos if one.photo_id not in state.photos]
        order = [*state.photos, *(key for key in new if not places.get(key))]
        for key in reversed(new):
            if place := places.get(key):
                order.insert(order.index(place) if place in order else len(order), key)
        return order

    def _in_place(self, state: ProjectState, left: Mapping[str, Specimen]) -> dict[str, Specimen]:
        """Return specimens where those of the same photo stood, in the order that is given."""
        given: dict[str, list[Specimen]] = {photo.photo_id: [] for photo in self.photos}
        for one in reversed(self.specimens):
            given[one.photo_id].append(one)
        found: dict[str, Specimen] = {}
        for key, one in state.specimens.items():
            following = given.get(one.photo_id)
            if following:
                one = following.pop()
                found[one.specimen_id] = one
            elif key in left:
                found[key] = one
        return found

    def inverse(self, state: ProjectState) -> Edit:
        """Return the photos as they were."""
        keys = [photo.photo_id for photo in self.photos]
        known = [key for key in (*keys, *self.removed) if key in state.photos]
        return PutPhotos.of(state, known, [key for key in keys if key not in state.photos])

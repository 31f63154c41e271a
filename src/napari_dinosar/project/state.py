"""What a project holds at one moment: its schema, its photos and the specimens on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from napari_dinosar.core.digitised import PLACED, Digitised, Source, State
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.schema import Schema

Position: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class PhotoEntry:
    """A photo as the project lists it.

    Attributes
    ----------
    photo_id : str
        Id in the file, as text.
    file_name : str
        Relative to the folder of the project; empty where the file gives none.
    size_xy : (int, int) or None
        Width and height in pixels, where they are known.
    """

    photo_id: str
    file_name: str
    size_xy: tuple[int, int] | None = None


@dataclass(frozen=True)
class Point:
    """One landmark of one specimen.

    Attributes
    ----------
    state, source : str
        As of `Digitised`.
    xy : (float, float) or None
        Photo pixels; None where nothing is placed.
    """

    state: State = "missing"
    source: Source = ""
    xy: Position | None = None


@dataclass(frozen=True, eq=False)
class Specimen:
    """A specimen and the photo that it is on."""

    photo_id: str
    digitised: Digitised

    @property
    def specimen_id(self) -> str:
        """Unique in its project."""
        return self.digitised.specimen_id

    def point(self, index: int) -> Point:
        """Return a landmark by its 0-based place in the schema."""
        marks = self.digitised
        state = marks.states[index]
        x, y = marks.xy[index].tolist()
        return Point(state, marks.sources[index], (x, y) if state in PLACED else None)

    def points(self) -> tuple[Point, ...]:
        """Return all landmarks in the order of the schema."""
        return tuple(self.point(index) for index in range(len(self.digitised.states)))

    def with_points(self, points: Mapping[int, Point]) -> Specimen:
        """Return the specimen with some landmarks changed, by their 0-based places."""
        changed = list(self.points())
        for index, point in points.items():
            changed[index] = point
        return self.with_all(tuple(changed))

    def with_all(self, points: tuple[Point, ...]) -> Specimen:
        """Return the specimen with other landmarks altogether."""
        xy = [point.xy or (np.nan, np.nan) for point in points]
        return self.with_marks(
            xy=np.array(xy, dtype=np.float64).reshape(-1, 2),
            states=tuple(point.state for point in points),
            sources=tuple(point.source for point in points),
        )

    def with_marks(self, **changed: Any) -> Specimen:
        """Return the specimen with attributes of its `Digitised` changed."""
        return Specimen(self.photo_id, replace(self.digitised, **changed))

    @property
    def is_blank(self) -> bool:
        """Whether nothing at all is noted of it."""
        marks = self.digitised
        remarks = (marks.note, marks.is_flagged, marks.scale, marks.unit, marks.curves)
        return set(marks.states) <= {"missing"} and not any((*remarks, marks.extras))


@dataclass(frozen=True, eq=False)
class ProjectState:
    """A project at one moment. Edits make new states and leave old ones as they are.

    Attributes
    ----------
    schema : Schema
        The landmarks.
    photos : mapping of str to PhotoEntry
        By id, in the order of the file.
    specimens : mapping of str to Specimen
        By id, in the order of the file. Every photo has at least one.
    ids_by_photo : mapping of str to tuple of str
        The specimens on each photo.
    """

    schema: Schema
    photos: Mapping[str, PhotoEntry]
    specimens: Mapping[str, Specimen]
    ids_by_photo: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(
        cls,
        schema: Schema,
        photos: Mapping[str, PhotoEntry],
        specimens: Mapping[str, Specimen],
        waiting: Mapping[str, str] | None = None,
    ) -> ProjectState:
        """Make a state, and give each photo without a specimen an empty one.

        Parameters
        ----------
        schema : Schema
            The landmarks.
        photos : mapping of str to PhotoEntry
            By id.
        specimens : mapping of str to Specimen
            By id.
        waiting : mapping of str to str
            Ids for the empty specimens by their photo; else they have the id of the photo, or a
            number where that is taken.
        """
        found: dict[str, list[str]] = {photo_id: [] for photo_id in photos}
        for key, specimen in specimens.items():
            found[specimen.photo_id].append(key)
        everything = dict(specimens)
        lonely = [photo_id for photo_id, ids in found.items() if not ids]
        for wanted in (waiting or {}, dict(zip(lonely, lonely, strict=True))):
            for photo_id in lonely:
                key = wanted.get(photo_id, "")
                if key and key not in everything and not found[photo_id]:
                    everything[key] = blank(key, photos[photo_id], schema)
                    found[photo_id].append(key)
        number = next_number(everything)
        for photo_id in lonely:
            if not found[photo_id]:
                everything[str(number)] = blank(str(number), photos[photo_id], schema)
                found[photo_id].append(str(number))
                number += 1
        return cls(schema, photos, everything, {key: tuple(ids) for key, ids in found.items()})

    def specimen(self, specimen_id: str) -> Specimen:
        """Return a specimen.

        Raises
        ------
        DinosarError
            If there is none of that id.
        """
        if specimen_id not in self.specimens:
            raise DinosarError(
                f"The project has no specimen {specimen_id!r}; it may have been removed. Choose "
                "another one."
            )
        return self.specimens[specimen_id]

    def photo(self, photo_id: str) -> PhotoEntry:
        """Return a photo.

        Raises
        ------
        DinosarError
            If there is none of that id.
        """
        if photo_id not in self.photos:
            raise DinosarError(f"The project has no photo {photo_id!r}. Choose another one.")
        return self.photos[photo_id]

    def on_photo(self, photo_id: str) -> tuple[Specimen, ...]:
        """Return the specimens on a photo, in the order of the file."""
        self.photo(photo_id)
        return tuple(self.specimens[key] for key in self.ids_by_photo[photo_id])

    def point(self, specimen_id: str, landmark: str) -> Point:
        """Return one landmark of one specimen."""
        return self.specimen(specimen_id).point(self.schema.index(landmark))

    def with_specimen(self, specimen: Specimen) -> ProjectState:
        """Return the state with another version of a specimen that it has."""
        specimens = {**self.specimens, specimen.specimen_id: specimen}
        return replace(self, specimens=specimens)


def blank(specimen_id: str, photo: PhotoEntry, schema: Schema) -> Specimen:
    """Return a specimen of which nothing is known yet."""
    count = len(schema.landmarks)
    states: list[State] = ["missing"] * count
    sources: list[Source] = [""] * count
    marks = Digitised(
        specimen_id,
        photo.file_name,
        np.full((count, 2), np.nan),
        tuple(states),
        tuple(sources),
        size_xy=photo.size_xy,
    )
    return Specimen(photo.photo_id, marks)


def same_specimen(first: Specimen, second: Specimen) -> bool:
    """Tell whether two specimens say the same; what is known of their photos aside."""
    one, other = first.digitised, second.digitised
    return (first.photo_id, one.specimen_id) == (second.photo_id, other.specimen_id) and same_marks(
        one, other
    )


def same_marks(one: Digitised, other: Digitised) -> bool:
    """Tell whether the same was digitised and noted."""
    if one is other:
        return True
    return (
        (one.states, one.sources, one.note, one.is_flagged, one.scale, one.unit)
        == (other.states, other.sources, other.note, other.is_flagged, other.scale, other.unit)
        and one.counts_y_up == other.counts_y_up
        and dict(one.extras) == dict(other.extras)
        and np.array_equal(one.xy, other.xy, equal_nan=True)
        and len(one.curves) == len(other.curves)
        and all(map(np.array_equal, one.curves, other.curves))
    )


def next_number(ids: Mapping[str, object]) -> int:
    """Return the number after the largest among some ids."""
    numbers = (int(key) for key in ids if key.isascii() and key.isdigit() and len(key) < 19)
    return max(numbers, default=0) + 1

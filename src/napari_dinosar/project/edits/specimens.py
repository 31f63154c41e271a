"""Edits of specimens as a whole: remarks, and which specimens there are on a photo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import ClassVar

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.project.edits.base import Edit
from napari_dinosar.project.state import ProjectState, Specimen, blank


@dataclass(frozen=True)
class Remark:
    """Change what is noted of a specimen; None leaves a part as it is.

    Attributes
    ----------
    specimen_id : str
        Which.
    note : str, optional
        The remark in words.
    is_flagged : bool, optional
        Whether it is to be looked at again.
    scale : float, optional
        Units per pixel; 0 takes the scale away.
    unit : str, optional
        Unit of the scale.
    extras : mapping of str to str, optional
        All other values kept with the specimen, as the seed of its mask; replaces them all.
    """

    KIND: ClassVar[str] = "remark"
    specimen_id: str
    note: str | None = None
    is_flagged: bool | None = None
    scale: float | None = None
    unit: str | None = None
    extras: Mapping[str, str] | None = None

    def apply(self, state: ProjectState) -> ProjectState:
        """Return the state with the remarks."""
        if self.scale is not None and not (isfinite(self.scale) and self.scale >= 0):
            raise DinosarError(
                f"The scale of specimen {self.specimen_id} cannot be {self.scale}; give the "
                "units per pixel as a positive number."
            )
        given = {
            "note": self.note,
            "is_flagged": self.is_flagged,
            "unit": self.unit,
            "extras": None if self.extras is None else dict(self.extras),
        }
        changed: dict[str, object] = {key: one for key, one in given.items() if one is not None}
        if self.scale is not None:
            changed["scale"] = self.scale or None
        return state.with_specimen(state.specimen(self.specimen_id).with_marks(**changed))

    def inverse(self, state: ProjectState) -> Edit:
        """Return the remarks as they were."""
        old = state.specimen(self.specimen_id).digitised
        return Remark(
            self.specimen_id,
            note=None if self.note is None else old.note,
            is_flagged=None if self.is_flagged is None else old.is_flagged,
            scale=None if self.scale is None else old.scale or 0.0,
            unit=None if self.unit is None else old.unit,
            extras=None if self.extras is None else dict(old.extras),
        )


@dataclass(frozen=True)
class AddSpecimen:
    """Add an empty specimen to a photo."""

    KIND: ClassVar[str] = "add specimen"
    specimen_id: str
    photo_id: str

    def apply(self, state: ProjectState) -> ProjectState:
        """Return the state with the specimen."""
        if not self.specimen_id or self.specimen_id in state.specimens:
            raise DinosarError(
                f"There is a specimen {self.specimen_id!r} already; give the new one another id."
            )
        return _inserted(
            state, blank(self.specimen_id, state.photo(self.photo_id), state.schema), ""
        )

    def inverse(self, state: ProjectState) -> Edit:
        """Return its removal."""
        return RemoveSpecimen(self.specimen_id)


@dataclass(frozen=True)
class RemoveSpecimen:
    """Remove a specimen from a photo that has others."""

    KIND: ClassVar[str] = "remove specimen"
    specimen_id: str

    def apply(self, state: ProjectState) -> ProjectState:
        """Return the state without the specimen."""
        photo_id = state.specimen(self.specimen_id).photo_id
        left = tuple(key for key in state.ids_by_photo[photo_id] if key != self.specimen_id)
        if not left:
            raise DinosarError(
                f"Specimen {self.specimen_id} is the only one on its photo; clear its landmarks "
                "instead."
            )
        specimens = {k: one for k, one in state.specimens.items() if k != self.specimen_id}
        return replace(
            state, specimens=specimens, ids_by_photo={**state.ids_by_photo, photo_id: left}
        )

    def inverse(self, state: ProjectState) -> Edit:
        """Return its insertion where it stood."""
        specimen = state.specimen(self.specimen_id)
        # on the same photo: across photos the order changes when a file is read again, in which
        # empty specimens come last, and a journal goes on from the file
        ids = [*state.ids_by_photo[specimen.photo_id], ""]
        return PutSpecimen(specimen, before=ids[ids.index(self.specimen_id) + 1])


@dataclass(frozen=True, eq=False)
class PutSpecimen:
    """Make a specimen exactly so, whether the project has it or not.

    Attributes
    ----------
    specimen : Specimen
        On a photo of the project, with a landmark for each of the schema.
    before : str
        The specimen on the same photo that a new one is listed before; at the end where it is
        empty or gone.
    """

    KIND: ClassVar[str] = "put specimen"
    specimen: Specimen
    before: str = ""

    def apply(self, state: ProjectState) -> ProjectState:
        """Return the state with the specimen."""
        key = self.specimen.specimen_id
        if len(self.specimen.digitised.states) != len(state.schema.landmarks):
            raise DinosarError(
                f"Specimen {key} has {len(self.specimen.digitised.states)} landmarks and the "
                f"schema {len(state.schema.landmarks)}; give it one for each."
            )
        photo_id = state.photo(self.specimen.photo_id).photo_id
        if key not in state.specimens:
            return _inserted(state, self.specimen, self.before)
        if state.specimens[key].photo_id != photo_id:
            raise DinosarError(
                f"Specimen {key} is on photo {state.specimens[key].photo_id}, not on {photo_id}; "
                "give the other one an id of its own."
            )
        return state.with_specimen(self.specimen)

    def inverse(self, state: ProjectState) -> Edit:
        """Return the specimen as it was, or its removal."""
        key = self.specimen.specimen_id
        if key in state.specimens:
            return PutSpecimen(state.specimens[key])
        return RemoveSpecimen(key)


def _inserted(state: ProjectState, specimen: Specimen, before: str) -> ProjectState:
    key, photo_id = specimen.specimen_id, specimen.photo_id
    order = list(state.specimens.items())
    keys = list(state.specimens)
    place = keys.index(before) if before in state.specimens else len(order)
    order.insert(place, (key, specimen))
    on_photo = {*state.ids_by_photo[photo_id], key}
    ids = tuple(one for one in (*keys[:place], key, *keys[place:]) if one in on_photo)
    return replace(state, specimens=dict(order), ids_by_photo={**state.ids_by_photo, photo_id: ids})

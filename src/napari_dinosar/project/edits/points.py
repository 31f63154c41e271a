"""Edits of one landmark of one specimen: placed, moved, proposed, accepted, cleared."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from napari_dinosar.core._landmark_checks import FARTHEST_PX
from napari_dinosar.core.digitised import MACHINE_SOURCES, PLACED, State
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.project.edits.base import Edit, ProtectedError
from napari_dinosar.project.state import Point, Position, ProjectState


class _PointEdit(ABC):
    """An edit of one landmark of one specimen; `new` says what becomes of it."""

    specimen_id: str
    landmark: str

    def apply(self, state: ProjectState) -> ProjectState:
        index = state.schema.index(self.landmark)
        specimen = state.specimen(self.specimen_id)
        changed = self.new(specimen.point(index))
        _check_position(changed, self.landmark)
        return state.with_specimen(specimen.with_points({index: changed}))

    def inverse(self, state: ProjectState) -> Edit:
        before = state.point(self.specimen_id, self.landmark)
        return SetPoint(self.specimen_id, self.landmark, before)

    @abstractmethod
    def new(self, old: Point) -> Point: ...


@dataclass(frozen=True)
class Place(_PointEdit):
    """Place a landmark by hand, or move it: where it was placed before, it goes there.

    Attributes
    ----------
    specimen_id, landmark : str
        Which.
    xy : (float, float)
        Photo pixels.
    state : str
        visible or occluded; a landmark that is moved keeps its own where this is empty.
    """

    KIND: ClassVar[str] = "place"
    specimen_id: str
    landmark: str
    xy: Position
    state: Literal["", "visible", "occluded"] = ""

    def new(self, old: Point) -> Point:
        """Return the point where it was put."""
        state: State = self.state or (old.state if old.state in PLACED else "visible")
        return Point(state, "manual", self.xy)


@dataclass(frozen=True)
class Propose(_PointEdit):
    """Place a landmark by machine; what a person decided is refused, not overwritten."""

    KIND: ClassVar[str] = "propose"
    specimen_id: str
    landmark: str
    xy: Position
    state: Literal["visible", "occluded"] = "visible"
    source: Literal["proposed", "estimated"] = "proposed"

    def new(self, old: Point) -> Point:
        """Return the proposal."""
        if old.state == "absent" or old.source in ("manual", "accepted"):
            raise ProtectedError(
                f"Landmark {self.landmark!r} of specimen {self.specimen_id} was decided by a "
                "person and keeps its place. Clear it first to have it proposed again."
            )
        return Point(self.state, self.source, self.xy)


@dataclass(frozen=True)
class Accept(_PointEdit):
    """Take over what a machine proposed."""

    KIND: ClassVar[str] = "accept"
    specimen_id: str
    landmark: str

    def new(self, old: Point) -> Point:
        """Return the point as a person's."""
        if old.source not in MACHINE_SOURCES:
            raise DinosarError(
                f"Landmark {self.landmark!r} of specimen {self.specimen_id} holds no proposal "
                "that could be accepted."
            )
        return replace(old, source="accepted")


@dataclass(frozen=True)
class SetState(_PointEdit):
    """Say that a landmark is visible, occluded, absent or missing; the last two have no place."""

    KIND: ClassVar[str] = "state"
    specimen_id: str
    landmark: str
    state: State

    def new(self, old: Point) -> Point:
        """Return the point in its new state."""
        if self.state not in PLACED:
            return Point(self.state)
        if old.xy is None:
            raise DinosarError(
                f"Landmark {self.landmark!r} of specimen {self.specimen_id} is not placed; place "
                f"it before it is called {self.state}."
            )
        return replace(old, state=self.state)


@dataclass(frozen=True)
class Clear(_PointEdit):
    """Make a landmark missing again."""

    KIND: ClassVar[str] = "clear"
    specimen_id: str
    landmark: str

    def new(self, old: Point) -> Point:
        """Return nothing placed."""
        return Point()


@dataclass(frozen=True)
class SetPoint(_PointEdit):
    """Make a landmark exactly so: how edits of a landmark are undone."""

    KIND: ClassVar[str] = "point"
    specimen_id: str
    landmark: str
    point: Point

    def new(self, old: Point) -> Point:
        """Return the point given."""
        return self.point


def _check_position(point: Point, landmark: str) -> None:
    if (point.xy is None) == (point.state in PLACED):
        raise DinosarError(f"Landmark {landmark!r} cannot be {point.state} at {point.xy}.")
    if point.xy is not None and not all(abs(value) <= FARTHEST_PX for value in point.xy):
        raise DinosarError(
            f"Landmark {landmark!r} cannot be at {point.xy}, which is no position in a photo."
        )

"""What is to be placed next: over the landmarks of a specimen, two specimens, and all photos."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from napari_dinosar.core import digitised
from napari_dinosar.editing.cursor import Cursor, Side
from napari_dinosar.project.state import Point, ProjectState, Specimen


def is_open(point: Point) -> bool:
    """Tell whether a person still has to decide on a landmark."""
    return digitised.is_open(point.state, point.source)


def open_landmark(specimen: Specimen, start: int) -> int | None:
    """Return the first open landmark from a place on, around the end; None where all are decided.

    Parameters
    ----------
    specimen : Specimen
        Whose landmarks.
    start : int
        0-based place at which to begin; it is looked at first.
    """
    points = specimen.points()
    turns = (place % len(points) for place in range(start, start + len(points)))
    return next((place for place in turns if is_open(points[place])), None)


def after_placing(state: ProjectState, cursor: Cursor) -> Cursor | None:
    """Return where to go when the landmark at the cursor is decided; None where all are.

    Of two specimens side by side the other one has its turn first: A then B for each landmark.
    """
    if cursor.partner_id is None:
        specimen = state.specimen(cursor.specimen_id)
        landmark = open_landmark(specimen, cursor.landmark + 1) if specimen.points() else None
        return None if landmark is None else _at(cursor, landmark, "a")
    return _first(state, cursor, _turns(cursor, len(state.schema.landmarks)))


def first_open(state: ProjectState, cursor: Cursor) -> Cursor | None:
    """Return the first landmark of two specimens side by side that is open; None where none is."""
    count = len(state.schema.landmarks)
    sides: tuple[Side, ...] = ("a", "b")
    return _first(state, cursor, ((place, side) for place in range(count) for side in sides))


def next_without(
    state: ProjectState, photo_ids: Sequence[str], specimen_id: str, landmark: int
) -> str | None:
    """Return the next specimen on which a landmark is open, in the order of the photos.

    Parameters
    ----------
    state : ProjectState
        The project.
    photo_ids : sequence of str
        The photos to go through, in their order.
    specimen_id : str
        The one to begin after.
    landmark : int
        0-based place in the schema.
    """
    order = [key for photo_id in photo_ids for key in state.ids_by_photo[photo_id]]
    start = order.index(specimen_id) + 1 if specimen_id in order else 0
    following = (key for key in (*order[start:], *order[:start]) if key != specimen_id)
    return next((key for key in following if is_open(state.specimens[key].point(landmark))), None)


def _first(state: ProjectState, cursor: Cursor, turns: Iterable[tuple[int, Side]]) -> Cursor | None:
    for landmark, side in turns:
        specimen_id = cursor.on(side)
        if specimen_id and is_open(state.specimen(specimen_id).point(landmark)):
            return _at(cursor, landmark, side)
    return None


def _at(cursor: Cursor, landmark: int, side: Side) -> Cursor:
    return Cursor(cursor.specimen_id, cursor.partner_id, landmark, side)


def _turns(cursor: Cursor, count: int) -> Iterator[tuple[int, Side]]:
    """Give both sides of each landmark, from the one at the cursor around the end."""
    other: Side = "b" if cursor.side == "a" else "a"
    yield cursor.landmark, other
    for place in range(cursor.landmark + 1, cursor.landmark + count):
        yield place % count, "a"
        yield place % count, "b"
    yield cursor.landmark, cursor.side

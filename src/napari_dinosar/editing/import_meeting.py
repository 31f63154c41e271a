"""A specimen of a project and the one of a file that is the same: who gives way, and in what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import dist, nan

import numpy as np

from napari_dinosar.core.digitised import MACHINE_SOURCES, Digitised
from napari_dinosar.core.schema import Schema
from napari_dinosar.project.merging import Choice
from napari_dinosar.project.state import Point, Specimen

SAME_PX = 1e-6
"""Positions closer than this are one: y turned over and back differs by rounding."""


@dataclass(frozen=True)
class Conflict:
    """What project and file say differently of one specimen, and people said both.

    Attributes
    ----------
    specimen_id, file_name : str
        The specimen of the project and its photo.
    landmarks : tuple of str
        Landmarks that both have, and in other places or states.
    farthest_px : float
        The largest distance between two versions of a landmark; NaN where none is placed twice.
    remarks : tuple of str
        Remarks that both have: ``note``, ``scale``, ``curves``.
    """

    specimen_id: str
    file_name: str
    landmarks: tuple[str, ...]
    farthest_px: float
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Meeting:
    """A specimen that comes, and the one of the project that it is.

    Attributes
    ----------
    photo_id : str
        Their photo.
    theirs : Digitised
        The specimen of the file, with a landmark for each of the project's.
    mine : Specimen or None
        That of the project; None where it is new there.
    """

    photo_id: str
    theirs: Digitised
    mine: Specimen | None

    @property
    def fills(self) -> bool:
        """Whether nothing is noted yet of the specimen that is there."""
        return self.mine is not None and self.mine.is_blank

    @cached_property
    def pairs(self) -> tuple[tuple[Point, Point], ...]:
        """Each landmark as the project has it, and as the file has it."""
        theirs = Specimen("", self.theirs).points()
        mine = (Point(),) * len(theirs) if self.mine is None else self.mine.points()
        return tuple(zip(mine, theirs, strict=True))

    def points(self, choice: Choice) -> tuple[Point, ...]:
        """Return each landmark as it is kept; a machine's never replaces a person's."""
        return tuple(_point(mine, theirs, choice) for mine, theirs in self.pairs)

    def n_changed(self, choice: Choice) -> int:
        """Return how many landmarks are other than the project has them now."""
        changed = (is_unlike(_point(mine, theirs, choice), mine) for mine, theirs in self.pairs)
        return sum(changed)

    def conflict(self, schema: Schema) -> Conflict | None:
        """Return what somebody has to choose, or None."""
        if self.mine is None:
            return None
        named = zip(schema.names, self.pairs, strict=True)
        both = [(name, a, b) for name, (a, b) in named if _are_at_odds(a, b)]
        remarks = _remarks_at_odds(self.mine.digitised, self.theirs)
        if not both and not remarks:
            return None
        far = [dist(a.xy, b.xy) for _, a, b in both if a.xy is not None and b.xy is not None]
        return Conflict(
            self.mine.specimen_id,
            self.mine.digitised.file_name,
            tuple(name for name, _, _ in both),
            max(far, default=nan),
            remarks,
        )


def meeting(
    photo_id: str, there: Sequence[Specimen], arriving: Sequence[Digitised]
) -> list[Meeting]:
    """Return which specimens on a photo are the same.

    Parameters
    ----------
    photo_id : str
        The photo.
    there : sequence of Specimen
        What the project has on it.
    arriving : sequence of Digitised
        What the file has on it.
    """
    by_id = {one.specimen_id: one for one in there}
    same = {one.specimen_id for one in arriving} & by_id.keys()
    is_alone = len(there) == len(arriving) == 1
    free = [one for one in there if one.specimen_id not in same and (one.is_blank or is_alone)]
    found = []
    for one in arriving:
        mine = by_id.pop(one.specimen_id, None)
        if mine is None and free:
            mine = free.pop(0)
        found.append(Meeting(photo_id, one, mine))
    return found


def met(one: Meeting, specimen_id: str, choice: Choice) -> Specimen:
    """Return the specimen that two become.

    Parameters
    ----------
    one : Meeting
        The two.
    specimen_id : str
        What it is called in the project.
    choice : str
        Whose version is kept where both are a person's: ``mine`` is the project's.
    """
    theirs = replace(one.theirs, specimen_id=specimen_id)
    if one.mine is None or one.fills:
        return Specimen(one.photo_id, theirs)
    mine = one.mine.digitised
    first, second = (theirs, mine) if choice == "theirs" else (mine, theirs)
    given = first if first.scale is not None else second
    return one.mine.with_all(one.points(choice)).with_marks(
        note=first.note or second.note,
        scale=given.scale,
        unit=given.unit,
        curves=first.curves or second.curves,
        is_flagged=mine.is_flagged or theirs.is_flagged,
        extras={**second.extras, **first.extras},
    )


def is_unlike(one: Point, other: Point) -> bool:
    """Tell whether two points differ, but for rounding and for who placed them."""
    if one.xy is None or other.xy is None or one.state != other.state:
        return one.state != other.state
    return dist(one.xy, other.xy) > SAME_PX


def _point(mine: Point, theirs: Point, choice: Choice) -> Point:
    """Return the version that is kept; a machine's never replaces a person's."""
    if theirs.state == "missing" or (not is_unlike(mine, theirs) and _is_persons(mine)):
        return mine
    if not _is_persons(mine):
        return theirs
    return theirs if choice == "theirs" and _is_persons(theirs) else mine


def _are_at_odds(mine: Point, theirs: Point) -> bool:
    return _is_persons(mine) and _is_persons(theirs) and is_unlike(mine, theirs)


def _is_persons(point: Point) -> bool:
    return point.state != "missing" and point.source not in MACHINE_SOURCES


def _remarks_at_odds(mine: Digitised, theirs: Digitised) -> tuple[str, ...]:
    scales = (mine.scale, theirs.scale)
    is_other_scale = None not in scales and (
        not np.isclose(mine.scale or 0, theirs.scale or 0, rtol=1e-9) or mine.unit != theirs.unit
    )
    curves = (mine.curves, theirs.curves)
    is_other_curve = all(curves) and not (
        len(mine.curves) == len(theirs.curves)
        and all(
            a.shape == b.shape and np.allclose(a, b, rtol=0, atol=SAME_PX)
            for a, b in zip(*curves, strict=True)
        )
    )
    said = {
        "note": bool(mine.note and theirs.note) and mine.note != theirs.note,
        "scale": is_other_scale,
        "curves": is_other_curve,
    }
    return tuple(word for word, is_other in said.items() if is_other)

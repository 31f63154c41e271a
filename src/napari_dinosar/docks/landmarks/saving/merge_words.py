"""How two versions of a photo differ, in words."""

from __future__ import annotations

from itertools import zip_longest

from napari_dinosar.docks.landmarks.panels.words import number_of
from napari_dinosar.project.merging import Merge, PhotoConflict
from napari_dinosar.project.state import Point, Specimen

_MISSING = Point()


def merge_summary(merged: Merge) -> str:
    """Return how many photos each side changed."""
    said = []
    for ids, who in ((merged.only_mine, "only you"), (merged.only_theirs, "only the other side")):
        if ids:
            said.append(f"{number_of(len(ids), 'photo')} changed by {who}: taken over as they are")
    if merged.conflicts:
        said.append(f"{number_of(len(merged.conflicts), 'photo')} changed by both: choose below")
    if not said:
        return "Both versions say the same of every photo."
    return "\n".join(f"•  {line}." for line in said)


def difference(conflict: PhotoConflict) -> str:
    """Return in what the two versions of a photo differ."""
    if not conflict.mine or not conflict.theirs:
        who = "Yours" if not conflict.mine else "The other version"
        return f"{who} has nothing on this photo."
    said = []
    if len(conflict.mine) != len(conflict.theirs):
        said.append(
            f"{number_of(len(conflict.mine), 'specimen')} in yours, {len(conflict.theirs)} in the "
            "other version"
        )
    pairs = list(zip(conflict.mine, conflict.theirs, strict=False))
    points = [one for pair in pairs for one in _points(*pair)]
    n_mine = sum(mine.xy is not None and theirs.xy is None for mine, theirs in points)
    n_theirs = sum(mine.xy is None and theirs.xy is not None for mine, theirs in points)
    n_moved = sum(
        None not in (mine.xy, theirs.xy) and mine.xy != theirs.xy for mine, theirs in points
    )
    n_called = sum(
        (mine.xy is None) == (theirs.xy is None)
        and mine.xy == theirs.xy
        and (mine.state, mine.source) != (theirs.state, theirs.source)
        for mine, theirs in points
    )
    for n, words in (
        (n_moved, "placed elsewhere"),
        (n_mine, "only in yours"),
        (n_theirs, "only in the other version"),
        (n_called, "called otherwise"),
    ):
        if n:
            said.append(f"{number_of(n, 'landmark')} {words}")
    if any(_remarks(mine) != _remarks(theirs) for mine, theirs in pairs):
        said.append("other notes, flags or scales")
    return f"{'; '.join(said) or 'Other details'}.".replace("; ", ", ")


def _points(mine: Specimen, theirs: Specimen) -> list[tuple[Point, Point]]:
    return list(zip_longest(mine.points(), theirs.points(), fillvalue=_MISSING))


def _remarks(specimen: Specimen) -> tuple[object, ...]:
    marks = specimen.digitised
    return (marks.note, marks.is_flagged, marks.scale, marks.unit, dict(marks.extras))

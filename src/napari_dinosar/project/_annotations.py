"""One specimen as a COCO annotation, which keeps what it does not understand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core._landmark_checks import refuse_wild_positions
from napari_dinosar.core.digitised import SOURCES, Digitised, Source, State
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.schema import Schema
from napari_dinosar.io._coco_values import described, finite_numbers, take
from napari_dinosar.project.state import PhotoEntry, Point, Specimen, same_marks

OWN_KEY = "napari_dinosar"
"""The one key, of the file and of its records, under which COCO's gaps are filled."""

_OWN_FIELDS = frozenset(
    ("states", "sources", "note", "flagged", "y_up", "scale", "unit", "curves", "extras")
)


@dataclass(frozen=True)
class Reading:
    """How the annotations of a file are to be understood.

    Attributes
    ----------
    schema : Schema
        Their landmarks.
    is_binary : bool
        Whether visibility 1 means visible, not occluded.
    where : str
        The file, for messages.
    """

    schema: Schema
    is_binary: bool
    where: str


def own_part(record: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return what a record says under our key."""
    own: dict[str, Any] = take(dict(record), OWN_KEY, dict, where, {})
    return own


def read_specimen(
    key: str, record: dict[str, Any], photo: PhotoEntry, reading: Reading
) -> tuple[Specimen, bool]:
    """Return a specimen, and whether its record gives positions that do not count.

    Raises
    ------
    DinosarError
        If a position, a flag or a remark cannot be meant.
    """
    here = f"{reading.where}: annotation {key}"
    names = reading.schema.names
    own = own_part(record, here)
    table = finite_numbers(record.get("keypoints") or [0] * 3 * len(names), "keypoints", here)
    table = table.reshape(-1, 3)
    states = _states(table[:, 2], own, reading, here)
    placed = table[:, 2] > 0
    try:
        refuse_wild_positions(table[:, :2], placed, names)
    except DinosarError as error:
        raise DinosarError(f"{here}: {error}") from error
    sources = take_words(own, "sources", here)
    marks = Digitised(
        key,
        photo.file_name,
        np.where(placed[:, None], table[:, :2], np.nan),
        states,
        tuple(
            _source(sources.get(n)) if is_set else ""
            for n, is_set in zip(names, placed, strict=True)
        ),
        size_xy=photo.size_xy,
        scale=_scale(own, here),
        unit=take(own, "unit", str, here, ""),
        curves=tuple(_curve(one, here) for one in take(own, "curves", list, here, [])),
        note=take(own, "note", str, here, ""),
        is_flagged=take(own, "flagged", bool, here, False),
        counts_y_up=take(own, "y_up", bool, here, False),
        extras=take_words(own, "extras", here),
    )
    return Specimen(photo.photo_id, marks), bool(table[~placed, :2].any())


def new_record(
    annotation_id: int | str, image_id: int | str, category_id: int | str
) -> dict[str, Any]:
    """Return the record of a specimen of which nothing is known; its box follows its landmarks."""
    return {
        "id": annotation_id,
        "image_id": image_id,
        "category_id": category_id,
        "keypoints": [],
        "num_keypoints": 0,
        "bbox": [0, 0, 0, 0],
        "area": 0,
        "segmentation": [],
        "iscrowd": 0,
    }


def write_specimen(
    record: dict[str, Any], old: Specimen | None, new: Specimen, was: Schema, reading: Reading
) -> dict[str, Any]:
    """Return the record of a specimen, in which only what has changed is changed.

    Parameters
    ----------
    record : dict
        The annotation as it was.
    old : Specimen or None
        What the record says; None where that is not known, and all is written.
    new : Specimen
        What it is to say.
    was : Schema
        The landmarks of the record.
    reading : Reading
        The landmarks, and the convention of visibility, to be written.
    """
    names_stay = was is reading.schema or was.names == reading.schema.names
    if old is not None and names_stay and same_marks(old.digitised, new.digitised):
        return record
    rows = list(record.get("keypoints") or ())
    old_rows = list(rows)
    if old is None or not names_stay or len(rows) != 3 * len(was.names):
        old_points: tuple[Point | None, ...] = (None,) * len(new.digitised.states)
        rows = [0] * 3 * len(old_points)
    else:
        old_points = old.points()
    for index, (before, point) in enumerate(zip(old_points, new.points(), strict=True)):
        if point != before:
            rows[3 * index : 3 * index + 3] = _row(point, reading.is_binary)
    written = {**record, "keypoints": rows}
    if "num_keypoints" in record:
        written["num_keypoints"] = sum(flag > 0 for flag in rows[2::3])
    if _box(old_rows) == record.get("bbox"):
        box = _box(rows)
        written |= {"bbox": box, "area": box[2] * box[3]}
    return _with_own(written, new, reading.schema)


def _states(
    flags: NDArray[np.float64], own: Mapping[str, Any], reading: Reading, here: str
) -> tuple[State, ...]:
    said = take_words(own, "states", here)
    states: list[State] = []
    for name, flag in zip(reading.schema.names, flags.tolist(), strict=True):
        if flag not in (0, 1, 2):
            raise DinosarError(
                f"{here}: the visibility {flag:g} of landmark {name} is not 0 (absent), "
                "1 (hidden) or 2 (visible)."
            )
        if flag == 0:
            states.append("absent" if said.get(name) == "absent" else "missing")
        elif flag == 1 and (not reading.is_binary or said.get(name) == "occluded"):
            states.append("occluded")
        else:
            states.append("visible")
    return tuple(states)


def _source(said: str | None) -> Source:
    """Return who placed a landmark; what somebody else's file gives was placed by a person."""
    return next((one for one in SOURCES if one == said), "manual")


def take_words(own: Mapping[str, Any], key: str, here: str) -> dict[str, str]:
    """Return an object of texts; absent and null are an empty one."""
    words: dict[str, str] = take(dict(own), key, dict, here, {})
    for value in words.values():
        if type(value) is not str:
            raise DinosarError(f"{here}: '{key}' must hold texts, not {described(value)}.")
    return words


def _scale(own: Mapping[str, Any], here: str) -> float | None:
    value = take(dict(own), "scale", (int, float), here)
    if value is None:
        return None
    scale = float(finite_numbers([value], "scale", here)[0])
    if scale <= 0:
        raise DinosarError(f"{here}: 'scale' must be a positive number, not {described(value)}.")
    return scale


def _curve(values: Any, here: str) -> NDArray[np.float64]:
    pairs = values if type(values) is list else [values]
    if not all(type(pair) is list and len(pair) == 2 for pair in pairs):
        raise DinosarError(f"{here}: 'curves' must hold lists of positions (x, y).")
    flat = [value for pair in pairs for value in pair]
    return finite_numbers(flat, "curves", here).reshape(-1, 2)


def _row(point: Point, is_binary: bool) -> list[float | int]:
    if point.xy is None:
        return [0, 0, 0]
    return [*point.xy, 2 if point.state == "visible" and not is_binary else 1]


def _box(rows: list[Any]) -> list[float]:
    """Return x, y, width and height of the box around placed landmarks; zeros without any."""
    placed = [(x, y) for x, y, f in zip(rows[::3], rows[1::3], rows[2::3], strict=True) if f > 0]
    if not placed:
        return [0, 0, 0, 0]
    (left, right), (top, bottom) = ((min(v), max(v)) for v in zip(*placed, strict=True))
    return [left, top, right - left, bottom - top]


def _with_own(record: dict[str, Any], specimen: Specimen, schema: Schema) -> dict[str, Any]:
    marks = specimen.digitised
    points = dict(zip(schema.names, specimen.points(), strict=True))
    said = {
        # occluded, too: where a file knows only 0 and 1, its flags cannot say it
        "states": {n: p.state for n, p in points.items() if p.state in ("absent", "occluded")},
        "sources": {n: p.source for n, p in points.items() if p.xy and p.source != "manual"},
        "note": marks.note,
        "flagged": marks.is_flagged,
        "y_up": marks.counts_y_up,
        "scale": marks.scale,
        "unit": marks.unit,
        "curves": [curve.tolist() for curve in marks.curves],
        "extras": dict(marks.extras),
    }
    foreign = {k: v for k, v in record.get(OWN_KEY, {}).items() if k not in _OWN_FIELDS}
    own = {**foreign, **{key: value for key, value in said.items() if value}}
    rest = {key: value for key, value in record.items() if key != OWN_KEY}
    return {**rest, OWN_KEY: own} if own else rest

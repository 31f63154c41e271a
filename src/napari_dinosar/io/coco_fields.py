"""What COCO has no field for, under a key of our own: states, sources, remarks, definitions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.digitised import PLACED, SOURCES, Digitised, Source, State
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.schema import LandmarkDefinition, Schema
from napari_dinosar.io._coco_values import described, finite_numbers, take, take_words

OWN_KEY = "napari_dinosar"
"""The one key, of the file and of its records, under which COCO's gaps are filled."""

OWN_FIELDS = frozenset(
    ("states", "sources", "note", "flagged", "y_up", "scale", "unit", "curves", "extras")
)
"""What we say of a specimen there."""

BINARY, STANDARD = "0-1", "0-1-2"
"""Conventions of visibility: in a binary file 1 means visible, not occluded."""

_PARTS = ("colour", "definition", "partner")
_SOURCES: Mapping[str | None, Source] = {one: one for one in SOURCES[1:]}


def own_part(record: dict[str, Any], where: str) -> dict[str, Any]:
    """Return what a record says under our key."""
    own: dict[str, Any] = take(record, OWN_KEY, dict, where, {})
    return own


def has_binary_flags(document: dict[str, Any], flags: Iterable[object], where: str) -> bool:
    """Tell whether 1 means visible: as the file says, or because no flag of it is 2."""
    said = own_part(document, where).get("visibility")
    if said in (BINARY, STANDARD):
        return bool(said == BINARY)
    return {flag for flag in flags if flag in (1, 2)} == {1}


def states_and_sources(
    names: Sequence[str],
    flags: Sequence[float],
    own: dict[str, Any],
    where: str,
    *,
    is_binary: bool,
) -> tuple[tuple[State, ...], tuple[Source, ...]]:
    """Return the state and the source of each landmark of a record.

    Parameters
    ----------
    names : sequence of str
        The landmarks.
    flags : sequence of float
        Their visibility: 0, 1 or 2.
    own : dict
        What the record says under our key.
    where : str
        The record, for messages.
    is_binary : bool
        The convention of visibility.
    """
    said, who = take_words(own, "states", where), take_words(own, "sources", where)
    pairs = list(zip(names, flags, strict=True))
    return (
        tuple([_state(flag, said.get(name), is_binary) for name, flag in pairs]),
        tuple([_source(who.get(name)) if flag else "" for name, flag in pairs]),
    )


def _state(flag: float, said: str | None, is_binary: bool) -> State:
    if flag == 0:
        return "absent" if said == "absent" else "missing"
    return "occluded" if flag == 1 and (not is_binary or said == "occluded") else "visible"


def _source(said: str | None) -> Source:
    """Return who placed a landmark; what somebody else's file gives was placed by a person."""
    return _SOURCES.get(said, "manual")


def remarks_of(own: dict[str, Any], where: str) -> dict[str, Any]:
    """Return what a record says besides landmarks under our key, as attributes of `Digitised`.

    Raises
    ------
    DinosarError
        If something is of another kind than it must be.
    """
    return {
        "scale": _scale(own, where),
        "unit": take(own, "unit", str, where, ""),
        "curves": tuple(_curve(one, where) for one in take(own, "curves", list, where, [])),
        "note": take(own, "note", str, where, ""),
        "is_flagged": take(own, "flagged", bool, where, False),
        "counts_y_up": take(own, "y_up", bool, where, False),
        "extras": take_words(own, "extras", where),
    }


def _scale(own: dict[str, Any], where: str) -> float | None:
    value = take(own, "scale", (int, float), where)
    if value is None:
        return None
    scale = float(finite_numbers([value], "scale", where)[0])
    if scale <= 0:
        raise DinosarError(f"{where}: 'scale' must be above 0, not {described(value)}.")
    return scale


def _curve(values: Any, where: str) -> NDArray[np.float64]:
    pairs = values if type(values) is list else [values]
    if not all(type(pair) is list and len(pair) == 2 for pair in pairs):
        raise DinosarError(f"{where}: 'curves' must hold lists of positions (x, y).")
    flat = [value for pair in pairs for value in pair]
    return finite_numbers(flat, "curves", where).reshape(-1, 2)


def own_fields(one: Digitised, names: Sequence[str], extras: Mapping[str, str]) -> dict[str, Any]:
    """Return what is to be said of a specimen under our key, as far as there is something to say.

    Parameters
    ----------
    one : Digitised
        The specimen.
    names : sequence of str
        Its landmarks.
    extras : mapping of str to str
        Those of its extras that are to be kept.
    """
    marks = list(zip(names, one.states, one.sources, strict=True))
    said = {
        # occluded, too: where a file knows only 0 and 1, its flags cannot say it
        "states": {name: state for name, state, _ in marks if state in ("absent", "occluded")},
        "sources": {
            name: source
            for name, state, source in marks
            if state in PLACED and source not in ("", "manual")
        },
        "note": one.note,
        "flagged": one.is_flagged,
        "y_up": one.counts_y_up,
        "scale": one.scale,
        "unit": one.unit,
        "curves": [curve.tolist() for curve in one.curves],
        "extras": dict(extras),
    }
    return {key: value for key, value in said.items() if value}


def keypoint(state: State, xy: Sequence[float] | None, *, is_binary: bool) -> list[float]:
    """Return x, y and visibility of a landmark, (0, 0, 0) where nothing is placed."""
    if xy is None or state not in PLACED:
        return [0, 0, 0]
    return [*xy, 2 if state == "visible" and not is_binary else 1]


def box_of(keypoints: Sequence[float]) -> list[float]:
    """Return x, y, width and height of the box around placed landmarks; zeros without any."""
    triples = zip(keypoints[::3], keypoints[1::3], keypoints[2::3], strict=True)
    placed = [(x, y) for x, y, flag in triples if flag > 0]
    if not placed:
        return [0, 0, 0, 0]
    (left, right), (top, bottom) = ((min(v), max(v)) for v in zip(*placed, strict=True))
    return [left, top, right - left, bottom - top]


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


def definitions_of(
    names: Iterable[str], category: dict[str, Any], where: str
) -> tuple[LandmarkDefinition, ...]:
    """Return landmarks with the colours, definitions and partners that a category gives them."""
    said = take(own_part(category, where), "landmarks", dict, where, {})
    found = []
    for name in names:
        parts = take(said, name, dict, where, {})
        found.append(
            LandmarkDefinition(name, *(take(parts, part, str, where, "") for part in _PARTS))
        )
    return tuple(found)


def category_record(old: dict[str, Any], schema: Schema) -> dict[str, Any]:
    """Return a category that says what a schema says, with all else that the old one says."""
    described_parts = {
        one.name: {part: getattr(one, part) for part in _PARTS if getattr(one, part)}
        for one in schema.landmarks
    }
    own = dict(old.get(OWN_KEY, {}))
    own.pop("landmarks", None)
    if any(described_parts.values()):
        own["landmarks"] = {name: parts for name, parts in described_parts.items() if parts}
    record = {
        **old,
        "name": schema.category,
        "keypoints": list(schema.names),
        "skeleton": [[start + 1, end + 1] for start, end in schema.skeleton],
    }
    record.pop(OWN_KEY, None)
    return {**record, OWN_KEY: own} if own else record

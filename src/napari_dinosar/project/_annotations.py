"""One specimen as a COCO annotation, which keeps what it does not understand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from napari_dinosar.core._landmark_checks import refuse_wild_positions
from napari_dinosar.core.digitised import Digitised
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.schema import Schema
from napari_dinosar.io._coco_values import finite_numbers
from napari_dinosar.io.coco_fields import (
    OWN_FIELDS,
    OWN_KEY,
    box_of,
    keypoint,
    own_fields,
    own_part,
    remarks_of,
    states_and_sources,
)
from napari_dinosar.project.state import PhotoEntry, Point, Specimen, same_marks


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
    flags = table[:, 2].tolist()
    _refuse_other_flags(flags, names, here)
    placed = table[:, 2] > 0
    try:
        refuse_wild_positions(table[:, :2], placed, names)
    except DinosarError as error:
        raise DinosarError(f"{here}: {error}") from error
    marks = Digitised(
        key,
        photo.file_name,
        np.where(placed[:, None], table[:, :2], np.nan),
        *states_and_sources(names, flags, own, here, is_binary=reading.is_binary),
        size_xy=photo.size_xy,
        **remarks_of(own, here),
    )
    return Specimen(photo.photo_id, marks), bool(table[~placed, :2].any())


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
            row = keypoint(point.state, point.xy, is_binary=reading.is_binary)
            rows[3 * index : 3 * index + 3] = row
    written = {**record, "keypoints": rows}
    if "num_keypoints" in record:
        written["num_keypoints"] = sum(flag > 0 for flag in rows[2::3])
    if box_of(old_rows) == record.get("bbox"):
        box = box_of(rows)
        written |= {"bbox": box, "area": box[2] * box[3]}
    return _with_own(written, new, reading.schema)


def _refuse_other_flags(flags: list[float], names: tuple[str, ...], here: str) -> None:
    if {*flags} <= {0, 1, 2}:
        return
    for name, flag in zip(names, flags, strict=True):
        if flag not in (0, 1, 2):
            raise DinosarError(
                f"{here}: the visibility {flag:g} of landmark {name} is not 0 (absent), "
                "1 (hidden) or 2 (visible)."
            )


def _with_own(record: dict[str, Any], specimen: Specimen, schema: Schema) -> dict[str, Any]:
    marks = specimen.digitised
    foreign = {k: v for k, v in record.get(OWN_KEY, {}).items() if k not in OWN_FIELDS}
    own = {**foreign, **own_fields(marks, schema.names, marks.extras)}
    rest = {key: value for key, value in record.items() if key != OWN_KEY}
    return {**rest, OWN_KEY: own} if own else rest

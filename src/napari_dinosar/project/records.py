"""Edits, specimens and schemas as plain values for JSON, and back without loss."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

from napari_dinosar.core.digitised import Digitised
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.schema import LandmarkDefinition, Schema
from napari_dinosar.project import edits
from napari_dinosar.project.state import PhotoEntry, Point, Specimen

_SIMPLE: dict[str, Any] = {
    kind.KIND: kind
    for kind in (
        edits.Place,
        edits.Propose,
        edits.Accept,
        edits.SetState,
        edits.Clear,
        edits.Remark,
        edits.AddSpecimen,
        edits.RemoveSpecimen,
        edits.RemovePhotos,
    )
}


def edit_record(edit: edits.Edit) -> dict[str, Any]:
    """Return an edit as values that JSON can hold."""
    record: dict[str, Any] = {"kind": edit.KIND}
    if isinstance(edit, edits.Together):
        return {**record, "edits": [edit_record(one) for one in edit.edits]}
    if isinstance(edit, edits.SetPoint):
        point = point_record(edit.point)
        return {**record, "specimen_id": edit.specimen_id, "landmark": edit.landmark, **point}
    if isinstance(edit, edits.PutSpecimen):
        return {**record, "before": edit.before, "specimen": specimen_record(edit.specimen)}
    if isinstance(edit, edits.AddPhotos):
        ids = list(edit.specimen_ids)
        return {**record, "photos": _photo_records(edit.photos), "specimen_ids": ids}
    if isinstance(edit, edits.PutPhotos):
        specimens = [specimen_record(one) for one in edit.specimens]
        photos = _photo_records(edit.photos)
        places = {"removed": edit.removed, "before": edit.before}
        return {**record, "photos": photos, "specimens": specimens, **places}
    if isinstance(edit, edits.ChangeSchema):
        points = [[key, name, point_record(point)] for key, name, point in edit.points]
        schema = schema_record(edit.schema)
        return {**record, "schema": schema, "renamed": edit.renamed, "points": points}
    simple: Any = edit
    return {**record, **{field.name: getattr(simple, field.name) for field in fields(simple)}}


def edit_from(record: dict[str, Any]) -> edits.Edit:
    """Return the edit of a record.

    Raises
    ------
    DinosarError
        If the record is of another program or version.
    """
    try:
        return _edit_from(dict(record))
    except (KeyError, TypeError, ValueError) as error:
        raise DinosarError(
            f"An edit of kind {record.get('kind')!r} cannot be read; it may be from a newer "
            "version. Open the project with that version."
        ) from error


def _edit_from(record: dict[str, Any]) -> edits.Edit:
    kind = record.pop("kind")
    if kind == edits.Together.KIND:
        return edits.Together(tuple(edit_from(one) for one in record["edits"]))
    if kind == edits.SetPoint.KIND:
        return edits.SetPoint(record["specimen_id"], record["landmark"], _point_from(record))
    if kind == edits.PutSpecimen.KIND:
        return edits.PutSpecimen(specimen_from(record["specimen"]), record["before"])
    if kind == edits.AddPhotos.KIND:
        return edits.AddPhotos(_photos_from(record["photos"]), tuple(record["specimen_ids"]))
    if kind == edits.PutPhotos.KIND:
        specimens = tuple(specimen_from(one) for one in record["specimens"])
        photos = _photos_from(record["photos"])
        before = tuple(record["before"])
        return edits.PutPhotos(photos, specimens, tuple(record["removed"]), before)
    if kind == edits.ChangeSchema.KIND:
        return edits.ChangeSchema(
            schema_from(record["schema"]),
            tuple((old, new) for old, new in record["renamed"]),
            tuple((key, name, _point_from(point)) for key, name, point in record["points"]),
        )
    for name in ("xy", "photo_ids"):
        if name in record:
            record[name] = tuple(record[name])
    edit: edits.Edit = _SIMPLE[kind](**record)
    return edit


def _photo_records(photos: tuple[PhotoEntry, ...]) -> list[Any]:
    return [[one.photo_id, one.file_name, one.size_xy] for one in photos]


def _photos_from(records: list[Any]) -> tuple[PhotoEntry, ...]:
    return tuple(PhotoEntry(key, name, _pair(size)) for key, name, size in records)


def point_record(point: Point) -> dict[str, Any]:
    """Return a point as plain values."""
    return {"state": point.state, "source": point.source, "xy": point.xy}


def _point_from(record: dict[str, Any]) -> Point:
    return Point(record["state"], record["source"], _pair(record["xy"]))


def _pair(values: Any) -> Any:
    if values is None:
        return None
    first, second = values
    return first, second


def schema_record(schema: Schema) -> dict[str, Any]:
    """Return a schema as plain values."""
    landmarks = [[one.name, one.colour, one.definition, one.partner] for one in schema.landmarks]
    skeleton = [list(edge) for edge in schema.skeleton]
    return {"landmarks": landmarks, "skeleton": skeleton, "category": schema.category}


def schema_from(record: dict[str, Any]) -> Schema:
    """Return the schema of plain values."""
    return Schema(
        tuple(LandmarkDefinition(*one) for one in record["landmarks"]),
        tuple((start, end) for start, end in record["skeleton"]),
        record["category"],
    )


def specimen_record(specimen: Specimen) -> dict[str, Any]:
    """Return a specimen as plain values."""
    marks = specimen.digitised
    return {
        "specimen_id": marks.specimen_id,
        "photo_id": specimen.photo_id,
        "file_name": marks.file_name,
        "size_xy": marks.size_xy,
        "points": [[one.state, one.source, one.xy] for one in specimen.points()],
        "scale": marks.scale,
        "unit": marks.unit,
        "curves": [curve.tolist() for curve in marks.curves],
        "note": marks.note,
        "is_flagged": marks.is_flagged,
        "counts_y_up": marks.counts_y_up,
        "extras": dict(marks.extras),
    }


def specimen_from(record: dict[str, Any]) -> Specimen:
    """Return the specimen of plain values."""
    points = record["points"]
    xy = [(np.nan, np.nan) if place is None else place for _, _, place in points]
    marks = Digitised(
        record["specimen_id"],
        record["file_name"],
        np.array(xy, dtype=np.float64).reshape(-1, 2),
        tuple(state for state, _, _ in points),
        tuple(source for _, source, _ in points),
        size_xy=_pair(record["size_xy"]),
        scale=record["scale"],
        unit=record["unit"],
        curves=tuple(np.array(curve, dtype=np.float64) for curve in record["curves"]),
        note=record["note"],
        is_flagged=record["is_flagged"],
        counts_y_up=record["counts_y_up"],
        extras=record["extras"],
    )
    return Specimen(record["photo_id"], marks)

"""Writing a project into the document that it came from, which keeps all else that it says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from napari_dinosar.io.coco_fields import BINARY, OWN_KEY, STANDARD, category_record, new_record
from napari_dinosar.project._annotations import Reading, write_specimen
from napari_dinosar.project.document import Document
from napari_dinosar.project.state import ProjectState, Specimen


def updated(
    document: Document, state: ProjectState, sizes: Mapping[str, tuple[int, int]]
) -> Document:
    """Return a document that says what a state says.

    Parameters
    ----------
    document : Document
        What was read or written last.
    state : ProjectState
        What it is to say.
    sizes : mapping of str to (int, int)
        Width and height of photos, by id, that were learned since.

    Returns
    -------
    Document
        The one given, where nothing has changed.
    """
    if document.state is state:
        return document
    raw = dict(document.raw)
    reading = Reading(state.schema, document.is_binary, "")
    raw["images"] = list(_images(document, state, sizes))
    ids = _Ids(
        {str(one["id"]): one["id"] for one in raw["images"]},
        any(type(one["id"]) is str for one in document.records.values()),
    )
    records = {
        key: _annotation(key, document, specimen, reading, ids)
        for key, specimen in state.specimens.items()
        if _is_written(key, document, state)
    }
    raw["annotations"] = _annotations(document, state, records)
    if state.schema != document.state.schema:
        raw["categories"] = _categories(document, state)
    own = {**(raw.get(OWN_KEY) or {}), "visibility": BINARY if document.is_binary else STANDARD}
    own.pop("waiting", None)
    # without it the empty specimen of a photo would have another id when the file is read
    # again, and a journal that goes on from the file would not find it
    waiting = {
        one.photo_id: key
        for key, one in state.specimens.items()
        if key not in records and key != one.photo_id
    }
    raw[OWN_KEY] = {**own, "waiting": waiting} if waiting else own
    return replace(document, raw=raw, state=state, records={**document.records, **records})


@dataclass(frozen=True)
class _Ids:
    """Ids as the file spells them: those of photos, and whether specimens have texts."""

    photos: Mapping[str, int | str]
    are_texts: bool


def _images(
    document: Document, state: ProjectState, sizes: Mapping[str, tuple[int, int]]
) -> Iterable[dict[str, Any]]:
    known = {str(one["id"]): one for one in document.raw.get("images") or ()}
    as_text = any(type(one["id"]) is str for one in known.values())
    for key, photo in state.photos.items():
        record = known.get(key)
        if record is None:
            record = {"id": _plain_id(key, as_text), "file_name": photo.file_name}
        size = photo.size_xy or sizes.get(key)
        if size is not None and not (record.get("width") and record.get("height")):
            record = {**record, "width": size[0], "height": size[1]}
        yield record


def _is_written(key: str, document: Document, state: ProjectState) -> bool:
    """Tell whether a specimen needs a record: not where a photo only waits to be digitised."""
    specimen = state.specimens[key]
    is_alone = len(state.ids_by_photo[specimen.photo_id]) == 1
    return key in document.records or not (is_alone and specimen.is_blank)


def _annotation(
    key: str, document: Document, specimen: Specimen, reading: Reading, ids: _Ids
) -> dict[str, Any]:
    record = document.records.get(key)
    # none where it was removed and has come back: then all that it says is written
    old = document.state.specimens.get(key)
    if record is None or str(record["image_id"]) != specimen.photo_id:
        photo_id = ids.photos.get(specimen.photo_id, specimen.photo_id)
        record = new_record(_plain_id(key, ids.are_texts), photo_id, document.category_id)
        old = None
    return write_specimen(record, old, specimen, document.state.schema, reading)


def _annotations(
    document: Document, state: ProjectState, records: Mapping[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return all annotations: ours in the order of the state, others where they were."""
    old = [
        one
        for one in document.raw.get("annotations") or ()
        if str(one["id"]) in records
        or (str(one["id"]) not in document.records and _stays(one, document, state))
    ]
    present = dict.fromkeys(str(one["id"]) for one in old if str(one["id"]) in records)
    added = [key for key in records if key not in present]
    if [*present, *added] == list(records):
        return [records.get(str(one["id"]), one) for one in old] + [records[k] for k in added]
    return [*records.values(), *(one for one in old if str(one["id"]) not in records)]


def _stays(record: Mapping[str, Any], document: Document, state: ProjectState) -> bool:
    """Tell whether an annotation that is not ours has not lost its photo."""
    photo_id = str(record["image_id"])
    return photo_id in state.photos or photo_id not in document.state.photos


def _categories(document: Document, state: ProjectState) -> list[dict[str, Any]]:
    old = list(document.raw.get("categories") or ())
    wanted = str(document.category_id)
    if not any(str(one["id"]) == wanted for one in old):
        old.append({"id": document.category_id, "supercategory": "specimen"})
    return [category_record(one, state.schema) if str(one["id"]) == wanted else one for one in old]


def _plain_id(key: str, as_text: bool) -> int | str:
    is_number = key.isascii() and key.isdigit() and key == str(int(key)) and len(key) < 19
    return int(key) if is_number and not as_text else key

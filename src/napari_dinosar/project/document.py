"""A COCO keypoints file as a document: what is understood of it, and all that must survive."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from napari_dinosar.core._landmark_checks import listed, numbered
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.schema import Schema
from napari_dinosar.io._coco_records import categories_of, coco_object, images_of
from napari_dinosar.io._coco_values import (
    load_json,
    take,
    take_id,
    take_records,
    take_words,
)
from napari_dinosar.io.coco_fields import OWN_KEY, STANDARD, has_binary_flags, own_part
from napari_dinosar.project._annotations import Reading, read_specimen
from napari_dinosar.project._categories import schema_of
from napari_dinosar.project.state import PhotoEntry, ProjectState, Specimen

DESCRIPTION = "Landmarks. x and y are photo pixels, (0, 0) is the centre of the first pixel."


@dataclass(frozen=True, eq=False)
class Document:
    """A COCO file and the project in it.

    Attributes
    ----------
    raw : dict
        The file as JSON gives it; never changed.
    state : ProjectState
        What it says.
    category_id : int or str
        Category of the specimens.
    is_binary : bool
        Whether visibility in this file is 0 or 1 and 1 means visible; it is kept so.
    records : mapping of str to dict
        The annotation of each specimen, those of removed ones among them: they can come back.
    warnings : tuple of str
        What was odd about the file, and what of it the project leaves alone.
    """

    raw: dict[str, Any]
    state: ProjectState
    category_id: int | str
    is_binary: bool
    records: Mapping[str, dict[str, Any]]
    warnings: tuple[str, ...] = ()


def new_document(schema: Schema) -> Document:
    """Return the document of a project without photos."""
    raw: dict[str, Any] = {
        "info": {"description": DESCRIPTION, "version": "1"},
        "images": [],
        "annotations": [],
        "categories": [],
        OWN_KEY: {"visibility": STANDARD},
    }
    # its category is written with the first state that has another schema than this empty one
    empty = ProjectState.of(Schema((), category=schema.category), {}, {})
    return Document(raw, empty, 1, False, {})


def read_document(path: Path) -> Document:
    """Read a COCO file as a project.

    Parameters
    ----------
    path : Path
        The JSON file.

    Returns
    -------
    Document
        Its annotations of other categories, or with another number of landmarks, are kept and
        not shown.

    Raises
    ------
    DinosarError
        If it cannot be read, or is no COCO file.
    """
    return parse_document(load_json(path), str(path))


def parse_document(content: object, where: str) -> Document:
    """Return the project in a parsed JSON file; `where` names the file in messages."""
    raw = coco_object(content, where)
    photos = {
        key: PhotoEntry(key, one.file_name or "", one.size_xy)
        for key, one in images_of(raw, where).items()
    }
    records, doubtful = _records(raw, photos, where)
    category_id, category, others = _category(raw, records, where)
    ours = {k: one for k, one in records.items() if _is_of(one, category_id, category)}
    schema, odd = schema_of(category, numbered(_usual_count(ours)), where)
    ragged = [key for key, one in ours.items() if _n_keypoints(one) not in (0, len(schema.names))]
    for key in ragged:
        del ours[key]
    flags = [flag for one in ours.values() for flag in (one.get("keypoints") or ())[2::3]]
    reading = Reading(schema, has_binary_flags(raw, flags, where), where)
    specimens, hidden = _specimens(ours, photos, reading)
    warnings = [*odd, *doubtful, *others]
    if ragged:
        warnings.append(
            f"{where}: these annotations have another number of landmarks than the "
            f"{len(schema.names)} of their category, and are kept as they are: {listed(ragged)}."
        )
    if hidden:
        warnings.append(
            f"{where} gives positions to landmarks of visibility 0, which count as missing, in "
            f"these annotations: {listed(hidden)}."
        )
    waiting = take_words(own_part(raw, where), "waiting", where)
    state = ProjectState.of(schema, photos, specimens, waiting)
    return Document(raw, state, category_id, reading.is_binary, ours, tuple(warnings))


class DocumentWriter:
    """Writes a document as JSON, and remembers the records that stay the same until next time."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[dict[str, Any], str]] = {}

    def content(self, raw: Mapping[str, Any]) -> bytes:
        """Return a document as JSON in UTF-8, one record a line.

        Raises
        ------
        DinosarError
            If a part of it is nested too deeply.
        """
        before, self._known = self._known, {}
        try:
            parts = [f"{json.dumps(key)}: {self._value(one, before)}" for key, one in raw.items()]
        except RecursionError as error:
            raise DinosarError("The project holds lists that are nested too deeply.") from error
        try:
            return ("{\n" + ",\n".join(parts) + "\n}\n").encode()
        except UnicodeEncodeError:
            # halves of UTF-16 pairs in somebody's text can be spelled in JSON only as escapes
            return json.dumps(raw).encode()

    def _value(self, value: Any, before: Mapping[int, tuple[dict[str, Any], str]]) -> str:
        if type(value) is not list or not value or type(value[0]) is not dict:
            return json.dumps(value, ensure_ascii=False)
        lines = []
        for record in value:
            # a record is never changed, only replaced: one that is the same says the same
            known, line = before.get(id(record), (None, ""))
            if known is not record:
                line = json.dumps(record, ensure_ascii=False)
            self._known[id(record)] = (record, line)
            lines.append(line)
        return "[\n" + ",\n".join(lines) + "\n]"


def document_bytes(raw: Mapping[str, Any]) -> bytes:
    """Return a document as JSON in UTF-8; see `DocumentWriter.content`."""
    return DocumentWriter().content(raw)


def _records(
    raw: dict[str, Any], photos: Mapping[str, PhotoEntry], where: str
) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Return the annotations that may be specimens by their id, and what is odd about others."""
    records: dict[str, dict[str, Any]] = {}
    lost: list[str] = []
    for number, record in enumerate(take_records(raw, "annotations", where), start=1):
        key = take_id(record, "id", f"{where}: annotation number {number}")
        here = f"{where}: annotation {key}"
        if key in records:
            raise DinosarError(f"{here} occurs more than once; give each specimen its own id.")
        if take(record, "keypoints", list, here, []) and len(record["keypoints"]) % 3:
            raise DinosarError(
                f"{here}: 'keypoints' must hold x, y and visibility of each landmark, but it has "
                f"{len(record['keypoints'])} numbers, which is not a multiple of three."
            )
        take(record, "category_id", (int, str), here)
        if take_id(record, "image_id", here) not in photos:
            lost.append(key)
        elif take(record, "iscrowd", (int, bool), here, 0) == 0:
            records[key] = record
    if not lost:
        return records, []
    warning = (
        f"{where}: these annotations belong to photos that the file does not list, and are kept "
        f"as they are: {listed(lost)}."
    )
    return records, [warning]


def _category(
    raw: dict[str, Any], records: Mapping[str, dict[str, Any]], where: str
) -> tuple[int | str, dict[str, Any] | None, list[str]]:
    """Return the category that most annotations with keypoints have, and what is said of others."""
    categories_of(raw, where)
    known = {str(one["id"]): one for one in take_records(raw, "categories", where)}
    named = {key: one for key, one in known.items() if one.get("keypoints")}
    used = Counter(str(one.get("category_id")) for one in records.values() if one.get("keypoints"))
    best = max(named, key=lambda key: used[key], default=None)
    if best is not None and (used[best] or not used):
        category: dict[str, Any] | None = named[best]
        chosen = named[best]["id"]
    else:
        usual = used.most_common(1)[0][0] if used else "1"
        ids = [one.get("category_id") for one in records.values()]
        chosen = next((one for one in ids if one is not None and str(one) == usual), 1)
        category = known.get(usual)
    others = [str(known.get(one, {}).get("name", one)) for one in used if one != str(chosen)]
    if not others:
        return chosen, category, []
    name = str((category or {}).get("name", chosen))
    said = f"{where}: the landmarks of {name} are shown; those of {listed(others)} are only kept."
    return chosen, category, [said]


def _is_of(record: dict[str, Any], category_id: int | str, category: object) -> bool:
    own = record.get("category_id")
    return str(own) == str(category_id) or (own is None and category is None)


def _n_keypoints(record: dict[str, Any]) -> int:
    return len(record.get("keypoints") or ()) // 3


def _usual_count(records: Mapping[str, dict[str, Any]]) -> int:
    counts = Counter(filter(None, map(_n_keypoints, records.values())))
    return counts.most_common(1)[0][0] if counts else 0


def _specimens(
    records: Mapping[str, dict[str, Any]], photos: Mapping[str, PhotoEntry], reading: Reading
) -> tuple[dict[str, Specimen], list[str]]:
    """Return the specimens by id, and the ids of those with positions that do not count."""
    specimens: dict[str, Specimen] = {}
    hidden: list[str] = []
    for key, record in records.items():
        specimens[key], has_hidden = read_specimen(
            key, record, photos[str(record["image_id"])], reading
        )
        if has_hidden:
            hidden.append(key)
    return specimens, hidden

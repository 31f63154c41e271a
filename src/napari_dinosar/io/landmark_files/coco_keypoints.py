"""COCO keypoints as a dataset; what COCO has no field for stands under a key of our own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from napari_dinosar.core._landmark_checks import listed
from napari_dinosar.core.digitised import SOURCES, Dataset, Digitised, Source, State
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.landmark_frames import COUNT_KEY
from napari_dinosar.core.landmarks import Landmarks
from napari_dinosar.core.schema import LandmarkDefinition, Schema
from napari_dinosar.io._coco_records import Annotation, annotations_of, categories_of, images_of
from napari_dinosar.io._coco_values import (
    described,
    finite_numbers,
    load_json,
    take,
    take_records,
)
from napari_dinosar.io.coco_document import DESCRIPTION
from napari_dinosar.io.landmark_files._building import Draft, dataset_of, listed_count
from napari_dinosar.io.landmark_files._losses import refuse_y_up
from napari_dinosar.io.landmark_files._text import (
    MAX_FILE_BYTES,
    Written,
    check_extent,
    unique,
)

TITLE = "COCO"
OWN_KEY = "napari_dinosar"
PARTS = ("colour", "definition", "partner")


def is_coco(head: str) -> bool:
    """Tell whether a file that begins so may be COCO keypoints."""
    return head.startswith("{")


def read_coco_keypoints(path: Path) -> Dataset:
    """Read a COCO keypoints file.

    Annotations of several categories share one schema: the landmarks of each in turn, those of
    one name being the same. In a file that knows only the visibilities 0 and 1, 1 is visible.

    Parameters
    ----------
    path : Path
        The JSON file.

    Raises
    ------
    DinosarError
        As `napari_dinosar.io.coco.read_coco`.
    """
    where = str(path)
    document = load_json(path, max_bytes=MAX_FILE_BYTES)
    if type(document) is not dict or not {"images", "annotations"} <= document.keys():
        raise DinosarError(
            f"{path} is not a COCO file: it must be an object with 'images' and 'annotations', "
            f"not {described(document)}."
        )
    images = images_of(document, where)
    found = annotations_of(document, images, categories_of(document, where), where)
    if not found:
        raise DinosarError(f"{path} holds no keypoints; choose a COCO keypoints file.")
    records = {str(one["id"]): one for one in take_records(document, "annotations", where)}
    names = unique(name for one in found for name in one.landmarks.labels)
    check_extent(len(found), len(names), where)
    place = {name: number for number, name in enumerate(names)}
    is_binary = _is_binary(document, found, where)
    drafts = []
    for one in found:
        image = images[one.image_id]
        draft = Draft(one.specimen_id, image.file_name or "", size_xy=image.size_xy)
        own = _own(records[one.specimen_id], f"{where}: annotation {one.specimen_id}")
        _place(draft, one.landmarks, place, is_binary, own)
        _remark(draft, own)
        drafts.append(draft)
    warnings = unique(text for one in found for text in one.landmarks.warnings)
    try:
        schema = _schema(document, found, names, where)
    except DinosarError as error:
        raise DinosarError(f"{where}: {error}") from error
    return dataset_of(schema, drafts, warnings)


class _Own(dict[str, Any]):
    """What a record says under our key, and how messages call the record."""

    where: str = ""

    def words(self, key: str) -> dict[str, str]:
        """Return an object of texts."""
        found: dict[str, str] = take(self, key, dict, self.where, {})
        for value in found.values():
            if type(value) is not str:
                raise DinosarError(f"{self.where}: '{key}' holds {described(value)}, not text.")
        return found


def _own(record: dict[str, Any], where: str) -> _Own:
    own = _Own(take(record, OWN_KEY, dict, where, {}))
    own.where = where
    return own


def _is_binary(document: dict[str, Any], found: list[Annotation], where: str) -> bool:
    """Tell whether 1 means visible: as the file says, or because no flag of it is 2."""
    said = _own(document, where).get("visibility")
    flags = {int(flag) for one in found for flag in np.unique(one.landmarks.visibility)}
    return said == "0-1" or (said != "0-1-2" and flags - {0} == {1})


def _place(
    draft: Draft, landmarks: Landmarks, place: Mapping[str, int], is_binary: bool, own: _Own
) -> None:
    """Put landmarks where the schema has them."""
    said, who = own.words("states"), own.words("sources")
    points = [(np.nan, np.nan)] * len(place)
    states: list[State] = ["missing"] * len(place)
    sources: list[Source] = [""] * len(place)
    for name, (x, y), flag in zip(
        landmarks.labels, landmarks.xy.tolist(), landmarks.visibility.tolist(), strict=True
    ):
        where = place[name]
        if not flag:
            states[where] = "absent" if said.get(name) == "absent" else "missing"
            continue
        is_hidden = flag == 1 and (not is_binary or said.get(name) == "occluded")
        points[where] = (x, y)
        states[where] = "occluded" if is_hidden else "visible"
        sources[where] = next((one for one in SOURCES[1:] if one == who.get(name)), "manual")
    draft.points, draft.states, draft.sources = points, states, sources
    if len(landmarks) < len(place):
        draft.extras[COUNT_KEY] = str(len(landmarks))


def _remark(draft: Draft, own: _Own) -> None:
    """Add what a record says under our key."""
    scale = take(own, "scale", (int, float), own.where)
    if scale is not None and not 0 < scale < float("inf"):
        raise DinosarError(f"{own.where}: 'scale' must be above 0, not {described(scale)}.")
    draft.scale = None if scale is None else float(scale)
    draft.unit = take(own, "unit", str, own.where, "")
    note = take(own, "note", str, own.where, "")
    draft.notes = [note] if note else []
    draft.is_flagged = take(own, "flagged", bool, own.where, False)
    draft.extras |= own.words("extras")
    for curve in take(own, "curves", list, own.where, []):
        pairs = curve if type(curve) is list else [curve]
        if not all(type(pair) is list and len(pair) == 2 for pair in pairs):
            raise DinosarError(f"{own.where}: 'curves' must hold lists of positions (x, y).")
        flat = [value for pair in pairs for value in pair]
        draft.curves.append(finite_numbers(flat, "curves", own.where).reshape(-1, 2))


def _schema(
    document: dict[str, Any], found: list[Annotation], names: tuple[str, ...], where: str
) -> Schema:
    """Return the schema of the categories that annotations are of."""
    used = {one.category_id for one in found}
    categories = [
        one for one in take_records(document, "categories", where) if str(one["id"]) in used
    ]
    place = {name: number for number, name in enumerate(names)}
    edges = dict.fromkeys(
        (place[one.landmarks.labels[start]], place[one.landmarks.labels[end]])
        for one in found
        for start, end in one.landmarks.skeleton
    )
    category = "specimen"
    parts: dict[str, dict[str, str]] = {}
    for one in categories:
        here = f"{where}: category {one['id']}"
        category = take(one, "name", str, here, "") or category
        said = take(_own(one, here), "landmarks", dict, here, {})
        for name in said:
            described_part = take(said, name, dict, here, {})
            parts[name] = {part: take(described_part, part, str, here, "") for part in PARTS}
    landmarks = tuple(LandmarkDefinition(name, **parts.get(name, {})) for name in names)
    return Schema(landmarks, tuple(edges), category if len(categories) == 1 else "specimen")


def coco_text(dataset: Dataset) -> Written:
    """Return a dataset as a COCO keypoints document.

    Parameters
    ----------
    dataset : Dataset
        Specimens that count y from the top.

    Returns
    -------
    Written
        The text, and what it cannot hold.

    Raises
    ------
    DinosarError
        If y of a specimen counts from the bottom.
    """
    refuse_y_up(dataset, TITLE)
    images: dict[str, dict[str, Any]] = {}
    annotations: list[dict[str, Any]] = []
    taken: set[str] = set()
    renamed: list[str] = []
    nameless: list[str] = []
    for one in dataset.specimens:
        key, name = one.specimen_id, one.file_name or one.specimen_id
        if not one.file_name:
            nameless.append(one.specimen_id)
        if key in taken or not key:
            renamed.append(key)
            key = next(
                text for n in range(1, len(taken) + 2) if (text := f"{key}_{n}") not in taken
            )
        taken.add(key)
        image = images.setdefault(name, {"id": len(images) + 1, "file_name": name})
        if one.size_xy is not None:
            image["width"], image["height"] = one.size_xy
        annotations.append(_record(one, dataset.schema, key, image["id"]))
    document = {
        "info": {"description": DESCRIPTION, "version": "1"},
        "images": list(images.values()),
        "annotations": annotations,
        "categories": [_category(dataset.schema)],
        OWN_KEY: {"visibility": "0-1-2"},
    }
    losses = []
    if nameless:
        losses.append(f"COCO needs a file name for each photo; ids stand for {listed(nameless)}.")
    if renamed:
        losses.append(f"COCO needs ids that differ; numbers were added to {listed(renamed)}.")
    return Written(json.dumps(document, indent=1, ensure_ascii=False), tuple(losses))


def _category(schema: Schema) -> dict[str, Any]:
    described_parts = {
        one.name: {part: getattr(one, part) for part in PARTS if getattr(one, part)}
        for one in schema.landmarks
    }
    said = {name: parts for name, parts in described_parts.items() if parts}
    record = {
        "id": 1,
        "name": schema.category,
        "supercategory": "specimen",
        "keypoints": list(schema.names),
        "skeleton": [[start + 1, end + 1] for start, end in schema.skeleton],
    }
    return {**record, OWN_KEY: {"landmarks": said}} if said else record


def _record(one: Digitised, schema: Schema, key: str, image_id: int) -> dict[str, Any]:
    """Return the annotation of a specimen."""
    marks = list(zip(schema.names, one.xy.tolist(), one.states, one.sources, strict=True))
    flags = {"visible": 2, "occluded": 1}
    keypoints: list[float] = []
    for _, xy, state, _ in marks:
        keypoints += [*xy, flags[state]] if state in flags else [0, 0, 0]
    box = [0.0, 0.0, 0.0, 0.0]
    if one.placed.any():
        placed = one.xy[one.placed]
        box = [*placed.min(axis=0).tolist(), *np.ptp(placed, axis=0).tolist()]
    said = {
        "states": {name: state for name, _, state, _ in marks if state in ("absent", "occluded")},
        "sources": {name: who for name, _, _, who in marks if who not in ("", "manual")},
        "note": one.note,
        "flagged": one.is_flagged,
        "scale": one.scale,
        "unit": one.unit,
        "curves": [curve.tolist() for curve in one.curves],
        "extras": {k: v for k, v in one.extras.items() if k != COUNT_KEY or _is_short(one)},
    }
    own = {name: value for name, value in said.items() if value}
    # a number where the id is one, as other programs expect
    is_number = key.isascii() and key.isdigit() and str(int(key[:18])) == key
    record: dict[str, Any] = {
        "id": int(key) if is_number else key,
        "image_id": image_id,
        "category_id": 1,
        "keypoints": keypoints,
        "num_keypoints": int(one.placed.sum()),
        "bbox": box,
        "area": box[2] * box[3],
        "segmentation": [],
        "iscrowd": 0,
    }
    return {**record, OWN_KEY: own} if own else record


def _is_short(one: Digitised) -> bool:
    return listed_count(one) < len(one.states)

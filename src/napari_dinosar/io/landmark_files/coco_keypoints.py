"""COCO keypoints as a dataset; what COCO has no field for stands under a key of our own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from napari_dinosar.core._landmark_checks import listed
from napari_dinosar.core.digitised import Dataset, Digitised
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.landmark_frames import COUNT_KEY
from napari_dinosar.core.schema import LandmarkDefinition, Schema
from napari_dinosar.io._coco_records import (
    Annotation,
    CocoImage,
    coco_object,
    keypoints_of,
)
from napari_dinosar.io._coco_values import load_json, take, take_records, take_texts
from napari_dinosar.io.coco_document import DESCRIPTION
from napari_dinosar.io.coco_fields import (
    OWN_KEY,
    STANDARD,
    box_of,
    category_record,
    definitions_of,
    has_binary_flags,
    keypoint,
    new_record,
    own_fields,
    own_part,
    remarks_of,
    states_and_sources,
)
from napari_dinosar.io.landmark_files._building import listed_count
from napari_dinosar.io.landmark_files._losses import refuse_y_up
from napari_dinosar.io.landmark_files._text import (
    MAX_FILE_BYTES,
    Written,
    check_extent,
    unique,
)

TITLE = "COCO"


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
    document = coco_object(load_json(path, max_bytes=MAX_FILE_BYTES), where)
    images, found = keypoints_of(document, where)
    records = {str(one["id"]): one for one in take_records(document, "annotations", where)}
    names = unique(name for one in found for name in one.landmarks.labels)
    check_extent(len(found), len(names), where)
    flags = (flag for one in found for flag in one.landmarks.visibility.tolist())
    is_binary = has_binary_flags(document, flags, where)
    specimens = tuple(
        _specimen(one, images[one.image_id], names, records[one.specimen_id], is_binary, where)
        for one in found
    )
    warnings = unique(text for one in found for text in one.landmarks.warnings)
    try:
        return Dataset(_schema(document, found, names, where), specimens, warnings)
    except DinosarError as error:
        raise DinosarError(f"{where}: {error}") from error


def _specimen(
    one: Annotation,
    image: CocoImage,
    names: tuple[str, ...],
    record: dict[str, Any],
    is_binary: bool,
    where: str,
) -> Digitised:
    """Return a specimen whose landmarks stand where the schema has them."""
    here = f"{where}: annotation {one.specimen_id}"
    own = own_part(record, here)
    marks = one.landmarks
    place = {name: number for number, name in enumerate(marks.labels)}
    rows = [place.get(name, -1) for name in names]
    # what is not among its landmarks stands after the last of them, where nothing is placed
    xy = np.vstack([marks.xy, [np.nan, np.nan]])[rows]
    flags = [*marks.visibility.tolist(), 0]
    remarks = remarks_of(own, here)
    if len(marks) < len(names):
        remarks["extras"] = {COUNT_KEY: str(len(marks)), **remarks["extras"]}
    return Digitised(
        one.specimen_id,
        image.file_name or "",
        xy,
        *states_and_sources(names, [flags[row] for row in rows], own, here, is_binary=is_binary),
        size_xy=image.size_xy,
        **remarks,
    )


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
    found_parts: dict[str, LandmarkDefinition] = {}
    for one in categories:
        here = f"{where}: category {one['id']}"
        category = take(one, "name", str, here, "") or category
        own_names = [name for name in take_texts(one, "keypoints", here) if name in place]
        found_parts |= zip(own_names, definitions_of(own_names, one, here), strict=True)
    landmarks = tuple(found_parts.get(name, LandmarkDefinition(name)) for name in names)
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
    category = {"id": 1, "name": dataset.schema.category, "supercategory": "specimen"}
    document = {
        "info": {"description": DESCRIPTION, "version": "1"},
        "images": list(images.values()),
        "annotations": annotations,
        "categories": [category_record(category, dataset.schema)],
        OWN_KEY: {"visibility": STANDARD},
    }
    losses = []
    if nameless:
        losses.append(f"COCO needs a file name for each photo; ids stand for {listed(nameless)}.")
    if renamed:
        losses.append(f"COCO needs ids that differ; numbers were added to {listed(renamed)}.")
    return Written(json.dumps(document, indent=1, ensure_ascii=False), tuple(losses))


def _record(one: Digitised, schema: Schema, key: str, image_id: int) -> dict[str, Any]:
    """Return the annotation of a specimen."""
    keypoints: list[float] = []
    for state, xy in zip(one.states, one.xy.tolist(), strict=True):
        keypoints += keypoint(state, xy, is_binary=False)
    box = [float(value) for value in box_of(keypoints)]
    # a number where the id is one, as other programs expect
    is_number = key.isascii() and key.isdigit() and str(int(key[:18])) == key
    record = new_record(int(key) if is_number else key, image_id, 1) | {
        "keypoints": keypoints,
        "num_keypoints": int(one.placed.sum()),
        "bbox": box,
        "area": box[2] * box[3],
    }
    is_short = listed_count(one) < len(one.states)
    extras = {k: v for k, v in one.extras.items() if k != COUNT_KEY or is_short}
    own = own_fields(one, schema.names, extras)
    return {**record, OWN_KEY: own} if own else record

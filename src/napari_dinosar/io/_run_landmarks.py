"""The landmarks of a run as COCO keypoints, with what COCO has no place for beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.landmarks import Landmarks
from napari_dinosar.core.mask_seed import checked_seed
from napari_dinosar.findings import Findings
from napari_dinosar.io._coco_records import annotations_of, categories_of, images_of
from napari_dinosar.io._coco_values import described, load_json, take, take_texts
from napari_dinosar.io.coco_document import coco_document
from napari_dinosar.io.coco_fields import OWN_KEY

_SOURCE = ("specimen_id", "image_id", "file_name")


def landmarks_document(findings: Findings) -> dict[str, Any]:
    """Return the landmarks and masks of both specimens as a COCO document.

    Each annotation says under ``napari_dinosar`` which side it is, and how the source of its
    landmarks named them; None for a specimen without landmarks.
    """
    document = coco_document((side, side.landmarks, side.mask) for side in (findings.a, findings.b))
    for letter, annotation in zip("ab", document["annotations"], strict=True):
        landmarks = findings.side(letter).landmarks
        annotation[OWN_KEY] = {
            "side": letter,
            "landmarks": None if landmarks is None else _source(landmarks),
        }
    return document


def read_landmarks(path: Path) -> dict[str, Landmarks | None]:
    """Return the landmarks of the sides ``"a"`` and ``"b"`` as a run's file holds them.

    Raises
    ------
    DinosarError
        If the file is not COCO or not a run's.
    """
    document = load_json(path, "the landmarks of a run")
    where = str(path)
    if type(document) is not dict:
        raise DinosarError(f"{where} must be an object, not {described(document)}.")
    images = images_of(document, where)
    annotations = annotations_of(document, images, categories_of(document, where), where)
    raw = document.get("annotations", [])
    if len(annotations) != 2 or len(raw) != 2:
        raise DinosarError(
            f"{where} is not the landmarks file of a run: it has {len(raw)} annotations instead "
            f"of one for each of the two specimens."
        )
    return {
        letter: _restored(annotation.landmarks, record, letter, f"{where}: annotation {letter}")
        for letter, annotation, record in zip("ab", annotations, raw, strict=True)
    }


def _source(landmarks: Landmarks) -> dict[str, Any]:
    source = {name: getattr(landmarks, name) for name in _SOURCE}
    seed = landmarks.mask_seed_xy
    seeded = {} if seed is None else {"mask_seed_xy": list(seed)}
    return {**source, "warnings": list(landmarks.warnings), **seeded}


def _restored(
    landmarks: Landmarks, annotation: dict[str, Any], letter: str, where: str
) -> Landmarks | None:
    own = take(annotation, OWN_KEY, dict, where)
    if own is None or own.get("side") != letter:
        raise DinosarError(f"{where} does not say under '{OWN_KEY}' that it is side {letter}.")
    source: Mapping[str, Any] | None = take(own, "landmarks", dict, where)
    if source is None:
        return None
    return replace(
        landmarks,
        **{name: take(dict(source), name, str, where) for name in _SOURCE},
        warnings=take_texts(dict(source), "warnings", where),
        mask_seed_xy=checked_seed(source.get("mask_seed_xy"), f"{where}: mask_seed_xy"),
    )

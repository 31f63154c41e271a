"""Writing landmarks and masks as a COCO keypoints document that other programs open."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.landmarks import Landmarks
from napari_dinosar.core.mask_seed import MASK_SEED, seed_note
from napari_dinosar.io.coco_fields import OWN_KEY
from napari_dinosar.io.masks import encode_mask

DESCRIPTION = (
    "Landmarks and foreground masks used by napari-dinosar. x and y are photo pixels, "
    "(0, 0) is the centre of the first pixel."
)


class Pictured(Protocol):
    """What a document says of a photo: a `Photo` knows it, and so does a `Side` of findings."""

    @property
    def name(self) -> str:
        """What the photo is called where it came from no file."""

    @property
    def sha256(self) -> str:
        """Its checksum; empty where it is not known."""

    @property
    def path(self) -> Path | None:
        """Its file."""

    @property
    def size_xy(self) -> tuple[int, int] | None:
        """Width and height in pixels, where they are known."""


Entry: TypeAlias = "tuple[Pictured, Landmarks | None, NDArray[np.bool_] | None]"


def coco_document(entries: Iterable[Entry]) -> dict[str, Any]:
    """Return specimens as a COCO document, which `read_coco` reads back without loss.

    Parameters
    ----------
    entries : iterable of (Photo or Side, Landmarks or None, mask or None)
        One specimen each: its photo, its landmarks in photo pixels, and its mask (H, W) at photo
        size. Two specimens on one photo share its entry in the list of images.

    Returns
    -------
    dict
        ``images``, ``annotations`` with keypoints and the mask as run lengths, and ``categories``
        with names and the skeleton counted from 1. Ids are those of the landmarks' source where
        they are free, else the next free number. Of two photos with one file name the second is
        listed under its number: a reader could not tell them apart.

    Raises
    ------
    DinosarError
        If a mask does not have the size of its photo.
    """
    images: dict[tuple[str, str], dict[str, Any]] = {}
    categories: dict[tuple[Any, ...], dict[str, Any]] = {}
    annotations: list[dict[str, Any]] = []
    for photo, landmarks, mask in entries:
        given = landmarks if landmarks is not None else Landmarks.from_points(())
        key = (photo.sha256, _file_name(photo))
        if key not in images:
            images[key] = _image(photo, given, list(images.values()))
        kind = (given.names, given.skeleton)
        if kind not in categories:
            categories[kind] = _category(given, number=len(categories) + 1)
        annotations.append(
            {
                "id": _free_id(given.specimen_id, annotations),
                "image_id": images[key]["id"],
                "category_id": categories[kind]["id"],
                **_keypoints(given),
                **_region(photo, given, mask),
                "iscrowd": 0,
                **_seed(given),
            }
        )
    return {
        "info": {"description": DESCRIPTION, "version": "1"},
        "images": list(images.values()),
        "annotations": annotations,
        "categories": list(categories.values()),
    }


def _file_name(photo: Pictured) -> str:
    # the path of a run made elsewhere may be none of this system's
    is_ours = photo.path is not None and photo.path.is_absolute()
    return photo.path.name if photo.path is not None and is_ours else photo.name


def _image(photo: Pictured, landmarks: Landmarks, others: list[dict[str, Any]]) -> dict[str, Any]:
    name = _file_name(photo)
    if name in {other["file_name"] for other in others}:
        name = f"{len(others) + 1}/{name}"
    image: dict[str, Any] = {"id": _free_id(landmarks.image_id, others), "file_name": name}
    if photo.size_xy is not None:
        image["width"], image["height"] = photo.size_xy
    return {**image, "sha256": photo.sha256} if photo.sha256 else image


def _category(landmarks: Landmarks, number: int) -> dict[str, Any]:
    return {
        "id": number,
        "name": "specimen" if number == 1 else f"specimen {number}",
        "supercategory": "specimen",
        "keypoints": list(landmarks.names),
        "skeleton": [[start + 1, end + 1] for start, end in landmarks.skeleton],
    }


def _keypoints(landmarks: Landmarks) -> dict[str, Any]:
    """Return x, y and visibility in a row, (0, 0, 0) where a landmark is absent."""
    values: list[float | int] = []
    for (x, y), flag in zip(landmarks.xy, landmarks.visibility, strict=True):
        values += [float(x), float(y), int(flag)] if flag else [0, 0, 0]
    return {"keypoints": values, "num_keypoints": int(landmarks.present.sum())}


def _seed(landmarks: Landmarks) -> dict[str, Any]:
    """Return where the mask begins as projects note it; nothing where nobody said."""
    seed = landmarks.mask_seed_xy
    return {} if seed is None else {OWN_KEY: {"extras": {MASK_SEED: seed_note(seed)}}}


def _region(
    photo: Pictured, landmarks: Landmarks, mask: NDArray[np.bool_] | None
) -> dict[str, Any]:
    """Return outline, box and area: of the mask, or of the landmarks where there is none."""
    if mask is not None:
        if mask.shape[::-1] != photo.size_xy:
            raise DinosarError(
                f"The mask of {photo.name} has {mask.shape[::-1]} pixels, its photo "
                f"{photo.size_xy}; give a mask at photo size."
            )
        rows, cols = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        box = [0, 0, 0, 0]
        if len(rows):
            box = [cols[0], rows[0], cols[-1] - cols[0] + 1, rows[-1] - rows[0] + 1]
        return {
            "segmentation": encode_mask(mask),
            "bbox": [int(value) for value in box],
            "area": int(np.count_nonzero(mask)),
        }
    placed = landmarks.xy[landmarks.present]
    if not len(placed):
        return {"segmentation": [], "bbox": [0, 0, 0, 0], "area": 0}
    corner, extent = placed.min(axis=0), np.ptp(placed, axis=0)
    return {
        "segmentation": [],
        "bbox": [*corner.tolist(), *extent.tolist()],
        "area": float(extent.prod()),
    }


def _free_id(wanted: str | None, records: list[dict[str, Any]]) -> int | str:
    """Return an id that no record has, the one wanted if it is free, a number if it reads so."""
    taken = {str(record["id"]) for record in records}
    if wanted is None or wanted in taken:
        wanted = next(
            str(number)
            for number in range(len(records) + 1, 2 * len(records) + 2)
            if str(number) not in taken
        )
    is_number = wanted.isascii() and wanted.isdigit() and wanted == wanted.lstrip("0")
    return int(wanted) if is_number and len(wanted) < 19 else wanted

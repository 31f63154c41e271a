"""The records of a COCO file, images, categories and annotations, as core types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core._landmark_checks import listed, numbered
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.landmarks import Landmarks
from napari_dinosar.core.mask_seed import MASK_SEED, Seed, noted_seed
from napari_dinosar.io._coco_values import (
    described,
    finite_numbers,
    take,
    take_id,
    take_records,
    take_texts,
)
from napari_dinosar.io.coco_fields import OWN_KEY


@dataclass(frozen=True)
class CocoImage:
    """A photo as a COCO file lists it.

    Attributes
    ----------
    id : int or str
        As in the file. 1 and "1" are the same photo.
    file_name : str or None
        As in the file; not to be joined to a folder unchecked (see `image_path`).
    size_xy : (int, int) or None
        Width and height in pixels as the file states them, when it does.
    """

    id: int | str
    file_name: str | None
    size_xy: tuple[int, int] | None


@dataclass(frozen=True)
class Category:
    """Names of the landmarks of a kind of specimen, and which to join, counted from 1."""

    names: tuple[str, ...]
    skeleton: tuple[tuple[int, int], ...]


@dataclass(frozen=True, eq=False)
class Annotation:
    """One specimen on one photo."""

    specimen_id: str
    image_id: str
    category_id: str | None
    landmarks: Landmarks
    segmentation: object


def coco_object(raw: object, where: str) -> dict[str, Any]:
    """Return what a COCO file holds, as JSON gives it.

    Raises
    ------
    DinosarError
        If it is something else.
    """
    if type(raw) is not dict or not {"images", "annotations"} <= raw.keys():
        raise DinosarError(
            f"{where} is not a COCO file: it must be an object with 'images' and 'annotations', "
            f"not {'this one' if type(raw) is dict else described(raw)}."
        )
    return raw


def keypoints_of(
    document: dict[str, Any], where: str
) -> tuple[dict[str, CocoImage], list[Annotation]]:
    """Return the photos by their id as text, and the annotations that have keypoints.

    Raises
    ------
    DinosarError
        If there are none, or something cannot be meant.
    """
    images = images_of(document, where)
    annotations = annotations_of(document, images, categories_of(document, where), where)
    if not annotations:
        raise DinosarError(f"{where} holds no keypoints; choose a COCO keypoints file.")
    return images, annotations


def images_of(document: dict[str, Any], where: str) -> dict[str, CocoImage]:
    """Return the photos by their id as text; no two may share an id or a file name."""
    images: dict[str, CocoImage] = {}
    file_names: set[str] = set()
    for number, record in enumerate(take_records(document, "images", where), start=1):
        key = take_id(record, "id", f"{where}: image number {number}")
        here = f"{where}: image {key}"
        if key in images:
            raise DinosarError(
                f"{here} is listed more than once; give each photo an id of its own."
            )
        file_name = take(record, "file_name", str, here)
        if file_name is not None and file_name in file_names:
            raise DinosarError(
                f"{here}: the file name {file_name} is listed more than once; "
                "list each photo once, with all its specimens as annotations."
            )
        file_names.add(file_name)
        sides = [take(record, side, (int, float), here, 0) for side in ("width", "height")]
        images[key] = CocoImage(record["id"], file_name, _size_xy(sides, here))
    return images


def _size_xy(sides: list[int | float], where: str) -> tuple[int, int] | None:
    if 0 in sides:
        return None
    if not all(side > 0 and side == side // 1 for side in sides):
        raise DinosarError(f"{where}: width and height must be whole numbers of pixels.")
    width, height = (int(side) for side in sides)
    return width, height


def categories_of(document: dict[str, Any], where: str) -> dict[str, Category]:
    """Return the categories by their id as text."""
    categories: dict[str, Category] = {}
    for number, record in enumerate(take_records(document, "categories", where), start=1):
        key = take_id(record, "id", f"{where}: category number {number}")
        here = f"{where}: category {key}"
        if key in categories:
            raise DinosarError(f"{here} is defined more than once; keep one definition.")
        joints = take(record, "skeleton", list, here, [])
        for joint in joints:
            if (
                type(joint) is not list
                or len(joint) != 2
                or not all(type(end) is int for end in joint)
            ):
                raise DinosarError(
                    f"{here}: 'skeleton' must hold pairs of landmark numbers, "
                    f"not {described(joint)}."
                )
        categories[key] = Category(
            take_texts(record, "keypoints", here), tuple((start, end) for start, end in joints)
        )
    return categories


def annotations_of(
    document: dict[str, Any],
    images: Mapping[str, CocoImage],
    categories: Mapping[str, Category],
    where: str,
) -> list[Annotation]:
    """Return the annotations that have keypoints, those of boxes or outlines alone left out."""
    annotations: list[Annotation] = []
    seen: set[str] = set()
    for number, record in enumerate(take_records(document, "annotations", where), start=1):
        key = take_id(record, "id", f"{where}: annotation number {number}")
        here = f"{where}: annotation {key}"
        if key in seen:
            raise DinosarError(f"{here} occurs more than once; give each specimen its own id.")
        seen.add(key)
        image_id = take_id(record, "image_id", here)
        if image_id not in images:
            raise DinosarError(f"{here} belongs to image {image_id}, which the file does not list.")
        if take(record, "keypoints", list, here) is None:
            continue
        category_id = take(record, "category_id", (int, str), here)
        annotations.append(
            Annotation(
                specimen_id=key,
                image_id=image_id,
                category_id=None if category_id is None else str(category_id),
                landmarks=_landmarks(record, key, images[image_id], categories, here),
                segmentation=record.get("segmentation"),
            )
        )
    return annotations


def _landmarks(
    record: dict[str, Any],
    specimen_id: str,
    image: CocoImage,
    categories: Mapping[str, Category],
    where: str,
) -> Landmarks:
    category_id = str(record.get("category_id"))
    category = categories.get(category_id, Category((), ()))
    warnings = []
    if categories and category_id not in categories:
        warnings.append(
            f"{where} is of category {category_id}, which the file does not define, "
            "so its landmarks have no names."
        )
    table = _keypoint_table(record["keypoints"], category.names, where)
    if category.names and not record["keypoints"]:
        warnings.append(f"{where} has no keypoints: all its landmarks count as absent.")
    placed = (table[:, 2] == 0) & table[:, :2].any(axis=1)
    if placed.any():
        labels = category.names or numbered(len(table))
        warnings.append(
            f"{where} gives positions to landmarks of visibility 0, which count as absent: "
            f"{listed([labels[index] for index in np.flatnonzero(placed)])}."
        )
    skeleton, dropped = _skeleton(category.skeleton, len(table))
    if dropped:
        warnings.append(
            f"{where}: the skeleton joins landmarks that do not exist (they count from 1 to "
            f"{len(table)}); left out are {listed(dropped)}."
        )
    try:
        return Landmarks.from_points(
            table[:, :2],
            names=category.names,
            visibility=table[:, 2],
            skeleton=skeleton,
            specimen_id=specimen_id,
            mask_seed_xy=_noted_seed(record),
            image_id=str(image.id),
            file_name=image.file_name,
            warnings=warnings,
        )
    except DinosarError as error:
        raise DinosarError(f"{where}: {error}") from error


def _keypoint_table(
    keypoints: list[Any], names: tuple[str, ...], where: str
) -> NDArray[np.float64]:
    """Return x, y and visibility, (K, 3); no keypoints at all are one absent row a name."""
    if len(keypoints) % 3:
        raise DinosarError(
            f"{where}: 'keypoints' must hold x, y and visibility of each landmark, but it has "
            f"{len(keypoints)} numbers, which is not a multiple of three."
        )
    table = finite_numbers(keypoints, "keypoints", where).reshape(-1, 3)
    if names and not keypoints:
        return np.zeros((len(names), 3))
    if names and len(table) != len(names):
        raise DinosarError(
            f"{where} has {len(table)} keypoints, but its category names {len(names)}; "
            "write 0, 0, 0 for a landmark that is absent."
        )
    return table


def _noted_seed(record: Mapping[str, Any]) -> Seed | None:
    """Return the seed of the mask that a project notes of a specimen; None without a usable one."""
    found: object = record
    for key in (OWN_KEY, "extras", MASK_SEED):
        found = found.get(key) if isinstance(found, Mapping) else None
    return noted_seed(found) if isinstance(found, str) else None


def _skeleton(
    joints: tuple[tuple[int, int], ...], count: int
) -> tuple[list[tuple[int, int]], list[str]]:
    """Return the lines that join two of ``count`` landmarks, from 0, and those that do not."""
    kept: list[tuple[int, int]] = []
    dropped: list[str] = []
    for start, end in joints:
        if 1 <= start <= count and 1 <= end <= count and start != end:
            kept.append((start - 1, end - 1))
        else:
            dropped.append(f"{start}-{end}")
    return kept, dropped

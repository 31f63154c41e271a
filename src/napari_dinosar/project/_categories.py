"""The schema of a project as a COCO category, and what of it cannot be meant."""

from __future__ import annotations

from typing import Any

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.schema import LandmarkDefinition, Schema
from napari_dinosar.io._coco_values import take, take_texts
from napari_dinosar.io.coco_fields import definitions_of


def schema_of(
    category: dict[str, Any] | None, numbers: tuple[str, ...], where: str
) -> tuple[Schema, list[str]]:
    """Return the schema of a category, and what is odd about it.

    Parameters
    ----------
    category : dict or None
        A record of ``categories``; None where the file defines none.
    numbers : tuple of str
        Names for the landmarks where the category has none.
    where : str
        The file, for messages.

    Raises
    ------
    DinosarError
        If names are empty or not all different.
    """
    if category is None:
        return Schema(tuple(map(LandmarkDefinition, numbers))), []
    here = f"{where}: category {category['id']}"
    names = take_texts(category, "keypoints", here) or numbers
    name = take(category, "name", str, here, "") or "specimen"
    joints = take(category, "skeleton", list, here, [])
    edges = [(a - 1, b - 1) for a, b in joints if a != b and 1 <= min(a, b) <= max(a, b)]
    kept = tuple(edge for edge in edges if max(edge) < len(names))
    warnings = []
    if len(kept) < len(joints):
        warnings.append(
            f"{here}: {len(joints) - len(kept)} of the lines of its skeleton join no two "
            "landmarks, and are not shown."
        )
    try:
        plain = Schema(tuple(map(LandmarkDefinition, names)), kept, name)
    except DinosarError as error:
        raise DinosarError(f"{here}: {error}") from error
    described = definitions_of(names, category, here)
    try:
        return Schema(described, kept, name), warnings
    except DinosarError as error:
        return plain, [
            *warnings,
            f"{here}: colours, definitions and partners are left out. {error}",
        ]

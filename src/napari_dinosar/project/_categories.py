"""The schema of a project as a COCO category, which keeps what it does not understand."""

from __future__ import annotations

from typing import Any

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.schema import LandmarkDefinition, Schema
from napari_dinosar.io._coco_values import take, take_texts
from napari_dinosar.project._annotations import OWN_KEY, own_part

_PARTS = ("colour", "definition", "partner")


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
    described = _described(names, category, here)
    try:
        return Schema(described, kept, name), warnings
    except DinosarError as error:
        return plain, [
            *warnings,
            f"{here}: colours, definitions and partners are left out. {error}",
        ]


def category_record(old: dict[str, Any], schema: Schema) -> dict[str, Any]:
    """Return a category that says what a schema says, with all else that the old one says."""
    described = {
        one.name: {part: getattr(one, part) for part in _PARTS if getattr(one, part)}
        for one in schema.landmarks
    }
    own = dict(old.get(OWN_KEY, {}))
    own.pop("landmarks", None)
    if any(described.values()):
        own["landmarks"] = {name: parts for name, parts in described.items() if parts}
    record = {
        **old,
        "name": schema.category,
        "keypoints": list(schema.names),
        "skeleton": [[start + 1, end + 1] for start, end in schema.skeleton],
    }
    record.pop(OWN_KEY, None)
    return {**record, OWN_KEY: own} if own else record


def _described(
    names: tuple[str, ...], category: dict[str, Any], here: str
) -> tuple[LandmarkDefinition, ...]:
    said = take(own_part(category, here), "landmarks", dict, here, {})
    found = []
    for name in names:
        parts = take(said, name, dict, here, {})
        found.append(
            LandmarkDefinition(name, *(take(parts, part, str, here, "") for part in _PARTS))
        )
    return tuple(found)

"""A layer of ours as it is shown when it is saved, and whether it still is what we made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.findings import LAYER_STD, TABLES, table

if TYPE_CHECKING:
    from pandas import DataFrame

_MOVED_PX = 0.05
"""Shapes that are off by less were not moved: napari keeps their vertices in single precision."""


@dataclass(frozen=True, eq=False)
class ShownLayer:
    """A layer of ours as it is shown now.

    Attributes
    ----------
    name : str
        What messages call it.
    tag : mapping
        What its metadata says: role, side, photo and more.
    data : array or list of array
        Pixels, or points and vertices as (y, x).
    features : DataFrame or None
        A row for each point or shape.
    to_world : array, (3, 3)
        Map of (y, x, 1) of its data to the world.
    """

    name: str
    tag: Mapping[str, Any]
    data: Any
    features: DataFrame | None
    to_world: NDArray[np.float64]


@dataclass(frozen=True)
class TaggedPhoto:
    """What a layer's tag says of its photo; a layer that was read alone knows the name only."""

    name: str
    sha256: str
    size_xy: tuple[int, int] | None
    path: Path | None = None


def pixels_of(layer: ShownLayer) -> NDArray[Any]:
    """Return the pixels of a layer: a plane, or 8-bit RGB with or without transparency."""
    pixels = np.asarray(layer.data)
    is_colour = pixels.ndim == 3 and pixels.shape[2] in (3, 4) and pixels.dtype == np.uint8
    if not pixels.size or (pixels.ndim != 2 and not is_colour):
        raise changed(layer, f"pixels of shape {pixels.shape} and type {pixels.dtype}")
    return pixels


def table_of(layer: ShownLayer, name: str) -> DataFrame:
    """Return a layer's features as one of `TABLES`, of its types."""
    columns = [column for column in TABLES[name] if column != LAYER_STD]
    features = features_of(layer, columns)
    if LAYER_STD in TABLES[name] and LAYER_STD in features:
        columns.append(LAYER_STD)
    try:
        return table(name, {column: features[column].to_numpy() for column in columns})
    except (ValueError, TypeError) as error:
        raise changed(layer, f"values of another kind ({error})") from error


def features_of(layer: ShownLayer, columns: tuple[str, ...] | list[str]) -> DataFrame:
    """Return the features of a layer, which must have these columns."""
    if layer.features is None or not set(columns) <= set(layer.features.columns):
        raise changed(layer, "other features than DINOSAR gave it")
    return layer.features


def vertices_of(layer: ShownLayer, count: int) -> NDArray[np.float64]:
    """Return the vertices (n, count, 2) of shapes that all have as many."""
    if not all(np.shape(shape) == (count, 2) for shape in layer.data):
        raise changed(layer, f"shapes that do not have {count} vertices")
    return np.array(layer.data, dtype=np.float64).reshape(-1, count, 2)


def refuse_moved(
    layer: ShownLayer, shown: NDArray[np.float64], told: NDArray[np.float64], what: str
) -> None:
    """Refuse shapes that do not lie where their features say."""
    if shown.shape != told.shape or not np.allclose(shown, told, rtol=0, atol=_MOVED_PX):
        raise changed(layer, f"{what} that do not lie where their features say")


def size_of(layer: ShownLayer) -> tuple[int, int]:
    """Return width and height of the photo that a layer lies on."""
    width, height = said(layer, "photo_size_xy")
    return int(width), int(height)


def photo_of(layer: ShownLayer) -> TaggedPhoto:
    """Return what is known of the photo that a layer lies on."""
    size = size_of(layer) if "photo_size_xy" in layer.tag else None
    name = str(layer.tag.get("photo", layer.name))
    return TaggedPhoto(name, str(layer.tag.get("photo_sha256", "")), size)


def said(layer: ShownLayer, key: str) -> Any:
    """Return what a layer's tag says under a key, or refuse a layer that does not say it."""
    if layer.tag.get(key) is None:
        raise DinosarError(
            f"Layer {layer.name!r} does not say its {key}, as layers of an older version do not. "
            f"Show the comparison again and save that layer."
        )
    return layer.tag[key]


def changed(layer: ShownLayer, what: str) -> DinosarError:
    """Return the error that a layer is no longer what was made of a result."""
    return DinosarError(
        f"Layer {layer.name!r} was changed and cannot be saved as a result: it has {what}. Undo "
        f"the change or show the comparison again, or save the layer as another kind of file."
    )

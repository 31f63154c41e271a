"""Photos and landmarks as napari layers, and layers back as photos and landmarks.

Nothing here needs a window: a layer is described by a `LayerSpec`, and `showing` puts it into a
viewer. Every layer of ours says what it is under one metadata key, `LAYER_KEY`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar import palette
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.landmarks import Landmarks
from napari_dinosar.core.photo import Photo, photo_from_array
from napari_dinosar.io.photos import read_photo

if TYPE_CHECKING:
    from napari.layers import Layer

LAYER_KEY = "napari-dinosar"
"""Metadata key of our layers; its value is a dict of plain values with at least ``role``."""

ROLES = (
    "photo", "landmarks", "mask", "attention", "layer_std", "cells", "correspondences", "cell_map",
    "tps_grid", "wire", "aligned_photo", "aligned_mask", "aligned_landmarks", "placeholder",
    "skeleton", "marks", "ruler",
    "selected", "selected_match", "noise", "flagged", "excluded", "probe_map", "probe_marks",
)  # fmt: skip
EDITOR_ROLES = frozenset({"placeholder", "skeleton", "marks", "ruler"})
"""Roles of layers that only the landmark editor shows."""

INSPECT_ROLES = frozenset(
    {"selected", "selected_match", "noise", "flagged", "excluded", "probe_map", "probe_marks"}
)
"""Roles of layers that looking closer at a comparison shows; they come and go with the look."""

RESULT_ROLES = frozenset(ROLES) - {"photo", "landmarks"} - EDITOR_ROLES
"""Roles of layers that show what a comparison found, those of `INSPECT_ROLES` among them."""

GAP = 0.04
"""Space between the two photos, as a share of A's width."""

MOST_NAMES_SHOWN = 6
"""With more landmarks their numbers are written beside them instead of their names."""

AXES = {"axis_labels": ("y", "x"), "units": "pixel"}


@dataclass(frozen=True, eq=False)
class LayerSpec:
    """A layer to show: what napari calls layer data, with our name, role and side."""

    name: str
    kind: str
    role: str
    side: str | None
    data: Any
    kwargs: dict[str, Any]
    metadata: dict[str, Any] = field(default_factory=dict)

    def as_tuple(self) -> tuple[Any, dict[str, Any], str]:
        """Return napari's layer data tuple."""
        tag = {"role": self.role, "side": self.side, **self.metadata}
        return (
            self.data,
            {"name": self.name, "metadata": {LAYER_KEY: tag}, **self.kwargs},
            self.kind,
        )


def tag_of(layer: Layer) -> Mapping[str, Any]:
    """Return what our metadata says of a layer; nothing for other people's layers."""
    tag = layer.metadata.get(LAYER_KEY)
    return tag if isinstance(tag, Mapping) else {}


def role_of(layer: Layer) -> str | None:
    """Return the role of a layer of ours, one of `ROLES`, or None."""
    return tag_of(layer).get("role")


def side_of(layer: Layer) -> str | None:
    """Return ``"a"``, ``"b"`` or None."""
    return tag_of(layer).get("side")


def frame_of(layer: Layer) -> NDArray[np.float64]:
    """Return the map from a layer's data pixels to the world, (3, 3), y before x.

    Overlays of a photo take it as their ``affine``, so that they lie on the photo however it
    was scaled, moved or turned.
    """
    origin, down, right = (
        np.asarray(layer.data_to_world(point), dtype=float)[-2:] for point in _corners(layer.ndim)
    )
    frame = np.eye(3)
    frame[:2, 0], frame[:2, 1], frame[:2, 2] = down - origin, right - origin, origin
    return frame


def _corners(ndim: int) -> list[tuple[float, ...]]:
    lead = (0.0,) * (ndim - 2)
    return [(*lead, 0.0, 0.0), (*lead, 1.0, 0.0), (*lead, 0.0, 1.0)]


def beside(width_a_px: float) -> float:
    """Return the x at which B's photo begins when A, of this width, begins at 0."""
    return float(round(width_a_px * (1.0 + GAP)))


def photo_spec(photo: Photo, side: str | None, left_px: float = 0.0) -> LayerSpec:
    """Describe a photo as an Image layer that remembers its file.

    Parameters
    ----------
    photo : Photo
        The photo.
    side : str or None
        ``"a"``, ``"b"``, or None for a photo that belongs to no pair yet.
    left_px : float
        Where its first column lies in the world.
    """
    name = photo.name if side is None else f"{side.upper()}: {photo.name}"
    origin = {
        "photo": photo.name,
        "path": None if photo.path is None else str(photo.path),
        "sha256": photo.sha256,
        "n_bytes": photo.n_bytes,
        "provenance": dict(photo.provenance),
        "warnings": list(photo.warnings),
        "pixels": photo.pixel_sha256,
    }
    kwargs = {"rgb": True, "translate": (0.0, left_px), **AXES}
    return LayerSpec(name, "image", "photo", side, photo.rgb, kwargs, origin)


def photo_from_layer(layer: Layer) -> Photo:
    """Return the photo that an Image layer shows.

    A photo that came from a file keeps the file's name and hash as long as its pixels are
    unchanged, whoever opened it.

    Raises
    ------
    DinosarError
        If the layer is a stack or its pixels cannot be a photo.
    """
    pixels = layer.data[0] if getattr(layer, "multiscale", False) else layer.data
    if np.ndim(pixels) != (3 if layer.rgb else 2):
        raise DinosarError(
            f"Layer {layer.name!r} is a stack of shape {np.shape(pixels)}, and a comparison takes "
            f"one photo. Split it (right click, Split Stack) and choose one image."
        )
    photo = photo_from_array(np.asarray(pixels), layer.name)
    tag = tag_of(layer)
    if tag.get("role") != "photo":
        return _of_its_file(photo, layer.source.path)
    if tag.get("pixels") != photo.pixel_sha256:
        return photo
    return Photo(
        rgb=photo.rgb,
        name=tag["photo"],
        sha256=tag["sha256"],
        n_bytes=tag["n_bytes"],
        path=None if tag["path"] is None else Path(tag["path"]),
        warnings=tuple(tag["warnings"]),
        provenance=tag["provenance"],
    )


def _of_its_file(photo: Photo, path: str | None) -> Photo:
    """Return the photo as its file gives it where the two have the same pixels."""
    if path is None or not Path(path).is_file():
        return photo
    try:
        read = read_photo(path)
    except DinosarError:  # another reader of napari's opened what we cannot
        return photo
    return read if np.array_equal(read.rgb, photo.rgb) else photo


def pixel_digest(pixels: NDArray[np.generic]) -> str:
    """Return a hash of a layer's pixels: what we wrote is ours, what was changed is the user's."""
    return hashlib.sha256(np.ascontiguousarray(pixels).data).hexdigest()


def photo_identity(layer: Layer) -> dict[str, Any]:
    """Return size and checksum of the photo that an Image layer of ours shows, as plain values."""
    tag = tag_of(layer)
    if tag.get("role") != "photo":
        return {}
    height, width = layer.data.shape[:2]
    return {"photo_size_xy": [int(width), int(height)], "photo_sha256": tag["sha256"]}


def landmarks_spec(
    landmarks: Landmarks,
    side: str | None,
    frame: NDArray[np.float64] | None = None,
    of_photo: Mapping[str, Any] | None = None,
) -> LayerSpec:
    """Describe the landmarks of a photo as a named Points layer.

    Parameters
    ----------
    landmarks : Landmarks
        Those with visibility 0 have no point; the layer's metadata keeps the full list of names.
    side : str or None
        ``"a"``, ``"b"`` or None.
    frame : array, (3, 3), optional
        The photo's map to the world, as `frame_of` gives it.
    of_photo : mapping, optional
        What identifies the photo, as `photo_identity` gives it; a saved layer then says it too.
    """
    placed = np.flatnonzero(landmarks.visibility > 0)
    labels = [landmarks.labels[index] for index in placed]
    colours = palette.landmark_colours(len(landmarks))[placed]
    photo = landmarks.file_name or "photo"
    kwargs = {
        "features": {
            "name": labels,
            "number": placed + 1,
            "visibility": landmarks.visibility[placed],
        },
        "face_color": colours,
        "border_color": "white",
        "border_width": 0.12,
        "size": 9,
        "canvas_size_limits": (7, 14),
        "symbol": ["ring" if v == 1 else "disc" for v in landmarks.visibility[placed]],
        "text": {
            # names run into each other where landmarks are many; the status bar shows them
            "string": "{name}" if len(landmarks) <= MOST_NAMES_SHOWN else "{number}",
            "size": 9,
            "color": palette.LANDMARK_TEXT,
            "anchor": "lower_left",
            "translation": [-4, 4],
        },
        "affine": np.eye(3) if frame is None else frame,
        **AXES,
    }
    metadata = {
        "photo": photo,
        "names": list(landmarks.labels),
        "skeleton": [list(edge) for edge in landmarks.skeleton],
        "specimen": landmarks.specimen_id,
        "mask_seed_xy": None if landmarks.mask_seed_xy is None else [*landmarks.mask_seed_xy],
        **(of_photo or {}),
    }
    name = f"landmarks of {photo}" if side is None else f"{side.upper()} landmarks"
    return LayerSpec(
        name, "points", "landmarks", side, landmarks.xy[placed][:, ::-1], kwargs, metadata
    )


def landmarks_from_layer(layer: Layer) -> Landmarks:
    """Return the landmarks that a Points layer shows, in its photo's pixels.

    Names come from the feature ``name``; without it the points are matched by their order.

    Raises
    ------
    DinosarError
        If a name stands twice, or the layer is not two-dimensional.
    """
    if layer.ndim != 2:
        raise DinosarError(
            f"Points layer {layer.name!r} has {layer.ndim} dimensions; landmarks of a photo have "
            f"two."
        )
    tag = tag_of(layer)
    points_xy = np.asarray(layer.data, dtype=float)[:, ::-1]
    names = tuple(str(name) for name in layer.features.get("name", ()))
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DinosarError(
            f"Points layer {layer.name!r} has two landmarks named {', '.join(twice)}. Rename or "
            f"delete one of them."
        )
    return Landmarks.from_points(
        points_xy,
        names=names,
        visibility=layer.features.get("visibility"),
        specimen_id=tag.get("specimen"),
        file_name=tag.get("photo", layer.name),
        mask_seed_xy=tag.get("mask_seed_xy"),
    )

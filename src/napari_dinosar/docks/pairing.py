"""Which layers are the two specimens: what a layer can be used for, and what belongs together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any

import numpy as np
from napari.layers import Image, Labels, Layer, Points

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.landmarks import Landmarks
from napari_dinosar.layers import (
    RESULT_ROLES,
    frame_of,
    landmarks_from_layer,
    role_of,
    side_of,
    tag_of,
)
from napari_dinosar.showing import place_side_by_side


def can_be_photo(layer: Layer) -> bool:
    """Tell whether a layer is an image that is not a result of ours."""
    return isinstance(layer, Image) and role_of(layer) in (None, "photo")


def can_be_landmarks(layer: Layer) -> bool:
    """Tell whether a layer holds points in a plane."""
    return isinstance(layer, Points) and layer.ndim == 2 and role_of(layer) in (None, "landmarks")


def can_be_mask(layer: Layer) -> bool:
    """Tell whether a layer holds labels; our own masks are there to be corrected."""
    return isinstance(layer, Labels)


def is_result(layer: Layer) -> bool:
    """Tell whether a layer shows what a comparison found."""
    return role_of(layer) in RESULT_ROLES


def photo_of_side(layers: Sequence[Layer], side: str, taken: Layer | None) -> Layer | None:
    """Return the photo to propose for a side: the one marked so, else one that is not taken.

    Parameters
    ----------
    layers : sequence of Layer
        The photos on offer.
    side : str
        ``"a"`` or ``"b"``.
    taken : Layer or None
        The photo of the other side.
    """
    other = "b" if side == "a" else "a"
    for layer in layers:
        if side_of(layer) == side:
            return layer
    free = [layer for layer in layers if layer is not taken and side_of(layer) != other]
    return free[0] if free else None


def landmarks_of_photo(photo: Layer, side: str, layers: Sequence[Layer]) -> Layer | None:
    """Return the Points layer that says it belongs to a photo, or None."""
    named = [layer for layer in layers if belongs(layer, photo)]
    for layer in named:
        if side_of(layer) == side:
            return layer
    return named[0] if named else None


def belongs(points: Layer, photo: Layer) -> bool:
    """Tell whether landmarks were read for this photo, by its checksum or by its name."""
    tag, sha256 = tag_of(points), tag_of(photo).get("sha256")
    if sha256 is not None and sha256 == tag.get("photo_sha256"):
        return True
    of_photo = tag.get("photo")
    return of_photo is not None and _stem(of_photo) in {_stem(photo_name(photo)), _stem(photo.name)}


def is_of_a_photo(points: Layer) -> bool:
    """Tell whether landmarks were read for a photo, this one or another."""
    return tag_of(points).get("photo") is not None


def photo_name(photo: Layer) -> str:
    """Return the file name of a photo, or its layer's name."""
    path = photo.source.path
    return str(tag_of(photo).get("photo") or (PurePath(path).name if path else photo.name))


def _stem(name: str) -> str:
    return PurePath(name.replace("\\", "/")).stem.casefold()


def chosen_photos(photo_a: Layer | None, photo_b: Layer | None) -> tuple[Layer, Layer]:
    """Return both photos.

    Raises
    ------
    DinosarError
        If one is missing, or the two are one layer.
    """
    lacking = [side for side, photo in (("A", photo_a), ("B", photo_b)) if photo is None]
    if photo_a is None or photo_b is None:
        raise DinosarError(
            f"No photo is chosen for specimen {' and '.join(lacking)}. Open one with the button "
            f"beside Photo, or drop photos on napari and choose them there."
        )
    if photo_a is photo_b:
        raise DinosarError(
            f"Layer {photo_a.name!r} is chosen for both specimens. Choose another photo for B; to "
            f"compare a photo with itself, duplicate its layer first."
        )
    return photo_a, photo_b


def arrange(
    photo_a: Layer, photo_b: Layer, companions: Iterable[tuple[Layer | None, Layer]]
) -> None:
    """Place B beside A, and what lies on a photo with it.

    Parameters
    ----------
    photo_a, photo_b : Layer
        The two photos. B moves to the right of A where they overlap.
    companions : iterable of (Layer or None, Layer)
        Landmarks or masks where there are some, each with its photo.
    """
    before = frame_of(photo_b)
    place_side_by_side(photo_a, photo_b)
    moved = frame_of(photo_b) @ np.linalg.inv(before)
    for layer, photo in companions:
        if layer is None:
            continue
        if role_of(layer) is not None:
            _set_frame(layer, frame_of(photo))
        elif photo is photo_b:
            _set_frame(layer, moved @ frame_of(layer))


def hide_strays(layers: Iterable[Layer], chosen: Sequence[Layer | None]) -> None:
    """Hide landmarks that were read for other photos: they would seem to lie on these.

    Parameters
    ----------
    layers : iterable of Layer
        All layers of the viewer.
    chosen : sequence of Layer or None
        The landmarks that are compared.
    """
    for layer in layers:
        if role_of(layer) == "landmarks" and side_of(layer) is None and layer not in chosen:
            layer.visible = False


def _set_frame(layer: Layer, frame: Any) -> None:
    own = frame_of(layer)
    if not np.allclose(own, frame, atol=1e-9):
        affine = np.eye(layer.ndim + 1)
        rest = np.linalg.inv(np.asarray(layer.affine.affine_matrix)[-3:, -3:]) @ own
        affine[-3:, -3:] = frame @ np.linalg.inv(rest)
        layer.affine = affine


def landmarks_on(photo: Layer, points: Layer | None) -> Landmarks | None:
    """Return the landmarks of a Points layer in the pixels of a photo; None without a layer.

    Points that we put on a photo are in its pixels. Anyone else's are taken where they are seen:
    they go through the world into the photo.

    Raises
    ------
    DinosarError
        If the layer cannot be landmarks.
    """
    if points is None:
        return None
    landmarks = landmarks_from_layer(points)
    if role_of(points) == "landmarks":
        return landmarks
    to_photo = np.linalg.inv(frame_of(photo)) @ frame_of(points)
    if np.allclose(to_photo, np.eye(3), atol=1e-12):
        return landmarks
    yx = landmarks.xy[:, ::-1] @ to_photo[:2, :2].T + to_photo[:2, 2]
    return replace(landmarks, xy=yx[:, ::-1])

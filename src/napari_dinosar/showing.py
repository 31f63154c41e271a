"""Layer specs into a viewer: added once, then updated in place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.landmarks import Landmarks
from napari_dinosar.core.photo import Photo
from napari_dinosar.layers import (
    INSPECT_ROLES,
    LAYER_KEY,
    RESULT_ROLES,
    LayerSpec,
    beside,
    frame_of,
    landmarks_spec,
    photo_identity,
    photo_spec,
    pixel_digest,
    role_of,
    side_of,
    tag_of,
)
from napari_dinosar.shape_layers import take_shapes, update_shapes

if TYPE_CHECKING:
    from napari import Viewer
    from napari.layers import Image, Labels, Layer, Points, Vectors


def find(viewer: Viewer, role: str, side: str | None) -> Layer | None:
    """Return our layer of a role and side, or None."""
    for layer in viewer.layers:
        if role_of(layer) == role and side_of(layer) == side:
            return layer
    return None


def show(
    viewer: Viewer, spec: LayerSpec, made: Layer | None = None, below: Layer | None = None
) -> Layer:
    """Add a layer, or update the one of its role and side in place.

    What the user chose for the layer (visibility, opacity, colormap, blending) is kept, and so is
    a mask that was painted on: where it is what was compared it stays as it is, else it is set
    aside under its own name.

    Parameters
    ----------
    viewer : napari.Viewer
        Where it goes.
    spec : LayerSpec
        What is shown.
    made : Layer, optional
        The layer of the spec, where `made_layers` made it beforehand; it is used up.
    below : Layer, optional
        A layer of the viewer under which a new one goes; it goes on top by default.
    """
    from napari.layers import Layer

    existing = find(viewer, spec.role, spec.side)
    data, kwargs, kind = spec.as_tuple()
    if existing is not None and type(existing).__name__.lower() != kind:
        viewer.layers.remove(existing)
        existing = None
    if existing is not None and _is_painted(existing):
        if np.array_equal(np.asarray(existing.data) > 0, data > 0):
            _place(existing, kwargs)
            return existing
        _set_aside(existing)
        existing = None
    if existing is None:
        # one that was drawn up out of sight is seen now; what Preferences hide stays hidden
        is_unseen = made is not None and not made.visible and kwargs.get("visible", True)
        layer = _add(viewer, spec, made or Layer.create(data, kwargs, kind), below)
        if is_unseen:
            layer.visible = True
        if spec.role == "cell_map":
            layer.colorbar.visible = True
            layer.colorbar.position = "bottom_right"
        return layer
    if kind != "shapes":
        _UPDATES[kind](existing, data, kwargs)
    elif made is not None:
        take_shapes(existing, made, kwargs)
    else:
        update_shapes(existing, data, kwargs)
    _place(existing, kwargs)
    existing.metadata = kwargs["metadata"]
    return existing


def made_layers(specs: Iterable[LayerSpec]) -> dict[tuple[str, str | None], Layer]:
    """Make the layers that take long to make, those of many shapes, by role and side.

    Any thread may do it: the window then only adds them.
    """
    from napari.layers import Layer

    shapes = (spec for spec in specs if spec.kind == "shapes")
    return {(spec.role, spec.side): Layer.create(*spec.as_tuple()) for spec in shapes}


def _add(viewer: Viewer, spec: LayerSpec, layer: Layer, below: Layer | None) -> Layer:
    """Add a layer; what is found is not made active, which napari takes its time over."""
    layers = viewer.layers
    place = len(layers) if below is None else layers.index(below)
    if spec.role not in RESULT_ROLES:
        layers.insert(place, layer)
        return layer
    selection = layers.selection
    before = set(selection)
    with selection.events.blocker_all():
        layers.insert(place, layer)
        selection.clear()
        selection.update(before)
    return layer


def _is_painted(layer: Layer) -> bool:
    written = tag_of(layer).get("pixels")
    return role_of(layer) == "mask" and written != pixel_digest(np.asarray(layer.data))


def _set_aside(layer: Layer) -> None:
    """Make a layer of ours the user's own: no later result touches it."""
    layer.metadata = {key: value for key, value in layer.metadata.items() if key != LAYER_KEY}
    layer.name = f"{layer.name} (painted)"
    layer.visible = False


def outdated(viewer: Viewer, specs: list[LayerSpec]) -> list[Layer]:
    """Return our result layers that a new comparison no longer has.

    Wires, and what is shown of a closer look, stay: they are hidden and used again.
    """
    shown = {(spec.role, spec.side) for spec in specs}
    return [
        layer
        for layer in viewer.layers
        if role_of(layer) in RESULT_ROLES - INSPECT_ROLES - {"wire"}
        and (role_of(layer), side_of(layer)) not in shown
    ]


def retire(viewer: Viewer, layer: Layer) -> None:
    """Remove a result layer; a mask that was painted on is the user's, and only set aside."""
    if _is_painted(layer):
        _set_aside(layer)
    elif layer in viewer.layers:
        viewer.layers.remove(layer)


def show_photo(viewer: Viewer, photo: Photo, side: str) -> Image:
    """Show a photo that was opened from a file, B to the right of A.

    Parameters
    ----------
    viewer : napari.Viewer
        Where it goes.
    photo : Photo
        As `io.photos.read_photo` reads it.
    side : {"a", "b"}
        What it is compared as; the layer of that side is updated where there is one.
    """
    other = find(viewer, "photo", "a") if side == "b" else None
    left = beside(other.data.shape[1]) if other is not None else 0.0
    return show(viewer, photo_spec(photo, side, left))


def show_landmarks(viewer: Viewer, landmarks: Landmarks, side: str, photo: Image) -> Points:
    """Show landmarks that were read from a file on the photo that they belong to.

    Parameters
    ----------
    viewer : napari.Viewer
        Where they go.
    landmarks : Landmarks
        In photo pixels.
    side : {"a", "b"}
        As for `show_photo`.
    photo : napari.layers.Image
        The layer of the photo, as `show_photo` returns it.
    """
    spec = landmarks_spec(landmarks, side, frame_of(photo), photo_identity(photo))
    return show(viewer, spec)


def place_side_by_side(photo_a: Image, photo_b: Image) -> None:
    """Move B's photo to the right of A's where the two overlap."""
    box_a, box_b = _world_box(photo_a), _world_box(photo_b)
    apart = np.any(box_a[1] <= box_b[0]) or np.any(box_b[1] <= box_a[0])
    if photo_a is photo_b or apart:
        return
    shift = np.array([box_a[0][0], box_a[0][1] + beside(box_a[1][1] - box_a[0][1])]) - box_b[0]
    moved = np.array(photo_b.translate, dtype=float)
    moved[-2:] += shift
    photo_b.translate = moved


def _world_box(layer: Layer) -> NDArray[np.float64]:
    """Return a layer's world box, ((top, left), (bottom, right))."""
    return np.asarray(layer.extent.world, dtype=float)[:, -2:]


def _update_image(layer: Image, data: Any, kwargs: dict[str, Any]) -> None:
    limits = kwargs.get("contrast_limits", layer.contrast_limits)
    is_rescaled = tuple(layer.contrast_limits) != tuple(limits)
    with layer.events.blocker_all():  # it is drawn once, in its new colours
        layer.data = data
        if is_rescaled:
            layer.contrast_limits_range = limits
            layer.contrast_limits = limits
    layer.refresh()
    layer.events.data(value=layer.data)
    if is_rescaled:
        layer.events.contrast_limits_range()
        layer.events.contrast_limits()


def _update_labels(layer: Labels, data: Any, _kwargs: dict[str, Any]) -> None:
    layer.data = data


def _update_points(layer: Points, data: Any, kwargs: dict[str, Any]) -> None:
    layer.data = data
    layer.features = kwargs["features"]
    layer.face_color = kwargs["face_color"]
    layer.symbol = kwargs["symbol"]
    layer.text = kwargs["text"]


def _update_vectors(layer: Vectors, data: Any, kwargs: dict[str, Any]) -> None:
    layer.data = data
    layer.edge_color = kwargs["edge_color"]
    layer.edge_width = kwargs["edge_width"]


def _place(layer: Layer, kwargs: dict[str, Any]) -> None:
    # a layer that gets the place it has would be drawn once more
    for name in ("scale", "translate"):
        if name in kwargs and not np.array_equal(getattr(layer, name), kwargs[name]):
            setattr(layer, name, kwargs[name])
    if "affine" in kwargs and not np.array_equal(layer.affine.affine_matrix, kwargs["affine"]):
        layer.affine = kwargs["affine"]


_UPDATES = {
    "image": _update_image,
    "labels": _update_labels,
    "points": _update_points,
    "vectors": _update_vectors,
}

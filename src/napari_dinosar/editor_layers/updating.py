"""A spec into a layer that is there already: only what differs is set, and told once.

Each change of a napari layer makes the viewer look at all layers again. Here the events of a layer
are held back while it changes, and then told once; that is what makes the next photo come at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_dinosar.layers import LAYER_KEY, LayerSpec

if TYPE_CHECKING:
    from napari.layers import Layer

# napari takes no looks for a layer without points; they are set with the first point
_LOOKS = ("features", "face_color", "border_color", "symbol", "size", "edge_color")
_PLACES = ("translate", "affine")
_DERIVED = ("skeleton", "marks")
"""Layers that repeat what the landmarks say: drawn, but of no news to anybody who listens."""


def make(spec: LayerSpec) -> Layer:
    """Return a new layer for a spec."""
    from napari.layers import Layer

    data, kwargs, kind = spec.as_tuple()
    if not len(data):
        kwargs = {name: value for name, value in kwargs.items() if name not in _LOOKS}
        if "text" in kwargs:
            words = ("string", "color")
            kwargs["text"] = {k: v for k, v in kwargs["text"].items() if k not in words}
    return Layer.create(_own(spec), kwargs, kind)


def update(layer: Layer, spec: LayerSpec, last: LayerSpec | None) -> None:
    """Make a layer show a spec.

    Parameters
    ----------
    layer : Layer
        Of the kind of the spec. What the user chose for it, as its opacity, is kept.
    spec : LayerSpec
        What it is to show.
    last : LayerSpec or None
        What it shows now, if nobody has changed it since; None sets everything. Its data are None
        where as many points lie elsewhere.
    """
    before = {} if last is None else last.kwargs
    has_other_data = last is None or not _same_data(spec, last)
    # a layer gives new points the looks of old ones: with another number all looks are set
    known = {} if last is None or _is_resized(spec, last) else before
    looks = {
        name: spec.kwargs[name]
        for name in (_LOOKS if len(spec.data) else ())
        if name in spec.kwargs and not _same(known.get(name), spec.kwargs[name])
    }
    with layer.events.blocker_all():
        if has_other_data:
            layer.data = _own(spec)
        for name, value in looks.items():
            setattr(layer, name, value)
        is_written = _write(layer, spec, known)
    for name in _PLACES:
        if name in spec.kwargs and not _same(before.get(name), spec.kwargs[name]):
            setattr(layer, name, spec.kwargs[name])
    if last is None or last.name != spec.name:
        layer.name = spec.name
    if last is None or (last.role, last.metadata) != (spec.role, spec.metadata):
        layer.metadata = {**layer.metadata, LAYER_KEY: _tag(spec)}
    if has_other_data or looks or is_written:
        # points lie on their photo: where that reaches, they reach
        is_photo = spec.kind == "image"
        layer.refresh(extent=is_photo, thumbnail=is_photo, highlight=False)
    if has_other_data and spec.role not in _DERIVED:
        _tell(layer)
    if "features" in looks:
        layer.events.features()


def _own(spec: LayerSpec) -> Any:
    """Return data that a layer may change: points are dragged in place, photos never."""
    return spec.data if spec.kind == "image" else spec.data.copy()


def _write(layer: Layer, spec: LayerSpec, known: dict[str, Any]) -> bool:
    """Set the words beside points, and tell whether they are other ones."""
    text = spec.kwargs.get("text")
    if text is None or not len(spec.data) or _same(known.get("text"), text):
        return False
    with layer.text.events.blocker_all():  # they are drawn with the points
        layer.text.string = text["string"]
        layer.text.color = text["color"]
        layer.refresh_text()
    return True


def _tell(layer: Layer) -> None:
    from napari.layers import Points
    from napari.layers.base import ActionType

    if isinstance(layer, Points):
        rows = tuple(range(len(layer.data)))
        layer.events.data(
            value=layer.data,
            action=ActionType.CHANGED,
            data_indices=rows,
            vertex_indices=((),),
        )
    else:
        layer.events.data(value=layer.data)


def _same_data(spec: LayerSpec, last: LayerSpec) -> bool:
    # two photos are one only if they are one array: comparing their pixels takes long
    return spec.data is last.data or (spec.kind != "image" and _same(spec.data, last.data))


def _is_resized(spec: LayerSpec, last: LayerSpec) -> bool:
    return spec.kind != "image" and last.data is not None and len(last.data) != len(spec.data)


def _tag(spec: LayerSpec) -> dict[str, Any]:
    tag: dict[str, Any] = spec.as_tuple()[1]["metadata"][LAYER_KEY]
    return tag


def _same(one: Any, other: Any) -> bool:
    if one is other:
        return True
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return one is not None and other is not None and bool(np.array_equal(one, other))
    return bool(one == other)

"""A spec into a layer that is there already: only what differs is set, since every part costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_dinosar.layers import LAYER_KEY, LayerSpec

if TYPE_CHECKING:
    from napari.layers import Layer

# napari takes no looks for a layer without points; they are set with the first point
_STYLES = ("features", "face_color", "border_color", "symbol", "size", "text", "edge_color")


def make(spec: LayerSpec) -> Layer:
    """Return a new layer for a spec."""
    from napari.layers import Layer

    data, kwargs, kind = spec.as_tuple()
    styles = () if len(data) else _STYLES
    kwargs = {name: value for name, value in kwargs.items() if name not in styles}
    return Layer.create(data, kwargs, kind)


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
    if last is None or not _same_data(spec, last):
        layer.data = spec.data
    # a layer gives new points the looks of old ones: with another number all looks are set
    known = {} if last is None or _is_resized(spec, last) else last.kwargs
    for name in _STYLES if len(spec.data) else ():
        if name in spec.kwargs and not _same(known.get(name), spec.kwargs[name]):
            setattr(layer, name, spec.kwargs[name])
    placed = {} if last is None else last.kwargs
    for name in ("translate", "affine"):
        if name in spec.kwargs and not _same(placed.get(name), spec.kwargs[name]):
            setattr(layer, name, spec.kwargs[name])
    if last is None or last.name != spec.name:
        layer.name = spec.name
    if last is None or (last.role, last.metadata) != (spec.role, spec.metadata):
        layer.metadata = {**layer.metadata, LAYER_KEY: _tag(spec)}


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

"""Room for the pair that is compared: an earlier pair steps aside, photos lie under results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from napari_dinosar.docks import pairing
from napari_dinosar.layers import LAYER_KEY, role_of, side_of, tag_of

if TYPE_CHECKING:
    from napari.layers import Layer

ASIDE = "aside_from"
"""In the metadata of a layer that stepped aside: the side that it stood for."""

Pair = Sequence["Layer | None"]


def make_room(layers: Any, photos: Pair, landmarks: Pair) -> None:
    """Let the layers that are compared be the only ones of their side, and be seen.

    Photos and landmarks of an earlier pair are hidden and stand for no side any more; they come
    back when they are chosen again. Photos go below what comparisons show.

    Parameters
    ----------
    layers : napari.components.LayerList
        All layers of the viewer.
    photos, landmarks : (Layer or None, Layer or None)
        What is compared, A and B.
    """
    for role, pair in (("photo", photos), ("landmarks", landmarks)):
        for side, chosen in zip("ab", pair, strict=True):
            if chosen is None:
                continue
            for layer in _of_side(layers, role, side):
                if layer not in pair and side_of(chosen) in (None, side):
                    _step_aside(layer, side)
            come_back(chosen)
    for side, photo, chosen in zip("ab", photos, landmarks, strict=True):
        if photo is not None and chosen is None:
            bare(layers, side, photo)
    _lower(layers, photos)


def bare(layers: Any, side: str, photo: Layer) -> None:
    """Let the landmarks of an earlier photo step aside where none are chosen for the new one."""
    for layer in _of_side(layers, "landmarks", side):
        if not pairing.belongs(layer, photo):
            _step_aside(layer, side)


def come_back(layer: Layer) -> None:
    """Let a layer that stepped aside stand for its side again, and be seen."""
    side = tag_of(layer).get(ASIDE)
    if side is not None:
        _mark(layer, side=side, **{ASIDE: None})
        layer.visible = True


def _of_side(layers: Any, role: str, side: str) -> list[Layer]:
    return [one for one in layers if role_of(one) == role and side_of(one) == side]


def _step_aside(layer: Layer, side: str) -> None:
    _mark(layer, side=None, **{ASIDE: side})
    layer.visible = False


def _mark(layer: Layer, **marks: str | None) -> None:
    layer.metadata = {**layer.metadata, LAYER_KEY: {**tag_of(layer), **marks}}


def _lower(layers: Any, photos: Pair) -> None:
    """Put all photos below the lowest result, those that are compared above the others."""
    found = [index for index, layer in enumerate(layers) if pairing.is_result(layer)]
    if not found:
        return
    lowest = layers[min(found)]
    for layer in list(layers):
        if role_of(layer) == "photo" and layers.index(layer) > layers.index(lowest):
            layers.move(layers.index(layer), layers.index(lowest))
    chosen = [layer for layer in photos if layer is not None]
    place = layers.index(lowest)
    if set(layers[place - len(chosen) : place]) != set(chosen):
        for layer in chosen:
            layers.move(layers.index(layer), layers.index(lowest))

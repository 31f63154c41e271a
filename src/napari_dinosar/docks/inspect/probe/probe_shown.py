"""The layers of a probe in the viewer: made when first needed, changed in place, hidden, kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_dinosar import showing
from napari_dinosar.layers import EDITOR_ROLES, role_of

if TYPE_CHECKING:
    from napari.layers import Image, Layer, Points

    from napari_dinosar.layers import LayerSpec

Key = tuple[str, str | None]

ABOVE = EDITOR_ROLES | {"landmarks", "selected", "selected_match", "probe_marks"}
"""Roles of layers that a new layer of a probe does not cover."""


WIDEST = (-2.0, 2.0)
"""What differences of similarities can reach."""


class Shown:
    """Shows specs, and remembers what the user hid.

    A layer is visible when it is first shown. Where the user hides it, it comes back hidden; no
    layer is ever taken away.

    Parameters
    ----------
    viewer : napari.Viewer
        Where the layers go.
    """

    def __init__(self, viewer: Any) -> None:
        self._viewer = viewer
        self._choices: dict[Key, bool] = {}
        self._shown: set[Key] = set()

    def show(self, spec: LayerSpec, keeps_limits: bool = False) -> None:
        """Show a spec.

        Parameters
        ----------
        spec : LayerSpec
            Of an image or of points.
        keeps_limits : bool
            Leave contrast limits as they are, where there is such a layer already.
        """
        key = (spec.role, spec.side)
        layer = showing.find(self._viewer, *key)
        if layer is None:
            self._add(spec)
        elif not _lies(layer, spec):
            showing.show(self._viewer, spec)
        elif spec.kind == "image":
            _draw(layer, spec, keeps_limits)
        if layer is not None and spec.kind == "points":
            _move(layer, spec)
        if layer is not None and key not in self._shown:
            layer.visible = self._choices.get(key, True)
        self._shown.add(key)

    def hide_others(self, specs: Iterable[LayerSpec]) -> None:
        """Hide what was shown and is not among these specs."""
        for key in self._shown - {(spec.role, spec.side) for spec in specs}:
            layer = showing.find(self._viewer, *key)
            if layer is not None:
                self._choices[key] = layer.visible
                layer.visible = False
            self._shown.discard(key)

    def hide_all(self) -> None:
        """Hide everything that was shown."""
        self.hide_others(())

    def _add(self, spec: LayerSpec) -> None:
        # put where it belongs at once: napari takes long to move a layer
        above = (layer for layer in self._viewer.layers if role_of(layer) in ABOVE)
        showing.show(self._viewer, spec, below=next(above, None))


def _lies(layer: Layer, spec: LayerSpec) -> bool:
    """Tell whether a layer lies where a spec does, with as much in it."""
    places = {name: spec.kwargs.get(name) for name in ("scale", "translate")}
    is_there = np.array_equal(layer.affine.affine_matrix, spec.kwargs["affine"]) and all(
        one is None or np.array_equal(getattr(layer, name), one) for name, one in places.items()
    )
    own, data = layer.data, spec.data
    return is_there and own.shape == data.shape and own.dtype == data.dtype and own.flags.writeable


# Both write into the arrays that the layer has, and tell nobody of other data: napari would redraw
# after each step and look at all layers anew, which takes five times as long as the rest. Where the
# layer lies and how far it reaches stays as it is.


def _draw(layer: Image, spec: LayerSpec, keeps_limits: bool) -> None:
    """Give a map other values."""
    limits = tuple(layer.contrast_limits) if keeps_limits else spec.kwargs["contrast_limits"]
    is_rescaled = tuple(layer.contrast_limits) != tuple(limits)
    low, high = layer.contrast_limits_range
    if low > limits[0] or high < limits[1]:
        layer.contrast_limits_range = WIDEST
    layer.data[...] = spec.data
    if is_rescaled:
        with layer.events.blocker_all():
            layer.contrast_limits = limits
    _say_origin(layer, spec)
    layer.refresh(extent=False, thumbnail=False, highlight=False)
    if is_rescaled:
        layer.events.contrast_limits()


def _move(layer: Points, spec: LayerSpec) -> None:
    """Move marks."""
    for array, values in (
        (layer.data, spec.data),
        (layer.size, spec.kwargs["size"]),
        (layer.border_width, spec.kwargs["border_width"]),
        (layer.border_color, spec.kwargs["border_color"]),
    ):
        array[...] = values
    features, colour = spec.kwargs["features"], spec.kwargs["text"]["color"]
    layer.features["similarity"] = features["similarity"]
    is_same = np.array_equal(layer.text.color.array, colour)
    if not (is_same and list(layer.features["label"]) == features["label"]):
        layer.features["label"] = features["label"]
        with layer.events.blocker_all(), layer.text.events.blocker_all():
            layer.text.color = colour
            layer.refresh_text()  # the words are drawn with the points
    _say_origin(layer, spec)
    layer.refresh(extent=False, thumbnail=False, highlight=False)


def _say_origin(layer: Layer, spec: LayerSpec) -> None:
    metadata = spec.as_tuple()[1]["metadata"]
    if layer.metadata != metadata:
        layer.metadata = metadata

"""The layers of a probe in the viewer: made when first needed, changed in place, hidden, kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from napari_dinosar import showing
from napari_dinosar.docks.by_program import by_program, is_by_program
from napari_dinosar.docks.pairing import can_be_photo
from napari_dinosar.layers import EDITOR_ROLES, INSPECT_ROLES, RESULT_ROLES, role_of, side_of

if TYPE_CHECKING:
    from napari.layers import Image, Layer, Points

    from napari_dinosar.layers import LayerSpec

Key: TypeAlias = tuple[str | None, str | None]

ABOVE = EDITOR_ROLES | {"landmarks", "selected", "selected_match", "probe_marks"}
"""Roles of layers that a new layer of a probe does not cover."""
BELOW = RESULT_ROLES - INSPECT_ROLES
"""Roles of layers that a probe lies on, as it does on photos."""
OURS = frozenset({"probe_map", "probe_marks"})

WIDEST = (-2.0, 2.0)
"""What differences of similarities can reach."""


class Shown:
    """Shows specs, and remembers what the user hid.

    A layer is visible when it is first shown. Where the user hides it, it comes back hidden; what
    the program hides `by_program` does not. No layer is ever taken away.

    Parameters
    ----------
    viewer : napari.Viewer
        Where the layers go.
    """

    def __init__(self, viewer: Any) -> None:
        self._viewer = viewer
        self._choices: dict[Key, bool] = {}
        self._shown: set[Key] = set()

    def show(self, specs: Sequence[LayerSpec], keeps_limits: bool = False) -> bool:
        """Show specs alone, and hide what else was shown.

        napari takes its time over a new layer: no more than one is made.

        Parameters
        ----------
        specs : sequence of LayerSpec
            Of images and points, from the bottom to the top.
        keeps_limits : bool
            Leave contrast limits as they are, where there is such a layer already.

        Returns
        -------
        bool
            Whether all of them are shown.
        """
        there = self._there()
        new = [spec for spec in specs if _key(spec) not in there]
        for spec in specs:
            if spec not in new:
                self._renew(there[_key(spec)], spec, keeps_limits)
        for spec in new[:1]:
            self._add(spec)
            self._shown.add(_key(spec))
        self._hide(self._shown - {_key(spec) for spec in specs}, there)
        return len(new) < 2

    def renew(self, spec: LayerSpec) -> None:
        """Change a layer that is shown, where it is there."""
        layer = self._there().get(_key(spec))
        if layer is not None and _key(spec) in self._shown:
            self._renew(layer, spec, keeps_limits=True)

    def uncover(self) -> None:
        """Put what is shown above cells and matches that came later; marks stay on top."""
        layers = self._viewer.layers
        for key, layer in reversed(self._there().items()):
            if key in self._shown and layers.index(layer) < (top := self._top()):
                layers.move(layers.index(layer), top)

    def hide_all(self) -> None:
        """Hide everything that was shown."""
        if self._shown:
            self._hide(set(self._shown), self._there())

    def prepare(self, specs: Sequence[LayerSpec]) -> bool:
        """Make one layer that is needed sooner or later, hidden; tell whether all are there.

        Those that are there and hidden are brought to where the specs lie.
        """
        there = self._there()
        for spec in specs:
            layer = there.get(_key(spec))
            if layer is None:
                self._add(spec, is_visible=False)
                return spec is specs[-1]
            if not layer.visible and not _lies(layer, spec):
                showing.show(self._viewer, spec)
        return True

    def _there(self) -> dict[Key, Any]:
        """Return the layers of probes, looked for once: napari's list is slow to go through."""
        found = [(role_of(layer), layer) for layer in self._viewer.layers]
        return {(role, side_of(layer)): layer for role, layer in found if role in OURS}

    def _top(self) -> int:
        """Return the place above all that a probe lies on; what is drawn on A may be below B."""
        layers = enumerate(self._viewer.layers)
        below = (place for place, one in layers if role_of(one) in BELOW or can_be_photo(one))
        return max(below, default=-1) + 1

    def _renew(self, layer: Any, spec: LayerSpec, keeps_limits: bool) -> None:
        """Change a layer in place."""
        if not _lies(layer, spec):
            showing.show(self._viewer, spec)
        elif spec.kind == "image":
            _draw(layer, spec, keeps_limits)
        if spec.kind == "points":
            _move(layer, spec)
        if _key(spec) not in self._shown:
            self._shown.add(_key(spec))
            layer.events.visible.connect(self._on_visible)
            with by_program():
                layer.visible = self._choices.get(_key(spec), True)
            self.uncover()

    def _hide(self, keys: set[Key], there: dict[Key, Any]) -> None:
        for key in keys:
            layer = there.get(key)
            if layer is not None:
                with by_program():
                    layer.visible = False
            self._shown.discard(key)

    def _on_visible(self, event: Any) -> None:
        """Remember what the user shows and hides."""
        layer = event.source
        if not is_by_program():
            self._choices[role_of(layer), side_of(layer)] = layer.visible

    def _add(self, spec: LayerSpec, is_visible: bool = True) -> None:
        # put where it belongs at once: napari takes long to move a layer
        if not is_visible:
            spec = replace(spec, kwargs={**spec.kwargs, "visible": False})
        higher = list(self._viewer.layers)[self._top() :]
        above = (layer for layer in higher if role_of(layer) in ABOVE)
        layer = showing.show(self._viewer, spec, below=next(above, None))
        layer.events.visible.connect(self._on_visible)


def _key(spec: LayerSpec) -> Key:
    return spec.role, spec.side


def _lies(layer: Layer, spec: LayerSpec) -> bool:
    """Tell whether a layer lies where a spec does, with as much in it."""
    names = ("scale", "translate", "affine")
    places = {name: spec.kwargs[name] for name in names if name in spec.kwargs}
    own, data = layer.data, spec.data
    return (
        own.shape == data.shape
        and own.dtype == data.dtype
        and own.flags.writeable
        and all(np.array_equal(getattr(layer, name), one) for name, one in places.items())
    )


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
    """Move marks and words, where any of them is another one."""
    kwargs, features = spec.kwargs, spec.kwargs["features"]
    places = ((layer.data, spec.data), (layer.size, kwargs["size"]))
    looks = (
        (layer.border_width, kwargs["border_width"]),
        (layer.border_color, kwargs["border_color"]),
    )
    is_moved = [_write(array, values) for array, values in (*places, *looks)]
    columns = ((name, column.tolist()) for name, column in layer.features.items())
    others = [name for name, own in columns if not _is_same(own, features[name])]
    for name in others:
        layer.features[name] = features[name]
    _say_origin(layer, spec)
    if "label" in others:
        with layer.events.blocker_all(), layer.text.events.blocker_all():
            layer.refresh_text()  # the words are drawn with the points
    if any(is_moved) or "label" in others:
        layer.refresh(extent=False, thumbnail=False, highlight=False)


def _write(array: Any, values: Any) -> bool:
    """Write values into an array; tell whether it held others."""
    if np.array_equal(array, values):
        return False
    array[...] = values
    return True


def _is_same(column: Any, values: Any) -> bool:
    """Tell whether features hold these values, NaN where they are NaN."""
    return all(own == one or own != own for own, one in zip(column, values, strict=True))


def _say_origin(layer: Layer, spec: LayerSpec) -> None:
    metadata = spec.as_tuple()[1]["metadata"]
    if layer.metadata != metadata:
        layer.metadata = metadata

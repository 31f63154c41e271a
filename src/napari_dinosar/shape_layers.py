"""Many shapes into a layer: in one go, some at a time, or taken over from one made beforehand."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from napari.layers import Shapes

    from napari_dinosar.layers import LayerSpec

AT_ONCE = 100
"""Of so many lines napari makes the meshes in about twenty milliseconds."""
COLOURS = ("edge_color", "face_color")
OF_EACH = ("shape_type", "edge_width", *COLOURS)
"""What a spec says of its shapes, of each or of all alike."""


class Draft:
    """A layer of shapes in the making, of which no window knows yet: some of them at a time.

    Parameters
    ----------
    spec : LayerSpec
        What it is.

    Attributes
    ----------
    layer : napari.layers.Shapes
        The shapes that there are so far; hidden, or napari would draw it with each of them.
    """

    def __init__(self, spec: LayerSpec) -> None:
        from napari.layers import Layer

        self._lines, kwargs, _ = spec.as_tuple()
        self._each = {name: kwargs.pop(name) for name in OF_EACH if name in kwargs}
        self.layer: Shapes = Layer.create([], {**kwargs, "visible": False, "ndim": 2}, "shapes")

    def go_on(self, count: int) -> bool:
        """Make some more shapes; return whether any are left."""
        start, stop = self.layer.nshapes, self.layer.nshapes + count
        some = {name: _part(value, start, stop) for name, value in self._each.items()}
        with self.layer.block_thumbnail_update():
            _append(self.layer, self._lines[start:stop], some)
        return stop < len(self._lines)


def update_shapes(layer: Shapes, data: Any, kwargs: dict[str, Any]) -> None:
    """Give a layer other shapes, in the order of their colours and widths.

    One colour for all stays as it is where no shape comes or goes.

    Parameters
    ----------
    layer : napari.layers.Shapes
        The layer.
    data : list of array
        Corners of the shapes, y before x.
    kwargs : dict
        What the spec of a layer says of them.
    """
    each = {name: kwargs[name] for name in OF_EACH if name in kwargs}
    if len(data) == layer.nshapes:
        each.update({name: getattr(layer, name) for name in COLOURS if _is_one(each.get(name))})
    # each step would draw all anew and make the viewer look at all layers: it is told once
    with layer.events.blocker_all(), layer.block_thumbnail_update(), flat(layer):
        layer.data = []
        _append(layer, data, each)
        if "features" in kwargs:
            _write_features(layer, kwargs["features"])
    _show(layer, kwargs)


def take_shapes(layer: Shapes, made: Shapes, kwargs: dict[str, Any]) -> None:
    """Take over the shapes of a layer that was made for it, with their colours and widths.

    Parameters
    ----------
    layer : napari.layers.Shapes
        The layer.
    made : napari.layers.Shapes
        The other one; it is used up.
    kwargs : dict
        What the spec of a layer says of the shapes.
    """
    with layer.events.blocker_all(), layer.block_thumbnail_update():
        layer.selected_data = set()
        is_taken = _hand_over(layer, made)
        if is_taken and "features" in kwargs:
            _write_features(layer, kwargs["features"])
    if is_taken:
        _show(layer, kwargs)
    else:
        update_shapes(layer, made.data, kwargs)


@contextmanager
def flat(layer: Shapes) -> Generator[None, None, None]:
    """Let a layer take shapes while it is looked at in 3D, where napari refuses flat ones.

    napari has no public way; where it keeps the view elsewhere, shapes are taken in 2D alone.
    """
    state = getattr(layer, "_slicing_state", None)
    looked_at = getattr(state, "_slice_input", None)
    if state is None or looked_at is None:
        yield
        return
    state._slice_input = replace(looked_at, ndisplay=min(layer.ndim, looked_at.ndisplay))
    try:
        yield
    finally:
        state._slice_input = looked_at


def _append(layer: Shapes, data: Any, each: dict[str, Any]) -> None:
    if len(data):
        # without a height napari lays what comes later on top
        layer.add(data, **each, z_index=[0] * len(data))


def _part(value: Any, start: int, stop: int) -> Any:
    """Return what is said of some of the shapes; what is said of all holds for them, too."""
    return value if isinstance(value, str | int | float) else value[start:stop]


def _is_one(colour: Any) -> bool:
    """Tell whether a colour is one for all shapes, or none is given."""
    return colour is None or isinstance(colour, str)


def _hand_over(layer: Shapes, made: Shapes) -> bool:
    """Give a layer the shapes of another one; False where napari does not keep them like that.

    napari says nothing of where it keeps shapes. By its public ways each of them is made anew in
    the window's thread, which takes eight times as long: half a second for 2,000 cells on both
    photos. Where this is no longer so, the public way is taken.
    """
    own, other = (getattr(one, "_data_view", None) for one in (layer, made))
    if other is None or type(own) is not type(other):
        return False
    layer._data_view = other
    return bool(layer.nshapes == made.nshapes)


def _write_features(layer: Shapes, table: pd.DataFrame) -> None:
    """Set features; with the same columns in place, without looking for new default values."""
    known = layer.features
    if len(known) != len(table) or list(known.columns) != list(table.columns):
        layer.features = table
        return
    for name in table.columns:
        known[name] = table[name].to_numpy()


def _show(layer: Shapes, kwargs: dict[str, Any]) -> None:
    """Draw a layer, and tell that all its shapes are other ones."""
    from napari.layers.base import ActionType

    # napari draws lines into a thumbnail one by one, which takes as long as all the rest
    layer.refresh(thumbnail=kwargs["shape_type"] != "path")
    layer.events.data(
        value=layer.data,
        action=ActionType.CHANGED,
        data_indices=tuple(range(layer.nshapes)),
        vertex_indices=((),),
    )
    if "features" in kwargs:
        layer.events.features()

"""The wire grids on both photos: made once, bent in place while landmarks are dragged, hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_dinosar import showing
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.layers import role_of

if TYPE_CHECKING:
    from napari_dinosar.core.live_warp import LiveWarp
    from napari_dinosar.docks.answer import Answer
    from napari_dinosar.docks.live_inputs import Marks

THUMBNAIL_WIRES = 32
"""napari draws the thumbnail of a layer of vectors in a slow loop over this many of them."""


class Wires:
    """The two layers of role ``wire``.

    Parameters
    ----------
    viewer : napari.Viewer
        Where they lie, above the cells and below the landmarks.
    """

    def __init__(self, viewer: Any) -> None:
        self._viewer = viewer
        self._answer: Answer | None = None
        self._warp: LiveWarp | None = None
        self.is_complete = True

    @property
    def has_grid(self) -> bool:
        """Whether there are cells that a wire could stand for."""
        return self._warp is not None

    def follow(self, answer: Answer) -> None:
        """Bend the grid of a comparison from now on."""
        self._answer = answer
        self._warp = warp_of(answer)

    def prepare(self) -> bool:
        """Make one layer before it is needed, hidden, and tell whether another is still to make.

        napari takes its time over new layers.
        """
        if self._answer is None or self._answer.findings.cells is None:
            return False
        from napari_dinosar.core.live_warp import drawn_nodes

        cells = self._answer.findings.cells
        for side, nodes_xy in (("a", cells.nodes_a_xy), ("b", cells.nodes_b_xy)):
            if showing.find(self._viewer, "wire", side) is None:
                self._add(side, drawn_nodes(nodes_xy)).visible = False
                return side == "a"
        return False

    def draw(self, marks: Marks) -> str:
        """Bend the wires to landmarks; where that cannot be they stay as they were.

        Showing a layer costs napari more than bending ten. One is shown at a time; where the other
        has to wait for the next call `is_complete` is False.

        Parameters
        ----------
        marks : (Landmarks or None, Landmarks or None)
            In the pixels of the two photos.

        Returns
        -------
        str
            What is doubtful or wrong about the landmarks; empty where nothing is.
        """
        first, second = marks
        if self._warp is None or first is None or second is None:
            return ""
        try:
            wire = self._warp.wire(first, second)
        except DinosarError as error:
            return str(error)
        is_shown = self._bend("a", wire.nodes_a_xy)
        self.is_complete = not is_shown or self._is_visible("b")
        if self.is_complete:
            self._bend("b", wire.nodes_b_xy)
        return wire.warning

    def hide(self) -> None:
        """Hide the wires until the next drag."""
        for side in "ab":
            layer = showing.find(self._viewer, "wire", side)
            if layer is not None and layer.visible:
                layer.visible = False

    def _is_visible(self, side: str) -> bool:
        layer = showing.find(self._viewer, "wire", side)
        return layer is not None and bool(layer.visible)

    def _bend(self, side: str, nodes_xy: Any) -> bool:
        """Bend a wire; return whether it had to be shown first."""
        from napari_dinosar.result_layers import wire_data

        layer = showing.find(self._viewer, "wire", side)
        room = None
        if layer is not None:
            room = wire_data(nodes_xy, float(layer.edge_width), len(layer.data))
        if layer is None or room is None:
            layer = self._add(side, nodes_xy)
        else:
            # in place, as napari's own tools move points: new data would cost twenty times that
            layer.data[...] = room
            layer.refresh(thumbnail=False, highlight=False, extent=False)
        is_hidden = not layer.visible
        if is_hidden:
            layer.visible = True
        return is_hidden

    def _add(self, side: str, nodes_xy: Any) -> Any:
        """Add the wires of a side, or give the layer room for more; what is active stays active."""
        from napari.layers import Layer

        from napari_dinosar.result_layers import wire_spec

        assert self._answer is not None
        layers = self._viewer.layers
        active = layers.selection.active
        frame = self._answer.frames["ab".index(side)]
        spec = wire_spec(self._answer.findings, nodes_xy, side, frame)
        if showing.find(self._viewer, "wire", side) is None:
            fresh = Layer.create(*spec.as_tuple())
            fresh._max_vectors_thumbnail = THUMBNAIL_WIRES
            self._viewer.add_layer(fresh)
        layer = showing.show(self._viewer, spec)
        marks = [index for index, one in enumerate(layers) if role_of(one) == "landmarks"]
        if marks and min(marks) < layers.index(layer):
            layers.move(layers.index(layer), min(marks))
        if active is not None:
            layers.selection.active = active
        return layer


def warp_of(answer: Answer) -> LiveWarp | None:
    """Return what lays the grid of a comparison through landmarks; None where it has no cells.

    Parameters
    ----------
    answer : Answer
        Of a comparison, or of a run that was opened.
    """
    from napari_dinosar.core.live_warp import LiveSide, LiveWarp
    from napari_dinosar.docks.exporting import saved_consensus
    from napari_dinosar.stages import homology_options

    findings = answer.findings
    if findings.cells is None:
        return None
    a, b = (LiveSide(side.name, side.photo_to_canvas) for side in (findings.a, findings.b))
    has_own = findings.record["inputs"].get("consensus") is None
    return LiveWarp(
        a=a,
        b=b,
        options=homology_options(findings.settings),
        patch_size=findings.b.patch_size,
        saved=None if has_own else saved_consensus(findings),
    )

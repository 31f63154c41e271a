"""Excluded regions as shapes on the photos: what is drawn there is flagged, and the other way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.compat import isalive
from qtpy.QtCore import QObject, QTimer

from napari_dinosar import showing
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.inspect.canvas import frames
from napari_dinosar.docks.inspect.canvas.compared_photos import not_compared
from napari_dinosar.docks.inspect.flags.region_shapes import (
    is_drawn_in,
    let_go,
    regions_with,
    shapes_as_regions,
)
from napari_dinosar.docks.timers import single_shot
from napari_dinosar.layers import frame_of
from napari_dinosar.result_layers.flagged import FLAG, REGION_FILL, excluded_spec, outline_px

if TYPE_CHECKING:
    from napari.layers import Shapes

    from napari_dinosar.findings.flags import FlaggedRegion
    from napari_dinosar.inspection.inspected import Inspection

SIDES = ("a", "b")
UNDER_IT = frames.MARKED | {"noise", "flagged"}
DRAWN = ("added", "changed", "removed")
"""What napari says at the end of a stroke, not while it lasts."""


class RegionLayers(QObject):
    """Keeps the layers of excluded regions and the flagged regions of an inspection the same.

    One stroke in a layer is one change of the flags. The layers come with the first region, and
    are never taken away: without any region they are empty and hidden.

    Parameters
    ----------
    viewer : napari.Viewer
        Where the layers are.
    inspection : Inspection
        Whose flags.
    parent : QObject
        With it the watching ends.
    """

    def __init__(self, viewer: Any, inspection: Inspection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._inspection = inspection
        self._is_shown = True
        self._is_writing = False
        self._pointed_out: frozenset[int] = frozenset()
        self._timer: QTimer = single_shot(self, 0, self._take)
        inspection.shown.connect(self._on_shown)
        inspection.flagged.connect(self.follow)
        self.follow()

    def set_shown(self, is_shown: bool) -> None:
        """Show the layers only while the dock is open."""
        if is_shown == self._is_shown:
            return
        self._is_shown = is_shown
        for layer in filter(None, map(self.find, SIDES)):
            layer.visible = is_shown and layer.nshapes > 0

    def find(self, side: str) -> Shapes | None:
        """Return the layer of a side, or None."""
        return showing.find(self._viewer, "excluded", side)

    def provide(self, side: str) -> Shapes:
        """Return the layer of a side, to be drawn in.

        Raises
        ------
        DinosarError
            If there is no comparison, or its photo is not shown, or another one.
        """
        findings, layer = self._inspection.findings, self.find(side)
        if why_not := not_compared(self._viewer, findings, side):
            raise DinosarError(why_not)
        if layer is None or not layer.nshapes:
            layer = self._show(side, ())
        assert findings is not None
        layer.current_edge_width = outline_px(findings, side)
        layer.current_edge_color, layer.current_face_color = FLAG, REGION_FILL
        return layer

    def point_out(self, regions: frozenset[int]) -> None:
        """Draw some regions, counted as in the flags, with a broad outline, and look at them."""
        if regions == self._pointed_out:
            return
        self._pointed_out = regions
        for side in filter(self._is_compared, SIDES):
            layer = self.find(side)
            if layer is not None and layer.nshapes:
                self._show(side, self._flagged(side))
        for region in (self._inspection.flags.sheet.regions[number] for number in regions):
            layer = self.find(region.side)
            if layer is not None and self._is_compared(region.side):
                layer.visible = True
                middle = region.corners_xy[:, ::-1].mean(axis=0)
                frames.bring_into_view(self._viewer, layer.data_to_world(middle))

    def _is_compared(self, side: str) -> bool:
        return not not_compared(self._viewer, self._inspection.findings, side)

    def _flagged(self, side: str) -> tuple[FlaggedRegion, ...]:
        return self._inspection.flags.sheet.regions_of(side)

    def _on_shown(self) -> None:
        """Show what is flagged in another comparison; nothing of the one before is drawn on."""
        if not isalive(self):
            return
        for layer in filter(None, map(self.find, SIDES)):
            let_go(layer)
        self.follow()

    def follow(self) -> None:
        """Show what is flagged, unless the layers do already, or other photos are shown."""
        if not isalive(self):
            return
        self._pointed_out = frozenset()
        for side in filter(self._is_compared, SIDES):
            layer, regions = self.find(side), self._flagged(side)
            try:
                if regions and (layer is None or not self._shows(layer, side)):
                    self._show(side, regions)
            except DinosarError as error:
                self._inspection.told.emit(str(error))
            if layer is not None and not regions and not is_drawn_in(layer):
                self._empty(layer)

    def _shows(self, layer: Shapes, side: str) -> bool:
        try:
            drawn = shapes_as_regions(layer, side, self._flagged(side))
        except DinosarError:
            return False
        is_same = drawn == self._flagged(side) and layer.nshapes == len(drawn)
        below = frames.frame(self._viewer, side)
        is_plain = all(str(kind) == "polygon" for kind in layer.shape_type)
        return is_same and is_plain and below is not None and np.allclose(frame_of(layer), below)

    def _show(self, side: str, regions: tuple[FlaggedRegion, ...]) -> Shapes:
        findings, below = self._inspection.findings, frames.frame(self._viewer, side)
        if findings is None or below is None:
            raise DinosarError(
                f"There is no photo {side.upper()} of a comparison to leave a region out of. "
                f"Compare two specimens, or open a run."
            )
        sheet = self._inspection.flags.sheet
        numbers = [i for i, region in enumerate(sheet.regions) if region.side == side]
        pointed_out = {k for k, number in enumerate(numbers) if number in self._pointed_out}
        spec = excluded_spec(findings, regions, side, below, pointed_out)
        before = self.find(side)
        was_empty = before is None or not before.nshapes
        self._is_writing = True
        try:
            if before is not None:
                let_go(before)
            layer: Shapes = frames.lay_over(self._viewer, spec, UNDER_IT)
        finally:
            self._is_writing = False
        if before is None:
            layer.events.data.connect(self._on_drawn)
            layer.events.features.connect(self._on_drawn)
        if was_empty:
            layer.visible = self._is_shown and bool(regions)
        return layer

    def _empty(self, layer: Shapes) -> None:
        if layer.visible:  # napari looks at all its layers each time that this is set
            layer.visible = False
        if layer.nshapes:
            self._is_writing = True
            let_go(layer)
            layer.data = ([], [])
            self._is_writing = False

    def _on_drawn(self, event: Any) -> None:
        # features have changed where there is no action
        action = str(getattr(event, "action", DRAWN[1]))
        if isalive(self) and not self._is_writing and action in DRAWN:
            self._timer.start(0)

    def _take(self) -> None:
        """Flag what is drawn now: one change for all that was done to both layers."""
        sheet = self._inspection.flags.sheet
        try:
            for side in SIDES:
                layer = self.find(side)
                if layer is not None:
                    drawn = shapes_as_regions(layer, side, sheet.regions_of(side))
                    sheet = regions_with(sheet, side, drawn)
            self._inspection.flags.become(sheet)
        except DinosarError as error:
            self._inspection.told.emit(str(error))
        # what is no region, and what was drawn as an ellipse, is shown as it was taken
        self.follow()

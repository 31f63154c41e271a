"""Drawing a region: the tool in hand for one region, and everything as before after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.compat import isalive
from qtpy.QtCore import QObject, QTimer, Signal

from napari_dinosar.docks.inspect.flags.flag_pen import pen_of
from napari_dinosar.docks.inspect.flags.region_layers import RegionLayers
from napari_dinosar.docks.inspect.flags.region_shapes import is_drawn_in
from napari_dinosar.result_layers.flagged import remark_features

if TYPE_CHECKING:
    from napari.layers import Shapes

    from napari_dinosar.inspection.inspected import Inspection

TOOLS = {"lasso": "add_polygon_lasso", "polygon": "add_polygon"}
"""What a tool is called, and the mode of napari's Shapes layer that it is."""
WORDS = {
    "lasso": "Draw around what is left out of {}, with the button held. Escape lets it be.",
    "polygon": "Click the corners of what is left out of {}; a double click ends it.",
}


class RegionDrawing(QObject):
    """Puts napari's lasso or polygon into the hand, and takes it away after one region.

    Parameters
    ----------
    viewer : napari.Viewer
        Where is drawn.
    inspection : Inspection
        What is flagged.
    regions : RegionLayers
        The layers; with them the drawing ends.

    Signals
    -------
    changed : no value
        Drawing began or ended.
    """

    changed = Signal()

    def __init__(self, viewer: Any, inspection: Inspection, regions: RegionLayers) -> None:
        super().__init__(regions)
        self._viewer = viewer
        self._inspection = inspection
        self._regions = regions
        self._pen = pen_of(inspection)
        self._layer: Shapes | None = None
        self._earlier: Any = None
        self.side: str | None = None
        inspection.shown.connect(self._on_shown)
        self._pen.changed.connect(self._on_pen)

    def start(self, side: str, tool: str = "lasso") -> None:
        """Take a tool into the hand; a region that was begun on the other side is let be.

        The region gets the reason and note that are written by the time it is drawn, but not the
        note of a cell that is flagged already.

        Raises
        ------
        DinosarError
            If there is nothing to draw on.
        """
        self.stop()
        layer, selection = self._regions.provide(side), self._viewer.layers.selection
        self._layer, self.side, self._earlier = layer, side, selection.active
        layer.visible = True
        self._pen.turn_to(None)
        self._on_pen()
        selection.active = layer
        layer.mode = TOOLS[tool]
        layer.events.data.connect(self._on_drawn)
        layer.events.mode.connect(self._on_left)
        layer.bind_key("Escape", self._on_escape, overwrite=True)
        self._inspection.told.emit(WORDS[tool].format(side.upper()))
        self.changed.emit()

    def stop(self) -> None:
        """Put the tool away, and make active what was active before."""
        layer, self._layer, self.side = self._layer, None, None
        if layer is None:
            return
        layer.events.data.disconnect(self._on_drawn)
        layer.events.mode.disconnect(self._on_left)
        layer.bind_key("Escape", None)  # napari's own again
        layer.mode = "pan_zoom"
        if not layer.nshapes:
            layer.visible = False
        layers, earlier = self._viewer.layers, self._earlier
        self._earlier = None
        # plugins get each layer in another proxy, which is equal to the layer, and not the same
        if layers.selection.active == layer:
            layers.selection.active = earlier if earlier in layers else None
        self._inspection.told.emit("")  # how to draw
        self.changed.emit()

    def _on_shown(self) -> None:
        if isalive(self):
            self.stop()

    def _on_pen(self) -> None:
        if isalive(self) and self._layer is not None:
            self._layer.feature_defaults = remark_features(self._pen.remark)

    def _on_drawn(self, event: Any) -> None:
        if isalive(self) and str(event.action) == "added":
            self._pen.use()
            # napari has not done with the shape yet
            QTimer.singleShot(0, self.stop)

    def _on_escape(self, layer: Shapes) -> None:
        if isalive(self) and self._layer is not None:
            self.stop()

    def _on_left(self, event: Any = None) -> None:
        """Notice that the person has chosen another tool by napari's own buttons or keys."""
        if isalive(self) and self._layer is not None:
            QTimer.singleShot(0, self._look)

    def _look(self) -> None:
        if self._layer is not None and not is_drawn_in(self._layer):
            self._earlier = self._layer
            self.stop()

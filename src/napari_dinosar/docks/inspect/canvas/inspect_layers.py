"""All that looking closer shows in the canvas: one keeper for each kind of layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject

from napari_dinosar.docks.inspect.canvas.selection_layers import SelectionLayers
from napari_dinosar.docks.inspect.context.colouring import CellColours
from napari_dinosar.docks.inspect.context.noise_layers import NoiseLayers
from napari_dinosar.docks.inspect.flags.flag_layers import FlagLayers
from napari_dinosar.docks.inspect.probe.probe_layers import ProbeLayers

if TYPE_CHECKING:
    from napari_dinosar.inspection.inspected import Inspection


class InspectLayers(QObject):
    """Keeps the layers of a closer look in step with it.

    Parameters
    ----------
    viewer : napari.Viewer
        Where the layers are.
    inspection : Inspection
        What is looked at.
    parent : QObject
        The dock; with it the watching ends.
    """

    def __init__(self, viewer: Any, inspection: Inspection, parent: QObject) -> None:
        super().__init__(parent)
        self.colours = CellColours(viewer, inspection, self)
        self.noise = NoiseLayers(viewer, inspection, self)
        self.flags = FlagLayers(viewer, inspection, self)
        self.probe = ProbeLayers(viewer, inspection, self)
        self.selection = SelectionLayers(viewer, inspection, self)

    def set_shown(self, is_shown: bool) -> None:
        """Show the layers only while the dock is in the window."""
        for keeper in (self.colours, self.noise, self.flags, self.probe, self.selection):
            keeper.set_shown(is_shown)

"""All that looking closer shows in the canvas: one keeper for each kind of layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.compat import isalive
from qtpy.QtCore import QObject

from napari_dinosar.docks.inspect.canvas.photo_watch import PhotoWatch
from napari_dinosar.docks.inspect.canvas.selection_layers import SelectionLayers
from napari_dinosar.docks.inspect.context.colouring import CellColours
from napari_dinosar.docks.inspect.context.noise_layers import NoiseLayers
from napari_dinosar.docks.inspect.flags.flag_layers import FlagLayers
from napari_dinosar.docks.inspect.probe.probe_layers import ProbeLayers
from napari_dinosar.docks.live_rebuild import FIRST_ROLES
from napari_dinosar.docks.status_text import renew_status
from napari_dinosar.docks.timers import single_shot
from napari_dinosar.layers import role_of

if TYPE_CHECKING:
    from napari_dinosar.inspection.inspected import Inspection


class InspectLayers(QObject):
    """Keeps the layers of a closer look in step with it.

    What lies on the cells of a photo, or on their map, is hidden once that layer is taken away.
    While another photo is shown, all is, and what was done meanwhile is drawn once the one that was
    compared is back.

    Parameters
    ----------
    viewer : napari.Viewer
        Where the layers are.
    inspection : Inspection
        What is looked at.
    parent : QObject
        The dock; with it the watching ends.

    Attributes
    ----------
    photos : PhotoWatch
        Tells when a photo is back.
    """

    def __init__(self, viewer: Any, inspection: Inspection, parent: QObject) -> None:
        super().__init__(parent)
        # before the others, who hide again what another comparison does not have
        self.photos = PhotoWatch(viewer, inspection, self)
        self.photos.back.connect(self._on_back)
        self.colours = CellColours(viewer, inspection, self)
        self.noise = NoiseLayers(viewer, inspection, self)
        self.flags = FlagLayers(viewer, inspection, self)
        self.probe = ProbeLayers(viewer, inspection, self)
        self.selection = SelectionLayers(viewer, inspection, self)
        # in a turn of its own: napari is still busy with the layer that goes
        self._viewer = viewer
        self._timer = single_shot(self, 0, self._on_gone)
        viewer.layers.events.removed.connect(self._on_removed)

    def set_shown(self, is_shown: bool) -> None:
        """Show the layers only while the dock is in the window."""
        if not is_shown:
            self.photos.forget()
        for keeper in (self.colours, self.noise, self.flags, self.probe, self.selection):
            keeper.set_shown(is_shown)

    def _on_removed(self, event: Any) -> None:
        if isalive(self) and role_of(event.value) in FIRST_ROLES:
            self._timer.start()

    def _on_back(self) -> None:
        for keeper in (self.noise, self.flags, self.probe, self.selection):
            keeper.follow()

    def _on_gone(self) -> None:
        for keeper in (self.noise, self.flags, self.selection):
            keeper.follow()
        renew_status(self._viewer)

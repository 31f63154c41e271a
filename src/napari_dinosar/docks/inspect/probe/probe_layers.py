"""What a probe shows on the photos, kept up to date while the pointer moves."""

from __future__ import annotations

from typing import Any

from qtpy.compat import isalive
from qtpy.QtCore import QObject

from napari_dinosar.docks.inspect.probe.probe_backdrop import Backdrop
from napari_dinosar.docks.inspect.probe.probe_shown import Shown
from napari_dinosar.docks.inspect.probe.probe_specs import ProbeSpecs
from napari_dinosar.docks.timers import single_shot
from napari_dinosar.inspection.inspected import Inspection

PAUSE_MS = 20
"""Between two new layers: long enough for a redraw and a move of the mouse."""
VIEW_MS = 40
"""Words follow the camera at most so often."""


class ProbeLayers(QObject):
    """Shows the probe of an inspection as layers, which are hidden where there is none.

    Parameters
    ----------
    viewer : napari.Viewer
        Where the layers go.
    inspection : Inspection
        Whose probe.
    parent : QObject
        The dock; with it the updates end.
    """

    def __init__(self, viewer: Any, inspection: Inspection, parent: QObject) -> None:
        super().__init__(parent)
        self._probing = inspection.probing
        self._is_shown = True
        self._is_expected = False
        self._specs = ProbeSpecs(viewer, inspection)
        self._layers = Shown(viewer)
        self._backdrop = Backdrop(viewer)
        self._timer = single_shot(self, PAUSE_MS, self._go_on)
        self._looking = single_shot(self, VIEW_MS, self._place_words)
        inspection.probing.changed.connect(self.follow)
        inspection.shown.connect(self._on_shown)
        camera = viewer.scene.camera.events
        for event in (camera.zoom, camera.center):
            event.connect(self._on_camera)
        self.follow()

    def set_shown(self, is_shown: bool) -> None:
        """Show the probe, or hide it while the dock is closed."""
        if is_shown != self._is_shown:
            self._is_shown = is_shown
            self.follow()

    def expect(self) -> None:
        """Make the layers of a first probe, hidden, before it comes and has to wait for them."""
        self._is_expected = True
        self._timer.start()

    @property
    def is_busy(self) -> bool:
        """Whether a layer is still to be made."""
        return self._timer.isActive()

    @property
    def _has_any(self) -> bool:
        return self._is_shown and bool(self._probing.results)

    def _on_shown(self) -> None:
        if isalive(self):
            self.follow()
            self._layers.uncover()

    def follow(self) -> None:
        """Show what is asked now, on the photos that were compared."""
        if not isalive(self):
            return
        self._timer.stop()
        if self._has_any:
            self._show()
            return
        self._layers.hide_all()
        self._backdrop.lift()
        if self._is_expected:
            self._timer.start()

    def _show(self) -> None:
        is_all = self._layers.show(self._specs.now(), self._probing.scale == "hand")
        if not is_all:
            self._timer.start()  # the map is seen before the marks are made
        if self._probing.is_alone:
            self._backdrop.lower()
        else:
            self._backdrop.lift()

    def _go_on(self) -> None:
        """Make the next layer that is missing, one in a turn of the event loop."""
        if self._has_any:
            self._show()
        elif self._is_shown and not self._layers.prepare(self._specs.coming()):
            self._timer.start()

    def _on_camera(self, event: Any = None) -> None:
        if isalive(self) and self._has_any and not self._looking.isActive():
            self._looking.start()

    def _place_words(self) -> None:
        """Let the words stand beside their marks, and be seen, at another zoom or place."""
        marks = self._specs.marks() if self._has_any else None
        if marks is not None:
            self._layers.renew(marks)

"""Notices that photos which were compared are shown again, in place of others."""

from __future__ import annotations

from typing import Any

from qtpy.compat import isalive
from qtpy.QtCore import QObject, Signal

from napari_dinosar.docks.inspect.canvas.compared_photos import not_compared
from napari_dinosar.docks.timers import single_shot
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.layers import role_of

ROLES = ("photo", "placeholder")


class PhotoWatch(QObject):
    """Watches which photos a viewer shows as A and B.

    Parameters
    ----------
    viewer : napari.Viewer
        Whose photos.
    inspection : Inspection
        Whose photos they should be.
    parent : QObject
        With it the watching ends.

    Signals
    -------
    back : no value
        A photo that was compared is shown where another one was.
    """

    back = Signal()

    def __init__(self, viewer: Any, inspection: Inspection, parent: QObject) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._inspection = inspection
        # in a turn of its own: who shows a photo is still busy with it
        self._timer = single_shot(self, 0, self._look)
        for layer in viewer.layers:
            layer.events.metadata.connect(self._on_changed)
        viewer.layers.events.inserted.connect(self._on_inserted)
        viewer.layers.events.removed.connect(self._on_removed)
        inspection.shown.connect(self._on_shown)
        self._others = self._others_now()

    def _others_now(self) -> set[str]:
        findings = self._inspection.findings
        return {side for side in "ab" if not_compared(self._viewer, findings, side)}

    def _on_inserted(self, event: Any) -> None:
        if isalive(self):
            event.value.events.metadata.connect(self._on_changed)
            self._look_after(event.value)

    def _on_removed(self, event: Any) -> None:
        self._look_after(event.value)

    def _on_changed(self, event: Any) -> None:
        self._look_after(event.source)

    def _look_after(self, layer: Any) -> None:
        if isalive(self) and role_of(layer) in ROLES:
            self._timer.start()

    def _on_shown(self) -> None:
        if isalive(self):
            self._others = self._others_now()

    def _look(self) -> None:
        before, self._others = self._others, self._others_now()
        if before - self._others:
            self.back.emit()

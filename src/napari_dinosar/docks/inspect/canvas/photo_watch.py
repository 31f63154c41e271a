"""Notices when other photos are shown than were compared, and when those are back."""

from __future__ import annotations

from typing import Any
from weakref import WeakSet

from qtpy.compat import isalive
from qtpy.QtCore import QObject, Signal

from napari_dinosar.docks.by_program import by_program
from napari_dinosar.docks.inspect.canvas.compared_photos import not_compared
from napari_dinosar.docks.timers import single_shot
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.layers import INSPECT_ROLES, role_of, side_of
from napari_dinosar.result_layers import PREVIEW
from napari_dinosar.showing import find

ROLES = ("photo", "placeholder")
SEEN = ("photo", PREVIEW)
PROBES = ("probe_map", "probe_marks")


class PhotoWatch(QObject):
    """Hides what looking closer has drawn while other photos are shown, and lets it come back.

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
        self._hidden: WeakSet[Any] = WeakSet()
        # in a turn of its own: who shows a photo again is still busy with it
        self._timer = single_shot(self, 0, self._on_back)
        for layer in viewer.layers:
            layer.events.metadata.connect(self._on_changed)
        viewer.layers.events.inserted.connect(self._on_inserted)
        viewer.layers.events.removed.connect(self._on_removed)
        inspection.shown.connect(self._on_shown)
        self._others: set[str] = set()
        self._others = self._others_now()

    def forget(self) -> None:
        """Let what is hidden stay so, as when nobody looks closer any more."""
        self._hidden.clear()

    def _others_now(self) -> set[str]:
        """Return the sides of other photos; where one went, nothing is back before a photo is."""
        findings, before = self._inspection.findings, self._others
        gone = {side for side in before if not any(find(self._viewer, role, side) for role in SEEN)}
        return gone | {side for side in "ab" if not_compared(self._viewer, findings, side)}

    def _on_inserted(self, event: Any) -> None:
        if isalive(self):
            event.value.events.metadata.connect(self._on_changed)
            self._look_after(event.value)

    def _on_removed(self, event: Any) -> None:
        self._look_after(event.value)

    def _on_changed(self, event: Any) -> None:
        self._look_after(event.source)

    def _look_after(self, layer: Any) -> None:
        """Look at the photos after one of them was shown, or went."""
        if not isalive(self) or role_of(layer) not in ROLES:
            return
        now = self._others_now()
        if now:
            self._hide()
        if self._others - now:
            self._timer.start()
        self._others |= now

    def _on_back(self) -> None:
        before, self._others = self._others, self._others_now()
        if before - self._others:
            self._let_go_of_probes()
            self._show_again()
            self.back.emit()

    def _on_shown(self) -> None:
        if isalive(self):
            self._others = set()
            self._others = self._others_now()
            self._let_go_of_probes()
            self._show_again()

    def _let_go_of_probes(self) -> None:
        """Leave a probe hidden that there is no more: who shows it was told of that before."""
        if not self._inspection.probing.results:
            self._hidden -= {one for one in self._hidden if role_of(one) in PROBES}

    def _hide(self) -> None:
        for layer in self._viewer.layers:
            if role_of(layer) in INSPECT_ROLES and layer.visible:
                with by_program():
                    layer.visible = False
                # napari's public proxy of a layer is gone at once
                self._hidden.add(getattr(layer, "__wrapped__", layer))

    def _show_again(self) -> None:
        """Show what was hidden, but for what lies on photos that are not back yet."""
        for layer in list(self._hidden):
            if not self._others & ({"a", "b"} if side_of(layer) is None else {side_of(layer)}):
                self._hidden.discard(layer)
                if layer in self._viewer.layers:
                    with by_program():
                        layer.visible = True

"""A run that napari opened while there is no Compare dock: that dock is opened behind Inspect."""

from __future__ import annotations

from typing import Any

from qtpy.compat import isalive
from qtpy.QtCore import QObject
from qtpy.QtWidgets import QWidget

from napari_dinosar.docks.finding import open_behind
from napari_dinosar.docks.inspect.hub import inspection_of
from napari_dinosar.docks.run_adoption import run_of
from napari_dinosar.docks.tabs import dock_of
from napari_dinosar.docks.timers import single_shot

COMPARE = "dinosarCompare"


class CompareBehind(QObject):
    """Opens the Compare dock for layers of a run, which it alone can turn into a comparison.

    It holds the landmarks, the numbers and the way to photos that were not found, so that a run
    is taken over in one place only.

    Parameters
    ----------
    viewer : napari.Viewer
        Whose layers are watched.
    inspect : QWidget
        The Inspect dock, whose place it shares.
    """

    def __init__(self, viewer: Any, inspect: QWidget) -> None:
        super().__init__(inspect)
        self._viewer = viewer
        self._inspect = inspect
        self._timer = single_shot(self, 0, self._open)
        viewer.layers.events.inserted.connect(self._on_inserted)
        if inspection_of(viewer).findings is None and any(map(run_of, viewer.layers)):
            self._timer.start()

    def _on_inserted(self, event: Any) -> None:
        if isalive(self) and run_of(event.value) is not None:
            self._timer.start()

    def _open(self) -> None:
        if dock_of(self._inspect) is not None:
            open_behind(self._viewer, COMPARE, self._inspect)

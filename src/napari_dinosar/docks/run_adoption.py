"""Runs that napari opened by itself (File > Open): the dock notices their layers and follows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from qtpy.compat import isalive
from qtpy.QtCore import QObject

from napari_dinosar.docks.run_drop import RUN_FILE
from napari_dinosar.docks.timers import single_shot
from napari_dinosar.layers import role_of, side_of


class RunAdoption(QObject):
    """Opens a run in the dock when its layers appear in the viewer.

    Parameters
    ----------
    viewer : napari.Viewer
        Whose layers are watched.
    open_run : callable
        Takes the path of a run.yaml.
    parent : QObject
        The dock.
    """

    def __init__(self, viewer: Any, open_run: Callable[[Path], None], parent: QObject) -> None:
        super().__init__(parent)
        self._layers = viewer.layers
        self._open_run = open_run
        self._seen: set[int] = set()
        # napari adds the layers of a file one after the other
        self._timer = single_shot(self, 0, self._adopt)
        viewer.layers.events.inserted.connect(self._on_inserted)
        self._timer.start()

    def _on_inserted(self, event: Any) -> None:
        if isalive(self) and run_of(event.value) is not None:
            self._timer.start()

    def _adopt(self) -> None:
        """Open the one run whose layers are new; several at once stay layers."""
        fresh = [layer for layer in self._layers if run_of(layer) and id(layer) not in self._seen]
        self._seen |= {id(layer) for layer in fresh}
        runs = {run_of(layer) for layer in fresh}
        if len(runs) != 1:
            return
        (path,) = runs
        assert path is not None
        for layer in fresh:
            if self._has_another(layer):
                self._layers.remove(layer)
            elif role_of(layer) == "cell_map":  # no reader can ask napari for a colour bar
                layer.colorbar.visible = True
                layer.colorbar.position = "bottom_right"
        self._open_run(path)

    def _has_another(self, layer: Any) -> bool:
        """Tell whether an earlier layer will be updated in place of this one."""
        key = (role_of(layer), side_of(layer))
        return any(
            other is not layer and (role_of(other), side_of(other)) == key for other in self._layers
        )


def run_of(layer: Any) -> Path | None:
    """Return the run.yaml that a layer of ours was opened from, or None."""
    path = layer.source.path
    if role_of(layer) is None or path is None or not str(path).endswith(RUN_FILE):
        return None
    return Path(path)

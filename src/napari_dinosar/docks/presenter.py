"""A result into the window: its layers one at a time, then the panel, then the view."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject, QTimer, Signal
from qtpy.QtWidgets import QWidget

from napari_dinosar import showing
from napari_dinosar.docks import pairing
from napari_dinosar.docks.request import Answer
from napari_dinosar.docks.results_panel import ResultsPanel, dock_panel
from napari_dinosar.layers import role_of, side_of

if TYPE_CHECKING:
    from napari_dinosar.comparison import Comparison
    from napari_dinosar.layers import LayerSpec

PAUSE_MS = 20
"""Between two layers: long enough for a redraw and a click."""
SETTLE_MS = 150
"""After which a newly docked panel has its place."""


class Presenter(QObject):
    """Shows an answer step by step, so that the window stays alive in between.

    Parameters
    ----------
    viewer : napari.Viewer
        Where the layers go, and the panel.
    dock : QWidget
        The dock that it works for; when the dock's window is closed, nothing more is shown.

    Signals
    -------
    stepped : str, int, int
        What is shown next, layers shown so far, layers in all.
    finished : Comparison
        Everything is there.
    """

    stepped = Signal(str, int, int)
    finished = Signal(object)

    def __init__(self, viewer: Any, dock: QWidget) -> None:
        super().__init__(dock)
        self._viewer = viewer
        self._dock = dock
        self._was_visible = False
        self._waiting: deque[LayerSpec] = deque()
        self._comparison: Comparison | None = None
        self._is_first = True
        self._count = 0
        self.panel: ResultsPanel | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self._show_next)

    def present(self, answer: Answer) -> None:
        """Show an answer; earlier results that it does not replace are removed."""
        self._is_first = not any(pairing.is_result(layer) for layer in self._viewer.layers)
        self._comparison = answer.comparison
        self._waiting = deque(answer.specs)
        self._count = len(answer.specs)
        self._was_visible = _main_window(self._dock).isVisible()
        showing.retire(self._viewer, answer.specs)
        self._announce()

    def stop(self) -> None:
        """Show no more of the answer."""
        self._timer.stop()
        self._waiting.clear()

    def _announce(self) -> None:
        name = self._waiting[0].name if self._waiting else "the numbers"
        self.stepped.emit(f"Showing {name}", self._count - len(self._waiting), self._count + 1)
        self._timer.start()

    def _show_next(self) -> None:
        if self._was_visible and not _main_window(self._dock).isVisible():
            self.stop()
            return
        if self._waiting:
            showing.show(self._viewer, self._waiting.popleft())
            self._announce()
            return
        assert self._comparison is not None
        self._raise_landmarks()
        self._select_cells()
        self.panel = dock_panel(self._viewer, self.panel)
        self.panel.show_comparison(self._comparison)
        if self._is_first:
            QTimer.singleShot(SETTLE_MS, self._fit_view)
        self.finished.emit(self._comparison)

    def _fit_view(self) -> None:
        """Fit the pair into the canvas once the panel has taken its room."""
        self._viewer.reset_view()

    def _raise_landmarks(self) -> None:
        """Put landmarks above the cells and lines that were added over them."""
        layers = self._viewer.layers
        top = max((i for i, layer in enumerate(layers) if pairing.is_result(layer)), default=0)
        for layer in list(layers)[:top]:
            if role_of(layer) == "landmarks":
                layers.move(layers.index(layer), len(layers))

    def _select_cells(self) -> None:
        """Make A's cells the active layer: the pointer then tells a cell's values and reason."""
        for layer in self._viewer.layers:
            if role_of(layer) == "cells" and side_of(layer) == "a":
                self._viewer.layers.selection.active = layer


def _main_window(widget: QWidget) -> QWidget:
    """Return the window that a docked widget belongs to, also while its dock floats."""
    parent = widget.parentWidget()
    return widget if parent is None else _main_window(parent)

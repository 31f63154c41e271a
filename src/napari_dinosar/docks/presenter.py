"""A result into the window: its layers one at a time, then the panel, then the view."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject, QTimer, Signal
from qtpy.QtWidgets import QWidget

from napari_dinosar import showing
from napari_dinosar.docks import layer_order, pairing
from napari_dinosar.docks.answer import Answer
from napari_dinosar.docks.by_program import by_program
from napari_dinosar.docks.inspect.hub import inspection_of
from napari_dinosar.docks.panel_place import dock_panel
from napari_dinosar.docks.results_panel import ResultsPanel
from napari_dinosar.docks.timers import single_shot
from napari_dinosar.layers import INSPECT_ROLES, role_of

if TYPE_CHECKING:
    from napari_dinosar.findings import Findings
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
    started : no value
        An answer is on its way.
    stepped : str, int, int
        What is shown next, layers shown so far, layers in all.
    seen : no value
        Its layers are there, but for those that are hidden at first; nobody looks closer yet.
    finished : Findings
        Everything is there.
    """

    started = Signal()
    stepped = Signal(str, int, int)
    seen = Signal()
    finished = Signal(object)

    def __init__(self, viewer: Any, dock: QWidget) -> None:
        super().__init__(dock)
        self._viewer = viewer
        self._dock = dock
        self._was_visible = False
        self._steps: deque[tuple[str, Callable[[], object]]] = deque()
        self._answer: Answer | None = None
        self._is_first = self._is_whole = True
        self._count = 0
        self._seen_at_first: dict[tuple[str, str | None], bool] = {}
        self.panel: ResultsPanel | None = None
        self._timer = single_shot(self, PAUSE_MS, self._show_next)

    @property
    def findings(self) -> Findings | None:
        """What is shown, or on its way."""
        return None if self._answer is None else self._answer.findings

    @property
    def answer(self) -> Answer | None:
        """What is shown, or on its way, with what it was made from."""
        return self._answer

    @property
    def is_busy(self) -> bool:
        """Whether something of the answer is not shown, also where it was stopped."""
        return not self._is_whole

    def frame(self, side: str) -> Any:
        """Return the map (3, 3) to the world of the photo of ``"a"`` or ``"b"``."""
        assert self._answer is not None
        return self._answer.frames["ab".index(side)]

    def present(self, answer: Answer) -> None:
        """Show an answer; earlier results that it does not replace are removed."""
        self._is_first = not any(pairing.is_result(layer) for layer in self._viewer.layers)
        self._answer, self._is_whole = answer, False
        viewer, leaving = self._viewer, showing.outdated(self._viewer, answer.specs)
        seen = [spec for spec in answer.specs if spec.kwargs.get("visible", True)]
        hidden = [spec for spec in answer.specs if spec not in seen]
        self._steps = deque(
            [
                *(
                    (f"Removing {one.name}", partial(showing.retire, viewer, one))
                    for one in leaving
                ),
                *((f"Showing {spec.name}", partial(self._show, spec)) for spec in seen),
                ("Showing the numbers", self._show_findings),
                *((f"Preparing {spec.name}", partial(self._show, spec)) for spec in hidden),
            ]
        )
        self._count = len(self._steps)
        self._was_visible = _main_window(self._dock).isVisible()
        self.started.emit()
        self._announce()

    def renew(self, answer: Answer) -> None:
        """Take an answer in place of that which is shown; whoever calls updates the layers."""
        self._answer = replace(answer, folder=None, sheet=None, noise=None)

    def stop(self) -> None:
        """Show no more of the answer."""
        self._timer.stop()
        self._steps.clear()

    def _announce(self) -> None:
        self.stepped.emit(self._steps[0][0], self._count - len(self._steps), self._count)
        self._timer.start()

    def _show_next(self) -> None:
        """Do one thing at a time, so that the window lives between them."""
        is_closed = self._was_visible and not _main_window(self._dock).isVisible()
        if is_closed or not self._steps:  # whoever was told of a step may have stopped them
            self.stop()
            return
        _, step = self._steps.popleft()
        step()
        if self._steps:
            self._announce()
        else:
            self._is_whole = True
            layer_order.raise_landmarks(self._viewer.layers)
            self.finished.emit(self.findings)

    def _show(self, spec: LayerSpec) -> None:
        """Show a layer under those that lie on it, which may have been shown before."""
        assert self._answer is not None
        above = self._answer.specs[self._answer.specs.index(spec) + 1 :]
        there = (showing.find(self._viewer, one.role, one.side) for one in above)
        looked_closer = (one for one in self._viewer.layers if role_of(one) in INSPECT_ROLES)
        below = next((one for one in (*there, *looked_closer) if one is not None), None)
        made = self._answer.made.pop((spec.role, spec.side), None)
        layer = showing.show(self._viewer, spec, made, below)
        # matches are seen at first where there are no cells: what the user chose for others ends
        key, is_seen = (spec.role, spec.side), spec.kwargs.get("visible", True)
        if self._seen_at_first.setdefault(key, is_seen) != is_seen:
            self._seen_at_first[key] = is_seen
            with by_program():
                layer.visible = is_seen

    def _show_findings(self) -> None:
        """Show the numbers once all is there that is seen; layers that are hidden may follow."""
        assert self._answer is not None
        layer_order.raise_landmarks(self._viewer.layers)
        layer_order.select_cells(self._viewer.layers)
        self.seen.emit()
        self.show_numbers(self._answer.findings)
        if self._is_first:
            QTimer.singleShot(SETTLE_MS, self._fit_view)

    def show_numbers(self, findings: Findings) -> None:
        """Show numbers, histograms and remarks in the panel, and let all look at the same."""
        assert self._answer is not None
        found = self._answer
        inspection_of(self._viewer).show(
            findings, found.comparison, folder=found.folder, sheet=found.sheet, noise=found.noise
        )
        panel = dock_panel(self._viewer, self.panel)
        if panel is not self.panel:
            self.panel = panel
            panel.attention.chosen.connect(self._show_attention)
        panel.show_findings(findings)

    def _show_attention(self, layer: int, head: int | None) -> None:
        """Show the attention of another layer or head in place, in both photos."""
        from napari_dinosar.result_layers import attention_specs

        assert self._answer is not None
        frames = {side: self.frame(side) for side in "ab"}
        for spec in attention_specs(self._answer.findings, frames, layer, head):
            with by_program():
                showing.show(self._viewer, spec).visible = True

    def _fit_view(self) -> None:
        """Fit the pair into the canvas once the panel has taken its room."""
        self._viewer.reset_view()


def _main_window(widget: QWidget) -> QWidget:
    """Return the window that a docked widget belongs to, also while its dock floats."""
    parent = widget.parentWidget()
    return widget if parent is None else _main_window(parent)

"""What a probe shows on the photos: its maps and marks, kept up to date while the pointer moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.compat import isalive
from qtpy.QtCore import QObject

from napari_dinosar.docks.inspect.canvas.frames import frame
from napari_dinosar.docks.inspect.probe.probe_backdrop import Backdrop
from napari_dinosar.docks.inspect.probe.probe_shown import Shown
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.inspection.probe_result import PatchMap
from napari_dinosar.layers import LayerSpec
from napari_dinosar.result_layers.patch_place import PatchPlace
from napari_dinosar.result_layers.probe import (
    MOST_PX,
    map_limits,
    probe_difference_spec,
    probe_map_spec,
)
from napari_dinosar.result_layers.probe_marks import mark_places, probe_marks_spec

if TYPE_CHECKING:
    from napari_dinosar.findings import Findings

FIXED = (0.0, 1.0)
"""Similarities that a fixed scale reaches over."""


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
        self._viewer = viewer
        self._inspection = inspection
        self._is_shown = True
        self._of: Findings | None = None
        self._places: dict[str, PatchPlace] = {}
        self._layers = Shown(viewer)
        self._backdrop = Backdrop(viewer)
        inspection.probing.changed.connect(self._on_changed)
        inspection.shown.connect(self._on_changed)
        self._on_changed()

    def set_shown(self, is_shown: bool) -> None:
        """Show the probe, or hide it while the dock is closed."""
        if is_shown != self._is_shown:
            self._is_shown = is_shown
            self._on_changed()

    def _on_changed(self) -> None:
        if not isalive(self):
            return
        probing = self._inspection.probing
        if not self._is_shown or not probing.results:
            self._layers.hide_all()
            self._backdrop.lift()
            return
        specs = self._specs()
        for spec in specs:
            self._layers.show(spec, keeps_limits=probing.scale == "hand")
        self._layers.hide_others(specs)
        if probing.is_alone:
            self._backdrop.lower()
        else:
            self._backdrop.lift()

    def _specs(self) -> list[LayerSpec]:
        """Describe what is to be shown now, from the bottom to the top."""
        probing, findings = self._inspection.probing, self._inspection.findings
        assert findings is not None
        looked_up = {side: frame(self._viewer, side) for side in "ab"}
        frames = {side: one for side, one in looked_up.items() if one is not None}
        specs = self._maps(findings, frames)
        for side, where in frames.items():
            places = mark_places(findings, side, probing.result, probing.kept)
            if places.shown.any():
                specs.append(probe_marks_spec(findings, side, places, where))
        return specs

    def _maps(self, findings: Findings, frames: dict[str, Any]) -> list[LayerSpec]:
        probing = self._inspection.probing
        result, difference = probing.result or probing.kept, probing.difference
        if result is None or result.match is None:
            return []
        specs = []
        for found in (result.map, result.self_map):
            is_compared = difference is not None and found is result.map
            if found is not None and found.side in frames and not is_compared:
                limits = FIXED if probing.scale == "fixed" else map_limits(found)
                place, where = self._place(findings, found), frames[found.side]
                specs.append(probe_map_spec(findings, found, where, limits, place))
        if difference is not None and difference.map.side in frames:
            place = self._place(findings, difference.map)
            where = frames[difference.map.side]
            specs.append(probe_difference_spec(findings, difference, where, place))
        return specs

    def _place(self, findings: Findings, found: PatchMap) -> PatchPlace:
        """Return where patches lie, which is found once for each comparison."""
        if self._of is not findings:
            self._of, self._places = findings, {}
        if found.side not in self._places:
            self._places[found.side] = PatchPlace.of(findings.side(found.side), MOST_PX)
        return self._places[found.side]

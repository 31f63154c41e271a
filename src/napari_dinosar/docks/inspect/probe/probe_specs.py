"""What is to be seen of a probe: maps and marks of what an inspection was asked last, as specs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_dinosar.docks.inspect.canvas.compared_photos import not_compared
from napari_dinosar.docks.inspect.canvas.frames import frame
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
from napari_dinosar.result_layers.probe_marks import View, probe_marks_spec

if TYPE_CHECKING:
    from napari_dinosar.findings import Findings

FIXED = (0.0, 1.0)
"""Similarities that a fixed scale reaches over."""


class ProbeSpecs:
    """Describes the layers of a probe as they should be now.

    Parameters
    ----------
    viewer : napari.Viewer
        Where the photos lie, and how they are looked at.
    inspection : Inspection
        Whose probe.
    """

    def __init__(self, viewer: Any, inspection: Inspection) -> None:
        self._viewer = viewer
        self._inspection = inspection
        self._of: Findings | None = None
        self._places: dict[str, PatchPlace] = {}

    def now(self) -> list[LayerSpec]:
        """Describe what is asked now, from the bottom to the top."""
        findings = self._inspection.findings
        if findings is None:
            return []
        frames = self._frames(findings)
        return [*self._maps(findings, frames), self._marks(findings, frames)]

    def marks(self) -> LayerSpec | None:
        """Describe the marks of what is asked now."""
        findings = self._inspection.findings
        return None if findings is None else self._marks(findings, self._frames(findings))

    def coming(self) -> list[LayerSpec]:
        """Describe maps and marks of a probe that points nowhere; nothing where none can come."""
        probe, findings = self._inspection.probing.probe, self._inspection.findings
        if probe is None or findings is None:
            return []
        frames = self._frames(findings)
        if len(frames) < 2:
            return []
        # whoever points at A, as most do at first, looks for the map of B
        maps = [probe.side("b").map(None), probe.side("a").map(None)]
        first, second = (self._map(findings, one, frames, FIXED) for one in maps)
        return [first, probe_marks_spec(findings, frames, None), second]

    def _frames(self, findings: Findings) -> dict[str, Any]:
        """Return where the photos lie that were compared."""
        compared = [one for one in "ab" if not not_compared(self._viewer, findings, one)]
        looked_up = {side: frame(self._viewer, side) for side in compared}
        return {side: one for side, one in looked_up.items() if one is not None}

    def _marks(self, findings: Findings, frames: dict[str, Any]) -> LayerSpec:
        probing = self._inspection.probing
        return probe_marks_spec(
            findings, frames, probing.result, probing.kept, view_of(self._viewer)
        )

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
                specs.append(self._map(findings, found, frames, limits))
        if difference is not None and difference.map.side in frames:
            place = self._place(findings, difference.map)
            where = frames[difference.map.side]
            specs.append(probe_difference_spec(findings, difference, where, place))
        return specs

    def _map(
        self,
        findings: Findings,
        found: PatchMap,
        frames: dict[str, Any],
        limits: tuple[float, float],
    ) -> LayerSpec:
        place = self._place(findings, found)
        return probe_map_spec(findings, found, frames[found.side], limits, place)

    def _place(self, findings: Findings, found: PatchMap) -> PatchPlace:
        """Return where patches lie, which is found once for each comparison."""
        if self._of is not findings:
            self._of, self._places = findings, {}
        if found.side not in self._places:
            self._places[found.side] = PatchPlace.of(findings.side(found.side), MOST_PX)
        return self._places[found.side]


def view_of(viewer: Any) -> View:
    """Return how a viewer looks at the world."""
    zoom = float(viewer.scene.camera.zoom)
    y, x = viewer.scene.camera.center[-2:]
    high, wide = np.asarray(viewer.canvas.size, dtype=float) / zoom / 2
    return View(zoom, (x - wide, y - high, x + wide, y + high))

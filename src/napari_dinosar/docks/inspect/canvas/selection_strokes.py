"""The lines that show what is selected, and how they come into a Shapes layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.outlines import outline_nodes
from napari_dinosar.docks.inspect.canvas import frames
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.layers import LayerSpec
from napari_dinosar.result_layers import selected
from napari_dinosar.result_layers.cell_lines import nodes_xy
from napari_dinosar.result_layers.selected import Strokes
from napari_dinosar.shape_layers import flat

if TYPE_CHECKING:
    from napari_dinosar.findings import Findings

Place = tuple[str, str | None]
"""Role and side of a layer."""
Found = tuple[LayerSpec, Strokes]
Trails = list[NDArray[np.intp]]


class SelectionStrokes:
    """Says what is to be drawn on each layer.

    Parameters
    ----------
    viewer : napari.Viewer
        Where photos and map lie.
    inspection : Inspection
        What is selected.
    """

    def __init__(self, viewer: Any, inspection: Inspection) -> None:
        self._viewer = viewer
        self._inspection = inspection
        self._known: tuple[Any, tuple[Trails, Trails]] = (None, ([], []))

    def of(self, place: Place) -> Found | None:
        """Return a layer and its lines, y before x; None where there is nothing to draw."""
        findings = self._inspection.findings
        if findings is None:
            return None
        role, side = place
        found = self._cells(findings, side) if role == "selected" else self._matches(findings)
        return None if found is None or not len(found[1]) else found

    def _cells(self, findings: Findings, side: str | None) -> Found | None:
        facts, frame = self._inspection.cells.facts, frames.cells_frame(self._viewer, side)
        if facts is None or frame is None:
            return None
        nodes = nodes_xy(facts.cells, side)[..., ::-1].reshape(-1, 2)
        drawn = ([nodes[trail] for trail in trails] for trails in self._trails(facts.cells.shape))
        plain, current = ([one for one in lines if np.isfinite(one).all()] for lines in drawn)
        width = selected.outline_width(findings, side)
        spec = selected.selected_cells_spec(
            findings, side, frame, self._inspection.cells.rows, self._inspection.cells.current
        )
        return spec, selected.strokes(plain, current, width)

    def _trails(self, shape: tuple[int, int]) -> tuple[Trails, Trails]:
        """Return the nodes round all selected cells, and round the current one."""
        cells = self._inspection.cells
        asked = (shape, cells.rows, cells.current)
        if self._known[0] != asked:
            current = [] if cells.current is None else [cells.current]
            plain = outline_nodes(shape, cells.rows) if len(cells) > len(current) else []
            self._known = asked, (plain, outline_nodes(shape, current))
        return self._known[1]

    def _matches(self, findings: Findings) -> Found | None:
        frame_a, frame_b = (frames.frame(self._viewer, side) for side in "ab")
        matches = self._inspection.matches
        if frame_a is None or frame_b is None or not matches.rows:
            return None
        b_to_a = np.linalg.inv(frame_a) @ frame_b
        plain, current = (
            selected.match_lines(findings, rows, b_to_a)
            for rows in (
                [row for row in matches.rows if row != matches.current],
                [] if matches.current is None else [matches.current],
            )
        )
        spec = selected.selected_matches_spec(findings, frame_a, matches.rows, matches.current)
        return spec, selected.strokes(plain, current, selected.match_width(findings))


def draw(layer: Any, strokes: Strokes, spec: LayerSpec) -> None:
    """Draw lines in place of those that a layer has.

    Parameters
    ----------
    layer : napari.layers.Shapes
        The layer.
    strokes : Strokes
        The lines.
    spec : LayerSpec
        Where the layer lies, and what its metadata says.
    """
    _, kwargs, _ = spec.as_tuple()
    with layer.events.blocker_all(), layer.block_thumbnail_update(), flat(layer):
        layer.data = []
        _append(layer, strokes)
        if not np.array_equal(layer.affine.affine_matrix, kwargs["affine"]):
            layer.affine = kwargs["affine"]
    layer.metadata = kwargs["metadata"]
    layer.refresh(thumbnail=False)


def draw_more(layer: Any, strokes: Strokes) -> None:
    """Draw more lines on a layer."""
    with layer.events.blocker_all(), layer.block_thumbnail_update(), flat(layer):
        _append(layer, strokes)
    layer.refresh(thumbnail=False)


def _append(layer: Any, strokes: Strokes) -> None:
    layer.add(
        strokes.lines,
        shape_type="path",
        edge_width=strokes.widths,
        edge_color=strokes.colours,
        face_color=np.zeros((len(strokes), 4)),
        z_index=strokes.heights,
    )

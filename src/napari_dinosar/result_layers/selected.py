"""Layers of what is selected: outlines of cells, and matches, light lines on dark ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar import palette
from napari_dinosar.findings import Findings
from napari_dinosar.layers import AXES, LayerSpec
from napari_dinosar.result_layers.matches import line_width
from napari_dinosar.result_layers.origin import origin

Floats = NDArray[np.float64]

OUTLINE_SHARE = 1 / 320
"""Width of an outline, of the photo's longer side: seen with the pair in the window."""
MAP_OUTLINE = 0.08
"""Width of an outline on the cell map, of a cell."""
CURRENT = 1.6
"""How much wider the line of the current one is."""
CASING = 2.0
"""How much wider the dark line is that lies under a light one."""
NOWHERE: list[Floats] = [np.array([[0.0, 0.0], [0.0, 1e-3]])]
"""What a layer of ours that is hidden holds: napari does not like layers to be empty."""


@dataclass(frozen=True, eq=False)
class Strokes:
    """Lines of a Shapes layer, from the bottom to the top.

    Attributes
    ----------
    lines : list of array, (n, 2)
        Points of each, y before x.
    widths : list of float
        Width of each, in the unit of the points.
    colours : array, (n lines, 4)
        Colour of each.
    heights : list of int
        What lies on what: higher ones on lower ones.
    """

    lines: list[Floats]
    widths: list[float]
    colours: Floats
    heights: list[int]

    def __len__(self) -> int:
        """Return the number of lines."""
        return len(self.lines)

    def part(self, start: int, stop: int) -> Strokes:
        """Return some of them."""
        some = slice(start, stop)
        return Strokes(self.lines[some], self.widths[some], self.colours[some], self.heights[some])


def strokes(plain: Sequence[Floats], current: Sequence[Floats], width: float) -> Strokes:
    """Return light lines with dark ones under them; those of the current one wider and on top.

    Parameters
    ----------
    plain, current : sequence of array, (n, 2)
        Points of the lines, y before x.
    width : float
        Width of a light line.
    """
    both, count = [*plain, *current], len(plain)
    wide = [width] * count + [width * CURRENT] * len(current)
    heights = [1] * count + [3] * len(current)
    dark, light = ([colour] * len(both) for colour in (palette.WIRE_SHADOW, palette.WIRE))
    # the current one's lines come first: where there are many the others may follow later
    order = [*range(count, len(both)), *range(count)]
    lines = [both[k] for k in order]
    return Strokes(
        lines=[line for line in lines for _ in range(2)],
        widths=[wide[k] * factor for k in order for factor in (CASING, 1.0)],
        colours=np.stack([dark, light], axis=1).reshape(-1, 4),
        heights=[heights[k] + step for k in order for step in (-1, 0)],
    )


def selected_cells_spec(
    findings: Findings,
    side: str | None,
    frame: Floats,
    cells: Sequence[int] = (),
    current: int | None = None,
) -> LayerSpec:
    """Describe the layer of the selected cells on a photo or on the cell map, nothing on it yet.

    Parameters
    ----------
    findings : Findings
        Whose cells.
    side : str or None
        ``"a"``, ``"b"``, or None for the cell map.
    frame : array, (3, 3)
        The map of the photo's pixels, or of the map's cells, to the world.
    cells : sequence of int
        Which are selected, for the metadata.
    current : int, optional
        The current one.
    """
    name = "Selected cells on the map" if side is None else f"{side.upper()} selected cells"
    tag = origin(findings, side, cells=list(cells), current=current)
    return _spec(name, "selected", side, frame, tag)


def selected_matches_spec(
    findings: Findings, frame_a: Floats, matches: Sequence[int] = (), current: int | None = None
) -> LayerSpec:
    """Describe the layer of the selected matches in A's pixels, nothing on it yet."""
    tag = origin(findings, matches=list(matches), current=current)
    return _spec("Selected matches", "selected_match", None, frame_a, tag)


def outline_width(findings: Findings, side: str | None) -> float:
    """Return the width of an outline on a photo, or on the cell map, in its pixels."""
    if side is None:
        return MAP_OUTLINE
    return max(findings.side(side).size_xy) * OUTLINE_SHARE


def match_width(findings: Findings) -> float:
    """Return the width of a selected match in A's pixels: that of all others."""
    return line_width(findings)


def match_lines(findings: Findings, rows: Sequence[int], b_to_a: Floats) -> list[Floats]:
    """Return the lines of matches in A's pixels, y before x.

    Parameters
    ----------
    findings : Findings
        Whose table of matches.
    rows : sequence of int
        Rows of it.
    b_to_a : array, (3, 3)
        The map of B's pixels to A's through the world, y before x.
    """
    table = findings.tables["matches"]
    ends = table[["y_a", "x_a", "y_b", "x_b"]].to_numpy(float)[np.asarray(rows, dtype=int)]
    ends_b = ends[:, 2:] @ b_to_a[:2, :2].T + b_to_a[:2, 2]
    return list(np.stack([ends[:, :2], ends_b], axis=1))


def _spec(name: str, role: str, side: str | None, frame: Floats, tag: dict[str, Any]) -> LayerSpec:
    kwargs = {
        "shape_type": "path",
        "edge_color": "white",
        "face_color": "transparent",
        "edge_width": 1.0,
        "opacity": 1.0,
        "affine": frame,
        "visible": False,
        **AXES,
    }
    return LayerSpec(name, "shapes", role, side, list(NOWHERE), kwargs, tag)

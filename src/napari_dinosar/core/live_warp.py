"""The wire grid of a pair: the nodes of its cells on both photos, quick enough to follow a drag."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.arrays import Floats
from napari_dinosar.core.canvas_map import inverse, map_points
from napari_dinosar.core.consensus import PairConsensus, SavedConsensus, pair_consensus
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.grid import Grid, within_hull
from napari_dinosar.core.homology import HULL_MARGIN_CELLS, HomologyOptions, homology_grid
from napari_dinosar.core.landmarks import Landmarks, pair_landmarks
from napari_dinosar.core.spline import ThinPlateSpline

MOST_LINES = 64
"""Of a grid with more lines than this, in either direction, only every second or third is drawn."""

UNSOLVABLE = (
    "The landmarks lie so that no grid can be laid through them: two of them nearly meet, or all "
    "lie nearly on one line."
)


@dataclass(frozen=True, eq=False)
class LiveSide:
    """One specimen of a comparison, as far as a wire grid needs it.

    Attributes
    ----------
    name : str
        Name of the photo, for messages.
    photo_to_canvas : array, (3, 3)
        Map of ``(x, y, 1)``.
    """

    name: str
    photo_to_canvas: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Wire:
    """The nodes of a grid on two photos.

    Attributes
    ----------
    nodes_a_xy, nodes_b_xy : array, (n down, n across, 2)
        In photo pixels; NaN beyond the horizon of a tilted photo. All nodes of the grid, or those
        of every second or third line where there are many.
    warning : str
        What is doubtful about the landmarks as they lie; empty where nothing is.
    """

    nodes_a_xy: Floats
    nodes_b_xy: Floats
    warning: str = ""


@dataclass(frozen=True, eq=False)
class LiveWarp:
    """Lays the grid of homologous cells through landmarks, without looking at any token.

    Attributes
    ----------
    a, b : LiveSide
        The two specimens.
    options : HomologyOptions
        The grid.
    patch_size : int
        Side of a patch in canvas pixels.
    saved : SavedConsensus or None
        Shape and grid that are used instead of the pair's own.
    """

    a: LiveSide
    b: LiveSide
    options: HomologyOptions
    patch_size: int
    saved: SavedConsensus | None = None

    def wire(self, landmarks_a: Landmarks, landmarks_b: Landmarks) -> Wire:
        """Return the grid as these landmarks bend it: the nodes that a comparison would have.

        Parameters
        ----------
        landmarks_a, landmarks_b : Landmarks
            In the pixels of the two photos.

        Raises
        ------
        DinosarError
            If the landmarks do not define a grid.
        """
        pair = pair_landmarks(landmarks_a, landmarks_b, self.a.name, self.b.name)
        ends = [pair.xy_a, pair.xy_b]
        if self.saved is not None:
            order = self.saved.order(pair.labels)
            ends = [xy[order] for xy in ends]
        sides = (self.a, self.b)
        a_xy, b_xy = (
            map_points(side.photo_to_canvas, xy) for side, xy in zip(sides, ends, strict=True)
        )
        try:
            shape = pair_consensus(a_xy, b_xy, self.saved)
            grid = homology_grid(shape, self.options, self.patch_size, self.saved)
            nodes_xy = drawn_nodes(grid.nodes_xy)
            # one system for both: solving it is most of the work
            both = ThinPlateSpline(shape.px, np.hstack([a_xy, b_xy]), self.options.smoothing)
            warped = np.split(both(nodes_xy), 2, axis=-1)
        except np.linalg.LinAlgError as error:
            raise DinosarError(UNSOLVABLE) from error
        nodes_a, nodes_b = (
            map_points(inverse(side.photo_to_canvas), canvas_xy)
            for side, canvas_xy in zip(sides, warped, strict=True)
        )
        return Wire(nodes_a, nodes_b, _warning(shape, grid, nodes_xy, warped))


def drawn_nodes(nodes_xy: Floats) -> Floats:
    """Return the nodes (n down, n across, 2) of the lines of a grid that are drawn.

    The first and the last line are always among them.
    """
    picked = []
    for count in nodes_xy.shape[:2]:
        n_lines = int(np.ceil((count - 1) / np.ceil((count - 1) / MOST_LINES))) + 1
        picked.append(np.rint(np.linspace(0, count - 1, n_lines)).astype(int))
    drawn: Floats = nodes_xy[np.ix_(*picked)]
    return drawn


def _warning(shape: PairConsensus, grid: Grid, nodes_xy: Floats, warped: list[Floats]) -> str:
    """Return what is doubtful about a consensus and its warps; empty where nothing is."""
    if shape.warnings:
        return shape.warnings[0]
    hull = shape.px / grid.cell_xy
    near = within_hull(nodes_xy[:-1, :-1] / grid.cell_xy, hull, HULL_MARGIN_CELLS)
    for canvas_xy, side in zip(warped, "AB", strict=True):
        right = canvas_xy[:-1, 1:] - canvas_xy[:-1, :-1]
        down = canvas_xy[1:, :-1] - canvas_xy[:-1, :-1]
        turned = right[..., 0] * down[..., 1] - right[..., 1] * down[..., 0] <= 0.0
        if (turned & near).any():
            return f"The grid folds over in {side}: are two landmarks swapped, or one misplaced?"
    return ""

"""The consensus grid warped onto a specimen, and why some of its cells do not count."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.arrays import Booleans, Floats
from napari_dinosar.core.cells import CellSide, CellTokens, cell_tokens, joined_cells
from napari_dinosar.core.consensus import PairConsensus
from napari_dinosar.core.grid import SAMPLES_PER_SIDE, Grid
from napari_dinosar.core.spline import ThinPlateSpline


@dataclass(frozen=True, eq=False)
class WarpedGrid:
    """The consensus grid on one specimen.

    Attributes
    ----------
    nodes_xy : array, (rows + 1, cols + 1, 2)
        Its nodes in canvas pixels; they may lie outside.
    tokens : CellTokens
        What lies under its cells.
    folded : array of bool, (rows, cols)
        Cells where the spline turns the plane over at a sample or a corner.
    bending_energy : float
        Of the unsmoothed spline from the unit consensus to the aligned specimen.
    """

    nodes_xy: Floats
    tokens: CellTokens
    folded: Booleans
    bending_energy: float

    @property
    def coverage(self) -> Floats:
        """Share of each cell's samples that lie on the specimen, (rows, cols)."""
        return self.tokens.coverage


def warp_grid(
    shape: PairConsensus,
    which: int,
    landmarks_xy: Floats,
    grid: Grid,
    side: CellSide,
    smoothing: float = 0.0,
    samples: int = SAMPLES_PER_SIDE,
) -> WarpedGrid:
    """Warp the grid onto a specimen by the thin-plate spline of its landmarks.

    Parameters
    ----------
    shape : PairConsensus
        The consensus.
    which : int
        0 for A, 1 for B.
    landmarks_xy : array, (K, 2)
        Landmarks of the specimen in canvas pixels.
    grid : Grid
        The grid in consensus pixels.
    side : CellSide
        Tokens, valid patches and mask of the specimen.
    smoothing : float
        Smoothing of the spline.
    samples : int
        Samples along each side of a cell.

    Raises
    ------
    DinosarError
        If the consensus landmarks do not define a spline, or there cannot be so many samples.
    """
    spline = ThinPlateSpline(shape.px, landmarks_xy, smoothing)
    turned_samples, gathered = [], []
    for samples_xy in grid.sample_blocks(samples):
        turned_samples.append((spline.jacobian_det(samples_xy) <= 0.0).any(axis=-1))
        gathered.append(cell_tokens(side, spline(samples_xy)))
    shape_of_cells = grid.rows, grid.cols
    turned = spline.jacobian_det(grid.nodes_xy) <= 0.0
    turned_corners = turned[:-1, :-1] | turned[:-1, 1:] | turned[1:, :-1] | turned[1:, 1:]
    return WarpedGrid(
        nodes_xy=spline(grid.nodes_xy),
        tokens=joined_cells(gathered, shape_of_cells),
        folded=np.concatenate(turned_samples).reshape(shape_of_cells) | turned_corners,
        bending_energy=ThinPlateSpline(shape.unit, shape.aligned[which]).bending_energy,
    )


def is_covered(coverage: Floats, min_coverage: float) -> Booleans:
    """Return which cells have coverage enough; one without any sample never has."""
    return (coverage >= min_coverage) & (coverage > 0.0)


def unused_reasons(
    a: WarpedGrid, b: WarpedGrid, counted: Booleans, min_coverage: float
) -> NDArray[np.str_]:
    """Return why each cell is not compared, (rows, cols); empty where it is.

    Parameters
    ----------
    a, b : WarpedGrid
        The grid on the two specimens.
    counted : array of bool, (rows, cols)
        Cells that are near enough to the landmarks.
    min_coverage : float
        Share of a cell's samples that must lie on the specimen, in both.
    """
    low = f"coverage below {min_coverage:g}" if min_coverage > 0 else "no coverage"
    bare_a, bare_b = (~is_covered(one.coverage, min_coverage) for one in (a, b))
    reason = _by_side(low, bare_a, bare_b)
    further = (
        _by_side("folded", a.folded, b.folded),
        np.where(counted, "", "outside the landmarks"),
    )
    for part in further:
        joint = np.where((reason != "") & (part != ""), "; ", "")
        reason = np.strings.add(np.strings.add(reason, joint), part)
    return reason


def _by_side(what: str, in_a: Booleans, in_b: Booleans) -> NDArray[np.str_]:
    """Return, of each cell, what holds and in which specimen; empty where it holds in neither."""
    conditions = [in_a & in_b, in_a, in_b]
    return np.select(conditions, [f"{what} in A and B", f"{what} in A", f"{what} in B"], "")

"""Homologous cells: a consensus grid warped onto both specimens, and what the tokens say there.

Landmarks give the consensus and the thin-plate splines onto both canvases; each cell of the grid
gathers the tokens that lie under it in A and in B; a cell that is covered in both, folded in
neither and not beyond the landmarks is compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_dinosar.core._homology_checks import (
    fold_warnings,
    mirror_warnings,
    nothing_used_warnings,
)
from napari_dinosar.core.arrays import Booleans, Floats
from napari_dinosar.core.cells import CellSide, cell_similarity
from napari_dinosar.core.consensus import PairConsensus, SavedConsensus, pair_consensus
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.grid import SAMPLES_PER_SIDE, Grid, consensus_grid, within_hull
from napari_dinosar.core.shape import procrustes_distance, riemannian_distance
from napari_dinosar.core.similarity import Aggregate, aggregate_layers
from napari_dinosar.core.warp import unused_reasons, warp_grid

__all__ = ["CellSide", "Homology", "HomologyOptions", "SavedConsensus", "compute_homology"]


HULL_MARGIN_CELLS = 1.0
HULL_MIN_SHARE = 0.5


@dataclass(frozen=True)
class HomologyOptions:
    """How the grid is laid and which of its cells count.

    A saved consensus brings its own grid: `cell_size`, `rows`, `cols`, `pad_cells` and `snap` have
    no effect beside it.

    Attributes
    ----------
    cell_size : float
        Side of a cell in consensus pixels.
    rows, cols : int, optional
        Numbers of cells instead; without `cols` there are as many as rows.
    pad_cells : int
        Rings of cells round the box of the landmarks.
    snap : bool
        Round `cell_size` to a multiple of the patch size.
    samples : int
        Samples along each side of a cell, 1 to 16.
    smoothing : float
        Smoothing of the splines (see `ThinPlateSpline`); 0 is exact at the landmarks.
    min_coverage : float
        Share of a cell's samples that must lie on the specimen, in both.
    use_outside_hull : bool
        Let cells beyond the landmarks count.
    """

    cell_size: float = 16.0
    rows: int | None = None
    cols: int | None = None
    pad_cells: int = 1
    snap: bool = False
    samples: int = SAMPLES_PER_SIDE
    smoothing: float = 0.0
    min_coverage: float = 0.5
    use_outside_hull: bool = False


@dataclass(frozen=True, eq=False)
class Homology:
    """A pair compared cell by cell; arrays of cells are (rows, cols).

    Attributes
    ----------
    consensus_unit, consensus_px : array, (K, 2)
        Mean shape of centroid size 1, and in consensus pixels: times the geometric mean of the
        two specimens' centroid sizes in their canvases.
    aligned_unit : array, (2, K, 2)
        A and B at centroid size 1, rotated onto the consensus.
    centroid_size_a, centroid_size_b : float
        Centroid sizes in canvas pixels.
    grid : Grid
        The grid in consensus pixels.
    nodes_a_xy, nodes_b_xy : array, (rows + 1, cols + 1, 2)
        The grid's nodes warped onto the canvases, in canvas pixels; they may lie outside.
    coverage_a, coverage_b : array
        Share of each cell's samples that lie on the specimen.
    folded_a, folded_b : array of bool
        Where the spline turns the plane over.
    in_hull : array of bool
        Cells within the landmarks' convex hull grown by one cell.
    used : array of bool
        Cells that count.
    reason : array of str
        Why a cell does not count; empty where it does.
    dissimilarity : array
        ``1 - cos`` of the mean tokens, aggregated over layers; NaN where a cell is not used.
    dissimilarity_per_layer : array, (L, rows, cols)
        The same of each layer alone.
    weights : array
        The smaller coverage of the two; 0 where a cell is not used.
    bending_energy_a, bending_energy_b : float
        Of the unsmoothed splines from the unit consensus to the aligned specimens.
    procrustes_distance, riemannian_distance : float
        Partial Procrustes distance of A and B, and the angle between them in radians.
    warnings : tuple of str
        What the user should know.
    """

    consensus_unit: Floats
    consensus_px: Floats
    aligned_unit: Floats
    centroid_size_a: float
    centroid_size_b: float
    grid: Grid
    nodes_a_xy: Floats
    nodes_b_xy: Floats
    coverage_a: Floats
    coverage_b: Floats
    folded_a: Booleans
    folded_b: Booleans
    in_hull: Booleans
    used: Booleans
    reason: NDArray[np.str_]
    dissimilarity: Floats
    dissimilarity_per_layer: Floats
    weights: Floats
    bending_energy_a: float
    bending_energy_b: float
    procrustes_distance: float
    riemannian_distance: float
    warnings: tuple[str, ...] = ()

    @property
    def folded(self) -> Booleans:
        """Cells that are folded in A or in B."""
        return self.folded_a | self.folded_b

    @cached_property
    def layer_std(self) -> Floats:
        """How far the layers differ: their standard deviation (ddof 0); NaN in unused cells."""
        return np.asarray(self.dissimilarity_per_layer.std(axis=0))

    def saved(self, names: tuple[str, ...]) -> SavedConsensus:
        """Return the consensus and its grid for use with other pairs.

        Parameters
        ----------
        names : tuple of str, K
            Names of the landmarks.

        Raises
        ------
        DinosarError
            If there is not one distinct name for each landmark.
        """
        if len(set(names)) != len(self.consensus_unit) or len(names) != len(self.consensus_unit):
            raise DinosarError(
                f"A consensus of {len(self.consensus_unit)} landmarks needs as many different "
                f"names, not {', '.join(names)}."
            )
        size = float(np.sqrt(self.centroid_size_a * self.centroid_size_b))
        return SavedConsensus(self.consensus_unit, names, self.grid.scaled(1.0 / size))


def compute_homology(
    xy_a: ArrayLike,
    xy_b: ArrayLike,
    side_a: CellSide,
    side_b: CellSide,
    agg: Aggregate = "mean",
    options: HomologyOptions | None = None,
    saved: SavedConsensus | None = None,
) -> Homology:
    """Compare two specimens cell by cell of the grid that their landmarks define.

    Parameters
    ----------
    xy_a, xy_b : array, (K, 2)
        Landmarks that both have, in canvas pixels, K >= 3; with a saved consensus those of its
        names, in its order (`SavedConsensus.order`).
    side_a, side_b : CellSide
        Tokens, valid patches and masks of the two canvases.
    agg : {"mean", "median"}
        How the layers become one.
    options : HomologyOptions, optional
        The grid and the conditions.
    saved : SavedConsensus, optional
        Shape and grid to use instead of the pair's own.

    Returns
    -------
    Homology
        Everything in canvas pixels of A and of B, and in consensus pixels.

    Raises
    ------
    DinosarError
        If the landmarks do not define a shape or a grid, or do not fit the saved consensus.
    """
    options = options or HomologyOptions()
    landmarks_a = np.asarray(xy_a, dtype=np.float64)
    landmarks_b = np.asarray(xy_b, dtype=np.float64)
    shape = pair_consensus(landmarks_a, landmarks_b, saved)
    grid = homology_grid(shape, options, side_b.patch_size, saved)
    a = warp_grid(shape, 0, landmarks_a, grid, side_a, options.smoothing, options.samples)
    b = warp_grid(shape, 1, landmarks_b, grid, side_b, options.smoothing, options.samples)
    in_hull = _in_hull(shape, grid, options.samples)
    counted = np.ones_like(in_hull) if options.use_outside_hull else in_hull
    reason = unused_reasons(a, b, counted, options.min_coverage)
    used = reason == ""
    similarity = cell_similarity(a.tokens, b.tokens, used)
    return Homology(
        consensus_unit=shape.unit,
        consensus_px=shape.px,
        aligned_unit=shape.aligned,
        centroid_size_a=shape.size_a,
        centroid_size_b=shape.size_b,
        grid=grid,
        nodes_a_xy=a.nodes_xy,
        nodes_b_xy=b.nodes_xy,
        coverage_a=a.coverage,
        coverage_b=b.coverage,
        folded_a=a.folded,
        folded_b=b.folded,
        in_hull=in_hull,
        used=used,
        reason=reason,
        dissimilarity=1.0 - aggregate_layers(list(similarity), agg).astype(np.float64),
        dissimilarity_per_layer=1.0 - similarity,
        weights=np.where(used, np.minimum(a.coverage, b.coverage), 0.0),
        bending_energy_a=a.bending_energy,
        bending_energy_b=b.bending_energy,
        procrustes_distance=procrustes_distance(landmarks_a, landmarks_b),
        riemannian_distance=riemannian_distance(landmarks_a, landmarks_b),
        warnings=(
            *shape.warnings,
            *mirror_warnings(landmarks_a, landmarks_b),
            *fold_warnings(a, b, options.min_coverage),
            *nothing_used_warnings(used, reason),
        ),
    )


def homology_grid(
    shape: PairConsensus, options: HomologyOptions, patch_size: int, saved: SavedConsensus | None
) -> Grid:
    """Lay the grid of homologous cells over the consensus of a pair.

    Parameters
    ----------
    shape : PairConsensus
        The consensus.
    options : HomologyOptions
        Size or number of the cells.
    patch_size : int
        To which the size is rounded where the options say so.
    saved : SavedConsensus or None
        It brings its own grid.

    Raises
    ------
    DinosarError
        If the options leave no cell for the landmarks, or far too many.
    """
    if saved is not None:
        return saved.grid.scaled(shape.size)
    return consensus_grid(
        shape.px,
        cell_size=options.cell_size,
        rows=options.rows,
        cols=options.cols,
        pad_cells=options.pad_cells,
        snap_to=patch_size if options.snap else None,
    )


def _in_hull(shape: PairConsensus, grid: Grid, samples: int) -> Booleans:
    # in units of a cell, so that a cell's width is one in both directions
    hull = shape.px / grid.cell_xy
    shares = [
        within_hull(samples_xy / grid.cell_xy, hull, HULL_MARGIN_CELLS).mean(axis=-1)
        for samples_xy in grid.sample_blocks(samples)
    ]
    in_hull: Booleans = np.concatenate(shares).reshape(grid.rows, grid.cols) >= HULL_MIN_SHARE
    return in_hull

"""What there is to say of single cells: rank, percentile, bin, layers, and where they lie."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_dinosar.core.arrays import Floats
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.findings import CellGrid, Findings
from napari_dinosar.inspection.cell_warps import CellWarp
from napari_dinosar.palette import limits
from napari_dinosar.report.tables import cell_corners_xy

HISTOGRAM_BINS = 30
"""As many bars as the panel's histogram of the cells has."""


class CellFacts:
    """Says what a run knows of each of its cells; they are numbered as in its table of cells.

    Parameters
    ----------
    findings : Findings
        Of a comparison with cells.
    per_layer : array, (L, rows, cols), optional
        Dissimilarity of each layer alone (`Homology.dissimilarity_per_layer`); a run that was
        opened from a folder does not hold it.

    Raises
    ------
    DinosarError
        If the run has no cells.
    """

    def __init__(self, findings: Findings, per_layer: ArrayLike | None = None) -> None:
        if findings.cells is None:
            raise DinosarError("The run has no homologous cells: compare with landmarks.")
        self.findings = findings
        self.cells: CellGrid = findings.cells
        self.per_layer = None if per_layer is None else np.asarray(per_layer, dtype=np.float64)
        self.dissimilarity: Floats = self.cells.dissimilarity.ravel()
        self.used: NDArray[np.bool_] = self.cells.used.ravel()
        self._corners = {
            "a": cell_corners_xy(self.cells.nodes_a_xy),
            "b": cell_corners_xy(self.cells.nodes_b_xy),
        }

    def __len__(self) -> int:
        """Return the number of cells, unused ones included."""
        return int(self.used.size)

    @property
    def n_used(self) -> int:
        """Number of cells that count."""
        return int(self.used.sum())

    @cached_property
    def order(self) -> NDArray[np.intp]:
        """All cells: from most to least dissimilar, then those that do not count, row by row."""
        key = np.where(self.used, -self.dissimilarity, np.inf)
        return np.argsort(key, kind="stable")

    @cached_property
    def place(self) -> NDArray[np.intp]:
        """Place of each cell in `order`, from 0."""
        place = np.empty(len(self), dtype=np.intp)
        place[self.order] = np.arange(len(self))
        return place

    @cached_property
    def percentile(self) -> Floats:
        """Share in per cent of the cells that are at most as dissimilar; NaN of unused ones.

        Cells weigh as in the summary, by the smaller of their two coverages, so that a cell at or
        above 95 is one at or above the summary's p95.
        """
        used = self.order[: self.n_used][::-1]
        values = self.dissimilarity[used]
        weights = np.minimum(self.cells.coverage_a, self.cells.coverage_b).ravel()[used]
        summed = np.cumsum(weights)
        # equal values share the place of their last
        last = np.searchsorted(values, values, side="right") - 1
        found = np.full(len(self), np.nan)
        found[used] = 100.0 * summed[last] / summed[-1] if len(used) else np.nan
        return found

    @cached_property
    def edges(self) -> Floats:
        """Edges of the bars of the cells' histogram, as the panel draws it."""
        return histogram_edges(limits(self.dissimilarity))

    @cached_property
    def bins(self) -> NDArray[np.intp]:
        """The bar of the histogram that each cell is in, from 0; -1 of an unused one."""
        return histogram_bars(np.where(self.used, self.dissimilarity, np.nan), self.edges)

    def corners_xy(self, cell: int, side: str) -> Floats:
        """Return the corners (4, 2) of a cell in photo pixels, clockwise from its first.

        Parameters
        ----------
        cell : int
            Its row in the table of cells.
        side : {"a", "b"}
            The photo.
        """
        corners: Floats = self._corners[side][cell]
        return corners

    def at(self, side: str, xy: tuple[float, float]) -> int | None:
        """Return the cell that contains a place of a photo; None where none does.

        A place on an edge belongs to one cell only. Where the grid folds over and cells lie on
        each other, one that counts comes first.

        Parameters
        ----------
        side : {"a", "b"}
            The photo.
        xy : (float, float)
            In its pixels.

        Returns
        -------
        int or None
            Its row in the table of cells.
        """
        x, y = xy
        start = self._corners[side]
        end = np.roll(start, -1, axis=1)
        # from inside, a ray to the right crosses an odd number of edges
        spans = (start[..., 1] > y) != (end[..., 1] > y)
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = (end[..., 0] - start[..., 0]) / (end[..., 1] - start[..., 1])
            crosses = spans & (x < start[..., 0] + (y - start[..., 1]) * slope)
        is_whole = np.isfinite(start).all(axis=(1, 2))
        inside = np.flatnonzero((crosses.sum(axis=1) % 2 == 1) & is_whole)
        if not len(inside):
            return None
        return int(inside[np.argmin(self.place[inside])])

    def describe(self, cell: int) -> dict[str, Any]:
        """Return all that is known of a cell, as plain values in the order of reading.

        Parameters
        ----------
        cell : int
            Its row in the table of cells.

        Returns
        -------
        dict
            ``cell, row, col, used, reason, dissimilarity, rank, n_used, percentile, bin, bin_low,
            bin_high, coverage_a, coverage_b, folded_a, folded_b, in_hull``; ``layer_std`` and
            ``per_layer`` (by block) where they are known; ``patches_a`` and ``patches_b``, lists of
            row, column and weight. What a cell does not have is None.
        """
        row, col = divmod(cell, self.cells.shape[1])
        used, bar = bool(self.used[cell]), int(self.bins[cell])
        facts: dict[str, Any] = {
            "cell": int(cell),
            "row": row,
            "col": col,
            "used": used,
            "reason": str(self.cells.reason[row, col]),
            "dissimilarity": float(self.dissimilarity[cell]) if used else None,
            "rank": int(self.place[cell]) + 1 if used else None,
            "n_used": self.n_used,
            "percentile": float(self.percentile[cell]) if used else None,
            "bin": bar if used else None,
            "bin_low": float(self.edges[bar]) if used else None,
            "bin_high": float(self.edges[bar + 1]) if used else None,
            "coverage_a": float(self.cells.coverage_a[row, col]),
            "coverage_b": float(self.cells.coverage_b[row, col]),
            "folded_a": bool(self.cells.folded_a[row, col]),
            "folded_b": bool(self.cells.folded_b[row, col]),
            "in_hull": bool(self.cells.in_hull[row, col]),
        }
        if self.cells.layer_std is not None:
            facts["layer_std"] = float(self.cells.layer_std[row, col]) if used else None
        if self.per_layer is not None and used:
            layers = self.findings.record["layers"]
            values = self.per_layer[:, row, col].tolist()
            facts["per_layer"] = dict(zip(layers, values, strict=True))
        for side, warp in self._warps.items():
            facts[f"patches_{side}"] = warp.patches(cell)
        return facts

    @cached_property
    def _warps(self) -> dict[str, CellWarp]:
        return {side: CellWarp(self.findings, side) for side in "ab"}


def histogram_edges(bounds: tuple[float, float]) -> Floats:
    """Return the edges of the bars in which values between two limits are counted."""
    return np.linspace(*bounds, HISTOGRAM_BINS + 1)


def histogram_bars(values: Floats, edges: Floats) -> NDArray[np.intp]:
    """Return the bar that each value (n,) is in, from 0; -1 of one that is missing."""
    bars = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
    return np.where(np.isfinite(values), bars, -1)

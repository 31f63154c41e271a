"""From consensus to photo, by what a run holds: the cells' splines, and the patches under one."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_dinosar.core.arrays import Floats
from napari_dinosar.core.cells import CellSide, cell_tokens
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.spline import ThinPlateSpline
from napari_dinosar.findings import CellGrid, Findings

PatchWeight = tuple[int, int, float]


class CellWarp:
    """Carries the consensus of a run onto one of its photos.

    Parameters
    ----------
    findings : Findings
        Of a comparison with cells.
    side : {"a", "b"}
        The photo.

    Raises
    ------
    DinosarError
        If the run has no cells, or not the landmarks that they rest on.
    """

    def __init__(self, findings: Findings, side: str) -> None:
        if findings.cells is None:
            raise DinosarError("The run has no homologous cells: compare with landmarks.")
        self.cells: CellGrid = findings.cells
        self.side = findings.side(side)
        self._settings = findings.settings
        landmarks_xy = self.side.landmarks_xy(self.cells.names)
        if landmarks_xy is None:
            raise DinosarError(
                f"The run does not hold the landmarks of {self.side.name} that its cells rest on: "
                "compare the two photos again."
            )
        self._landmarks_xy: Floats = landmarks_xy

    @cached_property
    def spline(self) -> ThinPlateSpline:
        """From consensus pixels to the canvas of the photo."""
        canvas_xy = self.side.to_canvas(self._landmarks_xy)
        smoothing = self._settings.tps_smoothing
        return ThinPlateSpline(self.cells.consensus_px_xy, canvas_xy, smoothing)

    def __call__(self, consensus_xy: ArrayLike) -> Floats:
        """Return the photo pixels (..., 2) of consensus pixels."""
        return self.side.to_photo(self.spline(consensus_xy))

    def patches(self, cell: int) -> list[PatchWeight]:
        """Return row, column and weight of the patches under a cell; heaviest first.

        The weights add up to 1; there is no patch where nothing of the cell is covered.
        """
        row, col = divmod(cell, self.cells.shape[1])
        samples = self._settings.tps_samples
        steps = (np.arange(samples) + 0.5) / samples
        x, y = np.meshgrid(steps, steps)
        offsets = np.stack([x.ravel(), y.ravel()], axis=-1) * self.cells.cell_xy
        canvas_xy = self.spline(self.cells.nodes_xy[row, col] + offsets)
        weights = cell_tokens(self._bare, canvas_xy[None]).weights.toarray()[0]
        weights = weights.reshape(self.side.valid.shape)
        found = [(int(r), int(c), float(weights[r, c])) for r, c in np.argwhere(weights > 0)]
        return sorted(found, key=lambda one: -one[2])

    @cached_property
    def _bare(self) -> CellSide:
        """What cells are read from, without any tokens: weights do not depend on them."""
        rows, cols = self.side.valid.shape
        nothing: NDArray[np.float32] = np.zeros((1, rows, cols, 0), dtype=np.float32)
        return CellSide(nothing, self.side.valid, self.side.canvas_mask, self.side.patch_size)

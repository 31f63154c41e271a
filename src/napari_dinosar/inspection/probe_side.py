"""One photo of a probe: which patch lies at a place, and where patches and maps lie on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.comparison import Comparison
from napari_dinosar.core import peaks
from napari_dinosar.core.arrays import Float32s
from napari_dinosar.inspection.probe_result import Patch, PatchMap, Peak, PointXY, SideName
from napari_dinosar.specimen import Specimen

SWAP = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
"""Takes (x, y, 1) to (y, x, 1)."""

NOWHERE = -1


@dataclass(frozen=True, eq=False)
class ProbeSide:
    """One photo of a comparison, as far as a probe needs it.

    Attributes
    ----------
    name : {"a", "b"}
        Which photo.
    specimen : Specimen
        Its tokens and canvas.
    comparison : Comparison
        What it belongs to.
    to_photo_yx : array, (3, 3)
        As `PatchMap` has it.
    """

    name: SideName
    specimen: Specimen
    comparison: Comparison
    to_photo_yx: NDArray[np.float64]

    @classmethod
    def of(cls, comparison: Comparison, name: SideName) -> ProbeSide:
        """Return a side of a comparison."""
        to_photo = comparison.findings.side(name).patch_to_photo
        specimen = comparison.a if name == "a" else comparison.b
        return cls(name, specimen, comparison, SWAP @ to_photo @ SWAP)

    def patch_at(self, xy: PointXY) -> Patch:
        """Return the patch at a place in photo pixels, valid or not."""
        size = self.specimen.side.patch_size
        canvas_xy = self.specimen.canvas.map.to_canvas(xy)
        if not np.isfinite(canvas_xy).all():
            return Patch(NOWHERE, NOWHERE, xy, False, "beyond the horizon of the aligned photo")
        col, row = (int(count) for count in np.floor((canvas_xy + 0.5) / size))
        reason = self._why_not(row, col)
        return Patch(row, col, self.xy(row, col), not reason, reason)

    def xy(self, row: float, col: float) -> PointXY:
        """Return the photo pixels of a place that is given in patches."""
        size = self.specimen.side.patch_size
        canvas_xy = np.array([col, row]) * size + (size - 1) / 2
        x, y = self.specimen.canvas.map.to_photo(canvas_xy)
        return float(x), float(y)

    def index(self, patch: Patch) -> int | None:
        """Return which valid patch a patch is; None where it is not valid."""
        return int(self.specimen.side.index[patch.row, patch.col]) if patch.valid else None

    def place(self, index: int) -> tuple[int, int]:
        """Return row and column of a valid patch."""
        row, col = self.specimen.side.rows_cols[index]
        return int(row), int(col)

    def map(self, values: Float32s | None) -> PatchMap:
        """Lay the values of the valid patches over the photo; NaN all over without any."""
        valid = self.specimen.side.valid
        laid = np.full(valid.shape, np.nan, dtype=np.float32)
        if values is not None:
            laid[valid] = values
        return PatchMap(self.name, laid, self.to_photo_yx)

    def peak(self, found: PatchMap, place: tuple[int, int], similarity: float) -> Peak:
        """Return a peak of a map of this photo."""
        row, col = place
        down, right = peaks.peak_shift(found.values, place)
        refined_xy = self.xy(row + down, col + right)
        return Peak(row, col, self.xy(row, col), similarity, refined_xy)

    def patch_px(self, xy: PointXY) -> float:
        """Return the side of the patch at a place in photo pixels: how fine an answer can be."""
        canvas = self.specimen.canvas.map
        half = self.specimen.side.patch_size / 2
        x, y = canvas.to_canvas(xy)
        left, right, top, bottom = canvas.to_photo(
            [(x - half, y), (x + half, y), (x, y - half), (x, y + half)]
        )
        across, down = np.linalg.norm(right - left), np.linalg.norm(bottom - top)
        return float(np.sqrt(across * down))

    def _why_not(self, row: int, col: int) -> str:
        """Return why the patch there does not count; empty where it does."""
        patches, settings = self.specimen.patches, self.comparison.settings
        rows, cols = patches.valid.shape
        if not (0 <= row < rows and 0 <= col < cols):
            return "outside the canvas"
        if patches.valid[row, col]:
            return ""
        fill = float(patches.fill[row, col])
        if fill > settings.fg_thresh:
            return f"in the outer {settings.border_patches} rings of the canvas, which are left out"
        if fill > 0.0:
            return (
                f"too little specimen: {fill:.0%} of the patch, and {settings.fg_thresh:.0%} needed"
            )
        if settings.align_stage in ("mask", "both"):
            return "no specimen here, or outside what the two have in common"
        return "no specimen here"

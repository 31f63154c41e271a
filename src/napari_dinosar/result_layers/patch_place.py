"""Where the patches of a canvas lie on their photo, and values of patches as pixels there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.findings import Side

Float32s = NDArray[np.float32]
Floats = NDArray[np.float64]

SWAP = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
"""Takes (x, y, 1) to (y, x, 1)."""


@dataclass(frozen=True, eq=False)
class PatchPlace:
    """Draws values of patches on a photo, many times over where many values follow each other.

    Attributes
    ----------
    to_photo_yx : array, (3, 3)
        The affine of (y, x) that lays the pixels over the photo.
    picks : array of int, (h, w, 2), or None
        Row and column of the patch that each pixel shows, -1 where there is none. None where a
        patch is a pixel; a tilted canvas has no affine, so that its patches have to be drawn.
    """

    to_photo_yx: Floats
    picks: NDArray[np.intp] | None

    @classmethod
    def of(cls, specimen: Side, most_px: int | None = None) -> PatchPlace:
        """Return where the patches of a specimen lie.

        Parameters
        ----------
        specimen : Side
            Whose patches.
        most_px : int, optional
            Longer side of the image where patches have to be drawn; that of the preview by default.
        """
        if specimen.is_affine:
            return cls(SWAP @ specimen.patch_to_photo @ SWAP, None)
        size_yx = np.array(specimen.size_xy[::-1])
        shape = np.array(specimen.preview.shape[:2])
        if most_px is not None:
            shape = np.maximum(np.rint(shape * min(1.0, most_px / shape.max())).astype(int), 1)
        step = size_yx / shape
        y, x = ((np.arange(n) + 0.5) * one - 0.5 for n, one in zip(shape, step, strict=True))
        canvas_xy = specimen.to_canvas(np.stack(np.meshgrid(x, y), axis=-1))
        picks = np.floor((canvas_xy[..., ::-1] + 0.5) / specimen.patch_size).astype(int)
        picks[~((picks >= 0) & (picks < specimen.valid.shape)).all(axis=-1)] = -1
        to_photo = np.diag([*step, 1.0])
        to_photo[:2, 2] = (step - 1) / 2
        return cls(to_photo, picks)

    def pixels(self, values: Float32s) -> Float32s:
        """Return an image of values (rows, cols); NaN beyond the canvas."""
        if self.picks is None:
            return values
        row, col = np.moveaxis(self.picks, -1, 0)
        drawn: Float32s = np.where(row >= 0, values[row, col], np.float32(np.nan))
        return drawn

    def placed(self, frame: Floats) -> dict[str, Any]:
        """Return scale, translation and affine of the layer.

        Parameters
        ----------
        frame : array, (3, 3)
            The photo's map to the world.
        """
        to_photo = self.to_photo_yx
        if to_photo[0, 1] == 0 == to_photo[1, 0]:
            scale, translate = np.diag(to_photo)[:2], to_photo[:2, 2]
            return {"scale": scale, "translate": translate, "affine": frame}
        return {"scale": (1.0, 1.0), "translate": (0.0, 0.0), "affine": frame @ to_photo}

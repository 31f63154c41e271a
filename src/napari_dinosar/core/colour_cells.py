"""The mean colour of homologous cells, from the very samples that their tokens are made of."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.arrays import Booleans, Floats
from napari_dinosar.core.backdrop import cielab
from napari_dinosar.core.cells import counted_samples
from napari_dinosar.core.grid import SAMPLES_PER_SIDE, Grid
from napari_dinosar.core.spline import ThinPlateSpline


def cell_colours(
    rgb: NDArray[np.uint8],
    mask: Booleans,
    valid: Booleans,
    grid: Grid,
    spline: ThinPlateSpline,
    samples: int = SAMPLES_PER_SIDE,
) -> Floats:
    """Return the mean CIELAB colour of each cell of a grid on one specimen.

    A sample is the pixel of the canvas that it falls on, which the photo was resampled to with
    antialiasing; those that count for the cell's token count here.

    Parameters
    ----------
    rgb : array of uint8, (H, W, 3)
        The canvas.
    mask : array of bool, (H, W)
        Its eroded mask.
    valid : array of bool, (rows, cols)
        Its patches that count; they divide the canvas evenly.
    grid : Grid
        The grid in consensus pixels.
    spline : ThinPlateSpline
        From consensus to canvas pixels.
    samples : int
        Samples along each side of a cell.

    Returns
    -------
    array, (rows, cols, 3)
        L*, a* and b* under D65; NaN in a cell without a sample that counts.
    """
    patch_size = rgb.shape[0] // len(valid)
    lab = np.moveaxis(cielab(rgb), 0, -1)
    means = []
    for samples_xy in grid.sample_blocks(samples):
        canvas_xy = spline(samples_xy)
        counts = counted_samples(mask, valid, patch_size, canvas_xy)
        pixel = np.where(counts[..., None], np.floor(canvas_xy + 0.5), 0.0).astype(np.intp)
        colours = lab[pixel[..., 1], pixel[..., 0]].astype(np.float64)
        n_counted = counts.sum(axis=-1)[:, None]
        total = np.where(counts[..., None], colours, 0.0).sum(axis=1)
        unknown = np.full(total.shape, np.nan)
        means.append(np.divide(total, n_counted, out=unknown, where=n_counted > 0))
    return np.concatenate(means).reshape(grid.rows, grid.cols, 3)


def colour_difference(lab_a: Floats, lab_b: Floats) -> Floats:
    """Return the colour differences of CIELAB colours (..., 3); NaN stays NaN.

    The Euclidean distance Delta E*ab of CIE 1976 (CIE 15:2004); about 2 can just be seen.
    """
    return np.asarray(np.linalg.norm(lab_a - lab_b, axis=-1))

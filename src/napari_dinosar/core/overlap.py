"""What two masks share once one canvas is mapped to the other: overlap, its share, the rest."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from napari_dinosar.core.arrays import Booleans, Floats
from napari_dinosar.core.canvas_map import inverse, map_points
from napari_dinosar.core.errors import DinosarError


def overlap_masks(
    mask_a: Booleans, mask_b: Booleans, matrix: ArrayLike
) -> tuple[Booleans, Booleans]:
    """Cut both masks to what the two specimens share; no pixel moves.

    Parameters
    ----------
    mask_a, mask_b : (H, W) bool
        The masks, each on its own canvas.
    matrix : array, (3, 3)
        From A's canvas to B's; the identity once A's photo lies in B's frame.

    Returns
    -------
    mask_a, mask_b : (H, W) bool
        The part of A that lies on B's mask, and the part of B on which A's mask lies.

    Raises
    ------
    DinosarError
        If a mask is empty, nothing of one is left, or the matrix is not an invertible one.
    """
    mask_a, mask_b = checked_foreground(mask_a, "A"), checked_foreground(mask_b, "B")
    shared_a = _cut(mask_a, mask_b, matrix)
    shared_b = _cut(mask_b, mask_a, inverse(matrix))
    if not (shared_a.any() and shared_b.any()):
        raise DinosarError(
            "Aligned, the masks of A and B do not overlap, so that nothing is left to compare. "
            "Check the landmarks, correct the masks, or choose another align_stage than mask or "
            "both."
        )
    return shared_a, shared_b


def overlap_share(mask_a: Booleans, mask_b: Booleans, matrix: ArrayLike) -> float:
    """Return the IoU of mask A, laid on B's canvas by a similarity, and mask B.

    What of A falls beyond B's canvas counts as a part of the union.
    """
    rows = np.asarray(matrix, dtype=np.float64)
    shared = float(_cut(mask_b, mask_a, inverse(rows)).sum())
    area_a = float(mask_a.sum()) * abs(float(np.linalg.det(rows[:2, :2])))
    return shared / (area_a + float(mask_b.sum()) - shared)


def outside_share(mask_a: Booleans, matrix: ArrayLike, shape_b: tuple[int, int]) -> float:
    """Return the share of A's mask (H, W) that lands outside a canvas of `shape_b` (rows, cols)."""
    mapped_xy = map_points(matrix, pixels_xy(checked_foreground(mask_a, "A")))
    return float(1.0 - _on_canvas(mapped_xy, shape_b).mean())


def checked_foreground(mask: Booleans, name: str) -> Booleans:
    """Return a mask (H, W) that is not empty, or an error that names the specimen."""
    mask = np.asarray(mask, dtype=bool)
    if mask.ndim != 2 or not mask.any():
        raise DinosarError(
            f"The foreground of {name} is empty on its canvas, so that nothing can be aligned. "
            "Choose another foreground."
        )
    return mask


def pixels_xy(mask: Booleans) -> Floats:
    """Return the centres (n, 2) of a mask's pixels."""
    return np.argwhere(mask)[:, ::-1].astype(np.float64)


def _cut(mask: Booleans, other: Booleans, matrix: ArrayLike) -> Booleans:
    """Return the part of a mask whose pixels' centres are mapped into the other mask."""
    rows, cols = np.nonzero(mask)
    mapped_xy = map_points(matrix, np.stack([cols, rows], axis=1))
    inside = _on_canvas(mapped_xy, (other.shape[0], other.shape[1]))
    x, y = np.floor(mapped_xy[inside] + 0.5).astype(np.intp).T
    inside[inside] = other[y, x]
    cut = np.zeros_like(mask)
    cut[rows, cols] = inside
    return cut


def _on_canvas(xy: Floats, shape: tuple[int, int]) -> Booleans:
    """Return which points (n, 2) lie on a canvas; what has no place does not."""
    edge_xy = np.array([shape[1], shape[0]]) - 0.5
    return np.asarray(((xy >= -0.5) & (xy < edge_xy)).all(axis=1))

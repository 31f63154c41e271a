"""The tokens under warped cells: bilinear samples on the specimen, averaged and compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.arrays import Booleans, Float32s, Floats

if TYPE_CHECKING:
    from scipy.sparse import csr_array


_BLOCK_CELLS = 4096


@dataclass(frozen=True, eq=False)
class CellSide:
    """What the cells of one canvas are read from.

    Attributes
    ----------
    tokens : array of float32, (L, rows, cols, D)
        Unit tokens.
    valid : array of bool, (rows, cols)
        Patches that count.
    mask : array of bool, (H, W)
        Eroded mask of the canvas.
    patch_size : int
        Side of a patch in canvas pixels.
    """

    tokens: Float32s
    valid: Booleans
    mask: Booleans
    patch_size: int


@dataclass(frozen=True, eq=False)
class CellTokens:
    """Mean tokens of the cells of one specimen, worked out when they are asked for.

    Attributes
    ----------
    tokens : array of float32, (L, N, D)
        Unit tokens of all patches, row-major.
    weights : sparse array, (cells, N)
        How much each patch adds to each cell; a row adds up to 1, or 0 in a bare cell.
    coverage : array, (cells,) or (rows, cols) of the grid
        Share of a cell's samples that count.
    """

    tokens: Float32s
    weights: csr_array
    coverage: Floats

    def mean(self, layer: int, cells: NDArray[np.intp]) -> Float32s:
        """Return the mean tokens (n, D) of some cells in one layer; not of unit length."""
        mean: Float32s = self.weights[cells] @ self.tokens[layer]
        return mean


def cell_tokens(side: CellSide, samples_xy: Floats) -> CellTokens:
    """Gather the tokens under the cells of a warped grid.

    A sample counts when its canvas pixel lies in the eroded mask and its nearest patch is valid.
    It is the bilinear mean of the unit tokens of the valid ones of the four patches round it; a
    cell is the mean of its samples that count.

    Parameters
    ----------
    side : CellSide
        Tokens, valid patches and mask.
    samples_xy : array, (..., n, 2)
        Samples of each cell in canvas pixels, wherever they lie.

    Returns
    -------
    CellTokens
        Weights of the patches, and coverage (...).
    """
    from scipy.sparse import coo_array

    n_layers, n_rows, n_cols, width = side.tokens.shape
    counts = counted_samples(side.mask, side.valid, side.patch_size, samples_xy)
    n_counted = counts.sum(axis=-1)
    coverage = n_counted / samples_xy.shape[-2]
    cell = np.broadcast_to(np.arange(n_counted.size).reshape(*n_counted.shape, 1), counts.shape)
    cell = cell[counts]
    patch, weight = _bilinear(side, samples_xy[counts])
    weight /= n_counted.ravel()[cell, None]
    weights = coo_array(
        (weight.astype(np.float32).ravel(), (np.repeat(cell, 4), patch.ravel())),
        shape=(n_counted.size, n_rows * n_cols),
    )
    return CellTokens(
        tokens=side.tokens.reshape(n_layers, n_rows * n_cols, width),
        weights=weights.tocsr(),
        coverage=coverage,
    )


def joined_cells(parts: Sequence[CellTokens], shape: tuple[int, int]) -> CellTokens:
    """Return the cells of a grid (rows, cols) that were gathered in parts, in row-major order."""
    from scipy.sparse import vstack

    weights = parts[0].weights
    if len(parts) > 1:
        weights = vstack([part.weights for part in parts], format="csr")
    coverage = np.concatenate([part.coverage for part in parts]).reshape(shape)
    return CellTokens(parts[0].tokens, weights, coverage)


def cell_similarity(a: CellTokens, b: CellTokens, used: Booleans) -> Floats:
    """Return ``cos(mean token A, mean token B)`` of each layer and cell, (L, rows, cols).

    Parameters
    ----------
    a, b : CellTokens
        The two specimens, on the same grid.
    used : array of bool, (rows, cols)
        Cells to compare, each with a sample in both; the others are NaN.
    """
    cells = np.flatnonzero(used)
    similarity = np.full((len(a.tokens), used.size), np.nan)
    for start in range(0, len(cells), _BLOCK_CELLS):
        block = cells[start : start + _BLOCK_CELLS]
        for layer in range(len(a.tokens)):
            similarity[layer, block] = _cosine(a.mean(layer, block), b.mean(layer, block))
    return similarity.reshape(-1, *used.shape)


def counted_samples(
    mask: Booleans, valid: Booleans, patch_size: int, samples_xy: Floats
) -> Booleans:
    """Return which samples lie on a pixel of the mask whose patch is valid.

    Parameters
    ----------
    mask : array of bool, (H, W)
        Eroded mask of the canvas.
    valid : array of bool, (rows, cols)
        Patches that count.
    patch_size : int
        Side of a patch in canvas pixels.
    samples_xy : array, (..., 2)
        Canvas pixels, wherever they lie.
    """
    height, width = mask.shape
    pixel = np.floor(samples_xy + 0.5)
    inside: Booleans = np.all((pixel >= 0) & (pixel < np.array([width, height])), axis=-1)
    # samples beyond the canvas look at its corner pixel and are dropped again
    column, row = np.moveaxis(np.where(inside[..., None], pixel, 0.0).astype(np.intp), -1, 0)
    in_patch = valid[row // patch_size, column // patch_size]
    counts: Booleans = inside & mask[row, column] & in_patch
    return counts


def _bilinear(side: CellSide, xy: Floats) -> tuple[NDArray[np.intp], Floats]:
    """Return the four patches round each point (n, 4), and weights that skip invalid ones."""
    n_rows, n_cols = side.valid.shape
    position = (xy - (side.patch_size - 1) / 2) / side.patch_size
    first = np.floor(position)
    share = position - first
    patches, weights = [], []
    for down, right in product((0, 1), repeat=2):
        column, row = np.moveaxis(first.astype(np.intp) + np.array([right, down]), -1, 0)
        inside = (row >= 0) & (row < n_rows) & (column >= 0) & (column < n_cols)
        row, column = np.where(inside, row, 0), np.where(inside, column, 0)
        along_x = share[:, 0] if right else 1.0 - share[:, 0]
        along_y = share[:, 1] if down else 1.0 - share[:, 1]
        weights.append(along_x * along_y * (inside & side.valid[row, column]))
        patches.append(row * n_cols + column)
    weight = np.stack(weights, axis=-1)
    # never 0: the nearest of the four is valid and weighs at least a quarter
    weight /= weight.sum(axis=-1, keepdims=True)
    return np.stack(patches, axis=-1), weight


def _cosine(a: Float32s, b: Float32s) -> Floats:
    """Return the cosine of the rows of two arrays (n, D), in double precision; 0 of a row of 0."""
    product_ab = np.einsum("nd,nd->n", a, b, dtype=np.float64)
    lengths = np.sqrt(
        np.einsum("nd,nd->n", a, a, dtype=np.float64)
        * np.einsum("nd,nd->n", b, b, dtype=np.float64)
    )
    zeros = np.zeros(len(a))
    cosine = np.divide(product_ab, lengths, out=zeros, where=lengths > 0)
    # rounding can take that of equal tokens past 1
    clipped: Floats = np.clip(cosine, -1.0, 1.0)
    return clipped

"""Pieces of both photos round a cell: as they are, and rectified so that like lies on like."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.arrays import Bytes, Floats
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.findings import Findings
from napari_dinosar.inspection.cell_warps import CellWarp
from napari_dinosar.inspection.photo_warping import WHITE, mean_steps, warped
from napari_dinosar.report.tables import cell_corners_xy

SURROUNDINGS = 1.5
"""Widths of a cell that a piece shows on each side of it."""

LONGEST_PX = 512
"""Longer side of a rectified piece, unless the photos are coarser."""

SHORTEST_PX = 96
"""Smaller pieces are enlarged to this: of a few pixels nothing could be seen."""

_NODES = 13


@dataclass(frozen=True, eq=False)
class Piece:
    """A piece of a photo with a cell in it.

    Attributes
    ----------
    rgb : array of uint8, (h, w, 3)
        White beyond the photo.
    outline_xy : array, (4, 2)
        Corners of the cell in the piece's pixels, clockwise from its first; (0, 0) is the centre
        of the first pixel.
    """

    rgb: Bytes
    outline_xy: Floats


class CellPieces:
    """Cuts pieces out of the two photos of a run.

    Parameters
    ----------
    findings : Findings
        Of a comparison with cells.
    rgb_a, rgb_b : array of uint8, (H, W, 3)
        The photos; those of a fresh comparison are ``comparison.a.photo.rgb`` and that of B.

    Raises
    ------
    DinosarError
        If the run has no cells or not their landmarks, or a photo has another size.
    """

    def __init__(self, findings: Findings, rgb_a: Bytes, rgb_b: Bytes) -> None:
        self._photos: Mapping[str, Bytes] = checked_photos(findings, rgb_a, rgb_b)
        self._warps = {name: CellWarp(findings, name) for name in "ab"}
        self._cells = self._warps["a"].cells
        self._corners = {
            "a": cell_corners_xy(self._cells.nodes_a_xy),
            "b": cell_corners_xy(self._cells.nodes_b_xy),
        }

    def as_they_are(self, cell: int, surroundings: float = SURROUNDINGS) -> tuple[Piece, Piece]:
        """Return the pieces of A and of B in their photos' own pixels, nothing resampled.

        Parameters
        ----------
        cell : int
            Its row in the table of cells.
        surroundings : float
            Widths of the cell, as it lies in each photo, that are shown on each side of it.

        Raises
        ------
        DinosarError
            If the run has no such cell.
        """
        place = self._checked(cell)
        return self._as_it_is("a", place, surroundings), self._as_it_is("b", place, surroundings)

    def rectified(
        self, cell: int, surroundings: float = SURROUNDINGS, longest_px: int = LONGEST_PX
    ) -> tuple[Piece, Piece]:
        """Return the pieces of A and of B warped to the consensus, of one size.

        Each pixel is taken where the thin-plate spline of the photo's landmarks puts it, so that
        homologous places lie on each other when the two are shown in turn. Bilinear, from means
        of the pixels that a pixel of the piece covers, or of 4 to 9 of them where there are many.
        The spline is worked out on a lattice of 13 x 13 places and is even between them, which is
        exact for affine changes.

        Parameters
        ----------
        cell, surroundings
            As for `as_they_are`; widths are those of the cell in the consensus.
        longest_px : int
            Longer side of the pieces; less where both photos are coarser, and never under 96.

        Raises
        ------
        DinosarError
            If the run has no such cell.
        """
        row, col = divmod(self._checked(cell), self._cells.shape[1])
        margin = surroundings * self._cells.cell_xy
        low = self._cells.nodes_xy[row, col] - margin
        high = self._cells.nodes_xy[row + 1, col + 1] + margin
        lattices = {name: self._lattice(name, low, high) for name in "ab"}
        size_xy = _size_xy(high - low, list(lattices.values()), longest_px)
        per_px = (high - low) / size_xy
        corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) * self._cells.cell_xy
        outline = (corners + margin) / per_px - 0.5
        first, second = (
            Piece(warped(self._photos[name], lattices[name], size_xy), outline) for name in "ab"
        )
        return first, second

    def _checked(self, cell: int) -> int:
        n_cells = self._cells.used.size
        if not 0 <= cell < n_cells:
            raise DinosarError(f"The run has no cell {cell}: they count from 0 to {n_cells - 1}.")
        return int(cell)

    def _as_it_is(self, name: str, cell: int, surroundings: float) -> Piece:
        corners, rgb = self._corners[name][cell], self._photos[name]
        if not np.isfinite(corners).all():
            return Piece(np.full((1, 1, 3), WHITE, np.uint8), np.full((4, 2), np.nan))
        # a cell that is warped far off its photo would ask for far too many white pixels
        far = np.array(rgb.shape[1::-1])
        margin = surroundings * (corners.max(axis=0) - corners.min(axis=0))
        low = np.clip(np.floor(corners.min(axis=0) - margin + 0.5), -far, 2 * far).astype(int)
        high = np.clip(np.ceil(corners.max(axis=0) + margin + 0.5), -far, 2 * far).astype(int)
        return Piece(_cut(rgb, low, np.maximum(high, low + 1)), corners - low)

    def _lattice(self, name: str, low: Floats, high: Floats) -> Floats:
        """Return the photo pixels of a lattice over a part of the consensus, edge to edge."""
        x, y = (np.linspace(low[axis], high[axis], _NODES) for axis in (0, 1))
        return self._warps[name](np.stack(np.meshgrid(x, y), axis=-1))


def checked_photos(findings: Findings, rgb_a: Bytes, rgb_b: Bytes) -> dict[str, Bytes]:
    """Return the photos of a run by their letters.

    Raises
    ------
    DinosarError
        If one has another size than the photo that was compared.
    """
    photos = {"a": rgb_a, "b": rgb_b}
    for name, rgb in photos.items():
        side = findings.side(name)
        if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.shape[1::-1] != side.size_xy:
            width, height = side.size_xy
            raise DinosarError(
                f"The pixels given for {side.name} are {' x '.join(map(str, rgb.shape))}; the "
                f"photo that was compared is {height} x {width} x 3. Give that photo."
            )
    return photos


def _size_xy(extent: Floats, lattices: list[Floats], longest_px: int) -> NDArray[np.intp]:
    """Return width and height: as fine as the finer photo, within bounds."""
    photo_px = max(max(mean_steps(lattice)) for lattice in lattices) * (_NODES - 1)
    longest = max(min(math.ceil(photo_px), longest_px), SHORTEST_PX)
    return np.asarray(np.maximum(1, np.rint(extent / extent.max() * longest)), dtype=np.intp)


def _cut(rgb: Bytes, low: NDArray[np.intp], high: NDArray[np.intp]) -> Bytes:
    """Return the pixels from `low` (x, y) up to but without `high`; white beyond the photo."""
    (x, y), (to_x, to_y) = low, high
    rows, cols = rgb.shape[:2]
    inside = rgb[max(y, 0) : max(to_y, 0), max(x, 0) : max(to_x, 0)]
    if x >= 0 and y >= 0 and to_x <= cols and to_y <= rows:
        return inside
    piece = np.full((to_y - y, to_x - x, 3), WHITE, np.uint8)
    top, left = max(-y, 0), max(-x, 0)
    piece[top : top + inside.shape[0], left : left + inside.shape[1]] = inside
    return piece

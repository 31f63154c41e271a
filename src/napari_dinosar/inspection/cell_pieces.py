"""Pieces of both photos round a cell: as they are, and rectified so that like lies on like."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.shape import Floats
from napari_dinosar.findings import Findings
from napari_dinosar.inspection.cell_warps import CellWarp
from napari_dinosar.report.tables import cell_corners_xy

Bytes = NDArray[np.uint8]

SURROUNDINGS = 1.5
"""Widths of a cell that a piece shows on each side of it."""

LONGEST_PX = 512
"""Longer side of a rectified piece, unless the photos are coarser."""

SHORTEST_PX = 96
"""Smaller pieces are enlarged to this: of a few pixels nothing could be seen."""

_NODES = 25
_MOST_SAMPLES = 2
_WHITE = 255


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
        self._photos: Mapping[str, Bytes] = {"a": rgb_a, "b": rgb_b}
        self._warps = {name: CellWarp(findings, name) for name in "ab"}
        self._cells = self._warps["a"].cells
        for name, rgb in self._photos.items():
            side = findings.side(name)
            if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.shape[1::-1] != side.size_xy:
                width, height = side.size_xy
                raise DinosarError(
                    f"The pixels given for {side.name} are {' x '.join(map(str, rgb.shape))}; the "
                    f"photo that was compared is {height} x {width} x 3. Give that photo."
                )
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
        The spline is worked out on a lattice of 25 x 25 places and is even between them, which is
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
            Piece(_warped(self._photos[name], lattices[name], size_xy), outline) for name in "ab"
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
            return Piece(np.full((1, 1, 3), _WHITE, np.uint8), np.full((4, 2), np.nan))
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


def _size_xy(extent: Floats, lattices: list[Floats], longest_px: int) -> NDArray[np.intp]:
    """Return width and height: as fine as the finer photo, within bounds."""
    photo_px = max(max(_mean_steps(lattice)) for lattice in lattices) * (_NODES - 1)
    longest = max(min(math.ceil(photo_px), longest_px), SHORTEST_PX)
    return np.asarray(np.maximum(1, np.rint(extent / extent.max() * longest)), dtype=np.intp)


def _mean_steps(lattice: Floats) -> tuple[float, float]:
    """Return the mean distance in photo pixels of neighbours across and down a lattice."""
    across = np.linalg.norm(np.diff(lattice, axis=1), axis=-1)
    down = np.linalg.norm(np.diff(lattice, axis=0), axis=-1)
    return float(across.mean()), float(down.mean())


def _warped(rgb: Bytes, lattice: Floats, size_xy: NDArray[np.intp]) -> Bytes:
    """Return a photo (h, w, 3) at the places that a lattice spans, edge to edge."""
    from PIL import Image

    steps = np.array(_mean_steps(lattice)) * (_NODES - 1) / size_xy
    # a step of nearly two is left to the bilinear sample: rounding alone may have made it so
    fewer = max(1, int(steps.min() + 0.1))
    low = np.clip(np.floor(lattice.min(axis=(0, 1))) - fewer, 0, None).astype(int)
    high = np.ceil(lattice.max(axis=(0, 1))).astype(int) + fewer + 1
    region = rgb[low[1] : max(high[1], low[1]), low[0] : max(high[0], low[0])]
    if not region.size:
        return np.full((int(size_xy[1]), int(size_xy[0]), 3), _WHITE, np.uint8)
    image, within = _reduced(region, lattice - low, fewer)
    laid = image.transform(
        (int(size_xy[0]), int(size_xy[1])),
        Image.Transform.MESH,
        _mesh(within, size_xy),
        Image.Resampling.BILINEAR,
        fillcolor="white",
    )
    return np.asarray(laid)


def _reduced(rgb: Bytes, xy: Floats, fewer: int) -> tuple[Any, Floats]:
    """Return an image of the means of squares of about so many pixels, and places in it."""
    from PIL import Image

    # a mean of few that lie evenly looks like that of all, and takes as long for any photo
    every = max(1, fewer // _MOST_SAMPLES)
    among = fewer // every
    thinned = Image.fromarray(rgb[every // 2 :: every, every // 2 :: every])
    return thinned.reduce(among), ((xy - every // 2) / every + 0.5) / among - 0.5


def _mesh(lattice: Floats, size_xy: NDArray[np.intp]) -> list[tuple[Any, Any]]:
    """Return boxes of whole pixels with the four places that their corners are taken from.

    Pillow counts places from the corner of the first pixel: north-west, south-west, south-east
    and north-east.
    """
    width, height = (int(count) for count in size_xy)
    x, y = (np.unique(np.rint(np.linspace(0, n, _NODES)).astype(int)) for n in (width, height))
    at = _between(y, height) @ lattice.transpose(2, 0, 1) @ _between(x, width).T + 0.5
    corners = [at[:, :-1, :-1], at[:, 1:, :-1], at[:, 1:, 1:], at[:, :-1, 1:]]
    quads = np.concatenate(corners).transpose(1, 2, 0).tolist()
    x_px, y_px = x.tolist(), y.tolist()
    return [
        ((x_px[col], y_px[row], x_px[col + 1], y_px[row + 1]), quads[row][col])
        for row in range(len(y_px) - 1)
        for col in range(len(x_px) - 1)
    ]


def _between(edges: NDArray[np.intp], count: int) -> Floats:
    """Return the weights (edges, nodes) of a lattice's nodes at edges of `count` pixels."""
    place = edges / count * (_NODES - 1)
    first = np.minimum(place.astype(int), _NODES - 2)
    weights = np.zeros((len(edges), _NODES))
    weights[np.arange(len(edges)), first] = 1.0 - (place - first)
    weights[np.arange(len(edges)), first + 1] = place - first
    return weights


def _cut(rgb: Bytes, low: NDArray[np.intp], high: NDArray[np.intp]) -> Bytes:
    """Return the pixels from `low` (x, y) up to but without `high`; white beyond the photo."""
    (x, y), (to_x, to_y) = low, high
    rows, cols = rgb.shape[:2]
    inside = rgb[max(y, 0) : max(to_y, 0), max(x, 0) : max(to_x, 0)]
    if x >= 0 and y >= 0 and to_x <= cols and to_y <= rows:
        return inside
    piece = np.full((to_y - y, to_x - x, 3), _WHITE, np.uint8)
    top, left = max(-y, 0), max(-x, 0)
    piece[top : top + inside.shape[0], left : left + inside.shape[1]] = inside
    return piece

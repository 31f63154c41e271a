"""Pieces of a photo that is bent: laid out at the size at which they are looked at."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.arrays import Bytes, Floats

WHITE = 255
"""What lies beyond a photo."""

_MOST_SAMPLES = 2


def mean_steps(lattice: Floats) -> tuple[float, float]:
    """Return the mean distance in photo pixels of neighbours across and down a lattice."""
    across = np.linalg.norm(np.diff(lattice, axis=1), axis=-1)
    down = np.linalg.norm(np.diff(lattice, axis=0), axis=-1)
    return float(across.mean()), float(down.mean())


def warped(rgb: Bytes, lattice: Floats, size_xy: NDArray[np.intp]) -> Bytes:
    """Return a photo at the places that a lattice spans.

    Bilinear, from means of the pixels that a pixel of the piece covers, or of 4 to 9 of them where
    there are many, so that the cost follows the size of the piece and not that of the photo.

    Parameters
    ----------
    rgb : array of uint8, (H, W, 3)
        The photo.
    lattice : array, (n, n, 2)
        Photo pixels of places that lie evenly over the piece, edge to edge; between them it is
        bent evenly. Two along each side are enough for an affine map.
    size_xy : array of int, (2,)
        Width and height of the piece.

    Returns
    -------
    array of uint8, (h, w, 3)
        White beyond the photo.
    """
    from PIL import Image

    steps = np.array(mean_steps(lattice)) * (len(lattice) - 1) / size_xy
    # a step of nearly two is left to the bilinear sample: rounding alone may have made it so
    fewer = max(1, int(steps.min() + 0.1))
    low = np.clip(np.floor(lattice.min(axis=(0, 1))) - fewer, 0, None).astype(int)
    high = np.ceil(lattice.max(axis=(0, 1))).astype(int) + fewer + 1
    region = rgb[low[1] : max(high[1], low[1]), low[0] : max(high[0], low[0])]
    if not region.size:
        return np.full((int(size_xy[1]), int(size_xy[0]), 3), WHITE, np.uint8)
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
    nodes = len(lattice)
    x, y = (np.unique(np.rint(np.linspace(0, n, nodes)).astype(int)) for n in (width, height))
    along_y, along_x = _between(y, height, nodes), _between(x, width, nodes)
    at = along_y @ lattice.transpose(2, 0, 1) @ along_x.T + 0.5
    corners = [at[:, :-1, :-1], at[:, 1:, :-1], at[:, 1:, 1:], at[:, :-1, 1:]]
    quads = np.concatenate(corners).transpose(1, 2, 0).tolist()
    x_px, y_px = x.tolist(), y.tolist()
    return [
        ((x_px[col], y_px[row], x_px[col + 1], y_px[row + 1]), quads[row][col])
        for row in range(len(y_px) - 1)
        for col in range(len(x_px) - 1)
    ]


def _between(edges: NDArray[np.intp], count: int, nodes: int) -> Floats:
    """Return the weights (edges, nodes) of a lattice's nodes at edges of `count` pixels."""
    place = edges / count * (nodes - 1)
    first = np.minimum(place.astype(int), nodes - 2)
    weights = np.zeros((len(edges), nodes))
    weights[np.arange(len(edges)), first] = 1.0 - (place - first)
    weights[np.arange(len(edges)), first + 1] = place - first
    return weights

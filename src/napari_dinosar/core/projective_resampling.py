"""One antialiased resampling of a photo by any affine or projective map.

Each pixel of the result is an integral: the photo, made continuous by cubic interpolation, laid
into the result's frame and weighted there by a Lanczos kernel of the result's own pixels. The
integral is summed over samples at least as dense as the photo's pixels, so there is one
interpolation and one filter, as in `resampling.resize`, and nothing between them. Photos more than
eight times finer than the result are summed over whole blocks of pixels, at least four of which
still fall on a side of the result's pixels.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.arrays import Booleans, Bytes, Floats
from napari_dinosar.core.canvas_map import inverse, map_points
from napari_dinosar.core.homography import local_scales
from napari_dinosar.core.resampling import HALF, Filter, resize

_TILE_PX = 128
_FINE_ENOUGH = 8.0
_BLOCKS_ACROSS = 4
_MAX_SAMPLES_ACROSS = 32
_PROBES_ACROSS = 5


@dataclass(frozen=True)
class _Kernel:
    """How pixels are interpolated and filtered, and how far the filter reaches in pixels."""

    order: int
    by: Filter
    reach_px: int
    beyond: Literal["edge", "constant"]


_COLOUR = _Kernel(order=3, by="lanczos", reach_px=3, beyond="edge")
_MASK = _Kernel(order=1, by="bilinear", reach_px=1, beyond="constant")


def warp_rgb(rgb: Bytes, matrix: Floats, wanted: Booleans) -> Bytes:
    """Lay a photo into another frame.

    Parameters
    ----------
    rgb : (H, W, 3) uint8
        The photo; beyond it its edge pixels go on, so that no foreign colour is mixed in.
    matrix : (3, 3) float
        Homogeneous, from the photo's pixels to the frame's, its denominator positive on what is
        wanted.
    wanted : (h, w) bool
        The pixels of the frame that matter; tiles without any are left black.

    Returns
    -------
    (h, w, 3) uint8

    Raises
    ------
    DinosarError
        If the matrix cannot be inverted.
    """
    laid = np.zeros((*wanted.shape, 3), dtype=np.uint8)
    backwards = inverse(matrix)
    for tile in _tiles(wanted.shape):
        if wanted[tile].any():
            laid[tile] = _laid_tile(rgb, backwards, tile, _COLOUR)
    return laid


def warp_mask(mask: Booleans, matrix: Floats, shape: tuple[int, int]) -> Booleans:
    """Lay a mask (H, W) into a frame of `shape` bilinearly and cut it at one half.

    Beyond the photo there is no mask. The rest is as for `warp_rgb`.
    """
    values = mask.astype(np.uint8)[..., None] * np.uint8(255)
    backwards = inverse(matrix)
    laid = np.zeros(shape, dtype=bool)
    for tile in _tiles(shape):
        laid[tile] = _laid_tile(values, backwards, tile, _MASK)[..., 0] >= HALF
    return laid


def on_photo(matrix: Floats, shape: tuple[int, int], photo_size_xy: tuple[int, int]) -> Booleans:
    """Return which pixels of a frame of `shape` have their centre on the photo."""
    backwards = inverse(matrix)
    far_xy = np.array(photo_size_xy) - 0.5
    inside = np.zeros(shape, dtype=bool)
    for tile in _tiles(shape):
        y, x = np.mgrid[tile]
        photo_xy = map_points(backwards, np.stack([x, y], axis=-1))
        inside[tile] = ((photo_xy > -0.5) & (photo_xy < far_xy)).all(axis=-1)
    return inside


def _tiles(shape: tuple[int, ...]) -> Iterator[tuple[slice, slice]]:
    """Cut a frame into tiles, so that the samples of one at a time are held."""
    for top in range(0, shape[0], _TILE_PX):
        for left in range(0, shape[1], _TILE_PX):
            yield (
                slice(top, min(top + _TILE_PX, shape[0])),
                slice(left, min(left + _TILE_PX, shape[1])),
            )


def _laid_tile(
    pixels: Bytes, backwards: Floats, tile: tuple[slice, slice], kernel: _Kernel
) -> Bytes:
    """Return one tile (h, w, channels) of the frame; black where the photo is far away."""
    rows, cols = tile
    margin = kernel.reach_px
    first_xy = np.array([cols.start - margin, rows.start - margin], dtype=np.float64)
    size_xy = cols.stop - cols.start + 2 * margin, rows.stop - rows.start + 2 * margin
    probes_xy = _probes_xy(first_xy, size_xy)
    block, samples = _density(backwards, probes_xy)
    reach = _reach(map_points(backwards, probes_xy), 2 * block, (pixels.shape[0], pixels.shape[1]))
    if reach is None:
        return np.zeros((*_size(tile), pixels.shape[2]), dtype=np.uint8)
    top, left = reach[0].start, reach[1].start
    sources = _block_means(pixels[reach], block, kernel)
    from_sample = _scaling(1 / samples, first_xy + (0.5 / samples - 0.5))
    to_source = _scaling(1 / block, (0.5 - np.array([left, top])) / block - 0.5)
    sampled = _interpolated(
        sources,
        to_source @ backwards @ from_sample,
        (size_xy[1] * samples, size_xy[0] * samples),
        kernel,
    )
    laid = sampled if samples == 1 else resize(sampled, size_xy, kernel.by)
    return laid.reshape(size_xy[1], size_xy[0], -1)[margin:-margin, margin:-margin]


def _size(tile: tuple[slice, slice]) -> tuple[int, int]:
    return tile[0].stop - tile[0].start, tile[1].stop - tile[1].start


def _probes_xy(first_xy: Floats, size_xy: tuple[int, int]) -> Floats:
    """Return points (n, 2) spread over a piece of the frame, its corners among them."""
    x, y = (
        np.linspace(first - 0.5, first + size - 0.5, _PROBES_ACROSS)
        for first, size in zip(first_xy, size_xy, strict=True)
    )
    return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)


def _density(backwards: Floats, probes_xy: Floats) -> tuple[int, int]:
    """Return photo pixels on a side of a block, and samples across a pixel of the frame."""
    smallest, largest = local_scales(backwards, probes_xy)
    known = np.isfinite(largest)
    if not known.any():
        return 1, 1
    finest, coarsest = float(smallest[known].min()), float(largest[known].max())
    block = int(finest / _BLOCKS_ACROSS) if finest > _FINE_ENOUGH else 1
    # a scale of one that rounding made a little more needs no second sample
    return block, min(max(1, math.ceil(coarsest / block - 1e-6)), _MAX_SAMPLES_ACROSS)


def _reach(photo_xy: Floats, margin: int, shape: tuple[int, int]) -> tuple[slice, slice] | None:
    """Return the rows and columns of the photo round positions on it; None where there are none."""
    if np.isnan(photo_xy).any():
        # a tile that the horizon crosses may show any part of the photo
        return slice(0, shape[0]), slice(0, shape[1])
    far = np.array([shape[1], shape[0]])
    low = np.clip(np.floor(photo_xy.min(axis=0)) - margin, 0, far).astype(int)
    high = np.clip(np.ceil(photo_xy.max(axis=0)) + margin + 1, 0, far).astype(int)
    if (low >= high).any():
        return None
    return slice(int(low[1]), int(high[1])), slice(int(low[0]), int(high[0]))


def _block_means(pixels: Bytes, block: int, kernel: _Kernel) -> Bytes:
    """Return the means (h / block, w / block, channels) of blocks of pixels."""
    if block == 1:
        return pixels
    from PIL import Image

    missing = -pixels.shape[0] % block, -pixels.shape[1] % block
    padded = np.pad(pixels, ((0, missing[0]), (0, missing[1]), (0, 0)), mode=kernel.beyond)
    image = Image.fromarray(padded[..., 0] if padded.shape[2] == 1 else padded)
    means = np.asarray(image.reduce(block))
    return means.reshape(*means.shape[:2], -1)


def _interpolated(
    sources: Bytes, to_source: Floats, shape: tuple[int, int], kernel: _Kernel
) -> Bytes:
    """Return samples (h, w) or (h, w, channels) of the photo between its pixels."""
    from skimage import transform

    warp: Callable[..., NDArray[np.float32]] = transform.warp
    channels = [
        warp(
            sources[..., channel].astype(np.float32),
            to_source,
            output_shape=shape,
            order=kernel.order,
            mode=kernel.beyond,
            clip=False,
            preserve_range=True,
        )
        for channel in range(sources.shape[2])
    ]
    sampled = np.rint(np.stack(channels, axis=-1).squeeze()).clip(0, 255)
    return np.asarray(sampled, dtype=np.uint8)


def _scaling(scale: float, shift_xy: Floats) -> Floats:
    """Return the homogeneous matrix of a scaling and the shift that follows it."""
    return np.array([[scale, 0.0, shift_xy[0]], [0.0, scale, shift_xy[1]], [0.0, 0.0, 1.0]])

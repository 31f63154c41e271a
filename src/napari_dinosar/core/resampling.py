"""Crops in whole photo pixels and their one resampling, edge to edge as Pillow does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Filter = Literal["bilinear", "bicubic", "lanczos"]

CROP_MARGIN = 0.07
"""Share of the longer side of the mask's box that the crop keeps around it, on all four sides."""

HALF = 128
"""Of 255: where a resampled mask is cut."""


@dataclass(frozen=True)
class CropBox:
    """A rectangle of whole photo pixels; it may leave the photo.

    Attributes
    ----------
    x, y : int
        First column and row, in photo pixels.
    width, height : int
        In pixels.
    """

    x: int
    y: int
    width: int
    height: int

    def inside(self, size_xy: tuple[int, int]) -> tuple[slice, slice]:
        """Return the rows and columns of a photo of `size_xy` that the box covers."""
        rows = slice(max(self.y, 0), min(self.y + self.height, size_xy[1]))
        cols = slice(max(self.x, 0), min(self.x + self.width, size_xy[0]))
        return rows, cols

    def overhang(self, size_xy: tuple[int, int]) -> tuple[tuple[int, int], tuple[int, int]]:
        """Return the pixels beyond a photo of `size_xy`: (above, below), (left, right)."""
        above_below = max(-self.y, 0), max(self.y + self.height - size_xy[1], 0)
        left_right = max(-self.x, 0), max(self.x + self.width - size_xy[0], 0)
        return above_below, left_right

    def grown(self, share: float) -> CropBox:
        """Return the box with `share` of its longer side more on every side."""
        margin = round(share * max(self.width, self.height))
        return CropBox(
            self.x - margin, self.y - margin, self.width + 2 * margin, self.height + 2 * margin
        )


def mask_box(mask: NDArray[np.bool_]) -> CropBox:
    """Return the smallest box around what is True in `mask` (H, W), which is not empty."""
    cols = np.flatnonzero(mask.any(axis=0))
    rows = np.flatnonzero(mask.any(axis=1))
    x, y = int(cols[0]), int(rows[0])
    return CropBox(x, y, int(cols[-1]) + 1 - x, int(rows[-1]) + 1 - y)


def resample_rgb(
    rgb: NDArray[np.uint8], box: CropBox, size_xy: tuple[int, int]
) -> NDArray[np.uint8]:
    """Resample a crop of a photo once: Lanczos when reducing, bicubic when enlarging.

    Beyond the photo its edge pixels go on, so that the filter mixes no foreign colour into the
    photo's own border; what lies there is for the caller to paint.

    Parameters
    ----------
    rgb : (H, W, 3) uint8
        The photo.
    box : CropBox
        What to take of it.
    size_xy : (int, int)
        Width and height of the result.

    Returns
    -------
    (height, width, 3) uint8
    """
    photo_size_xy = rgb.shape[1], rgb.shape[0]
    pixels = rgb[box.inside(photo_size_xy)]
    above_below, left_right = box.overhang(photo_size_xy)
    if any((*above_below, *left_right)):
        pixels = np.pad(pixels, (above_below, left_right, (0, 0)), mode="edge")
    reducing = max(size_xy) < max(box.width, box.height)
    return resize(pixels, size_xy, "lanczos" if reducing else "bicubic")


def resample_mask(
    mask: NDArray[np.bool_], box: CropBox, size_xy: tuple[int, int]
) -> NDArray[np.bool_]:
    """Resample a crop of a mask (H, W) bilinearly and cut it at one half; False off the photo."""
    photo_size_xy = mask.shape[1], mask.shape[0]
    pixels = np.pad(mask[box.inside(photo_size_xy)], box.overhang(photo_size_xy))
    return resize_mask(pixels, size_xy)


def resize_mask(mask: NDArray[np.bool_], size_xy: tuple[int, int]) -> NDArray[np.bool_]:
    """Resample a mask (H, W) to `size_xy` bilinearly and cut it at one half."""
    return resize(mask.astype(np.uint8) * np.uint8(255), size_xy, "bilinear") >= HALF


def resize(pixels: NDArray[np.uint8], size_xy: tuple[int, int], by: Filter) -> NDArray[np.uint8]:
    """Resample 8-bit pixels (H, W) or (H, W, 3) to `size_xy`, their outer edges kept in place.

    Pixel ``i`` of the result has its centre at ``(i + .5) old / new - .5``. When reducing, the
    filters are widened by ``old / new``, which is the antialiasing.
    """
    from PIL import Image

    image = Image.fromarray(np.ascontiguousarray(pixels))
    return np.asarray(image.resize(size_xy, Image.Resampling[by.upper()]))

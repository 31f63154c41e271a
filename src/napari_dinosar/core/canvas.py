"""From a photo to the canvas that a network sees: one crop, one resampling, one padding.

Or, for a specimen that was aligned, one resampling straight into the other specimen's frame.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_dinosar.core.canvas_map import CanvasMap
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.homography import local_scales
from napari_dinosar.core.painting import (
    WHITE,
    Background,
    eroded_foreground,
    paint_background,
    scale_warnings,
)
from napari_dinosar.core.photo import Photo
from napari_dinosar.core.projective_resampling import on_photo, warp_mask, warp_rgb
from napari_dinosar.core.resampling import (
    CROP_MARGIN,
    CropBox,
    mask_box,
    resample_mask,
    resample_rgb,
)

__all__ = [
    "MAX_IMG_SIZE",
    "Background",
    "Canvas",
    "CanvasMap",
    "CanvasShape",
    "aligned_canvas",
    "make_canvas",
    "patch_centres_xy",
    "resampled_rgb",
]

CanvasShape = Literal["square", "tight"]

MAX_IMG_SIZE = 4096
"""Largest canvas side in pixels; attention costs grow with its fourth power."""


@dataclass(frozen=True, eq=False)
class Canvas:
    """What a network sees of one photo, and where it lies on the photo.

    Attributes
    ----------
    rgb : (H, W, 3) uint8
        Painted outside the mask; the sides are multiples of the patch size.
    mask : (H, W) bool
        Eroded; what is False is never compared.
    map : CanvasMap
        Photo pixels to canvas pixels and back.
    patch_size : int
        Side of a patch in canvas pixels.
    warnings : tuple of str
        Whole sentences for the user.
    """

    rgb: NDArray[np.uint8]
    mask: NDArray[np.bool_]
    map: CanvasMap
    patch_size: int
    warnings: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """Rows of patches."""
        return int(self.rgb.shape[0]) // self.patch_size

    @property
    def cols(self) -> int:
        """Columns of patches."""
        return int(self.rgb.shape[1]) // self.patch_size

    @cached_property
    def sha256(self) -> str:
        """Checksum of shape and pixels: the key under which encodings are kept."""
        digest = hashlib.sha256(f"{self.rgb.shape} ".encode())
        digest.update(np.ascontiguousarray(self.rgb).data)
        return digest.hexdigest()


def make_canvas(
    photo: Photo,
    mask: NDArray[np.bool_],
    *,
    patch_size: int,
    img_size: int = 512,
    crop: bool = True,
    canvas: CanvasShape = "square",
    mask_erode_px: int = 2,
    background: Background = "white",
) -> Canvas:
    """Crop, resample once, pad, erode the mask and paint the background of one photo.

    Parameters
    ----------
    photo : Photo
        The photo.
    mask : (H, W) bool
        The specimen at the photo's size, not eroded.
    patch_size : int
        Side of the network's patches in pixels.
    img_size : int
        Longer side of the content in canvas pixels, floored to a multiple of `patch_size`.
    crop : bool
        Cut to the box of the mask and 7 % of its longer side all round; where that leaves the
        photo there is background. False keeps the frame.
    canvas : {"square", "tight"}
        Pad to `img_size` x `img_size`, or only to the next multiples of `patch_size`.
    mask_erode_px : int
        Radius in canvas pixels of the disc that erodes the mask.
    background : {"white", "keep"}
        "white" paints everything outside the eroded mask; "keep" leaves the photo's own
        background and gives what lies beyond the photo the median colour of its border.

    Returns
    -------
    Canvas
        It depends on this photo and these settings only.

    Raises
    ------
    DinosarError
        For an empty mask, a mask of another size, nothing left after the erosion, or settings
        out of range.
    """
    side_px = _checked_side(img_size, patch_size)
    _check_choices(canvas, background, mask_erode_px)
    mask = _checked_mask(mask, photo)
    box = mask_box(mask).grown(CROP_MARGIN) if crop else CropBox(0, 0, *photo.size_xy)
    width, height = _content_size(box, side_px)
    shape, (x, y) = _padding((width, height), side_px, patch_size, canvas)
    content = slice(y, y + height), slice(x, x + width)
    canvas_map = CanvasMap(
        (float(box.x), float(box.y)), (width / box.width, height / box.height), (float(x), float(y))
    )
    whole_mask = np.zeros(shape, dtype=bool)
    whole_mask[content] = resample_mask(mask, box, (width, height))
    rgb = np.full((*shape, 3), WHITE, dtype=np.uint8)
    rgb[content] = resample_rgb(photo.rgb, box, (width, height))
    eroded = eroded_foreground(whole_mask, mask_erode_px, photo.name)
    shown = np.zeros(shape, dtype=bool)
    shown[content] = _on_photo(box, (width, height), photo.size_xy)
    paint_background(rgb, eroded, whole_mask, shown, background)
    warnings = scale_warnings(photo.name, side_px / max(box.width, box.height))
    return Canvas(rgb, eroded, canvas_map, patch_size, warnings)


def aligned_canvas(
    photo: Photo,
    mask: NDArray[np.bool_],
    own: Canvas,
    target: Canvas,
    matrix: ArrayLike,
    *,
    mask_erode_px: int = 2,
    background: Background = "white",
) -> Canvas:
    """Lay a photo into the frame of another specimen's canvas, resampled once from the original.

    The photo's pixels go through its own canvas map and the alignment in one step (see
    `projective_resampling`); the pixels of its own canvas are not used. Its mask follows,
    bilinearly and cut at one half, and is eroded and painted like that of any canvas.

    Parameters
    ----------
    photo : Photo
        The photo of A.
    mask : (H, W) bool
        Specimen A at the photo's size, not eroded.
    own, target : Canvas
        The canvases of A and of B, each made for itself.
    matrix : (3, 3) array
        From A's canvas to B's (`Alignment.matrix`).
    mask_erode_px, background
        As for `make_canvas`.

    Returns
    -------
    Canvas
        Of the shape and patch size of `target`; its map is the composite.

    Raises
    ------
    DinosarError
        As for `make_canvas`; also if the matrix cannot be inverted, or leaves nothing of A in B's
        frame.
    """
    _check_choices("square", background, mask_erode_px)
    mask = _checked_mask(mask, photo)
    canvas_map = own.map.aligned(matrix)
    shape = target.mask.shape[0], target.mask.shape[1]
    whole_mask = warp_mask(mask, canvas_map.matrix, shape)
    if not whole_mask.any():
        raise DinosarError(
            f"{photo.name}: aligned, nothing of the specimen lies within the other's canvas. Check "
            "the landmarks, or align none."
        )
    eroded = eroded_foreground(whole_mask, mask_erode_px, photo.name)
    shown = on_photo(canvas_map.matrix, shape, photo.size_xy)
    rgb = warp_rgb(photo.rgb, canvas_map.matrix, eroded if background == "white" else shown)
    paint_background(rgb, eroded, whole_mask, shown, background)
    scale = _scale_at(canvas_map, eroded)
    return Canvas(rgb, eroded, canvas_map, target.patch_size, scale_warnings(photo.name, scale))


def resampled_rgb(photo: Photo, canvas_map: CanvasMap, shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Return a whole photo as its map lays it on a canvas, unpainted, for showing.

    Parameters
    ----------
    photo : Photo
        The photo.
    canvas_map : CanvasMap
        The map, aligned or not.
    shape : (int, int)
        Rows and columns of the canvas.

    Returns
    -------
    (rows, cols, 3) uint8
        White beyond the photo.
    """
    shown = on_photo(canvas_map.matrix, shape, photo.size_xy)
    rgb = warp_rgb(photo.rgb, canvas_map.matrix, shown)
    rgb[~shown] = WHITE
    return rgb


def patch_centres_xy(rows: int, cols: int, patch_size: int) -> NDArray[np.float64]:
    """Return the canvas coordinates of the patches' centres.

    Parameters
    ----------
    rows, cols : int
        Patches down and across.
    patch_size : int
        Side of a patch in canvas pixels.

    Returns
    -------
    (rows, cols, 2) float
        ``(p c + (p - 1) / 2, p r + (p - 1) / 2)`` for row r and column c.
    """
    row, col = np.meshgrid(np.arange(rows), np.arange(cols), indexing="ij")
    index_xy = np.stack([col, row], axis=-1).astype(np.float64)
    return index_xy * patch_size + (patch_size - 1) / 2


def _checked_side(img_size: int, patch_size: int) -> int:
    """Return `img_size` floored to a multiple of the patch."""
    if not patch_size <= img_size <= MAX_IMG_SIZE:
        raise DinosarError(
            f"img_size is {img_size}; it must lie between the patch size ({patch_size}) and "
            f"{MAX_IMG_SIZE} px."
        )
    return img_size // patch_size * patch_size


def _check_choices(canvas: str, background: str, mask_erode_px: int) -> None:
    for setting, value, choices in (
        ("canvas", canvas, get_args(CanvasShape)),
        ("background", background, get_args(Background)),
    ):
        if value not in choices:
            raise DinosarError(f"{setting} is {value!r}; it must be one of {', '.join(choices)}.")
    if mask_erode_px < 0:
        raise DinosarError(f"mask_erode_px is {mask_erode_px}; it must be 0 or more.")


def _checked_mask(mask: NDArray[np.bool_], photo: Photo) -> NDArray[np.bool_]:
    mask = np.asarray(mask, dtype=bool)
    if mask.shape != photo.rgb.shape[:2]:
        raise DinosarError(
            f"{photo.name}: the foreground mask has the shape {mask.shape} and the photo "
            f"{photo.rgb.shape[:2]} (height, width); they must be equal."
        )
    if not mask.any():
        raise DinosarError(
            f"{photo.name}: the foreground is empty. Choose another foreground mode, or paint the "
            "specimen in a Labels layer and choose the mode layer."
        )
    return mask


def _content_size(box: CropBox, side_px: int) -> tuple[int, int]:
    """Return the width and height of the resampled crop; the longer one is `side_px`."""
    scale = side_px / max(box.width, box.height)
    return max(1, round(scale * box.width)), max(1, round(scale * box.height))


def _padding(
    size_xy: tuple[int, int], side_px: int, patch_size: int, canvas: CanvasShape
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the shape (H, W) of the canvas and where the content begins (x, y)."""
    if canvas == "square":
        width = height = side_px
    else:
        width, height = (math.ceil(size / patch_size) * patch_size for size in size_xy)
    return (height, width), ((width - size_xy[0]) // 2, (height - size_xy[1]) // 2)


def _on_photo(
    box: CropBox, size_xy: tuple[int, int], photo_size_xy: tuple[int, int]
) -> NDArray[np.bool_]:
    """Return which pixels (H, W) of the resampled crop have their centre on the photo."""
    x = box.x + (np.arange(size_xy[0]) + 0.5) * (box.width / size_xy[0])
    y = box.y + (np.arange(size_xy[1]) + 0.5) * (box.height / size_xy[1])
    on_x = (x > 0) & (x < photo_size_xy[0])
    on_y = (y > 0) & (y < photo_size_xy[1])
    return np.asarray(np.logical_and.outer(on_y, on_x))


def _scale_at(canvas_map: CanvasMap, mask: NDArray[np.bool_]) -> float:
    """Return canvas pixels for one photo pixel, at the centroid of a mask on the canvas."""
    centre_xy = np.argwhere(mask).mean(axis=0)[::-1]
    smallest, largest = local_scales(canvas_map.matrix, canvas_map.to_photo(centre_xy))
    return math.sqrt(float(smallest) * float(largest))

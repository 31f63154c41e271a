"""From a photo to the canvas that a network sees: one crop, one resampling, one padding."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.canvas_map import CanvasMap
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.photo import Photo
from napari_dinosar.core.resampling import (
    CROP_MARGIN,
    CropBox,
    mask_box,
    resample_mask,
    resample_rgb,
)

__all__ = ["MAX_IMG_SIZE", "Canvas", "CanvasMap", "make_canvas", "patch_centres_xy"]

CanvasShape = Literal["square", "tight"]
Background = Literal["white", "keep"]

MAX_IMG_SIZE = 4096
"""Largest canvas side in pixels; attention costs grow with its fourth power."""

_WHITE = 255
_ENLARGED_TOO_MUCH = 1.5


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
    rgb = np.full((*shape, 3), _WHITE, dtype=np.uint8)
    rgb[content] = resample_rgb(photo.rgb, box, (width, height))

    eroded = _eroded(whole_mask, mask_erode_px)
    if not eroded.any():
        raise DinosarError(
            f"{photo.name}: the foreground is so thin that nothing is left on the canvas once its "
            f"edge is eroded by {mask_erode_px} px. Erode less, raise the image size, or choose "
            "another foreground."
        )
    if background == "white":
        rgb[~eroded] = _WHITE
    else:
        on_photo = np.zeros(shape, dtype=bool)
        on_photo[content] = _on_photo(box, (width, height), photo.size_xy)
        rgb[~on_photo] = _border_colour(rgb, on_photo, whole_mask)
    warnings = _scale_warnings(photo.name, side_px / max(box.width, box.height))
    return Canvas(rgb, eroded, canvas_map, patch_size, warnings)


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


def _eroded(mask: NDArray[np.bool_], radius_px: int) -> NDArray[np.bool_]:
    """Erode by a disc; beyond the canvas there is background."""
    if radius_px == 0 or not mask.any():
        return mask
    from scipy.ndimage import distance_transform_edt

    # a pixel survives when no background lies within the radius, which is the disc's erosion
    rows, cols = mask_box(mask).inside((mask.shape[1], mask.shape[0]))
    distance_px = distance_transform_edt(np.pad(mask[rows, cols], 1))[1:-1, 1:-1]
    eroded = np.zeros_like(mask)
    eroded[rows, cols] = distance_px > radius_px
    return eroded


def _border_colour(
    rgb: NDArray[np.uint8], on_photo: NDArray[np.bool_], mask: NDArray[np.bool_]
) -> NDArray[np.uint8]:
    """Return the median colour (3,) of the outermost photo pixels that are not specimen."""
    box = mask_box(on_photo)
    border = on_photo.copy()
    border[box.y + 1 : box.y + box.height - 1, box.x + 1 : box.x + box.width - 1] = False
    bare = border & ~mask
    colours = rgb[bare if bare.any() else border]
    return np.asarray(np.rint(np.median(colours, axis=0)), dtype=np.uint8)


def _scale_warnings(name: str, scale: float) -> tuple[str, ...]:
    if scale <= _ENLARGED_TOO_MUCH:
        return ()
    text = (
        f"{name}: the specimen was enlarged {scale:.1f} x to fill the canvas, and what the photo "
        "does not resolve cannot be compared. Use a larger photo or a smaller image size."
    )
    return (text,)

"""What surrounds the specimen on a canvas: the eroded mask, and the paint outside of it."""

from __future__ import annotations

from typing import Literal

import numpy as np

from napari_dinosar.core.arrays import Booleans, Bytes
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.resampling import mask_box

Background = Literal["white", "keep"]

WHITE = 255

_ENLARGED_TOO_MUCH = 1.5


def eroded_foreground(mask: Booleans, radius_px: int, name: str) -> Booleans:
    """Erode the mask (H, W) of a canvas by a disc; beyond the canvas there is background.

    Raises
    ------
    DinosarError
        If nothing of the specimen called `name` is left.
    """
    eroded = _eroded(mask, radius_px)
    if not eroded.any():
        raise DinosarError(
            f"{name}: the foreground is so thin that nothing is left on the canvas once its "
            f"edge is eroded by {radius_px} px. Erode less, raise the image size, or choose "
            "another foreground."
        )
    return eroded


def paint_background(
    rgb: Bytes, eroded: Booleans, whole: Booleans, on_photo: Booleans, background: Background
) -> None:
    """Paint a canvas in place outside of its specimen.

    Parameters
    ----------
    rgb : (H, W, 3) uint8
        The canvas.
    eroded, whole : (H, W) bool
        The specimen with its edge eroded and without.
    on_photo : (H, W) bool
        Where the canvas shows the photo.
    background : {"white", "keep"}
        "white" paints everything outside the eroded mask, "keep" what lies beyond the photo, in
        the median colour of its border.
    """
    if background == "white":
        rgb[~eroded] = WHITE
    else:
        rgb[~on_photo] = _border_colour(rgb, on_photo, whole)


def scale_warnings(name: str, scale: float) -> tuple[str, ...]:
    """Return a warning when the photo `name` was enlarged by more than 1.5."""
    if scale <= _ENLARGED_TOO_MUCH:
        return ()
    text = (
        f"{name}: the specimen was enlarged {scale:.1f} x to fill the canvas, and what the photo "
        "does not resolve cannot be compared. Use a larger photo or a smaller image size."
    )
    return (text,)


def _eroded(mask: Booleans, radius_px: int) -> Booleans:
    if radius_px == 0 or not mask.any():
        return mask
    from scipy.ndimage import distance_transform_edt

    # a pixel survives when no background lies within the radius, which is the disc's erosion
    rows, cols = mask_box(mask).inside((mask.shape[1], mask.shape[0]))
    distance_px = distance_transform_edt(np.pad(mask[rows, cols], 1))[1:-1, 1:-1]
    eroded = np.zeros_like(mask)
    eroded[rows, cols] = distance_px > radius_px
    return eroded


def _border_colour(rgb: Bytes, on_photo: Booleans, mask: Booleans) -> Bytes:
    """Return the median colour (3,) of the outermost photo pixels that are not specimen."""
    from scipy.ndimage import binary_erosion

    border = on_photo & ~binary_erosion(on_photo, np.ones((3, 3), dtype=bool))
    bare = border & ~mask
    colours = rgb[bare if bare.any() else border]
    return np.asarray(np.rint(np.median(colours, axis=0)), dtype=np.uint8)

"""Masks: which pixels of a photo are specimen, and which patches of its canvas are compared."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_dinosar.core.backdrop import backdrop_distance, otsu
from napari_dinosar.core.canvas import Canvas
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.mask_seed import Seed, missed_warning, part_at
from napari_dinosar.core.photo import Photo
from napari_dinosar.core.resampling import mask_box, resize, resize_mask

WORKING_SIDE_PX = 1024
"""Longer side at which a mask is found; larger photos are reduced for it."""

_LEAST_SEPARABILITY = 0.85
_FAR_SHARE_OF_BOX = 0.02
_FAR_SHARE_OF_LANDMARKS = 0.10
_BORDER_SHARE = 0.02
_REMEDY = {
    "thresh": "If the mask is wrong, try rembg or a Labels layer that you paint (layer).",
    "rembg": "If the mask is wrong, try thresh or a Labels layer that you paint (layer).",
    "layer": "Correct the Labels layer or the landmarks.",
    "attn": "If the mask is wrong, try rembg, thresh or a Labels layer that you paint (layer).",
}


@dataclass(frozen=True, eq=False)
class Foreground:
    """The specimen in a photo.

    Attributes
    ----------
    mask : (H, W) bool
        In photo pixels, not eroded.
    mode : str
        What made it: ``thresh``, ``layer``, ``rembg:`` and the network's name, ``attn``, or
        attention with one of the others, as in ``attn_intersect(thresh)``.
    separability : float or None
        How well Otsu's threshold parts specimen and backdrop, 0 to 1; where ``thresh`` had a part.
    warnings : tuple of str
        Whole sentences for the user.
    """

    mask: NDArray[np.bool_]
    mode: str
    separability: float | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class ValidPatches:
    """The patches of a canvas that are compared.

    Attributes
    ----------
    fill : (rows, cols) float32
        Share of each patch that is in the eroded mask.
    valid : (rows, cols) bool
        Filled enough, and not in the outer rings.
    warnings : tuple of str
        Whole sentences for the user.
    """

    fill: NDArray[np.float32]
    valid: NDArray[np.bool_]
    warnings: tuple[str, ...] = ()


def threshold_foreground(photo: Photo, seed_xy: Seed | None = None) -> Foreground:
    """Mask an opaque specimen on an even backdrop by its colour.

    CIELAB distance to a quadratic surface fitted robustly to the outer 6 % of the frame, cut by
    Otsu's threshold; the largest connected part, or that of the seed, its holes filled. Found at
    no more than 1024 px.

    Parameters
    ----------
    photo : Photo
        The photo.
    seed_xy : (float, float), optional
        A place on the specimen, in photo pixels.

    Returns
    -------
    Foreground
        With mode ``thresh``; it warns of poor separability, of a mask at the photo's edge, and of
        a seed that no part is near.

    Raises
    ------
    DinosarError
        When the photo is of one colour.
    """
    reduced = reduce_to_working_size(photo)
    distance = backdrop_distance(reduced)
    cut = otsu(distance)
    if cut is None:
        raise DinosarError(
            f"{photo.name}: no specimen was found, the photo is of one colour. Choose another "
            "photo, or paint the specimen in a Labels layer and use that (layer)."
        )
    threshold, separability = cut
    whole = distance > threshold
    at_seed = None if seed_xy is None else part_at(whole, _reduced(seed_xy, photo, whole))
    small_mask = _largest_part_filled(whole) if at_seed is None else at_seed
    warnings = _threshold_warnings(photo.name, small_mask, separability)
    if seed_xy is not None and at_seed is None:
        taken = "the largest part was taken"
        warnings = (missed_warning(photo.name, "thresh", seed_xy, taken), *warnings)
    mask = small_mask
    if mask.shape != photo.rgb.shape[:2]:
        mask = resize_mask(small_mask, photo.size_xy)
    return Foreground(mask, "thresh", separability, warnings)


def labels_foreground(labels: ArrayLike | None, photo: Photo) -> Foreground:
    """Take the specimen from labels that the user painted or corrected.

    Parameters
    ----------
    labels : (H, W) integers or bool
        At the photo's size; what is above 0 is specimen.
    photo : Photo
        The photo.

    Raises
    ------
    DinosarError
        Without labels, for another shape or type, and when nothing is above 0.
    """
    if labels is None:
        raise DinosarError(
            f"{photo.name}: the foreground mode layer needs a Labels layer of the photo's size "
            "with the specimen painted. Choose one, or another foreground mode."
        )
    values = np.asarray(labels)
    shape = photo.rgb.shape[:2]
    if values.shape != shape or values.dtype.kind not in "buif":
        raise DinosarError(
            f"{photo.name}: the labels have the shape {values.shape} and type {values.dtype}; "
            f"they must be numbers of the photo's own shape {shape} (height, width)."
        )
    mask = values > 0
    if not mask.any():
        raise DinosarError(
            f"{photo.name}: nothing is painted in its Labels layer. Paint the specimen with a "
            "label above 0."
        )
    return Foreground(mask, "layer")


def seeded_foreground(foreground: Foreground, seed_xy: Seed | None, name: str) -> Foreground:
    """Keep the part of a mask that a seed says is the specimen.

    Parameters
    ----------
    foreground : Foreground
        The mask.
    seed_xy : (float, float) or None
        A place on the specimen, in photo pixels; None keeps all.
    name : str
        What the message calls the photo.

    Returns
    -------
    Foreground
        The part at the seed, with its holes. Where no part is near, all of the mask, and a
        warning.
    """
    if seed_xy is None:
        return foreground
    part = part_at(foreground.mask, seed_xy)
    if part is not None:
        return replace(foreground, mask=foreground.mask & part)
    warning = missed_warning(name, foreground.mode, seed_xy, "all of it was taken")
    return replace(foreground, warnings=(*foreground.warnings, warning))


def reduce_to_working_size(photo: Photo) -> NDArray[np.uint8]:
    """Return the photo's pixels, reduced to no more than 1024 px on the longer side."""
    width, height = photo.size_xy
    scale = WORKING_SIDE_PX / max(width, height)
    if scale >= 1:
        return photo.rgb
    return resize(
        photo.rgb, (max(1, round(scale * width)), max(1, round(scale * height))), "bilinear"
    )


def landmarks_outside_warning(foreground: Foreground, xy: ArrayLike, name: str) -> str | None:
    """Say when many landmarks lie outside the mask, which is then likely to be wrong.

    Parameters
    ----------
    foreground : Foreground
        The mask.
    xy : (K, 2) float
        Landmarks in photo pixels; those with NaN are left out.
    name : str
        What the message calls the photo.

    Returns
    -------
    str or None
        A warning when more than 10 % of the landmarks lie farther from the mask than 2 % of the
        longer side of its box.
    """
    points_xy = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    points_xy = points_xy[np.isfinite(points_xy).all(axis=1)]
    box = mask_box(foreground.mask)
    # any point of a pixel lies within 1 px of its centre: on a mask however small is inside
    radius = max(_FAR_SHARE_OF_BOX * max(box.width, box.height), 1.0)
    n_far = sum(not _mask_within(foreground.mask, point, radius) for point in points_xy)
    if n_far <= _FAR_SHARE_OF_LANDMARKS * len(points_xy):
        return None
    family, *_ = re.split("[^a-z]", foreground.mode, maxsplit=1)
    remedy = _REMEDY.get(family, _REMEDY["thresh"])
    return (
        f"{name}: {n_far} of {len(points_xy)} landmarks lie outside the foreground "
        f"({foreground.mode}). {remedy}"
    )


def valid_patches(
    canvas: Canvas, *, fg_thresh: float, border_patches: int, name: str
) -> ValidPatches:
    """Find the patches that are compared.

    Parameters
    ----------
    canvas : Canvas
        The canvas with its eroded mask.
    fg_thresh : float
        A patch needs more than this share of it in the mask.
    border_patches : int
        Outer rings of the canvas that are left out.
    name : str
        What messages call the photo.

    Returns
    -------
    ValidPatches
        It warns when the rings take more than 2 % of the foreground.

    Raises
    ------
    DinosarError
        When no patch is valid.
    """
    size = canvas.patch_size
    blocks = canvas.mask.reshape(canvas.rows, size, canvas.cols, size)
    fill = blocks.mean(axis=(1, 3), dtype=np.float32)
    inner = np.zeros(fill.shape, dtype=bool)
    rows, cols = (slice(border_patches, count - border_patches) for count in fill.shape)
    if rows.start < rows.stop and cols.start < cols.stop:
        inner[rows, cols] = True
    valid = inner & (fill > fg_thresh)
    if not valid.any():
        raise DinosarError(
            f"{name}: no patch is left to compare. No patch of {size} px outside the outer "
            f"{border_patches} rings holds more than {fg_thresh:.0%} foreground. Use fewer rings, "
            "a lower share or less erosion, or choose another foreground."
        )
    in_rings = float(fill[~inner].sum() / fill.sum())
    if in_rings <= _BORDER_SHARE:
        return ValidPatches(fill, valid)
    warning = (
        f"{name}: {in_rings:.0%} of the foreground lies in the outer {border_patches} rings of "
        "patches, which are left out. Crop to the specimen, or leave out fewer rings."
    )
    return ValidPatches(fill, valid, (warning,))


def _largest_part_filled(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Keep the largest 8-connected part of a mask that is not empty, and fill its holes."""
    from scipy.ndimage import label

    parts, _ = label(mask, structure=np.ones((3, 3)))
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    # holes are the parts of the rest that do not reach the frame around the photo
    rest, _ = label(np.pad(parts != np.argmax(sizes), 1, constant_values=True))
    return np.asarray(rest[1:-1, 1:-1] != rest[0, 0])


def _reduced(seed_xy: Seed, photo: Photo, small: NDArray[np.bool_]) -> Seed:
    width, height = photo.size_xy
    x, y = seed_xy
    return (
        (x + 0.5) * small.shape[1] / width - 0.5,
        (y + 0.5) * small.shape[0] / height - 0.5,
    )


def _threshold_warnings(name: str, mask: NDArray[np.bool_], separability: float) -> tuple[str, ...]:
    warnings = []
    if separability < _LEAST_SEPARABILITY:
        warnings.append(
            f"{name}: specimen and backdrop are hard to tell apart by colour (separability "
            f"{separability:.2f}, good above {_LEAST_SEPARABILITY}). {_REMEDY['thresh']}"
        )
    if mask[[0, -1]].any() or mask[:, [0, -1]].any():
        warnings.append(
            f"{name}: the mask reaches the edge of the photo and may hold a pin, a label or a "
            f"shadow, or part of the specimen is cut off. {_REMEDY['thresh']}"
        )
    return tuple(warnings)


def _mask_within(mask: NDArray[np.bool_], point_xy: NDArray[np.float64], radius: float) -> bool:
    """Whether any pixel of the mask lies within the radius of a point."""
    height, width = mask.shape
    x, y = np.clip(point_xy, -radius - 1, [width + radius, height + radius])
    rows = np.arange(max(0, int(np.ceil(y - radius))), min(height, int(y + radius) + 1))
    cols = np.arange(max(0, int(np.ceil(x - radius))), min(width, int(x + radius) + 1))
    if not (len(rows) and len(cols)):
        return False
    near = np.add.outer((rows - y) ** 2, (cols - x) ** 2) <= radius**2
    return bool((near & mask[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1]).any())

"""Jittered copies of a specimen: as if it had been photographed and digitised again."""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.arrays import Floats
from napari_dinosar.core.canvas_map import inverse, map_points
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.foreground import Foreground
from napari_dinosar.core.photo import Photo, photo_from_array
from napari_dinosar.core.resampling import (
    CROP_MARGIN,
    HALF,
    CropBox,
    mask_box,
    resize,
    resize_mask,
)
from napari_dinosar.core.shape import centroid_size

FINEST = 2
"""Pixels of a copy for one of the canvas: a finer photo is reduced before it is jittered."""

_ROOM_PX, _REACH_PX = 4, 3
_MID_GREY, _WHITE = 127.5, 255.0
_MOST = {
    "rotation_deg": 180.0,
    "scale": 0.5,
    "brightness": 0.5,
    "contrast": 0.9,
    "landmark_noise": 0.2,
}


@dataclass(frozen=True)
class Jitter:
    """How far a copy may differ from its specimen; 0 everywhere makes copies that are equal.

    Attributes
    ----------
    rotation_deg : float
        Turns are drawn evenly from ``-rotation_deg`` to ``rotation_deg``.
    scale : float
        Enlargements are drawn evenly from ``1 - scale`` to ``1 + scale``.
    brightness : float
        A share of white that is drawn evenly from ``-brightness`` to ``brightness`` and added.
    contrast : float
        Factors of the distance to mid grey are drawn evenly from ``1 - contrast`` to
        ``1 + contrast``.
    landmark_noise : float
        Root mean square displacement of a landmark, as a share of the centroid size; normal, and
        the same in all directions.

    Raises
    ------
    DinosarError
        If a value is negative, not finite or far beyond any noise.
    """

    rotation_deg: float = 3.0
    scale: float = 0.05
    brightness: float = 0.05
    contrast: float = 0.05
    landmark_noise: float = 0.005

    def __post_init__(self) -> None:
        """Refuse what is no noise."""
        for field in fields(self):
            value = getattr(self, field.name)
            if not isfinite(value) or not 0.0 <= value <= _MOST[field.name]:
                raise DinosarError(
                    f"The jitter's {field.name} is {value}; it must lie between 0 and "
                    f"{_MOST[field.name]:g}."
                )


@dataclass(frozen=True, eq=False)
class Copy:
    """A jittered copy of a specimen.

    Attributes
    ----------
    photo : Photo
        Its pixels, in a frame of its own.
    foreground : Foreground
        The specimen's mask, moved along: it is not found anew.
    landmarks_xy : array, (K, 2)
        The landmarks in the copy's pixels, moved along and then displaced.
    matrix : array, (3, 3)
        From the pixels of the specimen's photo to those of the copy.
    """

    photo: Photo
    foreground: Foreground
    landmarks_xy: Floats
    matrix: Floats


def jittered_copy(
    photo: Photo,
    foreground: Foreground,
    landmarks_xy: Floats,
    jitter: Jitter,
    rng: np.random.Generator,
    *,
    img_size: int = 512,
    crop: bool = True,
) -> Copy:
    """Draw one copy of a specimen.

    Photo, mask and landmarks go through the same similarity about the middle of the mask. The
    photo is interpolated bicubically, and beyond it its edge pixels go on; one that is more than
    twice as fine as the canvas is reduced first, with antialiasing.

    Parameters
    ----------
    photo : Photo
        The photo.
    foreground : Foreground
        Its mask.
    landmarks_xy : array, (K, 2)
        Landmarks in photo pixels.
    jitter : Jitter
        How far the copy may differ.
    rng : Generator
        What draws it; as many numbers are drawn whatever the jitter.
    img_size : int
        Longer side of the specimen's canvas, in pixels.
    crop : bool
        Whether the canvas is cut to the specimen; if not, the copy keeps the photo's frame.

    Returns
    -------
    Copy
        The same for the same state of the generator.
    """
    turn, enlarge, light, contrast = rng.uniform(-1.0, 1.0, 4)
    displacement = rng.standard_normal((len(landmarks_xy), 2))
    box = mask_box(foreground.mask) if crop else CropBox(0, 0, *photo.size_xy)
    rgb, mask, reduction = _reduced(photo.rgb, foreground.mask, box, img_size)
    move = _similarity(
        np.deg2rad(turn * jitter.rotation_deg), 1.0 + enlarge * jitter.scale, _middle_xy(mask)
    )
    frame = _frame_round(mask, move) if crop else CropBox(0, 0, mask.shape[1], mask.shape[0])
    move = _shift(-frame.x, -frame.y) @ move
    shape = frame.height, frame.width
    pixels = _moved(rgb, move, shape)
    moved_mask = _moved(mask.astype(np.uint8) * np.uint8(255), move, shape) >= HALF
    shown = _relit(pixels, light * jitter.brightness, 1.0 + contrast * jitter.contrast)
    matrix = move @ reduction
    moved_xy = map_points(matrix, landmarks_xy)
    # a displacement in the plane has two parts, so each has half of its mean square
    deviation = jitter.landmark_noise * centroid_size(moved_xy) / np.sqrt(2.0)
    return Copy(
        photo=photo_from_array(shown, photo.name),
        foreground=Foreground(moved_mask, foreground.mode),
        landmarks_xy=moved_xy + deviation * displacement,
        matrix=matrix,
    )


def _reduced(
    rgb: NDArray[np.uint8], mask: NDArray[np.bool_], box: CropBox, img_size: int
) -> tuple[NDArray[np.uint8], NDArray[np.bool_], Floats]:
    """Return photo and mask no finer than a copy needs, and the matrix that leads there."""
    height, width = mask.shape
    share = FINEST * img_size / max(box.width, box.height)
    if share >= 1.0:
        return rgb, mask, np.eye(3)
    size_xy = max(1, round(share * width)), max(1, round(share * height))
    scale_xy = np.array(size_xy) / (width, height)
    matrix = np.diag([*scale_xy, 1.0])
    matrix[:2, 2] = 0.5 * scale_xy - 0.5
    return resize(rgb, size_xy, "lanczos"), resize_mask(mask, size_xy), matrix


def _moved(pixels: NDArray[np.uint8], move: Floats, shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Return 8-bit colours (H, W, 3), or a mask (H, W) of 0 and 255, in a frame of `shape`."""
    from PIL import Image

    height, width = shape
    is_mask = pixels.ndim == 2
    backwards = inverse(move)
    corners = [(0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1)]
    reached_xy = map_points(backwards, corners)
    low = np.maximum(0, np.ceil(_REACH_PX - reached_xy.min(axis=0))).astype(int)
    far = np.array([pixels.shape[1], pixels.shape[0]]) - 1
    high = np.maximum(0, np.ceil(reached_xy.max(axis=0) + _REACH_PX - far)).astype(int)
    room = ((low[1], high[1]), (low[0], high[0]), (0, 0))
    padded = np.pad(pixels, room[: pixels.ndim], mode="constant" if is_mask else "edge")
    # in Pillow's coordinates whole numbers are the edges of pixels
    matrix = _shift(low[0] + 0.5, low[1] + 0.5) @ backwards @ _shift(-0.5, -0.5)
    image = Image.fromarray(padded).transform(
        (width, height),
        Image.Transform.AFFINE,
        tuple(matrix[:2].ravel()),
        Image.Resampling.BILINEAR if is_mask else Image.Resampling.BICUBIC,
    )
    return np.asarray(image)


def _similarity(angle: float, scale: float, about_xy: Floats) -> Floats:
    cosine, sine = scale * np.cos(angle), scale * np.sin(angle)
    matrix = np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]])
    matrix[:2, 2] = about_xy - matrix[:2, :2] @ about_xy
    return matrix


def _shift(x: float, y: float) -> Floats:
    return np.array([[1.0, 0.0, x], [0.0, 1.0, y], [0.0, 0.0, 1.0]])


def _middle_xy(mask: NDArray[np.bool_]) -> Floats:
    box = mask_box(mask)
    return np.array([box.x + (box.width - 1) / 2, box.y + (box.height - 1) / 2])


def _frame_round(mask: NDArray[np.bool_], move: Floats) -> CropBox:
    """Return a frame that holds the moved mask and what the canvas shows round it."""
    rows = np.flatnonzero(mask.any(axis=1))
    first, last = mask[rows].argmax(axis=1), mask.shape[1] - 1 - mask[rows, ::-1].argmax(axis=1)
    ends_xy = np.concatenate([np.stack([first, rows], -1), np.stack([last, rows], -1)])
    moved_xy = map_points(move, ends_xy)
    x, y = (int(value) for value in np.floor(moved_xy.min(axis=0)))
    width, height = (int(value) for value in np.ceil(moved_xy.max(axis=0)) + 1 - (x, y))
    room = round(CROP_MARGIN * max(width, height)) + _ROOM_PX
    return CropBox(x - room, y - room, width + 2 * room, height + 2 * room)


def _relit(pixels: NDArray[np.uint8], light: float, contrast: float) -> NDArray[np.uint8]:
    values = (np.arange(256) - _MID_GREY) * contrast + _MID_GREY + _WHITE * light
    levels = np.rint(values).clip(0, 255).astype(np.uint8)
    relit: NDArray[np.uint8] = levels[pixels]
    return relit

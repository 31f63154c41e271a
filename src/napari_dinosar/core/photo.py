"""A photo as the method sees it: 8-bit RGB pixels, a name and a checksum."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_dinosar.core.errors import DinosarError

MAX_PIXELS = 200_000_000
"""Largest photo that is accepted, in pixels; more than this is refused, never reduced unasked."""

MIN_SIDE_PX = 32
"""Shortest side that is accepted: two patches of 16 px."""

_SIXTEEN_BIT_MAX = 65535
_DARK_SHARE = 1 / 8


@dataclass(frozen=True, eq=False)
class Photo:
    """One photo, upright and opaque, as every stage after reading sees it.

    Attributes
    ----------
    rgb : (H, W, 3) uint8
        C-contiguous and read-only.
    name : str
        What messages call the photo: the file's name or the layer's.
    sha256 : str
        Of the file's bytes; for an array, of its dtype, shape and bytes.
    n_bytes : int
        Size of the file or of the array.
    path : Path or None
        The file it was read from, if any.
    warnings : tuple of str
        Whole sentences for the user.
    provenance : mapping
        What reading did, for the record: ``sixteen_bit_divisor``, ``exif_orientation`` and so on.
    """

    rgb: NDArray[np.uint8]
    name: str
    sha256: str
    n_bytes: int
    path: Path | None = None
    warnings: tuple[str, ...] = ()
    provenance: Mapping[str, object] = field(default_factory=dict)

    @property
    def size_xy(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.rgb.shape[1], self.rgb.shape[0]

    @cached_property
    def pixel_sha256(self) -> str:
        """Checksum of the pixels, found when it is first asked for: 20 megapixels take 40 ms."""
        return hashlib.sha256(np.ascontiguousarray(self.rgb).data).hexdigest()


def photo_from_array(array: ArrayLike, name: str) -> Photo:
    """Make a photo of an array, such as the data of a napari Image layer.

    Parameters
    ----------
    array : (H, W), (H, W, 1), (H, W, 3) or (H, W, 4)
        Bool, integers of 0 and more, or floats of 0 to 1. A fourth channel is alpha, laid over
        white.
    name : str
        What messages call the photo.

    Returns
    -------
    Photo
        With a copy of the pixels: later changes of `array` do not reach it.

    Raises
    ------
    DinosarError
        For another shape or type, for NaN or values out of range, and for a photo that is too
        small or too large.
    """
    try:
        samples = np.asarray(array)
    except ValueError as error:
        raise DinosarError(f"{name}: the rows of the array differ in length ({error}).") from error
    rgb, provenance = rgb_from_samples(samples, name)
    digest = hashlib.sha256(f"{samples.dtype.str} {samples.shape} ".encode())
    digest.update(np.ascontiguousarray(samples).data)
    return Photo(rgb, name, digest.hexdigest(), int(samples.nbytes), provenance=provenance)


def check_size(width: int, height: int, name: str, max_pixels: int = MAX_PIXELS) -> None:
    """Refuse a photo that is too small to hold two patches a side, or too large to work on.

    Parameters
    ----------
    width, height : int
        Size in pixels.
    name : str
        What the message calls the photo.
    max_pixels : int
        The largest ``width * height`` accepted.

    Raises
    ------
    DinosarError
        Naming the photo, its size and the limit.
    """
    if min(width, height) < MIN_SIDE_PX:
        raise DinosarError(
            f"{name} is {width} x {height} px; each side needs at least {MIN_SIDE_PX} px. "
            "Choose a larger photo."
        )
    if width * height > max_pixels:
        raise DinosarError(
            f"{name} is {width} x {height} px ({width * height / 1e6:.0f} megapixels), more than "
            f"the limit of {max_pixels / 1e6:g} megapixels. Save a smaller copy and use that."
        )


def rgb_from_samples(
    samples: NDArray[Any], name: str, max_pixels: int = MAX_PIXELS
) -> tuple[NDArray[np.uint8], dict[str, object]]:
    """Turn grey, RGB or RGBA samples of any common type into opaque 8-bit RGB.

    Parameters
    ----------
    samples : array
        As in `photo_from_array`.
    name : str
        What messages call the photo.
    max_pixels : int
        The largest photo accepted.

    Returns
    -------
    rgb : (H, W, 3) uint8
        C-contiguous and read-only, never a view of `samples`.
    provenance : dict
        ``sixteen_bit_divisor`` when values of more than 8 bits were divided.

    Raises
    ------
    DinosarError
        As in `photo_from_array`.
    """
    if samples.ndim == 2:
        samples = samples[..., np.newaxis]
    if samples.ndim != 3 or samples.shape[2] not in (1, 3, 4):
        raise DinosarError(
            f"{name} has the shape {samples.shape}; a photo is (height, width), or (height, width, "
            "channels) with 1, 3 or 4 channels. Choose one plane of a stack, channels last."
        )
    check_size(samples.shape[1], samples.shape[0], name, max_pixels)
    colour, divisor = _eight_bit(samples[..., :3], name)
    if samples.shape[2] == 4:
        colour = _over_white(colour, _eight_bit(samples[..., 3:], name, stretch=False)[0])
    if colour.shape[2] == 1:
        colour = np.repeat(colour, 3, axis=2)
    rgb = np.array(colour, dtype=np.uint8, order="C", copy=True)
    rgb.setflags(write=False)
    return rgb, {} if divisor is None else {"sixteen_bit_divisor": divisor}


def _eight_bit(
    values: NDArray[Any], name: str, stretch: bool = True
) -> tuple[NDArray[np.uint8], float | None]:
    """Bring samples of one kind to 8 bits; the divisor is None unless there were more bits."""
    kind = values.dtype.kind
    if kind == "b":
        return values.astype(np.uint8) * np.uint8(255), None
    if values.dtype == np.uint8:
        return values, None
    if kind == "f":
        return _eight_bit_of_unit_range(values, name), None
    if kind not in "ui":
        raise DinosarError(
            f"{name} holds values of type {values.dtype}; a photo needs integers, or floats of "
            "0 to 1. Convert it first."
        )
    return _eight_bit_of_integers(values, name, stretch)


def _eight_bit_of_unit_range(values: NDArray[Any], name: str) -> NDArray[np.uint8]:
    low, high = float(values.min()), float(values.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        raise DinosarError(f"{name} holds NaN or infinite values. Replace them first.")
    tolerance = 1e-6
    if low < -tolerance or high > 1 + tolerance:
        raise DinosarError(
            f"{name} holds floats of {low:g} to {high:g}; a photo of floats needs 0 to 1. "
            "Rescale it first."
        )
    scaled = np.rint(values.astype(np.float32) * np.float32(255))
    return np.asarray(np.clip(scaled, 0, 255), dtype=np.uint8)


def _eight_bit_of_integers(
    values: NDArray[Any], name: str, stretch: bool
) -> tuple[NDArray[np.uint8], float | None]:
    low, high = int(values.min()), int(values.max())
    if low < 0:
        raise DinosarError(f"{name} holds negative values (down to {low}). Rescale it first.")
    if values.dtype.itemsize != 2 and high <= 255:
        return values.astype(np.uint8), None
    if high > _SIXTEEN_BIT_MAX:
        divisor = high / 255
        return np.rint(values / divisor).astype(np.uint8), divisor
    full = np.iinfo(values.dtype).max if values.dtype.itemsize == 2 else _SIXTEEN_BIT_MAX
    # 12-bit cameras store their values in 16 bits: divided by the full range they would be black
    top = high if stretch and 0 < high < full * _DARK_SHARE else full
    divisor = top / 255
    table = np.clip(np.rint(np.arange(_SIXTEEN_BIT_MAX + 1) / divisor), 0, 255).astype(np.uint8)
    return table[values.astype(np.uint16)], divisor


def _over_white(colour: NDArray[np.uint8], alpha: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Lay `colour` (H, W, 3) with `alpha` (H, W, 1) over white, rounded to the nearest value."""
    blended = colour.astype(np.uint16) * alpha
    blended += np.uint16(255) * (np.uint16(255) - alpha)
    return ((blended + np.uint16(127)) // np.uint16(255)).astype(np.uint8)

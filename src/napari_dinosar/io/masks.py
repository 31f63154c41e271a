"""Foreground masks as COCO run-length codes, and back."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.errors import DinosarError

MAX_MASK_PIXELS = 200_000_000
"""As many as a photo may have: a short code could otherwise ask for any amount of memory."""

_FIRST_CHARACTER = 48
_CONTINUES = 0x20
_NEGATIVE = 0x10


def encode_mask(mask: NDArray[np.bool_]) -> dict[str, Any]:
    """Return a mask as a compressed COCO run-length code.

    Parameters
    ----------
    mask : array, (H, W) bool
        Foreground, in photo pixels.

    Returns
    -------
    dict
        ``size`` as [H, W] and ``counts`` as ASCII text, ready for JSON.

    Raises
    ------
    DinosarError
        If the mask is not a plane with at least one pixel.
    """
    from pycocotools import mask as coco_mask

    pixels = np.asarray(mask)
    if pixels.ndim != 2 or pixels.size == 0:
        raise DinosarError(f"A mask must be a plane of pixels, not of shape {pixels.shape}.")
    code = coco_mask.encode(np.asfortranarray(pixels, dtype=bool).view(np.uint8))
    return {"size": [*pixels.shape], "counts": code["counts"].decode("ascii")}


def decode_mask(code: object, name: str = "The mask") -> NDArray[np.bool_]:
    """Return the mask of a COCO run-length code, compressed or as a list of counts.

    Runs go down the columns, background first. A code must cover its size exactly: pycocotools,
    which writes ours, would return unset memory for one that ends early.

    Parameters
    ----------
    code : dict
        ``size`` as [H, W] and ``counts``.
    name : str
        How messages call it.

    Returns
    -------
    array, (H, W) bool
        The mask.

    Raises
    ------
    DinosarError
        If the code is not a run-length code, is larger than a photo may be, or does not fill
        its size.
    """
    if not isinstance(code, dict):
        raise DinosarError(f"{name} is not a run-length code with 'size' and 'counts'.")
    height, width = _checked_size(code.get("size"), name)
    counts = code.get("counts")
    if isinstance(counts, str):
        runs = _run_lengths(counts, name)
    elif isinstance(counts, list) and all(type(run) is int for run in counts):
        runs = counts
    else:
        raise DinosarError(f"The counts of {name} are neither text nor whole numbers.")
    if any(run < 0 for run in runs) or sum(runs) != height * width:
        raise DinosarError(
            f"{name} is damaged: its runs do not fill {width} x {height} pixels; export it again."
        )
    foreground = np.arange(len(runs)) % 2 == 1
    return np.ascontiguousarray(np.repeat(foreground, runs).reshape(width, height).T)


def _checked_size(size: object, name: str) -> tuple[int, int]:
    if (
        not isinstance(size, list | tuple)
        or len(size) != 2
        or not all(type(side) is int and side > 0 for side in size)
    ):
        raise DinosarError(f"The size of {name} is not [height, width] in whole pixels.")
    height, width = size
    if height * width > MAX_MASK_PIXELS:
        raise DinosarError(
            f"{name} has {width} x {height} pixels; {MAX_MASK_PIXELS} are the most that are read."
        )
    return height, width


def _run_lengths(text: str, name: str) -> list[int]:
    """Return the runs of a compressed code.

    Base-32 digits, the lowest first; from the fourth run on each is the difference to the run
    before the last, as pycocotools' ``rleToString`` writes it.
    """
    runs: list[int] = []
    value, shift = 0, 0
    for character in text:
        digit = ord(character) - _FIRST_CHARACTER
        if not 0 <= digit < 64 or shift > 60:
            raise DinosarError(f"The counts of {name} are not a run-length code.")
        value |= (digit & 0x1F) << shift
        shift += 5
        if digit & _CONTINUES:
            continue
        if digit & _NEGATIVE:
            value -= 1 << shift
        runs.append(value + (runs[-2] if len(runs) > 2 else 0))
        value, shift = 0, 0
    if shift:
        raise DinosarError(f"The counts of {name} end in the middle of a number.")
    return runs

"""The seed of a mask: a place on a photo that says which part of a mask is the specimen."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.errors import DinosarError

Seed: TypeAlias = tuple[float, float]

MASK_SEED = "mask_seed_xy"
"""What a project calls the seed among what is noted of a specimen: x and y, a blank between."""

_REACH = 0.02
"""How far from a part of the mask a seed may lie, as a share of the photo's longer side."""


def noted_seed(text: str) -> Seed | None:
    """Return the seed of a note, in photo pixels; None where it is no pair of numbers."""
    try:
        numbers = [float(word) for word in text.split()]
    except ValueError:
        return None
    return (numbers[0], numbers[1]) if _is_place(numbers) else None


def seed_note(seed_xy: Seed) -> str:
    """Return a seed as a project notes it, to the last digit."""
    return f"{float(seed_xy[0])!r} {float(seed_xy[1])!r}"


def checked_seed(value: object, name: str) -> Seed | None:
    """Return a seed as two floats.

    Parameters
    ----------
    value : sequence of two numbers, or None
        x and y in photo pixels.
    name : str
        What messages call it.

    Raises
    ------
    DinosarError
        If it is anything else.
    """
    if value is None:
        return None
    numbers = list(value) if isinstance(value, tuple | list | np.ndarray) else []
    kinds = (int, float, np.integer, np.floating)
    if not all(isinstance(one, kinds) for one in numbers) or not _is_place(numbers):
        raise DinosarError(
            f"{name} is {value!r:.60}; it must be two numbers, x and y in pixels of the photo."
        )
    return float(numbers[0]), float(numbers[1])


def part_at(mask: NDArray[np.bool_], seed_xy: Seed) -> NDArray[np.bool_] | None:
    """Return the part of a mask at a seed with its holes filled; None where none is near.

    Parameters
    ----------
    mask : (H, W) bool
        In the pixels of the seed. Its parts are 8-connected.
    seed_xy : (float, float)
        In the part or one of its holes, else within 2 % of the longer side of the nearest part.
    """
    from scipy.ndimage import binary_fill_holes, label

    parts, _ = label(binary_fill_holes(mask), structure=np.ones((3, 3)))
    height, width = mask.shape
    reach = _REACH * max(height, width)
    x, y = seed_xy
    if not (-reach <= x <= width - 1 + reach and -reach <= y <= height - 1 + reach):
        return None
    rows = slice(max(0, math.floor(y - reach)), math.ceil(y + reach) + 1)
    cols = slice(max(0, math.floor(x - reach)), math.ceil(x + reach) + 1)
    near = parts[rows, cols]
    found_y, found_x = np.nonzero(near)
    if not len(found_y):
        return None
    away = np.hypot(found_y + rows.start - y, found_x + cols.start - x)
    nearest = int(np.argmin(away))
    # a seed on the edge of a pixel is in it
    if away[nearest] > max(reach, math.sqrt(0.5)):
        return None
    return np.asarray(parts == near[found_y[nearest], found_x[nearest]])


def missed_warning(name: str, mode: str, seed_xy: Seed, taken: str) -> str:
    """Return the warning of a seed that no part of the mask is near."""
    return (
        f"{name}: nothing of the mask ({mode}) is near its seed ({seed_xy[0]:.0f}, "
        f"{seed_xy[1]:.0f}), so {taken}. Set the seed on the specimen, or choose another "
        "foreground mode."
    )


def _is_place(numbers: list[float]) -> bool:
    return len(numbers) == 2 and all(math.isfinite(one) for one in numbers)

"""Where a specimen's mask begins: a place on its photo, kept among what is noted of it."""

from __future__ import annotations

import math
from collections.abc import Mapping

from napari_dinosar.project.state import Position, Specimen

SEED = "mask_seed_xy"
"""Name of the note: x and y in photo pixels, with a blank between."""


def seed_of(specimen: Specimen) -> Position | None:
    """Return where the mask of a specimen begins, in photo pixels; None where nobody said.

    A note that is no pair of numbers counts as none: someone else may use the same word.
    """
    words = specimen.digitised.extras.get(SEED, "").split()
    try:
        numbers = [float(word) for word in words]
    except ValueError:
        return None
    if len(numbers) != 2 or not all(map(math.isfinite, numbers)):
        return None
    return numbers[0], numbers[1]


def with_seed(extras: Mapping[str, str], xy: Position | None) -> dict[str, str]:
    """Return what is noted of a specimen with another seed, or without one.

    Parameters
    ----------
    extras : mapping of str to str
        What is noted now.
    xy : (float, float) or None
        Photo pixels.
    """
    kept = {key: value for key, value in extras.items() if key != SEED}
    return kept if xy is None else {**kept, SEED: f"{float(xy[0])!r} {float(xy[1])!r}"}

"""Where a specimen's mask begins: a place on its photo, kept among what is noted of it."""

from __future__ import annotations

from collections.abc import Mapping

from napari_dinosar.core.mask_seed import MASK_SEED, noted_seed, seed_note
from napari_dinosar.project.state import Position, Specimen


def seed_of(specimen: Specimen) -> Position | None:
    """Return where the mask of a specimen begins, in photo pixels; None where nobody said."""
    return noted_seed(specimen.digitised.extras.get(MASK_SEED, ""))


def with_seed(extras: Mapping[str, str], xy: Position | None) -> dict[str, str]:
    """Return what is noted of a specimen with another seed, or without one.

    Parameters
    ----------
    extras : mapping of str to str
        What is noted now.
    xy : (float, float) or None
        Photo pixels.
    """
    kept = {key: value for key, value in extras.items() if key != MASK_SEED}
    return kept if xy is None else {**kept, MASK_SEED: seed_note(xy)}

"""What must hold of names, flags and positions before they count as landmarks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_dinosar.core.errors import DinosarError

FARTHEST_PX = 1e9
"""No photo is this large: a coordinate beyond it is a mistake in the file."""

COINCIDENT_SHARE = 1e-5
"""Landmarks closer than this share of the centroid size are one point to a thin-plate spline."""

COLLINEAR_RATIO = 1e-3
"""Landmarks whose principal axes are in a smaller ratio lie on a line."""

SPREAD_RATIO = 0.1
"""Landmarks whose principal axes are in a smaller ratio are badly spread."""

_LISTED = 12


def listed(labels: Sequence[str]) -> str:
    """Return labels for a message, the first dozen by name and the rest as a number."""
    shown = ", ".join(labels[:_LISTED])
    more = len(labels) - _LISTED
    return f"{shown} and {more} more" if more > 0 else shown or "none"


def numbered(count: int) -> tuple[str, ...]:
    """Return the labels ``"1"`` to ``"K"`` of landmarks without names."""
    return tuple(str(number) for number in range(1, count + 1))


def numbers(values: ArrayLike, what: str) -> NDArray[np.float64]:
    """Return a copy of values as float64, or raise with what they should have been."""
    try:
        return np.array(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise DinosarError(f"The {what} of the landmarks are not all numbers ({error}).") from error


def checked_names(names: Sequence[str], count: int) -> tuple[str, ...]:
    """Return names that are text, all different, and one for each landmark, or none at all."""
    names = tuple(names)
    if not all(isinstance(name, str) for name in names):
        raise DinosarError("The names of the landmarks must all be text.")
    if names and len(names) != count:
        raise DinosarError(
            f"There are {len(names)} names for {count} landmarks ({listed(names)}); give each one."
        )
    if len(set(names)) < len(names):
        twice = [name for name, times in Counter(names).items() if times > 1]
        raise DinosarError(
            f"Landmark names must differ, but these occur more than once: {listed(twice)}."
        )
    return tuple(str(name) for name in names)


def checked_visibility(flags: ArrayLike, labels: Sequence[str]) -> NDArray[np.int64]:
    """Return one flag 0, 1 or 2 for each label."""
    values = numbers(flags, "visibility flags")
    if values.shape != (len(labels),):
        raise DinosarError(
            f"There are {values.size} visibility flags for {len(labels)} landmarks; give each one."
        )
    wrong = (values != 0) & (values != 1) & (values != 2)
    if wrong.any():
        bad = int(wrong.argmax())
        raise DinosarError(
            f"The visibility {values[bad]:g} of landmark {labels[bad]} is not 0 (absent), "
            "1 (hidden) or 2 (visible)."
        )
    return values.astype(np.int64)


def table_of_xy(positions: ArrayLike) -> NDArray[np.float64]:
    """Return a copy of positions as a table (K, 2); nothing at all is a table without rows."""
    xy = numbers(positions, "positions")
    if xy.size == 0:
        return xy.reshape(0, 2)
    if xy.ndim != 2 or xy.shape[1] != 2:
        raise DinosarError(
            f"Landmark positions must be a table of x and y, not an array of shape {xy.shape}."
        )
    return xy


def refuse_wild_positions(
    xy: NDArray[np.float64], present: NDArray[np.bool_], labels: Sequence[str]
) -> None:
    """Raise unless each landmark that is present has a finite position that a photo can have."""
    wrong = present & ~(np.abs(xy) <= FARTHEST_PX).all(axis=1)
    if wrong.any():
        bad = int(wrong.argmax())
        raise DinosarError(
            f"The position ({xy[bad, 0]:g}, {xy[bad, 1]:g}) of landmark {labels[bad]} is no "
            "position in a photo; give a finite number of pixels, or mark it as absent."
        )


def refuse_coincident(xy: NDArray[np.float64], labels: Sequence[str], name: str) -> None:
    """Raise when two landmarks (K, 2) of one specimen are at one place; the message names them."""
    squared = (xy[:, None, 0] - xy[None, :, 0]) ** 2 + (xy[:, None, 1] - xy[None, :, 1]) ** 2
    centroid_size_squared = ((xy - xy.mean(axis=0)) ** 2).sum()
    close = squared <= COINCIDENT_SHARE**2 * centroid_size_squared
    first, second = np.nonzero(np.triu(close, k=1))
    if len(first) > 0:
        pairs = [
            f"{labels[i]} and {labels[j]}"
            for i, j in zip(first.tolist(), second.tolist(), strict=True)
        ]
        raise DinosarError(
            f"Landmarks of {name} lie on the same spot: {listed(pairs)}. A thin-plate spline needs "
            "them apart; move one, or mark it as absent."
        )


def spread_warning(xy: NDArray[np.float64], labels: Sequence[str], name: str) -> str | None:
    """Return a warning for badly spread landmarks (K, 2), or raise when they are on a line."""
    ratio = principal_axis_ratio(xy)
    if ratio < COLLINEAR_RATIO:
        raise DinosarError(
            f"The landmarks of {name} that both specimens have lie on one line "
            f"({listed(labels)}); place at least one off that line."
        )
    if ratio < SPREAD_RATIO:
        return (
            f"The landmarks of {name} are badly spread: they lie in a band whose width is "
            f"{ratio:.0%} of its length, so homology across the band is uncertain."
        )
    return None


def principal_axis_ratio(xy: NDArray[np.float64]) -> float:
    """Return the shorter over the longer principal axis of positions (K, 2): 0 is a line."""
    longer, shorter = np.linalg.svd(xy - xy.mean(axis=0), compute_uv=False)
    return float(shorter / longer) if longer > 0 else 0.0

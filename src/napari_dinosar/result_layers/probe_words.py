"""Where the words beside the marks of a probe stand: within their photo, and apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right and bottom in the world."""
Point: TypeAlias = tuple[float, float]

LETTER_PX, HIGH_PX, GAP_PX = 12.5, 19.0, 2.0
"""Size of a plate below a word on the screen: width for each letter, height; and what it keeps
from its mark."""
DOT_PX = 12.0
"""How large a landmark is on the screen, about."""
PLATE = "\N{FULL BLOCK}"
BESIDE = np.array([(0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1)])
"""Where a word may stand, down and to the right of its mark, the best first."""
FURTHER = np.array([(1, 0), (-1, 0)])
"""Where it may stand one line further off, where others crowd round the mark."""
OUTSIDE, COVERING, MISTAKEN = 8.0, 2.0, 2.0
"""How much worse than on a landmark a word stands out of its photo, on a mark or a word, or where
it is nearer to another mark, which it would seem to name."""


@dataclass(frozen=True)
class Marked:
    """A mark in the world, with a word that has to stand beside it.

    Attributes
    ----------
    centre_yx : (float, float)
        Its place.
    size : float
        Its side, with its outline.
    within : Box
        Where its word is to stay: what is seen of its photo.
    """

    centre_yx: Point
    size: float
    within: Box


def plate(word: str) -> str:
    """Return the dark plate that makes a word readable on any photo, map or canvas, as text."""
    return PLATE * _letters(word)


def word_places(
    marked: Mapping[str, Marked], zoom: float, dots_yx: ArrayLike = ()
) -> dict[str, Point]:
    """Return the centres of words, y before x.

    Each stands to the right of its mark, or elsewhere (`BESIDE`, `FURTHER`): where it stays within
    its box, is nearer to its mark than to others, and covers neither a mark nor another word, or as
    little as can be.

    Parameters
    ----------
    marked : mapping of str to Marked
        Words with what they stand beside; the first ones choose first.
    zoom : float
        Screen pixels by a unit of the world: words are as large at any zoom.
    dots_yx : array, (n, 2)
        Places of landmarks, which would lie on the words.
    """
    centres_yx = np.reshape([one.centre_yx for one in marked.values()], (-1, 2))
    sizes = np.array([one.size for one in marked.values()])
    dots = _boxes(np.reshape(dots_yx, (-1, 2)), DOT_PX / zoom)
    taken = np.concatenate(
        [
            np.empty((0, 4)),
            *(_boxes(np.array([one.centre_yx]), one.size) for one in marked.values()),
        ]
    )
    found: dict[str, Point] = {}
    for word, one in marked.items():
        size_yx = np.array([HIGH_PX, LETTER_PX * _letters(word)]) / zoom
        same = np.abs(centres_yx - one.centre_yx).max(axis=1) < one.size / 4
        steps = (sizes[same].max() + size_yx) / 2 + GAP_PX / zoom  # beside all marks of one patch
        beside = one.centre_yx + np.concatenate([BESIDE * steps, FURTHER * (steps + size_yx)])
        places = _moved_into(one.within, beside, size_yx)
        boxes = _boxes(places, size_yx)
        outside = size_yx.prod() - _common(boxes, np.array([one.within]))[:, 0]
        covered = [_common(boxes, others).sum(axis=1) for others in (taken, dots)]
        cost = (OUTSIDE * outside + COVERING * covered[0] + covered[1]) / size_yx.prod()
        cost += MISTAKEN * _is_mistaken(boxes, np.array(one.centre_yx), centres_yx)
        best = int(cost.round(3).argmin())  # of those that are as good, the first one
        found[word] = (float(places[best, 0]), float(places[best, 1]))
        taken = np.concatenate([taken, boxes[best : best + 1]])
    return found


def _letters(word: str) -> int:
    return len(word) - word.count(" ")


def _moved_into(within: Box, centres_yx: Floats, size_yx: Floats) -> Floats:
    """Return places at which something stays within a box, as near as can be."""
    left, top, right, bottom = within
    first, last = np.array([top, left]) + size_yx / 2, np.array([bottom, right]) - size_yx / 2
    middle = (first + last) / 2
    moved: Floats = np.clip(centres_yx, np.minimum(first, middle), np.maximum(last, middle))
    return moved


def _boxes(centres_yx: Floats, size_yx: ArrayLike) -> Floats:
    """Return boxes round places, (n, 4)."""
    half = np.asarray(size_yx) / 2
    return np.hstack([(centres_yx - half)[:, ::-1], (centres_yx + half)[:, ::-1]])


def _is_mistaken(boxes: Floats, own_yx: Floats, centres_yx: Floats) -> NDArray[np.bool_]:
    """Tell of each box whether another mark is nearer to it than its own."""
    places_xy = np.vstack([own_yx, centres_yx])[:, ::-1]
    nearest_xy = np.clip(places_xy, boxes[:, None, :2], boxes[:, None, 2:])
    away = np.linalg.norm(places_xy - nearest_xy, axis=2)
    return np.asarray((away[:, 1:] < away[:, :1] - 1e-9).any(axis=1))


def _common(boxes: Floats, others: Floats) -> Floats:
    """Return the areas that boxes share with others, (n, m)."""
    first = np.maximum(boxes[:, None, :2], others[:, :2])
    last = np.minimum(boxes[:, None, 2:], others[:, 2:])
    areas: Floats = np.maximum(last - first, 0.0).prod(axis=2)
    return areas

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
    if not marked:
        return {}
    centres_yx = np.array([one.centre_yx for one in marked.values()], dtype=float)
    sizes = np.array([one.size for one in marked.values()])
    sizes_yx = np.array([(HIGH_PX, LETTER_PX * _letters(word)) for word in marked]) / zoom
    apart = np.abs(centres_yx[:, None] - centres_yx).max(axis=-1)
    around = np.where(apart < sizes[:, None] / 4, sizes, 0.0).max(axis=1)  # all marks of one patch
    steps = (around[:, None] + sizes_yx) / 2 + GAP_PX / zoom
    ways = np.hstack([BESIDE * steps[:, None], FURTHER * (steps + sizes_yx)[:, None]])
    within = np.array([one.within for one in marked.values()])
    places = _moved_into(within, centres_yx[:, None] + ways, sizes_yx)
    boxes = _boxes(places, sizes_yx[:, None])
    areas = sizes_yx.prod(axis=1)
    outside = areas[:, None] - _common(boxes, within[:, None])
    on_dots = _covered(boxes, _boxes(np.reshape(dots_yx, (-1, 2)), DOT_PX / zoom))
    on_marks = _covered(boxes, _boxes(centres_yx, sizes[:, None]))
    cost = (OUTSIDE * outside + COVERING * on_marks + on_dots) / areas[:, None]
    cost += MISTAKEN * _is_mistaken(boxes, centres_yx)
    found: dict[str, Point] = {}
    for k, word in enumerate(marked):
        best = int(cost[k].round(3).argmin())  # of those that are as good, the first one
        found[word] = (float(places[k, best, 0]), float(places[k, best, 1]))
        cost += COVERING * _common(boxes, boxes[k, best]) / areas[:, None]
    return found


def _letters(word: str) -> int:
    return len(word) - word.count(" ")


def _moved_into(within: Floats, centres_yx: Floats, sizes_yx: Floats) -> Floats:
    """Return places (n, m, 2) at which words stay within their boxes (n, 4), as near as can be."""
    first, last = within[:, 1::-1] + sizes_yx / 2, within[:, :1:-1] - sizes_yx / 2
    middle = (first + last) / 2
    lowest, highest = np.minimum(first, middle), np.maximum(last, middle)
    moved: Floats = np.clip(centres_yx, lowest[:, None], highest[:, None])
    return moved


def _boxes(centres_yx: Floats, sizes_yx: ArrayLike) -> Floats:
    """Return boxes round places, (..., 4)."""
    half = np.asarray(sizes_yx) / 2
    return np.concatenate([(centres_yx - half)[..., ::-1], (centres_yx + half)[..., ::-1]], axis=-1)


def _is_mistaken(boxes: Floats, centres_yx: Floats) -> NDArray[np.bool_]:
    """Tell of each box (n, m, 4) of each mark whether another mark is nearer to it."""
    places_xy = centres_yx[:, ::-1]
    nearest_xy = np.clip(places_xy, boxes[..., None, :2], boxes[..., None, 2:])
    away = np.linalg.norm(places_xy - nearest_xy, axis=-1)
    own = np.diagonal(away, axis1=0, axis2=2).T
    return np.asarray((away < own[..., None] - 1e-9).any(axis=-1))


def _covered(boxes: Floats, others: Floats) -> Floats:
    """Return how much of each box lies on others (k, 4), each counted for itself."""
    covered: Floats = _common(boxes[..., None, :], others).sum(axis=-1)
    return covered


def _common(boxes: Floats, others: Floats) -> Floats:
    """Return the areas that boxes share with others."""
    first = np.maximum(boxes[..., :2], others[..., :2])
    last = np.minimum(boxes[..., 2:], others[..., 2:])
    areas: Floats = np.maximum(last - first, 0.0).prod(axis=-1)
    return areas

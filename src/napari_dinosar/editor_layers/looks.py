"""How a landmark looks: its colour, its symbol by what is known of it, and its label."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_dinosar import palette
from napari_dinosar.core.digitised import MACHINE_SOURCES, Digitised
from napari_dinosar.core.schema import Schema

SIZE_PX = 11
"""Of a landmark on the screen, once the photo fills the canvas."""
HALO_PX = 25
"""Of the halo around the current landmark."""
SMALLEST_PX = 2
"""napari draws edges at least half as wide as this."""
_SMALL_CANVAS_PX = 400
"""The longer side of the smallest canvas on which points have their full size."""
TEXT_SIZE = 9
MOST_NAMES_SHOWN = 6
"""With more landmarks only the current one has its name written, the others their numbers."""

LIGHT, DARK = (1.0, 1.0, 1.0, 1.0), (0.0, 0.0, 0.0, 1.0)
MACHINE_OPACITY = 0.3
HALO_FACE = (1.0, 1.0, 1.0, 0.35)

_PATCH_XY = (24, 14)
"""Piece of a photo of `_TYPICAL_PX` that decides whether what is drawn on it is light or dark."""
_WORDS_XY = (9, 3)
"""Where words begin beside their place."""
_TYPICAL_PX = 550
_MIDDLE_GREY = 0.55
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722]) / 255.0


def size_on(photo_size_xy: tuple[int, int], screen_px: float) -> float:
    """Return the size in photo pixels of a point that is to be so large on the screen.

    Zoomed in further, the layer's limit keeps it at that size; its size in photo pixels is what
    napari's own tools go by.
    """
    return screen_px * max(photo_size_xy) / _SMALL_CANVAS_PX


@dataclass(frozen=True, eq=False)
class Looks:
    """How the points of one specimen look.

    Attributes
    ----------
    symbols : tuple of str, n
        disc: visible; ring: occluded; diamond: a machine's word; square: a machine's word that a
        person accepted.
    face, border : array, (n, 4)
        Colours. A machine's word is translucent; each has an edge that stands out from the photo.
    texts : tuple of str, n
        What is written beside each.
    text_colours : array, (n, 4)
        Light on what is dark, dark on what is light.
    """

    symbols: tuple[str, ...]
    face: NDArray[np.float64]
    border: NDArray[np.float64]
    texts: tuple[str, ...]
    text_colours: NDArray[np.float64]


def colours(schema: Schema) -> NDArray[np.float64]:
    """Return the colour of each landmark, (K, 4): the schema's own, else one of the palette."""
    found = palette.landmark_colours(len(schema.landmarks))
    for index, landmark in enumerate(schema.landmarks):
        code = landmark.colour
        if code:
            found[index, :3] = palette.rgb(code)
    return found


def looks(
    marks: Digitised,
    schema: Schema,
    placed: NDArray[np.intp],
    current: int | None,
    rgb: NDArray[np.uint8] | None = None,
) -> Looks:
    """Return how the placed landmarks of a specimen look.

    Parameters
    ----------
    marks : Digitised
        The specimen.
    schema : Schema
        Its landmarks.
    placed : array of int, (n,)
        0-based places of those that are drawn, in their order.
    current : int or None
        The landmark whose turn it is; its name is written out.
    rgb : array, (H, W, 3) uint8, optional
        The photo they lie on.
    """
    own = colours(schema)[placed]
    symbols = tuple(_symbol(marks.states[index], marks.sources[index]) for index in placed)
    own[[symbol == "diamond" for symbol in symbols], 3] = MACHINE_OPACITY
    return Looks(
        symbols=symbols,
        face=own,
        border=contrasting(rgb, marks.xy[placed], is_beside=False),
        texts=texts(marks, schema, placed, current),
        text_colours=contrasting(rgb, marks.xy[placed]),
    )


def texts(
    marks: Digitised, schema: Schema, placed: NDArray[np.intp], current: int | None
) -> tuple[str, ...]:
    """Return what is written beside the placed landmarks.

    The blanks in front keep the words off the point by the same distance at any zoom, which
    napari's offset, counted in photo pixels, would not.
    """
    has_names = len(schema.landmarks) <= MOST_NAMES_SHOWN
    words = []
    for index in placed:
        name = schema.landmarks[index].name
        word = name if has_names or index == current else str(index + 1)
        machine = "?" if marks.sources[index] in MACHINE_SOURCES else ""
        words.append(f"  {word}{machine}")
    return tuple(words)


def contrasting(
    rgb: NDArray[np.uint8] | None, xy: NDArray[np.float64], *, is_beside: bool = True
) -> NDArray[np.float64]:
    """Return black or white for places of a photo, (n, 4), whichever stands out there.

    Parameters
    ----------
    rgb : array, (H, W, 3) uint8, or None
        The photo; without it all are white.
    xy : array, (n, 2)
        Photo pixels.
    is_beside : bool
        Whether it is for words that begin there and go to the lower right, rather than for the
        place itself.
    """
    found = np.tile(LIGHT, (len(xy), 1))
    if rgb is None:
        return found
    height, width = rgb.shape[:2]
    scale = max(height, width) / _TYPICAL_PX
    wide, high = (max(int(side * scale), 2) for side in _PATCH_XY)
    step = int(scale) + 1
    right, down = (-wide / 2, -high / 2)
    if is_beside:
        right, down = (part * scale for part in _WORDS_XY)
    for row, (x, y) in enumerate(xy):
        left = int(np.clip(x + right, 0, max(width - wide, 0)))
        top = int(np.clip(y + down, 0, max(height - high, 0)))
        patch = rgb[top : top + high : step, left : left + wide : step]
        if (patch @ _LUMINANCE).mean() > _MIDDLE_GREY:
            found[row] = DARK
    return found


def _symbol(state: str, source: str) -> str:
    if source in MACHINE_SOURCES:
        return "diamond"
    if state == "occluded":
        return "ring"
    return "square" if source == "accepted" else "disc"

"""What the figures of a run share: its photos with their names, its landmarks, and their key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.io.figures.paper import (
    MARGIN_MM,
    MUTED,
    POINT_MM,
    TEXT_PT,
    TINY_PT,
    WIDTH_MM,
    add_scale,
    add_words,
    on_sheet,
    shortened,
    size_mm,
    width_of_mm,
    wrapped,
)
from napari_dinosar.io.figures.photos import Shown, View

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

    from napari_dinosar.findings import Findings

SHORT_NAME = 4
"""Landmarks with names of up to so many letters are labelled by them, others by numbers."""

MOST_KEY_LINES = 5
BAR_MM = (60.0, 2.4)
"""Length and height of a colour bar."""

SCALE_MM = 11.0
"""Height of a colour bar with its ticks and words."""

Scale: TypeAlias = tuple[str, tuple[float, float], str, float]
"""Of a colour bar: colour map, ends, what it measures, opacity of what it colours."""

_LINE_MM = 1.25 * TINY_PT * POINT_MM


def shown(
    findings: Findings, letter: str, view: View | None = None, is_pale: bool = False
) -> Shown:
    """Return a photo of a run as it is to be shown, with its letter and name as title."""
    side = findings.side(letter)
    return Shown(side.preview, side.size_xy, f"{letter.upper()}: {side.name}", view, is_pale)


def names_line(findings: Findings, width_mm: float) -> str:
    """Return which photos were compared, in one line that fits a width."""
    each = (width_mm - width_of_mm("A: , B: ", TINY_PT)) / 2
    a, b = (shortened(side.name, each, TINY_PT) for side in (findings.a, findings.b))
    return f"A: {a}, B: {b}"


def add_heading(figure: Figure, findings: Findings, left_mm: float, words: str) -> None:
    """Write at the top of a sheet what it shows, and of which photos."""
    width = size_mm(figure)[0] - left_mm - 1.0
    add_words(figure, left_mm, 0.8, words, fontsize=TEXT_PT, weight="bold")
    names = names_line(findings, width)
    add_words(figure, left_mm, 4.2, names, fontsize=TINY_PT, color=MUTED, parse_math=False)


def used_names(findings: Findings) -> tuple[str, ...]:
    """Return the names of the landmarks that the run used on both specimens."""
    if findings.cells is not None:
        return findings.cells.names
    return tuple(findings.record.get("landmarks_used") or ())


def landmarks_xy(findings: Findings, letter: str, names: Sequence[str]) -> NDArray[np.float64]:
    """Return where landmarks lie on a photo, (K, 2) in its pixels; NaN where one is absent."""
    xy = np.full((len(names), 2), np.nan)
    landmarks = findings.side(letter).landmarks
    if landmarks is not None:
        place = {label: index for index, label in enumerate(landmarks.labels)}
        for row, name in enumerate(names):
            if name in place:
                xy[row] = landmarks.xy[place[name]]
    return xy


def all_names(findings: Findings) -> tuple[str, ...]:
    """Return the names of all landmarks that either specimen has, those of A first."""
    names: dict[str, None] = {}
    for side in (findings.a, findings.b):
        if side.landmarks is not None:
            present = zip(side.landmarks.labels, side.landmarks.present, strict=True)
            names |= {label: None for label, is_there in present if is_there}
    return tuple(names)


def tags(findings: Findings, names: Sequence[str]) -> list[str]:
    """Return what is written beside landmarks: short names, or the same number in all figures."""
    order = list(dict.fromkeys([*all_names(findings), *names]))
    if all(len(name) <= SHORT_NAME for name in order):
        return list(names)
    numbers = {name: str(number) for number, name in enumerate(order, 1)}
    return [numbers[name] for name in names]


def landmark_key(findings: Findings, names: Sequence[str]) -> list[str]:
    """Return the lines that say which number is which landmark; none where names are written."""
    written = tags(findings, names)
    if not names or list(names) == written:
        return []
    pairs = (f"{tag} {name}" for tag, name in zip(written, names, strict=True))
    return key_lines(f"Landmarks: {', '.join(pairs)}.")


def add_foot(
    figure: Figure,
    room_mm: float,
    scale: Scale | None,
    lines: Sequence[str] = (),
    handles: Sequence[Artist] = (),
) -> None:
    """Fill the room at the bottom of a sheet: a colour bar, a legend to its left, words below.

    Parameters
    ----------
    figure : Figure
        The sheet.
    room_mm : float
        As `room_for` gives it.
    scale : (colormap, limits, words, alpha) or None
        The colour bar.
    lines : sequence of str
        Words below it.
    handles : sequence of Artist
        Of the legend, with their labels.
    """
    top = size_mm(figure)[1] - room_mm + 0.8
    if scale is not None:
        colormap, limits, words, alpha = scale
        left = (WIDTH_MM - BAR_MM[0]) / 2
        add_scale(figure, (left, top, *BAR_MM), colormap, limits, words, alpha)
        if handles:
            figure.legend(
                handles=handles, loc="upper left", bbox_to_anchor=(MARGIN_MM, top - 0.3),
                bbox_transform=on_sheet(figure), labelspacing=0.35, handlelength=2.6,
            )  # fmt: skip
        top += SCALE_MM
    for line in lines:
        add_words(figure, MARGIN_MM, top, line, fontsize=TINY_PT, color=MUTED, parse_math=False)
        top += _LINE_MM


def room_for(has_scale: bool, lines: Sequence[str]) -> float:
    """Return the height in millimetres that a colour bar and lines of words take."""
    return (SCALE_MM if has_scale else 0.0) + len(lines) * _LINE_MM + 1.5


def key_lines(text: str) -> list[str]:
    """Return a key in lines as wide as the sheet; the rest of a very long one is left out."""
    lines = wrapped(text, WIDTH_MM - 2 * MARGIN_MM, TINY_PT)
    if len(lines) > MOST_KEY_LINES:
        lines = [*lines[: MOST_KEY_LINES - 1], f"{lines[MOST_KEY_LINES - 1]} …"]
    return lines

"""Landmarks and their labels, each beside its point and clear of all others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.text import Text
from numpy.typing import ArrayLike, NDArray

from napari_dinosar.io.figures.paper import (
    INK,
    POINT_MM,
    TINY_PT,
    Box,
    frame_mm,
    on_sheet,
    sheet_of,
    sheet_xy_mm,
    style,
    width_of_mm,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MARK_MM = 1.5
"""Diameter of a landmark."""

PAD_MM = 0.45
"""Paper around the words of a label."""

REACHES_MM = (0.35, 1.0, 2.2, 4.0, 6.5)
"""How far from its mark a label may begin; beyond the first a line leads to it."""

DIRECTIONS = 16
MOST_LABELS = 150
"""Beyond, landmarks are marked and not labelled."""

MARK = "#E69F00"
LABEL_PAPER = "#ffffff"


def add_landmarks(
    axes: Axes, xy: ArrayLike, labels: Sequence[str], size_pt: float = TINY_PT
) -> list[Text]:
    """Mark landmarks and label them so that no label covers another, a mark or the frame.

    A label is dark on a white ground with a dark rim, so that it can be read on any specimen.

    Parameters
    ----------
    axes : Axes
        In the pixels of the landmarks.
    xy : array, (K, 2)
        Positions; NaN for those that are absent.
    labels : sequence of str, K
        What to write; where no place is free nothing is written.
    size_pt : float
        Of the letters.

    Returns
    -------
    list of Text
        The labels that found a place.
    """
    points = np.asarray(xy, dtype=float).reshape(-1, 2)
    left, right = sorted(axes.get_xlim())
    low, high = sorted(axes.get_ylim())
    shown = np.flatnonzero(
        (points[:, 0] >= left) & (points[:, 0] <= right)
        & (points[:, 1] >= low) & (points[:, 1] <= high)
    )  # fmt: skip
    points, names = points[shown], [labels[int(index)] for index in shown]
    with style():
        axes.scatter(
            points[:, 0], points[:, 1], s=(MARK_MM / POINT_MM) ** 2, facecolors=MARK,
            edgecolors=INK, linewidths=0.5, zorder=6,
        )  # fmt: skip
    return add_labels(axes, points, names, size_pt) if len(points) <= MOST_LABELS else []


def add_labels(
    axes: Axes,
    xy: ArrayLike,
    labels: Sequence[str],
    size_pt: float = TINY_PT,
    mark_mm: float = MARK_MM,
) -> list[Text]:
    """Write a label beside each point, clear of all others, of the marks and of the frame.

    Parameters
    ----------
    axes : Axes
        In the pixels of the points.
    xy : array, (n, 2)
        The points, in view.
    labels : sequence of str, n
        What to write.
    size_pt : float
        Of the letters.
    mark_mm : float
        Side of what stands at the points and must stay free; 0 where a label may stand on it.
    """
    figure = sheet_of(axes)
    anchors = sheet_xy_mm(axes, xy)
    sizes = [label_size_mm(words, size_pt) for words in labels]
    boxes = place_labels(anchors, sizes, frame_mm(axes), mark_mm)
    with style():
        return _written(figure, anchors, boxes, labels, size_pt, mark_mm)


def _written(
    figure: Figure,
    anchors: NDArray[np.float64],
    boxes: Sequence[Box | None],
    labels: Sequence[str],
    size_pt: float,
    mark_mm: float,
) -> list[Text]:
    texts, leads = [], []
    for name, anchor, box in zip(labels, anchors, boxes, strict=True):
        if box is None:
            continue
        text = figure.text(
            box[0] + PAD_MM, (box[1] + box[3]) / 2, name, transform=on_sheet(figure),
            fontsize=size_pt, color=INK, va="center_baseline", ha="left", zorder=8,
            parse_math=False,
            bbox={
                "boxstyle": f"round,pad={PAD_MM / POINT_MM / size_pt * 0.8:.3f},rounding_size=0.2",
                "facecolor": LABEL_PAPER, "edgecolor": INK, "linewidth": 0.35,
            },
        )  # fmt: skip
        texts.append(text)
        nearest = np.clip(anchor, box[:2], box[2:])
        if np.hypot(*(nearest - anchor)) > mark_mm / 2 + REACHES_MM[0] + 0.2:
            leads.append([anchor, nearest])
    if leads:
        for colour, width in (("white", 1.2), (INK, 0.4)):
            lines = LineCollection(leads, colors=colour, linewidths=width, zorder=5)
            lines.set_transform(on_sheet(figure))
            figure.add_artist(lines)
    return texts


def label_size_mm(words: str, size_pt: float) -> tuple[float, float]:
    """Return width and height of a label with its paper."""
    return width_of_mm(words, size_pt) + 2 * PAD_MM, size_pt * POINT_MM + 1.4 * PAD_MM


def place_labels(
    anchors: NDArray[np.float64],
    sizes: Sequence[tuple[float, float]],
    frame: Box,
    mark_mm: float = MARK_MM,
) -> list[Box | None]:
    """Find a free place for each label, as near to its mark as there is one.

    Parameters
    ----------
    anchors : array, (n, 2)
        The marks; millimetres, y downwards.
    sizes : sequence of (width, height)
        Of the labels.
    frame : (left, top, right, bottom)
        Where labels may lie.
    mark_mm : float
        Side of the marks, which stay free; 0 where a label may stand on its own mark.

    Returns
    -------
    list of (left, top, right, bottom) or None
        None where no place is free.
    """
    centre = anchors.mean(axis=0) if len(anchors) else np.zeros(2)
    taken = np.column_stack([anchors - mark_mm / 2, anchors + mark_mm / 2])
    places: list[Box | None] = []
    for anchor, size in zip(anchors, sizes, strict=True):
        boxes = _candidates(anchor, np.array(size), anchor - centre, mark_mm)
        inside = (boxes[:, :2] >= frame[:2]).all(axis=1) & (boxes[:, 2:] <= frame[2:]).all(axis=1)
        is_free = inside & ~_overlap(boxes, taken).any(axis=1)
        if not is_free.any():
            places.append(None)
            continue
        best = boxes[int(np.argmax(is_free))]
        places.append(tuple(float(value) for value in best))  # type: ignore[arg-type]
        taken = np.vstack([taken, best])
    return places


def _candidates(
    anchor: NDArray[np.float64],
    size: NDArray[np.float64],
    outwards: NDArray[np.float64],
    mark_mm: float,
) -> NDArray[np.float64]:
    """Return the boxes (n, 4) round a mark: near ones first, and outwards before inwards."""
    turn = np.arctan2(outwards[1], outwards[0]) if outwards.any() else -np.pi / 4
    steps = np.arange(DIRECTIONS)
    swing = np.where(steps % 2, -(steps + 1) // 2, steps // 2) * (2 * np.pi / DIRECTIONS)
    ways = np.column_stack([np.cos(turn + swing), np.sin(turn + swing)])
    boxes = [] if mark_mm else [np.concatenate([anchor - size / 2, anchor + size / 2])[None]]
    for reach in REACHES_MM:
        # the centre lies where a ray meets the square round the mark that the label just clears
        half = mark_mm / 2 + reach + size / 2
        scale = (half / np.maximum(np.abs(ways), 1e-9)).min(axis=1, keepdims=True)
        centres = anchor + ways * scale
        boxes.append(np.column_stack([centres - size / 2, centres + size / 2]))
    return np.concatenate(boxes)


def _overlap(boxes: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which boxes (n, 4) overlap which others (m, 4)."""
    found: NDArray[np.bool_] = (
        (boxes[:, None, 0] < others[None, :, 2]) & (boxes[:, None, 2] > others[None, :, 0])
        & (boxes[:, None, 1] < others[None, :, 3]) & (boxes[:, None, 3] > others[None, :, 1])
    )  # fmt: skip
    return found

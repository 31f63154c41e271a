"""Where the network looks, on paper: a layer's attention beside the photo, or head by head."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from napari_dinosar import palette
from napari_dinosar.io.figures.outlines import add_outline, outline_path, outlines
from napari_dinosar.io.figures.overlays import ATTENTION_ALPHA, add_attention, patch_corners
from napari_dinosar.io.figures.photos import (
    Shown,
    plot_photos,
    view_of,
)
from napari_dinosar.io.figures.pieces import add_foot, room_for, shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from napari_dinosar.findings import Findings, Side

LOW, HIGH = 2.0, 98.0
"""Percentiles of the valid patches of A and B together between which colours change."""

HEADS_PER_ROW = 3
OUTLINE = palette.GRID_LINE

SCALE_WORDS = (
    "Colours run from the 2nd to the 98th percentile of the valid patches of A and B together; "
    "only valid patches are coloured."
)


def attention(findings: Findings, letter: str, layer: int) -> Figure:
    """Draw the attention of a layer, mean over the chosen heads, beside the photo.

    A and B share one scale: the 2nd to the 98th percentile of the valid patches of both.
    """
    heads = findings.settings.attn_heads
    limits = attention_limits(findings, layer, [heads])
    side = findings.side(letter)
    view = view_of(side)
    words = _scale_words(layer, _heads_words(heads, _head_count(side)))
    lines = [SCALE_WORDS]
    room = room_for(True, lines)
    figure, [(left, right)] = plot_photos(
        [shown(findings, letter, view), Shown(side.preview, side.size_xy, f"block {layer}", view,
                                              is_pale=True)],
        room_mm=room,
    )  # fmt: skip
    outline = outlines(side.mask)
    _overlay(right, side, side.attention_of(layer, heads), limits, outline)
    add_outline(left, outline, OUTLINE)
    add_foot(figure, room, (palette.COLORMAPS["attention"], limits, words, ATTENTION_ALPHA), lines)
    return figure


def attention_heads(findings: Findings, letter: str, layer: int) -> Figure:
    """Draw the attention of each head of a layer; A and B and all heads share one scale."""
    side = findings.side(letter)
    heads = list(range(_head_count(side)))
    limits = attention_limits(findings, layer, heads)
    view = view_of(side)
    rows = [heads[start : start + HEADS_PER_ROW] for start in range(0, len(heads), HEADS_PER_ROW)]
    words = _scale_words(layer, "head by head")
    lines = [f"{letter.upper()}: {side.name}. {SCALE_WORDS}"]
    room = room_for(True, lines)
    figure, grid = plot_photos(
        *(
            [Shown(side.preview, side.size_xy, f"head {head}", view, is_pale=True) for head in row]
            for row in rows
        ),
        room_mm=room,
    )
    outline = outlines(side.mask)
    for row, line in zip(rows, grid, strict=True):
        for head, axes in zip(row, line, strict=True):
            _overlay(axes, side, side.attention_of(layer, head), limits, outline)
    add_foot(figure, room, (palette.COLORMAPS["attention"], limits, words, ATTENTION_ALPHA), lines)
    return figure


def attention_limits(
    findings: Findings, layer: int, heads: Sequence[int | Sequence[int] | None]
) -> tuple[float, float]:
    """Return the ends of the scale that A and B share.

    Parameters
    ----------
    findings : Findings
        The run.
    layer : int
        One of the layers whose attention was kept.
    heads : sequence
        What `Side.attention_of` takes as heads, for each picture on the scale.
    """
    values = [
        side.attention_of(layer, chosen)[side.valid]
        for side in (findings.a, findings.b)
        for chosen in heads
        if side.attention is not None
    ]
    return palette.limits(np.concatenate(values), LOW, HIGH)


def _overlay(
    axes: Axes,
    side: Side,
    values: NDArray[np.float32],
    limits: tuple[float, float],
    lines: list[NDArray[np.float64]],
) -> None:
    """Lay the attention of the valid patches on a photo, cut along the specimen's outline."""
    corners = side.to_photo(patch_corners(side.valid.shape, side.patch_size))
    shown_values = np.where(side.valid, values, np.nan)
    add_attention(axes, shown_values, corners, limits, outline_path(lines))
    add_outline(axes, lines)


def _scale_words(layer: int, heads: str) -> str:
    return f"attention of the class token in block {layer} (share of 1), {heads}"


def _head_count(side: Side) -> int:
    return 0 if side.attention is None else int(side.attention.shape[1])


def _heads_words(heads: tuple[int, ...] | None, count: int) -> str:
    if heads is None:
        return f"mean of its {count} heads"
    listed = ", ".join(str(head % count) for head in heads)
    return f"head {listed}" if len(heads) == 1 else f"mean of heads {listed}"

"""Homologous cells cut out of both photos: those that differ least, and those that differ most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.patches import Polygon
from numpy.typing import NDArray

from napari_dinosar import palette
from napari_dinosar.io.figures.histograms import written
from napari_dinosar.io.figures.labels import add_labels
from napari_dinosar.io.figures.overlays import add_quads, cell_corners
from napari_dinosar.io.figures.paper import (
    LINE,
    MARGIN_MM,
    MUTED,
    TINY_PT,
    WIDTH_MM,
    add_axes,
    add_words,
    on_sheet,
    sheet_xy_mm,
    size_mm,
)
from napari_dinosar.io.figures.photos import (
    Shown,
    in_view,
    plot_photos,
    view_of,
)
from napari_dinosar.io.figures.pieces import shown
from napari_dinosar.io.figures.rendering import PHOTO, SMOOTH

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from napari_dinosar.findings import CellGrid, Findings, Side

MOST_EXAMPLES = 6
BEST, WORST = palette.OKABE_ITO[4], palette.OKABE_ITO[5]
AROUND = 2.4
"""Side of a cut-out, in sides of the largest cell that is shown."""

_GAP_MM, _HEAD_MM, _ROOMY_MM = 2.0, 9.0, 6.0
_CROP_MM = (WIDTH_MM - 2 * MARGIN_MM - (MOST_EXAMPLES - 1) * _GAP_MM) / MOST_EXAMPLES
_Groups: TypeAlias = "Sequence[tuple[str, list[int], str]]"


def cell_matches(findings: Findings) -> Figure:
    """Draw the most alike and the most different homologous cells, A above B, and where they lie.

    Each cut-out shows the cell outlined amid its surroundings; all cut-outs of a photo have the
    same scale.
    """
    cells = findings.cells
    assert cells is not None
    best, worst = extremes(cells)
    numbered = dict(zip([*best, *worst], range(1, len(best) + len(worst) + 1), strict=True))
    corners = {"a": cell_corners(cells.nodes_a_xy), "b": cell_corners(cells.nodes_b_xy)}
    block = _HEAD_MM + 2 * _CROP_MM + 2 * _GAP_MM
    room = 2 * block + 1.0
    figure, [overviews] = plot_photos(
        [shown(findings, letter, view_of(findings.side(letter))) for letter in "ab"],
        room_mm=room,
        tallest_mm=60.0,
    )
    top = size_mm(figure)[1] - room + 2.0
    groups = (("Most alike", best, BEST), ("Most different", worst, WORST))
    for letter, axes in zip("ab", overviews, strict=True):
        _mark_cells(axes, corners[letter], numbered, groups)
    for title, chosen, colour in groups:
        add_words(figure, MARGIN_MM, top, title, weight="bold", color=colour)
        for place, cell in enumerate(chosen):
            left = MARGIN_MM + place * (_CROP_MM + _GAP_MM)
            words = f"{numbered[cell]}:  {_cell_words(cells, cell)}"
            add_words(figure, left, top + 3.4, words, fontsize=TINY_PT, linespacing=1.15)
        for letter in "ab":
            _cut_out(figure, findings.side(letter), letter, corners[letter], chosen, colour,
                     top + _HEAD_MM + (letter == "b") * (_CROP_MM + 0.6 * _GAP_MM),
                     _window_px(corners[letter][list(numbered)]))  # fmt: skip
        top += block
    return figure


def extremes(cells: CellGrid) -> tuple[list[int], list[int]]:
    """Return the cells (row-major) that differ least, least first, and most, most first.

    At most six of each, and no cell twice.
    """
    values = cells.dissimilarity.ravel()
    used = np.flatnonzero(np.isfinite(values))
    order = used[np.argsort(values[used], kind="stable")].tolist()
    count = min(MOST_EXAMPLES, max(1, len(order) // 2))
    best = order[:count]
    return best, [cell for cell in order[::-1][:count] if cell not in best]


def _mark_cells(
    axes: Axes, corners: NDArray[np.float64], numbers: Mapping[int, int], groups: _Groups
) -> None:
    """Outline the chosen cells in an overview and number them."""
    for _, chosen, colour in groups:
        add_quads(axes, corners[chosen], colour, 0.9)
    centres = corners[list(numbers)].mean(axis=1)
    low, high = np.sort([axes.get_xlim(), axes.get_ylim()], axis=1).T
    seen = ((centres >= low) & (centres <= high)).all(axis=1)
    words = [str(number) for number in numbers.values()]
    box = sheet_xy_mm(axes, corners[list(numbers)])
    cell_mm = float(np.median(np.ptp(box, axis=1)))
    add_labels(
        axes, centres[seen], [word for word, is_seen in zip(words, seen, strict=True) if is_seen],
        mark_mm=0.0 if cell_mm > _ROOMY_MM else cell_mm,
    )  # fmt: skip


def _cell_words(cells: CellGrid, cell: int) -> str:
    row, col = divmod(int(cell), cells.shape[1])
    return f"row {row}, column {col}\ndissimilarity {written(float(cells.dissimilarity[row, col]))}"


def _window_px(corners: NDArray[np.float64]) -> float:
    """Return the side of the square that is cut out round cells (n, 4, 2)."""
    return max(AROUND * float(np.ptp(corners, axis=1).max()), 8.0)


def _cut_out(
    figure: Figure,
    side: Side,
    letter: str,
    corners: NDArray[np.float64],
    chosen: Sequence[int],
    colour: str,
    top_mm: float,
    window_px: float,
) -> None:
    """Show a row of cells amid their surroundings, and say how much photo a square shows."""
    # one axes for all of a row, in millimetres: one for each picture takes ten times as long
    axes = add_axes(figure, MARGIN_MM, top_mm, WIDTH_MM - 2 * MARGIN_MM, _CROP_MM)
    axes.set_axis_off()
    per_px = _CROP_MM / window_px
    square = _CROP_MM * np.array([(0, 0), (1, 0), (1, 1), (0, 1)])
    quads, frames = [], []
    for place, cell in enumerate(chosen):
        x, y = origin = corners[cell].mean(axis=0) - window_px / 2
        view = (x, x + window_px, y + window_px, y)
        rgb, (left, right, bottom, top) = in_view(Shown(side.preview, side.size_xy, view=view))
        shift = np.array([place * (_CROP_MM + _GAP_MM), 0.0])
        frames.append(square + shift)
        quads.append((corners[cell] - origin) * per_px + shift)
        if rgb.size:
            (x0, y0), (x1, y1) = (
                (np.array([(left, top), (right, bottom)])) - origin
            ) * per_px + shift
            image = axes.imshow(rgb, extent=(x0, x1, y1, y0), interpolation=SMOOTH)
            image.set_label(PHOTO)
            image.set_clip_path(Polygon(frames[-1], transform=axes.transData))
    axes.set(xlim=(0.0, WIDTH_MM - 2 * MARGIN_MM), ylim=(_CROP_MM, 0.0), aspect="auto")
    axes.add_collection(
        PolyCollection(frames, facecolors="none", edgecolors=LINE, linewidths=0.4, clip_on=False,
                       zorder=2), autolim=False,
    )  # fmt: skip
    add_quads(axes, quads, colour, 1.2)
    words = f"{letter.upper()}, {window_px:.0f} px wide"
    figure.text(
        MARGIN_MM - 1.0, top_mm + _CROP_MM / 2, words, transform=on_sheet(figure), rotation=90,
        ha="right", va="center", fontsize=TINY_PT, color=MUTED,
    )  # fmt: skip

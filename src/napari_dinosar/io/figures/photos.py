"""Photos on paper: side by side in their own pixels, pale where colours go on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from napari_dinosar.io.figures.paper import (
    MARGIN_MM,
    TALLEST_MM,
    TEXT_PT,
    WIDTH_MM,
    add_axes,
    add_words,
    frame_mm,
    sheet,
    shortened,
    style,
    width_of_mm,
)
from napari_dinosar.io.figures.rendering import PHOTO, SMOOTH

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from napari_dinosar.findings import Side

TOP_MM, BELOW_MM, GAP_MM = 5.0, 7.5, 5.0
"""Room for titles, for ticks below, and between two photos."""

WIDE, STACKED_MM, _TICKS_MM = 1.35, 62.0, 3.6
"""From this width / height on two photos are laid one above the other, so high each."""

VIEW_MARGIN = 0.04
OVERHANG = 0.08
"""How far the view may leave a photo for a grid, as a share of the photo's longer side."""

PALEST = 0.38
"""How light black becomes in a pale photo."""

View = tuple[float, float, float, float]
"""Left, right, bottom and top of what is shown, in photo pixels."""


@dataclass(frozen=True, eq=False)
class Shown:
    """A photo to show.

    Attributes
    ----------
    rgb : array of uint8, (h, w, 3)
        Its pixels, possibly fewer than the photo's own.
    size_xy : (int, int)
        Width and height of the photo: the unit of all coordinates.
    title : str
        What stands above it.
    view : View, optional
        The part that is shown; all of it by default.
    is_pale : bool
        Grey and light, so that colours on top of it can be read.
    extent : View, optional
        Where the outer edges of `rgb` lie, where it shows more or less than the photo.
    note : str
        A few words above it, at the right.
    """

    rgb: NDArray[np.uint8]
    size_xy: tuple[int, int]
    title: str = ""
    view: View | None = None
    is_pale: bool = False
    extent: View | None = None
    note: str = ""

    @property
    def seen(self) -> View:
        """The part that is shown."""
        return self.view if self.view is not None else whole(self.size_xy)

    @property
    def aspect(self) -> float:
        """Width / height of the part that is shown."""
        left, right, bottom, top = self.seen
        return (right - left) / (bottom - top)


def plot_photos(
    *rows: Sequence[Shown],
    room_mm: float = 0.0,
    tallest_mm: float = 95.0,
    lead_mm: float = 0.0,
) -> tuple[Figure, list[list[Axes]]]:
    """Lay photos out on a sheet: the first of the three calls that make a figure.

    All photos have the same height.

    Parameters
    ----------
    *rows : sequence of Shown
        The photos of each row, from left to right.
    room_mm : float
        Free height at the bottom of the sheet, for a colour bar or a legend.
    tallest_mm : float
        Most height of a row.
    lead_mm : float
        Free height at the top of the sheet.

    Returns
    -------
    figure : Figure
        The sheet.
    axes : list of list of Axes
        Those of each photo, in its pixels, y downwards.
    """
    with style():
        most = min(tallest_mm, (TALLEST_MM - room_mm - lead_mm) / len(rows) - TOP_MM - BELOW_MM)
        height = min(most, *(_row_height(row) for row in rows))
        step = height + TOP_MM + BELOW_MM
        figure = sheet(lead_mm + len(rows) * step + room_mm)
        free = WIDTH_MM - max(_row_width(row, height) for row in rows)
        grid = []
        for place, row in enumerate(rows):
            left, line = free / 2, []
            for photo in row:
                width = photo.aspect * height
                axes = add_axes(figure, left, lead_mm + TOP_MM + place * step, width, height)
                show_photo(axes, photo, width)
                left += width + GAP_MM
                line.append(axes)
            _number_rows(line)
            if place == len(rows) - 1:
                for axes in line:
                    axes.set_xlabel("photo pixels")
            grid.append(line)
    return figure, grid


def _row_height(row: Sequence[Shown]) -> float:
    width = WIDTH_MM - 2 * MARGIN_MM - GAP_MM * (len(row) - 1)
    return width / sum(photo.aspect for photo in row)


def _row_width(row: Sequence[Shown], height_mm: float) -> float:
    return sum(photo.aspect * height_mm for photo in row) + GAP_MM * (len(row) - 1)


def plot_pair(
    a: Shown, b: Shown, room_mm: float = 0.0, tallest_mm: float = 110.0
) -> tuple[Figure, Axes, Axes]:
    """Lay out two photos that lines will join: wide ones A above B, others side by side.

    Lines across the long sides of two wide photos would run into each other.
    """
    if min(a.aspect, b.aspect) < WIDE:
        figure, [(axes_a, axes_b)] = plot_photos([a, b], room_mm=room_mm, tallest_mm=tallest_mm)
        return figure, axes_a, axes_b
    figure, [[axes_a], [axes_b]] = plot_photos(
        [a], [b], room_mm=room_mm, tallest_mm=min(tallest_mm, STACKED_MM), lead_mm=_TICKS_MM
    )
    with style():
        axes_a.xaxis.tick_top()
        left, top, _, _ = frame_mm(axes_b)
        words = axes_b.get_title("left")
        axes_b.set_title("")
        add_words(
            figure, left + 0.3, top - 0.8, words, va="bottom", weight="bold", fontsize=TEXT_PT,
            zorder=9, parse_math=False, bbox={"facecolor": "white", "linewidth": 0, "pad": 0.6},
        )  # fmt: skip
    return figure, axes_a, axes_b


def _number_rows(line: Sequence[Axes]) -> None:
    """Write the numbers of rows at the outer sides only, where there is room for them."""
    for axes in line[1:-1]:
        axes.tick_params(axis="y", labelleft=False)
    if len(line) > 1:
        line[-1].yaxis.tick_right()


def show_photo(axes: Axes, photo: Shown, width_mm: float) -> None:
    """Show a photo in its own pixels; only the part in view is kept.

    Parameters
    ----------
    axes : Axes
        Where.
    photo : Shown
        The photo.
    width_mm : float
        Width of the axes, which decides how much of a long name fits.
    """
    left, right, bottom, top = photo.seen
    rgb, extent = in_view(photo)
    if rgb.size:
        pixels = pale(rgb) if photo.is_pale else rgb
        image = axes.imshow(pixels, extent=extent, interpolation=SMOOTH)
        image.set_label(PHOTO)
    axes.set(xlim=(left, right), ylim=(bottom, top), aspect="auto")
    room_mm = width_mm - (width_of_mm(photo.note, TEXT_PT) + 3.0 if photo.note else 0.0)
    axes.set_title(shortened(photo.title, room_mm), parse_math=False)
    axes.set_title(photo.note, loc="right", fontweight="normal")
    for spine in axes.spines.values():
        spine.set_linewidth(0.4)
    axes.xaxis.set_major_locator(MaxNLocator(max(2, int(width_mm // 14)), integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))


def in_view(photo: Shown) -> tuple[NDArray[np.uint8], View]:
    """Return the pixels of a photo that are in view, and where they lie."""
    height, width = photo.rgb.shape[:2]
    x0, x1, y1, y0 = photo.extent if photo.extent is not None else whole(photo.size_xy)
    per_x, per_y = (x1 - x0) / width, (y1 - y0) / height
    left, right, bottom, top = photo.seen
    cols = _within((left - x0) / per_x, (right - x0) / per_x, width)
    rows = _within((top - y0) / per_y, (bottom - y0) / per_y, height)
    extent = (
        x0 + cols.start * per_x, x0 + cols.stop * per_x,
        y0 + rows.stop * per_y, y0 + rows.start * per_y,
    )  # fmt: skip
    return photo.rgb[rows, cols], extent


def _within(low: float, high: float, count: int) -> slice:
    first = int(np.clip(np.floor(low), 0, count))
    last = int(np.clip(np.ceil(high), first, count))
    return slice(first, last)


def whole(size_xy: tuple[int, int]) -> View:
    """Return the view of a whole photo, to the outer edges of its pixels."""
    return -0.5, size_xy[0] - 0.5, size_xy[1] - 0.5, -0.5


def view_of(side: Side, *points_xy: ArrayLike, overhang: float = 0.0) -> View:
    """Return the part of a photo that holds its specimen and further points, with a margin.

    Parameters
    ----------
    side : Side
        The specimen; the box of its mask is always in view.
    *points_xy : array, (..., 2)
        Photo coordinates that should be in view, as far as they lie on the photo.
    overhang : float
        How far the view may leave the photo for them, as a share of the photo's longer side.
    """
    photo = np.array([(0, 0), side.size_xy]) - 0.5
    rows, cols = np.flatnonzero(side.mask.any(axis=1)), np.flatnonzero(side.mask.any(axis=0))
    asked = np.concatenate([np.empty((0, 2)), *(np.reshape(xy, (-1, 2)) for xy in points_xy)])
    reach = overhang * max(side.size_xy)
    asked = asked[np.isfinite(asked).all(axis=1)].clip(photo[0] - reach, photo[1] + reach)
    ends = [(cols[0], rows[0]), (cols[-1], rows[-1])] if rows.size else []
    points = np.concatenate([asked, np.reshape(ends, (-1, 2))])
    if not len(points):
        return whole(side.size_xy)
    margin = VIEW_MARGIN * float(np.ptp(points, axis=0).max()) + 1.0
    # only what was asked for takes the view beyond the photo, not the margin of the specimen
    corners = np.concatenate([asked - margin / 2, asked + margin / 2, photo])
    outer = np.clip([corners.min(axis=0), corners.max(axis=0)], photo[0] - reach, photo[1] + reach)
    left, top = np.maximum(points.min(axis=0) - margin, outer[0])
    right, bottom = np.minimum(points.max(axis=0) + margin, outer[1])
    has_room = right - left > 1.0 and bottom - top > 1.0
    return (left, right, bottom, top) if has_room else whole(side.size_xy)


def pale(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a photo in light grey, on which colours keep what they mean."""
    grey = rgb @ np.array([0.299, 0.587, 0.114])
    light = 255 * (PALEST + (1 - PALEST) * grey / 255)
    return np.repeat(light.round().astype(np.uint8)[..., None], 3, axis=2)

"""What is laid on photos: cells, attention, correspondences. Plain arrays in, artists out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import matplotlib as mpl
import numpy as np
from matplotlib.collections import LineCollection, PolyCollection, QuadMesh
from matplotlib.colors import Normalize, to_rgba
from matplotlib.patches import PathPatch
from numpy.typing import ArrayLike, NDArray

from napari_dinosar import palette
from napari_dinosar.io.figures.paper import INK, POINT_MM, on_sheet, sheet_of, sheet_xy_mm, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.path import Path

CELL_ALPHA = 0.72
ATTENTION_ALPHA = 0.78
LINE_SHARE = 0.05
"""Most width of a line of a grid, as a share of a cell's side."""

WHITE_RIM, DARK_RIM = (1.0, 1.0, 1.0, 0.6), "#555555"
FEW_LINES, MOST_LINES = 25, 60
"""Few lines between two photos are drawn wider; more than most cannot be followed."""

Dashes: TypeAlias = Literal["-"] | tuple[float, tuple[float, ...]]
INLIER: Dashes = "-"
OUTLIER: Dashes = (0.0, (2.2, 1.4))


def cell_corners(nodes_xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the corners (rows * cols, 4, 2) of the cells of a lattice of nodes."""
    corners = np.stack(
        [nodes_xy[:-1, :-1], nodes_xy[:-1, 1:], nodes_xy[1:, 1:], nodes_xy[1:, :-1]], axis=2
    )
    return corners.reshape(-1, 4, 2)


def add_cells(
    axes: Axes,
    nodes_xy: ArrayLike,
    values: ArrayLike,
    limits: tuple[float, float],
    alpha: float = CELL_ALPHA,
) -> PolyCollection:
    """Colour the cells of a grid that have a value.

    Parameters
    ----------
    axes : Axes
        In the pixels of the nodes.
    nodes_xy : array, (rows + 1, cols + 1, 2)
        Nodes of the grid.
    values : array, (rows, cols)
        Values; NaN for cells that have none, which stay open.
    limits : (float, float)
        Values at the ends of the colour scale.
    alpha : float
        Opacity of the colours.
    """
    corners = cell_corners(np.asarray(nodes_xy, dtype=float))
    flat = np.asarray(values, dtype=float).ravel()
    drawn = np.isfinite(flat) & np.isfinite(corners).all(axis=(1, 2))
    with style():
        cells = PolyCollection(
            list(corners[drawn]), array=flat[drawn], cmap=palette.COLORMAPS["cells"],
            norm=Normalize(*limits), alpha=alpha, linewidths=0, zorder=2,
        )  # fmt: skip
        axes.add_collection(cells, autolim=False)
    return cells


def add_grid(
    axes: Axes, nodes_xy: ArrayLike, colour: str = INK, width_pt: float = 0.35, halo: bool = False
) -> LineCollection:
    """Draw the lines of a lattice of nodes (rows + 1, cols + 1, 2).

    Parameters
    ----------
    axes : Axes
        In the pixels of the nodes.
    nodes_xy : array, (rows + 1, cols + 1, 2)
        Nodes; any number of them may lie along a line.
    colour : str
        Of the lines.
    width_pt : float
        Of the lines; less where cells are small, so that the photo is seen between them.
    halo : bool
        Lay a wider white line under each, so that it can be seen on dark photos too.
    """
    nodes = np.asarray(nodes_xy, dtype=float)
    lines = [*nodes, *np.swapaxes(nodes, 0, 1)]
    width_pt = min(width_pt, LINE_SHARE * cell_side_mm(axes, nodes) / POINT_MM)
    if halo:
        under = LineCollection(
            lines, colors="white", linewidths=3.2 * width_pt, alpha=0.75, zorder=2.4
        )
        axes.add_collection(under, autolim=False)
    artist = LineCollection(lines, colors=colour, linewidths=width_pt, zorder=2.5)
    axes.add_collection(artist, autolim=False)
    return artist


def cell_side_mm(axes: Axes, nodes: NDArray[np.float64]) -> float:
    """Return how long the sides of most cells are on the sheet."""
    sides = np.linalg.norm(np.diff(sheet_xy_mm(axes, nodes), axis=1), axis=-1)
    finite = sides[np.isfinite(sides)]
    return float(np.median(finite)) if finite.size else 1.0


def add_attention(
    axes: Axes,
    values: NDArray[np.floating],
    corners_xy: NDArray[np.float64],
    limits: tuple[float, float],
    outline: Path | None = None,
    alpha: float = ATTENTION_ALPHA,
) -> QuadMesh:
    """Lay the attention of patches on a photo, each as the quadrangle that it saw.

    Parameters
    ----------
    axes : Axes
        In photo pixels.
    values : array, (rows, cols)
        Attention; NaN where there is nothing to show.
    corners_xy : array, (rows + 1, cols + 1, 2)
        Corners of the patches in photo pixels.
    limits : (float, float)
        Values at the ends of the colour scale.
    outline : Path, optional
        In photo pixels; only what lies within it is shown.
    alpha : float
        Opacity.
    """
    corners = np.asarray(corners_xy, dtype=float)
    # beyond the horizon of a tilted canvas there are no corners
    known = np.isfinite(corners).all(axis=-1)
    seen = known[:-1, :-1] & known[:-1, 1:] & known[1:, :-1] & known[1:, 1:]
    with style():
        mesh = QuadMesh(
            np.where(known[..., None], corners, 0.0),
            array=np.ma.masked_invalid(np.where(seen, values, np.nan)),
            cmap=palette.COLORMAPS["attention"], norm=Normalize(*limits), alpha=alpha,
            linewidth=0, antialiased=False, zorder=2,
        )  # fmt: skip
        # as pixels in an SVG too: viewers leave seams between shapes that touch
        mesh.set_rasterized(True)
        axes.add_collection(mesh, autolim=False)
        if outline is not None:
            mesh.set_clip_path(PathPatch(outline, transform=axes.transData))
    return mesh


def add_matches(
    axes_a: Axes,
    axes_b: Axes,
    xy_a: ArrayLike,
    xy_b: ArrayLike,
    similarity: ArrayLike | None = None,
    limits: tuple[float, float] = (0.0, 1.0),
    inlier: ArrayLike | None = None,
    most_lines: int = MOST_LINES,
) -> NDArray[np.bool_]:
    """Join corresponding points of two photos by lines in the colour of their similarity.

    Every point is marked. Of many only some are joined, spread evenly over A whatever their
    similarity, so that each line can be followed. Outliers have broken lines and crosses.

    Parameters
    ----------
    axes_a, axes_b : Axes
        The photos, in their pixels, on one sheet.
    xy_a, xy_b : array, (n, 2)
        Corresponding points in photo pixels.
    similarity : array, (n,), optional
        What the colours show; without it all lines are dark.
    limits : (float, float)
        Values at the ends of the colour scale.
    inlier : array of bool, (n,), optional
        Where a transform was fitted: which correspondences agree with it.
    most_lines : int
        Lines that are drawn.

    Returns
    -------
    array of bool, (n,)
        Which points are joined.
    """
    ends_a, ends_b = np.asarray(xy_a, dtype=float), np.asarray(xy_b, dtype=float)
    agrees = np.ones(len(ends_a), bool) if inlier is None else np.asarray(inlier, bool)
    values = np.zeros(len(ends_a)) if similarity is None else np.asarray(similarity, dtype=float)
    colours = mpl.colormaps[palette.COLORMAPS["correspondences"]](Normalize(*limits)(values))
    if similarity is None:
        colours[:] = to_rgba(INK)
    chosen = spread_choice(ends_a, most_lines)
    chosen = chosen[np.argsort(values[chosen], kind="stable")]
    joined = np.isin(np.arange(len(ends_a)), chosen)
    width = 0.9 if len(chosen) <= FEW_LINES else 0.65
    with style():
        for axes, ends in ((axes_a, ends_a), (axes_b, ends_b)):
            _mark(axes, ends, colours, agrees)
        lines = np.stack([sheet_xy_mm(axes_a, ends_a), sheet_xy_mm(axes_b, ends_b)], axis=1)
        # yellow is lost on white paper without a rim, and dark lines on dark specimens
        is_dark = similarity is None
        rim, wide = (WHITE_RIM, 2.2 * width) if is_dark else (DARK_RIM, width + 0.5)
        for is_in, dashes in ((True, INLIER), (False, OUTLIER)):
            some = chosen[agrees[chosen] == is_in]
            under = INLIER if is_dark else _scaled(dashes, width / wide)
            _add_lines(axes_a, lines[some], rim, wide, under)
            _add_lines(axes_a, lines[some], colours[some], width, dashes)
    return joined


def _scaled(dashes: Dashes, factor: float) -> Dashes:
    """Return dashes for a line of another width, which matplotlib measures in widths."""
    if dashes == "-":
        return dashes
    return dashes[0] * factor, tuple(length * factor for length in dashes[1])


def _add_lines(
    axes: Axes, lines: NDArray[np.float64], colours: Any, width_pt: float, dashes: Dashes
) -> None:
    """Draw lines (n, 2, 2) across the sheet, in millimetres."""
    if not len(lines):
        return
    figure = sheet_of(axes)
    collection = LineCollection(
        list(lines), colors=colours, linestyles=[dashes], linewidths=width_pt,
        transform=on_sheet(figure), zorder=4, capstyle="butt",
    )  # fmt: skip
    figure.add_artist(collection)


def _mark(
    axes: Axes, xy: NDArray[np.float64], colours: NDArray[np.float64], agrees: NDArray[np.bool_]
) -> None:
    for marker, size, some in (("o", 5.0, agrees), ("X", 10.0, ~agrees)):
        axes.scatter(
            xy[some, 0], xy[some, 1], s=size, marker=marker, c=colours[some], linewidths=0.35,
            edgecolors=INK, zorder=5,
        )  # fmt: skip


def spread_choice(xy: NDArray[np.float64], most: int) -> NDArray[np.intp]:
    """Return which points to keep so that they are spread: each next is farthest from the others.

    Parameters
    ----------
    xy : array, (n, 2)
        Points.
    most : int
        How many to keep; all where there are no more.
    """
    if len(xy) <= most:
        return np.arange(len(xy))
    first = int(np.argmin(((xy - xy.mean(axis=0)) ** 2).sum(axis=1)))
    chosen = [first]
    gap = ((xy - xy[first]) ** 2).sum(axis=1)
    while len(chosen) < most:
        chosen.append(int(np.argmax(gap)))
        gap = np.minimum(gap, ((xy - xy[chosen[-1]]) ** 2).sum(axis=1))
    return np.array(chosen)


def patch_corners(shape: tuple[int, int], patch_size: int) -> NDArray[np.float64]:
    """Return the corners (rows + 1, cols + 1, 2) of the patches of a canvas, in its pixels."""
    x = np.arange(shape[1] + 1) * patch_size - 0.5
    y = np.arange(shape[0] + 1) * patch_size - 0.5
    return np.stack(np.meshgrid(x, y), axis=-1)


def add_quads(
    axes: Axes,
    quads_xy: Sequence[NDArray[np.float64]] | NDArray[np.float64],
    colour: str,
    width_pt: float = 1.0,
) -> None:
    """Outline quadrangles (4, 2) in a colour with a white rim, to be seen on any photo."""
    quads = [np.asarray(quad, dtype=float) for quad in quads_xy]
    for edge, width, level in (("white", 2.2 * width_pt, 3.0), (colour, width_pt, 3.1)):
        axes.add_collection(
            PolyCollection(quads, facecolors="none", edgecolors=edge, linewidths=width,
                           zorder=level, joinstyle="round"), autolim=False,
        )  # fmt: skip

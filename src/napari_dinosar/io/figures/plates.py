"""Both photos on one plate: attention, correspondences, deformation grids, alignment, the pair."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from napari_dinosar import palette
from napari_dinosar.core.deformation import deformation_grid, square_grid
from napari_dinosar.core.shape import unit_shape
from napari_dinosar.core.spline import ThinPlateSpline
from napari_dinosar.io.figures.labels import add_landmarks
from napari_dinosar.io.figures.overlays import (
    INLIER,
    MOST_LINES,
    OUTLIER,
    Dashes,
    add_cells,
    add_matches,
)
from napari_dinosar.io.figures.paper import INK
from napari_dinosar.io.figures.photos import OVERHANG, plot_pair, plot_photos, view_of
from napari_dinosar.io.figures.pieces import (
    add_foot,
    all_names,
    landmark_key,
    landmarks_xy,
    room_for,
    shown,
    tags,
    used_names,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from napari_dinosar.findings import Findings

SIMILARITY = "cosine similarity of corresponding patches"
GRID_CELLS = 24
"""Squares of a deformation grid along the longer side of the landmarks' box."""

ROUNDING = 1e-12
PAIR_LINES = 30
PAIR_ALPHA = 0.55
CELL_WORDS = "dissimilarity of the cells, 1 − cosine similarity"


def matches(findings: Findings) -> Figure:
    """Draw the correspondences as lines between the two photos, in the colour of similarity."""
    ends, similarity, inlier = match_arrays(findings)
    limits = palette.limits(similarity)
    words = [_count_words(len(similarity), MOST_LINES)]
    room = room_for(True, words)
    views = {letter: view_of(findings.side(letter), ends[letter]) for letter in "ab"}
    a, b = (shown(findings, letter, views[letter], is_pale=True) for letter in "ab")
    figure, axes_a, axes_b = plot_pair(a, b, room_mm=room)
    add_matches(axes_a, axes_b, ends["a"], ends["b"], similarity, limits, inlier)
    scale = (palette.COLORMAPS["correspondences"], limits, SIMILARITY, 1.0)
    add_foot(figure, room, scale, words, _inlier_handles(inlier))
    return figure


def match_arrays(
    findings: Findings,
) -> tuple[dict[str, NDArray[np.float64]], NDArray[np.float64], NDArray[np.bool_] | None]:
    """Return ends (n, 2) in the photos, similarity, and inliers where a transform was fitted."""
    table = findings.tables["matches"]
    ends = {letter: table[[f"x_{letter}", f"y_{letter}"]].to_numpy(float) for letter in "ab"}
    is_in = table["inlier"]
    inlier = None if is_in.isna().all() else is_in.eq(True).fillna(False).to_numpy(bool)
    return ends, table["similarity"].to_numpy(float), inlier


def pair(findings: Findings) -> Figure:
    """Draw both photos whole, with their cells, their landmarks and correspondences."""
    cells, names = findings.cells, all_names(findings)
    ends, _, inlier = match_arrays(findings)
    limits = None if cells is None or not cells.used.any() else palette.limits(cells.dissimilarity)
    words = [_count_words(len(ends["a"]), PAIR_LINES)] if len(ends["a"]) else []
    words += landmark_key(findings, names)
    room = room_for(limits is not None, words)
    figure, axes_a, axes_b = plot_pair(
        shown(findings, "a"), shown(findings, "b"), room_mm=room, tallest_mm=140.0
    )
    for letter, axes in (("a", axes_a), ("b", axes_b)):
        if cells is not None and limits is not None:
            nodes = cells.nodes_a_xy if letter == "a" else cells.nodes_b_xy
            add_cells(axes, nodes, cells.dissimilarity, limits, alpha=PAIR_ALPHA)
        add_landmarks(axes, landmarks_xy(findings, letter, names), tags(findings, names))
    add_matches(axes_a, axes_b, ends["a"], ends["b"], None, inlier=inlier,
                most_lines=PAIR_LINES)  # fmt: skip
    scale = None
    if limits is not None:
        scale = (palette.COLORMAPS["cells"], limits, CELL_WORDS, PAIR_ALPHA)
    add_foot(figure, room, scale, words, _inlier_handles(inlier))
    return figure


def _count_words(n: int, most: int) -> str:
    if n <= most:
        return f"{n} correspondences, each joined by a line."
    return (
        f"{n} correspondences; {most} of them, spread evenly over A, are joined by lines, and all "
        "are marked in both photos."
    )


def _inlier_handles(inlier: NDArray[np.bool_] | None) -> list[Line2D]:
    if inlier is None:
        return []
    n_in = int(inlier.sum())
    kinds: tuple[tuple[str, Dashes, str], ...] = (
        ("o", INLIER, f"agrees with one transform ({n_in})"),
        ("X", OUTLIER, f"does not agree ({len(inlier) - n_in})"),
    )
    return [
        Line2D([], [], color=INK, linewidth=0.8, linestyle=dashes, marker=marker, markersize=3.0,
               label=label)
        for marker, dashes, label in kinds
    ]  # fmt: skip


def tps_grids(findings: Findings) -> Figure:
    """Draw the square grid of each specimen, and how the landmarks' spline carries it over.

    Above, the grid is square on A; below, on B.
    """
    names = used_names(findings)
    ends = {letter: landmarks_xy(findings, letter, names) for letter in "ab"}
    a, b = ends["a"], ends["b"]
    rows = (
        {"a": square_grid(a, GRID_CELLS), "b": deformation_grid(a, b, GRID_CELLS)},
        {"a": deformation_grid(b, a, GRID_CELLS), "b": square_grid(b, GRID_CELLS)},
    )
    views = {
        letter: view_of(findings.side(letter), *(row[letter] for row in rows), overhang=OVERHANG)
        for letter in "ab"
    }
    energies = _bending_energy(a, b), _bending_energy(b, a)
    # what rounding leaves of an affine change is no bending
    shown_energies = [0.0 if energy < ROUNDING else energy for energy in energies]
    bent = "{:.3g} from A to B, {:.3g} from B to A".format(*shown_energies)
    words = [
        "The landmarks' thin-plate spline carries the square grid of A to B, and of B to A.",
        f"Bending energy, at centroid size 1: {bent}.",
        *landmark_key(findings, names),
    ]
    room = room_for(False, words)
    a_photo, b_photo = (shown(findings, letter, views[letter], is_pale=True) for letter in "ab")
    figure, grid = plot_photos(
        [replace(a_photo, note="square grid"), replace(b_photo, note="grid of A")],
        [replace(a_photo, note="grid of B"), replace(b_photo, note="square grid")],
        room_mm=room,
    )
    for lines, line_of_axes in zip(rows, grid, strict=True):
        for letter, axes in zip("ab", line_of_axes, strict=True):
            axes.add_collection(
                LineCollection(lines[letter], colors=palette.GRID_LINE, linewidths=0.5,
                               zorder=2.5), autolim=False,
            )  # fmt: skip
            add_landmarks(axes, ends[letter], tags(findings, names))
    add_foot(figure, room, None, words)
    return figure


def _bending_energy(source: NDArray[np.float64], target: NDArray[np.float64]) -> float:
    return ThinPlateSpline(unit_shape(source), unit_shape(target)).bending_energy

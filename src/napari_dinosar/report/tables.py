"""The tables of a run: patches, matches and cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.homology import Homology
from napari_dinosar.core.matching import Matches
from napari_dinosar.core.similarity import BestMatches
from napari_dinosar.findings import LAYER_STD, TABLES, table
from napari_dinosar.specimen import Specimen

if TYPE_CHECKING:
    from pandas import DataFrame

Spread = NDArray[np.floating[Any]]


def patch_tables(
    a: Specimen,
    b: Specimen,
    matched: tuple[BestMatches, Matches] | None,
    spreads: tuple[Spread | None, Spread | None],
) -> dict[str, DataFrame]:
    """Return the tables of patches and of matches; without rows where they were not asked for.

    Parameters
    ----------
    a, b : Specimen
        The two sides.
    matched : (BestMatches, Matches) or None
        Best matches and correspondences.
    spreads : (array or None, array or None)
        How far the layers differ in the best match of each valid patch of A and of B.
    """
    if matched is None:
        return {name: table(name, {}) for name in TABLES if name != "cells"}
    best, correspondences = matched
    return {
        "patches_a_to_b": _patch_table("patches_a_to_b", a, b, best, spreads[0]),
        "patches_b_to_a": _patch_table("patches_b_to_a", b, a, best.reversed(), spreads[1]),
        "matches": _match_table(a, b, correspondences),
    }


def _patch_table(
    name: str, specimen: Specimen, other: Specimen, best: BestMatches, spread: Spread | None
) -> DataFrame:
    """Return a row for each valid patch of one specimen with its best match in the other."""
    rows_cols = specimen.side.rows_cols
    matched = other.side.rows_cols[best.b_of_a]
    xy = specimen.canvas.map.to_photo(specimen.side.xy)
    matched_xy = other.canvas.map.to_photo(other.side.xy[best.b_of_a])
    similarity = best.similarity_a.astype(np.float64)
    columns: dict[str, Any] = {
        "row": rows_cols[:, 0],
        "col": rows_cols[:, 1],
        "x": xy[:, 0],
        "y": xy[:, 1],
        "fill": specimen.patches.fill[rows_cols[:, 0], rows_cols[:, 1]],
        "match_row": matched[:, 0],
        "match_col": matched[:, 1],
        "match_x": matched_xy[:, 0],
        "match_y": matched_xy[:, 1],
        "similarity": similarity,
        "dissimilarity": 1.0 - similarity,
        "mutual": best.mutual_a,
    }
    if spread is not None:
        columns[LAYER_STD] = spread
    return table(name, columns)


def _match_table(a: Specimen, b: Specimen, matches: Matches) -> DataFrame:
    """Return the correspondences, best first."""
    xy_a = a.canvas.map.to_photo(matches.xy_a)
    xy_b = b.canvas.map.to_photo(matches.xy_b)
    return table(
        "matches",
        {
            "rank": np.arange(1, len(xy_a) + 1),
            "x_a": xy_a[:, 0],
            "y_a": xy_a[:, 1],
            "x_b": xy_b[:, 0],
            "y_b": xy_b[:, 1],
            "similarity": matches.similarity,
            "dissimilarity": matches.dissimilarity,
            "mutual": matches.mutual,
            "inlier": matches.inlier if matches.inlier is not None else [None] * len(xy_a),
            "attention": matches.attention,
        },
    )


def cell_table(a: Specimen, b: Specimen, homology: Homology | None, with_spread: bool) -> DataFrame:
    """Return a row for each cell of the homology grid; none without a grid.

    Parameters
    ----------
    a, b : Specimen
        The two sides.
    homology : Homology or None
        The cells.
    with_spread : bool
        Whether cells say how far their layers differ.
    """
    if homology is None:
        return table("cells", {})
    rows, cols = homology.used.shape
    row, col = np.divmod(np.arange(rows * cols), cols)
    columns: dict[str, Any] = {"row": row, "col": col}
    for side, specimen, nodes_xy in (("a", a, homology.nodes_a_xy), ("b", b, homology.nodes_b_xy)):
        corners_xy = cell_corners_xy(specimen.canvas.map.to_photo(nodes_xy))
        for corner in range(4):
            columns[f"x{corner + 1}_{side}"] = corners_xy[:, corner, 0]
            columns[f"y{corner + 1}_{side}"] = corners_xy[:, corner, 1]
    names = ("coverage_a", "coverage_b", "folded", "in_hull", "used", "reason", "dissimilarity")
    for name in (*names, LAYER_STD) if with_spread else names:
        columns[name] = getattr(homology, name).ravel()
    return table("cells", columns)


def cell_corners_xy(nodes_xy: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    """Return the corners of each cell of a node lattice, clockwise from the first.

    Parameters
    ----------
    nodes_xy : array, (rows + 1, cols + 1, 2)
        Warped grid nodes.

    Returns
    -------
    array, (rows * cols, 4, 2)
        Corners in row-major order of the cells.
    """
    corners = np.stack(
        [nodes_xy[:-1, :-1], nodes_xy[:-1, 1:], nodes_xy[1:, 1:], nodes_xy[1:, :-1]], axis=2
    )
    return corners.reshape(-1, 4, 2)

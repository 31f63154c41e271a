"""What a comparison says: its tables, its summary and the record of how it was made."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib import metadata
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.backbones import Backbone
from napari_dinosar.core.homology import Homology
from napari_dinosar.core.matching import Matches
from napari_dinosar.core.scores import mean_statistics, score_values, statistics
from napari_dinosar.core.similarity import BestMatches
from napari_dinosar.settings import Settings
from napari_dinosar.specimen import Specimen

if TYPE_CHECKING:
    from pandas import DataFrame

PATCH_COLUMNS = (
    "row", "col", "x", "y", "fill", "match_row", "match_col", "match_x", "match_y",
    "similarity", "dissimilarity", "mutual",
)  # fmt: skip
MATCH_COLUMNS = (
    "rank", "x_a", "y_a", "x_b", "y_b", "similarity", "dissimilarity", "mutual", "inlier",
    "attention",
)  # fmt: skip
CELL_COLUMNS = (
    "row", "col",
    *(f"{axis}{corner}_{side}" for side in "ab" for corner in (1, 2, 3, 4) for axis in "xy"),
    "coverage_a", "coverage_b", "folded", "in_hull", "used", "reason", "dissimilarity",
)  # fmt: skip
"""Corners run clockwise from the cell's first: top left, top right, bottom right, bottom left."""

LIBRARIES = ("napari-dinosar", "napari", "numpy", "scipy", "scikit-image", "torch", "rembg")


def patch_table(
    specimen: Specimen,
    other: Specimen,
    match: NDArray[np.intp],
    similarity: NDArray[np.floating[Any]],
    mutual: NDArray[np.bool_],
) -> DataFrame:
    """Return a row for each valid patch of one specimen with its best match in the other.

    Parameters
    ----------
    specimen, other : Specimen
        Whose patches are listed, and where the matches lie.
    match, similarity, mutual : array, (n valid,)
        Index into the other's valid patches, cosine similarity, and whether the match is mutual.

    Returns
    -------
    DataFrame
        The columns `PATCH_COLUMNS`; x and y in photo pixels.
    """
    import pandas as pd

    rows_cols = specimen.side.rows_cols
    matched = other.side.rows_cols[match]
    xy = specimen.canvas.map.to_photo(specimen.side.xy)
    matched_xy = other.canvas.map.to_photo(other.side.xy[match])
    return pd.DataFrame(
        {
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
            "mutual": mutual,
        },
        columns=list(PATCH_COLUMNS),
    )


def match_table(a: Specimen, b: Specimen, matches: Matches) -> DataFrame:
    """Return the correspondences, best first, with the columns `MATCH_COLUMNS`."""
    import pandas as pd

    xy_a = a.canvas.map.to_photo(matches.xy_a)
    xy_b = b.canvas.map.to_photo(matches.xy_b)
    inlier = matches.inlier if matches.inlier is not None else [None] * len(xy_a)
    return pd.DataFrame(
        {
            "rank": np.arange(1, len(xy_a) + 1),
            "x_a": xy_a[:, 0],
            "y_a": xy_a[:, 1],
            "x_b": xy_b[:, 0],
            "y_b": xy_b[:, 1],
            "similarity": matches.similarity,
            "dissimilarity": matches.dissimilarity,
            "mutual": matches.mutual,
            "inlier": inlier,
            "attention": matches.attention,
        },
        columns=list(MATCH_COLUMNS),
    )


def cell_table(a: Specimen, b: Specimen, homology: Homology) -> DataFrame:
    """Return a row for each cell of the homology grid, with the columns `CELL_COLUMNS`."""
    import pandas as pd

    rows, cols = homology.used.shape
    row, col = np.divmod(np.arange(rows * cols), cols)
    columns: dict[str, Any] = {"row": row, "col": col}
    for side, specimen, nodes_xy in (("a", a, homology.nodes_a_xy), ("b", b, homology.nodes_b_xy)):
        corners_xy = cell_corners_xy(specimen.canvas.map.to_photo(nodes_xy))
        for corner in range(4):
            columns[f"x{corner + 1}_{side}"] = corners_xy[:, corner, 0]
            columns[f"y{corner + 1}_{side}"] = corners_xy[:, corner, 1]
    for name in CELL_COLUMNS[-7:]:
        columns[name] = getattr(homology, name).ravel()
    return pd.DataFrame(columns, columns=list(CELL_COLUMNS))


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


def tables(
    a: Specimen,
    b: Specimen,
    best: BestMatches | None,
    correspondences: Matches | None,
    homology: Homology | None,
) -> dict[str, DataFrame]:
    """Return the four tables of a comparison; a part that was not asked for has no rows."""
    import pandas as pd

    found = {
        "patches_a_to_b": pd.DataFrame(columns=list(PATCH_COLUMNS)),
        "patches_b_to_a": pd.DataFrame(columns=list(PATCH_COLUMNS)),
        "matches": pd.DataFrame(columns=list(MATCH_COLUMNS)),
        "cells": pd.DataFrame(columns=list(CELL_COLUMNS)),
    }
    if best is not None and correspondences is not None:
        found["patches_a_to_b"] = patch_table(a, b, best.b_of_a, best.similarity_a, best.mutual_a)
        found["patches_b_to_a"] = patch_table(b, a, best.a_of_b, best.similarity_b, best.mutual_b)
        found["matches"] = match_table(a, b, correspondences)
    if homology is not None:
        found["cells"] = cell_table(a, b, homology)
    return found


def summary(
    settings: Settings,
    backbone_name: str,
    a: Specimen,
    b: Specimen,
    best: BestMatches | None,
    homology: Homology | None,
) -> dict[str, Any]:
    """Return what summary.json holds: numbers only, no times and no paths."""
    return {
        "backbone": backbone_name,
        "matching_mode": settings.matching_mode,
        "specimens": {"a": specimen_summary(a), "b": specimen_summary(b)},
        "scores": {} if best is None else {m: score_summary(m, best) for m in settings.score_mode},
        "homology": None if homology is None else homology_summary(homology),
    }


def count_warnings(numbers: Mapping[str, Any], fewest: int) -> list[str]:
    """Return a sentence for each score that rests on fewer values than ``fewest``."""
    warnings = []
    for mode, directions in numbers["scores"].items():
        n = min(directions["a_to_b"]["n"], directions["b_to_a"]["n"])
        if n < fewest:
            warnings.append(f"The {mode} statistics rest on {n} values, fewer than {fewest}.")
    return warnings


def backbone_record(network: Backbone) -> dict[str, Any]:
    """Return what identifies the backbone that ran."""
    return {
        "name": network.name,
        "description": network.description,
        "sha256": network.sha256,
        "patch_size": network.patch_size,
        "depth": network.depth,
        "has_attention": network.has_attention,
        "device": str(getattr(network, "device", "cpu")),
    }


def score_summary(mode: str, best: BestMatches) -> dict[str, Any]:
    """Return the statistics of a score mode: A to B, B to A, and the mean of the two."""
    a_to_b = statistics(score_values(mode, best))
    b_to_a = statistics(score_values(mode, best.reversed()))
    return {"a_to_b": a_to_b, "b_to_a": b_to_a, "mean": mean_statistics(a_to_b, b_to_a)}


def homology_summary(homology: Homology) -> dict[str, Any]:
    """Return the coverage-weighted statistics of the used cells, and what the grid was."""
    used = homology.used
    reasons, counts = np.unique(homology.reason[~used], return_counts=True)
    return {
        "n_cells": int(used.size),
        "n_used": int(used.sum()),
        "rows": int(homology.grid.rows),
        "cols": int(homology.grid.cols),
        "cell_px": [float(size) for size in homology.grid.cell_xy],
        "unused": {str(reason): int(count) for reason, count in zip(reasons, counts, strict=True)},
        "dissimilarity": statistics(homology.dissimilarity[used], homology.weights[used]),
        "procrustes_distance": float(homology.procrustes_distance),
        "bending_energy_a": float(homology.bending_energy_a),
        "bending_energy_b": float(homology.bending_energy_b),
    }


def specimen_summary(specimen: Specimen) -> dict[str, Any]:
    """Return the size of a specimen's mask and how many of its patches count."""
    return {
        "mask_share": float(specimen.foreground.mask.mean()),
        "foreground": specimen.foreground.mode,
        "n_patches": int(specimen.patches.valid.size),
        "n_valid": specimen.n_valid,
    }


def specimen_record(specimen: Specimen) -> dict[str, Any]:
    """Return what run.yaml says of one photo: where it came from and how it was framed."""
    photo = specimen.photo
    transform = specimen.canvas.map
    return {
        "name": photo.name,
        "path": None if photo.path is None else str(photo.path.resolve()),
        "sha256": photo.sha256,
        "n_bytes": photo.n_bytes,
        "size_xy": [int(side) for side in photo.size_xy],
        "reading": dict(photo.provenance),
        "foreground": specimen.foreground.mode,
        "separability": specimen.foreground.separability,
        "canvas": {
            "size_xy": [specimen.canvas.rgb.shape[1], specimen.canvas.rgb.shape[0]],
            "sha256": specimen.canvas.sha256,
            "crop_xy": [float(value) for value in transform.crop_xy],
            "scale_xy": [float(value) for value in transform.scale_xy],
            "pad_xy": [float(value) for value in transform.pad_xy],
        },
        "landmarks": None if specimen.landmarks is None else specimen.landmarks.specimen_id,
    }


def run_record(
    *,
    settings: Settings,
    backbone: Mapping[str, Any],
    a: Specimen,
    b: Specimen,
    landmarks_used: tuple[str, ...] | None,
    timings: Mapping[str, float],
    warnings: tuple[str, ...],
    created: str,
) -> dict[str, Any]:
    """Return the content of run.yaml: all that is needed to know, and repeat, a run."""
    return {
        "format": "napari-dinosar run",
        "format_version": 1,
        "created": created,
        "settings": settings.as_mapping(),
        "layers": list(a.encoding.layers),
        "backbone": dict(backbone),
        "photo_a": specimen_record(a),
        "photo_b": specimen_record(b),
        "landmarks_used": None if landmarks_used is None else list(landmarks_used),
        "alignment": {"stage": "none", "residual": None},
        "seed": settings.seed,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "libraries": {name: _version(name) for name in LIBRARIES},
        "timings_s": {stage: round(seconds, 4) for stage, seconds in timings.items()},
        "warnings": list(warnings),
    }


def run_arrays(a: Specimen, b: Specimen, homology: Homology | None) -> dict[str, Any]:
    """Return the arrays of arrays.npz, each named after what it holds and for which photo."""
    arrays: dict[str, Any] = {}
    for side, specimen in (("a", a), ("b", b)):
        arrays[f"mask_{side}"] = specimen.foreground.mask
        arrays[f"canvas_mask_{side}"] = specimen.canvas.mask
        arrays[f"photo_to_canvas_{side}"] = specimen.canvas.map.matrix
        arrays[f"patch_fill_{side}"] = specimen.patches.fill
        arrays[f"patch_valid_{side}"] = specimen.patches.valid
        if specimen.encoding.attention is not None:
            arrays[f"attention_{side}"] = specimen.encoding.attention
    if homology is not None:
        arrays |= {
            "consensus_unit_xy": homology.consensus_unit,
            "consensus_px_xy": homology.consensus_px,
            "grid_nodes_xy": homology.grid.nodes_xy,
            "warped_nodes_a_xy": a.canvas.map.to_photo(homology.nodes_a_xy),
            "warped_nodes_b_xy": b.canvas.map.to_photo(homology.nodes_b_xy),
        }
        for name in (
            "coverage_a", "coverage_b", "folded_a", "folded_b", "in_hull", "used", "dissimilarity",
        ):  # fmt: skip
            arrays[f"cell_{name}"] = getattr(homology, name)
    return arrays


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None

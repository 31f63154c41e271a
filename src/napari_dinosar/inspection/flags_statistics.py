"""What flags leave out of a run, and its statistics with and without that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from napari_dinosar.core.arrays import Booleans, Floats
from napari_dinosar.core.cells import counted_samples
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.grid import SAMPLES_PER_SIDE
from napari_dinosar.core.polygons import in_any_polygon
from napari_dinosar.core.scores import Statistics, mean_statistics, statistics
from napari_dinosar.findings import DIRECTIONS, Findings, Sample, Side
from napari_dinosar.findings.flags import FlagSheet

if TYPE_CHECKING:
    from pandas import DataFrame

Scores: TypeAlias = "Mapping[str, Mapping[str, Statistics]]"

LEAST_SHARE = 0.5
"""Share of a cell's or a patch's samples that must lie in a region for it to be left out."""


@dataclass(frozen=True, eq=False)
class FlaggedStatistics:
    """A run's statistics with and without what is flagged; the run itself stays as it is.

    Attributes
    ----------
    cells_with, cells_without : dict or None
        Statistics of the homologous cells, weighted by coverage; None where none were compared.
    scores_with, scores_without : mapping of str to mapping of str to dict
        Those of each score mode: ``a_to_b``, ``b_to_a`` and the ``mean`` of the two.
    excluded_cells : array of bool, (rows, cols), or None
        Cells that are left out, whether they are used or not.
    excluded_a, excluded_b : array of bool, (rows, cols)
        Valid patches of A and of B that are left out.
    n_cells_excluded : int
        Used cells that are left out.
    """

    cells_with: Statistics | None
    cells_without: Statistics | None
    scores_with: Scores
    scores_without: Scores
    excluded_cells: Booleans | None
    excluded_a: Booleans
    excluded_b: Booleans
    n_cells_excluded: int


def statistics_without(
    findings: Findings, sheet: FlagSheet, excluded: Booleans | None = None
) -> FlaggedStatistics:
    """Return the statistics of a run with and without what is flagged.

    Cells are left out as `excluded_cells` says. A value of a patch is left out where
    `excluded_patches` names the patch or its best match; nothing is matched anew. A verified pair
    of ``demo_inliers`` is left out where one of its ends lies in a region. Flagged cells, unlike
    regions, leave patches alone.

    Parameters
    ----------
    findings : Findings
        The run; it is not changed.
    sheet : FlagSheet
        What is flagged.
    excluded : array of bool, (rows, cols), optional
        What `excluded_cells` returns for the two, where that is known.

    Raises
    ------
    DinosarError
        If a flagged cell is not in the grid, or the run's tables do not fit its values.
    """
    if excluded is None:
        excluded = excluded_cells(findings, sheet)
    patches = {side: excluded_patches(findings, sheet, side) for side in "ab"}
    dropped = _dropped(findings, sheet, patches)
    cells = findings.cells
    cells_with = cells_without = None
    n_excluded = 0
    if cells is not None and excluded is not None:
        weights = np.minimum(cells.coverage_a, cells.coverage_b)
        kept = cells.used & ~excluded
        n_excluded = int((cells.used & excluded).sum())
        cells_with = statistics(cells.dissimilarity[cells.used], weights[cells.used])
        cells_without = statistics(cells.dissimilarity[kept], weights[kept])
    return FlaggedStatistics(
        cells_with=cells_with,
        cells_without=cells_without,
        scores_with=_scores(findings, None),
        scores_without=_scores(findings, dropped),
        excluded_cells=excluded,
        excluded_a=patches["a"],
        excluded_b=patches["b"],
        n_cells_excluded=n_excluded,
    )


def excluded_cells(findings: Findings, sheet: FlagSheet) -> Booleans | None:
    """Return the cells (rows, cols) that flags leave out; None where no cells were compared.

    A cell is left out when it is flagged, or when in A or in B at least half of its samples on
    the specimen lie in the regions of that photo. Its samples lie at ``(k + .5) / n`` between its
    four corners in the photo, n as many as its token has.

    Parameters
    ----------
    findings : Findings
        The run.
    sheet : FlagSheet
        What is flagged.

    Raises
    ------
    DinosarError
        If a flagged cell is not in the grid.
    """
    cells = findings.cells
    sheet.check(None if cells is None else cells.shape)
    if cells is None:
        return None
    excluded = np.zeros(cells.shape, dtype=bool)
    for cell in sheet.cells:
        excluded[cell.row, cell.col] = True
    for side, nodes_xy in (("a", cells.nodes_a_xy), ("b", cells.nodes_b_xy)):
        if sheet.regions_of(side):
            samples_xy = _cell_samples_xy(nodes_xy, findings.settings.tps_samples)
            excluded |= _in_regions(findings.side(side), samples_xy, sheet, side)
    return excluded


def excluded_patches(findings: Findings, sheet: FlagSheet, side: str) -> Booleans:
    """Return the valid patches (rows, cols) of a side that regions leave out.

    A patch is left out when at least half of its 4 x 4 samples on the specimen lie in the regions
    of its photo.

    Parameters
    ----------
    findings : Findings
        The run.
    sheet : FlagSheet
        What is flagged; its cells leave patches alone.
    side : {"a", "b"}
        The photo.
    """
    one = findings.side(side)
    excluded = np.zeros(one.valid.shape, dtype=bool)
    if sheet.regions_of(side):
        row_col = np.argwhere(one.valid)
        steps = (np.arange(SAMPLES_PER_SIDE) + 0.5) / SAMPLES_PER_SIDE
        offsets = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
        canvas_xy = (row_col[:, None, ::-1] + offsets) * one.patch_size - 0.5
        excluded[one.valid] = _in_regions(one, one.to_photo(canvas_xy), sheet, side)
    return excluded


def flags_table(sheet: FlagSheet, findings: Findings | None = None) -> DataFrame:
    """Return a row for each flagged cell and region, to be read by people and by R.

    Parameters
    ----------
    sheet : FlagSheet
        What is flagged.
    findings : Findings, optional
        The run; cells then come with their dissimilarity.

    Returns
    -------
    DataFrame
        ``kind`` (cell or region), ``row``, ``col``, ``side``, ``polygon_xy`` (``x y`` of each
        corner in photo pixels, parted by semicolons), ``reason``, ``note``, ``author``, ``date``,
        and ``dissimilarity`` where the run was given. What does not apply is missing.
    """
    import pandas as pd

    n_cells, n_regions = len(sheet.cells), len(sheet.regions)
    remarks = [cell.remark for cell in sheet.cells] + [one.remark for one in sheet.regions]
    corners = ["; ".join(f"{x!r} {y!r}" for x, y in region.polygon_xy) for region in sheet.regions]
    whole = {
        "row": [cell.row for cell in sheet.cells] + [None] * n_regions,
        "col": [cell.col for cell in sheet.cells] + [None] * n_regions,
    }
    texts = {
        "side": [None] * n_cells + [region.side for region in sheet.regions],
        "polygon_xy": [None] * n_cells + corners,
        **{
            name: [getattr(remark, name) for remark in remarks]
            for name in ("reason", "note", "author", "date")
        },
    }
    columns: dict[str, Any] = {
        "kind": pd.array(["cell"] * n_cells + ["region"] * n_regions, dtype="str"),
        **{name: pd.array(values, dtype="Int64") for name, values in whole.items()},
        **{name: pd.array(values, dtype="object") for name, values in texts.items()},
    }
    if findings is not None:
        columns["dissimilarity"] = _dissimilarities(sheet, findings, n_regions)
    return pd.DataFrame(columns)


def _dissimilarities(sheet: FlagSheet, findings: Findings, n_regions: int) -> Floats:
    cells = findings.cells
    sheet.check(None if cells is None else cells.shape)
    values = (
        []
        if cells is None
        else [float(cells.dissimilarity[cell.row, cell.col]) for cell in sheet.cells]
    )
    return np.array(values + [np.nan] * n_regions)


def _cell_samples_xy(nodes_xy: Floats, per_side: int) -> Floats:
    """Return points spread over each cell between its corners, (rows, cols, per_side ** 2, 2)."""
    steps = (np.arange(per_side) + 0.5) / per_side
    across, down = (grid.reshape(-1, 1) for grid in np.meshgrid(steps, steps))
    corner = nodes_xy[:, :, None]
    above = corner[:-1, :-1] * (1 - across) + corner[:-1, 1:] * across
    below = corner[1:, :-1] * (1 - across) + corner[1:, 1:] * across
    samples: Floats = above * (1 - down) + below * down
    return samples


def _in_regions(side: Side, photo_xy: Floats, sheet: FlagSheet, letter: str) -> Booleans:
    """Return what has at least half of its samples (..., n, 2) on the specimen in the regions."""
    canvas_xy = side.to_canvas(photo_xy)
    counts = counted_samples(side.canvas_mask, side.valid, side.patch_size, canvas_xy)
    # what has no sample on the specimen is judged by all of them
    counts |= ~counts.any(axis=-1, keepdims=True)
    polygons = [region.corners_xy for region in sheet.regions_of(letter)]
    within = counts & in_any_polygon(photo_xy, polygons)
    is_out: Booleans = within.sum(axis=-1) >= LEAST_SHARE * counts.sum(axis=-1)
    return is_out


def _dropped(
    findings: Findings, sheet: FlagSheet, patches: Mapping[str, Booleans]
) -> dict[str, Booleans]:
    """Return which values of each table of patches, and of the matches, are left out."""
    found = {}
    for direction in DIRECTIONS:
        table = findings.tables[f"patches_{direction}"]
        own, other = patches[direction[0]], patches[direction[-1]]
        found[direction] = own[table["row"], table["col"]]
        found[direction] |= other[table["match_row"], table["match_col"]]
    pairs = findings.tables["matches"]
    found["matches"] = np.zeros(len(pairs), dtype=bool)
    for letter in "ab":
        ends_xy = pairs[[f"x_{letter}", f"y_{letter}"]].to_numpy(dtype=np.float64)
        polygons = [region.corners_xy for region in sheet.regions_of(letter)]
        found["matches"] |= in_any_polygon(ends_xy, polygons)
    inlier = pairs["inlier"]
    if inlier.notna().any():
        found["matches"] = found["matches"][inlier.fillna(False).to_numpy(dtype=bool)]
    return found


def _scores(findings: Findings, dropped: Mapping[str, Booleans] | None) -> Scores:
    """Return the statistics of each score mode, of all values or without those dropped."""
    scores = {}
    for mode, samples in findings.samples.items():
        one_way, back = (
            _without(samples[direction], mode, direction, dropped) for direction in DIRECTIONS
        )
        scores[mode] = {
            **dict(zip(DIRECTIONS, (one_way, back), strict=True)),
            "mean": mean_statistics(one_way, back),
        }
    return scores


def _without(
    sample: Sample, mode: str, direction: str, dropped: Mapping[str, Booleans] | None
) -> Statistics:
    if dropped is None:
        return statistics(sample.values, sample.weights)
    gone = dropped[direction]
    if mode == "demo_inliers":
        gone = dropped["matches"]
    elif mode == "bidirectional":
        gone = np.concatenate([gone, dropped[DIRECTIONS[direction == DIRECTIONS[0]]]])
    if len(gone) != len(sample.values):
        raise DinosarError(
            f"The run has {len(sample.values)} values of {mode} and tables for {len(gone)}, so "
            f"flags cannot be taken out of them. Run the comparison again."
        )
    weights = None if sample.weights is None else sample.weights[~gone]
    return statistics(sample.values[~gone], weights)

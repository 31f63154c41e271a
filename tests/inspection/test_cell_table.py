"""The tables of cells and matches say the same as the run and the inspection, row by row."""

import numpy as np
import pytest

from drawn import NAMES, draw
from findings_made import CELLS, made
from napari_dinosar import DinosarError, Landmarks, Settings, compare, load_backbone
from napari_dinosar.inspection.baselines import colour_baseline
from napari_dinosar.inspection.cell_table import IN_REGION, cell_table, match_table
from napari_dinosar.inspection.flags import excluded_cells
from napari_dinosar.inspection.inspected import Inspection
from noise_made import noise_of

N = CELLS[0] * CELLS[1]


def test_a_row_says_what_describe_says(inspection):
    table = cell_table(inspection)
    assert len(table) == N
    for cell in (0, 7, int(inspection.cells.order[0]), int(inspection.cells.order[-1])):
        row, told = table.iloc[cell], inspection.cells.describe(cell)
        for name in ("cell", "row", "col", "used", "reason", "coverage_a", "coverage_b", "in_hull"):
            assert row[name] == told[name]
        for name in ("rank", "dissimilarity", "percentile", "layer_std"):
            value = table[name].astype(object).where(table[name].notna(), None)[cell]
            assert value == told[name]
    np.testing.assert_array_equal(table["folded"], inspection.findings.tables["cells"]["folded"])


def test_what_is_not_known_has_no_column(inspection):
    names = set(cell_table(inspection).columns)
    assert not names & {"noise_floor", "under_floor", "colour_difference", "layer_9"}


def test_the_noise_floor_is_missing_where_it_is_not_known(inspection, findings):
    inspection.judge(noise_of(findings))
    table = cell_table(inspection)
    np.testing.assert_array_equal(table["noise_floor"], inspection.noise.floor.ravel())
    used = findings.cells.used.ravel()
    assert table["under_floor"][~used].isna().all()
    np.testing.assert_array_equal(
        table["under_floor"][used].astype(bool), inspection.noise.is_noise.ravel()[used]
    )


def test_flags_and_regions_are_told_apart(inspection, findings):
    row, col = np.argwhere(findings.cells.used)[-1]
    inspection.flags.flag_cells([(row, col)], "leg", "a hind leg")
    centre = findings.cells.nodes_a_xy[2:4, 3:5].mean(axis=(0, 1))
    corners = centre + 8.0 * np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    inspection.flags.add_region("a", 40.0 * (corners - centre) + centre, "glare")
    table = cell_table(inspection)
    assert tuple(table.loc[row * CELLS[1] + col, ["left_out", "flag", "note"]]) == (
        True, "leg", "a hind leg",
    )  # fmt: skip
    excluded = excluded_cells(findings, inspection.flags.sheet).ravel()
    np.testing.assert_array_equal(table["left_out"], excluded)
    assert set(table["flag"][excluded]) == {"leg", IN_REGION}
    assert set(table["flag"][~excluded]) <= {""}


def test_a_fresh_comparison_adds_colours():
    pair = draw(1), draw(1, angle_deg=5, band_rgb=(0.2, 0.5, 0.6))
    comparison = compare(
        *(one.rgb for one in pair),
        Settings(fg_mode="thresh", matching_mode="tps_homology", img_size=128, tps_cell_size=8),
        backbone=load_backbone("daisy"),
        landmarks=[Landmarks.from_points(one.landmarks_xy, names=NAMES) for one in pair],
        store=None,
    )
    inspection = Inspection.of(comparison)
    table = cell_table(inspection)
    expected = colour_baseline(comparison).difference.ravel()
    np.testing.assert_array_equal(table["colour_difference"], expected)
    assert "layer_0" not in table  # the only one says what the dissimilarity says
    assert "colour_difference" not in cell_table(inspection, with_colour=False)


def test_several_layers_have_a_column_each(findings):
    per_layer = np.random.default_rng(2).random((3, *CELLS))
    inspection = Inspection()
    inspection.show(findings)
    inspection.cells.show(findings, per_layer)
    table = cell_table(inspection)
    used = table["used"]
    for layer, values in zip(findings.record["layers"], per_layer, strict=True):
        np.testing.assert_array_equal(table[f"layer_{layer}"][used], values.ravel()[used])
        assert table[f"layer_{layer}"][~used].isna().all()


def test_matches_keep_their_numbers(inspection, findings):
    table = match_table(inspection)
    assert list(table["match"]) == list(range(len(findings.tables["matches"])))
    assert table.drop(columns="match").equals(findings.tables["matches"])
    assert "match" not in findings.tables["matches"]


def test_without_cells_or_a_run_it_says_what_to_do():
    inspection = Inspection()
    with pytest.raises(DinosarError, match="run a comparison"):
        match_table(inspection)
    inspection.show(made(cells=False))
    with pytest.raises(DinosarError, match="compare with landmarks"):
        cell_table(inspection)

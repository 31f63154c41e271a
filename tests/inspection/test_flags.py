"""Flags change the statistics as they should, can be undone, and never change the run."""

from dataclasses import replace

import numpy as np
import pytest

from napari_dinosar import DinosarError, Settings, compare, load_backbone
from napari_dinosar.core.scores import mean_statistics, statistics
from napari_dinosar.inspection.flags import (
    FlaggedRegion,
    Flags,
    FlagSheet,
    Remark,
    excluded_cells,
    excluded_patches,
    flags_table,
    statistics_without,
)
from napari_dinosar.io.run_folder import write_findings
from napari_dinosar.io.run_reading import read_run
from napari_dinosar.specimen import Cache
from planted_changes import covered_share

MODES = ("foreground", "bidirectional", "topk_mean", "demo_inliers")
EVERYWHERE = [(-1e4, -1e4), (1e4, -1e4), (1e4, 1e4), (-1e4, 1e4)]


@pytest.fixture(scope="module")
def findings(specimens):
    a, b = specimens
    settings = Settings(
        fg_mode="thresh", match_flavor="demo", score_mode=MODES, demo_verify=True,
        img_size=256, tps_cell_size=8,
    )  # fmt: skip
    return compare(
        a.rgb, b.rgb, settings, backbone=load_backbone("daisy"),
        landmarks=(a.landmarks, b.landmarks), cache=Cache(), store=None,
    ).findings  # fmt: skip


@pytest.fixture(scope="module")
def planted(findings, specimens):
    """Row and column of the cells on the planted spot."""
    share = covered_share(specimens[1].changed_regions[0], findings.tables["cells"])
    return np.argwhere((share.reshape(findings.cells.shape) >= 0.25) & findings.cells.used)


@pytest.fixture
def flags(findings):
    return Flags(findings)


def box(xy, half=30.0):
    return np.asarray(xy) + half * np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])


def test_without_flags_the_statistics_are_those_of_the_summary(findings, flags):
    found = flags.statistics()
    assert found.cells_with == findings.summary["homology"]["dissimilarity"]
    assert found.cells_without == found.cells_with
    assert found.scores_with == findings.summary["scores"]
    assert found.scores_without == findings.summary["scores"]
    assert found.n_cells_excluded == 0


def test_flags_on_the_planted_cells_take_the_difference_out(findings, flags, planted):
    before = findings.cells.dissimilarity.copy()
    flags.flag_cells(map(tuple, planted), "artefact", "a spot")
    found = flags.statistics()
    cells = findings.cells
    kept = cells.used.copy()
    kept[tuple(planted.T)] = False
    values = cells.dissimilarity[kept]
    weights = np.minimum(cells.coverage_a, cells.coverage_b)[kept]
    assert found.n_cells_excluded == len(planted) >= 2
    assert found.cells_without["n"] == len(values)
    assert found.cells_without["mean"] == pytest.approx(np.average(values, weights=weights))
    spread = np.sqrt(np.average((values - found.cells_without["mean"]) ** 2, weights=weights))
    assert found.cells_without["std"] == pytest.approx(spread)
    assert found.cells_without["max"] == values.max()
    assert found.cells_without["mean"] < found.cells_with["mean"]
    assert found.scores_without == found.scores_with
    np.testing.assert_array_equal(findings.cells.dissimilarity, before)
    assert found.cells_with == findings.summary["homology"]["dissimilarity"]


def test_a_region_round_a_cell_takes_it_out_in_either_photo(findings, planted):
    row, col = planted[0]
    for side, nodes in (("a", findings.cells.nodes_a_xy), ("b", findings.cells.nodes_b_xy)):
        corners = nodes[[row, row, row + 1, row + 1], [col, col + 1, col + 1, col]]
        middle = corners.mean(axis=0)
        whole = FlagSheet(regions=(FlaggedRegion(side, middle + 1.05 * (corners - middle)),))
        assert excluded_cells(findings, whole)[row, col]
        # a strip of a quarter of its width is not half of it
        strip = corners.copy()
        strip[1] += 0.75 * (corners[0] - corners[1])
        strip[2] += 0.75 * (corners[3] - corners[2])
        part = FlagSheet(regions=(FlaggedRegion(side, strip),))
        assert not excluded_cells(findings, part)[row, col]


def test_only_what_lies_on_the_specimen_is_judged(findings):
    """A region over all of the specimen takes out a cell that is half beyond it."""
    cells = findings.cells
    partly = np.argwhere(cells.used & (cells.coverage_a < 0.8))
    assert len(partly)
    row, col = partly[0]
    mask = findings.a.mask
    y, x = np.nonzero(mask)
    left, right = x.min() - 0.5, x.max() + 0.5
    strips = [
        FlaggedRegion(
            "a",
            [(left, k - 0.5), (right, k - 0.5), (right, k + 0.5), (left, k + 0.5)],
        )
        for k in range(int(y.min()), int(y.max()) + 1)
    ]
    on_specimen = FlagSheet(regions=tuple(strips))
    assert excluded_cells(findings, on_specimen)[row, col]


def test_values_of_patches_and_of_their_matches_are_left_out(findings, flags):
    """Recomputed from the tables alone."""
    centre = findings.tables["patches_b_to_a"][["x", "y"]].mean().to_numpy()
    flags.add_region("b", box(centre), "glare")
    found = flags.statistics()
    excluded = found.excluded_b
    np.testing.assert_array_equal(excluded, excluded_patches(findings, flags.sheet, "b"))
    assert 0 < excluded.sum() < findings.b.n_valid / 2
    assert not found.excluded_a.any()
    assert not excluded[~findings.b.valid].any()
    there, back = (findings.tables[f"patches_{way}"] for way in ("a_to_b", "b_to_a"))
    kept_there = there[~excluded[there["match_row"], there["match_col"]]]["dissimilarity"]
    kept_back = back[~excluded[back["row"], back["col"]]]["dissimilarity"]
    assert len(kept_there) < len(there)
    a_to_b, b_to_a = statistics(kept_there), statistics(kept_back)
    expected = {"a_to_b": a_to_b, "b_to_a": b_to_a, "mean": mean_statistics(a_to_b, b_to_a)}
    assert found.scores_without["foreground"] == expected
    pooled = found.scores_without["bidirectional"]
    assert pooled["a_to_b"]["n"] == len(kept_there) + len(kept_back)
    both = np.concatenate([kept_there, kept_back])
    assert pooled["b_to_a"]["mean"] == pytest.approx(both.mean())
    assert found.scores_without["topk_mean"]["a_to_b"]["n"] == len(kept_there)
    pairs = findings.tables["matches"]
    pairs = pairs[pairs["inlier"].to_numpy(dtype=bool)]
    off = (np.abs(pairs[["x_b", "y_b"]].to_numpy() - centre) > 30.0).any(axis=1)
    assert found.scores_without["demo_inliers"]["a_to_b"] == statistics(pairs["dissimilarity"][off])


def test_a_run_that_was_opened_again_has_the_same_statistics(findings, flags, tmp_path):
    flags.flag_cells([(3, 3), (3, 4)])
    centre = findings.tables["matches"][["x_a", "y_a"]].mean().to_numpy()
    flags.add_region("a", box(centre))
    again = read_run(write_findings(tmp_path / "run", findings))
    found, expected = statistics_without(again, flags.sheet), flags.statistics()
    assert found.cells_without == expected.cells_without != expected.cells_with
    assert found.scores_without == expected.scores_without != expected.scores_with
    np.testing.assert_array_equal(found.excluded_cells, expected.excluded_cells)


def test_patches_in_a_region_are_those_whose_middle_is(findings):
    """A region with edges between patches takes whole patches."""
    row, col = np.argwhere(findings.a.valid & (findings.a.fill == 1.0))[5]
    p = findings.a.patch_size
    canvas = np.array([(col, row), (col + 1, row), (col + 1, row + 1), (col, row + 1)]) * p - 0.5
    sheet = FlagSheet(regions=(FlaggedRegion("a", findings.a.to_photo(canvas)),))
    assert np.argwhere(excluded_patches(findings, sheet, "a")).tolist() == [[row, col]]


def test_everything_can_be_left_out(findings, flags):
    flags.add_region("a", EVERYWHERE)
    found = flags.statistics()
    assert found.cells_without["n"] == 0
    assert found.cells_without["mean"] is None
    assert found.scores_without["foreground"]["a_to_b"]["n"] == 0


def test_a_change_is_told_once_and_undone_whole(flags, planted):
    told = []
    flags.changed.connect(lambda: told.append(flags.sheet))
    places = [tuple(place) for place in planted[:2].tolist()]
    flags.flag_cells(places, "pin")
    flags.add_region("a", EVERYWHERE, "leg", author="Ada", date="Monday")
    assert len(told) == 2
    assert len(flags) == 3
    flags.flag_cells(places, "pin")
    assert len(told) == 2
    flags.undo()
    assert flags.sheet == told[0]
    flags.undo()
    assert flags.sheet == FlagSheet()
    assert not flags.can_undo
    flags.undo()
    flags.redo()
    flags.redo()
    assert flags.sheet == told[1]
    assert not flags.can_redo
    flags.undo()
    flags.clear()
    assert not flags.can_redo
    assert len(told) == 8


def test_a_cell_is_flagged_once_with_the_last_reason(flags):
    flags.flag_cells([(3, 4), (1, 2)], "pin")
    flags.flag_cells([(3, 4)], "glare", "shines")
    assert [(cell.row, cell.col) for cell in flags.sheet.cells] == [(1, 2), (3, 4)]
    assert flags.flag_of(3, 4).remark == Remark("glare", "shines")
    flags.unflag_cells([(1, 2), (9, 9)])
    assert flags.flag_of(1, 2) is None
    flags.add_region("b", box((50, 50)))
    flags.remove_region(0)
    assert len(flags) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda flags: flags.flag_cells([(0, 0)], "dust"), "no reason 'dust'"),
        (lambda flags: flags.flag_cells([(0, 999)]), "column 999"),
        (lambda flags: flags.flag_cells([(-1, 0)]), "row -1"),
        (lambda flags: flags.flag_cells([(0, 0)], note="\ud800"), "not Unicode"),
        (lambda flags: flags.add_region("c", EVERYWHERE), "a or b"),
        (lambda flags: flags.add_region("a", EVERYWHERE[:2]), "3 to"),
        (lambda flags: flags.add_region("a", [(0, 0), (1, np.nan), (2, 2)]), "finite"),
        (lambda flags: flags.add_region("a", [(0, 0), (1,), (2, 2)]), "pairs of numbers"),
        (lambda flags: flags.remove_region(0), "no region 0"),
    ],
)
def test_what_is_refused_changes_nothing(flags, change, said):
    with pytest.raises(DinosarError, match=said):
        change(flags)
    assert not flags.sheet
    assert not flags.can_undo


def test_flags_without_a_run_have_no_statistics():
    with pytest.raises(DinosarError, match="belong to no run"):
        Flags().statistics()


def test_flags_of_cells_need_cells(findings):
    bare = replace(findings, cells=None, summary={**findings.summary, "homology": None})
    assert statistics_without(bare, FlagSheet()).cells_without is None
    with pytest.raises(DinosarError, match="no cells were compared"):
        Flags(bare).flag_cells([(0, 0)])


def test_the_table_names_cells_and_regions(findings, flags, planted):
    row, col = planted[0]
    flags.flag_cells([(row, col)], "bad landmark", "12 slipped", author="Ada")
    flags.add_region("b", [(0.5, 1.0), (2.0, 1.0), (2.0, 3.25)], date="2026")
    table = flags_table(flags.sheet, findings)
    assert list(table["kind"]) == ["cell", "region"]
    assert (table["row"][0], table["col"][0]) == (row, col)
    assert table["polygon_xy"][1] == "0.5 1.0; 2.0 1.0; 2.0 3.25"
    assert table["dissimilarity"][0] == findings.cells.dissimilarity[row, col]
    assert table["author"][0] == "Ada"
    assert table["author"].isna()[1]
    assert "dissimilarity" not in flags_table(flags.sheet)
    assert len(flags_table(FlagSheet(), findings)) == 0


def test_many_changes_can_be_undone(flags):
    for col in range(12):
        flags.flag_cells([(1, col)])
    for _ in range(12):
        flags.undo()
    assert flags.sheet == FlagSheet()

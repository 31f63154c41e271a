"""Selected cells without any window: what is told, the walk, places, and what a cell says."""

import json
from dataclasses import replace

import numpy as np
import pytest

from drawn import NAMES, draw
from findings_made import CELLS, made
from napari_dinosar import DinosarError, Landmarks, Settings, compare, read_run
from napari_dinosar.core.consensus import SavedConsensus
from napari_dinosar.core.scores import statistics
from napari_dinosar.findings import CellGrid
from napari_dinosar.inspection.cell_facts import HISTOGRAM_BINS, CellFacts
from napari_dinosar.inspection.selection import CellSelection
from napari_dinosar.palette import limits
from napari_dinosar.specimen import Cache

N = CELLS[0] * CELLS[1]


@pytest.fixture
def selection(findings):
    return CellSelection(findings)


@pytest.fixture
def told(selection):
    seen = []
    selection.changed.connect(lambda cells, current: seen.append((cells, current)))
    return seen


def with_cells(findings, **changes):
    return replace(findings, cells=replace(findings.cells, **changes))


def test_nothing_is_selected_at_first(selection, told):
    assert (selection.cells, selection.current, len(selection)) == ((), None, 0)
    selection.select()
    assert told == []


def test_a_selection_is_told_once_and_only_when_it_is_another(selection, told):
    selection.select([3, 5, 3])
    assert told == [((3, 5), 5)]
    selection.select((3, 5))
    selection.select(iter([3, 5]), current=5)
    assert len(told) == 1
    selection.select([3, 5], current=3)
    assert told[1:] == [((3, 5), 3)]
    assert 3 in selection
    assert 4 not in selection
    selection.select()
    assert told[2:] == [((), None)]


def test_toggling_adds_a_cell_and_takes_it_away(selection, told):
    for cell in (4, 9, 2):
        selection.toggle(cell)
    assert (selection.cells, selection.current) == ((4, 9, 2), 2)
    selection.toggle(9)
    assert (selection.cells, selection.current) == ((4, 2), 2)
    selection.toggle(6)
    selection.toggle(6)
    assert (selection.cells, selection.current) == ((4, 2), 2), "the last of those that are left"
    selection.toggle(2)
    assert (selection.cells, selection.current) == ((4,), 4)
    selection.toggle(4)
    assert (selection.cells, selection.current) == ((), None)
    assert len(told) == 8


def test_extending_keeps_what_is_selected(selection, told):
    selection.select(7)
    selection.extend([1, 7])
    assert told[-1] == ((7, 1), 7)
    selection.extend([])
    assert len(told) == 2


def test_a_block_reaches_from_the_current_cell_to_another(selection, told):
    across = CELLS[1]
    selection.select(2 * across + 1)
    selection.block_to(across + 3)
    assert sorted(selection.cells) == [r * across + c for r in (1, 2) for c in (1, 2, 3)]
    assert selection.current == across + 3
    assert len(told) == 2, "however many cells came"
    selection.select()
    selection.block_to(5)
    assert selection.cells == (5,)


@pytest.mark.parametrize("wrong", [-1, N, [0, N + 4]])
def test_cells_that_the_run_lacks_are_refused_and_change_nothing(selection, told, wrong):
    with pytest.raises(DinosarError, match=f"0 to {N - 1}"):
        selection.select(wrong)
    with pytest.raises(DinosarError, match="not selected"):
        selection.select([1], current=2)
    assert told == []


def test_a_walk_goes_from_most_to_least_dissimilar_and_then_to_unused_cells(selection, findings):
    walked = []
    assert selection.place is None
    for place in range(N):
        selection.walk(+1)
        assert selection.place == place
        walked.append(selection.current)
    assert sorted(walked) == list(range(N))
    values = findings.cells.dissimilarity.ravel()[walked]
    n_used = int(findings.cells.used.sum())
    assert (np.diff(values[:n_used]) <= 0).all()
    assert np.isnan(values[n_used:]).all()
    assert walked[n_used:] == sorted(walked[n_used:])
    selection.walk(+1)
    assert selection.current == walked[-1], "it stops at the end"
    selection.walk(-1)
    assert (selection.cells, selection.current) == ((walked[-2],), walked[-2])


def test_a_walk_begins_at_either_end(selection):
    selection.walk(-1)
    assert selection.current == selection.facts.order[-1]
    selection.walk_to(0)
    assert selection.current == selection.facts.order[0]
    selection.walk(-1)
    assert selection.current == selection.facts.order[0]
    selection.walk_to(-1)
    assert selection.current == selection.facts.order[-1]
    for place, end in ((10**6, -1), (-(10**6), 0)):
        selection.walk_to(place)
        assert selection.current == selection.facts.order[end]


@pytest.mark.parametrize("side", ["a", "b"])
def test_the_centre_of_each_cell_lies_in_it(selection, side):
    for cell in range(N):
        centre = selection.facts.corners_xy(cell, side).mean(axis=0)
        assert selection.at(side, tuple(centre)) == cell
    assert selection.at(side, (-1e5, 3.0)) is None


def test_a_place_on_an_edge_belongs_to_one_cell(findings):
    square = np.stack(np.meshgrid(np.arange(8.0), np.arange(6.0)), axis=-1)
    facts = CellFacts(with_cells(findings, nodes_a_xy=square))
    found = [facts.at("a", (float(x), float(y))) for y in range(5) for x in range(7)]
    assert found == list(range(N))
    assert facts.at("a", (7.0, 2.0)) is None


def test_where_cells_lie_on_each_other_one_that_counts_comes_first(findings):
    flat = np.zeros((6, 8, 2))
    flat[..., 0], flat[..., 1] = [0, 1, 0, 1, 0, 1, 0, 1], np.arange(6)[:, None]
    used = np.zeros(CELLS, dtype=bool)
    used[2, 4] = True
    cells = with_cells(findings, nodes_a_xy=flat, used=used)
    assert CellFacts(cells).at("a", (0.5, 2.5)) == 2 * CELLS[1] + 4


def test_cells_beyond_the_horizon_are_nowhere(findings):
    nodes = findings.cells.nodes_a_xy.copy()
    corner = CellFacts(findings).corners_xy(0, "a").mean(axis=0)
    nodes[0, 0] = np.nan
    assert CellFacts(with_cells(findings, nodes_a_xy=nodes)).at("a", tuple(corner)) is None


def test_percentiles_are_those_of_the_summary(findings):
    facts = CellFacts(findings)
    cells = findings.cells
    weights = np.minimum(cells.coverage_a, cells.coverage_b)[cells.used]
    expected = statistics(cells.dissimilarity[cells.used], weights)
    for level in (25, 75, 95):
        at_or_above = facts.percentile >= level
        threshold = expected[f"p{level}"]
        np.testing.assert_array_equal(
            at_or_above, np.nan_to_num(facts.dissimilarity, nan=-1) >= threshold
        )
    assert np.nanmax(facts.percentile) == pytest.approx(100)
    values = cells.dissimilarity[cells.used]
    shares = [weights[values <= value].sum() / weights.sum() for value in values]
    np.testing.assert_allclose(facts.percentile[facts.used], 100 * np.array(shares))


def test_equal_cells_have_one_percentile_and_follow_row_by_row(findings):
    facts = CellFacts(
        with_cells(findings, dissimilarity=np.where(findings.cells.used, 0.25, np.nan))
    )
    assert list(facts.order[: facts.n_used]) == list(np.flatnonzero(facts.used))
    np.testing.assert_allclose(facts.percentile[facts.used], 100.0)
    assert set(facts.bins[facts.used]) == {HISTOGRAM_BINS // 2}


def test_bins_are_those_of_the_histogram(selection, findings):
    values = findings.cells.dissimilarity[findings.cells.used]
    counts, _ = np.histogram(values, np.linspace(*limits(values), HISTOGRAM_BINS + 1))
    found = [selection.in_bin(bar) for bar in range(HISTOGRAM_BINS)]
    np.testing.assert_array_equal([len(cells) for cells in found], counts)
    assert max(counts) > 1
    np.testing.assert_array_equal(np.concatenate(found[::-1]), selection.facts.order[: len(values)])


def test_a_used_cell_is_described_in_plain_values(selection, findings):
    cell = int(selection.facts.order[2])
    facts = selection.describe(cell)
    row = findings.tables["cells"].iloc[cell]
    for name in ("row", "col", "used", "reason", "coverage_a", "coverage_b", "in_hull"):
        assert facts[name] == row[name]
    assert facts["dissimilarity"] == row["dissimilarity"]
    assert (facts["rank"], facts["n_used"]) == (3, int(findings.cells.used.sum()))
    assert facts["bin_low"] <= facts["dissimilarity"] <= facts["bin_high"]
    assert facts["layer_std"] == findings.cells.layer_std.ravel()[cell]
    assert "per_layer" not in facts
    for one in range(N):
        told, at = selection.describe(one), np.unravel_index(one, CELLS)
        for name in ("coverage_a", "coverage_b", "folded_a", "folded_b"):
            assert told[name] == getattr(findings.cells, name)[at]
        for side in "ab":
            corners = [findings.tables["cells"].loc[one, [f"x{k}_{side}", f"y{k}_{side}"]]
                       for k in range(1, 5)]  # fmt: skip
            np.testing.assert_array_equal(selection.facts.corners_xy(one, side), corners)
    per_layer = np.random.default_rng(1).random((len(findings.record["layers"]), *CELLS))
    layers = CellSelection(findings, per_layer).describe(cell)["per_layer"]
    assert list(layers) == list(findings.record["layers"])
    assert list(layers.values()) == per_layer.reshape(-1, N)[:, cell].tolist()
    assert list(facts)[:3] == ["cell", "row", "col"]
    json.dumps(facts, allow_nan=False)


def test_an_unused_cell_has_its_reason_and_no_number(selection):
    cell = int(selection.facts.order[-1])
    facts = selection.describe(cell)
    assert facts["reason"]
    assert not facts["used"]
    for name in ("dissimilarity", "rank", "percentile", "bin", "bin_low", "bin_high"):
        assert facts[name] is None
    json.dumps(facts, allow_nan=False)


def test_the_current_cell_is_described_by_default(selection):
    with pytest.raises(DinosarError, match="No cell is selected"):
        selection.describe()
    selection.select([4, 6])
    assert selection.describe()["cell"] == 6


def test_another_run_with_the_same_grid_keeps_the_selection(selection, told, findings):
    shown = []
    selection.shown.connect(lambda: shown.append(selection.cells))
    selection.select([4, 6])
    selection.show(made())
    assert (selection.cells, shown, len(told)) == ((4, 6), [(4, 6)], 1)
    smaller = CellGrid(
        **{
            **{name: getattr(findings.cells, name) for name in CellGrid.__dataclass_fields__},
            "used": findings.cells.used[:-1],
        }
    )
    other = replace(findings, cells=smaller)
    nodes = {f"nodes_{side}_xy": getattr(smaller, f"nodes_{side}_xy")[:-1] for side in "ab"}
    selection.show(replace(other, cells=replace(smaller, **nodes)))
    assert (selection.cells, selection.current) == ((), None)
    assert len(told) == 2


@pytest.mark.parametrize("empty", [None, "without cells"])
def test_without_cells_nothing_can_be_selected_and_nothing_breaks(selection, told, empty):
    selection.select(3)
    selection.show(None if empty is None else made(cells=False))
    assert told[-1] == ((), None)
    selection.walk(+1)
    selection.walk_to(0)
    selection.select()
    assert selection.at("a", (3.0, 3.0)) is None
    assert selection.cells == ()
    with pytest.raises(DinosarError, match="no homologous cells"):
        selection.select(3)


CACHE = Cache()


def compared(consensus=None, **changes):
    one, other = draw(1), draw(2, angle_deg=4, shift_xy=(6, -3))
    bent = other.landmarks_xy + np.random.default_rng(1).normal(0, 6, other.landmarks_xy.shape)
    marks = tuple(Landmarks.from_points(xy, names=NAMES) for xy in (one.landmarks_xy, bent))
    settings = Settings(fg_mode="thresh", img_size=256, border_patches=1, **changes)
    return compare(
        one.rgb, other.rgb, settings, backbone="daisy", landmarks=marks, cache=CACHE, store=None,
        consensus=consensus,
    )  # fmt: skip


@pytest.mark.parametrize(
    "changes", [{"tps_smoothing": 0.05}, {"align_stage": "image", "tps_samples": 2}, "reversed"]
)
def test_a_comparison_says_its_layers_and_the_patches_under_a_cell(changes):
    comparison = compared(**({} if changes == "reversed" else changes))
    if changes == "reversed":  # a consensus may name its landmarks in another order
        saved = comparison.saved_consensus()
        turned = SavedConsensus(saved.unit_xy[::-1], saved.names[::-1], saved.grid)
        comparison = compared(turned)
    selection = CellSelection.of(comparison)
    homology, findings = comparison.homology, comparison.findings
    for cell in selection.facts.order[[0, 3, -1]]:
        facts = selection.describe(int(cell))
        row, col = facts["row"], facts["col"]
        if facts["used"]:
            assert facts["per_layer"] == {0: pytest.approx(facts["dissimilarity"], abs=1e-6)}
        means = []
        for side, specimen in (("a", comparison.a), ("b", comparison.b)):
            patches = facts[f"patches_{side}"]
            weights = np.array([weight for *_, weight in patches])
            assert weights.sum() == pytest.approx(1.0 if facts[f"coverage_{side}"] else 0.0)
            assert (np.diff(weights) <= 0).all()
            assert all(findings.side(side).valid[r, c] for r, c, _ in patches)
            tokens = [specimen.side.tokens[0, r, c] for r, c, _ in patches]
            means.append(sum(w * t for w, t in zip(weights, tokens, strict=True)))
        if facts["used"]:
            cosine = means[0] @ means[1] / np.linalg.norm(means[0]) / np.linalg.norm(means[1])
            assert 1 - cosine == pytest.approx(homology.dissimilarity[row, col], abs=1e-5)


def test_a_run_that_was_opened_again_says_the_same_but_for_layers(tmp_path):
    comparison = compared()
    comparison.save(tmp_path / "run")
    fresh = CellSelection.of(comparison)
    again = CellSelection(read_run(tmp_path / "run"))
    assert list(again.facts.order) == list(fresh.facts.order)
    for cell in fresh.facts.order[[0, 5, -1]]:
        expected, found = (one.describe(int(cell)) for one in (fresh, again))
        expected.pop("per_layer", None)
        for name, value in expected.items():
            if name.startswith("patches"):
                np.testing.assert_allclose(found[name], value, atol=1e-6)
            else:
                assert found[name] == pytest.approx(value), name

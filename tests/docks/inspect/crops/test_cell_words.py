"""What is said of cells and matches, without a window."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from findings_made import made
from napari_dinosar import Settings
from napari_dinosar.docks.inspect.crops import cell_words
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.inspection.jitter import Jitter
from napari_dinosar.inspection.match_pieces import WayBack
from napari_dinosar.inspection.noise_result import NoiseFloor


@pytest.fixture
def inspection():
    one = Inspection()
    one.show(made())
    return one


def facts_at(inspection, place):
    inspection.cells.walk_to(place)
    return inspection.cells.describe()


def decided_by(**settings):
    """Return findings without a match, made with some settings."""
    found = made(matches=False)
    return replace(found, record={**found.record, "settings": Settings(**settings).as_mapping()})


def test_a_cell_says_its_place_among_all(inspection):
    n_used = inspection.cells.facts.n_used
    said = [cell_words.cell_title(facts_at(inspection, place), 1)[1] for place in range(n_used)]
    assert said[0] == f"the most different of {n_used}"
    assert said[1] == f"2nd most different of {n_used}"
    assert said[10] == f"11th most different of {n_used}"
    assert said[-1] == f"the least different of {n_used}"
    facts = facts_at(inspection, -1)
    title, place = cell_words.cell_title(facts, 3)
    assert title == f"Cell row {facts['row']}, column {facts['col']}"
    assert place == "does not count · last of 3 selected cells"
    assert cell_words.cell_headline(facts)[:2] == ("not used", facts["reason"])
    assert facts["reason"]


def test_the_noise_floor_is_a_lower_bound_of_the_cell(inspection):
    facts = facts_at(inspection, 0)
    labels = dict(cell_words.cell_rows(inspection, facts, "ΔE*ab 12.3"))
    assert labels["Noise floor"] == "not measured"
    assert labels["Colour alone"] == "ΔE*ab 12.3"
    compared = inspection.findings.cells.dissimilarity
    for level, said in ((0.25, "the cell has 4.0 times that"), (2.0, "the cell is not above it")):
        copies = np.broadcast_to(level * compared, (2, 4, *compared.shape))
        inspection.judge(NoiseFloor(4, 0, Jitter(), copies, compared, ()))
        noise = dict(cell_words.cell_rows(inspection, facts, ""))["Noise floor"]
        floor = cell_words.number(level * facts["dissimilarity"])
        assert noise == f"at least {floor}: {said}"


def test_a_flag_says_why_and_who(inspection):
    facts = facts_at(inspection, 0)
    place = (facts["row"], facts["col"])
    assert "Flag" not in dict(cell_words.cell_rows(inspection, facts, ""))
    inspection.flags.flag_cells([place], "leg", "the hind one", author="MK", date="2026-03-09")
    rows = dict(cell_words.cell_rows(inspection, facts, ""))
    assert rows["Flag"] == "leg: the hind one (MK, 2026-03-09)"


def test_a_fold_and_the_patches_are_told(inspection):
    facts = {**facts_at(inspection, 0), "folded_b": True}
    assert dict(cell_words.cell_rows(inspection, facts, ""))["Fold"] == "the grid folds in B"
    patches = [(1, 2, 0.5), *((3, k, 0.04) for k in range(13))]
    rows = cell_words.patch_rows(patches)
    assert rows[0] == ("row 1, column 2", "50.0%")
    assert rows[-1] == ("and 2 more", "")
    assert cell_words.patch_rows([]) == [("none", "")]


def test_a_match_says_whether_it_can_be_believed():
    match = {"mutual": False, "inlier": None, "attention": None}
    rows = dict(cell_words.match_rows(match, WayBack(np.zeros(2), 34.4, 2.06)))
    assert rows == {
        "Mutual": "one way only",
        "Verified": "not asked for",
        "Way back": "ends 34 px away (2.1 patches)",
    }
    assert cell_words.back_words(WayBack(np.zeros(2), 0.1, 0.0)) == "ends where it began"
    turned = SimpleNamespace(turned_deg=-12.4)
    assert cell_words.pair_words(turned).startswith("B turned 12° anticlockwise")


def test_a_match_has_its_place_in_what_matches_are_ranked_by():
    match = {"rank": 2, "attention": None}
    assert cell_words.match_title(match, 9, 1) == ("Match 2", "2nd best of 9")
    title = cell_words.match_title({**match, "attention": 0.02}, 9, 2)
    assert title == ("Match 2", "2nd by attention of 9 · last of 2 selected matches")
    assert cell_words.match_title({**match, "rank": 1}, 9, 1)[1] == "the best of 9"


def test_a_run_in_which_no_cell_counts_says_so(inspection):
    found = inspection.findings
    none = replace(found.cells, used=np.zeros_like(found.cells.used))
    inspection.show(replace(found, cells=none))
    assert cell_words.cell_empty(inspection) == cell_words.NONE_COUNTS


def test_a_run_without_matches_says_why_and_what_keeps_more(inspection):
    inspection.show(decided_by(demo_mutual=False, demo_ratio=0.5))
    said = cell_words.match_empty(inspection)
    assert "No match was kept" in said
    assert "raise Ratio in" in said
    inspection.show(decided_by(matching_mode="tps_homology"))
    assert "compare patches as well" in cell_words.match_empty(inspection)


def test_where_nothing_can_be_shown_it_says_what_to_do():
    inspection = Inspection()
    assert cell_words.cell_empty(inspection) == cell_words.NO_RUN
    assert cell_words.match_empty(inspection) == cell_words.NO_MATCH_RUN
    inspection.show(made(cells=False, matches=False))
    assert cell_words.cell_empty(inspection) == cell_words.NO_CELLS
    assert "compare patches as well" in cell_words.match_empty(inspection)
    inspection.show(made())
    assert cell_words.cell_empty(inspection) == cell_words.NO_CELL
    inspection.cells.walk_to(0)
    assert cell_words.cell_empty(inspection) == ""

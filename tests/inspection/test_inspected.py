"""The one model of what is looked at: what it tells, what it keeps, what it lets go."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from drawn import NAMES, draw
from findings_made import CELLS, made
from napari_dinosar import DinosarError, Landmarks, Settings, compare
from napari_dinosar.findings.flags import FlaggedCell, FlagSheet
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.specimen import Cache
from noise_made import noise_of

SHEET = FlagSheet((FlaggedCell(0, 1),))


def with_other_grid(findings):
    cells = findings.cells
    parts = {
        name: value[:-1] if isinstance(value, np.ndarray) and value.shape[:1] else value
        for name, value in vars(cells).items()
        if name not in ("names", "consensus_unit_xy", "consensus_px_xy")
    }
    return replace(findings, cells=replace(cells, **parts))


def heard(inspection, signals=("shown", "flagged", "judged", "moved")):
    told = []

    def note(name):
        told.append(name)

    for name in signals:
        getattr(inspection, name).connect(partial(note, name), max_args=0)
    return told


def test_all_parts_are_settled_before_it_is_told(inspection, findings):
    inspection.cells.select([0, 1])
    inspection.flags.flag_cells([(0, 0)])
    seen = []

    def look():
        seen.append((inspection.findings, inspection.cells.facts, len(inspection.flags)))

    inspection.shown.connect(look)
    inspection.show(None)
    assert seen == [(None, None, 0)]
    assert (inspection.cells.cells, inspection.matches.rows) == ((), ())


def test_the_same_pair_with_other_landmarks_keeps_selection_and_flags(inspection, findings):
    inspection.cells.select([2, 3])
    inspection.flags.flag_cells([(0, 1)], "leg")
    inspection.show(replace(findings))
    assert inspection.cells.cells == (2, 3)
    assert inspection.flags.flag_of(0, 1).remark.reason == "leg"


@pytest.mark.parametrize("what", ["photo", "grid"])
def test_nothing_of_another_pair_or_grid_is_taken_over(inspection, findings, what):
    inspection.flags.flag_cells([(0, 1)], "leg")
    inspection.cells.select([0, 1])
    inspection.matches.select(1)
    other = with_other_grid(findings)
    if what == "photo":
        record = {**findings.a.record, "sha256": "0" * 64}
        matches = findings.tables["matches"].iloc[::-1]
        other = replace(
            findings,
            a=replace(findings.a, record=record),
            tables={**findings.tables, "matches": matches},
        )
    told = heard(inspection.matches, ("shown",))
    inspection.show(other)
    assert (len(inspection.flags), inspection.cells.cells) == (0, ())
    assert inspection.matches.rows == (() if what == "photo" else (1,))
    assert told == ["shown"]


def test_flags_that_are_given_take_the_place_of_those_before(inspection, findings):
    inspection.flags.flag_cells([(2, 2)])
    inspection.show(findings, sheet=SHEET)
    assert inspection.flags.sheet == SHEET


def test_flags_that_the_grid_cannot_have_change_nothing(inspection, findings):
    inspection.cells.select(4)
    told = heard(inspection)
    flags = inspection.flags
    with pytest.raises(DinosarError, match="the grid"):
        inspection.show(findings, sheet=FlagSheet((FlaggedCell(CELLS[0], 0),)))
    assert (inspection.flags, inspection.cells.cells, told) == (flags, (4,), [])
    with pytest.raises(DinosarError, match="no cells"):
        inspection.show(made(cells=False), sheet=SHEET)
    assert inspection.findings is findings
    flags.flag_cells([(0, 0)])
    assert told == ["flagged"], "still heard"


def test_each_change_is_told_once_by_its_own_signal(inspection, findings, tmp_path):
    told = heard(inspection)
    inspection.flags.flag_cells([(0, 1)])
    inspection.judge(None)
    inspection.move_to(tmp_path)
    assert told == ["flagged", "judged", "moved"]
    assert inspection.folder == tmp_path
    inspection.show(findings)
    assert told[3:] == ["shown"]
    assert inspection.folder is None
    noise = noise_of(findings)
    inspection.show(findings, noise=noise)
    assert inspection.noise is noise
    inspection.show(findings)
    assert inspection.noise is None


def test_flags_of_a_comparison_that_is_gone_are_heard_no_more(inspection, findings):
    before = inspection.flags
    inspection.show(findings)
    told = heard(inspection)
    before.flag_cells([(1, 1)])
    assert told == []


def test_a_fresh_comparison_brings_layers_and_a_probe_and_a_reopened_run_says_why_not():
    one = draw(1)
    marks = Landmarks.from_points(one.landmarks_xy, names=NAMES)
    result = compare(
        one.rgb, draw(2).rgb, Settings(fg_mode="thresh", img_size=128), backbone="daisy",
        landmarks=(marks, marks), cache=Cache(), store=None,
    )  # fmt: skip
    inspection = Inspection.of(result)
    inspection.cells.walk_to(0)
    assert len(inspection.cells.describe()["per_layer"]) == len(result.findings.record["layers"])
    assert inspection.probing.obstacle == ""
    inspection.show(result.findings)
    assert "per_layer" not in inspection.cells.describe()
    assert "keep no tokens" in inspection.probing.obstacle
    inspection.show(None)
    assert "no comparison" in inspection.probing.obstacle


def test_matches_are_walked_best_first_and_said_in_plain_values(inspection, findings):
    table = findings.tables["matches"]
    assert len(table) > 2
    inspection.matches.walk(1)
    assert inspection.matches.rows == (0,)
    inspection.matches.walk(1)
    found = inspection.matches.describe()
    assert found["rank"] == table["rank"].iloc[1]
    assert type(found["similarity"]) is float
    assert type(found["mutual"]) is bool
    inspection.matches.walk(-5)
    inspection.matches.walk_to(-1)
    assert inspection.matches.current == len(table) - 1
    tables = {**findings.tables, "matches": table.copy()}
    inspection.show(replace(findings, tables=tables))
    assert inspection.matches.current == len(table) - 1
    blank = table.assign(attention=np.nan)
    inspection.show(replace(findings, tables={**findings.tables, "matches": blank}))
    assert inspection.matches.describe(0)["attention"] is None


def test_matches_that_the_run_lacks_are_refused(inspection):
    with pytest.raises(DinosarError, match="no match"):
        inspection.matches.select(100_000)
    with pytest.raises(DinosarError, match="No match is selected"):
        inspection.matches.describe()
    inspection.show(None)
    inspection.matches.walk(1)
    assert inspection.matches.rows == ()

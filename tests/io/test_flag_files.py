"""Flags lie beside their run, read back equal, and are refused by name where they are damaged."""

import json

import pytest

from findings_made import made
from napari_dinosar import DinosarError
from napari_dinosar.findings.flags import FlaggedCell, FlaggedRegion, FlagSheet, Remark
from napari_dinosar.io.flag_files import flags_path, read_flags, write_flags
from napari_dinosar.io.run_folder import write_findings
from napari_dinosar.io.run_reading import read_run

SHEET = FlagSheet(
    (
        FlaggedCell(2, 3, Remark("pin")),
        FlaggedCell(0, 1, Remark("other", 'Überbelichtet,\n"hell"', "Ada", "Montag")),
    ),
    (FlaggedRegion("b", ((0.1, 0.2), (1 / 3, 5.0), (2e3, -4.0)), Remark("leg", author="")),),
)


@pytest.fixture(scope="module")
def findings():
    return made()


@pytest.fixture
def run(tmp_path, findings):
    return write_findings(tmp_path / "run", findings)


def test_flags_read_back_equal(run, findings):
    assert read_flags(run, findings) == FlagSheet()
    path = write_flags(run, SHEET, findings)
    assert path == flags_path(run) == run / "flags.json"
    assert read_flags(run, findings) == SHEET
    assert read_flags(run / "run.yaml") == SHEET
    write_flags(run, FlagSheet(), findings)
    assert read_flags(run, findings) == FlagSheet()
    assert sorted(p.name for p in run.iterdir() if p.name.startswith(".")) == []


def test_the_run_stays_readable_and_is_not_replaced(run, findings):
    write_flags(run, SHEET, findings)
    assert read_run(run).summary == findings.summary
    with pytest.raises(DinosarError, match=r"flags\.json"):
        write_findings(run, findings, overwrite=True)
    assert read_flags(run) == SHEET


def test_flags_of_another_run_are_refused(run, findings, tmp_path):
    path = write_flags(run, SHEET, findings)
    document = json.loads(path.read_text())
    path.write_text(json.dumps({**document, "photo_b_sha256": "0" * 64}))
    with pytest.raises(DinosarError, match=r"flags\.json belongs to another run"):
        read_flags(run, findings)
    path.write_text(json.dumps({**document, "grid": [2, 2]}))
    with pytest.raises(DinosarError, match="grid"):
        read_flags(run, findings)


def test_cells_that_the_grid_lacks_are_not_written(run, findings):
    with pytest.raises(DinosarError, match="row 99"):
        write_flags(run, FlagSheet((FlaggedCell(99, 0),)), findings)
    assert not flags_path(run).exists()


def test_there_are_no_flags_without_a_run(tmp_path, findings):
    with pytest.raises(DinosarError, match="not the folder of a run"):
        write_flags(tmp_path, SHEET, findings)


CELL = {"row": 1, "col": 1, "reason": "pin", "note": ""}
REGION = {"side": "a", "polygon_xy": [[0, 0], [1, 0], [1, 1]], "reason": "pin", "note": ""}


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "something else"},
        {"format_version": 2},
        {"format_version": None},
        {"cells": {}},
        {"cells": [3]},
        {"cells": [{**CELL, "row": -1}]},
        {"cells": [{**CELL, "row": None}]},
        {"cells": [{**CELL, "col": 1.5}]},
        {"cells": [{**CELL, "row": 10**30}]},
        {"cells": [{**CELL, "reason": "dust"}]},
        {"cells": [{**CELL, "reason": None}]},
        {"cells": [{**CELL, "note": 3}]},
        {"cells": [{**CELL, "note": "x" * 10_001}]},
        {"cells": [{**CELL, "author": ["Ada"]}]},
        {"regions": [{**REGION, "side": "c"}]},
        {"regions": [{**REGION, "side": None}]},
        {"regions": [{**REGION, "polygon_xy": None}]},
        {"regions": [{**REGION, "polygon_xy": [[0, 0], [1, 1]]}]},
        {"regions": [{**REGION, "polygon_xy": [[0, 0], [1, 1], 5]}]},
        {"regions": [{**REGION, "polygon_xy": [[0, 0], [1, 1], [2]]}]},
        {"regions": [{**REGION, "polygon_xy": [[0, 0], [1, 1], [2, "x"]]}]},
        {"regions": [{**REGION, "polygon_xy": [[0, 0], [1, 1], [2, 1e300]]}]},
    ],
)
def test_damaged_flags_are_refused_by_name(run, findings, changes):
    path = write_flags(run, FlagSheet(), findings)
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))
    with pytest.raises(DinosarError, match=r"flags\.json"):
        read_flags(run, findings)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"[" * 100_000, b"\xff\x00", b"null"])
def test_what_is_no_json_is_refused_by_name(run, findings, content):
    flags_path(run).write_bytes(content)
    with pytest.raises(DinosarError, match=r"flags\.json"):
        read_flags(run, findings)

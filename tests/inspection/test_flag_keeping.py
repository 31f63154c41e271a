"""Flags are on disk after each change, come back, and never take the place of foreign ones."""

import json
import os
import shutil
from dataclasses import replace
from types import SimpleNamespace

import pytest

from findings_made import made
from napari_dinosar import DinosarError
from napari_dinosar.findings.flags import FlaggedCell, FlaggedRegion, FlagSheet, Remark, merged
from napari_dinosar.inspection.flag_keeping import FlagKeeping, sheet_of
from napari_dinosar.inspection.flag_places import flag_files
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.io import _atomic
from napari_dinosar.io.flag_files import read_flags, write_flags
from napari_dinosar.io.run_folder import write_findings

PIN, LEG = FlaggedCell(2, 3, Remark("pin")), FlaggedCell(0, 1, Remark("leg", "hind leg"))
REGION = FlaggedRegion("b", ((1.0, 2.0), (9.0, 2.0), (5.0, 8.0)), Remark("glare"))


@pytest.fixture
def run(tmp_path, findings):
    return write_findings(tmp_path / "run", findings)


@pytest.fixture
def store(tmp_path):
    return tmp_path / "store"


def window(store, findings=None, **shown):
    """Return an inspection with what keeps its flags, as a window has them."""
    inspection = Inspection()
    if findings is not None:
        inspection.show(findings, **shown)
    told = []
    inspection.told.connect(told.append)
    return SimpleNamespace(
        inspection=inspection, keeping=FlagKeeping(inspection, store), told=told
    )  # fmt: skip


def files(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_comparison_without_a_folder_gets_its_flags_back(store, findings):
    one = window(store, findings)
    assert one.keeping.is_saved
    one.inspection.flags.become(FlagSheet((PIN,), (REGION,)))
    assert not one.keeping.is_saved
    one.keeping.save()
    assert one.keeping.is_saved
    assert files(store) == [one.keeping.path.name]
    later = window(store)
    later.inspection.show(findings)
    assert later.inspection.flags.sheet == FlagSheet((PIN,), (REGION,))
    assert "2 flags from an earlier look" in later.told[0]
    assert str(store) not in later.told[0]  # the page says where they are kept
    later.inspection.flags.undo()
    later.keeping.save()
    assert files(store) == []


def test_other_photos_and_other_grids_have_flags_of_their_own(store, findings):
    one = window(store, findings)
    one.inspection.flags.become(FlagSheet((PIN,), (REGION,)))
    without_cells = made(cells=False)
    one.inspection.show(without_cells)
    one.keeping.save()
    assert one.inspection.flags.sheet == FlagSheet((), (REGION,))  # regions mean the same
    assert "other cells" in one.told[0]
    assert len(files(store)) == 2
    other = replace(
        findings, a=replace(findings.a, record={**findings.a.record, "sha256": "f" * 64})
    )
    one.inspection.show(other)
    assert one.inspection.flags.sheet == FlagSheet()
    one.inspection.show(findings)
    assert one.inspection.flags.sheet == FlagSheet((PIN,), (REGION,))


def test_flags_of_a_run_lie_in_its_folder(store, findings, run):
    one = window(store, findings, folder=run)
    one.inspection.flags.become(FlagSheet((PIN, LEG)))
    one.keeping.save()
    assert read_flags(run, findings) == FlagSheet((PIN, LEG))
    assert (run / "flags.csv").read_text().count("\ncell,") == 2
    assert files(store) == []
    assert sheet_of(run, findings) == FlagSheet((PIN, LEG))
    one.inspection.flags.clear()
    one.keeping.save()
    assert read_flags(run, findings) == FlagSheet()
    assert window(store, findings, folder=run).told == []


def test_a_run_that_was_never_flagged_gets_no_file(store, findings, run):
    before = files(run)
    one = window(store, findings, folder=run)
    one.inspection.flags.become(FlagSheet((PIN,)))
    one.inspection.flags.undo()
    one.keeping.save()
    assert files(run) == before


def test_flags_written_at_the_same_time_by_two_are_put_together(store, findings, run):
    one, two = (window(store, findings, folder=run) for _ in range(2))
    one.inspection.flags.become(FlagSheet((PIN,)))
    one.keeping.save()
    two.inspection.flags.become(FlagSheet((LEG,), (REGION,)))
    two.keeping.save()
    both = FlagSheet((PIN, LEG), (REGION,))
    assert read_flags(run, findings) == two.inspection.flags.sheet == both
    assert "Somebody else" in two.told[0]


@pytest.mark.parametrize("content", ["{", '{"format": "other"}', "foreign"])
def test_a_foreign_or_damaged_file_is_never_overwritten(store, findings, run, content):
    path = run / "flags.json"
    if content == "foreign":
        write_flags(run, FlagSheet((PIN,)), findings)
        content = json.dumps({**json.loads(path.read_text()), "photo_a_sha256": "0" * 64})
    path.write_text(content)
    assert sheet_of(run, findings) is None
    one = window(store)
    one.inspection.show(findings, folder=run)
    assert "flags.json" in one.told[0]
    one.inspection.flags.become(FlagSheet((LEG,)))
    with pytest.raises(DinosarError, match=r"flags\.json"):
        one.keeping.save()
    assert path.read_text() == content
    path.unlink()  # the message asked for that; what was flagged meanwhile is still there
    again = window(store)
    again.inspection.show(findings, folder=run)
    assert again.inspection.flags.sheet == FlagSheet((LEG,))
    again.keeping.save()
    assert read_flags(run, findings) == FlagSheet((LEG,))
    assert files(store) == []


def test_a_disk_that_refuses_is_told_once_and_tried_again(store, findings, run, monkeypatch):
    one = window(store, findings, folder=run)
    write = _atomic.write_file

    def full(path, content):
        if path.parent == run:
            raise OSError(28, os.strerror(28))
        write(path, content)

    monkeypatch.setattr(_atomic, "write_file", full)
    one.inspection.flags.become(FlagSheet((PIN,)))
    for _ in range(2):
        with pytest.raises(DinosarError, match="disk is full"):
            one.keeping.save()
    assert len(one.told) == 1
    assert "kept in" in one.told[0]
    assert "disk is full" in str(one.keeping.problem)
    assert one.keeping.waiting(again=False) == []
    one.inspection.flags.become(FlagSheet((PIN, LEG)))
    assert len(one.keeping.waiting(again=False)) == 1
    monkeypatch.setattr(_atomic, "write_file", write)
    one.keeping.save()
    assert one.keeping.problem is None
    assert read_flags(run, findings) == FlagSheet((PIN, LEG))
    assert files(store) == []


@pytest.mark.parametrize("has_run", [True, False])
def test_a_read_only_folder_is_told_of_with_a_way_on(store, findings, run, monkeypatch, has_run):
    one = window(store, findings, folder=run if has_run else None)
    refusing = run if has_run else store

    def read_only(path, content):
        if path.parent == refusing:
            raise PermissionError(13, os.strerror(13))
        write(path, content)

    write = _atomic.write_file
    monkeypatch.setattr(_atomic, "write_file", read_only)
    one.inspection.flags.become(FlagSheet((PIN,)))
    with pytest.raises(DinosarError) as refused:
        one.keeping.save()
    said = str(refused.value)
    assert f"not written into {refusing}: writing is not permitted." in said
    assert "choose another folder" not in said
    assert "Export the run" in said
    assert ("are kept in" in said) == has_run


def test_a_comparison_that_is_exported_takes_its_flags_along(store, findings, tmp_path):
    one = window(store, findings)
    one.inspection.flags.become(FlagSheet((PIN,), (REGION,)))
    one.keeping.save()
    sheet = one.inspection.flags.sheet
    run = write_findings(tmp_path / "run", findings, extras=flag_files(sheet, findings))
    assert read_flags(run, findings) == sheet
    assert (run / "flags.csv").exists()
    one.inspection.move_to(run)
    assert one.keeping.is_saved
    assert files(store) == []
    one.inspection.flags.clear()
    one.keeping.save()
    assert read_flags(run, findings) == FlagSheet()


def test_flags_that_wait_when_another_pair_is_shown_are_written_all_the_same(store, findings):
    one = window(store, findings)
    one.inspection.flags.become(FlagSheet((PIN,)))
    one.inspection.show(None)
    assert one.keeping.path is None
    one.keeping.save()
    one.inspection.show(findings)
    assert one.inspection.flags.sheet == FlagSheet((PIN,))


def test_flags_that_wait_are_there_again_when_their_pair_is_shown_again(store, findings):
    one = window(store, findings)
    one.inspection.flags.become(FlagSheet((LEG,)))
    one.keeping.save()
    one.inspection.flags.become(FlagSheet((LEG, PIN)))
    without_cells = made(cells=False)
    for shown in (without_cells, findings, without_cells, findings):  # as while one drags
        one.inspection.show(shown)
    assert one.inspection.flags.sheet == FlagSheet((LEG, PIN))
    one.keeping.save()
    assert one.inspection.flags.sheet == FlagSheet((LEG, PIN))
    assert window(store, findings).inspection.flags.sheet == FlagSheet((LEG, PIN))


def test_flags_that_were_not_written_before_an_export_are_in_its_folder_alone(store, findings, run):
    one = window(store, findings)
    one.inspection.flags.become(FlagSheet((PIN,)))
    one.inspection.move_to(run)
    one.keeping.save()
    assert read_flags(run, findings) == FlagSheet((PIN,))
    assert files(store) == []


def test_flags_in_a_new_folder_are_written_though_their_earlier_one_is_gone(store, findings, run):
    one = window(store, findings, folder=run)
    new = write_findings(run.with_name("new"), findings)
    shutil.rmtree(run)
    one.inspection.flags.become(FlagSheet((PIN,)))
    with pytest.raises(DinosarError):
        one.keeping.save()
    one.inspection.move_to(new)
    (job,) = (job for job in one.keeping.waiting() if job.run == new)
    assert not one.keeping.is_written
    one.keeping.finish(job, job.write())
    assert one.keeping.is_written
    assert not one.keeping.is_saved


def test_flags_leave_the_store_only_once_the_folder_has_them(store, findings, run):
    one = window(store, findings)
    one.inspection.flags.become(FlagSheet((PIN,)))
    one.keeping.save()
    kept = files(store)
    one.inspection.move_to(run)
    assert files(store) == kept != []
    one.keeping.save()
    assert files(store) == []
    assert read_flags(run, findings) == FlagSheet((PIN,))


def test_what_two_people_flagged_is_merged():
    base = FlagSheet((PIN, LEG), (REGION,))
    mine = FlagSheet((PIN,), (REGION,))  # the leg is unflagged
    glare = FlaggedCell(2, 3, Remark("glare"))
    other = replace(REGION, side="a")
    theirs = FlagSheet((glare, LEG), (other,))  # another reason, another region
    assert merged(base, mine, theirs) == FlagSheet((glare,), (other,))
    assert merged(base, FlagSheet((LEG,)), theirs) == FlagSheet((LEG,), (other,))
    assert merged(base, base, base) == base


def test_what_is_flagged_while_a_change_is_written_is_kept(store, findings):
    one = window(store, findings)
    one.inspection.flags.become(FlagSheet((PIN,)))
    (job,) = one.keeping.waiting()
    one.inspection.flags.become(FlagSheet((PIN, LEG)))
    one.keeping.finish(job, job.write())
    assert one.inspection.flags.sheet == FlagSheet((PIN, LEG))
    assert not one.keeping.is_saved
    one.keeping.save()
    assert window(store, findings).inspection.flags.sheet == FlagSheet((PIN, LEG))


def test_what_was_refused_comes_after_what_was_not(store, findings, run):
    one = window(store, findings, folder=run)
    one.inspection.flags.become(FlagSheet((PIN,)))
    (refused,) = one.keeping.waiting()
    one.keeping.fail(refused, DinosarError("The disk is full."))
    one.inspection.show(made(cells=False), sheet=FlagSheet((), (REGION,)))
    assert [job.run for job in one.keeping.waiting()] == [None, run]


def test_regions_stay_out_of_the_folder_of_another_run(store, findings, run):
    """They go along to another grid of the pair, but never into a run without being asked."""
    one = window(store, made(cells=False))
    one.inspection.flags.become(FlagSheet((), (REGION,)))
    one.inspection.show(findings, folder=run)
    assert one.inspection.flags.sheet == FlagSheet()


def test_a_table_that_somebody_made_is_left_alone(store, findings, run):
    (run / "flags.csv").write_text("mine")
    one = window(store, findings, folder=run)
    one.inspection.flags.become(FlagSheet((PIN,)))
    one.keeping.save()
    assert (run / "flags.csv").read_text() == "mine"
    assert read_flags(run, findings) == FlagSheet((PIN,))


def test_a_run_without_flags_brings_no_files(findings):
    assert flag_files(FlagSheet(), findings) == {}

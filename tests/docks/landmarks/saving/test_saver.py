"""Edits reach the file by themselves, away from the GUI thread, and never over others' work."""

import errno
import json
from threading import Event, get_ident

import pytest

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.landmarks.saving.saver import Saver
from napari_dinosar.project.autosave import AutosavePolicy
from napari_dinosar.project.edits import Place
from napari_dinosar.project.saving import ChangedOnDiskError, SaveJob
from panels_made import change_elsewhere, place


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def saver(qtbot, editor, clock):
    saver = Saver(editor, policy=AutosavePolicy(after_edits=3, after_s=60.0), clock=clock)
    yield saver
    saver.close()


def full_disk(_):
    raise OSError(errno.ENOSPC, "No space left on device")


def keypoints(editor):
    """Return what the file says of the first specimen."""
    return json.loads(editor.project.path.read_text())["annotations"][0]["keypoints"]


def test_it_says_how_things_are(saver, editor):
    assert saver.level == "saved"
    assert saver.text.startswith("Saved ")
    place(editor, "1", "tip base")
    assert saver.level == "unsaved"
    assert saver.text == "Unsaved: 2 edits, in the journal"
    saver.save_now()
    assert saver.level == "saved"


def test_the_file_is_written_in_another_thread(saver, editor, qtbot, monkeypatch):
    threads = []
    write = SaveJob.write
    monkeypatch.setattr(SaveJob, "write", lambda job: (threads.append(get_ident()), write(job)))
    place(editor, "1", "tip")
    saver.save()
    assert saver.text == "Saving …"
    qtbot.waitUntil(lambda: not saver.is_busy)
    assert threads != [get_ident()]
    assert len(threads) == 1
    assert editor.project.is_saved
    assert keypoints(editor)[:3] == [10.0, 5.0, 2]


def test_a_dock_that_was_taken_out_and_put_back_saves_again(saver, editor, qtbot):
    saver.close()
    place(editor, "1", "tip base left")
    qtbot.waitUntil(lambda: saver.level == "saved")
    assert keypoints(editor)[2] == 2


def test_many_edits_are_saved_by_themselves(saver, editor, qtbot):
    place(editor, "1", "tip base")
    assert not saver._timer.isActive() or saver._timer.interval() > 1000
    place(editor, "1", "left")
    qtbot.waitUntil(lambda: editor.project.is_saved)


def test_old_edits_are_saved_by_themselves(saver, editor, clock, qtbot):
    place(editor, "1", "tip")
    assert saver._timer.interval() == 60_000
    clock.now += 59.0
    place(editor, "1", "base")
    assert saver._timer.interval() == 1000
    clock.now += 1.0
    editor.note_saved()
    qtbot.waitUntil(lambda: editor.project.is_saved)


def test_edits_during_a_slow_save_are_saved_next(saver, editor, qtbot, monkeypatch):
    write, may_go_on, n = SaveJob.write, Event(), []

    def slow(job):
        n.append(job)
        assert may_go_on.wait(20)
        write(job)

    monkeypatch.setattr(SaveJob, "write", slow)
    place(editor, "1", "tip")
    saver.save()
    editor.apply(Place("1", "tip", (1.5, 2.5)))
    saver.save()
    assert len(n) <= 1
    may_go_on.set()
    qtbot.waitUntil(lambda: editor.project.is_saved)
    assert len(n) == 2
    assert keypoints(editor)[:2] == [1.5, 2.5]


def test_waiting_ends_with_the_save(saver, editor, monkeypatch):
    write, may_go_on = SaveJob.write, Event()
    monkeypatch.setattr(SaveJob, "write", lambda job: (may_go_on.wait(20), write(job)))
    place(editor, "1", "tip")
    saver.save()
    assert not saver.wait(0.01)
    may_go_on.set()
    assert saver.wait(20)
    assert editor.project.is_saved


def test_a_failing_disk_is_tried_again_ever_more_rarely(saver, editor, clock, qtbot, monkeypatch):
    def refuse(job):
        raise DinosarError("The disk is full.")

    told = []
    saver.failed.connect(told.append)
    write = SaveJob.write
    monkeypatch.setattr(SaveJob, "write", refuse)
    place(editor, "1", "tip")
    pauses = []
    for _ in range(3):
        saver.save()
        saver.wait(20)
        pauses.append(saver._timer.interval())
    assert pauses == [5000, 10_000, 20_000]
    assert [str(error) for error in told] == ["The disk is full."] * 3
    assert saver.level == "trouble"
    assert saver.text.startswith("Not saved: 1 edit, kept in the journal; next try ")
    monkeypatch.setattr(SaveJob, "write", write)
    clock.now += 20.0
    editor.note_saved()
    qtbot.waitUntil(lambda: editor.project.is_saved)
    assert (saver.level, saver.problem) == ("saved", None)


def test_somebody_elses_work_is_not_overwritten(saver, editor, qtbot):
    told = []
    saver.conflicted.connect(told.append)
    change_elsewhere(editor.project.path, "1", (40.0, 41.0))
    place(editor, "2", "tip")
    saver.save()
    saver.wait(20)
    assert isinstance(told[0], ChangedOnDiskError)
    assert saver.is_conflicted
    assert saver.text == "Changed by someone else; yours: 1 edit, kept in the journal"
    assert keypoints(editor)[:2] == [40.0, 41.0]
    place(editor, "2")
    assert not saver._timer.isActive()


def test_a_change_on_the_disk_is_seen_without_edits(saver, editor):
    told = []
    saver.conflicted.connect(told.append)
    saver.check_disk()
    assert told == []
    change_elsewhere(editor.project.path, "1", (40.0, 41.0))
    saver.check_disk()
    saver.check_disk()
    assert len(told) == 1


def test_a_save_that_is_waited_for_raises_instead_of_telling(saver, editor):
    told = []
    saver.conflicted.connect(told.append)
    change_elsewhere(editor.project.path, "1", (40.0, 41.0))
    place(editor, "2", "tip")
    with pytest.raises(ChangedOnDiskError):
        saver.save_now()
    assert told == []


def test_what_is_undone_needs_no_saving(saver, editor, monkeypatch):
    monkeypatch.setattr(SaveJob, "write", full_disk)
    place(editor, "1", "tip")
    saver.save()
    saver.wait(20)
    assert saver.level == "trouble"
    editor.undo()
    assert saver.level == "saved"
    assert not saver._timer.isActive()


def test_unprotected_edits_are_called_so(saver, editor, monkeypatch):
    journal = editor.project._session.journal
    monkeypatch.setattr(type(journal), "_extend", full_disk)
    place(editor, "1", "tip")
    assert saver.level == "trouble"
    assert saver.text == "Not protected: 1 edit in memory only"


def test_what_is_being_typed_is_asked_for_first(saver, editor):
    saver.about_to_save.connect(lambda: place(editor, "1", "tip"))
    saver.save_now()
    assert keypoints(editor)[:2] == [10.0, 5.0]


def test_without_a_project_nothing_happens(saver, editor):
    editor.close()
    saver.save()
    saver.save_now()
    saver.check_disk()
    assert (saver.level, saver.text) == ("none", "")

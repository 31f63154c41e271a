from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import project_made as made
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.io import _atomic
from napari_dinosar.project import saving, store
from napari_dinosar.project.autosave import AutosavePolicy
from napari_dinosar.project.edits import (
    AddSpecimen,
    Place,
    Propose,
    ProtectedError,
    Remark,
    RemoveSpecimen,
)
from napari_dinosar.project.state import Point
from napari_dinosar.project.store import Project


def crashed(project: Project) -> None:
    """Let a project go as a crash does: its journal stays, its lock does not."""
    project._session.close(keep_journal=True)


def tip(project: Project, key: str = "1") -> Point:
    return project.state.point(key, "tip")


# --- a day's work


def test_undoing_all_while_it_is_written_leaves_something_to_save(tmp_path: Path) -> None:
    with Project.open(made.new_project(tmp_path)) as project:
        for x in (1.0, 2.0, 3.0):
            project.apply(Place("1", "tip", (x, 2.0)))
        job = project.begin_save()
        for _ in range(3):
            project.undo()
        job.write()
        project.finish_save(job)
        assert (project.is_saved, project.n_unsaved) == (False, 1)
        project.save()
        assert (project.is_saved, project.n_unsaved) == (True, 0)


def test_edit_save_and_open_again(tmp_path: Path) -> None:
    path = made.new_project(tmp_path)
    with Project.open(path) as project:
        assert project.is_saved
        assert project.photo_path("1") == tmp_path / "0.jpg"
        project.apply(Place("1", "tip", (1.25, 2)))
        project.note_size("1", (64, 48))
        assert (project.is_saved, project.is_protected, project.n_unsaved) == (False, True, 1)
        project.save()
        assert (project.is_saved, project.n_unsaved) == (True, 0)
        project.apply(Place("1", "tip", (9, 9)))
        project.undo()
        assert project.is_saved  # taken back to what the file holds
    with Project.open(path) as project:
        assert project.recovered == ()
        assert tip(project) == Point("visible", "manual", (1.25, 2.0))
        assert project.state.photos["1"].size_xy == (64, 48)
    assert sorted(one.suffix for one in tmp_path.iterdir() if one.name.startswith(".")) == [".lock"]


def test_a_new_project_lists_a_folder_beneath_it(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ("b.JPG", "a.tif", ".hidden.jpg", "notes.txt"):
        (folder / name).touch()
    with Project.new(tmp_path / "p.json", folder, made.schema()) as project:
        names = [photo.file_name for photo in project.state.photos.values()]
        assert names == ["photos/a.tif", "photos/b.JPG"]
        assert project.state.schema == made.schema()
    with pytest.raises(DinosarError, match="exists already"):
        Project.new(tmp_path / "p.json", folder, made.schema())
    with pytest.raises(DinosarError, match="beside"):
        Project.new(folder / "p.json", [tmp_path / "c.jpg"], made.schema())
    with pytest.raises(DinosarError, match="no photos"):
        Project.new(tmp_path / "q.json", [], made.schema())
    assert not (tmp_path / "q.json").exists()


def test_undo_is_1000_deep_and_goes_across_photos(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made.new_project(tmp_path)
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)  # thousands of them take seconds
    with Project.open(path) as project:
        for number in range(1005):
            project.apply(Place(str(number % 3 + 1), "tip", (number, 0)))
        steps = 0
        while project.undo():
            steps += 1
        assert steps == 1000
        assert [tip(project, key).xy for key in "123"] == [(3, 0), (4, 0), (2, 0)]
        while project.redo():
            steps -= 1
        assert steps == 0
        assert tip(project, "3").xy == (1004, 0)
        project.undo()
        project.apply(Place("1", "tip", (0, 0)))
        assert project.redo() is None


def test_a_refused_edit_leaves_no_trace(tmp_path: Path) -> None:
    with Project.open(made.new_project(tmp_path)) as project:
        project.apply(Place("1", "tip", (1, 1)))
        with pytest.raises(ProtectedError):
            project.apply(Propose("1", "tip", (2, 2)))
        assert len(project.history.done) == 1
        assert tip(project).xy == (1.0, 1.0)
        crashed(project)
        with Project.open(project.path) as again:
            assert len(again.recovered[0].steps) == 1


def test_a_specimen_that_is_removed_does_not_leave_its_id_to_another(tmp_path: Path) -> None:
    with Project.open(made.new_project(tmp_path)) as project:
        key = project.free_specimen_id()
        project.apply(AddSpecimen(key, "1"))
        project.save()
        project.undo()
        assert project.free_specimen_id() != key


def test_saving_keeps_the_version_before_and_the_files_mode(tmp_path: Path) -> None:
    path = made.new_project(tmp_path)
    path.chmod(0o640)
    before = path.read_bytes()
    with Project.open(path) as project:
        project.apply(Place("1", "tip", (1, 1)))
        project.save()
        assert saving.backup_path(path).read_bytes() == before
        assert path.stat().st_mode & 0o777 == 0o640
        project.save()  # nothing to write: the backup is still the other version
        assert saving.backup_path(path).read_bytes() == before


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    path = made.new_project(tmp_path)
    (tmp_path / "link.json").symlink_to(path)
    with Project.open(tmp_path / "link.json") as project:
        project.apply(Place("1", "tip", (1, 1)))
        project.save()
    assert (tmp_path / "link.json").is_symlink()
    assert b'"num_keypoints": 1' in path.read_bytes()


def test_autosave_is_a_rule() -> None:
    policy = AutosavePolicy(after_edits=3, after_s=10)
    assert [policy.is_due(*one) for one in ((0, 99), (2, 9), (3, 0), (1, 10))] == [
        False,
        False,
        True,
        True,
    ]


# --- after a crash


def test_what_was_not_saved_is_offered_with_its_history(tmp_path: Path) -> None:
    path = made.new_project(tmp_path)
    project = Project.open(path)
    project.apply(Place("2", "tip", (1, 1)))
    project.save()
    project.apply(Place("1", "tip", (2, 2)))  # on a photo that the file has no annotation for
    project.apply(Place("1", "tip", (3, 3)))
    project.apply(Place("3", "tip", (4, 4)))
    project.undo()
    crashed(project)
    with Project.open(path) as again:
        (offer,) = again.recovered
        assert (offer.is_of_this_file, offer.photo_ids, offer.warnings) == (True, ("1",), ())
        assert tip(again) == Point()  # offered, not applied
        assert again.recover(offer) == ()
        assert again.recovered == ()
        assert not again.is_saved
        assert made.same_project(again.state, project.state)
        again.undo()
        assert tip(again).xy == (2.0, 2.0)
        again.redo()
        crashed(again)  # a second crash, before it was saved
    with Project.open(path) as third:
        (offer,) = third.recovered
        third.recover(offer)
        third.save()
        assert made.same_project(third.state, project.state)


@pytest.mark.parametrize("moment", ["before the file", "after the file"])
def test_a_crash_within_a_save(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    path = made.new_project(tmp_path)
    project = Project.open(path)
    project.apply(Place("1", "tip", (2, 2)))
    job = project.begin_save()
    if moment == "after the file":
        job.write()
    project.apply(Place("2", "tip", (3, 3)))
    crashed(project)
    with Project.open(path) as again:
        (offer,) = again.recovered
        assert len(offer.steps) == (1 if moment == "after the file" else 2)
        again.recover(offer)
        assert made.same_project(again.state, project.state)


def test_undoing_beyond_the_save_is_recovered_and_counts_as_unsaved(tmp_path: Path) -> None:
    path = made.new_project(tmp_path)
    project = Project.open(path)
    for x in (1, 2, 3):
        project.apply(Place("1", "tip", (x, 0)))
    project.save()
    project.undo()
    project.undo()
    crashed(project)
    for _ in range(2):  # looked at and closed unsaved, it is offered again
        with Project.open(path) as again:
            again.recover(again.recovered[0])
            assert tip(again).xy == (1, 0)
            assert not again.is_saved
    with Project.open(path) as again:
        again.recover(again.recovered[0])
        again.undo()
        assert tip(again).xy == (2, 0)
        again.undo()
        assert tip(again).xy == (3, 0)
        assert again.is_saved


def test_specimens_of_a_photo_are_recovered_in_their_order(tmp_path: Path) -> None:
    path = made.new_project(tmp_path)
    project = Project.open(path)
    project.apply(AddSpecimen("4", "1"))
    project.apply(Place("4", "tip", (1, 1)))
    project.save()  # 2 and 3 are empty, and come last when the file is read
    project.apply(RemoveSpecimen("1"))
    project.undo()
    project.apply(Place("1", "tip", (2, 2)))
    crashed(project)
    with Project.open(path) as again:
        again.recover(again.recovered[0])
        assert again.state.ids_by_photo["1"] == ("1", "4")
        assert made.same_project(again.state, project.state)


def test_a_journal_that_holds_nothing_new_is_not_offered(tmp_path: Path) -> None:
    path = made.new_project(tmp_path)
    project = Project.open(path)
    project.apply(Place("1", "tip", (2, 2)))
    project.begin_save().write()
    crashed(project)
    with Project.open(path) as again:
        assert again.recovered == ()
        assert len(list(tmp_path.glob(".*.journal"))) == 1


def test_a_journal_of_another_version_of_the_file_says_so(tmp_path: Path) -> None:
    path = made.new_project(tmp_path)
    project = Project.open(path)
    project.apply(Place("1", "tip", (2, 2)))
    project.apply(Remark("3", note="torn"))
    crashed(project)
    raw = json.loads(path.read_bytes())
    raw["images"] = raw["images"][:2]
    made.write_json(path, raw)
    with Project.open(path) as again:
        (offer,) = again.recovered
        assert not offer.is_of_this_file
        assert offer.photo_ids == ("1",)
        assert "no specimen '3'" in offer.warnings[0]
        assert tip(again) == Point()
        assert len(again.recover(offer)) == 1
        assert tip(again).xy == (2.0, 2.0)


def test_discarding_keeps_the_journal_under_another_name(tmp_path: Path) -> None:
    path = made.new_project(tmp_path)
    project = Project.open(path)
    project.apply(Place("1", "tip", (2, 2)))
    crashed(project)
    with Project.open(path) as again:
        again.discard(again.recovered[0])
        assert again.recovered == ()
    with Project.open(path) as third:
        assert third.recovered == ()
    assert len(list(tmp_path.glob(".*.discarded"))) == 1


def test_closing_unsaved_is_like_a_crash_unless_it_is_meant(tmp_path: Path) -> None:
    path = made.new_project(tmp_path)
    for discard in (True, False):
        with Project.open(path) as project:
            assert project.recovered == ()
            project.apply(Place("1", "tip", (2, 2)))
            project.close(discard=discard)
    with Project.open(path) as project:
        assert len(project.recovered) == 1


def test_what_a_killed_process_had_half_written_goes_when_it_is_old(tmp_path: Path) -> None:
    path = made.new_project(tmp_path)
    old, fresh = (tmp_path / f".dinosar-{word * 12}.part" for word in "af")
    old.touch()
    fresh.touch()
    os.utime(old, (1, 1))
    Project.open(path).close()
    assert not old.exists()
    assert fresh.exists()


def test_a_journal_begins_anew_when_it_has_grown_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_LONGEST_JOURNAL", 5)
    path = made.new_project(tmp_path)
    project = Project.open(path)
    lengths = []
    for number in range(8):
        project.apply(Place("1", "tip", (number, 2)))
        job = project.begin_save()
        job.write()
        project.apply(Place("2", "tip", (number, 3)))
        project.finish_save(job)
        lengths.append(len(project._session.journal))
    assert max(lengths) <= 6
    assert min(lengths) == 1
    crashed(project)
    with Project.open(path) as again:
        again.recover(again.recovered[0])
        assert made.same_project(again.state, project.state)


def test_without_links_the_backup_is_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*names: Any) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refused)
    path = made.new_project(tmp_path)
    before = path.read_bytes()
    with Project.open(path) as project:
        project.apply(Place("1", "tip", (1, 1)))
        project.save()
    assert saving.backup_path(path).read_bytes() == before
    assert path.read_bytes() != before


# --- others


def test_two_processes_on_one_file(tmp_path: Path) -> None:
    path = made.new_project(tmp_path)
    script = (
        "import sys; from napari_dinosar.project.store import Project\n"
        "from napari_dinosar.project.edits import Place\n"
        "project = Project.open(sys.argv[1]); print(len(project.others), flush=True)\n"
        "project.apply(Place('2', 'tip', (5, 5))); sys.stdin.readline(); project.save()\n"
        "print('saved', flush=True); sys.stdin.readline(); project.close()\n"
    )
    with Project.open(path) as mine:
        other = subprocess.Popen(
            [sys.executable, "-c", script, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        with other:
            assert other.stdin is not None
            assert other.stdout is not None
            assert other.stdout.readline() == "1\n"  # it is told of us
            with Project.open(path) as third:
                assert {holder.pid for holder in third.others} == {os.getpid(), other.pid}
                assert third.recovered == ()  # what is being written was left by nobody
            mine.apply(Place("1", "tip", (4, 4)))
            assert not mine.has_changed_on_disk()
            other.stdin.write("\n")
            other.stdin.flush()
            assert other.stdout.readline() == "saved\n"
            theirs = path.read_bytes()
            assert mine.has_changed_on_disk()
            with pytest.raises(saving.ChangedOnDiskError, match="not overwritten"):
                mine.save()
            assert path.read_bytes() == theirs
            merge = mine.merge_with_file()
            assert (merge.only_mine, merge.only_theirs, merge.conflicts) == (("1",), ("2",), ())
            mine.take_merge(merge, {})
            mine.save()
            other.stdin.write("\n")
            other.stdin.close()
    with Project.open(path) as project:
        assert [tip(project, key).xy for key in "12"] == [(4, 4), (5, 5)]
        assert project.recovered == ()


def changed_by_another(path: Path, *edits: Any) -> None:
    with Project.open(path) as other:
        for edit in edits:
            other.apply(edit)
        other.save()


def test_conflicts_are_data_and_a_merge_is_one_edit(tmp_path: Path) -> None:
    path = made.new_project(tmp_path)
    with Project.open(path) as mine:
        mine.apply(Place("1", "tip", (1, 1)))
        mine.apply(Place("2", "base", (1, 1)))
        changed_by_another(path, Place("1", "tip", (9, 9)), Place("2", "base", (1, 1)))
        merge = mine.merge_with_file()
        (conflict,) = merge.conflicts
        assert conflict.photo.file_name == "0.jpg"
        assert conflict.mine[0].point(0).xy == (1.0, 1.0)
        assert conflict.theirs[0].point(0).xy == (9.0, 9.0)
        with pytest.raises(DinosarError, match=r"0\.jpg"):
            mine.take_merge(merge, {})
        mine.take_merge(merge, {"1": "theirs"})
        assert tip(mine).xy == (9.0, 9.0)
        assert mine.is_saved
        mine.undo()
        assert tip(mine).xy == (1.0, 1.0)
        mine.redo()
        mine.save()


def test_after_a_merge_a_crash_loses_nothing_either(tmp_path: Path) -> None:
    path = made.new_project(tmp_path)
    mine = Project.open(path)
    mine.apply(Place("1", "tip", (1, 1)))
    mine.apply(AddSpecimen("4", "1"))
    mine.apply(Place("4", "tip", (2, 2)))
    changed_by_another(path, AddSpecimen("4", "2"), Place("4", "tip", (3, 3)))
    mine.take_merge(mine.merge_with_file(), {})
    mine.apply(Place("3", "tip", (4, 4)))
    crashed(mine)
    with Project.open(path) as again:
        again.recover(again.recovered[0])
        assert made.same_project(again.state, mine.state)
        assert [len(ids) for ids in again.state.ids_by_photo.values()] == [2, 2, 1]


def test_a_merge_that_was_undone_is_recovered_as_undone(tmp_path: Path) -> None:
    path = made.new_project(tmp_path)
    mine = Project.open(path)
    mine.apply(Place("1", "tip", (1, 1)))
    changed_by_another(path, Place("2", "tip", (9, 9)))
    mine.take_merge(mine.merge_with_file(), {})
    mine.undo()
    crashed(mine)
    with Project.open(path) as again:
        again.recover(again.recovered[0])
        assert (tip(again, "1").xy, tip(again, "2").xy) == ((1, 1), None)
        assert not again.is_saved


def test_versions_with_other_landmarks_are_not_merged(tmp_path: Path) -> None:
    path = made.new_project(tmp_path)
    with Project.open(path) as mine:
        mine.apply(Place("1", "tip", (1, 1)))
        raw = json.loads(path.read_bytes())
        raw["categories"][0]["keypoints"][0] = "nose"
        made.write_json(path, raw)
        with pytest.raises(DinosarError, match="different landmarks"):
            mine.merge_with_file()
        assert mine.save_copy(tmp_path / "mine.json").exists()
        with pytest.raises(DinosarError, match="exists"):
            mine.save_copy(tmp_path / "mine.json")


# --- disks


def test_a_full_disk_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made.new_project(tmp_path)
    before = path.read_bytes()
    with Project.open(path) as project:
        real = os.write

        def full(descriptor: int, content: bytes) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        def full_file(path: Path, content: bytes) -> None:
            path.write_bytes(content[:10])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with monkeypatch.context() as patch:
            patch.setattr(os, "write", full)
            patch.setattr(_atomic, "write_file", full_file)
            project.apply(Place("1", "tip", (1, 1)))
            assert tip(project).xy == (1.0, 1.0)  # the click is not lost
            assert not project.is_protected  # and nobody is told that it is safe
            assert any("not kept safe" in one for one in project.warnings)
            with pytest.raises(DinosarError, match="disk is full"):
                project.save()
            assert not project.is_saved
            assert path.read_bytes() == before
        assert os.write is real
        project.apply(Place("2", "tip", (2, 2)))
        assert project.is_protected
        crashed(project)
    with Project.open(path) as again:
        again.recover(again.recovered[0])
        assert [tip(again, key).xy for key in "12"] == [(1, 1), (2, 2)]
        again.save()
    assert not list(tmp_path.glob("*.part"))
    assert not list(tmp_path.glob(".*.part"))


def test_a_read_only_folder_opens_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, elsewhere = tmp_path / "stick", tmp_path / "home"
    folder.mkdir()
    elsewhere.mkdir()
    path = made.new_project(folder)
    names = sorted(os.listdir(folder))
    real = os.open

    def guarded(name: Any, flags: int, *more: Any, **others: Any) -> int:
        if str(name).startswith(str(folder)) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(name))
        return real(name, flags, *more, **others)

    def refused(path: Path, content: bytes) -> None:
        if str(path).startswith(str(folder)):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
        path.write_bytes(content)

    monkeypatch.setattr(os, "open", guarded)
    monkeypatch.setattr(_atomic, "write_file", refused)
    monkeypatch.setattr(os, "link", lambda old, new: refused(new, b""))
    with Project.open(path) as project:
        assert any("read-only" in one for one in project.warnings)
        project.apply(Place("1", "tip", (1, 1)))
        assert not project.is_protected
        with pytest.raises(DinosarError, match="read-only"):
            project.save()
        copy = project.save_copy(elsewhere / "copy.json")
    monkeypatch.undo()
    assert sorted(os.listdir(folder)) == names
    with Project.open(copy) as project:
        assert tip(project).xy == (1.0, 1.0)


def test_edits_made_during_a_slow_save_are_kept_and_are_not_called_saved(tmp_path: Path) -> None:
    path = made.new_project(tmp_path)
    project = Project.open(path)
    project.apply(Place("1", "tip", (1, 1)))
    job = project.begin_save()
    project.apply(Place("2", "tip", (2, 2)))  # while another thread is in write()
    job.write()
    project.apply(Place("3", "tip", (3, 3)))
    project.finish_save(job)
    assert not project.is_saved
    assert project.n_unsaved == 2
    crashed(project)
    with Project.open(path) as again:
        assert tip(again).xy == (1.0, 1.0)
        (offer,) = again.recovered
        assert offer.photo_ids == ("2", "3")
        again.recover(offer)
        assert made.same_project(again.state, project.state)


def test_a_save_that_failed_can_be_repeated(tmp_path: Path) -> None:
    path = made.new_project(tmp_path)
    with Project.open(path) as project:
        project.apply(Place("1", "tip", (1, 1)))
        project.begin_save()  # its thread died
        project.apply(Place("2", "tip", (1, 1)))
        project.save()
        assert project.is_saved
    with Project.open(path) as again:
        assert tip(again, "2").xy == (1.0, 1.0)


def test_a_foreign_file_keeps_all_that_is_not_ours_through_saves(tmp_path: Path) -> None:
    path = made.write_json(tmp_path / "theirs.json", made.foreign())
    with Project.open(path) as project:
        project.apply(Place("left", "tip", (5, 5)))
        project.save()
        project.undo()
        project.save()
    raw = json.loads(path.read_bytes())
    raw.pop("napari_dinosar")
    assert raw == made.foreign()


def test_what_is_no_project_is_one_clear_error(tmp_path: Path) -> None:
    for content in (b"", b"[]", b"{", b'{"images": []}', b"\xff\xfe"):
        (tmp_path / "x.json").write_bytes(content)
        with pytest.raises(DinosarError, match=r"x\.json"):
            Project.open(tmp_path / "x.json")
    with pytest.raises(DinosarError):
        Project.open(tmp_path / "nowhere.json")

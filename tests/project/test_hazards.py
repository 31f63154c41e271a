"""Slow drives, other programs and killed processes: nothing is overwritten, nothing is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

import project_made as made
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.project import saving
from napari_dinosar.project.edits import Accept, Place, Propose, ProtectedError, SetState
from napari_dinosar.project.saving import ChangedOnDiskError
from napari_dinosar.project.store import Project

SLOW_SAVE = """
import sys
from threading import Event, Thread
from napari_dinosar.io import _atomic
from napari_dinosar.project.edits import Place
from napari_dinosar.project.store import Project

def stuck(path, content):
    path.write_bytes(content[: len(content) // 2])
    is_halfway.set()
    Event().wait()

is_halfway = Event()
project = Project.open(sys.argv[1])
project.apply(Place("1", "tip", (1, 1)))
_atomic.write_file = stuck
Thread(target=project.begin_save().write, daemon=True).start()
is_halfway.wait()
for x in range(5):
    project.apply(Place("2", "tip", (x, 0)))
    assert project.is_protected
print("edited", flush=True)
Event().wait()
"""

FULL_DISK = """
import resource, signal, sys
from threading import Event
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.project.edits import Place
from napari_dinosar.project.store import Project

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
project = Project.open(sys.argv[1])
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (600, hard))
count = 0
while project.is_protected:
    count += 1
    project.apply(Place("1", "tip", (count, 0)))
try:
    project.save()
except DinosarError:
    pass
else:
    raise AssertionError("there was room to save")
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
project.apply(Place("2", "tip", (7, 0)))
assert project.is_protected
print(count, flush=True)
Event().wait()
"""


def said_by(script: str, path: Path) -> str:
    """Return the first line that a script says of a project, and kill it then."""
    with subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        said = child.stdout.readline()
        child.kill()
    return said.strip()


def test_killed_while_a_slow_drive_saves_all_edits_are_there(tmp_path: Path) -> None:
    path = made.new_project(tmp_path)
    before = path.read_bytes()
    assert said_by(SLOW_SAVE, path) == "edited"
    assert path.read_bytes() == before
    with Project.open(path) as project:
        (offer,) = project.recovered
        assert offer.is_of_this_file
        assert project.recover(offer) == ()
        places = [project.state.point(key, "tip").xy for key in "123"]
        assert places == [(1, 1), (4, 0), None]
        project.save()


@pytest.mark.skipif(sys.platform == "win32", reason="no limits for the sizes of files")
def test_half_a_line_on_a_full_disk_is_mended_when_there_is_room(tmp_path: Path) -> None:
    path = made.new_project(tmp_path)
    before = path.read_bytes()
    count = int(said_by(FULL_DISK, path))
    assert count > 1
    assert path.read_bytes() == before
    with Project.open(path) as project:
        (offer,) = project.recovered
        assert offer.warnings == ()
        assert project.recover(offer) == ()
        assert [project.state.point(key, "tip").xy for key in "12"] == [(count, 0), (7, 0)]


def test_what_another_program_writes_just_before_the_save_stays(tmp_path: Path) -> None:
    path = made.new_project(tmp_path)
    with Project.open(path) as project:
        project.apply(Place("1", "tip", (1, 1)))
        job = project.begin_save()
        made.write_json(path, made.foreign())
        theirs = path.read_bytes()
        with pytest.raises(ChangedOnDiskError, match=r"leaves\.json was changed by somebody else"):
            job.write()
        assert path.read_bytes() == theirs
        assert not saving.backup_path(path).exists()
        assert not project.is_saved


def test_a_file_that_is_gone_is_not_quietly_made_anew(tmp_path: Path) -> None:
    path = made.new_project(tmp_path)
    with Project.open(path) as project:
        project.apply(Place("1", "tip", (1, 1)))
        path.unlink()
        assert project.has_changed_on_disk()
        with pytest.raises(DinosarError, match=r"leaves\.json"):
            project.save()
        assert not path.exists()
        copy = project.save_copy(tmp_path / "copy.json")
    with Project.open(copy) as project:
        assert project.state.point("1", "tip").xy == (1.0, 1.0)


def test_a_save_of_another_process_is_not_waited_for_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "LOCK_WAIT_S", 0.01)
    path = made.new_project(tmp_path)
    before = path.read_bytes()
    with Project.open(path) as project:
        project.apply(Place("1", "tip", (1, 1)))
        with FileLock(path.with_name(".leaves.json.saving.lock")):
            with pytest.raises(DinosarError, match="saved by another process"):
                project.save()
            assert path.read_bytes() == before
        project.save()
        assert project.is_saved


def test_what_a_person_decided_is_protected_after_saving_and_opening(tmp_path: Path) -> None:
    path = made.new_project(tmp_path)
    with Project.open(path) as project:
        project.apply(Place("1", "tip", (1, 1)))
        project.apply(Propose("1", "base", (2, 2)))
        project.apply(Accept("1", "base"))
        project.apply(SetState("1", "left", "absent"))
        project.apply(Propose("1", "right", (3, 3)))
        project.save()
    with Project.open(path) as project:
        before = project.state
        for landmark in ("tip", "base", "left"):
            with pytest.raises(ProtectedError):
                project.apply(Propose("1", landmark, (9, 9)))
        assert project.state is before
        project.apply(Propose("1", "right", (9, 9)))
        assert project.state.point("1", "right").xy == (9.0, 9.0)

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.io import _atomic
from napari_dinosar.project import journal as journal_module
from napari_dinosar.project.journal import Journal, read_journal

HEADER = {"file": "a.json", "base": "0" * 64, "pid": 1, "host": "here", "opened": ""}


def made(path: Path, count: int = 3) -> Journal:
    journal = Journal(path, HEADER)
    for number in range(count):
        journal.append({"n": number, "x": 1 / 3, "ü": "\n"})
    return journal


def numbers(path: Path) -> list[int]:
    return [entry["n"] for entry in read_journal(path).entries]


def test_what_is_appended_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "j"
    made(path).close(remove=False)
    content = read_journal(path)
    assert content.header["base"] == "0" * 64
    assert content.entries[2] == {"n": 2, "x": 1 / 3, "ü": "\n"}
    assert all(json.loads(line) for line in path.read_bytes().splitlines())


def test_every_entry_is_synced_before_append_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = made(tmp_path / "j", 0)
    sizes: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda fd: sizes.append(os.fstat(fd).st_size))
    journal.append({"n": 0})
    journal.append({"n": 1})
    assert len(sizes) == 2
    assert sizes[-1] == (tmp_path / "j").stat().st_size
    journal.close(remove=True)
    assert not (tmp_path / "j").exists()


def test_a_torn_last_line_is_dropped_wherever_it_was_torn(tmp_path: Path) -> None:
    path = tmp_path / "j"
    made(path).close(remove=False)
    content = path.read_bytes()
    last = len(content.splitlines(keepends=True)[-1])
    for length in range(1, last + 1):
        path.write_bytes(content[:-length])
        assert numbers(path) == [0, 1]
        assert read_journal(path).n_unreadable == 0


def test_a_damaged_line_ends_what_is_trusted_and_is_told(tmp_path: Path) -> None:
    path = tmp_path / "j"
    made(path, 5).close(remove=False)
    lines = path.read_bytes().splitlines(keepends=True)
    for damaged in (
        [*lines[:3], lines[3].replace(b'"n":2', b'"n":9'), *lines[4:]],
        [*lines[:3], *lines[4:]],  # a line is gone: its successors no longer fit
    ):
        path.write_bytes(b"".join(damaged))
        assert numbers(path) == [0, 1]
        assert read_journal(path).n_unreadable > 0


def test_what_the_disk_refused_is_written_with_the_next_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "j"
    journal = made(path, 1)
    real = os.write

    def full(descriptor: int, content: bytes) -> int:
        real(descriptor, content[: len(content) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        journal.append({"n": 1})
        assert journal.problem.endswith(
            "are not kept safe: the disk is full; free some space or choose another disk. "
            "Save a copy in another place."
        )
        assert numbers(path) == [0]
        journal.append({"n": 2})
    journal.append({"n": 3})
    assert journal.problem == ""
    assert numbers(path) == [0, 1, 2, 3]
    journal.close(remove=False)


def test_beginning_anew_is_tried_again_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "j"
    journal = made(path, 2)

    def full(path: Path, content: bytes) -> None:
        raise DinosarError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(journal_module, "replace_file", full)
        journal.restart("1" * 64, [{"n": 7}])
        assert numbers(path) == [0, 1]  # what there was is as it was
    journal.append({"n": 8})
    assert read_journal(path).header["base"] == "1" * 64
    assert numbers(path) == [7, 8]
    journal.close(remove=False)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_journal_never_gives_an_entry_that_was_not_made(
    tmp_path: Path, data: st.DataObject
) -> None:
    path = tmp_path / "j"
    path.unlink(missing_ok=True)
    made(path, 4).close(remove=False)
    content = bytearray(path.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=3)):
        content[place] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    try:
        entries = read_journal(path).entries
    except DinosarError:
        return
    assert [entry["n"] for entry in entries] == list(range(len(entries)))


def test_on_a_read_only_disk_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = made(tmp_path / "j", 1)
    name = journal._header["file"]

    def refuse(*_: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    with monkeypatch.context() as patch:
        patch.setattr(_atomic, "write_file", refuse)
        patch.setattr(os, "write", refuse)
        journal.append({"n": 1})
        journal.append({"n": 2})  # by then the whole journal is to be written anew
    assert journal.problem == (
        f"Edits of {name} are not kept safe: the disk is read-only; choose another folder. "
        "Save a copy in another place."
    )
    journal.close(remove=False)

"""Who has a project open: a lock for each session, and the journals that crashed ones left."""

from __future__ import annotations

import os
import re
import socket
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.project.journal import Journal, JournalContent, read_journal

if TYPE_CHECKING:
    from filelock import BaseFileLock

_PART_NAME = re.compile(r"\.dinosar-[0-9a-f]{12}\.part")
_ABANDONED_S = 3600.0


@dataclass(frozen=True)
class Holder:
    """A process that has the same project open now.

    Attributes
    ----------
    pid : int
        Its number; 0 where it is not known.
    host : str
        The machine that it runs on.
    opened : str
        When it opened the project, ISO 8601.
    """

    pid: int
    host: str
    opened: str


@dataclass(eq=False)
class LeftJournal:
    """The journal of a session that did not end as it should.

    Attributes
    ----------
    path : Path
        The journal.
    content : JournalContent
        What it says.
    """

    path: Path
    content: JournalContent
    _lock: BaseFileLock | None

    @property
    def is_held(self) -> bool:
        """Whether it is certain that no process writes it."""
        return self._lock is not None

    def close(self, *, remove: bool = False) -> None:
        """Let others have the journal, or remove it."""
        if remove and self._lock is not None:
            self.path.unlink(missing_ok=True)
        elif remove:
            # without locks nobody knows whether a process still writes it
            self.path.replace(self.path.with_suffix(".kept"))
        _release(self._lock, remove=remove)
        self._lock = None


@dataclass(eq=False)
class Session:
    """A process's place at a project.

    Attributes
    ----------
    journal : Journal
        Where its edits go.
    others : tuple of Holder
        Who else had the project open when this session began.
    left : tuple of LeftJournal
        What crashed sessions left.
    warnings : tuple of str
        Journals that cannot be read.
    """

    journal: Journal
    others: tuple[Holder, ...]
    left: tuple[LeftJournal, ...]
    warnings: tuple[str, ...]
    _lock: BaseFileLock | None = field(repr=False)

    def close(self, *, keep_journal: bool) -> None:
        """End the session."""
        self.journal.close(remove=not keep_journal)
        _release(self._lock, remove=True)
        for journal in self.left:
            journal.close()


def open_session(path: Path, base: str) -> Session:
    """Begin a session at the project in a file.

    Parameters
    ----------
    path : Path
        The COCO file.
    base : str
        SHA-256 of its content.
    """
    _sweep(path.parent)
    others, left, warnings = _look_around(path)
    token = uuid4().hex[:12]
    # the lock comes first: a journal without one counts as left by a crashed session
    lock = _acquired(_companion(path, token, "lock"))
    header = {
        "file": path.name,
        "base": base,
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "opened": now(),
    }
    journal = Journal(_companion(path, token, "journal"), header)
    held = lock if not isinstance(lock, str) else None
    return Session(journal, tuple(others), tuple(left), tuple(warnings), held)


def _sweep(folder: Path) -> None:
    """Remove what processes that were killed had only half written."""
    for part in folder.iterdir():
        if not _PART_NAME.fullmatch(part.name):
            continue
        with suppress(OSError):
            if part.is_file() and time.time() - part.stat().st_mtime > _ABANDONED_S:
                part.unlink()


def now() -> str:
    """Return the time, ISO 8601 with the zone, in seconds."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def _companion(path: Path, token: str, kind: str) -> Path:
    return path.with_name(f".{path.name}.{token}.{kind}")


def _look_around(path: Path) -> tuple[list[Holder], list[LeftJournal], list[str]]:
    others: list[Holder] = []
    left: list[LeftJournal] = []
    warnings: list[str] = []
    own = re.compile(rf"\.{re.escape(path.name)}\.[0-9a-f]{{12}}\.journal")
    for journal in sorted(one for one in path.parent.iterdir() if own.fullmatch(one.name)):
        lock = _acquired(journal.with_suffix(".lock"))
        try:
            content = read_journal(journal)
        except DinosarError as error:
            _release(lock, remove=False)
            if journal.exists():
                warnings.append(str(error))
            continue
        if lock == "taken":
            others.append(_holder(content.header))
        else:
            left.append(LeftJournal(journal, content, None if isinstance(lock, str) else lock))
    return others, left, warnings


def _holder(header: Any) -> Holder:
    pid = header.get("pid")
    return Holder(
        pid if type(pid) is int else 0, str(header.get("host", "")), str(header.get("opened", ""))
    )


def _acquired(path: Path) -> BaseFileLock | str:
    """Return a lock; "taken" where another process has it, "none" where there can be none."""
    from filelock import FileLock, Timeout

    lock = FileLock(path, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return "taken"
    except (OSError, NotImplementedError):
        # a read-only folder, or a network drive without locks
        return "none"
    return lock


def _release(lock: BaseFileLock | str | None, *, remove: bool) -> None:
    if lock is None or isinstance(lock, str):
        return
    if remove and os.name == "posix":
        # before it is released: afterwards it may be another's
        with suppress(OSError):
            Path(lock.lock_file).unlink(missing_ok=True)
    lock.release()

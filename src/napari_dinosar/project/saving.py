"""Writing a project's file: whole or not at all, and never over somebody else's work."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.io._atomic import replace_file
from napari_dinosar.project.document import Document

LOCK_WAIT_S = 30.0


class ChangedOnDiskError(DinosarError):
    """Somebody else has changed the file since it was read."""


@dataclass(frozen=True, eq=False)
class SaveJob:
    """A version of a project on its way to the disk; `write` may run in another thread.

    Attributes
    ----------
    path : Path
        The file.
    content : bytes
        What it will hold.
    document : Document
        What that says.
    base : str
        SHA-256 of the file that may be replaced; empty where there is to be none.
    version, mark, n_edits : int
        Where the project, its journal and its count of unsaved edits were.
    """

    path: Path
    content: bytes
    document: Document
    base: str
    version: int
    mark: int
    n_edits: int

    @property
    def sha256(self) -> str:
        """Checksum of the new content."""
        return checksum(self.content)

    def write(self) -> None:
        """Put the version in the place of the one before, which is kept as a backup.

        Raises
        ------
        ChangedOnDiskError
            If the file is not what it was.
        DinosarError
            If the disk refuses; the file is as it was.
        """
        with _alone(self.path):
            before = content_of(self.path) if self.base or self.path.exists() else b""
            if checksum(before) != self.base and (before or self.base):
                raise ChangedOnDiskError(
                    f"{self.path} was changed by somebody else since it was read, and is not "
                    "overwritten. Merge the two versions, or save a copy."
                )
            if before == self.content:
                return
            mode = self.path.stat().st_mode if before else None
            if before:
                _keep(self.path, before)
            replace_file(self.path, self.content)
            if mode is not None:
                with suppress(OSError):
                    os.chmod(self.path, mode)


def _keep(path: Path, content: bytes) -> None:
    """Make a backup of a file: a second name for what is on the disk already, or a copy of it."""
    fresh = path.with_name(f".dinosar-{uuid4().hex[:12]}.part")
    try:
        os.link(path, fresh)
        fresh.replace(backup_path(path))
    except OSError:
        # a file system without links, or a disk that will refuse the copy as well and say why
        replace_file(backup_path(path), content)
    finally:
        # still there where the backup is this version already: renaming does nothing then
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def backup_path(path: Path) -> Path:
    """Return where the version before the last save is kept."""
    return path.with_name(f"{path.name}.bak")


def checksum(content: bytes) -> str:
    """Return the SHA-256 of a file's content."""
    return hashlib.sha256(content).hexdigest()


def content_of(path: Path) -> bytes:
    """Return what a file holds.

    Raises
    ------
    DinosarError
        If it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise DinosarError(f"{path} cannot be read: {error.strerror}.") from error


def written_at(path: Path) -> datetime:
    """Return when a file was written last, with the zone."""
    return datetime.fromtimestamp(path.stat().st_mtime).astimezone()


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep two processes of ours from checking and replacing one file at one time."""
    from filelock import FileLock, Timeout

    lock = FileLock(path.with_name(f".{path.name}.saving.lock"), thread_local=False)
    try:
        lock.acquire(timeout=LOCK_WAIT_S)
    except Timeout as error:
        raise DinosarError(
            f"{path} has been saved by another process for {LOCK_WAIT_S:.0f} s. Try again when it "
            "has ended."
        ) from error
    except (OSError, NotImplementedError):
        # no locks here; where the folder is read-only the write itself says so
        yield
        return
    try:
        yield
    finally:
        lock.release()

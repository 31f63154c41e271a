"""The journal of a session: every edit on the disk before it counts as done.

One JSON object a line, in a file beside the project's. Each line holds a checksum over itself and
the line before, so that a torn end, a gap or a foreign line is found. The first line names the file
and the checksum of the version that the edits start from.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.io._atomic import reason, replace_file
from napari_dinosar.io.whole_files import whole_file

FORMAT = "napari-dinosar journal 1"
SAVING = "saving"
"""Key of a line that says which version of the file is about to be written."""

MAX_BYTES = 2**30
_SUM_LENGTH = 16


@dataclass(frozen=True, eq=False)
class JournalContent:
    """What a journal says.

    Attributes
    ----------
    header : mapping
        ``format``, ``file``, ``base`` (SHA-256 of the file), ``pid``, ``host``, ``opened``.
    entries : tuple of mapping
        All that follows and can be trusted.
    n_unreadable : int
        Lines after the first that cannot; 0 where only the last one was torn.
    """

    header: Mapping[str, Any]
    entries: tuple[Mapping[str, Any], ...]
    n_unreadable: int = 0


class Journal:
    """A journal that is being written.

    Where the disk refuses, nothing is lost in memory: what could not be written is tried again
    with the next entry, and `problem` says why until then.

    Parameters
    ----------
    path : Path
        A file that does not exist.
    header : mapping
        First line, with ``base`` among it.
    """

    def __init__(self, path: Path, header: Mapping[str, Any]) -> None:
        self.path = path
        self.problem = ""
        self._descriptor: int | None = None
        self._n_written = 0  # bytes that are on the disk for certain
        self._header = header
        self._is_stale = True
        self._lines: list[bytes] = []
        self.restart(str(header["base"]), ())

    def restart(self, base: str, entries: Iterable[Mapping[str, Any]]) -> None:
        """Begin anew from another version of the file, with some edits of it already."""
        self._header = {**self._header, "format": FORMAT, "base": base}
        self._entries: list[Mapping[str, Any]] = []
        self._lines = [_line("", self._header)]
        self._is_stale = True
        self.append(*entries)

    def append(self, *entries: Mapping[str, Any]) -> None:
        """Put entries on the disk; what `problem` says afterwards tells whether they are there."""
        for entry in entries:
            self._entries.append(entry)
            self._lines.append(_line(_sum_of(self._lines[-1]), entry))
        try:
            if self._is_stale:
                self._replace()
            else:
                self._extend()
            self.problem = ""
        except (OSError, DinosarError) as error:
            cause = error if isinstance(error, OSError) else error.__cause__
            why = f"{reason(cause)}." if isinstance(cause, OSError) else str(error)
            name = self._header["file"]
            self.problem = f"Edits of {name} are not kept safe: {why} Save a copy in another place."

    def __len__(self) -> int:
        """Return the number of entries since the journal began."""
        return len(self._entries)

    def since(self, mark: int) -> Sequence[Mapping[str, Any]]:
        """Return the entries after the first `mark` ones."""
        return self._entries[mark:]

    def close(self, *, remove: bool) -> None:
        """End the journal, and remove it where nothing of it is needed any more."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
        if remove:
            with suppress(OSError):
                self.path.unlink(missing_ok=True)

    def _replace(self) -> None:
        content = b"".join(self._lines)
        replace_file(self.path, content)
        self.close(remove=False)
        self._descriptor = os.open(
            self.path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0)
        )
        self._n_written, self._is_stale = len(content), False
        self._n_lines = len(self._lines)

    def _extend(self) -> None:
        assert self._descriptor is not None
        content = b"".join(self._lines[self._n_lines :])
        if not content:
            return
        if self.problem:
            # half a line may be there from the last attempt
            os.ftruncate(self._descriptor, self._n_written)
        write_all(self._descriptor, content)
        os.fsync(self._descriptor)
        self._n_written += len(content)
        self._n_lines = len(self._lines)


def write_all(descriptor: int, content: bytes) -> None:
    """Write all of some bytes, in as many goes as the system wants."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def read_journal(path: Path) -> JournalContent:
    """Read a journal as far as it can be trusted.

    Raises
    ------
    DinosarError
        If it cannot be read, or its first line is none of a journal.
    """
    content = whole_file(path, MAX_BYTES, choose="move it away", beyond="Move it away.")
    lines = content.split(b"\n")
    # what follows the last newline was torn while it was written
    whole = lines[:-1]
    entries: list[Mapping[str, Any]] = []
    before = ""
    for line in whole:
        entry = _entry(before, line)
        if entry is None:
            break
        entries.append(entry)
        before = _sum_of(line)
    if not entries or entries[0].get("format") != FORMAT:
        raise DinosarError(
            f"{path} is no journal of this version, or its beginning is damaged. Move it away; "
            "open the project with the version that wrote it to have its edits back."
        )
    n_bad = len(whole) - len(entries)
    is_last_torn = n_bad == 1 and not lines[-1]
    return JournalContent(entries[0], tuple(entries[1:]), 0 if is_last_torn else n_bad)


def _line(before: str, entry: Mapping[str, Any]) -> bytes:
    body = json.dumps(entry, separators=(",", ":")).encode("ascii")
    return b'{"sum":"' + _checksum(before, body) + b'","entry":' + body + b"}\n"


def _entry(before: str, line: bytes) -> Mapping[str, Any] | None:
    """Return what a line says; None where it is not what was written there."""
    start = len(b'{"sum":"') + _SUM_LENGTH + len(b'","entry":')
    body = line[start:-1]
    if line + b"\n" != b'{"sum":"' + _checksum(before, body) + b'","entry":' + body + b"}\n":
        return None
    entry = json.loads(body)
    return entry if isinstance(entry, dict) else None


def _sum_of(line: bytes) -> str:
    start = len(b'{"sum":"')
    return line[start : start + _SUM_LENGTH].decode("ascii")


def _checksum(before: str, body: bytes) -> bytes:
    return hashlib.sha256(before.encode() + body).hexdigest()[:_SUM_LENGTH].encode()

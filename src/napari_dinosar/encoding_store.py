"""Encodings on disk: what a network said of a canvas, kept for later sessions and other processes.

One safetensors file holds what is known of one canvas under one network and arithmetic; each layer
of it is an entry with a checksum. Nothing here ever stops a comparison: what cannot be read is
computed again, and what cannot be written is not kept.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.backbones.encoding_files import (
    Array,
    EncodingKey,
    Entry,
    file_content,
    grid_of,
    half_precision,
    packed_entry,
    read_entries,
)
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.io._atomic import write_file

__all__ = [
    "EncodingKey",
    "EncodingStore",
    "Entry",
    "StoreStatistics",
    "cache_folder",
    "half_precision",
]

CACHE_VARIABLE = "DINOSAR_CACHE_DIR"
DEFAULT_LIMIT_BYTES = 5_000_000_000
LOCK_WAIT_S = 1.0

_OWN_NAME = re.compile(r"[0-9a-f]{40}\.safetensors")
_PART_NAME = re.compile(r"\.[0-9a-f]{12}\.part")
_COUNTERS = ("hits", "misses")
_LOCK = "lock"
_ABANDONED_S = 3600.0


@dataclass(frozen=True)
class StoreStatistics:
    """What lies in the store, and how often it could help.

    Attributes
    ----------
    folder : Path
        Where the encodings lie.
    n_files : int
        How many canvases are known.
    n_bytes : int
        Size of their files.
    limit_bytes : int
        Size that they may reach.
    hits, misses : int
        Look-ups, in all sessions, that found everything they asked for, and that did not.
    enabled : bool
        Whether the store is used.
    """

    folder: Path
    n_files: int
    n_bytes: int
    limit_bytes: int
    hits: int
    misses: int
    enabled: bool = True

    @property
    def hit_rate(self) -> float | None:
        """Share of the look-ups that found everything; None before the first one."""
        return self.hits / (self.hits + self.misses) if self.hits or self.misses else None


class EncodingStore:
    """Tokens and attention on disk, by canvas, weights and arithmetic.

    Safe with several threads and processes. When the files grow over the limit those that were
    used longest ago go.

    Parameters
    ----------
    folder : path, optional
        Where the files lie; ``encodings`` in `cache_folder` when None. Made when first needed.
    limit_bytes : float
        Size that the files may have together.
    enabled : bool
        Whether anything is read or written at all.

    Attributes
    ----------
    warning : str or None
        One sentence on why the last encoding could not be kept; None when nothing went wrong.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str] | None = None,
        limit_bytes: float = DEFAULT_LIMIT_BYTES,
        enabled: bool = True,
    ) -> None:
        self.folder = cache_folder() / "encodings" if folder is None else Path(folder)
        self.limit_bytes = int(limit_bytes)
        self.enabled = enabled
        self.warning: str | None = None

    def get(
        self,
        key: EncodingKey,
        tokens: Sequence[int] = (),
        attention: Sequence[int] = (),
        grid: tuple[int, int] | None = None,
    ) -> dict[Entry, Array | None]:
        """Look entries up; they then count as just used.

        Parameters
        ----------
        key : EncodingKey
            Of which canvas, by what.
        tokens, attention : sequence of int
            Blocks whose tokens and whose attention are wanted, 0-based.
        grid : (int, int), optional
            Rows and columns of patches of the canvas: an entry of other size is not taken.

        Returns
        -------
        dict of (kind, block) to numpy.ndarray or None
            Tokens (rows, cols, dim), as `half_precision` rounds them, and attention (heads, rows,
            cols), exact; None for what is not here or is damaged.
        """
        asked = _entries(tokens, attention)
        if not self.enabled or not asked:
            return dict.fromkeys(asked)
        path = self.folder / key.file_name
        stored = read_entries(path, key, asked)
        if grid is not None:
            stored = {entry: a for entry, a in stored.items() if grid_of(entry, a) == grid}
        if stored:
            with suppress(OSError):
                os.utime(path)
        self._count("hits" if len(stored) == len(set(asked)) else "misses")
        return {entry: stored.get(entry) for entry in asked}

    def put(self, key: EncodingKey, entries: Mapping[Entry, Array]) -> bool:
        """Keep entries beside those that are known of the same canvas.

        Parameters
        ----------
        key : EncodingKey
            Of which canvas, by what.
        entries : mapping of (kind, block) to numpy.ndarray
            Tokens (rows, cols, dim) and attention (heads, rows, cols). Values that are no numbers
            are not kept.

        Returns
        -------
        bool
            Whether they are on disk now. Not so when the store is off, the disk refuses (then
            `warning` says why), or others write to it for longer than a second.
        """
        from filelock import FileLock, Timeout

        self.warning = None
        packed = {
            entry: packed_entry(entry, a) for entry, a in entries.items() if np.isfinite(a).all()
        }
        if not self.enabled or not packed:
            return False
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self.folder / _LOCK, timeout=LOCK_WAIT_S):
                return self._write(key, packed)
        except Timeout:
            return False
        except (OSError, NotImplementedError) as error:
            reason = getattr(error, "strerror", None) or error
            self.warning = (
                f"Encodings are not kept in {self.folder} and will be computed again next time: "
                f"{reason}."
            )
            return False

    def statistics(self) -> StoreStatistics:
        """Count files, bytes, hits and misses."""
        sizes = [status.st_size for _, status in self._files(_OWN_NAME)]
        hits, misses = (_size(self.folder / name) for name in _COUNTERS)
        return StoreStatistics(
            self.folder, len(sizes), sum(sizes), self.limit_bytes, hits, misses, self.enabled
        )

    def clear(self) -> None:
        """Remove all encodings and counts, and nothing else that lies in the folder.

        Raises
        ------
        DinosarError
            When a file cannot be removed, or another process is writing.
        """
        from filelock import FileLock, Timeout

        if not self.folder.is_dir():
            return
        try:
            with FileLock(self.folder / _LOCK, timeout=LOCK_WAIT_S):
                for pattern in (_OWN_NAME, _PART_NAME):
                    for path, _ in self._files(pattern):
                        path.unlink(missing_ok=True)
                for name in _COUNTERS:
                    (self.folder / name).unlink(missing_ok=True)
        except Timeout:
            raise DinosarError(
                f"{self.folder} was not emptied: another process is writing to it. Try again."
            ) from None
        except (OSError, NotImplementedError) as error:
            reason = getattr(error, "strerror", None) or error
            raise DinosarError(
                f"{self.folder} was not emptied: {reason}. Remove its files by hand."
            ) from error

    def _write(self, key: EncodingKey, fresh: dict[Entry, NDArray[Any]]) -> bool:
        """Merge with what the file holds and put the whole in its place; under the lock."""
        path = self.folder / key.file_name
        known = {
            entry: packed_entry(entry, array) for entry, array in read_entries(path, key).items()
        }
        if len({grid_of(entry, array) for entry, array in (known | fresh).items()}) > 1:
            known = {}
        if fresh.keys() <= known.keys():
            os.utime(path)
            return True
        content = file_content(key, fresh | known)
        if len(content) > self.limit_bytes:
            return False
        part = self.folder / f".{uuid4().hex[:12]}.part"
        try:
            write_file(part, content)
            part.replace(path)
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
        self._forget_oldest(spare=path)
        return True

    def _forget_oldest(self, spare: Path) -> None:
        """Remove files, longest unused first, until the rest is within the limit."""
        for path, status in self._files(_PART_NAME):
            if time.time() - status.st_mtime > _ABANDONED_S:
                with suppress(OSError):
                    path.unlink()
        files = sorted(self._files(_OWN_NAME), key=lambda file: file[1].st_mtime_ns)
        excess = sum(status.st_size for _, status in files) - self.limit_bytes
        for path, status in files:
            if excess <= 0:
                return
            if path == spare:
                continue
            with suppress(OSError):
                path.unlink()
                excess -= status.st_size

    def _files(self, pattern: re.Pattern[str]) -> Iterator[tuple[Path, os.stat_result]]:
        """Yield the files of ours; others come and go meanwhile."""
        with suppress(OSError), os.scandir(self.folder) as found:
            for file in found:
                with suppress(OSError):
                    if pattern.fullmatch(file.name) and file.is_file(follow_symlinks=False):
                        yield Path(file.path), file.stat(follow_symlinks=False)

    def _count(self, name: str) -> None:
        """Count by one byte more in a file: appending needs no lock, and a loss does no harm."""
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            with (self.folder / name).open("ab", buffering=0) as counter:
                counter.write(b".")


def cache_folder() -> Path:
    """Return the folder for what can be made again: DINOSAR_CACHE_DIR, or the user's own."""
    if named := os.environ.get(CACHE_VARIABLE):
        return Path(named).expanduser()
    import platformdirs

    return Path(platformdirs.user_cache_dir("napari-dinosar", appauthor=False))


def _entries(tokens: Sequence[int], attention: Sequence[int]) -> list[Entry]:
    return [
        *(("tokens", int(block)) for block in tokens),
        *(("attention", int(block)) for block in attention),
    ]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0

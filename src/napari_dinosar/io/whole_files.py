"""Files read into memory at once: only what is a file, and no larger than it can be meant."""

from __future__ import annotations

import stat
from pathlib import Path

from napari_dinosar.core.errors import DinosarError


def whole_file(path: Path, most: int, *, choose: str, beyond: str) -> bytes:
    """Return what a file holds.

    Parameters
    ----------
    path : Path
        The file.
    most : int
        The bytes that it may have.
    choose : str
        What a message says to do about what is no file, as ``choose a table``.
    beyond : str
        What it says about a file with more bytes, in sentences.

    Raises
    ------
    DinosarError
        If it is no file, is too large, or cannot be read.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise DinosarError(f"{path} is not a file; {choose}.")
        if status.st_size > most:
            raise DinosarError(
                f"{path} has {_in_words(status.st_size)}; files of up to {_in_words(most)} are "
                f"read. {beyond}"
            )
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise DinosarError(f"{path} cannot be read: {error}.") from error


def first_bytes(path: Path, count: int) -> bytes:
    """Return how a file begins; nothing for what is not there, is no file or cannot be read."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return b""
        with path.open("rb") as stream:
            return stream.read(count)
    except (OSError, ValueError):
        return b""


def _in_words(n_bytes: int) -> str:
    return f"{n_bytes / 2**20:.0f} MB" if n_bytes >= 2**20 else f"{n_bytes / 1024:.0f} KB"

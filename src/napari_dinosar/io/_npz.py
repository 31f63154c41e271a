"""Npz files of strangers: read without pickle, and never larger in memory than they may be."""

from __future__ import annotations

import stat
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Collection
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from napari_dinosar.core.errors import DinosarError

MAX_BYTES = 3 * 2**30
"""The most that the arrays of a file may take: two masks of the largest photos and attention."""

_SUFFIX = ".npy"
_END_OF_UNICODE = 0x110000

# What zipfile and numpy raise on damaged files
_DAMAGE = (
    OSError, EOFError, ValueError, KeyError, TypeError, RuntimeError, NotImplementedError,
    MemoryError, RecursionError, OverflowError, struct.error, zipfile.BadZipFile, zlib.error,
    tokenize.TokenError, SyntaxError,
)  # fmt: skip


def read_npz(path: Path, wanted: Collection[str], what: str) -> dict[str, NDArray[Any]]:
    """Return the arrays of an npz file that are wanted and there, in the order of the file.

    Parameters
    ----------
    path : Path
        The file.
    wanted : collection of str
        Names of arrays; others are not read.
    what : str
        What messages call the file that is wanted.

    Raises
    ------
    DinosarError
        If it is not a file of arrays, is damaged, needs pickle, or unpacks to more than
        `MAX_BYTES`.
    """
    _refuse_no_file(path, what)
    try:
        with zipfile.ZipFile(path) as archive:
            members = {
                info.filename.removesuffix(_SUFFIX): info
                for info in archive.infolist()
                if info.filename.endswith(_SUFFIX)
            }
            members = {name: info for name, info in members.items() if name in wanted}
            n_bytes = sum(info.file_size for info in members.values())
            if n_bytes > MAX_BYTES:
                raise DinosarError(
                    f"{path} is not read: its arrays would take {n_bytes / 2**30:.1f} GB of "
                    f"memory, and {MAX_BYTES / 2**30:g} GB are the most."
                )
            return {name: _array(archive, info) for name, info in members.items()}
    except zipfile.BadZipFile as error:
        raise DinosarError(f"{path} is not {what} (npz), or was cut off: {error}.") from error
    except _DAMAGE as error:
        raise DinosarError(f"{path} is damaged: {error or type(error).__name__}.") from error


def _refuse_no_file(path: Path, what: str) -> None:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DinosarError(f"{path} cannot be read: {reason}.") from error
    if not stat.S_ISREG(mode):
        raise DinosarError(f"{path} is not a file; choose {what} (npz).")


def _array(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> NDArray[Any]:
    """Read one array, whose header must promise just the bytes that the archive holds for it."""
    with archive.open(info) as stream:
        version = npy.read_magic(stream)
        if version == (1, 0):
            shape, _, dtype = npy.read_array_header_1_0(stream)
        elif version == (2, 0):
            shape, _, dtype = npy.read_array_header_2_0(stream)
        else:
            raise ValueError(f"array {info.filename} is of an unknown kind")
        if dtype.hasobject:
            raise ValueError(f"array {info.filename} holds Python objects, which are not read")
        n_bytes = info.file_size - stream.tell()
        if min(shape, default=0) < 0 or prod(shape) * dtype.itemsize != n_bytes:
            raise ValueError(f"array {info.filename} is not of the size that it says")
    with archive.open(info) as stream:
        array: NDArray[Any] = npy.read_array(stream, allow_pickle=False)
    if array.dtype.kind == "U":
        _refuse_odd_letters(array, info.filename)
    return array


def _refuse_odd_letters(array: NDArray[Any], name: str) -> None:
    """Refuse text that is not Unicode, which numpy keeps and Python cannot hold."""
    codes = np.frombuffer(array.tobytes(), np.dtype("u4").newbyteorder(array.dtype.byteorder))
    if (codes >= _END_OF_UNICODE).any() or ((codes >= 0xD800) & (codes < 0xE000)).any():
        raise ValueError(f"array {name} holds text that is not Unicode")

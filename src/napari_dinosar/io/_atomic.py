"""Folders and files that appear on disk whole or not at all, and never in place of foreign ones."""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TypeAlias
from uuid import uuid4

from napari_dinosar.core.errors import DinosarError

DROPPINGS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""Files that file managers leave in any folder they show."""

IsOwn: TypeAlias = "Callable[[str], bool]"
"""Tells whether a path inside the folder is one of ours; that of a sub-folder ends in ``/``."""

_FOREIGN_NAMED = 5
_PLAIN_NAME = re.compile(r"[^/\\\0]+")

_REASONS = {
    errno.ENOSPC: ("the disk is full; free some space", " or choose another disk"),
    errno.EDQUOT: ("the disk quota is used up; free some space", " or choose another disk"),
    errno.EROFS: ("the disk is read-only", "; choose another folder"),
    errno.EACCES: ("writing is not permitted", "; choose another folder"),
    errno.EPERM: ("writing is not permitted", "; choose another folder"),
    errno.ENAMETOOLONG: ("the name is too long", "; choose a shorter one"),
}


def write_folder(
    folder: Path,
    files: Mapping[str, bytes],
    *,
    mark: str,
    is_own: IsOwn,
    overwrite: bool = False,
    guests: Mapping[str, bytes] | None = None,
) -> Path:
    """Write a folder of files so that it appears complete, by one rename.

    Parameters
    ----------
    folder : Path
        The folder to make, in one that exists.
    files : mapping of str to bytes
        Content by file name; ``sub/name`` lies in a sub-folder.
    mark : str
        The file that shows a folder to be one of ours.
    is_own : callable
        Which files an earlier folder may hold and still be replaced.
    overwrite : bool
        Whether an earlier folder of ours may be replaced; it is kept until the new one is whole.
    guests : mapping of str to bytes, optional
        Files that come along and are not ``is_own``: a folder that holds one is never replaced.

    Returns
    -------
    Path
        The folder, absolute.

    Raises
    ------
    DinosarError
        If the place is taken or the disk refuses; nothing is left behind and an earlier folder
        is as it was.
    """
    guests = guests or {}
    if not all(is_own(name) for name in files) or not all(map(_is_inside, (*files, *guests))):
        names = ", ".join((*files, *guests))
        raise ValueError(f"files of a folder have plain names of its own, not {names}")
    files = {**guests, **files}
    target = check_free(folder, mark=mark, is_own=is_own, overwrite=overwrite)
    fresh = target.parent / f".dinosar-{uuid4().hex[:12]}.part"
    try:
        fresh.mkdir()
        for name, content in files.items():
            (fresh / name).parent.mkdir(exist_ok=True)
            write_file(fresh / name, content)
        for written in {(fresh / name).parent for name in files}:
            _sync_folder(written)
        # Again, because others may have put files there while ours were written.
        check_free(target, mark=mark, is_own=is_own, overwrite=overwrite)
        if overwrite and target.exists():
            _exchange(fresh, target)
        else:
            fresh.rename(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise DinosarError(f"{target} was not written: {reason(error)}.") from error
    finally:
        # Under its new name after a success; in every other case, Ctrl+C included, not to be kept.
        shutil.rmtree(fresh, ignore_errors=True)
    return target


def check_free(folder: Path, *, mark: str, is_own: IsOwn, overwrite: bool = False) -> Path:
    """Return the absolute path of a folder that may be written, or raise with what is in the way.

    Raises
    ------
    DinosarError
        If the parent is missing, or the place is taken and may not be replaced.
    """
    if "\0" in str(folder):
        raise DinosarError(f"{str(folder)!a} cannot be the name of a folder; choose another name.")
    target = Path(os.path.abspath(folder))
    try:
        if not target.parent.is_dir():
            raise DinosarError(f"{target} cannot be made: {target.parent} is not a folder.")
        if not os.access(target.parent, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, f"no access to {target.parent}")
        if not os.path.lexists(target):
            return target
        if target.is_symlink() or not target.is_dir():
            raise DinosarError(f"{target} is not a folder; choose another name.")
        if not overwrite:
            raise DinosarError(f"{target} exists already; choose another name, or overwrite it.")
        foreign = sorted(islice(_foreign_entries(target, is_own), _FOREIGN_NAMED))
        names = [entry.name for entry in target.iterdir()]
    except OSError as error:
        raise DinosarError(f"{target} cannot be used: {reason(error)}.") from error
    if foreign:
        raise DinosarError(
            f"{target} is not overwritten because it holds other files: "
            f"{', '.join(foreign)}. Move them away, or choose another name."
        )
    if set(names) - DROPPINGS and mark not in names:
        raise DinosarError(
            f"{target} is not overwritten because it has no {mark}; choose another name."
        )
    return target


def write_file(path: Path, content: bytes) -> None:
    """Write a new file and have the system put it on the disk."""
    with path.open("xb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def replace_file(path: Path, content: bytes) -> None:
    """Write a file so that it appears complete, in the place of an earlier one.

    Raises
    ------
    DinosarError
        If the disk refuses; an earlier file is as it was.
    """
    fresh = path.with_name(f".dinosar-{uuid4().hex[:12]}.part")
    try:
        write_file(fresh, content)
        fresh.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise DinosarError(f"{path} was not written: {reason(error)}.") from error
    finally:
        # a read-only disk refuses this even where there is nothing, which is not what to tell of
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def _is_inside(name: str) -> bool:
    parts = name.split("/")
    return len(parts) <= 2 and all(
        _PLAIN_NAME.fullmatch(part) and part not in (".", "..") for part in parts
    )


def _foreign_entries(folder: Path, is_own: IsOwn, within: str = "") -> Iterator[str]:
    """Yield what is not ours in a folder and in its sub-folders, links and sockets among it."""
    with os.scandir(folder) as entries:
        for entry in entries:
            name = f"{within}{entry.name}"
            if entry.is_dir(follow_symlinks=False) and is_own(f"{name}/"):
                yield from _foreign_entries(Path(entry.path), is_own, f"{name}/")
            elif not entry.is_file(follow_symlinks=False) or not (
                is_own(name) or entry.name in DROPPINGS
            ):
                yield name


def _exchange(fresh: Path, target: Path) -> None:
    """Put the fresh folder in the place of the old one, which goes only then."""
    old = fresh.with_suffix(".old")
    target.rename(old)
    try:
        fresh.rename(target)
    except BaseException:
        _restore(old, target)
        raise
    # The new folder is in place: what cannot be removed of the old one is no failure to write.
    shutil.rmtree(old, ignore_errors=True)


def _restore(old: Path, target: Path) -> None:
    try:
        old.rename(target)
    except OSError as error:
        raise DinosarError(
            f"{target} was not replaced, and the earlier folder is now called {old}: "
            f"{reason(error)}."
        ) from error


def _sync_folder(folder: Path) -> None:
    """Have a folder's entries put on the disk, where the system can do that for folders."""
    if os.name != "posix":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def reason(error: OSError, *, is_chosen: bool = True) -> str:
    """Return why the disk refused, and what to do where that is known; no sentence.

    Parameters
    ----------
    error : OSError
        What it raised.
    is_chosen : bool
        Whether somebody chose the place, and can choose another one.
    """
    why, elsewhere = _REASONS.get(error.errno or 0, (error.strerror or str(error), ""))
    return f"{why}{elsewhere}" if is_chosen else why

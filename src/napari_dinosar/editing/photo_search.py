"""Where the photos of a file of landmarks lie: looked for by name, near the file."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.landmark_frames import last_part, stem
from napari_dinosar.project.photo_files import SUFFIXES

DEEPEST = 3
MOST_ENTRIES = 200_000


@dataclass(frozen=True)
class PhotoSearch:
    """The photos in a folder and near below it.

    Attributes
    ----------
    folder : Path
        Where they were looked for.
    names : tuple of str
        Their paths inside the folder, with forward slashes.
    is_whole : bool
        Whether all of the folder was looked through; a very large one is not.
    """

    folder: Path
    names: tuple[str, ...]
    is_whole: bool = True

    def candidates(self, wanted: Iterable[str]) -> tuple[str, ...]:
        """Return the photos that some names may mean, all of those that are alike among them.

        Parameters
        ----------
        wanted : iterable of str
            Names as a file of landmarks gives them, with folders or suffixes or without.
        """
        by_stem: dict[str, list[str]] = {}
        for name in self.names:
            by_stem.setdefault(_key(name), []).append(name)
        keys = dict.fromkeys(key for one in wanted for key in (_key(one), _whole(one)))
        return tuple(dict.fromkeys(name for key in keys for name in by_stem.get(key, ())))


def search_photos(folder: Path) -> PhotoSearch:
    """Look for photos in a folder and in folders inside it, `DEEPEST` levels down.

    No photo is opened. Hidden folders are left out.

    Parameters
    ----------
    folder : Path
        The folder.

    Raises
    ------
    DinosarError
        If it is no folder.
    """
    if not folder.is_dir():
        raise DinosarError(f"{folder} is not a folder; choose the folder of the photos.")
    names: list[str] = []
    n_entries = 0
    for place, folders, files in os.walk(folder):
        inside = Path(place).relative_to(folder)
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        if len(inside.parts) >= DEEPEST:
            folders.clear()
        n_entries += len(files) + len(folders)
        names += [
            (inside / one).as_posix()
            for one in sorted(files)
            if os.path.splitext(one)[1].lower() in SUFFIXES and not one.startswith(".")
        ]
        if n_entries > MOST_ENTRIES:
            return PhotoSearch(folder, tuple(names), is_whole=False)
    return PhotoSearch(folder, tuple(names))


def _key(name: str) -> str:
    return stem(name).casefold()


def _whole(name: str) -> str:
    """Return a name whose last part has a dot and yet no suffix: an id such as ``No. 7``."""
    return last_part(name).casefold()

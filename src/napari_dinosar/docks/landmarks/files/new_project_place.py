"""Where the file of a new project goes: in the folder that all of its photos are in or below."""

from __future__ import annotations

import itertools
import os
from collections.abc import Sequence
from pathlib import Path

NAME = "landmarks"


def top_folder(photos: Sequence[Path]) -> Path:
    """Return the folder that photos lie in, or the nearest above them all."""
    folders = {str(photo.expanduser().absolute().parent) for photo in photos}
    try:
        return Path(os.path.commonpath(folders))
    except ValueError:  # on other drives: what is said of the place later says so
        return photos[0].parent


def home_folder(folder: Path, photos: Sequence[Path]) -> Path:
    """Return a folder where its photos lie in or below it, or else the one that they lie in."""
    top = top_folder(photos)
    return folder if top.is_relative_to(folder) else top


def free_place(folder: Path) -> Path:
    """Return a file for a project that is not there yet."""
    names = itertools.chain((NAME,), (f"{NAME}_{n}" for n in itertools.count(2)))
    places = (folder / f"{name}.json" for name in names)
    return next(place for place in places if not os.path.lexists(place))

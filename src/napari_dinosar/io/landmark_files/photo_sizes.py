"""Sizes of the photos in a folder, read from the beginnings of their files."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from os import PathLike
from pathlib import Path

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.photo import MAX_PIXELS
from napari_dinosar.io.photos import FORMATS

SUFFIXES = frozenset(
    f".{name}"
    for name in (
        *("jpg", "jpeg", "jpe", "png", "tif", "tiff", "webp"),
        *("bmp", "gif", "jp2", "j2k", "ppm", "pgm"),
    )
)
MAX_PHOTOS = 200_000
_ORIENTATION, _SIDEWAYS = 274, (5, 6, 7, 8)
_DAMAGE = (OSError, SyntaxError, ValueError, TypeError, KeyError, EOFError, struct.error)


def photo_sizes(folder: str | PathLike[str]) -> dict[str, tuple[int, int]]:
    """Return width and height of the photos in a folder and in folders inside it.

    Sizes are those of the upright photo, as EXIF says it. Pixels are not read. Files that are no
    photo are left out.

    Parameters
    ----------
    folder : str or Path
        The folder.

    Returns
    -------
    dict of str to (int, int)
        By the path inside the folder, with forward slashes.

    Raises
    ------
    DinosarError
        If it is no folder, or holds too many photos.
    """
    top = Path(folder)
    if not top.is_dir():
        raise DinosarError(f"{top} is not a folder; choose the folder of the photos.")
    sizes: dict[str, tuple[int, int]] = {}
    for path in _photos(top):
        size = photo_size(path)
        if size is not None:
            sizes[path.relative_to(top).as_posix()] = size
        if len(sizes) > MAX_PHOTOS:
            raise DinosarError(f"{top} holds more than {MAX_PHOTOS:,} photos; choose one folder.")
    return sizes


def photo_size(path: Path) -> tuple[int, int] | None:
    """Return width and height of an upright photo without reading its pixels.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    (int, int) or None
        None of a file that is no photo, or none that would be opened.
    """
    from PIL import Image

    try:
        if not path.is_file():
            return None
        with Image.open(path, formats=FORMATS) as image:
            width, height = image.size
            is_sideways = image.getexif().get(_ORIENTATION) in _SIDEWAYS
    except (*_DAMAGE, Image.DecompressionBombError):
        return None
    if not 0 < width * height <= MAX_PIXELS:
        return None
    return (height, width) if is_sideways else (width, height)


def _photos(top: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(top):
        folders.sort()
        for name in sorted(names):
            if os.path.splitext(name)[1].lower() in SUFFIXES:
                yield Path(folder, name)

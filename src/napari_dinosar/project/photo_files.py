"""Which photo files a project lists, and by which names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from napari_dinosar.core.errors import DinosarError

_JPEG, _TIFF = (".jpg", ".jpeg", ".jpe", ".jp2", ".j2k"), (".tif", ".tiff")
SUFFIXES = frozenset((*_JPEG, *_TIFF, ".png", ".webp", ".bmp", ".gif", ".ppm", ".pgm", ".pnm"))
"""Of the formats that photos are read in."""


def listed_photos(photos: str | Path | Sequence[Path], folder: Path) -> tuple[str, ...]:
    """Return the names of photos relative to the folder of a project; none is opened.

    Parameters
    ----------
    photos : str, Path or sequence of Path
        A folder, whose photos are taken in the order of their names, or photo files.
    folder : Path
        Where the file of the project lies.

    Raises
    ------
    DinosarError
        If there are none, one is listed twice, or one lies elsewhere: then the project could not
        be moved to another machine together with its photos.
    """
    if isinstance(photos, str | Path):
        place = Path(photos).expanduser().resolve()
        try:
            files = sorted(
                one
                for one in place.iterdir()
                if one.suffix.lower() in SUFFIXES and not one.name.startswith(".")
            )
        except OSError as error:
            raise DinosarError(f"{place} cannot be listed: {error.strerror}.") from error
    else:
        files = [Path(one).expanduser().absolute() for one in photos]
    if not files:
        raise DinosarError(f"There are no photos in {photos}. Choose a folder that holds some.")
    names = [_relative(one, folder) for one in files]
    if len(set(names)) < len(names):
        raise DinosarError("A photo is listed twice; list each once.")
    return tuple(names)


def _relative(photo: Path, folder: Path) -> str:
    try:
        return photo.relative_to(folder).as_posix()
    except ValueError:
        pass
    try:
        return photo.resolve().relative_to(folder).as_posix()
    except ValueError as error:
        raise DinosarError(
            f"{photo} is not in {folder} or a folder in it. Put the file of the project beside "
            "the photos, so that they can be moved together."
        ) from error

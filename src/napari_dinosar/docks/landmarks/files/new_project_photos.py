"""Which photos a new project is of: those of a folder, some files, or what napari shows."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.photo import Photo
from napari_dinosar.docks.pairing import can_be_photo
from napari_dinosar.io._atomic import replace_file
from napari_dinosar.layers import photo_from_layer
from napari_dinosar.project.photo_files import listed_photos


@dataclass(frozen=True, eq=False)
class Photos:
    """The photos of a project to be.

    Attributes
    ----------
    files : tuple of Path
        Photos on the disk.
    pixels : tuple of Photo
        Photos that napari shows and no file holds.
    notes : tuple of str
        What was left out, and why.
    is_of_layers : bool
        Whether napari shows them already.
    """

    files: tuple[Path, ...] = ()
    pixels: tuple[Photo, ...] = ()
    notes: tuple[str, ...] = ()
    is_of_layers: bool = False

    def set_aside(self, layers: Iterable[Any]) -> None:
        """Hide the layers that they were taken of, since the editor shows them from now on."""
        if self.is_of_layers:
            for layer in filter(can_be_photo, layers):
                layer.visible = False


def photos_of_layers(layers: Iterable[Any]) -> Photos:
    """Return the photos that layers of napari show.

    Parameters
    ----------
    layers : iterable of Layer
        A viewer's; those that are no photos are passed over.
    """
    files: dict[Path, None] = {}
    pixels: list[Photo] = []
    notes: list[str] = []
    for layer in layers:
        if not can_be_photo(layer):
            continue
        try:
            photo = photo_from_layer(layer)
        except DinosarError as error:
            notes.append(str(error))
            continue
        if photo.path is None:
            pixels.append(photo)
        else:
            files[photo.path] = None
    return Photos(tuple(files), tuple(pixels), tuple(notes), is_of_layers=True)


def with_files(photos: Photos, place: Path) -> Photos:
    """Return photos of which each has a file, written beside a project that is about to be made.

    Raises
    ------
    DinosarError
        If the project cannot be made there, which is found before any photo is written.
    """
    if photos.files:
        listed_photos(photos.files, place.parent)
    if place.exists():
        raise DinosarError(f"{place} exists already; choose another name.")
    files = (*photos.files, *save_pixels(photos.pixels, place.parent))
    return replace(photos, files=files, pixels=())


def save_pixels(photos: Sequence[Photo], folder: Path) -> tuple[Path, ...]:
    """Write photos as PNG files under names that are free.

    Parameters
    ----------
    photos : sequence of Photo
        What is written; PNG keeps every pixel.
    folder : Path
        Where to.

    Returns
    -------
    tuple of Path
        The files.

    Raises
    ------
    DinosarError
        If the disk refuses.
    """
    from PIL import Image

    paths = []
    for photo in photos:
        stream = io.BytesIO()
        Image.fromarray(photo.rgb).save(stream, "PNG")
        path = _free_name(folder, photo.name)
        replace_file(path, stream.getvalue())
        paths.append(path)
    return tuple(paths)


def _free_name(folder: Path, name: str) -> Path:
    """Return a name that is not there; what a disk may not take is left out of it."""
    stem = re.sub(r"[^\w .()-]+", "_", Path(name).stem).strip(" .") or "photo"
    numbers = ("", *(f"_{number}" for number in range(2, 10_000)))
    places = (folder / f"{stem}{number}.png" for number in numbers)
    free = next((place for place in places if not os.path.lexists(place)), None)
    if free is None:
        raise DinosarError(f"{folder} holds too many files called {stem}; choose another folder.")
    return free

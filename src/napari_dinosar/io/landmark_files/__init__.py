"""Files of landmarks in the formats of morphometrics and of pose tracking, as one model."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from os import PathLike
from pathlib import Path
from typing import TypeAlias

from napari_dinosar.core._landmark_checks import listed
from napari_dinosar.core.digitised import Dataset
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.landmark_frames import (
    PhotoSizes,
    negatives,
    with_sizes,
    without_negatives,
)
from napari_dinosar.io._atomic import replace_file
from napari_dinosar.io.landmark_files._text import Written, head_of
from napari_dinosar.io.landmark_files.coco_keypoints import (
    coco_text,
    is_coco,
    read_coco_keypoints,
)
from napari_dinosar.io.landmark_files.deeplabcut import (
    deeplabcut_text,
    is_deeplabcut,
    read_deeplabcut,
)
from napari_dinosar.io.landmark_files.imglab import is_imglab, read_imglab
from napari_dinosar.io.landmark_files.morphoj import is_morphoj, morphoj_text, read_morphoj
from napari_dinosar.io.landmark_files.photo_sizes import photo_sizes
from napari_dinosar.io.landmark_files.stereomorph import is_stereomorph, read_stereomorph
from napari_dinosar.io.landmark_files.tidy_csv import is_tidy, read_tidy, tidy_text
from napari_dinosar.io.landmark_files.tps import is_tps, read_tps, tps_text

__all__ = [
    "FORMATS",
    "Format",
    "format_of",
    "landmark_text",
    "photo_sizes",
    "read_landmarks",
    "write_landmarks",
]

Reader: TypeAlias = Callable[[Path], Dataset]
Writer: TypeAlias = Callable[[Dataset], Written]
Guess: TypeAlias = Callable[[str], bool]


@dataclass(frozen=True)
class Format:
    """One format of landmark files.

    Attributes
    ----------
    title : str
        What people call it.
    looks_like : callable
        Whether the first lines of a file may be of the format.
    read : callable
        Reads a file as it is.
    text : callable or None
        Makes the text of a file; None where it is only read.
    suffixes : tuple of str
        File names that ask for it when they are written.
    negatives_are_missing : bool
        Whether two negative coordinates mean a missing landmark of a specimen with a photo.
    """

    title: str
    looks_like: Guess
    read: Reader
    text: Writer | None
    suffixes: tuple[str, ...] = ()
    negatives_are_missing: bool = False


FORMATS: Mapping[str, Format] = {
    "coco": Format("COCO keypoints", is_coco, read_coco_keypoints, coco_text, (".json",)),
    "tps": Format("TPS", is_tps, read_tps, tps_text, (".tps",), True),
    "tps-na": Format("TPS with NA", is_tps, read_tps, partial(tps_text, missing="NA"), (), True),
    "deeplabcut": Format("DeepLabCut's table", is_deeplabcut, read_deeplabcut, deeplabcut_text),
    "csv": Format("tidy table", is_tidy, read_tidy, tidy_text, (".csv",)),
    "stereomorph": Format("StereoMorph's shapes", is_stereomorph, read_stereomorph, None),
    "imglab": Format("imglab's XML", is_imglab, read_imglab, None),
    "morphoj": Format("MorphoJ's text", is_morphoj, read_morphoj, morphoj_text),
}
"""Formats by the names that the command line knows them by."""


def read_landmarks(
    path: str | PathLike[str],
    format: str | None = None,  # noqa: A002 - what users call it
    *,
    photo_sizes: PhotoSizes | None = None,
    negatives_are_missing: bool | None = None,
) -> Dataset:
    """Read a file of landmarks in any of the formats.

    Parameters
    ----------
    path : str or Path
        The file.
    format : str, optional
        One of `FORMATS`; found by the file's first lines without it.
    photo_sizes : mapping of str to (int, int), optional
        Width and height of photos by file name: with the height known, y of a TPS file counts
        from the top. Without it ``counts_y_up`` tells that it does not.
    negatives_are_missing : bool, optional
        Whether two negative coordinates mean a missing landmark. Without it they do where the
        format says so: in TPS, of specimens that name a photo.

    Returns
    -------
    Dataset
        What the file holds. Ids may repeat, where the file repeats them.

    Raises
    ------
    DinosarError
        If the file cannot be read, or is damaged; the message names file and place.
    """
    file = Path(path)
    kind = _known(format) if format is not None else format_of(file)
    form = FORMATS[kind]
    dataset = form.read(file)
    chosen = [
        place
        for place, one in enumerate(dataset.specimens)
        if negatives(one).any()
        and (
            negatives_are_missing
            if negatives_are_missing is not None
            else form.negatives_are_missing and bool(one.file_name)
        )
    ]
    if chosen:
        named = listed([dataset.specimens[place].specimen_id for place in chosen])
        dataset = replace(
            without_negatives(dataset, chosen),
            warnings=(
                *dataset.warnings,
                f"{file}: landmarks with two negative coordinates count as missing ({named}).",
            ),
        )
    return with_sizes(dataset, photo_sizes or {})


def write_landmarks(
    path: str | PathLike[str],
    dataset: Dataset,
    format: str | None = None,  # noqa: A002 - what users call it
    *,
    overwrite: bool = False,
) -> tuple[str, ...]:
    """Write a file of landmarks, whole or not at all.

    Parameters
    ----------
    path : str or Path
        The file to make.
    dataset : Dataset
        What it is to hold.
    format : str, optional
        One of `FORMATS`; found by the suffix without it.
    overwrite : bool
        Whether an existing file is replaced.

    Returns
    -------
    tuple of str
        One sentence for each thing that the format cannot hold.

    Raises
    ------
    DinosarError
        If the format cannot be told or written, the file exists, or the disk refuses.
    """
    file = Path(path)
    written = landmark_text(file, dataset, format)
    if os.path.lexists(file) and not overwrite:
        raise DinosarError(f"{file} exists already; choose another name, or overwrite it.")
    if os.path.lexists(file) and not file.is_file():
        raise DinosarError(f"{file} is not a file; choose another name.")
    if not file.parent.is_dir():
        raise DinosarError(f"{file} cannot be made: {file.parent} is not a folder.")
    replace_file(file, written.text.encode("utf-8"))
    return written.losses


def landmark_text(
    path: str | PathLike[str],
    dataset: Dataset,
    format: str | None = None,  # noqa: A002 - what users call it
) -> Written:
    """Return what `write_landmarks` would write, and what the format cannot hold.

    Raises
    ------
    DinosarError
        If the format cannot be told or written.
    """
    kind = _known(format) if format is not None else _of_suffix(Path(path))
    make = FORMATS[kind].text
    if make is None:
        raise DinosarError(
            f"{FORMATS[kind].title} is read and not written; choose {_names(written=True)}."
        )
    return make(dataset)


def format_of(path: str | PathLike[str]) -> str:
    """Return which of `FORMATS` a file has, by its first lines.

    Raises
    ------
    DinosarError
        If it cannot be read, or looks like none of them.
    """
    file = Path(path)
    head = head_of(file)
    for name, form in FORMATS.items():
        if form.looks_like(head):
            return name
    raise DinosarError(
        f"{file} looks like none of the formats that are read; name its format (--from-format): "
        f"{_names()}."
    )


def _known(name: str) -> str:
    if name not in FORMATS:
        raise DinosarError(f"{name!r} is no format of landmark files; choose {_names()}.")
    return name


def _of_suffix(file: Path) -> str:
    for name, form in FORMATS.items():
        if file.suffix.lower() in form.suffixes and form.text is not None:
            return name
    raise DinosarError(
        f"The name {file.name!r} does not say in which format to write; name the format "
        f"(--to-format): {_names(written=True)}."
    )


def _names(written: bool = False) -> str:
    return ", ".join(name for name, form in FORMATS.items() if form.text is not None or not written)

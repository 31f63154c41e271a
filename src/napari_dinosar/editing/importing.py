"""A file of landmarks on its way into a project: read, its photos found, examined, repaired."""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core._landmark_checks import listed
from napari_dinosar.core.digitised import Dataset, Digitised
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.foreground import threshold_foreground
from napari_dinosar.core.landmark_doctor import Finding, diagnose, repaired
from napari_dinosar.core.landmark_findings import Kind
from napari_dinosar.core.landmark_frames import SizeFinder
from napari_dinosar.core.steps import Step, ended
from napari_dinosar.editing.photo_search import PhotoSearch, search_photos
from napari_dinosar.io.landmark_files import FORMATS, format_of, read_landmarks
from napari_dinosar.io.landmark_files.photo_sizes import photo_size
from napari_dinosar.io.photos import read_photo

Key: TypeAlias = "tuple[Kind, tuple[int, ...]]"

N_MASKS = 5
MOST_MASKED_PIXELS = 40_000_000
_SIZES_BETWEEN_STEPS = 50
_NEARLY_ALL = 0.99
_CLEARLY = 0.3


@dataclass(frozen=True, eq=False)
class Import:
    """What was read, and what is known of its photos; nothing is repaired or written yet.

    Attributes
    ----------
    path : Path
        The file.
    kind : str
        Its format, one of `io.landmark_files.FORMATS`.
    dataset : Dataset
        As the file says: y may count from the bottom, negative coordinates are kept.
    folder : Path
        Where photos were looked for.
    sizes : mapping of str to (int, int)
        Width and height of the photos that may be meant, by their path inside the folder.
    masks : mapping of str to array (H, W)
        Masks of specimens on a few of them, where they are easily told from their backdrop.
    warnings : tuple of str
        What was odd, in sentences.
    """

    path: Path
    kind: str
    dataset: Dataset
    folder: Path
    sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    masks: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What people call the format."""
        return FORMATS[self.kind].title

    def photo(self, file_name: str) -> Path | None:
        """Return the photo that a name means, or None where there is none or several are alike."""
        name = self.finder.name(file_name)
        return None if name is None else self.folder / name

    @cached_property
    def finder(self) -> SizeFinder:
        """Finds the size of a photo, or the name it has, by the name that the file gives it."""
        return SizeFinder(self.sizes)

    def settled(self, one: Digitised) -> Digitised:
        """Return a specimen whose y counts from the top where its photo is known.

        A person has seen it on its photo by then, and decided whether to turn it over.
        """
        size = self.finder(one.file_name)
        return one if size is None else replace(one, size_xy=size, counts_y_up=False)


@dataclass(frozen=True, eq=False)
class Examination:
    """An import after some repairs.

    Attributes
    ----------
    dataset : Dataset
        With the repairs.
    applied : tuple of Finding
        What was repaired, in that order.
    left : tuple of Finding
        What is odd still.
    """

    dataset: Dataset
    applied: tuple[Finding, ...]
    left: tuple[Finding, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that is or was odd."""
        return (*self.applied, *self.left)


def read_for_import(path: Path, folder: Path | None = None, kind: str | None = None) -> Import:
    """Read a file of landmarks, and look for its photos.

    Parameters
    ----------
    path : Path
        The file.
    folder : Path, optional
        Where the photos are; the folder of the file by default.
    kind : str, optional
        Its format; found by its first lines by default.

    Raises
    ------
    DinosarError
        If the file cannot be read, or the folder is none.
    """
    return ended(reading(path, folder, kind))


def reading(
    path: Path, folder: Path | None = None, kind: str | None = None
) -> Generator[Step, None, Import]:
    """Do as `read_for_import`, and yield (stage, done, total) on the way."""
    yield f"Reading {path.name}", 0, 0
    kind = kind or format_of(path)
    # what negative coordinates mean is proposed with all else that is to be repaired
    dataset = read_landmarks(path, kind, negatives_are_missing=False)
    yield "Looking for photos", 0, 0
    search = search_photos(folder or path.absolute().parent)
    warnings = [*dataset.warnings]
    if not search.is_whole:
        warnings.append(
            f"{search.folder} is very large and was not looked through to its end. Choose the "
            "folder of the photos."
        )
    dataset, said = _named_by_id(dataset, search)
    sizes = yield from _sizes(dataset, search)
    found = Import(path, kind, dataset, search.folder, sizes, {}, (*warnings, *said))
    masks = yield from _masks(found)
    return replace(found, masks=masks)


def examined(found: Import, chosen: Collection[Key] | None = None) -> Examination:
    """Apply repairs one after another, each to what the ones before it left.

    Parameters
    ----------
    found : Import
        What was read.
    chosen : collection of (str, tuple of int), optional
        `key_of` each finding that is to be repaired; those that are decisive by default.

    Returns
    -------
    Examination
        Repaired, and examined anew.
    """
    dataset = found.dataset
    applied: list[Finding] = []
    while True:
        done = {key_of(one) for one in applied}
        left = [one for one in _diagnosed(dataset, found) if key_of(one) not in done]
        wanted = (
            one
            for one in left
            if one.repair
            and (is_decisive(one, dataset) if chosen is None else key_of(one) in chosen)
        )
        following = next(wanted, None)
        if following is None:
            return Examination(dataset, tuple(applied), tuple(left))
        dataset = repaired(dataset, following)
        applied.append(following)


def key_of(finding: Finding) -> Key:
    """Return what a finding is known by, however often an import is examined."""
    return finding.kind, finding.places


def is_decisive(finding: Finding, dataset: Dataset) -> bool:
    """Tell whether the repair of a finding is proposed as the one that is right.

    It is where the format or the names of files say so, and for y where bounds and masks do not
    speak against it. What rests on a guess is left to whoever looks at the photo.
    """
    if finding.kind == "y_flip":
        is_said = all(dataset.specimens[place].counts_y_up for place in finding.places)
        return _flip_is_decisive(finding, is_said)
    return finding.kind in ("negatives", "renamed_photo", "duplicate_ids", "resized_photo")


def _flip_is_decisive(finding: Finding, is_said: bool) -> bool:
    as_is, turned = finding.as_is, finding.turned
    if as_is is None or turned is None:
        return is_said
    gain = 0.0
    if as_is.in_mask is not None and turned.in_mask is not None:
        gain = turned.in_mask - as_is.in_mask
    if is_said:
        return turned.in_bounds >= as_is.in_bounds and gain > -_CLEARLY
    return turned.in_bounds > _NEARLY_ALL and (as_is.in_bounds < 1 - _CLEARLY or gain > _CLEARLY)


def _diagnosed(dataset: Dataset, found: Import) -> list[Finding]:
    """Return the findings, negative coordinates first: turned over, y would no more be negative."""
    findings = diagnose(dataset, found.sizes, found.masks)
    return sorted(findings, key=lambda one: one.kind != "negatives")


def _named_by_id(dataset: Dataset, search: PhotoSearch) -> tuple[Dataset, list[str]]:
    """Let specimens without a photo have the one that is called as they are."""
    nameless = [one for one in dataset.specimens if not one.file_name]
    find = SizeFinder(dict.fromkeys(search.names, (1, 1)))
    by_id = {one.specimen_id: find.name(one.specimen_id) for one in nameless}
    named = {key: name for key, name in by_id.items() if name is not None}
    if not named:
        return dataset, []
    specimens = tuple(
        one if one.file_name else replace(one, file_name=named.get(one.specimen_id, ""))
        for one in dataset.specimens
    )
    said = (
        f"The file names no photos; they were found by the ids of specimens ({listed([*named])})."
    )
    return replace(dataset, specimens=specimens), [said]


def _sizes(
    dataset: Dataset, search: PhotoSearch
) -> Generator[Step, None, dict[str, tuple[int, int]]]:
    names = search.candidates(one.file_name for one in dataset.specimens if one.file_name)
    sizes: dict[str, tuple[int, int]] = {}
    for number, name in enumerate(names):
        if number % _SIZES_BETWEEN_STEPS == 0:
            yield "Sizes of photos", number, len(names)
        size = photo_size(search.folder / name)
        if size is not None:
            sizes[name] = size
    return sizes


def _masks(found: Import) -> Generator[Step, None, dict[str, NDArray[np.bool_]]]:
    """Mask specimens on a few photos that are spread over the file."""
    names = [
        found.finder.name(one.file_name) for one in found.dataset.specimens if one.placed.any()
    ]
    usable = [
        name
        for name in dict.fromkeys(names)
        if name is not None and np.prod(found.sizes[name]) <= MOST_MASKED_PIXELS
    ]
    step = max(len(usable) // N_MASKS, 1)
    masks: dict[str, NDArray[np.bool_]] = {}
    for number, name in enumerate(usable[::step][:N_MASKS]):
        yield "Looking at some photos", number, N_MASKS
        try:
            foreground = threshold_foreground(read_photo(found.folder / name))
        except DinosarError:  # what cannot be masked tells nothing of where y counts from
            continue
        if not foreground.warnings:
            masks[name] = foreground.mask
    return masks

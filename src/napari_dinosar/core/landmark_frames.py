"""Where y counts from, and how large photos are: positions carried from one frame to another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.digitised import Dataset, Digitised

PhotoSizes: TypeAlias = "Mapping[str, tuple[int, int]]"
"""Width and height of photos by the names of their files."""

COUNT_KEY = "landmarks"
"""Extra of a specimen whose source lists fewer landmarks than other specimens have."""


def turned_over(one: Digitised, height: int) -> Digitised:
    """Return a specimen whose y counts from the other edge of its photo, ``y -> height - y``.

    This is how files of the tps family count: applied twice it gives the positions back.

    Parameters
    ----------
    one : Digitised
        The specimen.
    height : int
        Of its photo, in pixels.
    """
    return replace(
        one,
        xy=_turned(one.xy, height),
        curves=tuple(_turned(curve, height) for curve in one.curves),
        counts_y_up=not one.counts_y_up,
    )


def scaled(one: Digitised, factor: float) -> Digitised:
    """Return a specimen on a photo that was resized by a factor, ``(xy + .5) factor - .5``."""
    return replace(
        one,
        xy=(one.xy + 0.5) * factor - 0.5,
        curves=tuple((curve + 0.5) * factor - 0.5 for curve in one.curves),
        scale=None if one.scale is None else one.scale / factor,
    )


def without_negatives(dataset: Dataset, places: Iterable[int]) -> Dataset:
    """Return a dataset in which two negative coordinates mean a missing landmark.

    Parameters
    ----------
    dataset : Dataset
        Positions as a file has them.
    places : iterable of int
        The specimens it is true for, by their place in the dataset.
    """
    chosen = set(places)
    return replace(
        dataset,
        specimens=tuple(
            one.without(negatives(one)) if place in chosen else one
            for place, one in enumerate(dataset.specimens)
        ),
    )


def negatives(one: Digitised) -> NDArray[np.bool_]:
    """Return which landmarks have two negative coordinates, (K,)."""
    is_left: NDArray[np.bool_] = one.xy[:, 0] < 0
    is_beyond: NDArray[np.bool_] = one.xy[:, 1] < 0
    return is_left & is_beyond


def with_sizes(dataset: Dataset, sizes: PhotoSizes) -> Dataset:
    """Return a dataset that knows its photos' sizes, y counted from the top where it did not.

    Parameters
    ----------
    dataset : Dataset
        The specimens.
    sizes : mapping of str to (int, int)
        Width and height by file name; what a specimen states of its photo goes first.
    """
    find = SizeFinder(sizes)
    specimens = []
    for one in dataset.specimens:
        size = one.size_xy or find(one.file_name)
        if size is not None:
            known = replace(one, size_xy=size)
            one = turned_over(known, size[1]) if one.counts_y_up else known
        specimens.append(one)
    return replace(dataset, specimens=tuple(specimens))


class SizeFinder:
    """Finds the size of a photo by the name that a file of landmarks gives it.

    That is the whole name, or where one photo alone fits, its last part, or that without suffix.

    Parameters
    ----------
    sizes : mapping of str to (int, int)
        Width and height by file name, which may have folders.
    """

    def __init__(self, sizes: PhotoSizes) -> None:
        self._sizes = sizes
        self._names: dict[str, str | None] = {}
        for name in sizes:
            for short in {last_part(name), stem(name)}:
                self._names[short] = None if short in self._names else name

    def __call__(self, file_name: str) -> tuple[int, int] | None:
        """Return the size, or None where the photo is unknown or several fit."""
        name = self.name(file_name)
        return None if name is None else self._sizes[name]

    def name(self, file_name: str) -> str | None:
        """Return the name by which the sizes know the photo."""
        if not file_name:
            return None
        if file_name in self._sizes:
            return file_name
        return self._names.get(last_part(file_name)) or self._names.get(stem(file_name))


def last_part(file_name: str) -> str:
    """Return a file's name without folders, whichever slashes it has."""
    return PurePosixPath(file_name.replace("\\", "/")).name


def stem(file_name: str) -> str:
    """Return a file's name without folders and suffix."""
    return PurePosixPath(file_name.replace("\\", "/")).stem


def _turned(xy: NDArray[np.float64], height: int) -> NDArray[np.float64]:
    return np.column_stack([xy[:, 0], height - xy[:, 1]])

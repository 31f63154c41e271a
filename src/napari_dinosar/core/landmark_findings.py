"""What was found to be odd about imported landmarks, and the repairs that may be asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.digitised import Dataset, Digitised
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.landmark_frames import scaled, turned_over, without_negatives

Kind: TypeAlias = Literal[
    "y_flip",
    "wrong_scale",
    "resized_photo",
    "swapped_photos",
    "renamed_photo",
    "missing_photo",
    "out_of_bounds",
    "negatives",
    "duplicate_ids",
    "ragged_counts",
]

KINDS: tuple[Kind, ...] = get_args(Kind)

Masks: TypeAlias = "Mapping[str, NDArray[np.bool_]]"


@dataclass(frozen=True)
class Shares:
    """Which share of the landmarks lies where it may.

    Attributes
    ----------
    in_bounds : float
        Inside their photo.
    in_mask : float or None
        On their specimen; None where no mask is known.
    """

    in_bounds: float
    in_mask: float | None = None


@dataclass(frozen=True)
class Finding:
    """One thing that is odd, and the repair that is proposed.

    Attributes
    ----------
    kind : str
        What it is.
    sentence : str
        It in words.
    repair : str
        What `repaired` would do, in words; empty where there is nothing to propose.
    places : tuple of int
        The specimens that it is about, by their place in the dataset.
    names : tuple of str
        File names or ids that these specimens would have.
    factors : tuple of float
        What the positions of these specimens would be multiplied by.
    sizes : tuple of (int, int)
        Width and height of their photos.
    as_is, turned : Shares or None
        How well the landmarks lie as they are, and with y turned over.
    """

    kind: Kind
    sentence: str
    repair: str
    places: tuple[int, ...]
    names: tuple[str, ...] = ()
    factors: tuple[float, ...] = ()
    sizes: tuple[tuple[int, int], ...] = ()
    as_is: Shares | None = None
    turned: Shares | None = None


def repaired(dataset: Dataset, finding: Finding) -> Dataset:
    """Return a dataset to which the repair of a finding is applied.

    Parameters
    ----------
    dataset : Dataset
        The one that the finding is about, or that other repairs made of it.
    finding : Finding
        What was found.

    Raises
    ------
    DinosarError
        If there is nothing to propose.
    """
    if not finding.repair:
        raise DinosarError(f"There is no repair to apply. {finding.sentence}")
    if finding.kind == "negatives":
        return without_negatives(dataset, finding.places)
    specimens = list(dataset.specimens)
    for number, place in enumerate(finding.places):
        specimens[place] = _REPAIRS[finding.kind](specimens[place], finding, number)
    return replace(dataset, specimens=tuple(specimens))


def _flip(one: Digitised, finding: Finding, number: int) -> Digitised:
    size = finding.sizes[number]
    # whatever it said of itself: afterwards y counts from the top
    return replace(turned_over(one, size[1]), size_xy=one.size_xy or size, counts_y_up=False)


def _resize(one: Digitised, finding: Finding, number: int) -> Digitised:
    return replace(scaled(one, finding.factors[number]), size_xy=finding.sizes[number])


def _rename(one: Digitised, finding: Finding, number: int) -> Digitised:
    size = finding.sizes[number] if finding.sizes else one.size_xy
    return replace(one, file_name=finding.names[number], size_xy=size)


def _renumber(one: Digitised, finding: Finding, number: int) -> Digitised:
    return replace(one, specimen_id=finding.names[number])


def _drop_outside(one: Digitised, finding: Finding, number: int) -> Digitised:
    return one.without(one.placed & ~inside(one.xy, finding.sizes[number]))


_REPAIRS: dict[Kind, Callable[[Digitised, Finding, int], Digitised]] = {
    "y_flip": _flip,
    "wrong_scale": _resize,
    "resized_photo": _resize,
    "swapped_photos": _rename,
    "renamed_photo": _rename,
    "duplicate_ids": _renumber,
    "out_of_bounds": _drop_outside,
}


def inside(xy: NDArray[np.float64], size_xy: tuple[int, int]) -> NDArray[np.bool_]:
    """Return which positions (n, 2) lie inside a photo, or up to half a pixel beyond its edge."""
    found = (xy >= -0.5) & (xy <= np.array(size_xy))
    return np.logical_and(found[:, 0], found[:, 1])

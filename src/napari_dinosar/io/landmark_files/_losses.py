"""What a format of landmark files cannot hold of a dataset, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Literal, TypeAlias

from napari_dinosar.core._landmark_checks import listed, numbered
from napari_dinosar.core.digitised import Dataset, Digitised
from napari_dinosar.core.errors import DinosarError

Part: TypeAlias = Literal[
    "names",
    "skeleton",
    "descriptions",
    "partners",
    "category",
    "absent",
    "occluded",
    "sources",
    "photo",
    "size",
    "scale",
    "unit",
    "curves",
    "note",
    "flag",
    "extras",
]

_OF_SCHEMA: dict[Part, tuple[str, Callable[[Dataset], bool]]] = {
    "names": (
        "the names of the landmarks: they are numbered",
        lambda data: data.schema.names != numbered(len(data.schema.names)),
    ),
    "skeleton": ("the skeleton", lambda data: bool(data.schema.skeleton)),
    "descriptions": (
        "colours and definitions of landmarks",
        lambda data: any(one.colour or one.definition for one in data.schema.landmarks),
    ),
    "partners": (
        "left and right partners",
        lambda data: any(one.partner for one in data.schema.landmarks),
    ),
    "category": ("the name of the category", lambda data: data.schema.category != "specimen"),
}

_OF_SPECIMENS: dict[Part, tuple[str, Callable[[Digitised], bool]]] = {
    "absent": (
        "that a landmark is absent: it is missing",
        lambda one: "absent" in one.states,
    ),
    "occluded": (
        "that a landmark is occluded: it is visible",
        lambda one: "occluded" in one.states,
    ),
    "sources": (
        "who placed a landmark: all are manual",
        lambda one: bool({*one.sources} - {"", "manual"}),
    ),
    "photo": ("the photo's file", lambda one: bool(one.file_name)),
    "size": ("the size of the photo", lambda one: one.size_xy is not None),
    "scale": ("the scale", lambda one: one.scale is not None),
    "unit": ("the unit of the scale", lambda one: bool(one.unit)),
    "curves": ("curves", lambda one: bool(one.curves)),
    "note": ("notes", lambda one: bool(one.note)),
    "flag": ("what is flagged", lambda one: one.is_flagged),
}


def losses(
    dataset: Dataset,
    title: str,
    holds: Collection[Part] = (),
    extras: Collection[str] = (),
) -> tuple[str, ...]:
    """Return one sentence for each thing in a dataset that a format cannot hold.

    Parameters
    ----------
    dataset : Dataset
        What is to be written.
    title : str
        The format's name.
    holds : collection of str
        What it can hold; all else that the dataset has is lost.
    extras : collection of str
        Which extras of specimens it can hold, unless it holds all of them.
    """
    found = [
        f"{title} cannot hold {words}."
        for part, (words, is_there) in _OF_SCHEMA.items()
        if part not in holds and is_there(dataset)
    ]
    for part, (words, is_in) in _OF_SPECIMENS.items():
        having = [one.specimen_id for one in dataset.specimens if part not in holds and is_in(one)]
        if having:
            found.append(f"{title} cannot hold {words} ({_whose(having, dataset)}).")
    saying = [one.specimen_id for one in dataset.specimens if {*one.extras} - {*extras}]
    if saying and "extras" not in holds:
        whose = _whose(saying, dataset)
        found.append(f"{title} cannot hold what the source said besides ({whose}).")
    return tuple(found)


def _whose(ids: list[str], dataset: Dataset) -> str:
    is_all = 1 < len(ids) == len(dataset.specimens)
    return "all specimens" if is_all else listed(ids)


def refuse_y_up(dataset: Dataset, title: str) -> None:
    """Refuse positions that count from the bottom, in a format that counts from the top.

    Raises
    ------
    DinosarError
        If there are such specimens.
    """
    up = [one.specimen_id for one in dataset.specimens if one.counts_y_up]
    if up:
        raise DinosarError(
            f"{title} counts y from the top, and these specimens count it from the bottom of "
            f"photos whose height is not known: {listed(up)}. Say where the photos are "
            "(--photos), or that y counts from the top already (--keep-y)."
        )


def refuse_y_down(dataset: Dataset, title: str) -> None:
    """Refuse positions that count from the top of photos of unknown height, in a y-up format.

    Raises
    ------
    DinosarError
        If there are such specimens.
    """
    unknown = [
        one.specimen_id
        for one in dataset.specimens
        if not one.counts_y_up and one.size_xy is None and (one.placed.any() or one.curves)
    ]
    if unknown:
        raise DinosarError(
            f"{title} counts y from the bottom, which needs the heights of the photos; they are "
            f"not known of {listed(unknown)}. Say where the photos are (--photos)."
        )

"""Making a dataset of what a reader found: specimens padded to one length, names by number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core._landmark_checks import listed, numbered
from napari_dinosar.core.digitised import Dataset, Digitised, Source, State
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.landmark_frames import COUNT_KEY
from napari_dinosar.core.schema import LandmarkDefinition, Schema
from napari_dinosar.io.landmark_files._text import check_extent


@dataclass
class Draft:
    """One specimen while a file is read."""

    specimen_id: str
    file_name: str = ""
    points: list[tuple[float, float]] = field(default_factory=list)
    states: list[State] | None = None
    sources: list[Source] | None = None
    size_xy: tuple[int, int] | None = None
    scale: float | None = None
    unit: str = ""
    curves: list[NDArray[np.float64]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_flagged: bool = False
    counts_y_up: bool = False
    extras: dict[str, str] = field(default_factory=dict)

    def digitised(self, count: int) -> Digitised:
        """Return the specimen with that many landmarks, those that the file lacks missing."""
        lacking = count - len(self.points)
        xy = np.full((count, 2), np.nan)
        xy[: len(self.points)] = np.reshape(self.points, (-1, 2))
        xy[~np.isfinite(xy).all(axis=1)] = np.nan
        placed = np.isfinite(xy[:, 0]).tolist()
        states: list[State] = ["visible" if one else "missing" for one in placed]
        sources: list[Source] = ["manual" if one else "" for one in placed]
        if self.states is not None:
            states[: len(self.states)] = self.states
        if self.sources is not None:
            sources[: len(self.sources)] = self.sources
        extras = dict(self.extras)
        if lacking:
            extras[COUNT_KEY] = str(len(self.points))
        return Digitised(
            self.specimen_id,
            self.file_name,
            xy,
            tuple(states),
            tuple(sources),
            size_xy=self.size_xy,
            scale=self.scale,
            unit=self.unit,
            curves=tuple(self.curves),
            note="\n".join(self.notes),
            is_flagged=self.is_flagged,
            counts_y_up=self.counts_y_up,
            extras=extras,
        )


def numbered_dataset(drafts: Sequence[Draft], where: str) -> Dataset:
    """Return a dataset of specimens whose landmarks have no names.

    Where numbers of landmarks differ the largest counts; those that others lack are missing, and
    a warning names the specimens.

    Raises
    ------
    DinosarError
        If there is no specimen, or there are too many places.
    """
    refuse_none(drafts, where)
    counts = [len(one.points) for one in drafts]
    most = max(counts)
    check_extent(len(drafts), most, where)
    short = [one.specimen_id for one in drafts if len(one.points) < most]
    warnings = (
        (f"{where}: not every specimen has {most} landmarks; fewer have {listed(short)}.",)
        if short
        else ()
    )
    return dataset_of(schema_of(numbered(most)), drafts, warnings)


def dataset_of(schema: Schema, drafts: Iterable[Draft], warnings: Sequence[str] = ()) -> Dataset:
    """Return a dataset of what was read."""
    count = len(schema.landmarks)
    return Dataset(schema, tuple(one.digitised(count) for one in drafts), tuple(warnings))


def refuse_none(drafts: Sequence[Draft], where: str) -> None:
    """Refuse a file without specimens.

    Raises
    ------
    DinosarError
        If there is none.
    """
    if not drafts:
        raise DinosarError(f"{where} has no specimen; choose a file of landmarks.")


def schema_of(
    names: Sequence[str],
    skeleton: tuple[tuple[int, int], ...] = (),
    category: str = "specimen",
) -> Schema:
    """Return a schema of names alone."""
    return Schema(tuple(LandmarkDefinition(name) for name in names), skeleton, category)


def listed_count(one: Digitised) -> int:
    """Return how many landmarks the source of a specimen lists, as far as no more are placed."""
    told = one.extras.get(COUNT_KEY, "")
    count = int(told) if told.isascii() and told.isdigit() and len(told) < 10 else len(one.states)
    last = max(
        (place + 1 for place, state in enumerate(one.states) if state != "missing"), default=0
    )
    return min(max(count, last), len(one.states))

"""Specimens as they were digitised: what was placed, what is absent, and who placed it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.landmarks import Landmarks
from napari_dinosar.core.mask_seed import MASK_SEED, noted_seed
from napari_dinosar.core.schema import Schema

State: TypeAlias = Literal["missing", "visible", "occluded", "absent"]
"""missing: not placed yet; absent: it was looked for, and the specimen does not show it."""

Source: TypeAlias = Literal["", "manual", "proposed", "accepted", "estimated"]

STATES: tuple[State, ...] = get_args(State)
SOURCES: tuple[Source, ...] = get_args(Source)
PLACED: tuple[State, ...] = ("visible", "occluded")
MACHINE_SOURCES: tuple[Source, ...] = ("proposed", "estimated")

_VISIBILITY = {"missing": 0, "absent": 0, "occluded": 1, "visible": 2}


def is_open(state: State, source: Source) -> bool:
    """Tell whether a person still has to decide on a landmark: a machine's word is no decision."""
    return state == "missing" or source in MACHINE_SOURCES


@dataclass(frozen=True, eq=False)
class Digitised:
    """The landmarks of one specimen with all that was noted of them.

    Attributes
    ----------
    specimen_id : str
        Unique in its dataset.
    file_name : str
        Name of the photo's file, as the source gives it; empty where it gives none.
    xy : array, (K, 2) float64
        Photo pixels, (0, 0) the centre of the first; NaN where nothing is placed. Read-only.
    states : tuple of str, K
        Each one of `STATES`.
    sources : tuple of str, K
        Who placed it, one of `SOURCES`; empty where nothing is placed.
    size_xy : (int, int) or None
        Width and height of the photo, where they are known.
    scale : float or None
        Units per pixel.
    unit : str
        Unit of the scale, as ``mm``.
    curves : tuple of array, (n, 2)
        Open curves of semilandmarks, in photo pixels.
    note : str
        What was remarked.
    is_flagged : bool
        Whether it is to be looked at again.
    counts_y_up : bool
        Whether y still counts from the bottom, since the height of the photo is not known.
    extras : mapping of str to str
        What the source says besides, kept word for word.

    Raises
    ------
    DinosarError
        If shapes, states, sources or positions disagree.
    """

    specimen_id: str
    file_name: str
    xy: NDArray[np.float64]
    states: tuple[State, ...]
    sources: tuple[Source, ...]
    size_xy: tuple[int, int] | None = None
    scale: float | None = None
    unit: str = ""
    curves: tuple[NDArray[np.float64], ...] = ()
    note: str = ""
    is_flagged: bool = False
    counts_y_up: bool = False
    extras: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Copy the positions, and refuse what contradicts itself."""
        xy = np.array(self.xy, dtype=np.float64).reshape(-1, 2)
        if not len(xy) == len(self.states) == len(self.sources):
            raise DinosarError(
                f"{self.specimen_id}: {len(xy)} positions, {len(self.states)} states and "
                f"{len(self.sources)} sources: there must be one of each for every landmark."
            )
        wrong = [
            *(word for word in self.states if word not in STATES),
            *(word for word in self.sources if word not in SOURCES),
        ]
        if wrong:
            raise DinosarError(
                f"{self.specimen_id}: {wrong[0]!r} is no state or source of a landmark."
            )
        placed = np.array([state in PLACED for state in self.states], dtype=bool)
        if (np.isfinite(xy).all(axis=1) != placed).any():
            raise DinosarError(
                f"{self.specimen_id}: a placed landmark needs a position, and one that is missing "
                "or absent has none."
            )
        xy.flags.writeable = False
        object.__setattr__(self, "xy", xy)

    @classmethod
    def from_points(
        cls,
        specimen_id: str,
        file_name: str,
        xy: ArrayLike,
        *,
        states: Sequence[State] | None = None,
        source: Source = "manual",
        **more: object,
    ) -> Digitised:
        """Make a specimen from positions; those that are not finite are missing.

        Parameters
        ----------
        specimen_id, file_name : str
            As the attributes.
        xy : array, (K, 2)
            Photo pixels.
        states : sequence of str, optional
            One for each landmark; visible where there is a position by default.
        source : str
            Who placed them.
        **more
            Further attributes.
        """
        points = np.array(xy, dtype=np.float64).reshape(-1, 2)
        if states is None:
            found: tuple[State, ...] = tuple(
                "visible" if np.isfinite(point).all() else "missing" for point in points
            )
        else:
            found = tuple(states)
        points[[state not in PLACED for state in found]] = np.nan
        sources: tuple[Source, ...] = tuple(source if s in PLACED else "" for s in found)
        return cls(specimen_id, file_name, points, found, sources, **more)  # type: ignore[arg-type]

    @property
    def placed(self) -> NDArray[np.bool_]:
        """Which landmarks have a position, (K,)."""
        return np.array([state in PLACED for state in self.states], dtype=bool)

    @property
    def is_complete(self) -> bool:
        """Whether a person has placed every landmark, or accepted it, or said that it is absent."""
        return self.n_open == 0

    @property
    def n_open(self) -> int:
        """How many landmarks a person still has to decide on."""
        return sum(map(is_open, self.states, self.sources))

    def without(self, gone: NDArray[np.bool_]) -> Digitised:
        """Return the specimen with some of its landmarks missing.

        Parameters
        ----------
        gone : array of bool, (K,)
            Which ones.
        """
        return replace(
            self,
            xy=np.where(gone[:, None], np.nan, self.xy),
            states=tuple("missing" if g else s for g, s in zip(gone, self.states, strict=True)),
            sources=tuple("" if g else s for g, s in zip(gone, self.sources, strict=True)),
        )

    def landmarks(self, schema: Schema) -> Landmarks:
        """Return the landmarks for a comparison.

        Raises
        ------
        DinosarError
            If the schema has another number of landmarks.
        """
        return Landmarks(
            names=schema.names,
            xy=self.xy,
            visibility=np.array([_VISIBILITY[state] for state in self.states]),
            skeleton=schema.skeleton,
            specimen_id=self.specimen_id,
            file_name=self.file_name or None,
            mask_seed_xy=noted_seed(self.extras.get(MASK_SEED, "")),
        )


@dataclass(frozen=True, eq=False)
class Dataset:
    """Specimens that were digitised by one schema.

    Attributes
    ----------
    schema : Schema
        The landmarks.
    specimens : tuple of Digitised
        In the order of the source.
    warnings : tuple of str
        What was odd about the source.

    Raises
    ------
    DinosarError
        If a specimen has another number of landmarks than the schema.
    """

    schema: Schema
    specimens: tuple[Digitised, ...]
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse specimens that the schema does not describe."""
        expected = len(self.schema.landmarks)
        ragged = [one for one in self.specimens if len(one.states) != expected]
        if ragged:
            listed = ", ".join(f"{one.specimen_id} ({len(one.states)})" for one in ragged[:5])
            raise DinosarError(
                f"The schema has {expected} landmarks, and these specimens have others: {listed}."
            )

"""Landmarks of one specimen, and which landmarks two specimens have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_dinosar.core._landmark_checks import (
    checked_names,
    checked_visibility,
    listed,
    numbered,
    refuse_coincident,
    refuse_wild_positions,
    spread_warning,
    table_of_xy,
)
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.mask_seed import Seed, checked_seed

FEW_LANDMARKS = 5
"""Fewer common landmarks than this are used with a warning."""

MAX_COMMON_LANDMARKS = 2000
"""A thin-plate spline solves a dense system of this size; more would exhaust the memory."""


@dataclass(frozen=True, eq=False)
class Landmarks:
    """Named positions on one specimen, in the pixels of its photo.

    (0, 0) is the centre of the photo's first pixel. Arrays are copied, checked and made
    read-only.

    Attributes
    ----------
    names : tuple of str
        One name for each landmark, all different; empty when the source has none.
    xy : array, (K, 2) float64
        Positions in photo pixels, NaN where a landmark is absent (visibility 0).
    visibility : array, (K,) int64
        COCO's flags: 0 absent, 1 present but hidden by something, 2 visible. Sources that know
        only 0 and 1 mean absent and present.
    skeleton : tuple of (int, int)
        Pairs of 0-based landmarks to join by a line when they are drawn.
    specimen_id, image_id, file_name : str or None
        The annotation, the photo's id and the photo's file, as the source names them.
    warnings : tuple of str
        What was odd about the source.
    mask_seed_xy : (float, float) or None
        A place on the specimen, in photo pixels, that says which part of a mask it is.

    Raises
    ------
    DinosarError
        If shapes disagree, names repeat, a flag is not 0, 1 or 2, or a position of a landmark
        that is present is not a finite number of pixels.
    """

    names: tuple[str, ...]
    xy: NDArray[np.float64]
    visibility: NDArray[np.int64]
    skeleton: tuple[tuple[int, int], ...] = ()
    specimen_id: str | None = None
    image_id: str | None = None
    file_name: str | None = None
    warnings: tuple[str, ...] = ()
    mask_seed_xy: Seed | None = None

    def __post_init__(self) -> None:
        """Check everything once, here, and freeze the arrays."""
        xy = table_of_xy(self.xy)
        names = checked_names(self.names, len(xy))
        labels = names or numbered(len(xy))
        visibility = checked_visibility(self.visibility, labels)
        xy[visibility == 0] = np.nan
        refuse_wild_positions(xy, visibility > 0, labels)
        for joint in self.skeleton:
            if len(joint) != 2 or not all(0 <= end < len(xy) for end in joint):
                raise DinosarError(
                    f"The skeleton joins {joint}, but the landmarks count from 0 to {len(xy) - 1}."
                )
        xy.flags.writeable = False
        visibility.flags.writeable = False
        object.__setattr__(self, "names", names)
        object.__setattr__(self, "xy", xy)
        object.__setattr__(self, "visibility", visibility)
        seed = checked_seed(self.mask_seed_xy, "The mask seed of landmarks")
        object.__setattr__(self, "mask_seed_xy", seed)

    def __len__(self) -> int:
        """Return the number of landmarks, absent ones included."""
        return len(self.xy)

    @property
    def labels(self) -> tuple[str, ...]:
        """The names, or ``"1"`` to ``"K"`` when there are none."""
        return self.names or numbered(len(self))

    @property
    def present(self) -> NDArray[np.bool_]:
        """Which landmarks have a position, (K,)."""
        return self.visibility > 0

    @classmethod
    def from_coco(cls, path: str | PathLike[str]) -> Mapping[str | int, Landmarks]:
        """Read the landmarks of all photos in a COCO keypoints file.

        Parameters
        ----------
        path : str or Path
            The JSON file.

        Returns
        -------
        CocoFile
            A mapping from image id or file name to `Landmarks`.

        Raises
        ------
        DinosarError
            If the file cannot be read or holds something that is not COCO keypoints.
        """
        from napari_dinosar.io.coco import read_coco

        return read_coco(path)

    @classmethod
    def from_points(
        cls,
        xy: ArrayLike,
        names: Sequence[str] = (),
        visibility: ArrayLike | None = None,
        skeleton: Sequence[tuple[int, int]] = (),
        *,
        specimen_id: str | None = None,
        image_id: str | None = None,
        file_name: str | None = None,
        warnings: Sequence[str] = (),
        mask_seed_xy: Seed | None = None,
    ) -> Self:
        """Make landmarks of bare positions.

        Parameters
        ----------
        xy : array_like, (K, 2)
            Positions in photo pixels; a row of NaN is an absent landmark.
        names : sequence of str, optional
            One name for each.
        visibility : array_like, (K,), optional
            COCO's flags 0, 1, 2. Without them every landmark with a position is visible.
        skeleton : sequence of (int, int), optional
            0-based pairs to join.
        specimen_id, image_id, file_name, warnings, mask_seed_xy : optional
            As for the class.

        Returns
        -------
        Landmarks
            The landmarks.

        Raises
        ------
        DinosarError
            As for the class.

        Examples
        --------
        >>> landmarks = Landmarks.from_points([[4, 2], [9, 3]], names=["eye", "wing tip"])
        >>> landmarks.labels
        ('eye', 'wing tip')
        """
        positions = table_of_xy(xy)
        if visibility is None:
            visibility = np.where(np.isnan(positions).all(axis=1), 0, 2)
        return cls(
            names=tuple(names),
            xy=positions,
            visibility=np.asarray(visibility),
            skeleton=tuple(skeleton),
            specimen_id=specimen_id,
            image_id=image_id,
            file_name=file_name,
            warnings=tuple(warnings),
            mask_seed_xy=mask_seed_xy,
        )


@dataclass(frozen=True, eq=False)
class LandmarkPair:
    """The landmarks that two specimens have in common, in the same order.

    Attributes
    ----------
    labels : tuple of str
        Names, or numbers from 1 where neither specimen has names.
    xy_a, xy_b : array, (K, 2) float64
        Positions, each in the pixels of its own photo; K is at least 3.
    warnings : tuple of str
        What makes an analysis of these landmarks weak. Those of the two `Landmarks` are not
        repeated.
    """

    labels: tuple[str, ...]
    xy_a: NDArray[np.float64]
    xy_b: NDArray[np.float64]
    warnings: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Return the number of common landmarks."""
        return len(self.labels)


def pair_landmarks(
    a: Landmarks, b: Landmarks, name_a: str = "A", name_b: str = "B"
) -> LandmarkPair:
    """Return the landmarks that are present in both specimens, in the order of the first.

    Landmarks are matched by name. Only when neither specimen has names, and both have the same
    number of landmarks, are they matched by their place in the list. Nothing is imputed.

    A specimen's landmarks are judged by the ratio of the shorter to the longer principal axis of
    their positions (the singular values of the centred K x 2 table, so 1 is as wide as long and
    0 a line). Under 0.001 they are collinear, an error; under 0.1 they are badly spread, a
    warning: across so narrow a band a thin-plate spline rests on next to nothing. Landmarks closer
    than 1e-5 of the centroid size coincide.

    Parameters
    ----------
    a, b : Landmarks
        The two specimens.
    name_a, name_b : str
        How messages call them, usually the photos' names.

    Returns
    -------
    LandmarkPair
        Common landmarks, with warnings for fewer than 5, for badly spread ones, and for names
        that only one specimen has.

    Raises
    ------
    DinosarError
        If landmarks cannot be matched, fewer than 3 or more than `MAX_COMMON_LANDMARKS` are
        common, or those of one specimen are collinear or coincide: no thin-plate spline exists.
    """
    index_a, index_b, warnings = _common(a, b, name_a, name_b)
    if len(index_a) < 3:
        raise DinosarError(
            f"{name_a} and {name_b} have {len(index_a)} landmarks in common; at least 3 are "
            f"needed. Present in {name_a}: {_present(a)}. Present in {name_b}: {_present(b)}."
        )
    if len(index_a) > MAX_COMMON_LANDMARKS:
        raise DinosarError(
            f"{name_a} and {name_b} have {len(index_a)} landmarks in common; "
            f"{MAX_COMMON_LANDMARKS} are the most that can be used."
        )
    labels_a = a.labels
    labels = tuple(labels_a[index] for index in index_a)
    xy_a, xy_b = a.xy[index_a], b.xy[index_b]
    if len(labels) < FEW_LANDMARKS:
        warnings.append(
            f"{name_a} and {name_b} have only {len(labels)} landmarks in common "
            f"({listed(labels)}): with fewer than {FEW_LANDMARKS} the homology is coarse."
        )
    for xy, name in ((xy_a, name_a), (xy_b, name_b)):
        refuse_coincident(xy, labels, name)
        badly_spread = spread_warning(xy, labels, name)
        if badly_spread is not None:
            warnings.append(badly_spread)
    return LandmarkPair(labels, xy_a, xy_b, tuple(warnings))


def outside_warning(landmarks: Landmarks, size_xy: tuple[int, int], name: str) -> str | None:
    """Return a warning when landmarks lie outside their photo; they are kept all the same.

    Parameters
    ----------
    landmarks : Landmarks
        In photo pixels.
    size_xy : (int, int)
        Width and height of the photo. It reaches from -0.5 to size - 0.5, the outer edges of
        its first and last pixels.
    name : str
        How the message calls the photo.

    Returns
    -------
    str or None
        The warning, or None when all are inside.
    """
    outside = ((landmarks.xy < -0.5) | (landmarks.xy > np.array(size_xy) - 0.5)).any(axis=1)
    if not outside.any():
        return None
    labels = landmarks.labels
    return (
        f"Landmarks outside the photo {name} ({size_xy[0]} x {size_xy[1]} px) are kept: "
        f"{listed([labels[index] for index in np.flatnonzero(outside)])}. Check that they were "
        "placed on this photo at this size."
    )


def _common(
    a: Landmarks, b: Landmarks, name_a: str, name_b: str
) -> tuple[list[int], list[int], list[str]]:
    """Return indices of the landmarks present in both, and warnings."""
    if bool(a.names) != bool(b.names) or (not a.names and len(a) != len(b)):
        raise DinosarError(
            f"The landmarks of {name_a} and {name_b} cannot be matched: {_inventory(a, name_a)}, "
            f"{_inventory(b, name_b)}. Give both the same names; without names both need the "
            "same number of landmarks."
        )
    place_in_b = {label: index for index, label in enumerate(b.labels)}
    present_a, present_b = a.present, b.present
    both = [
        (index, place_in_b[label])
        for index, label in enumerate(a.labels)
        if label in place_in_b and present_a[index] and present_b[place_in_b[label]]
    ]
    warnings = []
    for own, other, name, partner in ((a, b, name_a, name_b), (b, a, name_b, name_a)):
        known = set(other.labels)
        alone = [label for label in own.labels if label not in known]
        if alone:
            warnings.append(
                f"{partner} has no landmark of these names, so those of {name} are not used: "
                f"{listed(alone)}."
            )
    return [pair[0] for pair in both], [pair[1] for pair in both], warnings


def _inventory(landmarks: Landmarks, name: str) -> str:
    if landmarks.names:
        return f"{name} has {listed(landmarks.names)}"
    return f"{name} has {len(landmarks)} without names"


def _present(landmarks: Landmarks) -> str:
    labels = landmarks.labels
    return listed([labels[index] for index in np.flatnonzero(landmarks.present)])

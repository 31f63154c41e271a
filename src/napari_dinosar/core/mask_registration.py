"""The similarity that lays one outline on another, found from two masks alone.

Both masks become signed distances over the square root of their area, so that size and resolution
drop out, clipped to half of that unit, so that only the surroundings of the outlines count. Their
mean squared difference is minimised from many rotations by damped least squares: all of them on a
coarse lattice, then the best and its rival on a fine one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.arrays import Floats
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.ransac import SCALE_LIMITS
from napari_dinosar.core.resampling import mask_box, resize_mask
from napari_dinosar.core.shape import Complexes

N_ROTATIONS = 24
APART_DEG = 30.0

_CLIP = 0.5
_MAX_SIDE_PX = 512
_RASTER_PX = 0.25


@dataclass(frozen=True)
class _Level:
    """How densely and how long to look; steps in units of the square root of the area."""

    step: float
    max_points_across: int
    tolerance: float
    max_evaluations: int


_COARSE = _Level(1 / 10, 48, 1e-3, 20)
_FINE = _Level(1 / 40, 128, 1e-7, 60)


@dataclass(frozen=True, eq=False)
class Pose:
    """One way to lay mask A on mask B.

    Attributes
    ----------
    matrix : array, (3, 3)
        Similarity from A's pixels to B's.
    loss : float
        Mean squared difference of the two clipped signed distances.
    angle_deg : float
        Rotation from +x towards +y, -180 to 180; of a mirrored pose the one that follows the
        reflection y -> -y.
    mirrored : bool
        Whether A is turned over.
    """

    matrix: Floats
    loss: float
    angle_deg: float
    mirrored: bool


@dataclass(frozen=True, eq=False)
class Registration:
    """What two masks say about each other.

    Attributes
    ----------
    best : Pose
        The pose of least loss.
    runner_up : Pose or None
        The best pose that is more than 30 degrees away, or the other way up; None when every
        start ended at the best one.
    raster_loss : float
        Differences of loss as small as this come from the pixels' raster, not from the shapes.
    """

    best: Pose
    runner_up: Pose | None
    raster_loss: float


@dataclass(frozen=True, eq=False)
class _Outline:
    """Signed distances round a mask; coordinates x + iy from its centroid, in units.

    A unit is the square root of the mask's area. `corner` is where the lattice of distances
    begins and `per_unit_xy` how many of its pixels a unit spans.
    """

    centroid: complex
    unit_px: float
    radius: float
    distance: Floats
    corner: complex
    per_unit_xy: tuple[float, float]

    def at(self, points: Complexes) -> Floats:
        """Return the clipped distances at points."""
        return self._read(self.distance, points)

    def slopes_at(self, points: Complexes) -> tuple[Floats, Floats]:
        """Return how the clipped distances rise along x and along y."""
        along_x, along_y = self._slopes
        return self._read(along_x, points), self._read(along_y, points)

    @cached_property
    def _slopes(self) -> tuple[Floats, Floats]:
        along_y, along_x = np.asarray(np.gradient(self.distance), dtype=np.float64)
        return along_x * self.per_unit_xy[0], along_y * self.per_unit_xy[1]

    def _read(self, values: Floats, points: Complexes) -> Floats:
        from scipy.ndimage import map_coordinates

        offset = points - self.corner
        yx = offset.imag * self.per_unit_xy[1], offset.real * self.per_unit_xy[0]
        read: Floats = map_coordinates(values, yx, order=1, mode="nearest")
        return read


@dataclass(frozen=True, eq=False)
class _Start:
    """A pose as the search sees it: ``point of A = factor * point of B + shift``, in units.

    Mirrored, the point of B is conjugated first. `loss` is that of the level it was found at.
    """

    factor: complex
    shift: complex
    mirrored: bool
    loss: float = np.inf

    @property
    def angle_deg(self) -> float:
        angle = float(np.degrees(np.angle(self.factor)))
        return angle if self.mirrored else -angle

    def is_apart_from(self, other: _Start) -> bool:
        """Whether the two differ by more than 30 degrees, or by turning A over."""
        turn = abs(self.angle_deg - other.angle_deg) % 360.0
        return self.mirrored != other.mirrored or min(turn, 360.0 - turn) > APART_DEG


def register_masks(
    mask_a: NDArray[np.bool_], mask_b: NDArray[np.bool_], *, mirror: bool = False
) -> Registration:
    """Find the similarity that lays mask A on mask B.

    Parameters
    ----------
    mask_a, mask_b : (H, W) bool
        Not empty, each in the pixels of its own canvas.
    mirror : bool
        Try the mirror image of A as well.

    Returns
    -------
    Registration
        The best pose and the best one that clearly differs from it.

    Raises
    ------
    DinosarError
        If no similarity of a scale within 1/3 to 3 of the areas' can be found.
    """
    a, b = _outline(mask_a), _outline(mask_b)
    flips = (False, True) if mirror else (False,)
    turns = np.exp(2j * np.pi * np.arange(N_ROTATIONS) / N_ROTATIONS)
    starts = [_Start(complex(turn), 0j, flip) for flip in flips for turn in turns]
    first, second = _best_two(_search(a, b, starts, _COARSE))
    rivals = [first] if second is None else [first, second]
    first, second = _best_two(_search(a, b, rivals, _FINE))
    return Registration(
        best=_pose(a, b, first),
        runner_up=None if second is None else _pose(a, b, second),
        raster_loss=(_RASTER_PX / min(a.unit_px, b.unit_px)) ** 2,
    )


def _outline(mask: NDArray[np.bool_]) -> _Outline:
    """Measure a mask; one of many pixels at a reduced size."""
    from scipy.ndimage import distance_transform_edt

    rows, cols = np.nonzero(mask)
    centroid, unit_px = complex(cols.mean(), rows.mean()), float(np.sqrt(len(rows)))
    radius = float(np.abs(cols - centroid.real + 1j * (rows - centroid.imag)).max()) / unit_px
    box = mask_box(mask)
    shrink = min(1.0, _MAX_SIDE_PX / max(box.width, box.height))
    size_xy = max(1, round(shrink * box.width)), max(1, round(shrink * box.height))
    reduced = mask[box.inside((mask.shape[1], mask.shape[0]))]
    if shrink < 1.0:
        reduced = resize_mask(reduced, size_xy)
    scale_xy = size_xy[0] / box.width, size_xy[1] / box.height
    reduced_unit_px = unit_px * np.sqrt(scale_xy[0] * scale_xy[1])
    # beyond this margin every distance is clipped
    margin = int(np.ceil(_CLIP * reduced_unit_px)) + 2
    padded = np.pad(reduced, margin)
    inside, outside = distance_transform_edt(padded), distance_transform_edt(~padded)
    distance = np.where(padded, inside - 0.5, 0.5 - outside) / reduced_unit_px
    corner = complex(
        box.x - 0.5 + (0.5 - margin) / scale_xy[0], box.y - 0.5 + (0.5 - margin) / scale_xy[1]
    )
    return _Outline(
        centroid=centroid,
        unit_px=unit_px,
        radius=radius,
        distance=np.clip(distance, -_CLIP, _CLIP),
        corner=(corner - centroid) / unit_px,
        per_unit_xy=(unit_px * scale_xy[0], unit_px * scale_xy[1]),
    )


def _search(a: _Outline, b: _Outline, starts: Sequence[_Start], level: _Level) -> list[_Start]:
    """Descend from every start on one lattice over both outlines."""
    reach = max(a.radius, b.radius) + _CLIP
    step = max(level.step, 2 * reach / level.max_points_across)
    ticks = np.arange(-reach, reach + step, step)
    points: Complexes = np.add.outer(1j * ticks, ticks).ravel()
    found = [_descended(a, points, b.at(points), start, level) for start in starts]
    low, high = SCALE_LIMITS
    kept = [start for start in found if low <= abs(start.factor) <= high]
    if not kept:
        raise DinosarError(
            "The two outlines cannot be laid on each other: they have nothing in common but their "
            "area. Place at least 3 landmarks on both specimens and align by landmarks, or align "
            "none."
        )
    return kept


def _descended(
    a: _Outline, points: Complexes, target: Floats, start: _Start, level: _Level
) -> _Start:
    """Minimise the squared difference over factor and shift by Levenberg and Marquardt."""
    from scipy.optimize import least_squares

    points = points.conj() if start.mirrored else points

    def moved(unknowns: Floats) -> Complexes:
        return complex(*unknowns[:2]) * points + complex(*unknowns[2:])

    def difference(unknowns: Floats) -> Floats:
        return a.at(moved(unknowns)) - target

    def derivative(unknowns: Floats) -> Floats:
        along_x, along_y = a.slopes_at(moved(unknowns))
        turned = along_y * points.real - along_x * points.imag
        scaled = along_x * points.real + along_y * points.imag
        return np.stack([scaled, turned, along_x, along_y], axis=1)

    fit = least_squares(
        difference,
        (start.factor.real, start.factor.imag, start.shift.real, start.shift.imag),
        jac=derivative,
        method="lm",
        xtol=level.tolerance,
        ftol=level.tolerance,
        max_nfev=level.max_evaluations,
    )
    loss = 2.0 * float(fit.cost) / len(points)
    return _Start(complex(*fit.x[:2]), complex(*fit.x[2:]), start.mirrored, loss)


def _best_two(found: Sequence[_Start]) -> tuple[_Start, _Start | None]:
    """Return the start of least loss and the best one that clearly differs from it."""
    ranked = sorted(found, key=lambda start: start.loss)
    rival = next((start for start in ranked if start.is_apart_from(ranked[0])), None)
    return ranked[0], rival


def _pose(a: _Outline, b: _Outline, found: _Start) -> Pose:
    """Turn a pose in units into pixels, from A to B."""

    def to_b(point: complex) -> complex:
        moved = ((point - a.centroid) / a.unit_px - found.shift) / found.factor
        return b.centroid + b.unit_px * (moved.conjugate() if found.mirrored else moved)

    origin = to_b(0j)
    along_x, along_y = to_b(1 + 0j) - origin, to_b(1j) - origin
    matrix = np.array(
        [
            [along_x.real, along_y.real, origin.real],
            [along_x.imag, along_y.imag, origin.imag],
            [0.0, 0.0, 1.0],
        ]
    )
    return Pose(matrix, found.loss, found.angle_deg, found.mirrored)

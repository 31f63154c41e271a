"""Homographies between landmarks: drawn, agreed on, refitted, and refused where they are absurd."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_dinosar.core.arrays import Floats
from napari_dinosar.core.canvas_map import map_points
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.ransac import N_DRAWS, SCALE_LIMITS

MIN_LANDMARKS = 6
THRESHOLD_SHARE = 0.03
"""Of the longer side of B's landmark box: how far off an agreeing landmark may be."""

_DRAWN = 4
_DEGENERATE = 1e-9
_PROBES = 50_000
_INSTEAD = "Align by similarity, place more landmarks, or align none."


@dataclass(frozen=True, eq=False)
class Homography:
    """A projective map from A's pixels to B's and the landmarks that it rests on.

    Attributes
    ----------
    matrix : array, (3, 3)
        Homogeneous; its denominator is positive on the landmarks.
    inlier : array of bool, (K,)
        Landmarks that agreed, and to which it was fitted.
    """

    matrix: Floats
    inlier: NDArray[np.bool_]


def fit_homography(source_xy: ArrayLike, target_xy: ArrayLike) -> Floats:
    """Fit the homography of least algebraic error by the normalised direct linear transform.

    Parameters
    ----------
    source_xy, target_xy : array, (K, 2)
        Corresponding points, K >= 4.

    Returns
    -------
    array, (3, 3)
        Of unit norm, its denominator positive at the source points' centroid.

    Raises
    ------
    DinosarError
        If the points do not determine a homography: all of them, or all but one, lie on a line.

    References
    ----------
    Hartley, R. I. 1997. IEEE Transactions on Pattern Analysis and Machine Intelligence 19:
    580-593.
    """
    source = np.asarray(source_xy, dtype=np.float64)
    target = np.asarray(target_xy, dtype=np.float64)
    to_unit_source, to_unit_target = _normaliser(source), _normaliser(target)
    equations = _equations(map_points(to_unit_source, source), map_points(to_unit_target, target))
    _, sizes, directions = np.linalg.svd(equations)
    unit = directions[-1].reshape(3, 3)
    if sizes[7] <= _DEGENERATE * sizes[0] or abs(np.linalg.det(unit)) <= _DEGENERATE:
        raise DinosarError(
            "These landmarks do not determine a homography: too many of them lie on one line. "
            f"{_INSTEAD}"
        )
    matrix: Floats = np.linalg.solve(to_unit_target, unit @ to_unit_source)
    return _facing(matrix / np.linalg.norm(matrix), source.mean(axis=0))


def ransac_homography(source_xy: ArrayLike, target_xy: ArrayLike, *, seed: int = 0) -> Homography:
    """Find the homography that most landmarks agree on.

    A homography from each of 2000 seeded draws of four landmarks, or from every four where there
    are no more; of those that do not turn the plane over, the one with the most inliers, of equals
    the one with the least truncated error, is fitted again to its inliers. An inlier is mapped to
    within 3 % of the longer side of the box of the target's landmarks.

    Parameters
    ----------
    source_xy, target_xy : array, (K, 2)
        Corresponding landmarks, K >= 4.
    seed : int
        Seed of the draws.

    Returns
    -------
    Homography
        The map from source to target and its inliers.

    Raises
    ------
    DinosarError
        If no four landmarks determine a homography that keeps the plane's side up, or no fifth
        landmark agrees with any of them: four are always fitted exactly.
    """
    source = np.asarray(source_xy, dtype=np.float64)
    target = np.asarray(target_xy, dtype=np.float64)
    threshold = THRESHOLD_SHARE * float(np.ptp(target, axis=0).max())
    matrices = _drawn_homographies(source, target, _draws(len(source), seed))
    if not len(matrices):
        raise DinosarError(
            "No homography fits these landmarks: any four of them lie nearly on one line, or in "
            f"an order that turns the specimen over. {_INSTEAD}"
        )
    gaps = np.stack([map_points(matrix, source) for matrix in matrices]) - target
    squared = np.where(np.isnan(gaps), np.inf, gaps**2).sum(axis=2)
    inlier = squared <= threshold**2
    error = np.minimum(squared, threshold**2).sum(axis=1)
    best = int(np.lexsort((error, -inlier.sum(axis=1)))[0])
    agreed = np.asarray(inlier[best])
    if agreed.sum() <= _DRAWN:
        raise DinosarError(
            f"No homography fits these landmarks: of {len(source)} no five agree on one to within "
            f"{THRESHOLD_SHARE:.0%} of the box of B's landmarks, and any four are fitted exactly. "
            f"{_INSTEAD}"
        )
    return Homography(fit_homography(source[agreed], target[agreed]), agreed)


def refuse_absurd(matrix: ArrayLike, points_xy: ArrayLike) -> None:
    """Refuse a homography that turns over, tears or wildly resizes what it maps.

    Parameters
    ----------
    matrix : array, (3, 3)
        From A's canvas to B's.
    points_xy : array, (n, 2)
        The pixels of specimen A, and its landmarks.

    Raises
    ------
    DinosarError
        If the denominator changes its sign on the points, the map turns the plane over, or
        lengths on the specimen change by more than 1/3 to 3 in any direction.
    """
    points = np.asarray(points_xy, dtype=np.float64)
    rows = _facing(np.asarray(matrix, dtype=np.float64), points[0])
    denominator = points @ rows[2, :2] + rows[2, 2]
    if (denominator <= 0.0).any():
        raise DinosarError(
            "The homography of the landmarks is refused: its horizon crosses specimen A, which "
            f"would be torn apart. {_INSTEAD}"
        )
    if np.linalg.det(rows) <= 0.0:
        raise DinosarError(
            "The homography of the landmarks is refused: it turns specimen A over. Check that the "
            "landmarks of one side are not on the other, and that both photos show the same side; "
            "or align by similarity."
        )
    smallest, largest = local_scales(rows, points[:: 1 + len(points) // _PROBES])
    low, high = SCALE_LIMITS
    if smallest.min() < low or largest.max() > high:
        raise DinosarError(
            "The homography of the landmarks is refused: it changes lengths on specimen A by "
            f"{smallest.min():.2g} to {largest.max():.2g} x, and 1/3 to 3 is the most that can "
            f"come from a pose. {_INSTEAD}"
        )


def local_scales(matrix: ArrayLike, xy: ArrayLike) -> tuple[Floats, Floats]:
    """Return by how much a homogeneous map stretches lengths at points, at least and at most.

    The singular values of its derivative there; NaN at and beyond the horizon.

    Parameters
    ----------
    matrix : array, (3, 3)
        The map.
    xy : array, (..., 2)
        Where.

    Returns
    -------
    smallest, largest : array, (...)
        New length / old length in the direction of least and of most stretch.
    """
    rows = np.asarray(matrix, dtype=np.float64)
    points = np.asarray(xy, dtype=np.float64)
    denominator = points @ rows[2, :2] + rows[2, 2]
    denominator = np.where(denominator > 0.0, denominator, np.nan)[..., None, None]
    slopes = rows[:2, :2] - map_points(rows, points)[..., :, None] * rows[2, :2]
    slopes = slopes / denominator
    # half the sum and half the difference of the singular values, in closed form
    total = np.hypot(slopes[..., 0, 0] + slopes[..., 1, 1], slopes[..., 1, 0] - slopes[..., 0, 1])
    gap = np.hypot(slopes[..., 0, 0] - slopes[..., 1, 1], slopes[..., 1, 0] + slopes[..., 0, 1])
    return np.abs(total - gap) / 2.0, (total + gap) / 2.0


def _facing(matrix: Floats, point_xy: Floats) -> Floats:
    """Return the matrix, negated if need be, with a positive denominator at the point."""
    return -matrix if point_xy @ matrix[2, :2] + matrix[2, 2] < 0.0 else matrix


def _normaliser(points: Floats) -> Floats:
    """Return what moves points to the origin and to a root mean square of sqrt(2) from it."""
    centre = points.mean(axis=0)
    distance = float(np.linalg.norm(points - centre)) / math.sqrt(len(points))
    if distance == 0.0:
        raise DinosarError(f"The landmarks all coincide: no homography fits them. {_INSTEAD}")
    scale = math.sqrt(2.0) / distance
    return np.array(
        [[scale, 0.0, -scale * centre[0]], [0.0, scale, -scale * centre[1]], [0.0, 0.0, 1.0]]
    )


def _equations(source: Floats, target: Floats) -> Floats:
    """Return the rows (..., 2 K, 9) whose null direction is the homography of (..., K, 2)."""
    ones, zeros = np.ones_like(source[..., :1]), np.zeros_like(source)
    start = np.concatenate([source, ones], axis=-1)
    blank = np.concatenate([zeros, zeros[..., :1]], axis=-1)
    along_x = np.concatenate([start, blank, -target[..., :1] * start], axis=-1)
    along_y = np.concatenate([blank, start, -target[..., 1:] * start], axis=-1)
    return np.concatenate([along_x, along_y], axis=-2)


def _draws(n_landmarks: int, seed: int) -> NDArray[np.intp]:
    """Return rows of four different landmarks: all there are, or 2000 of them."""
    if math.comb(n_landmarks, _DRAWN) <= N_DRAWS:
        return np.array(list(combinations(range(n_landmarks), _DRAWN)), dtype=np.intp)
    order = np.random.default_rng(seed).random((N_DRAWS, n_landmarks))
    return np.argsort(order, axis=1)[:, :_DRAWN]


def _drawn_homographies(source: Floats, target: Floats, draws: NDArray[np.intp]) -> Floats:
    """Return the homographies (n, 3, 3) of those draws that determine an upright one."""
    to_unit_source, to_unit_target = _normaliser(source), _normaliser(target)
    start = map_points(to_unit_source, source)[draws]
    end = map_points(to_unit_target, target)[draws]
    _, sizes, directions = np.linalg.svd(_equations(start, end))
    unit = directions[:, -1].reshape(-1, 3, 3)
    denominator = (start @ unit[:, 2, :2, None])[..., 0] + unit[:, 2, 2, None]
    sign = np.sign(denominator[:, 0])
    kept = (denominator * sign[:, None] > 0.0).all(axis=1)
    kept &= sizes[:, 7] > _DEGENERATE * sizes[:, 0]
    kept &= np.linalg.det(unit) * sign > _DEGENERATE
    matrices = np.linalg.solve(to_unit_target, unit[kept] @ to_unit_source)
    drawn: Floats = matrices * sign[kept, None, None]
    return drawn

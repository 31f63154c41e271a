"""Landmark shape: similarity fits, centroid size, Procrustes distances and superimposition.

Planar configurations are treated as complex vectors, in which a rotation with scaling is one
complex factor and the least-squares one has a closed form (Dryden & Mardia 2016, Statistical
Shape Analysis, 2nd ed., section 8.1). No rotation found here ever contains a reflection unless
a mirrored fit is asked for by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_dinosar.core.arrays import Floats
from napari_dinosar.core.errors import DinosarError

Complexes: TypeAlias = NDArray[np.complex128]

_GPA_TOLERANCE = 1e-10
_GPA_MAX_ITERATIONS = 1000


@dataclass(frozen=True, eq=False)
class SimilarityFit:
    """A least-squares similarity from source to target points.

    Attributes
    ----------
    matrix : array, (3, 3)
        Homogeneous transform of column vectors (x, y, 1).
    scale : float
        Target size / source size; 1 when scaling was not allowed.
    angle : float
        Rotation in radians, from +x towards +y; of a reflected fit the rotation that follows
        the reflection y -> -y.
    residual_rms : float
        Root of the mean squared distance between mapped source and target, in target units.
    reflected : bool
        Whether the transform turns the plane over.
    """

    matrix: Floats
    scale: float
    angle: float
    residual_rms: float
    reflected: bool

    def __call__(self, xy: ArrayLike) -> Floats:
        """Map points (..., 2) from source to target coordinates."""
        points = np.asarray(xy, dtype=np.float64)
        mapped: Floats = points @ self.matrix[:2, :2].T + self.matrix[:2, 2]
        return mapped


@dataclass(frozen=True, eq=False)
class Gpa:
    """A partial generalised Procrustes superimposition.

    Attributes
    ----------
    consensus_unit : array, (K, 2)
        Mean shape: centred, centroid size 1, turned to the first specimen.
    aligned_unit : array, (S, K, 2)
        Each specimen centred, of centroid size 1, rotated onto the consensus.
    centroid_sizes : array, (S,)
        Centroid sizes before scaling, in the units of the input.
    n_iterations : int
        Rounds until the mean moved less than 1e-10.
    """

    consensus_unit: Floats
    aligned_unit: Floats
    centroid_sizes: Floats
    n_iterations: int


def fit_similarity(
    source_xy: ArrayLike, target_xy: ArrayLike, *, scaling: bool = True, reflection: bool = False
) -> SimilarityFit:
    """Fit the similarity that maps source onto target with the least squared distance.

    Parameters
    ----------
    source_xy, target_xy : array, (K, 2)
        Corresponding points, K >= 2.
    scaling : bool
        Whether the size may change; otherwise rotation and shift alone.
    reflection : bool
        Fit a mirrored transform (negative determinant) instead of a plain one.

    Returns
    -------
    SimilarityFit
        The transform and its residual in target units.

    Raises
    ------
    DinosarError
        If there are fewer than two points, or the source points all coincide.

    References
    ----------
    Umeyama, S. 1991. IEEE Transactions on Pattern Analysis and Machine Intelligence 13: 376-380,
    in the plane, where it has a closed form in complex numbers.
    """
    source = _complex(source_xy)
    target = _complex(target_xy)
    if len(source) < 2:
        raise DinosarError("A similarity needs at least two pairs of points.")
    source_centre, target_centre = source.mean(), target.mean()
    turned = source - source_centre
    if reflection:
        turned = turned.conj()
    aim = target - target_centre
    size = float(np.vdot(turned, turned).real)
    if size == 0.0:
        raise DinosarError("A similarity cannot be fitted: the points of the source all coincide.")
    product = complex(np.vdot(turned, aim))
    factor = product / size if scaling else _unit_factor(product)
    residual = turned * factor - aim
    return SimilarityFit(
        matrix=_similarity_matrix(
            factor, complex(source_centre), complex(target_centre), reflection
        ),
        scale=abs(factor),
        angle=float(np.angle(factor)),
        residual_rms=float(np.sqrt(np.mean(np.abs(residual) ** 2))),
        reflected=reflection,
    )


def centroid_size(xy: ArrayLike) -> float:
    """Return the root of the summed squared distances to the centroid, in the units of `xy`."""
    shape = _complex(xy)
    return float(np.linalg.norm(shape - shape.mean()))


def unit_shape(xy: ArrayLike) -> Floats:
    """Return a configuration (K, 2) centred on 0 and scaled to centroid size 1.

    Raises
    ------
    DinosarError
        If a coordinate is not finite or the landmarks all coincide.
    """
    return _real(_unit(_complex(xy)))


def procrustes_distance(a_xy: ArrayLike, b_xy: ArrayLike) -> float:
    """Return the partial Procrustes distance of two configurations (K, 2).

    The distance between the two unit shapes after the best rotation, reflection not allowed:
    ``2 sin(rho / 2)`` with the Riemannian distance rho.
    """
    a, b = _unit(_complex(a_xy)), _unit(_complex(b_xy))
    return float(np.linalg.norm(_rotated(a, b) - b))


def riemannian_distance(a_xy: ArrayLike, b_xy: ArrayLike) -> float:
    """Return the angle rho between two shapes in Kendall's pre-shape space, in radians."""
    # by the chord, since the arc cosine loses half of the digits of a small angle
    return float(2.0 * np.arcsin(min(1.0, procrustes_distance(a_xy, b_xy) / 2.0)))


def rotate_onto(source_xy: ArrayLike, target_xy: ArrayLike) -> Floats:
    """Return source turned about the origin, without reflection, as near to target as it gets."""
    return _real(_rotated(_complex(source_xy), _complex(target_xy)))


def generalised_procrustes(shapes: ArrayLike) -> Gpa:
    """Superimpose configurations by partial generalised Procrustes analysis.

    Each is centred, scaled to centroid size 1 and rotated, never reflected, onto the mean, which
    is scaled to centroid size 1 again, until it moves less than 1e-10. The result is turned to
    the first specimen.

    Parameters
    ----------
    shapes : array, (S, K, 2)
        Corresponding landmarks of S specimens.

    Returns
    -------
    Gpa
        Consensus, aligned specimens and centroid sizes.

    Raises
    ------
    DinosarError
        If a coordinate is not finite or the landmarks of a specimen all coincide.

    References
    ----------
    Gower, J. C. 1975. Psychometrika 40: 33-51; Rohlf, F. J. & Slice, D. 1990. Systematic Zoology
    39: 40-59.
    """
    units, sizes = _units(_complex(shapes))
    mean = units[0]
    moved, n_iterations = np.inf, 0
    while moved >= _GPA_TOLERANCE and n_iterations < _GPA_MAX_ITERATIONS:
        renewed = _all_rotated(units, mean).mean(axis=0)
        renewed /= np.linalg.norm(renewed)
        moved = float(np.linalg.norm(renewed - mean))
        mean, n_iterations = renewed, n_iterations + 1
    mean = _rotated(mean, units[0])
    return Gpa(
        consensus_unit=_real(mean),
        aligned_unit=_real(_all_rotated(units, mean)),
        centroid_sizes=sizes,
        n_iterations=n_iterations,
    )


def _complex(xy: ArrayLike) -> Complexes:
    points = np.asarray(xy, dtype=np.float64)
    shape: Complexes = points[..., 0] + 1j * points[..., 1]
    return shape


def _real(shape: Complexes) -> Floats:
    return np.stack([shape.real, shape.imag], axis=-1)


def _unit(shape: Complexes) -> Complexes:
    _refuse_unplaced(shape)
    centred = shape - shape.mean()
    size = np.linalg.norm(centred)
    if size == 0.0:
        raise _no_shape()
    unit: Complexes = centred / size
    return unit


def _units(shapes: Complexes) -> tuple[Complexes, Floats]:
    """Return configurations (S, K) with centroid size 1, and the sizes that they had."""
    _refuse_unplaced(shapes)
    centred = shapes - shapes.mean(axis=1, keepdims=True)
    sizes = np.linalg.norm(centred, axis=1)
    if (sizes == 0.0).any():
        raise _no_shape()
    return centred / sizes[:, None], sizes


def _refuse_unplaced(shape: Complexes) -> None:
    if not np.isfinite(shape).all():
        raise DinosarError(
            "Landmark coordinates must be finite numbers. Leave out the landmarks that were not "
            "placed on both specimens."
        )


def _no_shape() -> DinosarError:
    return DinosarError("The landmarks of a specimen all coincide: a shape needs distinct ones.")


def _rotated(shape: Complexes, onto: Complexes) -> Complexes:
    return shape * _unit_factor(complex(np.vdot(shape, onto)))


def _all_rotated(shapes: Complexes, onto: Complexes) -> Complexes:
    products = shapes.conj() @ onto
    lengths = np.abs(products)
    # every rotation is as good as any other where the product vanishes
    factors = np.divide(products, lengths, out=np.ones_like(products), where=lengths > 0)
    return shapes * factors[:, None]


def _unit_factor(product: complex) -> complex:
    # every rotation is as good as any other where the product vanishes: leave the shape alone
    return product / abs(product) if product else 1.0 + 0.0j


def _similarity_matrix(
    factor: complex, source_centre: complex, target_centre: complex, reflection: bool
) -> Floats:
    flip = -1.0 if reflection else 1.0
    start = source_centre.conjugate() if reflection else source_centre
    shift = target_centre - factor * start
    return np.array(
        [
            [factor.real, -flip * factor.imag, shift.real],
            [factor.imag, flip * factor.real, shift.imag],
            [0.0, 0.0, 1.0],
        ]
    )

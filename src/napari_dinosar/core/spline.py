"""The thin-plate spline: the smooth map between the landmarks of two configurations."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from napari_dinosar.core.arrays import Floats
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.shape import centroid_size, unit_shape

_TINY = np.finfo(np.float64).tiny
_BLOCK_ENTRIES = 500_000
_MIN_SEPARATION = 1e-9
_MIN_SPREAD = 1e-6


class ThinPlateSpline:
    """The smooth map of the plane that takes source landmarks to target landmarks.

    Kernel ``U(r) = r^2 log r^2`` with the affine part, so that affine changes are met exactly
    and cost no bending energy; exact at the landmarks unless smoothed.

    Parameters
    ----------
    source_xy, target_xy : array, (K, 2)
        Corresponding landmarks, K >= 3, those of the source distinct and not on one line. Several
        targets side by side, (K, 2 n), are warped onto at once.
    smoothing : float
        Added to the kernel's diagonal, with the source scaled to centroid size 1, so that the same
        value means the same at any size; 0 interpolates.

    Raises
    ------
    DinosarError
        If the source landmarks coincide, lie on one line or are fewer than three.

    References
    ----------
    Bookstein, F. L. 1989. IEEE Transactions on Pattern Analysis and Machine Intelligence 11:
    567-585.
    """

    def __init__(self, source_xy: ArrayLike, target_xy: ArrayLike, smoothing: float = 0.0) -> None:
        source = np.asarray(source_xy, dtype=np.float64)
        target = np.asarray(target_xy, dtype=np.float64)
        # solved at unit size about the origin, where the system is well conditioned: the kernel's
        # scale goes into the affine part
        self._unit = unit_shape(source)
        self._centre = source.mean(axis=0)
        self._size = centroid_size(source)
        n_landmarks = len(source)
        affine = np.column_stack([np.ones(n_landmarks), self._unit])
        _refuse_degenerate(self._unit)
        kernel = _kernel(_squared_distances(self._unit, self._unit))
        system = np.zeros((n_landmarks + 3, n_landmarks + 3))
        system[:n_landmarks, :n_landmarks] = kernel + smoothing * np.eye(n_landmarks)
        system[:n_landmarks, n_landmarks:] = affine
        system[n_landmarks:, :n_landmarks] = affine.T
        solution = np.linalg.solve(system, np.concatenate([target, np.zeros((3, target.shape[1]))]))
        self._weights: Floats = solution[:n_landmarks]
        self._affine: Floats = solution[n_landmarks:]
        self._bending_energy = float(
            np.einsum("id,ij,jd->", self._weights, kernel, self._weights) / self._size**2
        )

    @property
    def bending_energy(self) -> float:
        """``trace(W^T K W)`` in squared target units per squared source unit."""
        return self._bending_energy

    def __call__(self, xy: ArrayLike) -> Floats:
        """Map points (..., 2) from source to target coordinates; (..., 2 n) of several targets."""
        points = np.asarray(xy, dtype=np.float64)
        unit = ((points - self._centre) / self._size).reshape(-1, 2)
        mapped = np.concatenate([self._mapped(block) for block in self._blocks(unit)])
        return mapped.reshape(*points.shape[:-1], mapped.shape[1])

    def jacobian(self, xy: ArrayLike) -> Floats:
        """Return the derivative (..., 2, 2) at points (..., 2): rows target, columns source."""
        points = np.asarray(xy, dtype=np.float64)
        unit = ((points - self._centre) / self._size).reshape(-1, 2)
        derivative = np.concatenate([self._derivative(block) for block in self._blocks(unit)])
        return derivative.reshape(*points.shape[:-1], 2, 2) / self._size

    def jacobian_det(self, xy: ArrayLike) -> Floats:
        """Return the local change of area at points (..., 2); <= 0 where the map folds."""
        derivative = self.jacobian(xy)
        determinant: Floats = (
            derivative[..., 0, 0] * derivative[..., 1, 1]
            - derivative[..., 0, 1] * derivative[..., 1, 0]
        )
        return determinant

    def _blocks(self, unit: Floats) -> list[Floats]:
        """Return points in pieces whose distances to all landmarks take little memory."""
        step = max(1, _BLOCK_ENTRIES // len(self._unit))
        return [unit[start : start + step] for start in range(0, max(1, len(unit)), step)]

    def _mapped(self, unit: Floats) -> Floats:
        bent = _kernel(_squared_distances(unit, self._unit)) @ self._weights
        mapped: Floats = bent + self._affine[0] + unit @ self._affine[1:]
        return mapped

    def _derivative(self, unit: Floats) -> Floats:
        squared = _squared_distances(unit, self._unit)
        # the gradient 2 (log r^2 + 1) (x - x_i) of the kernel tends to 0 at a landmark
        slope = 2.0 * (np.log(np.maximum(squared, _TINY)) + 1.0)
        offsets = unit[:, None, :] - self._unit[None, :, :]
        bent = np.einsum("nk,nks,kt->nts", slope, offsets, self._weights, optimize=True)
        derivative: Floats = bent + self._affine[1:].T
        return derivative


def _squared_distances(a: Floats, b: Floats) -> Floats:
    x = a[:, 0, None] - b[None, :, 0]
    y = a[:, 1, None] - b[None, :, 1]
    distances: Floats = x * x + y * y
    return distances


def _kernel(squared: Floats) -> Floats:
    values: Floats = squared * np.log(np.maximum(squared, _TINY))
    return values


def _refuse_degenerate(unit: Floats) -> None:
    squared = _squared_distances(unit, unit)
    np.fill_diagonal(squared, np.inf)
    if squared.min() < _MIN_SEPARATION**2:
        raise DinosarError(
            "Two landmarks lie on the same spot: a thin-plate spline needs distinct ones. Move or "
            "remove one of them."
        )
    if len(unit) < 3 or np.linalg.svd(unit, compute_uv=False)[-1] < _MIN_SPREAD:
        raise DinosarError(
            "A thin-plate spline needs at least three landmarks that do not lie on one line."
        )

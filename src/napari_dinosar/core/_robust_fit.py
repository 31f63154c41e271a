"""Some landmarks of a specimen laid on a mean shape, whatever lies far off."""

from __future__ import annotations

import numpy as np

from napari_dinosar.core.arrays import Floats
from napari_dinosar.core.shape import Complexes

_BIWEIGHT_SCATTERS = 6.0
_BIWEIGHT_ROUNDS = 20
_MOST_STARTS = 1000


def superimposed(target: Complexes, scatter: Floats, shape: Complexes) -> Complexes | None:
    """Lay the landmarks of a specimen on a mean by a similarity, whatever lies far off.

    The fit starts from the two landmarks whose similarity suits the better half of the others
    best, and goes on with Tukey's biweight.

    Parameters
    ----------
    target : complex array, (m,)
        The mean of these landmarks.
    scatter : array, (m,)
        How far from it they usually lie.
    shape : complex array, (m,)
        The specimen, in any units.

    Returns
    -------
    complex array, (m,) or None
        In the units of the mean; None where landmarks coincide so that there is no fit.
    """
    size = np.linalg.norm(shape - shape.mean())
    if size == 0.0:
        return None
    source = (shape - shape.mean()) / size
    fit = _started(target, source, scatter)
    for _ in range(_BIWEIGHT_ROUNDS):
        if fit is None:
            return None
        far = _far(target, source, scatter, *fit)
        limit = _BIWEIGHT_SCATTERS * max(1.0, float(np.median(far)))
        weights = np.clip(1.0 - (far / limit) ** 2, 0.0, None) ** 2 / scatter**2
        fit = _weighted(target, source, weights)
    if fit is None:
        return None
    factor, shift = fit
    laid: Complexes = (source - shift) / factor
    return laid


def _started(
    target: Complexes, source: Complexes, scatter: Floats
) -> tuple[complex, complex] | None:
    """Return factor and shift from target to source by two landmarks, far apart."""
    first, second = np.triu_indices(len(target), 1)
    apart = np.abs(target[second] - target[first])
    chosen = np.argsort(-apart, kind="stable")[: (len(apart) + 1) // 2]
    chosen = chosen[:: 1 + len(chosen) // _MOST_STARTS]
    chosen = chosen[apart[chosen] > 0]
    first, second = first[chosen], second[chosen]
    factors = (source[second] - source[first]) / (target[second] - target[first])
    factors, first = factors[factors != 0], first[factors != 0]
    if not len(factors):
        return None
    shifts = source[first] - factors * target[first]
    far = _far(target, source, scatter, factors[:, None], shifts[:, None])
    rank = min((len(target) - 1) // 2 + 2, len(target)) - 1
    best = int(np.argmin(np.partition(far, rank, axis=1)[:, rank]))
    return complex(factors[best]), complex(shifts[best])


def _far(
    target: Complexes,
    source: Complexes,
    scatter: Floats,
    factor: complex | Complexes,
    shift: complex | Complexes,
) -> Floats:
    far: Floats = np.abs(source - factor * target - shift) / np.abs(factor) / scatter
    return far


def _weighted(
    target: Complexes, source: Complexes, weights: Floats
) -> tuple[complex, complex] | None:
    total = weights.sum()
    centre, aim = (weights * target).sum() / total, (weights * source).sum() / total
    product = (weights * np.conj(target - centre) * (source - aim)).sum()
    size = (weights * np.abs(target - centre) ** 2).sum()
    if not (size > 0 and abs(product) > 0):
        return None
    factor = complex(product / size)
    return factor, complex(aim - factor * centre)

"""Warns of landmarks that are likely to be misplaced or exchanged, by the mean of finished ones.

It suggests and changes nothing. Shift, turn and size are free; reflection is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from napari_dinosar.core._doubt_words import Doubt, Words
from napari_dinosar.core._shape_look import Look, look_at
from napari_dinosar.core.arrays import Floats
from napari_dinosar.core.shape import Complexes
from napari_dinosar.core.shape_spread import (
    MeanShape,
    as_complex,
    fit_mean_shape,
    precision,
    stacked,
)

__all__ = ["Doubt", "MeanShape", "doubts", "fit_mean_shape"]

_FAR = 5.0
_FEW_SPECIMENS = 2.0
_NEAR = 1.5
_USUAL = 2.0
_EXCHANGED = 4.0
_LEAST_GAIN = 30.0
_LEAST_BETTER = 4.0
_MOST_SWAPS = 10
_FEW_PLACED = 8


def doubts(
    mean: MeanShape,
    xy: ArrayLike,
    names: Sequence[str],
    partners: Sequence[tuple[int, int]] = (),
) -> tuple[Doubt, ...]:
    """Judge the landmarks of one specimen by those of finished ones.

    The placed landmarks are laid on the mean by a robust similarity. Each is then compared with
    where the others let it be expected, in their usual scatter; the farthest is taken out until
    none is too far, so that it does not make others look wrong. All exchanges of two landmarks,
    that of all partners, and the specimen turned over are tried by how much nearer they bring it
    to the mean.

    Parameters
    ----------
    mean : MeanShape
        Of finished specimens, this one not among them.
    xy : array, (K, 2)
        Photo pixels; NaN where nothing is placed.
    names : sequence of str, K
        How sentences call them.
    partners : sequence of (int, int)
        Landmarks, 0-based, of the left and the right.

    Returns
    -------
    tuple of Doubt
        The gravest first; empty where fewer than 4 landmarks are placed.

    Notes
    -----
    Limits are calibrated so that about 2 % of carefully placed specimens meet a doubt.
    """
    shape = as_complex(np.asarray(xy, dtype=np.float64))
    limit = _FAR * (1 + _FEW_SPECIMENS / mean.n)
    words = Words(mean.n, tuple(names))
    first = look_at(mean, shape, limit)
    if first is None:
        return ()
    found: list[Doubt] = []
    turned = _other_way_round(mean, shape, partners, first, limit)
    if turned is not None:
        shape, look, pairs = turned
        found.append(words.other_way_round(first, look, pairs))
    else:
        look = first
    for _ in range(_MOST_SWAPS):
        swapped = _best_swap(mean, shape, look, limit)
        if swapped is None:
            break
        pair, shape, after = swapped
        found.append(words.swap(pair, look, after))
        look = after
    if look.is_hopeless:
        found.append(words.hopeless(look))
    else:
        expected = _expected(mean, look)
        for place, far in zip(look.places[look.outliers], look.far[look.outliers], strict=True):
            found.append(words.outlier(int(place), float(far), _meant(mean, look, place, expected)))
    return tuple(sorted(found, key=lambda doubt: -doubt.severity))


def _best_swap(
    mean: MeanShape, shape: Complexes, look: Look, limit: float
) -> tuple[tuple[int, int], Complexes, Look] | None:
    """Return the exchange of two landmarks that explains most, if it explains enough.

    Each is tried without the outliers that it does not concern, whose misfit would drown it.
    """
    far_off = look.places[look.outliers]
    accepted: list[tuple[float, tuple[int, int]]] = []
    for pair in _candidates(mean, look):
        others = np.setdiff1d(far_off, pair)
        before, after = shape.copy(), _exchanged(shape, pair)
        # of so few that nothing fits, all are needed
        if not look.is_hopeless:
            before[others] = after[others] = np.nan
        was, now = look_at(mean, before, limit), look_at(mean, after, limit)
        if was is None or now is None or now.is_hopeless:
            continue
        if was.misfit - now.misfit >= _LEAST_GAIN and now.at(np.array(pair)).max() <= limit:
            accepted.append((now.misfit - was.misfit, pair))
    if not accepted:
        return None
    _, pair = min(accepted)
    exchanged = _exchanged(shape, pair)
    whole = look_at(mean, exchanged, limit)
    return None if whole is None else (pair, exchanged, whole)


def _candidates(mean: MeanShape, look: Look) -> list[tuple[int, int]]:
    """Return the exchange that lowers the misfit most, and outliers at each other's places.

    Where nothing fits few landmarks, all exchanges: the misfit then leans on a wrong fit.
    """
    if look.is_hopeless and len(look.places) <= _FEW_PLACED:
        return list(combinations(look.places.tolist(), 2))
    gains = _gains(mean, look)
    best = np.unravel_index(int(np.argmax(gains)), gains.shape)
    found = [best] if gains[best] >= _LEAST_GAIN else []
    out = np.flatnonzero(look.outliers)
    if 1 < len(out) < len(look.places):
        expected = _expected(mean, look)[look.places[out]]
        scatter = mean.scatter[look.places[out]]
        away = np.abs(look.laid[out][:, None] - expected) / scatter
        away = np.maximum(away, away.T)
        np.fill_diagonal(away, np.inf)
        nearest = np.argmin(away, axis=1)
        found += [(out[i], out[j]) for i, j in enumerate(nearest) if away[i, j] <= _EXCHANGED]
    pairs = [sorted((int(look.places[i]), int(look.places[j]))) for i, j in found]
    return list(dict.fromkeys((one, other) for one, other in pairs))


def _exchanged(shape: Complexes, pair: tuple[int, int]) -> Complexes:
    changed = shape.copy()
    changed[list(pair)] = shape[list(pair)[::-1]]
    return changed


def _gains(mean: MeanShape, look: Look) -> Floats:
    """Return by how much each exchange of two landmarks lowers the misfit, (m, m).

    With the inverse covariance P and the pull P d, moving one landmark by v and another one by
    -v adds ``2 v (pull_i - pull_j) + v (P_ii + P_jj - P_ij - P_ji) v``.
    """
    count = len(look.places)
    inverse = precision(mean, look.places).reshape(2, count, 2, count)
    deviations = look.laid - as_complex(mean.xy_unit)[look.places]
    pull = np.einsum("aibj,bj->ai", inverse, stacked(deviations).reshape(2, count))
    moves = look.laid[None, :] - look.laid[:, None]
    steps = np.stack([moves.real, moves.imag])
    own = np.einsum("aibi->abi", inverse)
    cross = inverse.transpose(0, 2, 1, 3)
    form = own[..., :, None] + own[..., None, :] - cross - np.einsum("ajbi->abij", inverse)
    linear = np.einsum("aij,aij->ij", steps, pull[:, :, None] - pull[:, None, :])
    squared = np.einsum("aij,abij,bij->ij", steps, form, steps, optimize=True)
    gains: Floats = -(2 * linear + squared)
    return gains


def _other_way_round(
    mean: MeanShape,
    shape: Complexes,
    partners: Sequence[tuple[int, int]],
    look: Look,
    limit: float,
) -> tuple[Complexes, Look, tuple[int, ...]] | None:
    """Return the specimen with left and right exchanged, or turned over, where only that fits."""
    both = [pair for pair in partners if np.isfinite(shape[list(pair)]).all()]
    if not look.is_hopeless and np.median(look.far) <= _USUAL:
        return None
    candidates: list[tuple[Complexes, tuple[int, ...]]] = [(shape.conj(), ())]
    if len(both) > 1:
        exchanged = shape
        for pair in both:
            exchanged = _exchanged(exchanged, pair)
        involved = tuple(sorted(place for pair in both for place in pair))
        candidates.insert(0, (exchanged, involved))
    for candidate, involved in candidates:
        after = look_at(mean, candidate, limit)
        if after is None or after.is_hopeless or np.median(after.far) > _USUAL:
            continue
        gain = look.misfit - after.misfit
        if gain > _LEAST_GAIN and look.misfit > _LEAST_BETTER * after.misfit:
            return candidate, after, involved
    return None


def _expected(mean: MeanShape, look: Look) -> Complexes:
    """Return where all landmarks are expected by those that are no outliers, (K,)."""
    kept = ~look.outliers
    places = look.places[kept]
    both = np.concatenate([places, places + len(mean)])
    centre = as_complex(mean.xy_unit)
    deviations = stacked(look.laid[kept] - centre[places])
    moved = mean.covariance[:, both] @ precision(mean, places) @ deviations
    expected: Complexes = centre + moved[: len(mean)] + 1j * moved[len(mean) :]
    return expected


def _meant(mean: MeanShape, look: Look, place: np.intp, expected: Complexes) -> int | None:
    """Return the other landmark at whose place an outlier lies, or None."""
    here = look.laid[look.places == place][0]
    far = np.abs(here - expected) / mean.scatter
    far[place] = np.inf
    nearest = int(np.argmin(far))
    return nearest if far[nearest] <= _NEAR else None

"""A specimen laid on the mean shape of others, and which of its landmarks lie far off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core._robust_fit import superimposed
from napari_dinosar.core.arrays import Floats
from napari_dinosar.core.shape import Complexes
from napari_dinosar.core.shape_spread import (
    MIN_PLACED,
    MeanShape,
    as_complex,
    precision,
    stacked,
    usual_scatters,
)

Places: TypeAlias = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Look:
    """A specimen laid on the mean.

    Attributes
    ----------
    places : array of int, (m,)
        Its placed landmarks.
    laid : complex array, (m,)
        They, in the units of the mean.
    far : array, (m,)
        Usual scatters of each one from where those that are no outliers let it be expected.
    outliers : array of bool, (m,)
        Which lie too far off.
    misfit : float
        Squared Mahalanobis distance from the mean, of all together.
    is_hopeless : bool
        Whether so many lie off that no fit tells which.
    """

    places: Places
    laid: Complexes
    far: Floats
    outliers: NDArray[np.bool_]
    misfit: float
    is_hopeless: bool

    def at(self, places: Places) -> Floats:
        """Return usual scatters of some of the landmarks."""
        return self.far[np.searchsorted(self.places, places)]


def look_at(mean: MeanShape, shape: Complexes, limit: float) -> Look | None:
    """Lay a specimen on the mean and find its outliers; None where there is no fit."""
    places = np.flatnonzero(np.isfinite(shape))
    if len(places) < MIN_PLACED:
        return None
    target = as_complex(mean.xy_unit)[places]
    laid = superimposed(target, mean.scatter[places], shape[places])
    if laid is None:
        return None
    deviations = laid - target
    kept = np.arange(len(places))
    out: list[np.intp] = []
    far = np.empty(len(places))
    while True:
        inverse = precision(mean, places[kept])
        far[kept] = usual_scatters(stacked(deviations[kept]), inverse)
        worst = int(np.argmax(far[kept]))
        if far[kept][worst] <= limit or len(out) >= (len(places) - 2) // 2:
            break
        out.append(kept[worst])
        kept = np.delete(kept, worst)
    for one in out:
        with_it = np.append(kept, one)
        inverse = precision(mean, places[with_it])
        far[one] = usual_scatters(stacked(deviations[with_it]), inverse)[-1]
    together = stacked(deviations)
    misfit = float(together @ precision(mean, places) @ together)
    hopeless = bool((far[kept] > limit).any())
    return Look(places, laid, far, far > limit, misfit, hopeless)

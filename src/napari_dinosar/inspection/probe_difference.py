"""How two probes of one photo differ: what the network tells apart."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.inspection.probe_result import PatchMap, ProbeResult


@dataclass(frozen=True, eq=False)
class ProbeDifference:
    """How two probes differ over the photo that both searched.

    Attributes
    ----------
    map : PatchMap
        Similarity of the second less that of the first.
    largest : float
        Largest absolute difference; NaN where the maps have nothing in common.
    correlation : float
        Pearson's, of the patches that both have; NaN where either one is even.
    """

    map: PatchMap
    largest: float
    correlation: float


def probe_difference(first: ProbeResult, second: ProbeResult) -> ProbeDifference:
    """Compare two probes that searched the same photo, wherever each of them pointed.

    Parameters
    ----------
    first, second : ProbeResult
        Of one comparison, or of two with the same canvas of that photo.

    Returns
    -------
    ProbeDifference
        ``second - first``.

    Raises
    ------
    DinosarError
        If their maps are not of the same patches of the same photo.
    """
    one, other = first.map, second.map
    is_same_photo = first.source[f"sha256_{one.side}"] == second.source[f"sha256_{other.side}"]
    is_same_place = one.values.shape == other.values.shape and np.allclose(
        one.to_photo_yx, other.to_photo_yx
    )
    if not (is_same_photo and is_same_place):
        raise DinosarError(
            "The two probes searched different photos, or the same one on different canvases, so "
            "that their maps cannot be compared. Probe the same photo twice."
        )
    values = other.values - one.values
    both = np.isfinite(values)
    return ProbeDifference(
        map=PatchMap(one.side, values, one.to_photo_yx),
        largest=float(np.abs(values[both]).max()) if both.any() else math.nan,
        correlation=_correlation(one.values[both], other.values[both]),
    )


def _correlation(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    if one.size < 2:
        return math.nan
    a, b = (values - values.mean(dtype=np.float64) for values in (one, other))
    spread = math.sqrt(float(a @ a) * float(b @ b))
    return float(a @ b) / spread if spread > 0 else math.nan

"""What the network thinks of the landmarks: where its match of each lies from the placed one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.shape import centroid_size
from napari_dinosar.inspection.probe_result import PointXY, ProbeResult

if TYPE_CHECKING:
    from pandas import DataFrame

    from napari_dinosar.inspection.probe import Probe

COLUMNS: Mapping[str, str] = {
    "landmark": "str", "from": "str", "x": "float64", "y": "float64",
    "valid": "bool", "reason": "str",
    "match_x": "float64", "match_y": "float64", "placed_x": "float64", "placed_y": "float64",
    "distance_px": "float64", "distance_share": "float64", "distance_patches": "float64",
    "similarity": "float64", "similarity_placed": "float64",
    "ratio": "float64", "peak_ratio": "float64", "cycle_px": "float64", "mutual": "bool",
}  # fmt: skip
"""Columns of the table of landmarks with their types; NaN where a landmark's patch is not valid.

``x`` and ``y`` are where it was placed in the photo it is looked at from, ``match_x`` to
``placed_y`` and ``distance_px`` lie in the other photo, ``cycle_px`` in its own; all in pixels.
"""


def landmark_table(probe: Probe, layers: Sequence[int] | None = None) -> DataFrame:
    """List how far the network's match of each common landmark lies from the placed one.

    The network is asked about the patch that a landmark lies in, and answers with a place between
    patches (`Peak.refined_xy`): a distance of up to one patch (``distance_patches``) says nothing
    against a landmark.

    Parameters
    ----------
    probe : Probe
        Of the comparison.
    layers : sequence of int, optional
        Some of its layers; all of them by default.

    Returns
    -------
    DataFrame
        Of `COLUMNS`, for each landmark from A (``from`` is ``"a"``) and from B.
        ``distance_share`` is the distance by the centroid size of the common landmarks of the
        photo that was searched; ``similarity_placed`` is that of the patch at the placed landmark.

    Raises
    ------
    DinosarError
        If the two have no landmarks in common.
    """
    import pandas as pd

    pair = probe.comparison.pair
    if pair is None:
        raise DinosarError(
            "The comparison has no landmarks that the network could be asked about. Compare again "
            "with landmarks for both photos."
        )
    ends = {"a": (pair.xy_a, pair.xy_b), "b": (pair.xy_b, pair.xy_a)}
    rows = []
    for place, label in enumerate(pair.labels):
        for side, (own_xy, other_xy) in ends.items():
            result = probe.at("a" if side == "a" else "b", tuple(own_xy[place]), layers=layers)
            x, y = (float(value) for value in other_xy[place])
            rows.append({"landmark": label, **_row(probe, result, (x, y), centroid_size(other_xy))})
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(dict(COLUMNS))


def _row(probe: Probe, result: ProbeResult, placed_xy: PointXY, size_px: float) -> dict[str, Any]:
    """Return what one probe at a landmark says of the placed one in the other photo."""
    other = probe.side(result.other_side)
    match_xy = (math.nan, math.nan) if result.match is None else result.match.refined_xy
    distance = math.dist(match_xy, placed_xy)
    placed = other.patch_at(placed_xy)
    return {
        "from": result.side,
        "x": result.at_xy[0],
        "y": result.at_xy[1],
        "valid": result.patch.valid,
        "reason": result.patch.reason,
        "match_x": match_xy[0],
        "match_y": match_xy[1],
        "placed_x": placed_xy[0],
        "placed_y": placed_xy[1],
        "distance_px": distance,
        "distance_share": distance / size_px,
        "distance_patches": distance / other.patch_px(placed_xy),
        "similarity": result.similarity,
        "similarity_placed": (
            float(result.map.values[placed.row, placed.col]) if placed.valid else math.nan
        ),
        "ratio": result.ratio,
        "peak_ratio": result.peak_ratio,
        "cycle_px": result.cycle_px,
        "mutual": result.is_mutual,
    }

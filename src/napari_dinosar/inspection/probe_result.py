"""What one probe says: the patch, its map over the other photo, its match and the way back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.peaks import distance_ratio

SideName: TypeAlias = Literal["a", "b"]
PointXY: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class Patch:
    """A patch of one photo.

    Attributes
    ----------
    row, col : int
        Where it lies on the canvas; outside of the canvas' patches for a place beyond it.
    xy : (float, float)
        Its centre in photo pixels.
    valid : bool
        Whether it counts.
    reason : str
        Why it does not; empty where it does.
    """

    row: int
    col: int
    xy: PointXY
    valid: bool = True
    reason: str = ""


@dataclass(frozen=True)
class Found:
    """A patch that is like another one.

    Attributes
    ----------
    row, col : int
        Where it lies on its canvas.
    xy : (float, float)
        Its centre in photo pixels, as tables of patches have it.
    similarity : float
        Aggregated over the layers.
    """

    row: int
    col: int
    xy: PointXY
    similarity: float


@dataclass(frozen=True)
class Peak(Found):
    """A peak of a map.

    Attributes
    ----------
    refined_xy : (float, float)
        Between patches, as the correspondences of the demo flavour have it (`core.peaks`); the
        similarity is that of the patch.
    """

    refined_xy: PointXY


@dataclass(frozen=True, eq=False)
class PatchMap:
    """A similarity for each patch of one photo.

    Attributes
    ----------
    side : {"a", "b"}
        The photo.
    values : array of float32, (rows, cols)
        NaN where a patch is not valid.
    to_photo_yx : array, (3, 3)
        Takes (row, col, 1) to (y, x, 1) of a patch's centre in photo pixels. Projective where an
        alignment tilted the photo (its last row is then not 0, 0, 1).
    """

    side: SideName
    values: NDArray[np.float32]
    to_photo_yx: NDArray[np.float64]

    @cached_property
    def limits(self) -> tuple[float, float]:
        """Lowest and highest value; 0 and 1 where there is none."""
        values = self.values[np.isfinite(self.values)]
        return (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)


@dataclass(frozen=True, eq=False)
class ProbeResult:
    """What the network finds like one patch.

    Attributes
    ----------
    side : {"a", "b"}
        The photo that was pointed at.
    at_xy : (float, float)
        Where, in its pixels.
    patch : Patch
        The patch there. Where it is not valid nothing follows: the maps are NaN all over, there
        is no match, and the numbers are NaN.
    layers : tuple of int
        The blocks that were asked, counted from 0.
    agg : str
        How they became one, "mean" or "median".
    map : PatchMap
        Similarity to every valid patch of the other photo.
    match : Peak or None
        The most similar patch of the other photo.
    match_per_layer : tuple of float
        Its similarity in each layer alone.
    runner_up : float
        The highest similarity outside the 5 x 5 patches round the match; NaN where there is none.
    second : Peak or None
        The highest local maximum outside those 5 x 5 patches.
    back : Found or None
        The way back: the patch of the photo that was pointed at that is most like the match.
    self_map : PatchMap or None
        Similarity to the patches of the own photo, where it was asked for.
    source : mapping
        Photos, backbone: what tells where the numbers are from.

    References
    ----------
    Lowe, D. G. 2004. International Journal of Computer Vision 60: 91-110, for the ratio.
    Kalal, Z., Mikolajczyk, K. & Matas, J. 2010. International Conference on Pattern Recognition:
    2756-2759, for the cycle error.
    """

    side: SideName
    at_xy: PointXY
    patch: Patch
    layers: tuple[int, ...]
    agg: str
    map: PatchMap
    match: Peak | None
    match_per_layer: tuple[float, ...]
    runner_up: float
    second: Peak | None
    back: Found | None
    self_map: PatchMap | None
    source: Mapping[str, Any]

    @property
    def other_side(self) -> SideName:
        """The photo that was searched."""
        return self.map.side

    @property
    def similarity(self) -> float:
        """That of the match; NaN without one."""
        return math.nan if self.match is None else self.match.similarity

    @property
    def ratio(self) -> float:
        """``(1 - s1) / (1 - s2)`` of match and runner-up: what ``demo_ratio`` is compared with.

        Near 0 the match is clear; at 1 another place is as good; NaN where there is none.
        """
        return distance_ratio(self.similarity, self.runner_up)

    @property
    def peak_ratio(self) -> float:
        """The same ratio of match and second peak; NaN where there is no second peak."""
        second = math.nan if self.second is None else self.second.similarity
        return distance_ratio(self.similarity, second)

    @property
    def cycle_px(self) -> float:
        """How far the way back ends from where it began, in pixels of the photo pointed at.

        From centre to centre of the patches, so that a mutual match has 0; NaN without a match.
        """
        return math.nan if self.back is None else math.dist(self.back.xy, self.patch.xy)

    @property
    def distinctness(self) -> float:
        """``1 - ratio``: 1 of a match that is alone, 0 where another place is as good."""
        return 1.0 - self.ratio

    @property
    def is_mutual(self) -> bool:
        """Whether the way back ends where it began."""
        back = self.back
        return back is not None and (back.row, back.col) == (self.patch.row, self.patch.col)

    def as_dict(self) -> dict[str, Any]:
        """Return all but the maps as plain values for JSON; what is undefined is None."""
        return {
            **self.source,
            "side": self.side,
            "x": self.at_xy[0],
            "y": self.at_xy[1],
            "patch": _plain(asdict(self.patch)),
            "layers": list(self.layers),
            "layer_agg": self.agg,
            "match": _peak(self.match),
            "match_per_layer": list(self.match_per_layer),
            "runner_up": _number(self.runner_up),
            "ratio": _number(self.ratio),
            "distinctness": _number(self.distinctness),
            "second": _peak(self.second),
            "peak_ratio": _number(self.peak_ratio),
            "back": _peak(self.back),
            "cycle_px": _number(self.cycle_px),
            "mutual": self.is_mutual,
        }

    def as_row(self) -> dict[str, Any]:
        """Return `as_dict` as one row of a table: ``match_x`` for the x of the match and so on."""
        row: dict[str, Any] = {}
        for name, value in self.as_dict().items():
            if isinstance(value, dict):
                row |= {f"{name}_{part}": one for part, one in value.items()}
            elif isinstance(value, list):
                row[name] = " ".join(f"{one:.9g}" for one in value)
            elif name in _PARTS and value is None:
                row |= dict.fromkeys(f"{name}_{part}" for part in _PARTS[name])
            else:
                row[name] = value
        return row

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return the maps with what lays them over the photos, for a file of arrays."""
        found: dict[str, NDArray[np.generic]] = {
            "similarity": self.map.values,
            "to_photo_yx": self.map.to_photo_yx,
        }
        if self.self_map is not None:
            found["self_similarity"] = self.self_map.values
            found["self_to_photo_yx"] = self.self_map.to_photo_yx
        return found


_FOUND = ("row", "col", "x", "y", "similarity")
_PEAK = (*_FOUND, "refined_x", "refined_y")
_PARTS = {"match": _PEAK, "second": _PEAK, "back": _FOUND}


def _peak(peak: Found | None) -> dict[str, Any] | None:
    return None if peak is None else _plain(asdict(peak))


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Return fields with places parted into x and y, as tables name them."""
    plain: dict[str, Any] = {}
    for name, value in values.items():
        if name.endswith("xy"):
            plain |= {f"{name[:-2]}{axis}": _number(v) for axis, v in zip("xy", value, strict=True)}
        else:
            plain[name] = value
    return plain


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None

"""The shapes of a layer as the regions that they mean, and whether somebody draws them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.findings.flags import FlaggedRegion, FlagSheet, Remark
from napari_dinosar.result_layers.flagged import REMARKS, remark_features

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari.layers import Shapes

ELLIPSE_CORNERS = 36
_LEAST_AREA_PX = 1.0


def shapes_as_regions(
    layer: Shapes, side: str, known: Sequence[FlaggedRegion]
) -> tuple[FlaggedRegion, ...]:
    """Return the regions that the shapes of a layer mean; lines enclose none and are left out.

    Parameters
    ----------
    layer : Shapes
        In photo pixels, y before x.
    side : {"a", "b"}
        The photo.
    known : sequence of FlaggedRegion
        Those that the layer showed last. A shape that is still the same is the same region, to
        the last digit: napari keeps fewer digits.

    Raises
    ------
    DinosarError
        If a feature was changed to what no region can have.
    """
    by_corners = {_key(region.corners_xy): region for region in known}
    table = layer.features
    found = []
    for index, (data, kind) in enumerate(zip(layer.data, layer.shape_type, strict=True)):
        corners_xy = _corners_yx(np.asarray(data, dtype=float), str(kind))[:, ::-1]
        if len(corners_xy) < 3 or _area(corners_xy) < _LEAST_AREA_PX:
            continue
        said = {name: _text(table[name].iloc[index]) if name in table else "" for name in REMARKS}
        same = by_corners.get(_key(corners_xy))
        if same is not None and remark_features(same.remark) == said:
            found.append(same)
            continue
        remark = Remark(
            said["reason"] or "other", said["note"], said["author"] or None, said["date"] or None
        )
        polygon_xy: Any = corners_xy if same is None else same.polygon_xy
        found.append(FlaggedRegion(side, polygon_xy, remark))
    return tuple(found)


def regions_with(sheet: FlagSheet, side: str, regions: Sequence[FlaggedRegion]) -> FlagSheet:
    """Return a sheet with other regions on one side; those of the other side keep their places."""
    if sheet.regions_of(side) == tuple(regions):
        return sheet
    left = list(regions)
    kept = []
    for region in sheet.regions:
        if region.side != side:
            kept.append(region)
        elif left:
            kept.append(left.pop(0))
    return replace(sheet, regions=(*kept, *left))


def is_drawn_in(layer: Shapes) -> bool:
    """Tell whether one of napari's tools for drawing is in the hand."""
    return str(layer.mode).startswith("add")


def let_go(layer: Shapes) -> None:
    """End what a person is doing in a layer whose shapes become others."""
    if is_drawn_in(layer):
        layer.mode = "pan_zoom"
    layer.selected_data = set()


def _corners_yx(data: NDArray[np.float64], kind: str) -> NDArray[np.float64]:
    """Return the corners of a shape; an ellipse is a polygon of many."""
    if kind != "ellipse":
        return data
    centre, across, down = data.mean(axis=0), (data[1] - data[0]) / 2, (data[3] - data[0]) / 2
    angle = np.linspace(0, 2 * np.pi, ELLIPSE_CORNERS, endpoint=False)[:, None]
    return centre + np.cos(angle) * across + np.sin(angle) * down


def _area(corners_xy: NDArray[np.float64]) -> float:
    x, y = corners_xy.T
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)


def _key(corners_xy: NDArray[np.float64]) -> bytes:
    return np.asarray(corners_xy, dtype=np.float32).tobytes()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""

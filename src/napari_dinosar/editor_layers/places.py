"""Places of the world on a photo and back, and the landmark that is nearest to one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.editing.cursor import Side
from napari_dinosar.editor_layers.specs import Sheet
from napari_dinosar.project.state import Position

_HALF_PX = 0.5
"""How far the photo reaches beyond the centres of its outermost pixels."""


@dataclass(frozen=True)
class Grip:
    """A landmark that can be taken hold of.

    Attributes
    ----------
    side : str
        Whose.
    landmark : int
        0-based place in the schema.
    xy : (float, float)
        Where it lies, in photo pixels.
    """

    side: Side
    landmark: int
    xy: Position


def xy_at(sheet: Sheet | None, position: Any) -> Position | None:
    """Return the photo pixels (x, y) of a place in the world, not rounded.

    Parameters
    ----------
    sheet : Sheet or None
        What is shown.
    position : sequence of float
        World coordinates, y before x.

    Returns
    -------
    (float, float) or None
        None outside the photo, and where nobody knows the photo's size.
    """
    if sheet is None or sheet.size_xy is None:
        return None
    x, y = _on_photo(sheet, position)
    width, height = sheet.size_xy
    is_inside = -_HALF_PX <= x <= width - _HALF_PX and -_HALF_PX <= y <= height - _HALF_PX
    return (x, y) if is_inside else None


def nearest_xy(sheet: Sheet, position: Any) -> Position:
    """Return the photo pixels (x, y) of a place in the world; outside, those at the edge."""
    x, y = _on_photo(sheet, position)
    if sheet.size_xy is None:
        return x, y
    width, height = sheet.size_xy
    return (
        min(max(x, -_HALF_PX), width - _HALF_PX),
        min(max(y, -_HALF_PX), height - _HALF_PX),
    )


def in_world(sheet: Sheet, xy: Position) -> NDArray[np.float64]:
    """Return the place in the world, y before x, of photo pixels (x, y)."""
    place: NDArray[np.float64] = (sheet.frame @ (xy[1], xy[0], 1.0))[:2]
    return place


def nearest(sheet: Sheet | None, position: Any) -> tuple[float, Grip] | None:
    """Return the landmark that is nearest to a place of the world, and how far it is there.

    Parameters
    ----------
    sheet : Sheet or None
        What is shown.
    position : sequence of float
        World coordinates, y before x.
    """
    if sheet is None or not len(sheet.placed):
        return None
    xy = sheet.specimen.digitised.xy[sheet.placed]
    places = xy[:, ::-1] @ sheet.frame[:2, :2].T + sheet.frame[:2, 2]
    far = np.linalg.norm(places - np.asarray(position, dtype=float)[-2:], axis=1)
    row = int(far.argmin())
    place = float(xy[row, 0]), float(xy[row, 1])
    return float(far[row]), Grip(sheet.side, int(sheet.placed[row]), place)


def _on_photo(sheet: Sheet, position: Any) -> Position:
    y, x = np.asarray(position, dtype=float)[-2:]
    place = np.linalg.inv(sheet.frame) @ (y, x, 1.0)
    return float(place[1]), float(place[0])

"""Pieces of both photos round the ends of a match, scaled and turned alike, and the way back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from napari_dinosar.core.arrays import Bytes, Floats
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.spline import ThinPlateSpline
from napari_dinosar.findings import DIRECTIONS, Findings, Side
from napari_dinosar.inspection.cell_pieces import Piece, checked_photos
from napari_dinosar.inspection.photo_warping import warped

if TYPE_CHECKING:
    from pandas import DataFrame, Series

SURROUNDINGS = 3.0
"""Widths of a patch that a piece shows on each side of it."""

LONGEST_PX = 512
"""Side of a piece by default."""


@dataclass(frozen=True, eq=False)
class MatchPair:
    """Both ends of a match, and where the way back leads.

    Attributes
    ----------
    a, b : Piece
        Squares of one size; `outline_xy` is that of the patch.
    turned_deg : float or None
        How far B was turned, clockwise as it is seen; None where there is no spline that says so
        and both are upright.
    back_xy : array, (2,), or None
        Where the best match of B's patch lies, in the pixels of A's piece.
    """

    a: Piece
    b: Piece
    turned_deg: float | None
    back_xy: Floats | None


@dataclass(frozen=True, eq=False)
class WayBack:
    """Where the best match of a match's patch in B lies in A.

    Attributes
    ----------
    xy : array, (2,)
        In A's photo pixels.
    distance_px : float
        From the match's patch in A, in its photo pixels.
    distance_patch : float
        The same in widths of a patch.
    """

    xy: Floats
    distance_px: float
    distance_patch: float


class MatchPieces:
    """Cuts pieces out of the two photos of a run, round the two ends of its matches.

    Parameters
    ----------
    findings : Findings
        Of a comparison with matches.
    rgb_a, rgb_b : array of uint8, (H, W, 3)
        The photos.

    Raises
    ------
    DinosarError
        If a photo has another size than the one that was compared.
    """

    def __init__(self, findings: Findings, rgb_a: Bytes, rgb_b: Bytes) -> None:
        self._photos: Mapping[str, Bytes] = checked_photos(findings, rgb_a, rgb_b)
        self._findings = findings

    def pair(
        self, match: int, surroundings: float = SURROUNDINGS, side_px: int = LONGEST_PX
    ) -> MatchPair:
        """Return the two ends of a match.

        Both are scaled so that a patch is as wide in one as in the other. B is turned as the
        thin-plate spline of the landmarks turns the surroundings of A's end onto it: by the
        rotation that comes closest to its derivative there (the polar decomposition).

        Parameters
        ----------
        match : int
            Its row in the table of matches.
        surroundings : float
            Widths of a patch that are shown on each side of it.
        side_px : int
            Side of the pieces.

        Raises
        ------
        DinosarError
            If the run has no such match.
        """
        ends = ends_xy(self._findings, match)
        angle = self._angle(ends["a"])
        turns = {"a": 0.0, "b": angle or 0.0}
        found = {
            name: self._end(name, ends[name], turns[name], surroundings, side_px) for name in "ab"
        }
        back = way_back(self._findings, match)
        back_xy = None
        if back is not None:
            width = patch_px(self._findings.a, ends["a"])
            offset = (back.xy - ends["a"]) / width
            back_xy = (offset / (2 * surroundings + 1) + 0.5) * side_px - 0.5
        turned = None if angle is None else -math.degrees(angle)
        return MatchPair(found["a"], found["b"], turned, back_xy)

    def _end(
        self, name: str, centre_xy: Floats, angle: float, surroundings: float, side_px: int
    ) -> Piece:
        side = self._findings.side(name)
        cos, sin = math.cos(angle), math.sin(angle)
        turn = np.array([[cos, -sin], [sin, cos]])
        shown = patch_px(side, centre_xy) * (2 * surroundings + 1)
        along = np.array([-0.5, 0.5]) * shown
        lattice = np.stack(np.meshgrid(along, along), axis=-1) @ turn.T + centre_xy
        corners = (_corners_xy(side, centre_xy) - centre_xy) @ turn / shown + 0.5
        size_xy = np.array([side_px, side_px])
        return Piece(warped(self._photos[name], lattice, size_xy), corners * side_px - 0.5)

    def _angle(self, xy: Floats) -> float | None:
        """Return by how many radians B lies turned against A at a place of A; None if unknown."""
        if self._spline is None:
            return None
        (x_x, x_y), (y_x, y_y) = self._spline.jacobian(xy)
        if x_x * y_y - x_y * y_x <= 0:  # it folds here, or shows the other side
            return None
        return math.atan2(y_x - x_y, x_x + y_y)

    @cached_property
    def _spline(self) -> ThinPlateSpline | None:
        """From A's photo to B's, by the landmarks of the cells."""
        findings = self._findings
        if findings.cells is None:
            return None
        names = findings.cells.names
        xy_a, xy_b = (one.landmarks_xy(names) for one in (findings.a, findings.b))
        if xy_a is None or xy_b is None:
            return None
        return ThinPlateSpline(xy_a, xy_b, findings.settings.tps_smoothing)


def ends_xy(findings: Findings, match: int) -> dict[str, Floats]:
    """Return where a match lies in A and in B, (2,) each, in photo pixels.

    Parameters
    ----------
    findings : Findings
        The run.
    match : int
        Its row in the table of matches.

    Raises
    ------
    DinosarError
        If the run has no such match.
    """
    table = findings.tables["matches"]
    if not 0 <= match < len(table):
        raise DinosarError(f"The run has no match {match}: they count from 0 to {len(table) - 1}.")
    row = table.iloc[match]
    return {name: np.array([row[f"x_{name}"], row[f"y_{name}"]], dtype=float) for name in "ab"}


def patch_px(side: Side, xy: Floats) -> float:
    """Return the width of a patch in photo pixels: the mean of its four sides.

    Parameters
    ----------
    side : Side
        The photo.
    xy : array, (2,)
        Its centre, in photo pixels; where an alignment tilted the photo patches differ in width.
    """
    along = np.roll(corners := _corners_xy(side, xy), -1, axis=0) - corners
    return float(np.linalg.norm(along, axis=1).mean())


def way_back(findings: Findings, match: int) -> WayBack | None:
    """Return where the best match of a match's patch in B lies in A; None where it is not known.

    Parameters
    ----------
    findings : Findings
        The run; without its tables of patches it is not known.
    match : int
        Its row in the table of matches.

    Raises
    ------
    DinosarError
        If the run has no such match.
    """
    start_xy = ends_xy(findings, match)["a"]
    there, back = (findings.tables[f"patches_{way}"] for way in DIRECTIONS)
    if not (len(there) and len(back)):
        return None
    # by A's end, which is the centre of its patch: that in B may be refined into the next patch
    matched = _nearest(there, start_xy)
    xy = _match_xy(_nearest(back, _match_xy(matched)))
    distance = float(np.linalg.norm(xy - start_xy))
    return WayBack(xy, distance, distance / patch_px(findings.a, start_xy))


def _nearest(patches: DataFrame, xy: Floats) -> Series:
    """Return the row of a table of patches whose centre is nearest to a place of the photo."""
    gaps = np.hypot(patches["x"] - xy[0], patches["y"] - xy[1]).to_numpy()
    return patches.iloc[int(np.argmin(gaps))]


def _match_xy(patch: Series) -> Floats:
    return np.array([patch["match_x"], patch["match_y"]], dtype=float)


def _corners_xy(side: Side, centre_xy: Floats) -> Floats:
    """Return the corners (4, 2) in photo pixels of a patch round a place of the photo."""
    half = side.patch_size / 2
    corners = np.array([(-half, -half), (half, -half), (half, half), (-half, half)])
    return side.to_photo(side.to_canvas(centre_xy) + corners)

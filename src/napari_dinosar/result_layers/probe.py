"""Layers of a probe: maps of similarity, how two of them differ, and the patches it found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar import palette
from napari_dinosar.findings import Findings, Side, mapped
from napari_dinosar.inspection.probe_result import (
    Found,
    Patch,
    PatchMap,
    ProbeDifference,
    ProbeResult,
)
from napari_dinosar.layers import AXES, LayerSpec
from napari_dinosar.result_layers.origin import origin
from napari_dinosar.result_layers.patch_place import PatchPlace

Floats = NDArray[np.float64]
Limits = tuple[float, float]

MOST_PX = 384
"""Longer side of a map that has to be drawn: it follows the pointer, and patches are larger."""
COARSE, FINE, WIDE = 20, 100, 0.25
"""Limits are whole parts of 1: of 20 where similarities differ by more than a quarter, of 100."""
DIFFERENCE = "Probe difference"
LEAST_RANGE = 0.02
"""A difference smaller than this is shown as small."""


@dataclass(frozen=True)
class Mark:
    """How a patch is marked: by an outline as large as the patch, above a wider dark one.

    Attributes
    ----------
    name : str
        What stands beside it.
    colour : str
        Of the outline.
    share : float
        Its side by that of the patch: where two patches are one, both outlines are seen.
    partner : str
        The mark that is often near: the name of the one further left stands to the left of both.
    """

    name: str
    colour: str
    share: float = 1.0
    partner: str = ""

    def label(self, is_left: bool) -> str:
        """Return the name with room for the mark; napari centres it on the mark."""
        room = " " * (2 * len(self.name) + 6)
        return self.name + room if is_left else room + self.name


MARKS = (
    Mark("kept", palette.OKABE_ITO[6]),
    Mark("kept match", palette.OKABE_ITO[6]),
    Mark("back", palette.OKABE_ITO[0], 0.7, partner="probe"),
    Mark("2nd", palette.OKABE_ITO[1], partner="match"),
    Mark("match", palette.OKABE_ITO[5], partner="2nd"),
    Mark("probe", "#FFFFFF", partner="back"),
)
"""From the bottom to the top. Every layer of marks has two rows for each, shown or not."""

SHADOW_OPACITY = 0.8
LINE, SHADOW_LINE = 0.10, 0.17
"""Widths of both outlines, by the side of the patch."""


@dataclass(frozen=True, eq=False)
class MarkPlaces:
    """Where the marks of one photo lie: two rows for each of `MARKS`, first all dark outlines.

    Attributes
    ----------
    data_yx : array, (2 n, 2)
        Centres of the patches in photo pixels; of a mark that is not shown that of another one.
    shown : array of bool, (2 n,)
        Which of them there are.
    size : array, (2 n,)
        Side of the outline in photo pixels.
    similarity : array, (2 n,)
        That of the patch, NaN where none is defined.
    is_bright : bool
        Whether words have to be dark to be read there.
    """

    data_yx: Floats
    shown: NDArray[np.bool_]
    size: Floats
    similarity: Floats
    is_bright: bool


def probe_map_spec(
    findings: Findings,
    found: PatchMap,
    frame: Floats,
    limits: Limits,
    place: PatchPlace | None = None,
) -> LayerSpec:
    """Describe the similarities to one patch as an image over the photo that they lie on.

    Parameters
    ----------
    findings : Findings
        Of the comparison that was probed.
    found : PatchMap
        The similarities.
    frame : array, (3, 3)
        The photo's map to the world.
    limits : (float, float)
        Contrast limits.
    place : PatchPlace, optional
        Where its patches lie, if that is known already.
    """
    name, tag = f"{found.side.upper()} probe map", origin(findings, found.side)
    data, placed = _drawn(findings, found, frame, place)
    kwargs = {
        **_LOOKS,
        "colormap": palette.COLORMAPS["probe_map"],
        "contrast_limits": limits,
        **placed,
    }
    return LayerSpec(name, "image", "probe_map", found.side, data, kwargs, tag)


def map_limits(found: PatchMap) -> Limits:
    """Return limits round a map's values, rounded outwards: neighbouring places share them."""
    low, high = found.limits
    steps = COARSE if high - low > WIDE else FINE
    return float(np.floor(low * steps) / steps), float(np.ceil(high * steps) / steps)


def probe_difference_spec(
    findings: Findings,
    difference: ProbeDifference,
    frame: Floats,
    place: PatchPlace | None = None,
) -> LayerSpec:
    """Describe how two probes differ; zero lies in the middle of the colours.

    The layer belongs to no side, since it lies where the searched photo is; its metadata name it.

    Parameters
    ----------
    findings, frame, place
        As for `probe_map_spec`.
    difference : ProbeDifference
        The later probe less the kept one.
    """
    found = difference.map
    most = max(difference.largest, LEAST_RANGE)
    data, placed = _drawn(findings, found, frame, place)
    colormap = palette.difference_colormap()
    kwargs = {**_LOOKS, "colormap": colormap, "contrast_limits": (-most, most), **placed}
    tag = origin(findings, found.side, on=found.side)
    return LayerSpec(DIFFERENCE, "image", "probe_map", None, data, kwargs, tag)


def probe_marks_spec(findings: Findings, side: str, places: MarkPlaces, frame: Floats) -> LayerSpec:
    """Describe the patches of one photo that a probe points at and finds.

    Parameters
    ----------
    findings : Findings
        Of the comparison that was probed.
    side : str
        ``"a"`` or ``"b"``.
    places : MarkPlaces
        Of that photo.
    frame : array, (3, 3)
        The photo's map to the world.
    """
    shadow = (0.0, 0.0, 0.0, SHADOW_OPACITY)
    colours = np.array([shadow] * len(MARKS) + [(*palette.rgb(one.colour), 1.0) for one in MARKS])
    # napari draws points of two dimensions whether they are shown or not, and words beside them
    colours[~places.shown, 3] = 0.0
    names = [f"{mark.name} shadow" for mark in MARKS] + [mark.name for mark in MARKS]
    labels = [""] * len(MARKS) + [
        mark.label(_is_left(mark, places)) if is_shown else ""
        for mark, is_shown in zip(MARKS, places.shown[len(MARKS) :], strict=True)
    ]
    kwargs = {
        "features": {"mark": names, "label": labels, "similarity": places.similarity},
        "symbol": "square",
        "face_color": "transparent",
        "border_color": colours,
        "border_width": np.repeat([SHADOW_LINE, LINE], len(MARKS)),
        "size": places.size,
        "text": {
            "string": "{label}",
            "size": 9,
            "color": np.tile([*[0.0 if places.is_bright else 1.0] * 3, 1.0], (2 * len(MARKS), 1)),
            "anchor": "center",
        },
        "affine": frame,
        **AXES,
    }
    name = f"{side.upper()} probe marks"
    tag = origin(findings, side)
    return LayerSpec(name, "points", "probe_marks", side, places.data_yx, kwargs, tag)


def mark_places(
    findings: Findings, side: str, result: ProbeResult | None, kept: ProbeResult | None = None
) -> MarkPlaces:
    """Return where the marks of one photo lie.

    Parameters
    ----------
    findings : Findings
        Of the comparison that was probed.
    side : str
        ``"a"`` or ``"b"``.
    result, kept : ProbeResult or None
        The last probe, and the one that it is compared with.
    """
    there = _marked(side, result, kept)
    specimen = findings.side(side)
    width, height = specimen.size_xy
    nowhere = next((one.xy for one in there.values()), ((width - 1) / 2, (height - 1) / 2))
    xy = np.array([there[mark.name].xy if mark.name in there else nowhere for mark in MARKS])
    size = np.array([mark.share for mark in MARKS])
    for row, mark in enumerate(MARKS):
        size[row] *= _patch_px(specimen, there[mark.name]) if mark.name in there else 1.0
    shown = np.array([mark.name in there for mark in MARKS])
    values = [getattr(there.get(mark.name), "similarity", np.nan) for mark in MARKS]
    return MarkPlaces(
        np.tile(xy[:, ::-1], (2, 1)),
        np.tile(shown, 2),
        np.tile(size, 2),
        np.tile(values, 2),
        is_bright=_has_map(side, result) or _is_bright(specimen, nowhere),
    )


def _is_left(mark: Mark, places: MarkPlaces) -> bool:
    """Tell whether a mark lies left of its partner; of two in one place that below does."""
    names = [one.name for one in MARKS]
    if mark.partner not in names or not places.shown[names.index(mark.partner)]:
        return False
    rows = names.index(mark.name), names.index(mark.partner)
    own, other = (float(places.data_yx[row, 1]) for row in rows)
    return own < other or (own == other and rows[0] < rows[1])


_LOOKS: dict[str, Any] = {
    "blending": "translucent",
    "opacity": 0.65,
    "interpolation2d": "nearest",
    **AXES,
}


def _drawn(
    findings: Findings, found: PatchMap, frame: Floats, place: PatchPlace | None
) -> tuple[NDArray[np.float32], dict[str, Any]]:
    place = PatchPlace.of(findings.side(found.side), MOST_PX) if place is None else place
    # a copy, into which the layer may write
    return np.array(place.pixels(found.values)), place.placed(frame)


def _marked(
    side: str, result: ProbeResult | None, kept: ProbeResult | None
) -> dict[str, Patch | Found]:
    """Return the patches of a photo by the names of their marks."""
    found: dict[str, Patch | Found | None] = {}
    if kept is not None and kept is not result:
        found |= {"kept": kept.patch} if side == kept.side else {"kept match": kept.match}
    if result is not None and side == result.side:
        found |= {"probe": result.patch, "back": result.back}
    elif result is not None:
        found |= {"match": result.match, "2nd": result.second}
    # a place beyond the horizon has no patch
    return {
        name: one for name, one in found.items() if one is not None and np.isfinite(one.xy).all()
    }


def _patch_px(specimen: Side, patch: Patch | Found) -> float:
    """Return the side of a patch in photo pixels."""
    middles = np.array([(-0.5, 0.0), (0.5, 0.0), (0.0, -0.5), (0.0, 0.5)])
    middles += (patch.col, patch.row)
    left, right, top, bottom = mapped(specimen.patch_to_photo, middles)
    return float(np.sqrt(np.linalg.norm(right - left) * np.linalg.norm(bottom - top)))


def _has_map(side: str, result: ProbeResult | None) -> bool:
    """Tell whether marks lie on a map, which is bright where they are."""
    if result is None or result.match is None:
        return False
    return side != result.side or result.self_map is not None


def _is_bright(specimen: Side, xy: tuple[float, float]) -> bool:
    """Tell whether a photo is bright to the lower right of a place, where words stand."""
    share = np.array(specimen.preview.shape[:2]) / specimen.size_xy[::-1]
    row, col = (int(place) for place in np.maximum(np.array(xy[::-1]) * share, 0))
    reach = max(specimen.preview.shape) // 16
    around = specimen.preview[row : row + reach, col : col + reach]
    return bool(around.size and around.mean() > 127)

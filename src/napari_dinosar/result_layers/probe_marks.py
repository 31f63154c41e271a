"""Layers of a probe: the patches that it points at and finds, with their names beside them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_dinosar import palette
from napari_dinosar.findings import Findings, Side, mapped
from napari_dinosar.inspection.probe_result import Found, Patch, ProbeResult
from napari_dinosar.layers import AXES, LayerSpec
from napari_dinosar.result_layers.origin import origin

Floats = NDArray[np.float64]

WORD_SHARE, LINE_SHARE = 0.15, 0.1
"""Of the width of a photo, which a word beside a mark takes up, and two lines of them."""
MIDDLE_GREY = 127


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
    is_bright : array of bool, (2 n,)
        Whether the words beside it have to be dark to be read.
    is_left : array of bool, (2 n,)
        Whether the words stand to the left of it.
    """

    data_yx: Floats
    shown: NDArray[np.bool_]
    size: Floats
    similarity: Floats
    is_bright: NDArray[np.bool_]
    is_left: NDArray[np.bool_]


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
        mark.label(is_left) if is_shown else ""
        for mark, is_left, is_shown in zip(MARKS, places.is_left, places.shown, strict=False)
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
            "color": np.where(places.is_bright[:, None], (0.0, 0.0, 0.0, 1.0), 1.0),
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
    is_left = np.array([_is_left(row, xy / width, shown) for row in range(len(MARKS))])
    is_bright = np.array(
        [
            _is_bright(specimen, one, left, _has_map(side, result))
            for one, left in zip(xy, is_left, strict=True)
        ]
    )
    return MarkPlaces(
        np.tile(xy[:, ::-1], (2, 1)),
        np.tile(shown, 2),
        np.tile(size, 2),
        np.tile(values, 2),
        is_bright=np.tile(is_bright, 2),
        is_left=np.tile(is_left, 2),
    )


def _is_left(row: int, xy: Floats, shown: NDArray[np.bool_]) -> bool:
    """Tell whether the words of a mark stand to its left.

    They do so that it and a partner that is near stand apart (of two in one place that below is
    the left one), and else where they would reach over the photo's right edge. Places are shares
    of its width.
    """
    names = [one.name for one in MARKS]
    partner = names.index(MARKS[row].partner) if MARKS[row].partner else row
    x, (across, down) = xy[:, 0], np.abs(xy[row] - xy[partner])
    is_near = shown[partner] and across < 2 * WORD_SHARE and down < LINE_SHARE
    if partner == row or not is_near:
        return bool(x[row] > 1 - WORD_SHARE)
    return bool((x[row], row) < (x[partner], partner))


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


def _is_bright(specimen: Side, xy: Floats, is_left: bool, has_map: bool) -> bool:
    """Tell whether it is bright beside a place, where words stand; outside the photo it is not."""
    preview = specimen.preview
    scale = np.array(preview.shape[1::-1]) / specimen.size_xy
    (x, y), reach = xy * scale, WORD_SHARE * preview.shape[1]
    left, right = sorted((x, x - reach if is_left else x + reach))
    rows = slice(max(int(y - reach / 8), 0), max(int(y + reach / 8) + 1, 1))
    columns = slice(max(int(left), 0), max(int(right) + 1, 1))
    around = preview[rows, columns]
    if not around.size:
        return False
    # a map is bright, and covers the specimen alone; what is bright beside it is the backdrop
    return bool(has_map or around.mean() > MIDDLE_GREY)

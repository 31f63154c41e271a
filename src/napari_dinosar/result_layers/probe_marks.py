"""The layer of a probe's marks: the patches that it points at and finds, with their names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from napari_dinosar import palette
from napari_dinosar.findings import Findings, Side, mapped
from napari_dinosar.inspection.probe_result import Found, Patch, ProbeResult
from napari_dinosar.layers import AXES, LayerSpec
from napari_dinosar.result_layers.origin import origin
from napari_dinosar.result_layers.probe_words import Box, Marked, plate, word_places

Floats = NDArray[np.float64]

NAME = "Probe marks"


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
    """

    name: str
    colour: str
    share: float = 1.0


MARKS = (
    Mark("kept", palette.OKABE_ITO[6]),
    Mark("kept match", palette.OKABE_ITO[6]),
    Mark("back", palette.OKABE_ITO[0], 0.7),
    Mark("2nd", palette.OKABE_ITO[1]),
    Mark("match", palette.OKABE_ITO[5]),
    Mark("probe", "#FFFFFF"),
)
"""From the bottom to the top. None of them is on both photos."""

PARTS = (" shadow", "", " plate", " word")
"""Rows of the layer, all marks of each: dark outlines, outlines, and words on their plates."""
SHADOW_OPACITY, PLATE_OPACITY = 0.8, 0.85
WHITER = 0.45
"""How far words are lightened from the colours of their marks, to be read on their plates."""
LINE, SHADOW_LINE = 0.10, 0.17
"""Widths of both outlines, by the side of the patch."""
NO_SIZE = 1e-3
"""Of the points that words stand at, which are not seen."""


@dataclass(frozen=True)
class View:
    """How the world is looked at.

    Attributes
    ----------
    zoom : float
        Screen pixels by a unit of the world.
    seen : Box or None
        What is seen of it; all of it by default.
    """

    zoom: float = 1.0
    seen: Box | None = None


@dataclass(frozen=True, eq=False)
class Spot:
    """A patch that is marked.

    Attributes
    ----------
    side : str
        The photo that it lies on.
    similarity : float
        That of the patch; NaN where none is defined.
    marked : Marked
        Where it lies in the world.
    """

    side: str
    similarity: float
    marked: Marked


def probe_marks_spec(
    findings: Findings,
    frames: Mapping[str, Floats],
    result: ProbeResult | None,
    kept: ProbeResult | None = None,
    view: View = View(),
) -> LayerSpec:
    """Describe the patches of both photos that a probe points at and finds.

    The layer always has the same rows, four for each of `MARKS` as `PARTS` tells, so that it can
    follow a probe in place; those of marks that there are not are not seen.

    Parameters
    ----------
    findings : Findings
        Of the comparison that was probed.
    frames : mapping of str to array, (3, 3)
        Each photo's map to the world; a photo without one has no marks.
    result, kept : ProbeResult or None
        The last probe, and the one that it is compared with.
    view : View
        Words are placed so that they are seen and do not lie over each other.
    """
    spots = mark_spots(findings, frames, result, kept, view)
    first_of_all = sorted(spots, key=[mark.name for mark in MARKS].index, reverse=True)
    marked = {name: _outlined(spots[name].marked) for name in first_of_all}
    words = word_places(marked, view.zoom, _landmarks_yx(findings, frames))
    nowhere = next((one.marked.centre_yx for one in spots.values()), (0.0, 0.0))
    marks_yx = [spots[one.name].marked.centre_yx if one.name in spots else nowhere for one in MARKS]
    words_yx = [words.get(one.name, nowhere) for one in MARKS]
    sizes = [spots[one.name].marked.size if one.name in spots else 1.0 for one in MARKS]
    shown = np.array([one.name in spots for one in MARKS])
    similarity = [spots[one.name].similarity if one.name in spots else np.nan for one in MARKS]
    photos = [spots[one.name].side if one.name in spots else "" for one in MARKS]
    names = [mark.name for mark in MARKS]
    there = [name if name in spots else "" for name in names]
    kwargs = {
        "features": {
            "mark": [name + part for part in PARTS for name in names],
            "label": [""] * (2 * len(MARKS)) + [plate(name) for name in there] + there,
            "photo": photos * len(PARTS),
            "similarity": similarity * len(PARTS),
        },
        "symbol": "square",
        "face_color": "transparent",
        "border_color": _border_colours(shown),
        "border_width": np.repeat([SHADOW_LINE, LINE, 0.0, 0.0], len(MARKS)),
        "size": np.array(sizes * 2 + [NO_SIZE] * (2 * len(MARKS))),
        "text": {
            "string": "{label}",
            "size": 9,
            "color": _word_colours(),
            "anchor": "center",
            "blending": "translucent_no_depth",  # words lie on their plates
        },
        **AXES,
    }
    data = np.array(marks_yx * 2 + words_yx * 2)
    return LayerSpec(NAME, "points", "probe_marks", None, data, kwargs, origin(findings))


def mark_spots(
    findings: Findings,
    frames: Mapping[str, Floats],
    result: ProbeResult | None,
    kept: ProbeResult | None = None,
    view: View = View(),
) -> dict[str, Spot]:
    """Return the patches that are marked by the names of their marks; as `probe_marks_spec`."""
    shares = {mark.name: mark.share for mark in MARKS}
    spots = {}
    for side, frame in frames.items():
        specimen = findings.side(side)
        photo, to_photo = _photo_box(specimen, frame), specimen.patch_to_photo
        scale = np.sqrt(abs(np.linalg.det(frame[:2, :2])))
        for name, one in _marked(side, result, kept).items():
            (x, y), px = one.xy, _patch_px(to_photo, one)
            centre_y, centre_x = (frame @ (y, x, 1.0))[:2]
            within = _seen((centre_x, centre_y), photo, view)
            marked = Marked((centre_y, centre_x), float(shares[name] * px * scale), within)
            spots[name] = Spot(side, getattr(one, "similarity", np.nan), marked)
    return spots


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


def _outlined(marked: Marked) -> Marked:
    """Return a mark as large as it is drawn: half of its outline lies outside of the patch."""
    return replace(marked, size=marked.size * (1 + SHADOW_LINE))


def _patch_px(to_photo: Floats, patch: Patch | Found) -> float:
    """Return the side of a patch in photo pixels."""
    middles = np.array([(-0.5, 0.0), (0.5, 0.0), (0.0, -0.5), (0.0, 0.5)])
    middles += (patch.col, patch.row)
    left, right, top, bottom = mapped(to_photo, middles)
    return float(np.sqrt(np.linalg.norm(right - left) * np.linalg.norm(bottom - top)))


def _landmarks_yx(findings: Findings, frames: Mapping[str, Floats]) -> Floats:
    """Return the places of all landmarks in the world."""
    found = [np.empty((0, 2))]
    for side, frame in frames.items():
        landmarks = findings.side(side).landmarks
        if landmarks is not None:
            placed = landmarks.xy[np.isfinite(landmarks.xy).all(axis=1)]
            found.append(placed[:, ::-1] @ frame[:2, :2].T + frame[:2, 2])
    return np.concatenate(found)


def _photo_box(specimen: Side, frame: Floats) -> Box:
    width, height = specimen.size_xy
    corners = np.array([(y, x, 1.0) for y in (-0.5, height - 0.5) for x in (-0.5, width - 0.5)])
    y, x = (corners @ frame.T)[:, :2].T
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def _seen(xy: tuple[float, float], photo: Box, view: View) -> Box:
    """Return the part of a photo that is seen; all of it where a place is out of sight."""
    if view.seen is None:
        return photo
    left, top = (max(pair) for pair in zip(photo[:2], view.seen[:2], strict=True))
    right, bottom = (min(pair) for pair in zip(photo[2:], view.seen[2:], strict=True))
    is_in = left <= xy[0] <= right and top <= xy[1] <= bottom
    return (left, top, right, bottom) if is_in else photo


def _border_colours(shown: NDArray[np.bool_]) -> Floats:
    shadow = [(0.0, 0.0, 0.0, SHADOW_OPACITY)] * len(MARKS)
    colours = np.zeros((len(PARTS) * len(MARKS), 4))
    colours[: 2 * len(MARKS)] = shadow + [(*palette.rgb(one.colour), 1.0) for one in MARKS]
    # napari draws points of two dimensions whether they are shown or not, and words beside them
    colours[: 2 * len(MARKS)][~np.tile(shown, 2), 3] = 0.0
    return colours


@cache
def _word_colours() -> Floats:
    colours = np.ones((len(PARTS) * len(MARKS), 4))
    colours[2 * len(MARKS) : 3 * len(MARKS)] = (0.0, 0.0, 0.0, PLATE_OPACITY)
    marks = np.array([palette.rgb(one.colour) for one in MARKS])
    colours[3 * len(MARKS) :, :3] = marks + WHITER * (1.0 - marks)
    return colours

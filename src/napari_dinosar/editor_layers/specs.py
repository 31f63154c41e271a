"""What the editor shows of a specimen, as layer specs: photo, skeleton, marks and landmarks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar import palette
from napari_dinosar.core.photo import Photo
from napari_dinosar.core.schema import Schema
from napari_dinosar.editing.cursor import Side
from napari_dinosar.editor_layers import looks
from napari_dinosar.layers import AXES, LayerSpec, photo_spec
from napari_dinosar.project.state import Position, Specimen

VISIBILITY = {"occluded": 1, "visible": 2}
UNKNOWN_SIZE = (640, 480)
"""Of the grey area where nobody knows the size of the photo."""
PLACEHOLDER_GREY = 118
"""Of a photo that is not there."""
SKELETON_COLOUR = "#F0E442"
SEED_COLOUR = "#56B4E9"
RULER_COLOUR = "#D55E00"


@dataclass(frozen=True, eq=False)
class Sheet:
    """What is shown on one side.

    Attributes
    ----------
    specimen : Specimen
        Whose landmarks.
    schema : Schema
        What they are.
    side : str
        ``"a"`` or ``"b"``.
    origin : mapping
        What the layers say of where they come from: ``project``, ``photo_id``, ``specimen_id``.
    photo : Photo or None
        None where its file is not there.
    current : int or None
        The landmark whose turn it is on this side.
    seed_xy : (float, float) or None
        Where the mask begins, in photo pixels.
    size_xy : (int, int) or None
        Width and height of the photo, where they are known.
    frame : array, (3, 3)
        The photo's map to the world, y before x.
    """

    specimen: Specimen
    schema: Schema
    side: Side
    origin: Mapping[str, str]
    photo: Photo | None
    current: int | None = None
    seed_xy: Position | None = None
    size_xy: tuple[int, int] | None = None
    frame: NDArray[np.float64] = field(default_factory=lambda: np.eye(3))

    @property
    def placed(self) -> NDArray[np.intp]:
        """0-based places of the landmarks that have a position."""
        return np.flatnonzero(self.specimen.digitised.placed)

    @property
    def file_name(self) -> str:
        """Name of the photo's file, without its folders."""
        name = self.specimen.digitised.file_name.replace("\\", "/").rsplit("/", 1)[-1]
        return self.photo.name if self.photo is not None else name

    def sizes(self, screen_px: int) -> dict[str, Any]:
        """Return what makes points so large on the screen."""
        return {
            "size": looks.size_on(self.size_xy or UNKNOWN_SIZE, screen_px),
            "canvas_size_limits": (looks.SMALLEST_PX, screen_px),
        }

    def _kwargs(self) -> dict[str, Any]:
        return {"affine": self.frame, **AXES}


def photo_layer(sheet: Sheet, left_px: float = 0.0) -> LayerSpec:
    """Describe the photo of a sheet that has one, as an Image layer.

    Parameters
    ----------
    sheet : Sheet
        What is shown.
    left_px : float
        Where its first column lies in the world.
    """
    assert sheet.photo is not None
    spec = photo_spec(sheet.photo, sheet.side, left_px)
    return replace(spec, metadata={**spec.metadata, **sheet.origin})


def placeholder_layer(sheet: Sheet, left_px: float = 0.0) -> LayerSpec:
    """Describe a grey area in place of a photo that is not there; no comparison takes it."""
    width, height = sheet.size_xy or UNKNOWN_SIZE
    grey = np.broadcast_to(np.uint8(PLACEHOLDER_GREY), (height, width, 3))
    kwargs = {"rgb": True, "translate": (0.0, left_px), **AXES}
    name = f"{sheet.side.upper()}: {sheet.file_name} (not there)"
    return LayerSpec(name, "image", "placeholder", sheet.side, grey, kwargs, dict(sheet.origin))


def landmarks_layer(sheet: Sheet) -> LayerSpec:
    """Describe the placed landmarks of a specimen as a named Points layer.

    Those that are missing or absent have no point; the metadata keeps the full list of names.
    """
    marks, placed = sheet.specimen.digitised, sheet.placed
    rgb = None if sheet.photo is None else sheet.photo.rgb
    drawn = looks.looks(marks, sheet.schema, placed, sheet.current, rgb)
    names = sheet.schema.names
    kwargs = {
        "features": {
            "name": [names[index] for index in placed],
            "number": placed + 1,
            "visibility": np.array([VISIBILITY[marks.states[i]] for i in placed], dtype=int),
            "state": [marks.states[index] for index in placed],
            "source": [marks.sources[index] for index in placed],
            "landmark": placed,
        },
        "face_color": drawn.face,
        "border_color": drawn.border,
        "border_width": 0.07,
        **sheet.sizes(looks.SIZE_PX),
        "symbol": list(drawn.symbols),
        "text": {
            "string": list(drawn.texts),
            "size": looks.TEXT_SIZE,
            "color": drawn.text_colours,
            "anchor": "lower_left",
        },
        **sheet._kwargs(),
    }
    metadata = {
        "photo": sheet.file_name,
        "names": list(names),
        "skeleton": [list(edge) for edge in sheet.schema.skeleton],
        "specimen": sheet.specimen.specimen_id,
        "mask_seed_xy": None if sheet.seed_xy is None else [*sheet.seed_xy],
        **_identity(sheet.photo),
        **sheet.origin,
    }
    name = f"{sheet.side.upper()} landmarks"
    points = marks.xy[placed][:, ::-1]
    return LayerSpec(name, "points", "landmarks", sheet.side, points, kwargs, metadata)


def skeleton_layer(sheet: Sheet) -> LayerSpec:
    """Describe the edges of the schema whose two ends are placed, as a Vectors layer."""
    kwargs = {
        "edge_color": SKELETON_COLOUR,
        "edge_width": 1.5,
        "vector_style": "line",
        "opacity": 0.75,
        **sheet._kwargs(),
    }
    data = skeleton_vectors(sheet.specimen.digitised.xy, sheet.schema.skeleton)
    name = f"{sheet.side.upper()} skeleton"
    return LayerSpec(name, "vectors", "skeleton", sheet.side, data, kwargs, dict(sheet.origin))


def skeleton_vectors(
    xy: NDArray[np.float64], edges: tuple[tuple[int, int], ...]
) -> NDArray[np.float64]:
    """Return edges as napari's vectors, (n, 2, 2): where each begins, y before x, and its way.

    Parameters
    ----------
    xy : array, (K, 2)
        Photo pixels; NaN where nothing is placed.
    edges : tuple of (int, int)
        Pairs of 0-based landmarks.
    """
    ends = xy[np.array(edges, dtype=int).reshape(-1, 2)][:, :, ::-1]
    ends = ends[np.isfinite(ends).all(axis=(1, 2))]
    return np.stack([ends[:, 0], ends[:, 1] - ends[:, 0]], axis=1)


def marks_layer(sheet: Sheet) -> LayerSpec:
    """Describe what lies beneath the landmarks: the halo of the current one, the seed of a mask."""
    points, symbols, faces, edges = [], [], [], []
    xy = None if sheet.current is None else sheet.specimen.point(sheet.current).xy
    for place, symbol, face, edge in (
        (xy, "disc", looks.HALO_FACE, looks.DARK),
        (sheet.seed_xy, "cross", (*palette.rgb(SEED_COLOUR), 1.0), looks.DARK),
    ):
        if place is not None:
            points.append(place[::-1])
            symbols.append(symbol)
            faces.append(face)
            edges.append(edge)
    kwargs = {
        "features": {"mark": ["seed" if s == "cross" else "current" for s in symbols]},
        "face_color": np.array(faces).reshape(-1, 4),
        "border_color": np.array(edges).reshape(-1, 4),
        "border_width": 0.03,
        **sheet.sizes(looks.HALO_PX),
        "symbol": symbols,
        **sheet._kwargs(),
    }
    name = f"{sheet.side.upper()} marks"
    data = np.array(points, dtype=float).reshape(-1, 2)
    return LayerSpec(name, "points", "marks", sheet.side, data, kwargs, dict(sheet.origin))


def ruler_layer(ends_xy: tuple[Position, ...], side: Side, frame: NDArray[np.float64]) -> LayerSpec:
    """Describe the line of a ruler whose one or two ends are set, as a Vectors layer."""
    ends = np.array(ends_xy, dtype=float)[:, ::-1]
    data = np.stack([ends[0], ends[-1] - ends[0]])[None]
    kwargs = {
        "edge_color": RULER_COLOUR,
        "edge_width": 2.0,
        "vector_style": "line",
        "affine": frame,
        **AXES,
    }
    return LayerSpec("ruler", "vectors", "ruler", side, data, kwargs)


def _identity(photo: Photo | None) -> dict[str, Any]:
    if photo is None:
        return {}
    return {"photo_size_xy": list(photo.size_xy), "photo_sha256": photo.sha256}

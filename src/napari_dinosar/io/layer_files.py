"""What layers of ours are saved as: keypoints, tables, polygons, and TIFF files of pixels.

Everything is made from what the layer shows and what its tag says; where the two do not go
together any more, as after cells were dragged about, nothing is made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.landmarks import Landmarks
from napari_dinosar.findings import LAYER_STD
from napari_dinosar.io.coco_document import coco_document
from napari_dinosar.io.run_folder import csv_bytes, json_bytes, plain
from napari_dinosar.io.shown_layer import (
    ShownLayer,
    changed,
    features_of,
    photo_of,
    pixels_of,
    refuse_moved,
    said,
    size_of,
    table_of,
    vertices_of,
)
from napari_dinosar.io.tiff import tiff_bytes

if TYPE_CHECKING:
    from pandas import DataFrame

PIXEL, CONSENSUS_PIXEL = "photo px", "consensus px"
MASK_VALUE = 255

_POLYGONS = (
    "Homologous cells of napari-dinosar. x and y are photo pixels, (0, 0) is the centre of the "
    "first pixel. The id of a cell is row * columns + column + 1 and the same in both photos."
)


def landmarks_json(layer: ShownLayer) -> bytes:
    """Return landmarks as COCO keypoints; those of the layer's list without a point are absent.

    Raises
    ------
    DinosarError
        If points have no names, or a name stands twice.
    """
    features = features_of(layer, ("name",))
    xy = np.asarray(layer.data, dtype=np.float64).reshape(-1, np.shape(layer.data)[-1])[:, ::-1]
    names = [str(name) for name in features["name"]]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice or xy.shape != (len(names), 2):
        raise changed(layer, f"two landmarks named {', '.join(twice)}" if twice else "odd points")
    listed = [str(name) for name in layer.tag.get("names", ())]
    order = [*listed, *(name for name in names if name not in listed)]
    flags = features["visibility"] if "visibility" in features else [2] * len(names)
    placed = dict(zip(names, zip(xy, flags, strict=True), strict=True))
    absent = (np.full(2, np.nan), 0)
    landmarks = Landmarks.from_points(
        np.array([placed.get(name, absent)[0] for name in order]).reshape(-1, 2),
        names=order,
        visibility=[int(placed.get(name, absent)[1]) for name in order],
        skeleton=[(int(a), int(b)) for a, b in layer.tag.get("skeleton", ())],
        specimen_id=layer.tag.get("specimen"),
        mask_seed_xy=layer.tag.get("mask_seed_xy"),
    )
    return json_bytes(coco_document([(photo_of(layer), landmarks, None)]))


def cells_csv(layer: ShownLayer) -> bytes:
    """Return cells as the table of a run folder, with their label in front."""
    cells = _cells(layer)
    cells.insert(0, "label", _labels(layer, cells))
    return csv_bytes(cells)


def matches_csv(layer: ShownLayer) -> bytes:
    """Return correspondences as the table of a run folder."""
    matches = table_of(layer, "matches")
    starts = vertices_of(layer, 2)[:, 0, ::-1]
    refuse_moved(layer, starts, matches[["x_a", "y_a"]].to_numpy(float), "matches")
    return csv_bytes(matches)


def cells_json(layer: ShownLayer) -> bytes:
    """Return cells as COCO polygons with their values."""
    cells = _cells(layer)
    photo = photo_of(layer)
    corners = _corners_xy(layer, cells)
    annotations = []
    for label, polygon, row in zip(
        _labels(layer, cells), corners, cells.to_dict("records"), strict=True
    ):
        low, extent = polygon.min(axis=0), np.ptp(polygon, axis=0)
        kept = ("row", "col", "used", "reason", "dissimilarity", LAYER_STD)
        annotations.append(
            {
                "id": int(label),
                "image_id": 1,
                "category_id": 1,
                "segmentation": [polygon.ravel().tolist()],
                "bbox": [*low.tolist(), *extent.tolist()],
                "area": _area(polygon),
                "iscrowd": 0,
                **{name: plain(row[name]) for name in kept if name in row},
            }
        )
    width, height = size_of(layer)
    image = {"id": 1, "file_name": photo.name, "width": width, "height": height}
    document = {
        "info": {"description": _POLYGONS, "version": "1"},
        "images": [{**image, "sha256": photo.sha256}],
        "annotations": annotations,
        "categories": [{"id": 1, "name": "homologous cell", "supercategory": "specimen"}],
    }
    return json_bytes(document)


def cells_tiff(layer: ShownLayer) -> bytes:
    """Return used cells as labels at photo size; the others are named in the description."""
    from skimage.draw import polygon

    cells = _cells(layer)
    width, height = size_of(layer)
    labels = np.zeros((height, width), dtype=np.uint16)
    unused: dict[str, list[int]] = {}
    rows = zip(
        _labels(layer, cells), _corners_xy(layer, cells), cells["used"], cells["reason"],
        strict=True,
    )  # fmt: skip
    for label, corners, used, reason in rows:
        if used:
            labels[polygon(corners[:, 1], corners[:, 0], labels.shape)] = label
        else:
            unused.setdefault(str(reason), []).append(int(label))
    return _tiff(layer, labels, np.eye(3), unused=unused)


def pixels_tiff(layer: ShownLayer) -> bytes:
    """Return attention, spread, cell map or aligned photo with its place on the photo."""
    return _tiff(layer, pixels_of(layer), _to_space(layer))


def mask_tiff(layer: ShownLayer) -> bytes:
    """Return a mask: 255 on the specimen, whichever label it has, and 0 elsewhere."""
    mask = np.where(pixels_of(layer) > 0, MASK_VALUE, 0).astype(np.uint8)
    return _tiff(layer, mask, _to_space(layer))


Maker = Callable[[ShownLayer], bytes]
MAKERS: Mapping[tuple[str, str], Maker] = {
    ("landmarks", ".json"): landmarks_json,
    ("aligned_landmarks", ".json"): landmarks_json,
    ("cells", ".csv"): cells_csv,
    ("cells", ".json"): cells_json,
    ("cells", ".tif"): cells_tiff,
    ("correspondences", ".csv"): matches_csv,
    **{
        (role, ".tif"): pixels_tiff
        for role in ("attention", "layer_std", "cell_map", "aligned_photo")
    },
    ("mask", ".tif"): mask_tiff,
    ("aligned_mask", ".tif"): mask_tiff,
}
"""How a layer of a role becomes the content of a file."""


def _tiff(
    layer: ShownLayer, pixels: NDArray[Any], to_space: NDArray[np.float64], **more: Any
) -> bytes:
    is_map = layer.tag["role"] == "cell_map"
    about = {
        **layer.tag,
        "layer": layer.name,
        "unit": CONSENSUS_PIXEL if is_map else PIXEL,
        "affine_yx": to_space.tolist(),
        "affine_yx_to_world": layer.to_world.tolist(),
        **more,
    }
    try:
        return tiff_bytes(pixels, to_space, str(about["unit"]), plain(about))
    except DinosarError as error:
        raise DinosarError(
            f"Layer {layer.name!r}: {error}. Save a copy of another type."
        ) from error


def _to_space(layer: ShownLayer) -> NDArray[np.float64]:
    """Return the map of a layer's pixels to photo pixels, or to consensus pixels for a map."""
    cell_px = layer.tag.get("cell_px")
    if cell_px is not None:
        return np.diag([float(cell_px[1]), float(cell_px[0]), 1.0])
    return np.array(layer.tag.get("to_photo", np.eye(3)), dtype=np.float64)


def _cells(layer: ShownLayer) -> DataFrame:
    """Return the table of the cells that are shown, once they lie where it says."""
    cells = table_of(layer, "cells")
    numbers = cells["row"].to_numpy() * _columns(layer) + cells["col"].to_numpy()
    if len(set(numbers)) != len(numbers):
        raise changed(layer, "two cells of one row and column")
    refuse_moved(layer, vertices_of(layer, 4)[..., ::-1], _corners_xy(layer, cells), "cells")
    return cells


def _corners_xy(layer: ShownLayer, cells: DataFrame) -> NDArray[np.float64]:
    side = said(layer, "side")
    names = [[f"x{k}_{side}", f"y{k}_{side}"] for k in range(1, 5)]
    return np.stack([cells[pair].to_numpy(float) for pair in names], axis=1)


def _labels(layer: ShownLayer, cells: DataFrame) -> NDArray[np.int64]:
    """Return what cells are called in files of labels, where 0 is the background."""
    return np.asarray(cells["row"] * _columns(layer) + cells["col"] + 1)


def _columns(layer: ShownLayer) -> int:
    return int(said(layer, "grid_shape")[1])


def _area(polygon: NDArray[np.float64]) -> float:
    x, y = polygon.T
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)

"""What a comparison found, as plain data: exactly what a run folder holds.

Layers, figures, panels and files are made from `Findings`, never from the network's own objects,
so that a run that was opened again shows what it showed on the day it was made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_dinosar.core.landmarks import Landmarks
from napari_dinosar.settings import Settings

if TYPE_CHECKING:
    from pandas import DataFrame

RUN_FORMAT = "napari-dinosar run"
RUN_VERSION = 2
"""What run.yaml says of itself; a newer version than this cannot be read."""

PREVIEW_SIDE_PX = 1024
"""Longer side of the copy of a photo that a run keeps for figures."""

LAYER_STD = "layer_std"
"""The column that tables have only where the spread of the layers was asked for."""

_PATCHES = {
    "row": "int64", "col": "int64", "x": "float64", "y": "float64", "fill": "float64",
    "match_row": "int64", "match_col": "int64", "match_x": "float64", "match_y": "float64",
    "similarity": "float64", "dissimilarity": "float64", "mutual": "bool", LAYER_STD: "float64",
}  # fmt: skip

TABLES: Mapping[str, Mapping[str, str]] = {
    "patches_a_to_b": _PATCHES,
    "patches_b_to_a": _PATCHES,
    "matches": {
        "rank": "int64", "x_a": "float64", "y_a": "float64", "x_b": "float64", "y_b": "float64",
        "similarity": "float64", "dissimilarity": "float64", "mutual": "bool",
        "inlier": "boolean", "attention": "float64",
    },
    "cells": {
        "row": "int64", "col": "int64",
        **{f"{axis}{k}_{side}": "float64" for side in "ab" for k in (1, 2, 3, 4) for axis in "xy"},
        "coverage_a": "float64", "coverage_b": "float64", "folded": "bool", "in_hull": "bool",
        "used": "bool", "reason": "str", "dissimilarity": "float64", LAYER_STD: "float64",
    },
}  # fmt: skip
"""Columns of the tables with their types; x and y are photo pixels.

Corners of a cell run clockwise from its first: top left, top right, bottom right, bottom left.
"""

DIRECTIONS = ("a_to_b", "b_to_a")


@dataclass(frozen=True, eq=False)
class Sample:
    """The values that a score mode sums up in one direction.

    Attributes
    ----------
    values : array, (n,)
        Dissimilarities.
    weights : array, (n,), or None
        Their weights, where the mode has any.
    """

    values: NDArray[np.float64]
    weights: NDArray[np.float64] | None = None


@dataclass(frozen=True, eq=False)
class Side:
    """What a run holds of one of its two specimens.

    Attributes
    ----------
    record : mapping
        What run.yaml says of the photo: name, path, sha256, n_bytes, size_xy, foreground, canvas.
    preview : array of uint8, (h, w, 3)
        The photo, at most 1024 px on the longer side.
    mask : array of bool, (H, W)
        The specimen at photo size, not eroded.
    landmarks : Landmarks or None
        In photo pixels.
    patch_size : int
        Side of a patch in canvas pixels.
    photo_to_canvas : array, (3, 3)
        Map of ``(x, y, 1)``; projective, where an alignment tilted the photo.
    canvas_mask : array of bool, (h, w)
        What was compared: eroded, and cut to the overlap where one was asked for.
    fill : array, (rows, cols)
        Share of each patch that is specimen.
    valid : array of bool, (rows, cols)
        Patches that count.
    attention : array, (layers, heads, rows, cols), or None
        Raw CLS attention.
    attention_layers : tuple of int
        The block of each entry of `attention`, counted from 0.
    layer_std : array, (rows, cols), or None
        How far the layers differ in the similarity of each patch's best match; NaN elsewhere.
    """

    record: Mapping[str, Any]
    preview: NDArray[np.uint8]
    mask: NDArray[np.bool_]
    landmarks: Landmarks | None
    patch_size: int
    photo_to_canvas: NDArray[np.float64]
    canvas_mask: NDArray[np.bool_]
    fill: NDArray[np.float32]
    valid: NDArray[np.bool_]
    attention: NDArray[np.float32] | None = None
    attention_layers: tuple[int, ...] = ()
    layer_std: NDArray[np.float64] | None = None

    @property
    def name(self) -> str:
        """Name of the photo."""
        return str(self.record["name"])

    @property
    def sha256(self) -> str:
        """Checksum of the photo's file, or of its pixels where it came from none."""
        return str(self.record["sha256"])

    @property
    def path(self) -> Path | None:
        """Where the photo lay when it was compared."""
        path = self.record.get("path")
        return None if path is None else Path(path)

    @property
    def size_xy(self) -> tuple[int, int]:
        """Width and height of the photo."""
        width, height = self.record["size_xy"]
        return int(width), int(height)

    @property
    def photo_identity(self) -> dict[str, Any]:
        """Size and checksum of the photo, as layers that lie on it say them."""
        return {"photo_size_xy": list(self.size_xy), "photo_sha256": self.sha256}

    @property
    def n_valid(self) -> int:
        """Number of valid patches."""
        return int(self.valid.sum())

    @cached_property
    def patch_to_photo(self) -> NDArray[np.float64]:
        """Map of ``(col, row, 1)`` of a patch to ``(x, y, 1)`` of its centre in photo pixels."""
        to_canvas = np.diag([self.patch_size, self.patch_size, 1.0])
        to_canvas[:2, 2] = (self.patch_size - 1) / 2
        matrix = np.linalg.inv(self.photo_to_canvas) @ to_canvas
        return np.asarray(matrix / matrix[2, 2])

    @property
    def is_affine(self) -> bool:
        """Whether photo and canvas differ by an affine map only."""
        return bool(np.allclose(self.photo_to_canvas[2, :2], 0.0, atol=1e-12))

    def to_photo(self, canvas_xy: ArrayLike) -> NDArray[np.float64]:
        """Return the photo coordinates (..., 2) of canvas coordinates."""
        return mapped(np.linalg.inv(self.photo_to_canvas), canvas_xy)

    def to_canvas(self, photo_xy: ArrayLike) -> NDArray[np.float64]:
        """Return the canvas coordinates (..., 2) of photo coordinates."""
        return mapped(self.photo_to_canvas, photo_xy)

    def attention_of(
        self, layer: int, heads: int | Sequence[int] | None = None
    ) -> NDArray[np.float32]:
        """Return the attention (rows, cols) of a layer: of one head, or the mean of several.

        Parameters
        ----------
        layer : int
            One of `attention_layers`.
        heads : int, sequence of int, or None
            Which heads, negative from the end; None for all.

        Raises
        ------
        KeyError
            If the layer is not among `attention_layers`.
        """
        if self.attention is None or layer not in self.attention_layers:
            raise KeyError(layer)
        of_layer = self.attention[self.attention_layers.index(layer)]
        if heads is None:
            return np.asarray(of_layer.mean(axis=0))
        chosen = [heads] if isinstance(heads, int) else list(heads)
        return np.asarray(of_layer[chosen].mean(axis=0))


@dataclass(frozen=True, eq=False)
class CellGrid:
    """The grid of homologous cells, its warps and its values; arrays of cells are (rows, cols).

    Attributes
    ----------
    names : tuple of str
        Names of the landmarks that define it, K.
    consensus_unit_xy, consensus_px_xy : array, (K, 2)
        Mean shape of centroid size 1, and in consensus pixels.
    nodes_xy : array, (rows + 1, cols + 1, 2)
        The grid in consensus pixels.
    nodes_a_xy, nodes_b_xy : array, (rows + 1, cols + 1, 2)
        Its nodes in the pixels of the two photos.
    dissimilarity : array
        NaN where a cell is not used.
    used, folded_a, folded_b, in_hull : array of bool
        Cells that count, fold, and lie within the landmarks.
    reason : array of str
        Why a cell does not count; empty where it does.
    coverage_a, coverage_b : array
        Share of each cell that lies on the specimen.
    layer_std : array or None
        How far the layers differ; NaN where a cell is not used.
    """

    names: tuple[str, ...]
    consensus_unit_xy: NDArray[np.float64]
    consensus_px_xy: NDArray[np.float64]
    nodes_xy: NDArray[np.float64]
    nodes_a_xy: NDArray[np.float64]
    nodes_b_xy: NDArray[np.float64]
    dissimilarity: NDArray[np.float64]
    used: NDArray[np.bool_]
    reason: NDArray[np.str_]
    coverage_a: NDArray[np.float64]
    coverage_b: NDArray[np.float64]
    folded_a: NDArray[np.bool_]
    folded_b: NDArray[np.bool_]
    in_hull: NDArray[np.bool_]
    layer_std: NDArray[np.float64] | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of cells."""
        rows, cols = self.used.shape
        return rows, cols

    @property
    def cell_xy(self) -> NDArray[np.float64]:
        """Width and height of a cell in consensus pixels, (2,)."""
        size: NDArray[np.float64] = self.nodes_xy[1, 1] - self.nodes_xy[0, 0]
        return size


@dataclass(frozen=True, eq=False)
class Findings:
    """Everything that a comparison found.

    Attributes
    ----------
    record : mapping
        What run.yaml holds: settings, photos, backbone, alignment, versions, times, warnings.
    summary : mapping
        What summary.json holds.
    a, b : Side
        The two specimens.
    tables : mapping of str to DataFrame
        The tables named in `TABLES`; without rows where a part was not asked for.
    cells : CellGrid or None
        The homologous cells.
    samples : mapping of str to mapping of str to Sample
        For each score mode that was asked for, its values A to B and B to A.
    aligned_rgb : array of uint8, (h, w, 3), or None
        A's photo laid over B, in the pixels of B's canvas; None without an alignment.
    """

    record: Mapping[str, Any]
    summary: Mapping[str, Any]
    a: Side
    b: Side
    tables: Mapping[str, DataFrame]
    cells: CellGrid | None
    samples: Mapping[str, Mapping[str, Sample]]
    aligned_rgb: NDArray[np.uint8] | None = None

    def __repr__(self) -> str:
        return f"<Findings of {self.a.name} and {self.b.name} with {self.backbone['name']}>"

    @cached_property
    def settings(self) -> Settings:
        """The settings that decided the numbers."""
        return Settings.from_mapping(self.record["settings"])

    @property
    def backbone(self) -> Mapping[str, Any]:
        """Name, weights' sha256, patch size, depth, device and precision of what made tokens."""
        backbone: Mapping[str, Any] = self.record["backbone"]
        return backbone

    @property
    def alignment(self) -> Mapping[str, Any]:
        """How A was laid over B: stage, method, matrix (3, 3) of the canvases, residual."""
        alignment: Mapping[str, Any] = self.record["alignment"]
        return alignment

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the reader of the numbers must know."""
        return tuple(self.record["warnings"])

    @property
    def notes(self) -> tuple[str, ...]:
        """Settings and inputs that had no effect."""
        return tuple(self.record.get("notes", ()))

    @property
    def created(self) -> str:
        """When the comparison was finished, ISO 8601."""
        return str(self.record["created"])

    @property
    def attention_layer(self) -> int | None:
        """The block whose attention ranks and weights patches, counted from 0."""
        layer = self.record.get("attention_layer")
        return None if layer is None else int(layer)

    def side(self, letter: str) -> Side:
        """Return the specimen ``"a"`` or ``"b"``."""
        return {"a": self.a, "b": self.b}[letter]


def mapped(matrix: NDArray[np.floating[Any]], xy: ArrayLike) -> NDArray[np.float64]:
    """Return points (..., 2) mapped by a matrix (3, 3) of ``(x, y, 1)``; NaN stays NaN."""
    points = np.asarray(xy, dtype=np.float64)
    ends = points @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(ends[..., :2] / ends[..., 2:])


def table(name: str, columns: Mapping[str, Any]) -> DataFrame:
    """Return a table of `TABLES` with its columns in order and of their types.

    Parameters
    ----------
    name : str
        One of `TABLES`.
    columns : mapping of str to array
        Its columns; without any the table has no rows. `LAYER_STD` may be missing.
    """
    import pandas as pd

    kinds = {
        column: kind
        for column, kind in TABLES[name].items()
        if column in columns or (not columns and column != LAYER_STD)
    }
    return pd.DataFrame(
        {column: pd.Series(columns.get(column, ()), dtype=kind) for column, kind in kinds.items()}
    )

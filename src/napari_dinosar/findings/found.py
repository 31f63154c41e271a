"""Everything that a comparison found: cells, samples, tables, summary and record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.findings.sides import Side
from napari_dinosar.settings import Settings

if TYPE_CHECKING:
    from pandas import DataFrame

RUN_FORMAT = "napari-dinosar run"
RUN_VERSION = 2
"""What run.yaml says of itself; a newer version than this cannot be read."""

DIRECTIONS = ("a_to_b", "b_to_a")
"""The two ways in which a score mode takes its values."""


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
        """How A was laid over B (stage, method, matrix (3, 3) of the canvases, residual)."""
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

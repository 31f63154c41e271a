"""What a run holds of one of its two specimens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_dinosar.core.landmarks import Landmarks

PREVIEW_SIDE_PX = 1024
"""Longer side of the copy of a photo that a run keeps for figures."""


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

    def landmarks_xy(self, names: Sequence[str]) -> NDArray[np.float64] | None:
        """Return where landmarks lie in photo pixels, (n, 2); None where the run lacks one of them.

        Parameters
        ----------
        names : sequence of str
            Their names, in the order that is wanted.
        """
        marks = self.landmarks
        if marks is None or not set(names) <= set(marks.labels):
            return None
        xy: NDArray[np.float64] = marks.xy[[marks.labels.index(name) for name in names]]
        return xy

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


def mapped(matrix: NDArray[np.floating[Any]], xy: ArrayLike) -> NDArray[np.float64]:
    """Return points (..., 2) mapped by a matrix (3, 3) of ``(x, y, 1)``; NaN stays NaN."""
    points = np.asarray(xy, dtype=np.float64)
    ends = points @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(ends[..., :2] / ends[..., 2:])

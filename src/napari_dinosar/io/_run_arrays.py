"""The arrays of a run: what each is called in arrays.npz, and findings' parts made of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.landmarks import Landmarks
from napari_dinosar.findings import (
    DIRECTIONS,
    PREVIEW_SIDE_PX,
    CellGrid,
    Findings,
    Sample,
    Side,
)
from napari_dinosar.settings import options

Arrays = Mapping[str, NDArray[Any]]
Expected = tuple[str, tuple[int | None, ...]]
"""Kind of an array's values, as numpy's dtypes spell it, and its shape; None is any length."""

ALIGNED = "aligned_rgb"

_SIDE = {
    "mask": "mask",
    "preview": "preview",
    "photo_to_canvas": "photo_to_canvas",
    "canvas_mask": "canvas_mask",
    "patch_fill": "fill",
    "patch_valid": "valid",
    "attention": "attention",
    "attention_layers": "attention_layers",
    "layer_std": "layer_std",
}
_CELLS = {
    "names": "names",
    "consensus_unit_xy": "consensus_unit_xy",
    "consensus_px_xy": "consensus_px_xy",
    "grid_nodes_xy": "nodes_xy",
    "warped_nodes_a_xy": "nodes_a_xy",
    "warped_nodes_b_xy": "nodes_b_xy",
    "cell_dissimilarity": "dissimilarity",
    "cell_used": "used",
    "cell_reason": "reason",
    "cell_coverage_a": "coverage_a",
    "cell_coverage_b": "coverage_b",
    "cell_folded_a": "folded_a",
    "cell_folded_b": "folded_b",
    "cell_in_hull": "in_hull",
    "cell_layer_std": "layer_std",
}
_UNIT_GRID = "grid_nodes_unit_xy"
_MODES = options()["score_mode"].choices
_WAYS = [f"{way}{end}" for way in DIRECTIONS for end in ("", "_weights")]

NAMES = (
    *(f"{name}_{letter}" for letter in "ab" for name in _SIDE),
    *_CELLS,
    *(f"score_{mode}_{way}" for mode in _MODES for way in _WAYS),
    ALIGNED,
)
"""The arrays that findings are made of; a run holds those of the parts that were asked for."""


def run_arrays(findings: Findings) -> dict[str, NDArray[Any]]:
    """Return the arrays of arrays.npz, by name.

    ``consensus_unit_xy``, ``names`` and ``grid_nodes_unit_xy`` together are a saved consensus.
    """
    arrays: dict[str, Any] = {}
    for letter in "ab":
        side = findings.side(letter)
        for name, attribute in _SIDE.items():
            value = getattr(side, attribute)
            if value is not None and not (name == "attention_layers" and side.attention is None):
                arrays[f"{name}_{letter}"] = value
    if findings.cells is not None:
        cells = findings.cells
        arrays |= {
            name: getattr(cells, attribute)
            for name, attribute in _CELLS.items()
            if getattr(cells, attribute) is not None
        }
        size = np.linalg.norm(cells.consensus_px_xy) / np.linalg.norm(cells.consensus_unit_xy)
        arrays[_UNIT_GRID] = cells.nodes_xy / size
    for mode, directions in findings.samples.items():
        for way, sample in directions.items():
            arrays[f"score_{mode}_{way}"] = sample.values
            if sample.weights is not None:
                arrays[f"score_{mode}_{way}_weights"] = sample.weights
    if findings.aligned_rgb is not None:
        arrays[ALIGNED] = findings.aligned_rgb
    return {name: np.asarray(value) for name, value in arrays.items()}


def side_of(
    arrays: Arrays,
    letter: str,
    record: Mapping[str, Any],
    patch_size: int,
    landmarks: Landmarks | None,
    path: Path,
) -> Side:
    """Return a specimen as the arrays of a run hold it.

    Raises
    ------
    DinosarError
        If one is missing, or does not go with the photo's size or with another one.
    """
    width, height = record["size_xy"]
    rows, cols = _shape(arrays, f"patch_valid_{letter}", 2, path)
    expected: dict[str, Expected] = {
        "mask": ("b", (height, width)),
        "preview": ("u", (None, None, 3)),
        "photo_to_canvas": ("f", (3, 3)),
        "canvas_mask": ("b", (rows * patch_size, cols * patch_size)),
        "patch_fill": ("f", (rows, cols)),
        "patch_valid": ("b", (rows, cols)),
    }
    optional: dict[str, Expected] = {"layer_std": ("f", (rows, cols))}
    if f"attention_{letter}" in arrays or f"attention_layers_{letter}" in arrays:
        n_layers = _shape(arrays, f"attention_layers_{letter}", 1, path)[0]
        expected |= {
            "attention": ("f", (n_layers, None, rows, cols)),
            "attention_layers": ("i", (n_layers,)),
        }
    checked = {
        _SIDE[name]: _checked(arrays, f"{name}_{letter}", one, path)
        for name, one in (expected | optional).items()
        if name in expected or f"{name}_{letter}" in arrays
    }
    _refuse_odd_pictures(checked, letter, path)
    layers = tuple(int(layer) for layer in checked.pop("attention_layers", ()))
    return Side(
        record=record,
        landmarks=landmarks,
        patch_size=patch_size,
        attention_layers=layers,
        **checked,
    )


def cells_of(arrays: Arrays, path: Path) -> CellGrid:
    """Return the homologous cells as the arrays of a run hold them.

    Raises
    ------
    DinosarError
        If an array is missing or does not go with the others.
    """
    rows, cols = _shape(arrays, "cell_used", 2, path)
    n_landmarks = _shape(arrays, "names", 1, path)[0]
    nodes, points = (rows + 1, cols + 1, 2), (n_landmarks, 2)
    shapes: dict[str, tuple[int | None, ...]] = {
        "names": (n_landmarks,),
        "consensus_unit_xy": points,
        "consensus_px_xy": points,
        "grid_nodes_xy": nodes,
        "warped_nodes_a_xy": nodes,
        "warped_nodes_b_xy": nodes,
    }
    kinds = {"names": "U", "cell_reason": "U", "cell_used": "b", "cell_in_hull": "b",
             "cell_folded_a": "b", "cell_folded_b": "b"}  # fmt: skip
    checked = {
        attribute: _checked(
            arrays, name, (kinds.get(name, "f"), shapes.get(name, (rows, cols))), path
        )
        for name, attribute in _CELLS.items()
        if name != "cell_layer_std" or name in arrays
    }
    names = tuple(str(name) for name in checked.pop("names"))
    return CellGrid(names=names, **checked)


def samples_of(arrays: Arrays, path: Path) -> dict[str, dict[str, Sample]]:
    """Return the values of each score mode that the arrays of a run hold, in their order.

    Raises
    ------
    DinosarError
        If a mode has values one way only, or weights of another number.
    """
    modes = [mode for name in arrays for mode in _MODES if name == f"score_{mode}_{DIRECTIONS[0]}"]
    samples: dict[str, dict[str, Sample]] = {}
    for mode in modes:
        samples[mode] = {}
        for way in DIRECTIONS:
            name = f"score_{mode}_{way}"
            values = _checked(arrays, name, ("f", (None,)), path)
            weights = None
            if f"{name}_weights" in arrays:
                weights = _checked(arrays, f"{name}_weights", ("f", (len(values),)), path)
            samples[mode][way] = Sample(values, weights)
    return samples


def aligned_of(arrays: Arrays, b: Side, path: Path) -> NDArray[np.uint8] | None:
    """Return A's photo laid over B's canvas, or None where a run has none."""
    if ALIGNED not in arrays:
        return None
    return _checked(arrays, ALIGNED, ("u", (*b.canvas_mask.shape, 3)), path)


def _refuse_odd_pictures(side: Mapping[str, NDArray[Any]], letter: str, path: Path) -> None:
    height, width = side["preview"].shape[:2]
    if not 1 <= min(height, width) <= max(height, width) <= PREVIEW_SIDE_PX:
        raise DinosarError(
            f"{path} is damaged: preview_{letter} has {width} x {height} px; a preview has 1 to "
            f"{PREVIEW_SIDE_PX} px a side."
        )
    matrix = side["photo_to_canvas"]
    if not np.isfinite(matrix).all() or abs(np.linalg.det(matrix)) < np.finfo(float).tiny:
        raise DinosarError(
            f"{path} is damaged: photo_to_canvas_{letter} is not a map that can be inverted."
        )


def _shape(arrays: Arrays, name: str, ndim: int, path: Path) -> tuple[int, ...]:
    return _array(arrays, name, path, ndim).shape


def _array(arrays: Arrays, name: str, path: Path, ndim: int) -> NDArray[Any]:
    if name not in arrays:
        raise DinosarError(f"{path} is not complete: it has no array {name}.")
    if arrays[name].ndim != ndim:
        raise DinosarError(
            f"{path} is damaged: array {name} has {arrays[name].ndim} axes instead of {ndim}."
        )
    return arrays[name]


def _checked(arrays: Arrays, name: str, expected: Expected, path: Path) -> NDArray[Any]:
    kind, shape = expected
    array = _array(arrays, name, path, len(shape))
    fits = all(want in (None, have) for want, have in zip(shape, array.shape, strict=True))
    if not fits:
        wanted = " x ".join("any" if length is None else str(length) for length in shape)
        raise DinosarError(
            f"{path} is damaged: array {name} has the shape {array.shape} instead of {wanted}."
        )
    if array.dtype.kind != kind or (kind == "u" and array.dtype != np.uint8):
        raise DinosarError(f"{path} is damaged: array {name} holds values of type {array.dtype}.")
    return array

"""Findings that tests make in milliseconds: small, complete, and true to how parts depend.

The two specimens are `drawn`; values are drawn at random, but corners of cells are where the
landmarks say, patches lie on the masks, and the summary sums up the values that are there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from drawn import NAMES, Drawn, draw
from napari_dinosar.core.landmarks import Landmarks
from napari_dinosar.core.photo import Photo, photo_from_array
from napari_dinosar.core.scores import mean_statistics, statistics
from napari_dinosar.findings import (
    DIRECTIONS,
    LAYER_STD,
    CellGrid,
    Findings,
    Sample,
    Side,
    mapped,
    table,
)
from napari_dinosar.settings import Settings

PATCH, PATCHES, CELLS = 16, (8, 8), (5, 7)
CANVAS = PATCH * PATCHES[0]
N_CONSENSUS_PX = 120.0
SCORE_MODES = ("foreground", "bidirectional", "topk_mean", "attention_weighted", "demo_inliers")
ATTENTION_LAYERS = (9, 11)
SIDES = {"a": ("A one.png", 1, (320, 220)), "b": ("Bé.png", 2, (300, 240))}
"""File name, seed and size of the two photos."""


@dataclass(frozen=True)
class Parts:
    """Which parts of a comparison were asked for."""

    cells: bool = True
    matches: bool = True
    attention: bool = True
    landmarks: bool = True
    layer_std: bool = True
    alignment: bool = True
    projective: bool = False


@cache
def specimen(letter: str) -> Drawn:
    """Return the drawn specimen of a side, as `made` uses it."""
    _, seed, size_xy = SIDES[letter]
    return draw(seed, size_xy, angle_deg=6.0 * seed)


def photo(letter: str, sha256: str = "") -> Photo:
    """Return the photo of a side, as read from its file; another one where a checksum is given."""
    read = photo_from_array(specimen(letter).rgb, SIDES[letter][0])
    return replace(read, sha256=sha256 or hashlib.sha256(photo_bytes(letter)).hexdigest())


@cache
def photo_bytes(letter: str) -> bytes:
    """Return the file of a side's photo."""
    stream = BytesIO()
    Image.fromarray(specimen(letter).rgb).save(stream, "PNG")
    return stream.getvalue()


def write_photos(folder: Path) -> None:
    """Write the two photos that `made` speaks of."""
    for letter, (name, *_) in SIDES.items():
        (folder / name).write_bytes(photo_bytes(letter))


def made(folder: Path | None = None, **parts: bool) -> Findings:
    """Return findings with every part, or without those set to False.

    Parameters
    ----------
    folder : Path, optional
        Where the photos lie (`write_photos` puts them there); without it they came from no file.
    **parts : bool
        Fields of `Parts`: ``cells``, ``matches``, ``attention``, ``landmarks``, ``layer_std``,
        ``alignment``, ``projective``. Without landmarks there are no cells.
    """
    asked = Parts(**parts)
    rng = np.random.default_rng(5)
    sides = {letter: _side(letter, folder, asked, rng) for letter in SIDES}
    cells = _cells(sides, asked, rng) if asked.cells and asked.landmarks else None
    tables = _tables(sides, cells, asked, rng)
    samples = _samples(sides, asked, rng) if asked.matches else {}
    aligned = rng.integers(0, 256, (CANVAS, CANVAS, 3), dtype=np.uint8) if asked.alignment else None
    return Findings(
        record=_record(sides, cells, folder, asked),
        summary=_summary(sides, cells, samples, asked),
        a=sides["a"],
        b=sides["b"],
        tables=tables,
        cells=cells,
        samples=samples,
        aligned_rgb=aligned,
    )


def _side(letter: str, folder: Path | None, asked: Parts, rng: np.random.Generator) -> Side:
    name, _, (width, height) = SIDES[letter]
    one = specimen(letter)
    matrix = _photo_to_canvas(width, height, asked.projective and letter == "a")
    canvas_y, canvas_x = np.mgrid[:CANVAS, :CANVAS]
    photo_xy = mapped(np.linalg.inv(matrix), np.stack([canvas_x, canvas_y], axis=-1))
    x, y = np.rint(photo_xy).astype(int).transpose(2, 0, 1)
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    canvas_mask = inside & one.mask[y.clip(0, height - 1), x.clip(0, width - 1)]
    rows, cols = PATCHES
    fill = canvas_mask.reshape(rows, PATCH, cols, PATCH).mean(axis=(1, 3), dtype=np.float32)
    valid = fill > 0.15
    spread = np.where(valid, rng.random(PATCHES), np.nan)
    attention = rng.random((len(ATTENTION_LAYERS), 3, *PATCHES), dtype=np.float32)
    content = photo_bytes(letter)
    record = {
        "name": name,
        "path": None if folder is None else str(folder / name),
        "sha256": hashlib.sha256(content).hexdigest(),
        "n_bytes": len(content),
        "size_xy": [width, height],
        "reading": {"format": "PNG", "mode": "RGB"},
        "foreground": "thresh",
        "separability": 0.1 + 0.2,
        "canvas": {"size_xy": [CANVAS, CANVAS], "sha256": f"{letter}" * 64},
        "landmarks": f"10{letter}" if asked.landmarks else None,
    }
    return Side(
        record=record,
        preview=one.rgb,
        mask=one.mask,
        landmarks=_landmarks(letter, one) if asked.landmarks else None,
        patch_size=PATCH,
        photo_to_canvas=matrix,
        canvas_mask=canvas_mask,
        fill=fill,
        valid=valid,
        attention=attention if asked.attention else None,
        attention_layers=ATTENTION_LAYERS if asked.attention else (),
        layer_std=spread if asked.layer_std and asked.matches else None,
    )


def _photo_to_canvas(width: int, height: int, projective: bool) -> NDArray[np.float64]:
    scale = CANVAS / max(width, height)
    matrix = np.array([[scale, 0.0, 0.0], [0.0, scale, (CANVAS - scale * height) / 2], [0, 0, 1]])
    if projective:
        matrix[2, :2] = (2e-4, -1e-4)
    return matrix


def _landmarks(letter: str, one: Drawn) -> Landmarks:
    """Return the landmarks of a side; A's last one is hidden and B's last one absent."""
    return Landmarks.from_points(
        one.landmarks_xy,
        names=NAMES,
        visibility=[2] * (len(NAMES) - 1) + [1 if letter == "a" else 0],
        skeleton=[(0, 5), (5, 1)],
        specimen_id=f"10{letter}",
        image_id="7" if letter == "a" else None,
        file_name=f"in/{SIDES[letter][0]}",
        warnings=["The source is odd."] if letter == "a" else [],
    )


def _cells(sides: Mapping[str, Side], asked: Parts, rng: np.random.Generator) -> CellGrid:
    """Lay a grid over the unit landmarks, and carry it to each photo by their affine fit."""
    ends = {letter: _present_xy(side)[: len(NAMES) - 1] for letter, side in sides.items()}
    centred = {letter: xy - xy.mean(axis=0) for letter, xy in ends.items()}
    shape = sum(xy / np.linalg.norm(xy) for xy in centred.values())
    unit = shape / np.linalg.norm(shape)
    consensus_px = unit * N_CONSENSUS_PX
    rows, cols = CELLS
    low, high = consensus_px.min(axis=0), consensus_px.max(axis=0)
    cell = max((high - low) / (cols, rows))
    start = (low + high) / 2 - cell * np.array([cols, rows]) / 2
    x, y = (start[k] + cell * np.arange(n + 1) for k, n in enumerate((cols, rows)))
    nodes = np.stack(np.meshgrid(x, y), axis=-1)
    with_one = np.column_stack([consensus_px, np.ones(len(consensus_px))])
    fits = {letter: np.linalg.lstsq(with_one, xy, rcond=None)[0] for letter, xy in ends.items()}
    coverage = {letter: rng.integers(6, 17, CELLS) / 16 for letter in sides}
    folded = {letter: rng.random(CELLS) < 0.05 for letter in sides}
    in_hull = rng.random(CELLS) < 0.95
    covered = (coverage["a"] >= 0.5) & (coverage["b"] >= 0.5)
    reason = np.select(
        [~covered, folded["a"] | folded["b"], ~in_hull],
        ["too little specimen", "folded", "outside the landmarks"],
        "",
    )
    used = reason == ""
    return CellGrid(
        names=NAMES[:-1],
        consensus_unit_xy=unit,
        consensus_px_xy=consensus_px,
        nodes_xy=nodes,
        nodes_a_xy=nodes @ fits["a"][:2] + fits["a"][2],
        nodes_b_xy=nodes @ fits["b"][:2] + fits["b"][2],
        dissimilarity=np.where(used, rng.random(CELLS), np.nan),
        used=used,
        reason=reason,
        coverage_a=coverage["a"],
        coverage_b=coverage["b"],
        folded_a=folded["a"],
        folded_b=folded["b"],
        in_hull=in_hull,
        layer_std=np.where(used, rng.random(CELLS) / 9, np.nan) if asked.layer_std else None,
    )


def _present_xy(side: Side) -> NDArray[np.float64]:
    assert side.landmarks is not None
    return side.landmarks.xy[side.landmarks.present]


def _tables(
    sides: Mapping[str, Side], cells: CellGrid | None, asked: Parts, rng: np.random.Generator
) -> dict[str, Any]:
    a, b = sides["a"], sides["b"]
    return {
        "patches_a_to_b": table("patches_a_to_b", _patches(a, b, rng) if asked.matches else {}),
        "patches_b_to_a": table("patches_b_to_a", _patches(b, a, rng) if asked.matches else {}),
        "matches": table("matches", _matches(a, b, asked, rng) if asked.matches else {}),
        "cells": table("cells", {} if cells is None else _cell_columns(cells)),
    }


def _patches(side: Side, other: Side, rng: np.random.Generator) -> dict[str, Any]:
    row_col = np.argwhere(side.valid)
    match = rng.permutation(np.resize(np.argwhere(other.valid), row_col.shape))
    xy = mapped(side.patch_to_photo, row_col[:, ::-1])
    match_xy = mapped(other.patch_to_photo, match[:, ::-1])
    similarity = rng.random(len(row_col), dtype=np.float32)
    columns = {
        "row": row_col[:, 0], "col": row_col[:, 1], "x": xy[:, 0], "y": xy[:, 1],
        "fill": side.fill[side.valid],
        "match_row": match[:, 0], "match_col": match[:, 1],
        "match_x": match_xy[:, 0], "match_y": match_xy[:, 1],
        "similarity": similarity, "dissimilarity": 1.0 - similarity,
        "mutual": rng.random(len(row_col)) < 0.4,
    }  # fmt: skip
    if side.layer_std is not None:
        columns[LAYER_STD] = side.layer_std[side.valid]
    return columns


def _matches(a: Side, b: Side, asked: Parts, rng: np.random.Generator) -> dict[str, Any]:
    n = 12
    xy_a, xy_b = (
        mapped(one.patch_to_photo, rng.permutation(np.argwhere(one.valid))[:n, ::-1])
        for one in (a, b)
    )
    similarity = np.sort(rng.random(n))[::-1]
    inlier = [None if k % 4 == 3 else k % 2 == 0 for k in range(n)]
    return {
        "rank": np.arange(1, n + 1),
        "x_a": xy_a[:, 0], "y_a": xy_a[:, 1], "x_b": xy_b[:, 0], "y_b": xy_b[:, 1],
        "similarity": similarity, "dissimilarity": 1.0 - similarity,
        "mutual": rng.random(n) < 0.7, "inlier": inlier,
        "attention": rng.random(n) if asked.attention else np.full(n, np.nan),
    }  # fmt: skip


def _cell_columns(cells: CellGrid) -> dict[str, Any]:
    rows, cols = cells.shape
    row, col = np.divmod(np.arange(rows * cols), cols)
    columns: dict[str, Any] = {"row": row, "col": col}
    for side, nodes in (("a", cells.nodes_a_xy), ("b", cells.nodes_b_xy)):
        corners = (nodes[:-1, :-1], nodes[:-1, 1:], nodes[1:, 1:], nodes[1:, :-1])
        for k, corner in enumerate(corners, start=1):
            columns[f"x{k}_{side}"] = corner[..., 0].ravel()
            columns[f"y{k}_{side}"] = corner[..., 1].ravel()
    columns |= {
        "coverage_a": cells.coverage_a.ravel(),
        "coverage_b": cells.coverage_b.ravel(),
        "folded": (cells.folded_a | cells.folded_b).ravel(),
        "in_hull": cells.in_hull.ravel(),
        "used": cells.used.ravel(),
        "reason": cells.reason.ravel(),
        "dissimilarity": cells.dissimilarity.ravel(),
    }
    if cells.layer_std is not None:
        columns[LAYER_STD] = cells.layer_std.ravel()
    return columns


def _modes(asked: Parts) -> tuple[str, ...]:
    return tuple(mode for mode in SCORE_MODES if asked.attention or mode != "attention_weighted")


def _samples(
    sides: Mapping[str, Side], asked: Parts, rng: np.random.Generator
) -> dict[str, dict[str, Sample]]:
    samples: dict[str, dict[str, Sample]] = {}
    for mode in _modes(asked):
        samples[mode] = {}
        for direction in DIRECTIONS:
            n = sides[direction[0]].n_valid
            weights = rng.random(n) if mode == "attention_weighted" else None
            samples[mode][direction] = Sample(rng.random(n), weights)
    return samples


def _summary(
    sides: Mapping[str, Side],
    cells: CellGrid | None,
    samples: Mapping[str, Mapping[str, Sample]],
    asked: Parts,
) -> dict[str, Any]:
    scores = {}
    for mode, sample in samples.items():
        ways = {way: statistics(one.values, one.weights) for way, one in sample.items()}
        scores[mode] = {**ways, "mean": mean_statistics(*ways.values())}
    return {
        "backbone": "drawn",
        "matching_mode": _settings(asked).matching_mode,
        "specimens": {
            letter: {
                "mask_share": float(side.mask.mean()),
                "foreground": "thresh",
                "n_patches": int(side.valid.size),
                "n_valid": side.n_valid,
            }
            for letter, side in sides.items()
        },
        "alignment": _alignment(asked) if asked.alignment else None,
        "scores": scores,
        "homology": None if cells is None else _homology(cells),
    }


def _homology(cells: CellGrid) -> dict[str, Any]:
    used = cells.used
    reasons, counts = np.unique(cells.reason[~used], return_counts=True)
    weights = np.minimum(cells.coverage_a, cells.coverage_b)[used]
    return {
        "n_cells": int(used.size),
        "n_used": int(used.sum()),
        "rows": CELLS[0],
        "cols": CELLS[1],
        "cell_px": cells.cell_xy.tolist(),
        "unused": {str(r): int(n) for r, n in zip(reasons, counts, strict=True)},
        "dissimilarity": statistics(cells.dissimilarity[used], weights),
        "procrustes_distance": 0.0625,
        "bending_energy_a": 0.01,
        "bending_energy_b": 0.02,
        "layer_std": None if cells.layer_std is None else float(cells.layer_std[used].mean()),
    }


def _settings(asked: Parts) -> Settings:
    mode = "both" if asked.cells and asked.matches else "similarity"
    if not asked.matches:
        mode = "tps_homology"
    return Settings(
        matching_mode=mode,
        fg_mode="thresh",
        layers=(9, 10, 11),
        attn_layers=ATTENTION_LAYERS,
        report_layer_std=asked.layer_std,
        align_stage="image" if asked.alignment else "none",
        align_method="homography" if asked.projective else "similarity",
        score_mode=_modes(asked) if asked.matches else ("foreground",),
        tps_rows=CELLS[0],
        tps_cols=CELLS[1],
        img_size=CANVAS,
    )


def _alignment(asked: Parts) -> dict[str, Any]:
    if not asked.alignment:
        return {"stage": "none"}
    return {
        "stage": "image",
        "method": "homography" if asked.projective else "similarity",
        "source": "landmarks",
        "matrix": [[0.9, 0.1, 3.0], [-0.1, 0.9, 4.0], [0.0, 0.0, 1.0]],
        "residual_px": 1.75,
        "residual_share": 0.0125,
    }


def _record(
    sides: Mapping[str, Side], cells: CellGrid | None, folder: Path | None, asked: Parts
) -> dict[str, Any]:
    keypoints = "/photos/keypoints.json" if folder is None else str(folder / "keypoints.json")
    landmarks = {"path": keypoints, "sha256": "c" * 64}
    return {
        "format": "napari-dinosar run",
        "format_version": 2,
        "created": "2026-03-09T14:05:07+01:00",
        "settings": _settings(asked).as_mapping(),
        "command": ["napari-dinosar", "compare", "A one.png", "Bé.png"],
        "layers": [9, 10, 11],
        "attention_layer": 11 if asked.attention else None,
        "backbone": {
            "name": "drawn",
            "description": "values drawn at random",
            "sha256": "d" * 64,
            "patch_size": PATCH,
            "depth": 12,
            "has_attention": asked.attention,
            "device": "cpu",
            "precision": "fp32",
            "engine": "torch",
            "path": None,
        },
        "photo_a": dict(sides["a"].record),
        "photo_b": dict(sides["b"].record),
        "inputs": {
            "landmarks": landmarks if asked.landmarks else None,
            "mask_a": None,
            "mask_b": None,
            "consensus": None,
        },
        "cutout": None,
        "landmarks_used": None if cells is None else list(cells.names),
        "alignment": _alignment(asked),
        "seed": 0,
        "python": "3.11.7",
        "platform": "Linux",
        "libraries": {"napari-dinosar": "0.2.0", "rembg": None},
        "timings_s": {"encode": 0.125, "tables": 1e-05},
        "warnings": ["The foreground statistics rest on few values."],
        "notes": [],
    }

"""Findings for figures: smooth values, and as many cells, landmarks and matches as one asks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from findings_made import made
from napari_dinosar.core.landmarks import Landmarks
from napari_dinosar.core.spline import ThinPlateSpline
from napari_dinosar.findings import (
    DIRECTIONS,
    CellGrid,
    Findings,
    Sample,
    Side,
    mapped,
    table,
)
from napari_dinosar.findings.cell_marks import CellMarks

SCORES = {
    "foreground": 180, "bidirectional": 400, "topk_mean": 180, "attention_weighted": 180,
    "demo_inliers": 20,
}  # fmt: skip
REASONS = (
    "coverage below 0.5 in A and B; outside the landmarks",
    "coverage below 0.5 in A",
    "coverage below 0.5 in B; folded in B",
    "folded in A",
    "folded in B",
    "outside the landmarks",
)


def run(rows: int = 6, cols: int = 9, **parts: bool) -> Findings:
    """Return findings whose values change smoothly, with a grid of that many cells.

    Parameters
    ----------
    rows, cols : int
        Cells; a quarter of them is not used.
    **parts : bool
        As for `findings_made.made`.
    """
    found = made(**parts)
    found = replace(found, a=_with_attention(found.a, 0.0), b=_with_attention(found.b, 0.002))
    if found.samples:
        found = replace(found, samples=_samples())
    if found.aligned_rgb is not None:
        found = replace(found, aligned_rgb=_a_on_canvas(found))
    if len(found.tables["matches"]):
        found = with_matches(40, found=found)
    return found if found.cells is None else replace(found, cells=_grid(found, rows, cols))


def _with_attention(side: Side, more: float) -> Side:
    if side.attention is None:
        return side
    layers, heads, rows, cols = side.attention.shape
    row, col = np.mgrid[:rows, :cols] / max(rows, cols)
    values = [
        [(0.01 + 0.005 * layer) * (1 + np.sin(3 * row + head + layer) * col) + more
         for head in range(heads)]
        for layer in range(layers)
    ]  # fmt: skip
    return replace(side, attention=np.array(values, dtype=np.float32))


def _samples() -> dict[str, dict[str, Sample]]:
    rng = np.random.default_rng(6)
    samples: dict[str, dict[str, Sample]] = {}
    for mode, n in SCORES.items():
        values = {way: rng.gamma(6.0, 0.02 + 0.004 * k, n) for k, way in enumerate(DIRECTIONS)}
        if mode == "bidirectional":
            values["b_to_a"] = values["a_to_b"][::-1].copy()
        weights = rng.uniform(0.0, 1.0, n) if mode == "attention_weighted" else None
        samples[mode] = {way: Sample(values[way], weights) for way in DIRECTIONS}
    return samples


def _a_on_canvas(found: Findings) -> np.ndarray:
    """Return A's photo where its own map lays it."""
    height, width = found.b.canvas_mask.shape
    y, x = np.mgrid[:height, :width]
    xy = mapped(np.linalg.inv(found.a.photo_to_canvas), np.stack([x, y], axis=-1))
    col, row = np.moveaxis(np.rint(xy).astype(int), -1, 0)
    photo = found.a.preview
    inside = (row >= 0) & (col >= 0) & (row < len(photo)) & (col < photo.shape[1])
    rgb = np.full((height, width, 3), 255, np.uint8)
    rgb[inside] = photo[row[inside], col[inside]]
    return rgb


def _grid(found: Findings, rows: int, cols: int) -> CellGrid:
    assert found.cells is not None
    rng = np.random.default_rng(3)
    points = found.cells.consensus_px_xy
    low, high = points.min(axis=0), points.max(axis=0)
    x, y = (np.linspace(low[k], high[k], n + 1) for k, n in enumerate((cols, rows)))
    nodes = np.stack(np.meshgrid(x, y), axis=-1)
    reason = np.where(rng.random((rows, cols)) < 0.25, rng.choice(REASONS, (rows, cols)), "")
    used = reason == ""
    slope = np.add.outer(np.linspace(0.05, 0.2, rows), np.linspace(0.0, 0.15, cols))
    return CellGrid(
        names=found.cells.names,
        consensus_unit_xy=found.cells.consensus_unit_xy,
        consensus_px_xy=points,
        nodes_xy=nodes,
        nodes_a_xy=ThinPlateSpline(points, _used_xy(found, "a"))(nodes),
        nodes_b_xy=ThinPlateSpline(points, _used_xy(found, "b"))(nodes),
        dissimilarity=np.where(used, slope + rng.normal(0.0, 0.01, slope.shape), np.nan),
        used=used,
        reason=reason,
        coverage_a=np.where(used, rng.uniform(0.5, 1.0, slope.shape), 0.25),
        coverage_b=np.where(used, 1.0, 0.25),
        folded_a=np.strings.find(reason, "folded in A") >= 0,
        folded_b=np.strings.find(reason, "folded in B") >= 0,
        in_hull=np.strings.find(reason, "outside") < 0,
    )


def marks_on(found: Findings) -> CellMarks:
    """Return marks: a quarter of the cells is under the noise floor, six others are flagged."""
    assert found.cells is not None
    rows, cols = found.cells.shape
    row, col = np.mgrid[:rows, :cols]
    under_noise = (row < rows // 2) & (col < cols // 2) & found.cells.used
    return CellMarks(under_noise, (abs(row - rows // 2 - 0.5) < 1) & (abs(col - 3) < 2))


def _used_xy(found: Findings, letter: str) -> np.ndarray:
    landmarks = found.side(letter).landmarks
    assert landmarks is not None
    assert found.cells is not None
    return landmarks.xy[[landmarks.labels.index(name) for name in found.cells.names]]


def with_matches(n: int, verified: bool = True, found: Findings | None = None) -> Findings:
    """Return findings with n correspondences: like places of the two photos, a few astray."""
    found = run() if found is None else found
    rng = np.random.default_rng(4)
    on_a = rng.permutation(np.argwhere(found.a.mask))[:n, ::-1].astype(float)
    on_b = on_a * np.divide(found.b.size_xy, found.a.size_xy)
    inlier = rng.random(n) < 0.7
    on_b += np.where(inlier[:, None], rng.normal(0, 3, (n, 2)), rng.normal(0, 30, (n, 2)))
    on_b = on_b.clip(0, np.array(found.b.size_xy) - 1)
    similarity = np.sort(rng.uniform(0.4, 0.9, n))[::-1]
    columns = {
        "rank": np.arange(1, n + 1),
        "x_a": on_a[:, 0], "y_a": on_a[:, 1], "x_b": on_b[:, 0], "y_b": on_b[:, 1],
        "similarity": similarity, "dissimilarity": 1.0 - similarity, "mutual": np.ones(n, bool),
        "inlier": inlier if verified else [None] * n, "attention": np.full(n, np.nan),
    }  # fmt: skip
    return replace(found, tables={**found.tables, "matches": table("matches", columns)})


def with_landmarks(n: int, name: str = "{}") -> Findings:
    """Return findings whose specimens have n landmarks along a ring, without cells."""
    found = run(cells=False)
    turn = np.linspace(0.0, 2 * np.pi, n, endpoint=False)
    ring = np.stack([np.cos(turn), np.sin(turn)], axis=1) * (1 + 0.1 * np.cos(5 * turn))[:, None]
    names = tuple(name.format(k) for k in range(1, n + 1))
    sides = {}
    for letter, stretch in (("a", (100.0, 50.0)), ("b", (80.0, 60.0))):
        side = found.side(letter)
        centre = (np.array(side.size_xy) - 1) / 2
        bent = ring + 0.1 * ring[:, ::-1] ** 2 * (letter == "b")
        marks = Landmarks.from_points(bent * stretch + centre, names=names)
        sides[letter] = replace(side, landmarks=marks)
    return replace(found, **sides, record={**found.record, "landmarks_used": list(names)})


def renamed(found: Findings, name_a: str) -> Findings:
    """Return findings whose first photo has another name."""
    return replace(found, a=replace(found.a, record={**found.a.record, "name": name_a}))

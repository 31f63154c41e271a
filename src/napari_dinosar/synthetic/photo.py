"""Puts a painted specimen before the camera: pose, ground, pin, shadows, lens and sensor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.synthetic.anatomy import PLAN_SIZE
from napari_dinosar.synthetic.raster import (
    GAMMA,
    Box,
    Floats,
    Sheet,
    blurred,
    linear,
    normal_numbers,
    ramp,
)

SUPERSAMPLE = 2
EXPOSURE = 1.22
"""Light on the specimen against that on the ground."""


@dataclass(frozen=True, eq=False)
class Pose:
    """From plan units to photo pixels: a smooth change of shape, then a similarity.

    Attributes
    ----------
    waves : (M, 2) float64
        Wave vectors of the shape change, radians per plan unit.
    phases : (M,) float64
        Their phases.
    swings : (M, 2) float64
        Their amplitudes in x and y, plan units.
    turn : (2, 2) float64
        Rotation times scale, photo pixels per plan unit.
    shift : (2,) float64
        Photo position of the plan's centre.
    """

    waves: NDArray[np.float64]
    phases: NDArray[np.float64]
    swings: NDArray[np.float64]
    turn: NDArray[np.float64]
    shift: NDArray[np.float64]

    def to_photo(self, plan_xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return photo positions of plan positions, (..., 2)."""
        plan = np.asarray(plan_xy, float)
        centred = plan + self._swing(plan) - np.array(PLAN_SIZE) / 2
        return centred @ self.turn.T + self.shift

    def to_plan(self, photo_xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return plan positions of photo positions, by fixed-point iteration."""
        changed = (np.asarray(photo_xy, float) - self.shift) @ np.linalg.inv(self.turn).T
        changed = changed + np.array(PLAN_SIZE) / 2
        plan = changed
        for _ in range(12):
            plan = changed - self._swing(plan)
        return plan

    def _swing(self, plan: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.cos(plan @ self.waves.T + self.phases) @ self.swings


def strike_pose(
    shape_rng: np.random.Generator, pose_rng: np.random.Generator, size_xy: tuple[int, int]
) -> Pose:
    """Draw the shape of an individual and how it lies in its photo."""
    count = 6
    angle = 2 * np.pi * shape_rng.random(count)
    period = 500 + 700 * shape_rng.random(count)
    waves = 2 * np.pi / period[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    swings = 3.2 * normal_numbers(shape_rng, (count, 2))
    phases = 2 * np.pi * shape_rng.random(count)
    scale = min(size_xy[0] / PLAN_SIZE[0], size_xy[1] / PLAN_SIZE[1])
    scale *= 0.97 + 0.06 * pose_rng.random()
    tilt = np.deg2rad(-1.0 + 2.5 * np.clip(normal_numbers(pose_rng, (1,))[0], -2, 2))
    turn = scale * np.array([[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]])
    wander = (pose_rng.random(2) - 0.5) * np.array([0.03, 0.04]) * size_xy
    return Pose(waves, phases, swings, turn, (np.array(size_xy) - 1) / 2 + wander)


def seen_by_camera(
    sheet: Sheet, extra: Sequence[Floats], pose: Pose, size_xy: tuple[int, int]
) -> tuple[Floats, Floats, list[Floats]]:
    """Return the sheet's colour (H, W, 3), its alpha (H, W) and further maps at photo size."""
    from scipy.ndimage import map_coordinates

    width, height = (side * SUPERSAMPLE for side in size_xy)
    box = _photo_box(sheet, pose, width, height)
    rows, cols = _sheet_positions(sheet, pose, box)
    layers = [sheet.rgb[..., 0], sheet.rgb[..., 1], sheet.rgb[..., 2], sheet.alpha, *extra]
    seen = []
    for layer in layers:
        photo = np.zeros((height, width), np.float32)
        photo[box.slices] = map_coordinates(layer, (rows, cols), order=1, output=np.float32)
        blocks = photo.reshape(size_xy[1], SUPERSAMPLE, size_xy[0], SUPERSAMPLE)
        seen.append(blocks.mean(axis=(1, 3)))
    return np.stack(seen[:3], axis=-1), seen[3], seen[4:]


def _photo_box(sheet: Sheet, pose: Pose, width: int, height: int) -> Box:
    """Return the part of the supersampled photo in which there is specimen."""
    rows = np.flatnonzero(sheet.alpha.any(axis=1)) / sheet.scale
    cols = np.flatnonzero(sheet.alpha.any(axis=0)) / sheet.scale
    x, y = np.meshgrid(np.linspace(cols[0], cols[-1], 9), np.linspace(rows[0], rows[-1], 9))
    corners = (pose.to_photo(np.stack([x, y], axis=-1)).reshape(-1, 2) + 0.5) * SUPERSAMPLE
    left, top = np.clip(corners.min(axis=0) - 8, 0, None).astype(int)
    right, bottom = np.clip(corners.max(axis=0) + 8, None, (width, height)).astype(int)
    return Box(int(top), int(left), int(bottom - top), int(right - left))


def _sheet_positions(sheet: Sheet, pose: Pose, box: Box) -> tuple[Floats, Floats]:
    """Return the sheet row and column of every supersampled photo pixel of a box.

    The pose is smooth: it is inverted on a coarse grid and interpolated between.
    """
    step = 16
    xs = np.arange(0, box.width + step, step)
    ys = np.arange(0, box.height + step, step)
    grid = np.stack(np.meshgrid(xs + box.left, ys + box.top), axis=-1)
    plan = pose.to_plan((grid + 0.5) / SUPERSAMPLE - 0.5)
    across = _between(np.arange(box.width), xs)
    down = _between(np.arange(box.height), ys)
    col, row = (
        down @ (plan[..., axis] * sheet.scale - 0.5).astype(np.float32) @ across.T
        for axis in (0, 1)
    )
    return row, col


def _between(wanted: NDArray[np.int_], known: NDArray[np.int_]) -> Floats:
    """Return (wanted, known) weights of linear interpolation."""
    index = np.searchsorted(known, wanted, side="right") - 1
    share = (wanted - known[index]) / (known[1] - known[0])
    weights = np.zeros((len(wanted), len(known)), np.float32)
    lines = np.arange(len(wanted))
    weights[lines, index] = 1 - share
    weights[lines, np.minimum(index + 1, len(known) - 1)] += share
    return weights


def develop(
    rgb: Floats,
    alpha: Floats,
    rng: np.random.Generator,
) -> NDArray[np.uint8]:
    """Return the finished photo of a specimen over a pale ground.

    Parameters
    ----------
    rgb : (H, W, 3) float32
        Premultiplied linear light.
    alpha : (H, W) float32
        Coverage.
    rng : numpy.random.Generator
        Lighting and sensor of this photo.
    """
    height, width = alpha.shape
    unit = width / PLAN_SIZE[0]
    ground = _ground(height, width, rng)
    _cast_shadow(ground, alpha, unit)
    _draw_pin(ground, unit, rng)
    light = EXPOSURE * rgb + ground * (1 - alpha)[..., None]
    light *= np.float32(0.97 + 0.06 * rng.random())
    soft = np.stack([blurred(light[..., c], 0.45 * unit) for c in range(3)], axis=-1)
    shown = np.clip(soft, 0, 1) ** np.float32(1 / GAMMA)
    # three uniform numbers are normal enough for a sensor
    grain = rng.random((height, width, 3), np.float32).sum(axis=2, keepdims=True) - 1.5
    grain = 2 * grain + 2.4 * (rng.random(shown.shape, np.float32) - 0.5)
    shown = 255 * shown + (0.9 + 0.9 * (1 - shown)) * grain
    photo: NDArray[np.uint8] = np.clip(np.round(shown), 0, 255).astype(np.uint8)
    return photo


def _ground(height: int, width: int, rng: np.random.Generator) -> Floats:
    """Return a pale ground that is lit a little unevenly."""
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    lean = 0.04 * (rng.random(2) - 0.5) + (-0.012, -0.02)
    level = 1 + lean[0] * x + lean[1] * y - 0.045 * (0.6 * x**2 + y**2)
    tint = linear((244 + 4 * rng.random(), 244 + 3 * rng.random(), 243 + 4 * rng.random()))
    ground: Floats = (level[..., None] * tint).astype(np.float32)
    return ground


def _cast_shadow(ground: Floats, cover: Floats, unit: float) -> None:
    """Darken the ground softly below the specimen."""
    for sigma, shift, strength in ((34, (40, 22), 0.15), (12, (12, 6), 0.08)):
        cast = blurred(cover, sigma * unit)
        moved = np.zeros_like(cast)
        dy, dx = (round(part * unit) for part in shift)
        moved[dy:, dx:] = cast[: cast.shape[0] - dy, : cast.shape[1] - dx]
        ground *= 1 - np.float32(strength) * moved[..., None] * np.array(
            [1, 0.99, 0.97], np.float32
        )


def _draw_pin(ground: Floats, unit: float, rng: np.random.Generator) -> None:
    """Draw a steel pin through the thorax, far out of focus, with its shadow."""
    height, width = ground.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    top, bottom = width * (np.array([0.30, 0.35]) + 0.05 * rng.random(2))
    share = y / np.float32(height)
    aside = (x - (top + share * (bottom - top))) / np.float32(unit)
    softness = 6.0 + 7.0 * np.abs(share - 0.35)
    shadow = _bar(aside - 44, 12, softness + 28)
    ground *= (1 - 0.07 * shadow)[..., None]
    pin = _bar(aside, 11, softness)[..., None]
    # brushed steel: bright along the side of the light, dark along the other
    steel = 0.36 + 0.30 * np.exp(-(((aside + 2.5) / 5.0) ** 2)) + 0.10 * ramp(aside, 4, 12)
    ground *= 1 - pin
    ground += pin * steel[..., None].astype(np.float32)


def _bar(aside: Floats, half: float, softness: Floats) -> Floats:
    """Return 1 within a blurred bar, 0 outside."""
    return _soft_step(half - aside, softness) * _soft_step(half + aside, softness)


def _soft_step(distance: Floats, softness: Floats) -> Floats:
    """Return 0 to 1 over a transition of the given width."""
    t = np.clip(distance / (2 * softness) + 0.5, 0, 1)
    return t * t * (3 - 2 * t)

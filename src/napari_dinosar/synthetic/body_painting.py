"""Paints the body from the far legs to the pronotum, and what lies on it: hairs and dust."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from napari_dinosar.synthetic.anatomy import Colour, Limb, Point, Species, closed
from napari_dinosar.synthetic.curves import Line, smooth_line, tapered
from napari_dinosar.synthetic.head_painting import (
    paint_antenna,
    paint_eye,
    paint_face,
    paint_rostrum,
)
from napari_dinosar.synthetic.plates import Stain, ellipse, paint_plate, paint_strokes
from napari_dinosar.synthetic.raster import Noise, Sheet, Stroke, linear, ramp


def paint_body(sheet: Sheet, species: Species, rng: np.random.Generator) -> None:
    """Paint what lies behind and under the wing, from the far legs to the eye."""
    noise = Noise(rng)
    _paint_legs(sheet, species, noise, far=True)
    sheet.defocus(1.3)
    _paint_abdomen(sheet, species, noise)
    _paint_thorax(sheet, species, noise)
    paint_rostrum(sheet, species, noise)
    _paint_legs(sheet, species, noise, far=False)
    _paint_mesonotum(sheet, species, noise)
    paint_face(sheet, species, noise)
    _paint_pronotum(sheet, species, noise)
    paint_antenna(sheet, species, noise)
    paint_eye(sheet, species, noise)


def paint_bristles(sheet: Sheet, species: Species, rng: np.random.Generator) -> None:
    """Paint rows of short fine hairs along both edges of the near legs."""
    strokes: list[Stroke] = []
    for limb in species.limbs:
        for start, end, widths in zip(
            limb.joints[1:-1], limb.joints[2:], limb.widths[1:], strict=True
        ):
            way = np.subtract(end, start)
            aside = np.array([-way[1], way[0]]) / np.hypot(*way)
            for at, side in zip(np.sort(rng.random(18)), np.tile([-1, 1], 9), strict=True):
                foot = np.array(start) + way * at + aside * side * 0.42 * np.mean(widths)
                tip = foot + way / np.hypot(*way) * 4 + aside * side * (1.5 + 2 * rng.random())
                strokes.append((np.stack([foot, (foot + tip) / 2, tip]), 0.7, 0.4))
    paint_strokes(sheet, strokes, species.colours["body dark"], opacity=0.75)


def paint_dust(sheet: Sheet, outline: Line, count: int, rng: np.random.Generator) -> None:
    """Strew pale specks and a few fibres over a part, as on any old specimen."""
    low, high = outline.min(axis=0), outline.max(axis=0)
    strokes: list[Stroke] = []
    for size in 0.3 + 1.3 * rng.random(count) ** 3:
        place = low + (high - low) * rng.random(2)
        grain = place + np.cumsum(2.4 * size * (rng.random((3, 2)) - 0.5), axis=0)
        strokes.append((grain, 1.5 * size, 0.8 * size))
    for _ in range(count // 12):
        start = low + (high - low) * rng.random(2)
        bends = (rng.random((4, 2)) - 0.5) * 5 + 9 * (rng.random(2) - 0.5)
        strokes.append((smooth_line(start + np.cumsum(bends, axis=0)), 0.55, 0.4))
    box = sheet.box(outline, 4)
    inside = sheet.filled(outline, box) * sheet.alpha[box.slices]
    mask = sheet.stroked(strokes, box) * ramp(inside, 0.9, 1.0) * np.float32(0.7)
    colour = np.broadcast_to(linear((222, 214, 200)), (*mask.shape, 3))
    sheet.lay(box, colour, mask, shade=0.5)


def paint_tegula(sheet: Sheet, species: Species, rng: np.random.Generator) -> None:
    """Paint the small scale that covers the wing's base."""
    x, y = species.points["tegula"]
    outline = ellipse((x, y), (13, 10), 0.5)
    paint_plate(sheet, outline, species.colours["body"], Noise(rng), rim=9, shade=0.5)


def _paint_legs(sheet: Sheet, species: Species, noise: Noise, *, far: bool) -> None:
    """Paint the legs of one side, the hindmost first."""
    shift = np.array([20.0, -7.0]) if far else np.zeros(2)
    for limb in reversed(species.limbs):
        joints = [np.array(joint) + shift for joint in limb.joints]
        if far:
            joints = [joints[0], *(j + np.array([9.0, -5.0]) * n for n, j in enumerate(joints[1:]))]
        _paint_limb(sheet, species, limb, joints, noise, dim=0.50 if far else 1.0)


def _paint_limb(
    sheet: Sheet, species: Species, limb: Limb, joints: Sequence[Line], noise: Noise, dim: float
) -> None:
    """Paint the claws, then the segments from the tarsus to the coxa, then the spines."""
    colour, dark = species.colours["leg"], species.colours["body dark"]
    _paint_claws(sheet, joints, dark, dim)
    segments = list(zip(joints[:-1], joints[1:], limb.widths, strict=True))
    for number, (start, end, widths) in reversed(list(enumerate(segments))):
        way = end - start
        middle = start + way / 2 + np.array([way[1], -way[0]]) * 0.03
        belly = 1.12 * max(widths) if number == 1 else sum(widths) / 2
        outline = tapered(np.stack([start, middle, end]), (widths[0], belly, widths[1]))
        ring_x, ring_y = (float(at) for at in start + 0.94 * way)
        stains: list[Stain] = [((ring_x, ring_y), 9.0, dark, 0.7)]
        keels = [np.stack([start + 0.1 * way, middle, start + 0.92 * way])] if number == 2 else []
        paint_plate(
            sheet, outline, colour, noise,
            rim=max(widths) * 0.5, shade=0.35, freckles=0.3, stains=stains, keels=keels, dim=dim,
        )  # fmt: skip
    if limb.spines:
        _paint_spines(sheet, joints[2], joints[3], limb.spines, dark, dim)


def _paint_spines(
    sheet: Sheet,
    start: Line,
    end: Line,
    count: int,
    colour: Colour,
    dim: float,
) -> None:
    """Paint the teeth of a hind tibia: along its lower edge and round its end."""
    way = end - start
    aside = np.array([-way[1], way[0]]) / np.hypot(*way)
    feet = [start + way * (0.35 + 0.5 * n / count) + aside * 3 for n in range(count)]
    points = [foot + aside * 8 + 0.05 * way for foot in feet]
    feet += [end + aside * side for side in (-3, 0, 3)]
    points += [end + aside * side * 2.4 + 0.09 * way for side in (-3, 0, 3)]
    strokes: list[Stroke] = [
        (np.stack([foot, (foot + point) / 2, point]), 4.2, 0.8)
        for foot, point in zip(feet, points, strict=True)
    ]
    paint_strokes(sheet, strokes, colour, dim)


def _paint_claws(sheet: Sheet, joints: Sequence[Line], colour: Colour, dim: float) -> None:
    end, way = joints[-1], joints[-1] - joints[-2]
    way = way / np.hypot(*way)
    aside = np.array([-way[1], way[0]])
    strokes: list[Stroke] = [
        (smooth_line([end, end + 5 * way + 3 * s * aside, end + 6 * way + 6 * s * aside]), 2.6, 0.8)
        for s in (-1, 1)
    ]
    paint_strokes(sheet, strokes, colour, dim)


def _paint_abdomen(sheet: Sheet, species: Species, noise: Noise) -> None:
    outline = closed(species.abdomen)
    end = float(outline[:, 0].max())
    rings = [[(x, 345.0), (x + 10, 385.0), (x + 4, 436.0)] for x in np.linspace(340, end - 26, 6)]
    stains: list[Stain] = [((end - 8, 396.0), 30.0, species.colours["body dark"], 0.6)]
    paint_plate(
        sheet, outline, species.colours["abdomen"], noise,
        rim=34, shade=0.0, sutures=rings, freckles=0.2, stains=stains,
    )  # fmt: skip


def _paint_thorax(sheet: Sheet, species: Species, noise: Noise) -> None:
    dark = species.colours["body dark"]
    sutures = [
        [(222.0, 288.0), (240.0, 330.0), (228.0, 394.0)],
        [(262.0, 300.0), (290.0, 345.0), (282.0, 404.0)],
        [(204.0, 342.0), (236.0, 348.0), (262.0, 336.0)],
    ]
    stains: list[Stain] = [
        ((250.0, 330.0), 44.0, dark, 0.55),
        ((318.0, 388.0), 36.0, dark, 0.5),
    ]
    paint_plate(
        sheet, closed(species.pleura), species.colours["body"], noise,
        rim=46, shade=0.4, sutures=sutures, freckles=0.68, stains=stains, dim=0.82,
    )  # fmt: skip


def _paint_mesonotum(sheet: Sheet, species: Species, noise: Noise) -> None:
    x, y = species.points["mesonotum tip"]
    dark = species.colours["body dark"]
    keels: list[list[Point]] = [
        [(218, y + 4), (256, y - 2), (x - 6, y + 5)],
        [(217, y + 26), (250, y + 24), (x - 10, y + 12)],
    ]
    stains: list[Stain] = [((236, y + 14), 17, dark, 0.75), ((276, y + 8), 14, dark, 0.6)]
    paint_plate(
        sheet, closed(species.mesonotum), species.colours["body"], noise,
        rim=24, shade=0.35, keels=keels, freckles=0.68, stains=stains,
    )  # fmt: skip


def _paint_pronotum(sheet: Sheet, species: Species, noise: Noise) -> None:
    top = species.points["pronotum hind margin"][1]
    keels: list[list[Point]] = [[(186, top + 12), (203, top + 46), (202, top + 96)]]
    stains: list[Stain] = [((200, top + 26), 11, species.colours["body dark"], 0.55)]
    paint_plate(
        sheet, closed(species.pronotum), species.colours["body"], noise,
        rim=13, shade=0.5, keels=keels, freckles=0.59, stains=stains,
    )  # fmt: skip

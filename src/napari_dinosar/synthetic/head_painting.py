"""Paints the head: face, rostrum, antenna and compound eye."""

from __future__ import annotations

import math

import numpy as np

from napari_dinosar.synthetic.anatomy import Species, closed
from napari_dinosar.synthetic.curves import smooth_line, tapered
from napari_dinosar.synthetic.plates import ellipse, paint_plate, paint_strokes
from napari_dinosar.synthetic.raster import Floats, Noise, Sheet, linear, lit, mix, ramp

EYE_TURN = 0.16
FACET_SIZE = 3.1
HIGHLIGHTS = ((-0.40, -0.46, 0.16, 0.30), (-0.12, -0.66, 0.08, 0.18))


def paint_face(sheet: Sheet, species: Species, noise: Noise) -> None:
    """Paint the head's capsule with its keels, sutures and dark patches."""
    (vx, vy), (cx, cy) = species.points["vertex apex"], species.points["clypeus tip"]
    ex, ey = species.points["eye centre"]
    keels = [
        [(vx + 7, vy + 6), (vx + 5, vy + 42), (vx + 18, vy + 84), (cx - 34, cy - 30)],
        [(vx + 8, vy - 2), (ex - 10, ey - 46), (ex + 30, ey - 52)],
    ]
    sutures = [
        [(vx + 12, vy + 90), (vx + 34, vy + 84), (ex + 10, ey + 74), (ex + 34, ey + 84)],
        [(ex + 10, ey + 76), (cx + 2, cy - 26), (cx + 6, cy - 6)],
    ]
    dark = species.colours["body dark"]
    stains = [
        ((cx - 10, cy - 18), 24.0, dark, 0.75),
        ((ex + 12, ey + 62), 17.0, dark, 0.65),
        ((vx + 10, vy + 58), 12.0, dark, 0.6),
        ((ex - 2, ey - 50), 10.0, dark, 0.5),
    ]
    paint_plate(
        sheet, closed(species.head), species.colours["body"], noise,
        rim=44, shade=0.45, keels=keels, freckles=0.59, sutures=sutures, stains=stains,
    )  # fmt: skip


def paint_rostrum(sheet: Sheet, species: Species, noise: Noise) -> None:
    """Paint the beak, which runs back between the legs."""
    x, y = species.points["clypeus tip"]
    outline = tapered([(x - 6, y - 6), (x + 22, y + 14), (x + 56, y + 30)], (11, 8, 5))
    paint_plate(sheet, outline, species.colours["body dark"], noise, rim=5)


def paint_antenna(sheet: Sheet, species: Species, noise: Noise) -> None:
    """Paint the antenna: a socket, a bristle and the swollen second segment."""
    x, y = species.points["antenna base"]
    dark, pale = species.colours["body dark"], species.colours["leg"]
    bristle = smooth_line([(x - 2, y + 8), (x - 12, y + 26), (x - 30, y + 42)])
    paint_strokes(sheet, [(bristle, 2.4, 0.6)], dark)
    paint_plate(sheet, ellipse((x, y), (10, 9)), dark, noise, rim=6, shade=0.3)
    paint_plate(sheet, ellipse((x - 3, y + 6), (8.5, 9)), pale, noise, rim=8, shade=0.4)


def paint_eye(sheet: Sheet, species: Species, noise: Noise) -> None:
    """Paint the compound eye: a pale socket, a striped dome with facets, two highlights."""
    centre, half = species.points["eye centre"], species.eye_size
    socket = ellipse(centre, (half[0] + 5, half[1] + 5), EYE_TURN)
    paint_plate(sheet, socket, species.colours["leg"], noise, rim=8, shade=0.3)
    outline = ellipse(centre, half, EYE_TURN)
    box = sheet.box(outline, 4)
    x, y = sheet.axes(box)
    dx, dy = x[None] - np.float32(centre[0]), y[:, None] - np.float32(centre[1])
    u, v = dx / np.float32(half[0]), dy / np.float32(half[1])
    dome = np.sqrt(np.clip(1 - 0.86 * (u**2 + v**2), 0.05, 1))
    facets = _facets(dx, dy, dome)
    cloud = noise.field(x, y, (26, 22), octaves=3)
    dark = linear(species.colours["body dark"])
    albedo = linear(species.colours["eye"]) * (1 + 0.25 * cloud + 0.05 * facets)[..., None]
    stripes = ramp(np.sin(7.0 * (v + 0.35 * u) + 1.2 * cloud), 0.2, 0.9)
    albedo = mix(albedo, dark, 0.30 * stripes)
    albedo = mix(albedo, dark, 0.6 * ramp(np.hypot(u, v), 0.55, 1.05))
    height = sheet.scale * (0.95 * half[0] * dome + 0.10 * facets)
    rgb = lit(albedo, height, ambient=0.42, gloss=0.10, polish=22)
    for at_u, at_v, size, strength in HIGHLIGHTS:
        away = np.hypot(u - at_u, 1.3 * (v - at_v)) + 0.07 * cloud
        rgb = rgb + (strength * (1 - ramp(away, 0.2 * size, 1.6 * size)))[..., None]
    sheet.lay(box, rgb, sheet.filled(outline, box), shade=0.5)


def _facets(dx: Floats, dy: Floats, dome: Floats) -> Floats:
    """Return a hexagonal pattern that narrows towards the edge of the dome."""
    period = FACET_SIZE * (0.55 + 0.45 * dome)
    pattern = np.zeros_like(dome)
    for turn in (EYE_TURN, EYE_TURN + math.pi / 3, EYE_TURN - math.pi / 3):
        along = dx * math.cos(turn) + dy * math.sin(turn)
        pattern += np.cos(2 * math.pi * along / period)
    return pattern

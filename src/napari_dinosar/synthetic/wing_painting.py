"""Paints the forewing: its relief, its veins and its pigment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from napari_dinosar.synthetic.anatomy import Species
from napari_dinosar.synthetic.curves import WingFrame
from napari_dinosar.synthetic.pigment import PlantedChange, WingRaster, wing_pigment
from napari_dinosar.synthetic.raster import (
    Box,
    Floats,
    Noise,
    Sheet,
    blurred,
    linear,
    lit,
    mix,
    ramp,
)
from napari_dinosar.synthetic.venation import Venation


def paint_wing(
    sheet: Sheet,
    species: Species,
    wing: WingFrame,
    veins: Venation,
    rng: np.random.Generator,
    changes: Sequence[PlantedChange],
) -> tuple[Box, list[Floats]]:
    """Paint the forewing over the body.

    Returns
    -------
    Box
        The wing's part of the sheet.
    list of (h, w) float32
        Coverage of each planted change, within the box.
    """
    from scipy.ndimage import distance_transform_edt

    k = sheet.scale
    box = sheet.box(wing.outline_xy, 6)
    mask = sheet.filled(wing.outline_xy, box)
    x, y = sheet.axes(box)
    along, across = wing.locate(x, y)
    ridges = sheet.stroked(veins.longitudinal, box)
    ribs = sheet.stroked(veins.cross, box)
    vein = np.maximum(ridges, 0.8 * ribs)
    rim = distance_transform_edt(mask > 0.5).astype(np.float32) / np.float32(k)
    gap = distance_transform_edt(vein < 0.5).astype(np.float32) / np.float32(k)
    raster = WingRaster(wing, x, y, along, across, rim, gap)
    cells = _cell_tints(vein, mask, rng)
    albedo, regions = wing_pigment(species, raster, cells, rng, changes)
    albedo = _veined(species, raster, albedo, vein, Noise(rng))
    height = _relief(raster, ridges, ribs, Noise(rng), k)
    sheen = Noise(rng).field(x, y, (60, 8), octaves=4, gain=0.7)
    colour = lit(
        albedo, height, ambient=0.38, gloss=0.025 + 0.06 * ramp(sheen, -0.1, 1.0), polish=20
    )
    # the thin margin lets the pale ground shine through, the turned-in edge is dark
    through = (1 - ramp(rim, 1.5, 12)) * ramp(along, 0.15, 0.3) * 0.10
    colour = colour + through[..., None] * linear((255, 226, 180))
    colour *= (0.72 + 0.28 * ramp(rim, 0.0, 2.2))[..., None]
    sheet.lay(box, colour, mask, shade=0.55)
    return box, [region * mask for region in regions]


def _cell_tints(vein: Floats, mask: Floats, rng: np.random.Generator) -> Floats:
    """Return one random number per cell between the veins, softened at the veins."""
    from scipy.ndimage import label

    numbers, _ = label((vein < 0.3) & (mask > 0.5))
    tints = (2 * rng.random(4000) - 1).astype(np.float32)
    tints[0] = 0
    return blurred(tints[numbers % len(tints)], 2.0)


def _veined(
    species: Species, raster: WingRaster, albedo: Floats, vein: Floats, noise: Noise
) -> Floats:
    """Colour the veins, and darken the membrane beside them."""
    colour = linear(species.colours["vein"])
    worn = np.clip(0.62 + 0.35 * noise.field(raster.x, raster.y, (60, 40), octaves=3), 0, 1)
    beside = (1 - ramp(raster.vein, 0.4, 3.5)) * 0.22
    albedo = albedo * (1 - beside * ramp(raster.along, 0.1, 0.3))[..., None]
    return mix(albedo, colour, vein * worn * (0.45 + 0.25 * ramp(raster.along, 0.05, 0.3)))


def _relief(raster: WingRaster, ridges: Floats, ribs: Floats, noise: Noise, k: float) -> Floats:
    """Return the wing's height in pixels: bulge, fold, veins, wrinkles and grain."""
    across = raster.across
    bulge = 30 * np.sqrt(np.clip(1 - (1.7 * (across - 0.56)) ** 2, 0.02, 1))
    fold = -7 * ramp(across, 0.72, 1.02)
    edge = 5 * np.sqrt(1 - (1 - np.clip(raster.rim / 9, 0, 1)) ** 2)
    veins = 1.2 * blurred(ridges, 0.8 * k) + 0.7 * blurred(ribs, 0.6 * k)
    cells = 0.9 * np.clip(raster.vein / 5, 0, 1)
    pleats = 1.5 * noise.field(raster.x, raster.y, (170, 9), octaves=2)
    dents = 2.2 * noise.field(raster.x, raster.y, (46, 30), octaves=3, gain=0.45)
    grain = 0.30 * noise.field(raster.x, raster.y, (3.4, 3.0), octaves=2, gain=0.7)
    height: Floats = k * (bulge + fold + edge + veins - cells + pleats + dents + grain)
    return height

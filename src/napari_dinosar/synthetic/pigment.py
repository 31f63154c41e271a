"""What colours a forewing: ground, margins, bands, mottling, and differences planted on purpose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.synthetic.anatomy import Colour, Species
from napari_dinosar.synthetic.curves import WingFrame
from napari_dinosar.synthetic.raster import Floats, Noise, linear, mix, ramp

BAND_HALF_WIDTH = 0.036
BAND_LEAN = 0.10


@dataclass(frozen=True)
class PlantedChange:
    """One difference of the wing pattern that a comparison should find.

    Attributes
    ----------
    kind : str
        ``"spot"`` (a spot is added) or ``"band"`` (a part of the cross band is recoloured).
    along : float
        Place as a share of the wing's length, 0 at the base; for a band the default is where the
        species has its band.
    across : float
        Place as a share of the wing's width, 0 at the costal margin.
    radius : float
        Of a spot, plan units (the wing is about 580 long).
    colour : (float, float, float) or None
        sRGB; by default one that the species has elsewhere on its wing.
    """

    kind: str
    along: float = 0.44
    across: float = 0.5
    radius: float = 17.0
    colour: Colour | None = None

    def __post_init__(self) -> None:
        """Refuse what is no change of a wing."""
        if self.kind not in ("spot", "band"):
            raise DinosarError(f"A planted change is a 'spot' or a 'band', not {self.kind!r}.")
        if not (0 < self.along < 1 and 0 < self.across < 1 and self.radius > 0):
            raise DinosarError("A planted change lies on the wing: along and across within 0 to 1.")


@dataclass(frozen=True, eq=False)
class WingRaster:
    """The pixels of a wing with their places on it.

    Attributes
    ----------
    wing : WingFrame
        The wing itself.
    x, y : (W,), (H,) float32
        Plan coordinates of columns and rows.
    along, across : (H, W) float32
        Shares of length and width.
    rim : (H, W) float32
        Distance from the margin, plan units.
    vein : (H, W) float32
        Distance from the nearest vein, plan units.
    """

    wing: WingFrame
    x: Floats
    y: Floats
    along: Floats
    across: Floats
    rim: Floats
    vein: Floats


def wing_pigment(
    species: Species,
    raster: WingRaster,
    cells: Floats,
    rng: np.random.Generator,
    changes: Sequence[PlantedChange],
) -> tuple[Floats, list[Floats]]:
    """Colour a wing.

    Parameters
    ----------
    species : Species
        Its colours and its pattern.
    raster : WingRaster
        Where the pixels lie on the wing.
    cells : (H, W) float32
        One random number (-1 to 1) per wing cell, for cells that differ in tint.
    rng : numpy.random.Generator
        The individual's variation.
    changes : sequence of PlantedChange
        Painted last, over the pattern and under the veins.

    Returns
    -------
    (H, W, 3) float32
        Linear colour.
    list of (H, W) float32
        Coverage of each change.
    """
    colours = {name: linear(colour) for name, colour in species.colours.items()}
    # Every individual takes the same numbers, whatever is planted: nothing else may differ.
    paint = _PATTERNS[species.name]
    noise = Noise(rng)
    edge = noise.field(raster.x, raster.y, (26, 20), octaves=3)
    albedo = paint(raster, cells, noise, edge, colours, rng)
    regions = []
    for change in changes:
        region = _region(change, raster, edge)
        colour = (
            linear(change.colour)
            if change.colour
            else colours[_DEFAULT_COLOUR[species.name][change.kind]]
        )
        grain = 1 + 0.10 * edge[..., None]
        albedo = albedo + (colour * grain - albedo) * region[..., None]
        regions.append(region)
    return albedo, regions


def _region(change: PlantedChange, raster: WingRaster, edge: Floats) -> Floats:
    """Return how much of the change lies on each pixel."""
    if change.kind == "band":
        return _band(raster, change.along, edge) * ramp(raster.rim, 4, 9)
    centre_x, centre_y = (float(c) for c in raster.wing.place((change.along, change.across)))
    distance = np.hypot(raster.x[None] - centre_x, raster.y[:, None] - centre_y)
    distance = distance + 0.16 * change.radius * edge
    return 1 - ramp(distance, change.radius - 2.5, change.radius + 2.5)


def _band(
    raster: WingRaster,
    along: float,
    edge: Floats,
    half: float = BAND_HALF_WIDTH,
    soft: float = 0.006,
) -> Floats:
    """Return an oblique band across the wing, 0 to 1."""
    offset = raster.along - np.float32(along) - np.float32(BAND_LEAN) * (raster.across - 0.5)
    distance = np.abs(offset) + np.float32(0.008) * edge
    return 1 - ramp(distance, half - soft, half + soft)


def _obscura(
    raster: WingRaster,
    cells: Floats,
    noise: Noise,
    edge: Floats,
    colours: Mapping[str, Floats],
    rng: np.random.Generator,
) -> Floats:
    """Dark wings with a faint band, an amber base and a pale costal and apical margin."""
    along, across = raster.along, raster.across
    cloud = noise.field(raster.x, raster.y, (120, 60), octaves=4, gain=0.6)
    albedo = colours["wing"] * (1 + 0.25 * cloud + 0.14 * cells)[..., None]
    albedo = albedo * (1 + 0.30 * (ramp(raster.vein, 3, 9) - 0.5))[..., None]
    albedo = mix(albedo, colours["wing base"], 0.85 * (1 - ramp(along + 0.06 * cloud, 0.0, 0.30)))
    place = 0.46 + 0.012 * (rng.random() - 0.5)
    albedo = mix(albedo, colours["band"], 0.5 * _band(raster, place, edge, soft=0.016))
    albedo = mix(albedo, colours["mark"], 0.75 * ramp(along + 0.04 * edge, 0.66, 0.84))
    albedo = mix(albedo, colours["wing base"], 0.35 * ramp(across + 0.04 * edge, 0.93, 0.99))
    # the pale margin: the costal cell, then round the apex to the clavus
    lower = 1 - ramp(across, 0.45, 0.75)
    tip = ramp(along, 0.76, 0.84)
    width = 9 + 8 * ramp(along, 0.1, 0.65) + 3.0 * edge + 2 * rng.random()
    edge_of = np.maximum(lower * ramp(along, 0.05, 0.2), tip)
    albedo = albedo * (1 - 0.35 * edge_of * (1 - ramp(raster.rim / width, 1.2, 2.4)))[..., None]
    pale = (1 - ramp(raster.rim / width, 0.60, 1.30)) * edge_of
    return mix(albedo, colours["margin"] * (1 + 0.16 * cloud[..., None]), 0.93 * pale)


def _marmorata(
    raster: WingRaster,
    cells: Floats,
    noise: Noise,
    edge: Floats,
    colours: Mapping[str, Floats],
    rng: np.random.Generator,
) -> Floats:
    """Tan mottled wings with a dark oblique band and dark cells beyond it."""
    along, across = raster.along, raster.across
    cloud = noise.field(raster.x, raster.y, (90, 70), octaves=4, gain=0.6)
    blotch = noise.field(raster.x, raster.y, (40, 30), octaves=5, gain=0.7) + 0.5 * cells
    grains = ramp(noise.field(raster.x, raster.y, (9, 7), octaves=3, gain=0.8), 0.15, 0.85)
    albedo = colours["wing"] * (1 + 0.22 * cloud + 0.10 * cells)[..., None]
    albedo = mix(albedo, colours["wing base"], 0.7 * (1 - ramp(along + 0.06 * cloud, 0.04, 0.3)))
    albedo = mix(albedo, colours["band"], 0.30 * grains)
    off_vein = 0.35 + 0.65 * ramp(raster.vein, 0.8, 4.0)
    albedo = mix(albedo, colours["band"], 0.72 * ramp(blotch + 0.3 * cloud, 0.25, 1.0) * off_vein)
    place = 0.42 + 0.015 * (rng.random() - 0.5)
    band = _band(raster, place, 2.2 * edge, half=0.05, soft=0.022) * ramp(
        across + 0.1 * edge, 0.1, 0.3
    )
    albedo = mix(albedo, colours["mark"], 0.80 * band * (0.75 + 0.25 * off_vein))
    # dark cells between pale veins towards the apex
    depth = ramp(raster.vein, 0.8, 5.0) * ramp(along + 0.1 * cloud + 0.06 * cells, 0.58, 0.74)
    dark = ramp(cells + 0.5 * cloud, -0.9, 0.3)
    albedo = mix(albedo, colours["band"], 0.88 * depth * dark)
    # dark checks along the costal margin
    check = ramp(np.sin(along * 58 + 3.0 * edge + 6.28 * np.float32(rng.random())), 0.2, 0.7)
    rim = (1 - ramp(raster.rim, 5, 13)) * (1 - ramp(across, 0.4, 0.7)) * ramp(along, 0.08, 0.16)
    albedo = mix(albedo, colours["margin"], 0.75 * rim)
    return mix(albedo, colours["mark"], 0.65 * rim * check)


_PATTERNS = {"obscura": _obscura, "marmorata": _marmorata}
_DEFAULT_COLOUR = {
    "obscura": {"spot": "margin", "band": "margin"},
    "marmorata": {"spot": "mark", "band": "margin"},
}

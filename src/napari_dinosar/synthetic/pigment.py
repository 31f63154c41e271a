"""What colours a forewing: ground, margins, bands, mottling, and differences planted on purpose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.synthetic.anatomy import Band, Colour, Species
from napari_dinosar.synthetic.curves import WingFrame
from napari_dinosar.synthetic.raster import GAMMA, Floats, Noise, linear, mix, ramp


@dataclass(frozen=True)
class PlantedChange:
    """One difference of the wing pattern that a comparison should find.

    Attributes
    ----------
    kind : str
        ``"spot"`` (a spot is added) or ``"band"`` (the individual's cross band is recoloured).
    along, across : float
        Place of a spot as shares of the wing's length, from the base, and of its width, from the
        costal margin.
    radius : float
        Of a spot, plan units (the wing is about 580 long).
    colour : (float, float, float) or None
        sRGB; by default the species' pale or dark colour, whichever differs more from the ground.
    """

    kind: str
    along: float = 0.5
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


@dataclass(frozen=True, eq=False)
class Palette:
    """What a pattern is painted with: an individual's colours and random fields.

    Attributes
    ----------
    colours : mapping of str to (3,) float32
        Linear light.
    noise : Noise
        Source of further fields.
    edge, cloud : (H, W) float32
        Fields that roughen edges and vary the tone.
    cells : (H, W) float32
        One number, -1 to 1, per cell between the veins.
    band : (H, W) float32
        Coverage of the cross band.
    wander : (2,) float64
        Two numbers, 0 to 1, by which an individual's pattern differs.
    """

    colours: Mapping[str, Floats]
    noise: Noise
    edge: Floats
    cloud: Floats
    cells: Floats
    band: Floats
    wander: NDArray[np.float64]


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
        The individual's variation; how much is taken from it does not depend on the changes.
    changes : sequence of PlantedChange
        Painted last, over the pattern and under the veins.

    Returns
    -------
    (H, W, 3) float32
        Linear colour.
    list of (H, W) float32
        Coverage of each change.
    """
    noise = Noise(rng)
    edge = noise.field(raster.x, raster.y, (26, 20), octaves=3)
    palette = Palette(
        colours={name: linear(colour) for name, colour in species.colours.items()},
        noise=noise,
        edge=edge,
        cloud=noise.field(raster.x, raster.y, (110, 64), octaves=4, gain=0.6),
        cells=cells,
        band=_cross_band(species.band, raster, edge, float(rng.random())),
        wander=rng.random(2),
    )
    albedo = _PATTERNS[species.name](raster, palette)
    regions = [_region(change, raster, palette) for change in changes]
    for change, region in zip(changes, regions, strict=True):
        colour = linear(change.colour) if change.colour else _other(albedo, region, palette)
        albedo = mix(albedo, colour * (1 + 0.10 * edge)[..., None], region)
    return albedo, regions


def _cross_band(band: Band, raster: WingRaster, edge: Floats, wander: float) -> Floats:
    """Return the coverage of the oblique cross band, 0 to 1."""
    place = band.along + 0.014 * (wander - 0.5)
    offset = raster.along - place - band.lean * (raster.across - 0.5)
    distance = np.abs(offset) + band.ragged * edge
    across = ramp(raster.across + 0.1 * edge, band.from_across, band.from_across + 0.15)
    return (1 - ramp(distance, band.half - band.soft, band.half + band.soft)) * across


def _region(change: PlantedChange, raster: WingRaster, palette: Palette) -> Floats:
    """Return how much of the change lies on each pixel."""
    if change.kind == "band":
        return palette.band
    centre_x, centre_y = (float(c) for c in raster.wing.place((change.along, change.across)))
    distance = np.hypot(raster.x[None] - centre_x, raster.y[:, None] - centre_y)
    distance = distance + 0.16 * change.radius * palette.edge
    return 1 - ramp(distance, change.radius - 2.5, change.radius + 2.5)


def _other(albedo: Floats, region: Floats, palette: Palette) -> Floats:
    """Return the pale or the dark colour, whichever is farther from the ground of a region."""
    ground = (albedo * region[..., None]).sum(axis=(0, 1)) / max(float(region.sum()), 1e-6)
    pale, dark = palette.colours["margin"], palette.colours["mark"]
    seen = [shade.mean() ** (1 / GAMMA) for shade in (ground, pale, dark)]
    return pale if abs(seen[1] - seen[0]) >= abs(seen[2] - seen[0]) else dark


def _obscura(raster: WingRaster, palette: Palette) -> Floats:
    """Dark wings with a faint band, an amber base and a pale costal and apical margin."""
    along, across, colours = raster.along, raster.across, palette.colours
    cloud, edge = palette.cloud, palette.edge
    albedo = colours["wing"] * (1 + 0.25 * cloud + 0.14 * palette.cells)[..., None]
    albedo = albedo * (1 + 0.30 * (ramp(raster.vein, 3, 9) - 0.5))[..., None]
    albedo = mix(albedo, colours["wing base"], 0.85 * (1 - ramp(along + 0.06 * cloud, 0.0, 0.30)))
    albedo = mix(albedo, colours["band"], 0.5 * palette.band)
    albedo = mix(albedo, colours["mark"], 0.75 * ramp(along + 0.04 * edge, 0.66, 0.84))
    albedo = mix(albedo, colours["wing base"], 0.35 * ramp(across + 0.04 * edge, 0.93, 0.99))
    # the pale margin: the costal cell, then round the apex to the clavus
    costal = (1 - ramp(across, 0.45, 0.75)) * ramp(along, 0.05, 0.2)
    edged = np.maximum(costal, ramp(along, 0.76, 0.84))
    width = 9 + 8 * ramp(along, 0.1, 0.65) + 3.0 * edge + 2 * float(palette.wander[0])
    inward = raster.rim / width
    albedo = albedo * (1 - 0.35 * edged * (1 - ramp(inward, 1.2, 2.4)))[..., None]
    pale = colours["margin"] * (1 + 0.16 * cloud)[..., None]
    return mix(albedo, pale, 0.93 * edged * (1 - ramp(inward, 0.60, 1.30)))


def _marmorata(raster: WingRaster, palette: Palette) -> Floats:
    """Tan mottled wings with a dark oblique band and dark cells beyond it."""
    along, colours = raster.along, palette.colours
    cloud, edge, cells = palette.cloud, palette.edge, palette.cells
    blotch = palette.noise.field(raster.x, raster.y, (40, 30), octaves=5, gain=0.7) + 0.5 * cells
    grains = palette.noise.field(raster.x, raster.y, (9, 7), octaves=3, gain=0.8)
    albedo = colours["wing"] * (1 + 0.22 * cloud + 0.10 * cells)[..., None]
    albedo = mix(albedo, colours["wing base"], 0.7 * (1 - ramp(along + 0.06 * cloud, 0.04, 0.3)))
    albedo = mix(albedo, colours["band"], 0.30 * ramp(grains, 0.15, 0.85))
    off_vein = 0.35 + 0.65 * ramp(raster.vein, 0.8, 4.0)
    albedo = mix(albedo, colours["band"], 0.72 * ramp(blotch + 0.3 * cloud, 0.25, 1.0) * off_vein)
    albedo = mix(albedo, colours["mark"], 0.80 * palette.band * (0.75 + 0.25 * off_vein))
    # dark cells between pale veins towards the apex
    depth = ramp(raster.vein, 0.8, 5.0) * ramp(along + 0.1 * cloud + 0.06 * cells, 0.58, 0.74)
    albedo = mix(albedo, colours["band"], 0.88 * depth * ramp(cells + 0.5 * cloud, -0.9, 0.3))
    # dark checks along the costal margin
    phase = 2 * np.pi * float(palette.wander[0])
    check = ramp(np.sin(58 * along + 3.0 * edge + phase), 0.2, 0.7)
    costal = (1 - ramp(raster.across, 0.4, 0.7)) * ramp(along, 0.08, 0.16)
    rim = costal * (1 - ramp(raster.rim, 5, 13))
    albedo = mix(albedo, colours["margin"], 0.75 * rim)
    return mix(albedo, colours["mark"], 0.65 * rim * check)


_PATTERNS = {"obscura": _obscura, "marmorata": _marmorata}

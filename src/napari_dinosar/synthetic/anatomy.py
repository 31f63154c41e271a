"""What a species is made of: outlines, limbs and named landmarks, and how individuals differ.

A plan is 900 x 600 units, head to the left. The species do not exist; their parts are those that
any lateral view of a pinned planthopper shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.synthetic.curves import WingFrame, smooth_line
from napari_dinosar.synthetic.raster import normal_numbers

PLAN_SIZE = (900.0, 600.0)

LANDMARK_NAMES = (
    "vertex apex",
    "eye centre",
    "antenna base",
    "clypeus tip",
    "pronotum hind margin",
    "mesonotum tip",
    "tegula",
    "costal base",
    "R fork",
    "M fork",
    "CuA fork",
    "clavus tip",
    "pterostigma",
    "apical angle",
    "wing apex",
)

# Pairs of places in LANDMARK_NAMES: head and thorax, the wing's outline, its vein stems.
SKELETON = (
    (0, 1), (1, 2), (2, 3), (0, 4), (4, 5), (5, 6), (6, 7),
    (5, 11), (11, 14), (14, 13), (13, 12), (12, 7),
    (6, 8), (6, 9), (6, 10),
)  # fmt: skip

Point = tuple[float, float]
Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Limb:
    """One leg: its joints from the coxa to the claws and the widths of its segments."""

    joints: tuple[Point, ...]
    widths: tuple[tuple[float, float], ...]
    spines: int = 0


@dataclass(frozen=True)
class Band:
    """The cross band of a wing, in shares of the wing's length and width.

    Attributes
    ----------
    along : float
        Its middle.
    half, soft, ragged : float
        Half its width, how soft its edges are and how uneven.
    lean : float
        How much farther from the base it lies on the upper margin than on the lower.
    from_across : float
        Where it begins above the costal margin.
    """

    along: float
    half: float
    soft: float
    ragged: float
    lean: float = 0.10
    from_across: float = 0.05


@dataclass(frozen=True)
class Species:
    """What all specimens of an invented species share.

    Attributes
    ----------
    name : str
        Short name, as `draw_specimen` takes it.
    points : mapping of str to (x, y)
        The landmarks that do not lie on veins.
    costal, commissural : tuple of (x, y)
        The wing's margins from base to apex.
    head, pronotum, mesonotum, pleura, abdomen : tuple of (x, y)
        Closed outlines, clockwise.
    eye_size : (float, float)
        Half axes of the eye.
    limbs : tuple of Limb
        Fore, middle and hind leg of the near side.
    colours : mapping of str to (r, g, b)
        sRGB.
    band : Band
        The wing's cross band.
    reticulate_from : float
        Share of the wing's length beyond which cross veins are dense.
    apical_branches : int
        How many veins reach the margin round the apex.
    forks : mapping of str to (along, across)
        Where the stems divide, as shares of the wing's length and width.
    """

    name: str
    points: Mapping[str, Point]
    costal: tuple[Point, ...]
    commissural: tuple[Point, ...]
    head: tuple[Point, ...]
    pronotum: tuple[Point, ...]
    mesonotum: tuple[Point, ...]
    pleura: tuple[Point, ...]
    abdomen: tuple[Point, ...]
    eye_size: tuple[float, float]
    limbs: tuple[Limb, ...]
    colours: Mapping[str, Colour]
    band: Band
    reticulate_from: float
    apical_branches: int
    forks: Mapping[str, tuple[float, float]]

    @property
    def wing(self) -> WingFrame:
        """The wing's margins as smooth curves whose x rises."""
        margins = [rising(smooth_line(line)) for line in (self.costal, self.commissural)]
        return WingFrame(*margins)


def individual(species: Species, rng: np.random.Generator) -> Species:
    """Return the species with one individual's tone of colour and posture of legs."""
    tone = 1 + 0.05 * normal_numbers(rng, (1,)) + 0.012 * normal_numbers(rng, (3,))
    colours = {}
    for name, colour in species.colours.items():
        red, green, blue = np.clip(np.array(colour) * tone, 0, 255)
        colours[name] = (float(red), float(green), float(blue))
    limbs = tuple(_bent(limb, rng) for limb in species.limbs)
    return replace(species, colours=colours, limbs=limbs)


def _bent(limb: Limb, rng: np.random.Generator) -> Limb:
    """Turn every segment of a leg about its joint by some degrees."""
    joints = np.array(limb.joints)
    bent = [joints[0], joints[1]]
    for way in np.diff(joints[1:], axis=0):
        angle = np.deg2rad(8) * normal_numbers(rng, (1,))[0]
        cos, sin = np.cos(angle), np.sin(angle)
        bent.append(bent[-1] + np.array([[cos, -sin], [sin, cos]]) @ way)
    return replace(limb, joints=tuple((float(x), float(y)) for x, y in bent))


def rising(line_xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the curve with x made to rise strictly, as interpolation over x needs."""
    x = np.maximum.accumulate(line_xy[:, 0]) + np.arange(len(line_xy)) * 1e-6
    return np.stack([x, line_xy[:, 1]], axis=1)


def closed(outline: tuple[Point, ...]) -> NDArray[np.float64]:
    """Return a smooth closed curve through the points."""
    points = np.asarray(outline, float)
    around = np.concatenate([points[-2:], points, points[:3]])
    return smooth_line(around)[2 * 12 : (len(points) + 2) * 12]

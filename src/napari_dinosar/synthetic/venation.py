"""The veins of a forewing: stems, forks, the fan round the apex and the cross veins."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.synthetic.anatomy import Species
from napari_dinosar.synthetic.curves import Line, WingFrame, point_along, resampled, smooth_line
from napari_dinosar.synthetic.raster import Stroke, normal_numbers

NODAL_LINE = 0.70
LONG_WIDTH, FINE_WIDTH, CROSS_WIDTH = 2.5, 1.6, 1.2


@dataclass(frozen=True, eq=False)
class Venation:
    """The veins of one wing in plan units.

    Attributes
    ----------
    longitudinal, cross : list of Stroke
        Veins with their widths.
    claval_suture : (N, 2) float64
        The line along which the wing folds.
    forks : dict of str to (2,) float64
        Where the stems divide: landmarks.
    """

    longitudinal: list[Stroke]
    cross: list[Stroke]
    claval_suture: Line
    forks: dict[str, Line]


def grow_veins(species: Species, wing: WingFrame, rng: np.random.Generator) -> Venation:
    """Lay the veins of one individual.

    Parameters
    ----------
    species : Species
        Where the stems fork, how dense the cross veins are.
    wing : WingFrame
        The individual's wing.
    rng : numpy.random.Generator
        The individual's variation.
    """
    forks = {
        name: np.array(place) + 0.010 * normal_numbers(rng, (2,))
        for name, place in species.forks.items()
    }
    stems, mains = _stems_and_mains(wing, forks)
    apical = _apical_fan(species, wing, mains, rng)
    clavus, suture = _clavus(species, wing)
    strokes: list[Stroke] = [(stem, LONG_WIDTH * 1.3, LONG_WIDTH) for stem in stems]
    strokes += [(main, LONG_WIDTH, FINE_WIDTH) for main in mains]
    strokes += [(line, FINE_WIDTH, CROSS_WIDTH) for fan in apical for line in fan]
    strokes += [(line, FINE_WIDTH, FINE_WIDTH) for line in clavus]
    cross = _cross_veins(species, wing, mains, apical, rng)
    return Venation(
        longitudinal=strokes,
        cross=[(line, CROSS_WIDTH, CROSS_WIDTH) for line in cross],
        claval_suture=suture,
        forks={name: wing.place(place) for name, place in forks.items()},
    )


def _stems_and_mains(wing: WingFrame, forks: dict[str, Line]) -> tuple[list[Line], list[Line]]:
    """Return the three stems, and the six main branches from the costal side up."""
    r, m, cu = forks["R fork"], forks["M fork"], forks["CuA fork"]
    stems = [
        [(0.025, 0.46), (0.12, 0.33), tuple(r)],
        [(0.025, 0.50), (0.16, 0.46), tuple(m)],
        [(0.025, 0.54), (0.13, 0.585), tuple(cu)],
    ]
    mains = [
        [tuple(r), (0.45, 0.135), (0.60, 0.10), (NODAL_LINE, 0.085)],
        [tuple(r), (0.45, 0.265), (0.60, 0.25), (NODAL_LINE, 0.235)],
        [tuple(m), (0.48, 0.385), (0.60, 0.375), (NODAL_LINE, 0.375)],
        [tuple(m), (0.48, 0.49), (0.60, 0.51), (NODAL_LINE, 0.515)],
        [tuple(cu), (0.42, 0.595), (0.58, 0.635), (NODAL_LINE, 0.655)],
        [tuple(cu), (0.40, 0.69), (0.55, 0.755), (NODAL_LINE, 0.815)],
    ]
    return (
        [smooth_line(wing.place(line)) for line in stems],
        [smooth_line(wing.place(line)) for line in mains],
    )


def _clavus(species: Species, wing: WingFrame) -> tuple[list[Line], Line]:
    """Return the claval veins, joined to a Y, and the suture that bounds the clavus."""
    first, last = wing.span_x
    tip = (species.points["clavus tip"][0] - first) / (last - first)
    join = (0.60 * tip, 0.945)
    suture = [(0.03, 0.60), (0.2, 0.72), (0.38, 0.81), (0.80 * tip, 0.915), (tip, 1.0)]
    lines = [
        [(0.04, 0.68), (0.2, 0.82), (0.34, 0.90), join],
        [(0.05, 0.80), (0.2, 0.93), (0.34, 0.955), join],
        [join, (0.8 * tip, 0.962), (0.93 * tip, 0.985)],
        suture,
    ]
    curves = [smooth_line(wing.place(line)) for line in lines]
    return curves, curves[-1]


def _apical_fan(
    species: Species, wing: WingFrame, mains: list[Line], rng: np.random.Generator
) -> list[list[Line]]:
    """Divide every main branch once or twice on its way to the margin round the apex."""
    first, last = wing.span_x
    start = (species.points["pterostigma"][0] - first) / (last - first)
    end = (species.points["clavus tip"][0] - first) / (last - first)
    # more evenly over the height than over the length: the lower margin runs along the veins
    squeeze = np.array([0.4, 1.0])
    margin = resampled(wing.apical_margin(start, end) * squeeze, 401) / squeeze
    count = species.apical_branches
    jitter = 0.12 * normal_numbers(rng, (count,))
    shares = (np.arange(count) + 0.5 + jitter) / count
    ends = margin[np.clip(np.round(400 * shares), 0, 400).astype(int)]
    groups = np.array_split(np.arange(count), len(mains))
    return [_fork(main, ends[group], rng) for main, group in zip(mains, groups, strict=True)]


def _fork(main: Line, ends: Line, rng: np.random.Generator) -> list[Line]:
    """Return one line per end point: they leave the branch together and part one by one."""
    root = main[-1]
    heading = main[-1] - main[-4]
    heading /= np.hypot(*heading)
    centre = ends.mean(axis=0)
    reach = float(np.hypot(*(centre - root)))
    lines = []
    for place, end in enumerate(ends):
        parting = root + heading * reach * (0.10 + 0.10 * (place % 2) + 0.04 * rng.random())
        way = end - parting
        bend = parting + 0.45 * way + 0.10 * heading * reach
        lines.append(smooth_line([root, parting, bend, end]))
    return lines


def _cross_veins(
    species: Species,
    wing: WingFrame,
    mains: list[Line],
    apical: list[list[Line]],
    rng: np.random.Generator,
) -> list[Line]:
    """Join neighbouring veins by staggered short veins, densely beyond the nodal line."""
    dense = species.reticulate_from < NODAL_LINE
    lines: list[Line] = []
    for row, (lower, upper) in enumerate(pairwise(mains)):
        spots = np.arange(0.5, 0.99, 0.125) if dense else np.array([0.80, 0.995])
        lines += _rungs(lower, upper, spots + (row % 2) * 0.06 * dense, 0.015, rng)
    fan = [line for group in apical for line in group]
    spots = np.array([0.34, 0.52, 0.68, 0.84]) if dense else np.array([0.40, 0.66])
    for row, (lower, upper) in enumerate(pairwise(fan)):
        lines += _rungs(lower, upper, spots + (row % 2) * 0.08, 0.025, rng)
    lines += _rungs(wing_costa(wing), mains[0], np.arange(0.50, 0.98, 0.07), 0.012, rng, lean=0.05)
    return lines


def wing_costa(wing: WingFrame) -> Line:
    """Return the costal margin as far as the nodal line."""
    places = np.stack([np.linspace(0.10, NODAL_LINE + 0.04, 60), np.full(60, 0.01)], axis=1)
    return wing.place(places)


def _rungs(
    lower: Line,
    upper: Line,
    spots: NDArray[np.float64],
    jitter: float,
    rng: np.random.Generator,
    lean: float = 0.0,
) -> list[Line]:
    """Return short lines between two veins at shares of their lengths."""
    shares = spots + jitter * normal_numbers(rng, spots.shape)
    rungs = []
    for share in shares[shares < 1.0]:
        low, high = point_along(lower, share + lean), point_along(upper, share)
        sag = 0.08 * (high - low)[::-1] * (1, -1) * (rng.random() - 0.5)
        rungs.append(smooth_line([low, (low + high) / 2 + sag, high], steps=5))
    return rungs

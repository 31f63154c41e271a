"""Baselines of a comparison: how its cells differ in colour alone, and its landmarks in shape."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np

from napari_dinosar.comparison import Comparison
from napari_dinosar.core.arrays import Floats
from napari_dinosar.core.colour_cells import cell_colours, colour_difference
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.homology import Homology
from napari_dinosar.core.scores import Statistics, statistics
from napari_dinosar.core.shape import procrustes_distance, rotate_onto, unit_shape
from napari_dinosar.core.spline import ThinPlateSpline
from napari_dinosar.specimen import Specimen


@dataclass(frozen=True, eq=False)
class Colours:
    """How the cells differ in their mean colour alone; arrays of cells are (rows, cols).

    Attributes
    ----------
    lab_a, lab_b : array, (rows, cols, 3)
        Mean CIELAB under D65; NaN in a cell without a sample on the specimen.
    difference : array, (rows, cols)
        Delta E*ab (CIE 1976) of the two; NaN where the comparison does not use the cell.
    statistics : dict
        Of `difference`, weighted as the cells' dissimilarities are.
    """

    lab_a: Floats
    lab_b: Floats
    difference: Floats
    statistics: Statistics


@dataclass(frozen=True, eq=False)
class Shapes:
    """How the landmarks alone differ; K landmarks, in units of the centroid size.

    Attributes
    ----------
    names : tuple of str
        Names of the landmarks.
    residual_xy : array, (K, 2)
        From each landmark of B to that of A, once A is turned onto B, both at centroid size 1.
    residual : array, (K,)
        Its length; the root of the summed squares is `distance`.
    distance : float
        Partial Procrustes distance of the two.
    statistics : dict
        Of `residual`.
    """

    names: tuple[str, ...]
    residual_xy: Floats
    residual: Floats
    distance: float
    statistics: Statistics


_KNOWN: WeakKeyDictionary[Comparison, Colours] = WeakKeyDictionary()
_COMPARING = Lock()
"""Several parts of a window may ask at once, each in a thread of its own: one does the work."""


def colour_baseline(comparison: Comparison) -> Colours:
    """Compare the cells of a comparison by their mean colour alone, once for each comparison.

    The colours are those of the canvases, at the samples that the cells' tokens are made of.

    Parameters
    ----------
    comparison : Comparison
        One with homologous cells.

    Returns
    -------
    Colours
        The mean colours of both specimens, and how they differ.

    Raises
    ------
    DinosarError
        If no cells were compared.

    References
    ----------
    Robertson, A. R. 1977. Color Research and Application 2: 7-11, for the colour difference of
    CIE 1976.
    """
    with _COMPARING:
        if comparison not in _KNOWN:
            _KNOWN[comparison] = _compared_colours(comparison)
        return _KNOWN[comparison]


def knows_colours(comparison: Comparison) -> bool:
    """Tell whether `colour_baseline` was made of a comparison, and does not take long any more."""
    return comparison in _KNOWN


def _compared_colours(comparison: Comparison) -> Colours:
    homology = _homology(comparison)
    lab_a, lab_b = (
        _colours(comparison, homology, specimen, xy)
        for specimen, xy in zip(
            (comparison.a, comparison.b), _canvas_landmarks(comparison), strict=True
        )
    )
    used = homology.used
    difference = np.where(used, colour_difference(lab_a, lab_b), np.nan)
    return Colours(lab_a, lab_b, difference, statistics(difference[used], homology.weights[used]))


def shape_baseline(comparison: Comparison) -> Shapes:
    """Compare the landmarks of a comparison alone: Procrustes distance and residuals.

    Only the landmarks that the cells rest on are compared.

    Parameters
    ----------
    comparison : Comparison
        One with homologous cells.

    Returns
    -------
    Shapes
        The residuals after a partial Procrustes superimposition, and their statistics.

    Raises
    ------
    DinosarError
        If no cells were compared.

    References
    ----------
    Dryden, I. L. & Mardia, K. V. 2016. Statistical Shape Analysis, with Applications in R, 2nd
    edition. Wiley.
    """
    _homology(comparison)
    assert comparison.findings.cells is not None
    xy_a, xy_b = _canvas_landmarks(comparison)
    target = unit_shape(xy_b)
    residual_xy = rotate_onto(unit_shape(xy_a), target) - target
    residual = np.linalg.norm(residual_xy, axis=-1)
    return Shapes(
        comparison.findings.cells.names,
        residual_xy,
        residual,
        procrustes_distance(xy_a, xy_b),
        statistics(residual),
    )


def _homology(comparison: Comparison) -> Homology:
    if comparison.homology is None:
        raise DinosarError(
            "Colour and shape are compared cell by cell, and no homologous cells were compared. "
            "Give landmarks for both photos, and a matching mode other than similarity."
        )
    return comparison.homology


def _canvas_landmarks(comparison: Comparison) -> tuple[Floats, Floats]:
    """Return the landmarks (K, 2) that the cells rest on, in the pixels of the two canvases."""
    pair, cells = comparison.pair, comparison.findings.cells
    assert pair is not None
    assert cells is not None
    order = [pair.labels.index(name) for name in cells.names]
    return (
        comparison.a.canvas.map.to_canvas(pair.xy_a[order]),
        comparison.b.canvas.map.to_canvas(pair.xy_b[order]),
    )


def _colours(
    comparison: Comparison, homology: Homology, specimen: Specimen, landmarks_xy: Floats
) -> Floats:
    settings = comparison.settings
    return cell_colours(
        specimen.canvas.rgb,
        specimen.canvas.mask,
        specimen.patches.valid,
        homology.grid,
        ThinPlateSpline(homology.consensus_px, landmarks_xy, settings.tps_smoothing),
        settings.tps_samples,
    )

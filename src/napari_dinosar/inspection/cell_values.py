"""What the colours of the cells can stand for, and which of it they stand for now."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from psygnal import Signal

from napari_dinosar import palette
from napari_dinosar.core.arrays import Floats
from napari_dinosar.core.errors import DinosarError

if TYPE_CHECKING:
    from napari_dinosar.findings import CellGrid
    from napari_dinosar.inspection.inspected import Inspection

DISSIMILARITY, COLOUR, FLOOR, RATIO = "dissimilarity", "colour", "noise_floor", "noise_ratio"
SPREAD, COVERAGE, LAYER = "layer_std", "coverage", "layer_"

CELL_VALUES = {
    DISSIMILARITY: ("Dissimilarity", "1 − cos"),
    COLOUR: ("Colour difference", "ΔE*ab"),
    FLOOR: ("Noise floor (P95)", "1 − cos"),
    RATIO: ("Dissimilarity / noise floor", ""),
    SPREAD: ("Spread of the layers", "1 − cos"),
    COVERAGE: ("Coverage, the smaller", ""),
}
"""Title and unit of what cells can be coloured by; each layer alone comes after these."""

NO_CELLS = "There are no homologous cells: compare with landmarks."
NO_NOISE = "The noise floor was not measured yet: do so on the page Context."
NO_TOKENS = "A run that was opened from its folder has none: run the comparison again."
NO_SPREAD = "The run does not hold the spread of its layers."


@dataclass(frozen=True, eq=False)
class CellValues:
    """A value for each cell; arrays of cells are (rows, cols).

    Attributes
    ----------
    name : str
        Which value: a key of `CELL_VALUES`, or ``layer_7`` for layer 7 alone.
    title : str
        The same in words.
    unit : str
        What the numbers are in; empty for plain ratios.
    values : array
        NaN where a cell has none.
    """

    name: str
    title: str
    unit: str
    values: Floats

    @cached_property
    def limits(self) -> tuple[float, float]:
        """The range of the colours: that of the values, never of zero width."""
        return palette.limits(self.values)

    @property
    def label(self) -> str:
        """Title and unit, as on an axis."""
        return f"{self.title}, {self.unit}" if self.unit else self.title


@dataclass(frozen=True)
class Offer:
    """A value that cells can be coloured by, or why they cannot.

    Attributes
    ----------
    name, title : str
        As in `CellValues`.
    why_not : str
        A sentence; empty where the value is there.
    """

    name: str
    title: str
    why_not: str = ""


class CellColouring:
    """Which value the colours of the cells stand for: one for layers, legend and histogram.

    Attributes
    ----------
    value : str
        Its name, as in `CellValues`.

    Signals
    -------
    changed : str
        Another value was chosen.
    """

    changed = Signal(str)

    def __init__(self) -> None:
        self.value = DISSIMILARITY

    def choose(self, name: str) -> None:
        """Let the colours stand for another value."""
        if name != self.value:
            self.value = name
            self.changed.emit(name)


def offers(inspection: Inspection) -> tuple[Offer, ...]:
    """Return what the cells that are shown can be coloured by, and what they cannot and why."""
    names = [*CELL_VALUES]
    if inspection.findings is not None and inspection.comparison is not None:
        layers = inspection.findings.record["layers"]
        names += [f"{LAYER}{layer}" for layer in layers] if len(layers) > 1 else []
    return tuple(Offer(name, _words(name)[0], _why_not(inspection, name)) for name in names)


def cell_values(inspection: Inspection, name: str = DISSIMILARITY) -> CellValues:
    """Return a value of each cell of the comparison that is shown.

    Parameters
    ----------
    inspection : Inspection
        Whose comparison.
    name : str
        A key of `CELL_VALUES`: the dissimilarity; the Delta E*ab of the mean colours; the noise
        floor; the dissimilarity over it, so that 1 is the floor (NaN where that is 0); how far
        the layers differ; the smaller coverage of the two specimens. ``layer_7`` is the
        dissimilarity of layer 7 alone.

    Raises
    ------
    DinosarError
        If there is no such value, or this comparison does not have it; the message says why.
    """
    why_not = _why_not(inspection, name)
    if why_not:
        raise DinosarError(f"Cells have no value {name!r} here. {why_not}")
    title, unit = _words(name)
    return CellValues(name, title, unit, _found(inspection, name))


def is_at_hand(inspection: Inspection, name: str) -> bool:
    """Tell whether a value is there at once: only colours take long, once for each comparison."""
    comparison = inspection.comparison
    if name != COLOUR or comparison is None or comparison.homology is None:
        return True
    from napari_dinosar.inspection.baselines import knows_colours

    return knows_colours(comparison)


def shown_values(inspection: Inspection) -> CellValues:
    """Return what the colours of the cells stand for: their dissimilarity where it is not known.

    That is so, too, while colours are not compared yet: a window need not wait for them.

    Raises
    ------
    DinosarError
        If there are no cells.
    """
    name = inspection.colouring.value
    is_there = not _why_not(inspection, name) and is_at_hand(inspection, name)
    return cell_values(inspection, name if is_there else DISSIMILARITY)


def _words(name: str) -> tuple[str, str]:
    if name in CELL_VALUES:
        return CELL_VALUES[name]
    return f"Dissimilarity, layer {name.removeprefix(LAYER)} alone", "1 − cos"


def _why_not(inspection: Inspection, name: str) -> str:
    """Return why a value is not there; an empty text where it is."""
    findings = inspection.findings
    if findings is None or findings.cells is None:
        return NO_CELLS
    has_homology = inspection.comparison is not None and inspection.comparison.homology is not None
    if name in (DISSIMILARITY, COVERAGE):
        return ""
    if name in (FLOOR, RATIO):
        return NO_NOISE if inspection.noise is None else ""
    if name == SPREAD:
        return "" if has_homology or findings.cells.layer_std is not None else NO_SPREAD
    layers = [f"{LAYER}{layer}" for layer in findings.record["layers"]]
    if name != COLOUR and name not in layers:
        return f"There are {', '.join([*CELL_VALUES, *layers])}."
    return "" if has_homology else NO_TOKENS


def _found(inspection: Inspection, name: str) -> Floats:
    assert inspection.findings is not None
    cells, noise = inspection.findings.cells, inspection.noise
    assert cells is not None
    if name in (FLOOR, RATIO):
        assert noise is not None
        return noise.floor if name == FLOOR else _ratio(cells.dissimilarity, noise.floor)
    if name == DISSIMILARITY:
        return cells.dissimilarity
    if name == COVERAGE:
        return _of_used(np.minimum(cells.coverage_a, cells.coverage_b), cells)
    if name == SPREAD and cells.layer_std is not None:
        return _of_used(cells.layer_std, cells)
    comparison = inspection.comparison
    assert comparison is not None
    if name == COLOUR:
        from napari_dinosar.inspection.baselines import colour_baseline

        return colour_baseline(comparison).difference
    assert comparison.homology is not None
    if name == SPREAD:
        return _of_used(comparison.homology.layer_std, cells)
    layers = list(inspection.findings.record["layers"])
    index = layers.index(int(name.removeprefix(LAYER)))
    return _of_used(comparison.homology.dissimilarity_per_layer[index], cells)


def _ratio(values: Floats, floor: Floats) -> Floats:
    ratio: Floats = np.divide(values, floor, out=np.full(values.shape, np.nan), where=floor > 0)
    return ratio


def _of_used(values: Floats, cells: CellGrid) -> Floats:
    return np.where(cells.used, values, np.nan)

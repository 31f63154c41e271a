"""What was found of the noise of a comparison: values, floor and cells under it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.arrays import Booleans, Floats
from napari_dinosar.inspection.jitter import Jitter

LEVEL = 95
"""The percentile of its noise that a cell must exceed."""

_MIN_SHARE = 0.5
_ENOUGH = 20


@dataclass(frozen=True, eq=False)
class NoiseFloor:
    """What a comparison finds where nothing differs; arrays of cells are (rows, cols).

    Cell (r, c) is cell (r, c) of the comparison: the grid and the consensus are its own.

    Attributes
    ----------
    draws : int
        Copies of each specimen.
    seed : int
        What drew them.
    jitter : Jitter
        How far they may differ.
    dissimilarity : array, (2, draws, rows, cols)
        Of A, then of B, with each of its copies; NaN where a cell is not used.
    compared : array, (rows, cols)
        The comparison's own; NaN where a cell is not used.
    summaries : tuple of mapping, 2 draws
        What summary.json would say of each copy, A's first; its cells are those that the
        comparison uses too.
    warnings : tuple of str
        What the reader must know.

    References
    ----------
    Hyndman, R. J. & Fan, Y. 1996. The American Statistician 50: 361-365, for the percentiles,
    which are those of definition 7.
    """

    draws: int
    seed: int
    jitter: Jitter
    dissimilarity: Floats
    compared: Floats
    summaries: tuple[Mapping[str, Any], ...]
    warnings: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<NoiseFloor of {self.draws} draws, {self.share_of_noise:.0%} of cells under it>"

    @cached_property
    def n_values(self) -> NDArray[np.intp]:
        """How many copies a cell has a value of, of both specimens together."""
        return np.asarray(np.isfinite(self._pooled).sum(axis=0))

    @cached_property
    def is_known(self) -> Booleans:
        """Cells that the comparison uses, with a value of at least half of the copies."""
        enough: Booleans = self.n_values >= max(1.0, _MIN_SHARE * len(self._pooled))
        return np.isfinite(self.compared) & enough

    @cached_property
    def mean(self) -> Floats:
        """Mean of a cell's noise; NaN where it is not known."""
        return self._of_known(lambda values: np.nanmean(values, axis=0))

    @cached_property
    def floor(self) -> Floats:
        """The 95th percentile (linear) of a cell's noise, both specimens pooled; else NaN."""
        return self._of_known(_level)

    @cached_property
    def maximum(self) -> Floats:
        """The largest of a cell's noise; NaN where it is not known."""
        return self._of_known(lambda values: np.nanmax(values, axis=0))

    @cached_property
    def is_noise(self) -> Booleans:
        """Cells whose dissimilarity is not above their floor; False where it is not known."""
        is_noise: Booleans = self.is_known & (self.compared <= self.floor)
        return is_noise

    @property
    def share_of_noise(self) -> float:
        """Share of the cells with a known floor that lie under it; NaN without any."""
        n_known = int(self.is_known.sum())
        return float(self.is_noise.sum() / n_known) if n_known else float("nan")

    @property
    def _pooled(self) -> Floats:
        return self.dissimilarity.reshape(-1, *self.compared.shape)

    def _of_known(self, describe: Callable[[Floats], Floats]) -> Floats:
        found = np.full(self.compared.shape, np.nan)
        if self.is_known.any():
            found[self.is_known] = describe(self._pooled[:, self.is_known])
        return found


def _level(values: Floats) -> Floats:
    """Return the percentile of each column; numpy takes its time over those that lack a value."""
    found: Floats = np.percentile(values, LEVEL, axis=0)
    lacks = np.isnan(values).any(axis=0)
    if lacks.any():
        found[lacks] = np.nanpercentile(values[:, lacks], LEVEL, axis=0)
    return found


def noise_warnings(floor: NoiseFloor, n_used: int) -> tuple[str, ...]:
    """Return what the reader of a noise floor must know.

    Parameters
    ----------
    floor : NoiseFloor
        What was found.
    n_used : int
        How many cells the comparison uses.
    """
    said = []
    n_copies = 2 * floor.draws
    if n_copies < _ENOUGH:
        said.append(
            f"The noise floor of a cell rests on {n_copies} copies at most, so it lies close to "
            f"the highest of their values. More draws make it surer."
        )
    n_unknown = n_used - int(floor.is_known.sum())
    if n_unknown:
        what = "has no noise floor: it is" if n_unknown == 1 else "have no noise floor: they are"
        said.append(f"{n_unknown} of {n_used} cells {what} not used in half of the copies.")
    return tuple(said)

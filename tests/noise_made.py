"""A noise floor that tests make in milliseconds, for findings that they made."""

from __future__ import annotations

import numpy as np

from napari_dinosar.findings import Findings
from napari_dinosar.inspection.jitter import Jitter
from napari_dinosar.inspection.noise_result import NoiseFloor, noise_warnings


def noise_of(findings: Findings, draws: int = 2, share: float = 0.5, seed: int = 3) -> NoiseFloor:
    """Return a floor under which about that share of the cells lies; drawn at random."""
    assert findings.cells is not None
    compared = findings.cells.dissimilarity
    level = np.nanquantile(compared, share)
    drawn = np.random.default_rng(seed).uniform(0.98, 1.0, (2, draws, *compared.shape)) * level
    values = np.where(np.isfinite(compared), drawn, np.nan)
    floor = NoiseFloor(draws, seed, Jitter(), values, compared, (findings.summary,) * (2 * draws))
    warnings = noise_warnings(floor, int(findings.cells.used.sum()))
    return NoiseFloor(draws, seed, floor.jitter, values, compared, floor.summaries, warnings)

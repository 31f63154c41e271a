"""What summary.json holds: numbers only, no times and no paths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from napari_dinosar.core.alignment import Alignment
from napari_dinosar.core.homology import Homology
from napari_dinosar.core.scores import mean_statistics, statistics
from napari_dinosar.findings import DIRECTIONS, Sample
from napari_dinosar.settings import Settings
from napari_dinosar.specimen import Specimen


def summary(
    settings: Settings,
    backbone_name: str,
    sides: tuple[Specimen, Specimen],
    samples: Mapping[str, Mapping[str, Sample]],
    homology: Homology | None,
    alignment: Alignment | None,
) -> dict[str, Any]:
    """Return the numbers of a comparison.

    Parameters
    ----------
    settings : Settings
        Those of the run.
    backbone_name : str
        What made the tokens.
    sides : (Specimen, Specimen)
        A and B.
    samples : mapping of str to mapping of str to Sample
        Values of each score mode, both ways.
    homology : Homology or None
        The cells.
    alignment : Alignment or None
        How A was laid over B.
    """
    a, b = sides
    return {
        "backbone": backbone_name,
        "matching_mode": settings.matching_mode,
        "specimens": {"a": _specimen(a), "b": _specimen(b)},
        "alignment": None if alignment is None else alignment.record(),
        "scores": {mode: _score(directions) for mode, directions in samples.items()},
        "homology": None if homology is None else _homology(homology, settings),
    }


def count_warnings(numbers: Mapping[str, Any], fewest: int) -> list[str]:
    """Return a sentence for each score that rests on fewer values than ``fewest``."""
    warnings = []
    for mode, directions in numbers["scores"].items():
        n = min(directions["a_to_b"]["n"], directions["b_to_a"]["n"])
        if n < fewest:
            warnings.append(f"The {mode} statistics rest on {n} values, fewer than {fewest}.")
    return warnings


def _score(directions: Mapping[str, Sample]) -> dict[str, Any]:
    a_to_b, b_to_a = (
        statistics(directions[name].values, directions[name].weights) for name in DIRECTIONS
    )
    return {"a_to_b": a_to_b, "b_to_a": b_to_a, "mean": mean_statistics(a_to_b, b_to_a)}


def _homology(homology: Homology, settings: Settings) -> dict[str, Any]:
    """Return the coverage-weighted statistics of the used cells, and what the grid was."""
    used = homology.used
    reasons, counts = np.unique(homology.reason[~used], return_counts=True)
    found = {
        "n_cells": int(used.size),
        "n_used": int(used.sum()),
        "rows": int(homology.grid.rows),
        "cols": int(homology.grid.cols),
        "cell_px": [float(size) for size in homology.grid.cell_xy],
        "unused": {str(reason): int(count) for reason, count in zip(reasons, counts, strict=True)},
        "dissimilarity": statistics(homology.dissimilarity[used], homology.weights[used]),
        "procrustes_distance": float(homology.procrustes_distance),
        "bending_energy_a": float(homology.bending_energy_a),
        "bending_energy_b": float(homology.bending_energy_b),
    }
    if settings.report_layer_std:
        found["layer_std"] = float(np.mean(homology.layer_std[used])) if used.any() else None
    return found


def _specimen(specimen: Specimen) -> dict[str, Any]:
    """Return the size of a specimen's mask and how many of its patches count."""
    return {
        "mask_share": float(specimen.foreground.mask.mean()),
        "foreground": specimen.foreground.mode,
        "n_patches": int(specimen.patches.valid.size),
        "n_valid": specimen.n_valid,
    }

"""The findings of a comparison, gathered from what its stages made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.canvas import resampled_rgb
from napari_dinosar.core.foreground import reduce_to_working_size
from napari_dinosar.core.matching import Matches
from napari_dinosar.core.score_modes import score_sample
from napari_dinosar.core.similarity import BestMatches, layer_spread
from napari_dinosar.findings import TABLES, CellGrid, Findings, Sample, Side
from napari_dinosar.report.compared import Compared
from napari_dinosar.report.record import run_record
from napari_dinosar.report.summary import count_warnings, summary
from napari_dinosar.report.tables import Spread, cell_table, patch_tables
from napari_dinosar.settings import Settings
from napari_dinosar.specimen import Specimen

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True, eq=False)
class PatchFindings:
    """What is found of patches and photos: it stays when only landmarks are moved.

    Attributes
    ----------
    samples : mapping of str to mapping of str to Sample
        Values of each score mode, both ways.
    said : tuple of str
        What is to be said of them.
    spreads : (array or None, array or None)
        How far the layers differ in the best match of each valid patch of A and of B.
    tables : mapping of str to DataFrame
        Tables of patches and of matches.
    previews : (array, array)
        Small copies of the photos.
    aligned_rgb : array or None
        A's photo laid over B's canvas.
    """

    samples: Mapping[str, Mapping[str, Sample]]
    said: tuple[str, ...]
    spreads: tuple[Spread | None, Spread | None]
    tables: Mapping[str, DataFrame]
    previews: tuple[NDArray[np.uint8], NDArray[np.uint8]]
    aligned_rgb: NDArray[np.uint8] | None


def gather_patches(compared: Compared) -> PatchFindings:
    """Sum up what does not rest on homologous cells."""
    spreads = _spreads(compared)
    a, b = compared.a, compared.b
    samples, said = score_samples(compared.settings, a, b, compared.matched)
    return PatchFindings(
        samples=samples,
        said=tuple(said),
        spreads=spreads,
        tables=patch_tables(a, b, compared.matched, spreads),
        previews=(reduce_to_working_size(a.photo), reduce_to_working_size(b.photo)),
        aligned_rgb=_aligned_rgb(compared),
    )


def gather_findings(
    compared: Compared,
    patches: PatchFindings,
    warnings: Sequence[str],
    notes: Sequence[str],
    timings: Mapping[str, float],
) -> Findings:
    """Sum a comparison up.

    Parameters
    ----------
    compared : Compared
        What the stages made.
    patches : PatchFindings
        What is found of patches.
    warnings, notes : sequence of str
        What they said; what the summary adds comes after them.
    timings : mapping
        Seconds of each stage.
    """
    settings, a, b = compared.settings, compared.a, compared.b
    numbers = summary(
        settings,
        compared.backbone.name,
        (a, b),
        patches.samples,
        compared.homology,
        compared.alignment,
    )
    said = [*patches.said, *count_warnings(numbers, settings.hist_min_joint)]
    record = run_record(
        compared,
        timings=timings,
        warnings=list(dict.fromkeys([*warnings, *said])),
        notes=notes,
        created=datetime.now().astimezone().isoformat(timespec="seconds"),
    )
    found = {
        **patches.tables,
        "cells": cell_table(a, b, compared.homology, settings.report_layer_std),
    }
    return Findings(
        record=record,
        summary=numbers,
        a=_side(a, record["photo_a"], patches.previews[0], patches.spreads[0]),
        b=_side(b, record["photo_b"], patches.previews[1], patches.spreads[1]),
        tables={name: found[name] for name in TABLES},
        cells=_cells(compared),
        samples=patches.samples,
        aligned_rgb=patches.aligned_rgb,
    )


def score_samples(
    settings: Settings,
    a: Specimen,
    b: Specimen,
    matched: tuple[BestMatches, Matches] | None,
) -> tuple[dict[str, dict[str, Sample]], list[str]]:
    """Return the values of each score mode both ways, and what is to be said of them.

    Parameters
    ----------
    settings : Settings
        Which modes, and how.
    a, b : Specimen
        The two sides.
    matched : (BestMatches, Matches) or None
        Their best matches and correspondences; without them there are no values.
    """
    if matched is None:
        return {}, []
    best, correspondences = matched
    samples: dict[str, dict[str, Sample]] = {}
    said: list[str] = []
    for mode in settings.score_mode:
        samples[mode] = {}
        directions = {
            "a_to_b": (a, b, best, correspondences),
            "b_to_a": (b, a, best.reversed(), correspondences),
        }
        for name, (side, other, matches, shown) in directions.items():
            found = score_sample(
                mode,
                matches,
                side_a=side.side,
                side_b=other.side,
                agg=settings.layer_agg,
                k=settings.topk,
                attention_a=side.attention,
                attention_b=other.attention,
                correspondences=shown,
            )
            samples[mode][name] = Sample(found.values, found.weights)
            said += found.warnings
    return samples, said


def _spreads(compared: Compared) -> tuple[Spread | None, Spread | None]:
    """Return how far the layers differ in the best match of each valid patch, both ways."""
    if compared.matched is None or not compared.settings.report_layer_std:
        return None, None
    best = compared.matched[0]
    tokens_a, tokens_b = compared.a.side.flat_tokens, compared.b.side.flat_tokens
    n_a, n_b = np.arange(len(best.b_of_a)), np.arange(len(best.a_of_b))
    return (
        layer_spread(tokens_a, tokens_b, n_a, best.b_of_a),
        layer_spread(tokens_b, tokens_a, n_b, best.a_of_b),
    )


def _side(
    specimen: Specimen,
    record: Mapping[str, Any],
    preview: NDArray[np.uint8],
    spread: Spread | None,
) -> Side:
    encoding = specimen.encoding
    spread_map = None
    if spread is not None:
        spread_map = np.full(specimen.patches.valid.shape, np.nan)
        spread_map[specimen.patches.valid] = spread
    return Side(
        record=record,
        preview=preview,
        mask=specimen.foreground.mask,
        landmarks=specimen.landmarks,
        patch_size=specimen.side.patch_size,
        photo_to_canvas=specimen.canvas.map.matrix,
        canvas_mask=specimen.canvas.mask,
        fill=specimen.patches.fill,
        valid=specimen.patches.valid,
        attention=encoding.attention,
        attention_layers=encoding.attention_layers,
        layer_std=spread_map,
    )


def _cells(compared: Compared) -> CellGrid | None:
    homology = compared.homology
    if homology is None:
        return None
    assert compared.landmarks_used is not None
    return CellGrid(
        names=compared.landmarks_used,
        consensus_unit_xy=homology.consensus_unit,
        consensus_px_xy=homology.consensus_px,
        nodes_xy=homology.grid.nodes_xy,
        nodes_a_xy=compared.a.canvas.map.to_photo(homology.nodes_a_xy),
        nodes_b_xy=compared.b.canvas.map.to_photo(homology.nodes_b_xy),
        dissimilarity=homology.dissimilarity,
        used=homology.used,
        reason=homology.reason,
        coverage_a=homology.coverage_a,
        coverage_b=homology.coverage_b,
        folded_a=homology.folded_a,
        folded_b=homology.folded_b,
        in_hull=homology.in_hull,
        layer_std=homology.layer_std if compared.settings.report_layer_std else None,
    )


def _aligned_rgb(compared: Compared) -> NDArray[np.uint8] | None:
    """Return A's photo laid over B's canvas, background and all, to be looked at."""
    if compared.alignment is None:
        return None
    transform = compared.a.canvas.map
    if compared.alignment.stage == "mask":
        transform = transform.aligned(compared.alignment.matrix)
    height, width = compared.b.canvas.rgb.shape[:2]
    return resampled_rgb(compared.a.photo, transform, (height, width))

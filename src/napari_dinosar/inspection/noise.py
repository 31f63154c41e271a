"""The noise floor of a comparison: how far a specimen differs from jittered copies of itself."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from napari_dinosar import stages
from napari_dinosar.comparison import Comparison
from napari_dinosar.core.arrays import Floats
from napari_dinosar.core.consensus import SavedConsensus
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.homology import Homology
from napari_dinosar.core.landmarks import LandmarkPair
from napari_dinosar.core.steps import ended
from napari_dinosar.inspection.jitter import Copy, Jitter, jittered_copy
from napari_dinosar.inspection.noise_result import NoiseFloor, noise_warnings
from napari_dinosar.report import score_samples
from napari_dinosar.report.summary import summary
from napari_dinosar.specimen import Memory, Specimen
from napari_dinosar.stages import Inputs, Progress, Run

__all__ = ["Jitter", "NoiseFloor", "iter_noise_floor", "noise_floor"]

MOST_DRAWS = 1000
_STEPS_OF_DRAW = 7


def noise_floor(comparison: Comparison, **options: Any) -> NoiseFloor:
    """Compare both specimens with jittered copies of themselves, to the end.

    Parameters
    ----------
    comparison : Comparison
        Whose cells are judged.
    **options
        Draws, seed and jitter, as for `iter_noise_floor`.

    Returns
    -------
    NoiseFloor
        What the copies differ in, and the floor of each cell.

    Raises
    ------
    DinosarError
        As `iter_noise_floor` does.
    """
    return ended(iter_noise_floor(comparison, **options))


def iter_noise_floor(
    comparison: Comparison, *, draws: int = 8, seed: int = 0, jitter: Jitter | None = None
) -> Generator[Progress, None, NoiseFloor]:
    """Compare both specimens with jittered copies of themselves, step by step.

    Each draw copies A and B once, as if both had been photographed and digitised again, and takes
    the copies through the stages of the comparison: canvas, alignment, tokens, matches and cells,
    with its settings, its backbone and its consensus. A is compared with its copy, B with its own.
    The masks are moved along and not found anew. Copies are not kept on disk; close the generator
    to cancel.

    Parameters
    ----------
    comparison : Comparison
        Whose cells are judged.
    draws : int
        Copies of each specimen; more draws leave the earlier ones as they are.
    seed : int
        The same seed draws the same copies.
    jitter : Jitter, optional
        How far the copies may differ.

    Yields
    ------
    Progress
        Before each step: the stage that begins, steps done and in all.

    Returns
    -------
    NoiseFloor
        As the generator's return value.

    Raises
    ------
    DinosarError
        If no cells were compared, or the draws or the seed are out of range.
    """
    _check(draws, seed)
    jitter = jitter or Jitter()
    saved = comparison.saved_consensus()
    homology = comparison.homology
    assert homology is not None
    run = Run(comparison.settings, Memory(comparison.basis.memory.session))
    run.total = draws * (_STEPS_OF_DRAW + (run.settings.align_stage != "none"))
    noise = np.full((2, draws, *homology.used.shape), np.nan)
    summaries: tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]] = ([], [])
    for draw in range(draws):
        yield run.begin(f"Drawing copies, {draw + 1} of {draws}")
        copies = tuple(_copy(comparison, side, (seed, draw), jitter) for side in (0, 1))
        specimens = yield from _encoded(run, comparison, copies, saved)
        for side, specimen in enumerate(specimens):
            found, numbers = yield from _compared(
                run, comparison, side, specimen, copies[side], saved
            )
            noise[side, draw] = np.where(homology.used & found.used, found.dissimilarity, np.nan)
            summaries[side].append(numbers)
    floor = NoiseFloor(
        draws=draws,
        seed=seed,
        jitter=jitter,
        dissimilarity=noise,
        compared=homology.dissimilarity,
        summaries=(*summaries[0], *summaries[1]),
    )
    return replace(floor, warnings=noise_warnings(floor, int(homology.used.sum())))


def _check(draws: int, seed: int) -> None:
    if not 1 <= draws <= MOST_DRAWS:
        raise DinosarError(f"The noise floor takes 1 to {MOST_DRAWS} draws, not {draws}.")
    if seed < 0:
        raise DinosarError(f"The seed of the noise floor is not negative; it is {seed}.")


def _landmarks_xy(comparison: Comparison, side: int) -> Floats:
    assert comparison.pair is not None
    return comparison.pair.xy_b if side else comparison.pair.xy_a


def _copy(comparison: Comparison, side: int, key: tuple[int, int], jitter: Jitter) -> Copy:
    specimen = (comparison.a, comparison.b)[side]
    seed, draw = key
    return jittered_copy(
        specimen.photo,
        specimen.foreground,
        _landmarks_xy(comparison, side),
        jitter,
        # of its own for each copy, so that further draws change none
        np.random.Generator(np.random.PCG64([seed, draw, side])),
        img_size=comparison.settings.img_size,
        crop=comparison.settings.crop,
    )


def _encoded(
    run: Run, comparison: Comparison, copies: tuple[Copy, ...], saved: SavedConsensus
) -> Generator[Progress, None, tuple[Specimen, Specimen]]:
    """Take both copies from photo to tokens, as the specimens were."""
    assert comparison.pair is not None
    network = comparison.basis.network
    a, b = copies
    inputs = Inputs(
        photos=(a.photo, b.photo),
        landmarks=(None, None),
        pair=LandmarkPair(comparison.pair.labels, a.landmarks_xy, b.landmarks_xy),
        consensus=saved,
    )
    foregrounds = a.foreground, b.foreground
    canvases = stages.place(run, inputs, foregrounds, network)
    _, canvases = yield from stages.align(run, inputs, foregrounds, canvases)
    return (yield from stages.encode_specimens(run, inputs, foregrounds, canvases, network))


def _compared(
    run: Run,
    comparison: Comparison,
    side: int,
    specimen: Specimen,
    copy: Copy,
    saved: SavedConsensus,
) -> Generator[Progress, None, tuple[Homology, dict[str, Any]]]:
    """Compare a specimen with its copy, and sum up what the comparison sums up."""
    assert comparison.pair is not None
    assert comparison.homology is not None
    original = (comparison.a, comparison.b)[side]
    pair = LandmarkPair(comparison.pair.labels, _landmarks_xy(comparison, side), copy.landmarks_xy)
    inputs = Inputs((original.photo, specimen.photo), (None, None), pair, consensus=saved)
    matched = yield from stages.match_patches(run, original, specimen)
    found = yield from stages.compare_cells(run, original, specimen, inputs)
    assert found is not None
    shared = replace(found, used=found.used & comparison.homology.used)
    samples, _ = score_samples(run.settings, original, specimen, matched)
    name = comparison.basis.network.backbone.name
    return found, summary(run.settings, name, (original, specimen), samples, shared, None)

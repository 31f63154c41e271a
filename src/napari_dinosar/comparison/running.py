"""The whole path for a pair of photos, step by step; and again with other landmarks."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from napari_dinosar import stages
from napari_dinosar.backbones import Backbone
from napari_dinosar.comparison.result import Comparison
from napari_dinosar.core.consensus import SavedConsensus
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.landmarks import LandmarkPair, Landmarks
from napari_dinosar.core.steps import ended
from napari_dinosar.encoding_store import EncodingStore
from napari_dinosar.report import Compared, gather_findings, gather_patches
from napari_dinosar.settings import Settings
from napari_dinosar.specimen import Cache, Memory, PhotoInput, default_store
from napari_dinosar.stages import Basis, LandmarksInput, Progress

SESSION_CACHE = Cache()
"""What this process has read and encoded; `compare` uses it unless it is given another."""


def compare(
    photo_a: PhotoInput,
    photo_b: PhotoInput,
    settings: Settings | None = None,
    **inputs: Any,
) -> Comparison:
    """Compare two photographed specimens.

    Parameters
    ----------
    photo_a, photo_b : str, Path, array or Photo
        Files, or pixels (H, W), (H, W, 3) or (H, W, 4).
    settings : Settings, optional
        All that decides the numbers.
    **inputs
        Backbone, landmarks, specimens, masks, seeds and cache, as for `iter_compare`.

    Returns
    -------
    Comparison
        Tables, summary, masks, attention and warnings.

    Raises
    ------
    DinosarError
        If an input is missing or unusable; the message names it and says what to do.

    Examples
    --------
    >>> from napari_dinosar import Settings, compare
    >>> result = compare("A.jpg", "B.jpg", Settings(fg_mode="thresh"), landmarks="keypoints.json")
    ... # doctest: +SKIP
    """
    return ended(iter_compare(photo_a, photo_b, settings, **inputs))


def iter_compare(
    photo_a: PhotoInput,
    photo_b: PhotoInput,
    settings: Settings | None = None,
    *,
    backbone: Backbone | str | Path | None = None,
    landmarks: LandmarksInput = None,
    specimen_a: str | None = None,
    specimen_b: str | None = None,
    mask_a: NDArray[np.generic] | str | Path | None = None,
    mask_b: NDArray[np.generic] | str | Path | None = None,
    consensus: SavedConsensus | str | Path | None = None,
    seed_a: tuple[float, float] | None = None,
    seed_b: tuple[float, float] | None = None,
    cache: Cache | None = None,
    store: EncodingStore | Literal["default"] | None = "default",
    command: Sequence[str] | None = None,
) -> Generator[Progress, None, Comparison]:
    """Compare two photographed specimens step by step.

    Close the generator to cancel; nothing is written by it but encodings that are kept.

    Parameters
    ----------
    photo_a, photo_b : str, Path, array or Photo
        Files, or pixels (H, W), (H, W, 3) or (H, W, 4).
    settings : Settings, optional
        All that decides the numbers.
    backbone : Backbone, str or Path, optional
        A loaded backbone, a registered name, or a checkpoint. Without one the best that is on
        this machine is used; the record says which.
    landmarks : str, Path, pair of Landmarks, optional
        A COCO keypoints file that lists both photos by file name, or the landmarks themselves.
    specimen_a, specimen_b : str, optional
        Annotation to use where a photo has several.
    mask_a, mask_b : array, (H, W), str or Path, optional
        Labels at photo size, or their file, specimen > 0, for ``fg_mode="layer"``.
    consensus : SavedConsensus, str or Path, optional
        Shape and grid that many pairs share, or the file or run folder that holds them.
    seed_a, seed_b : (float, float), optional
        A place on the specimen, x and y in photo pixels: the part of the mask there is kept, where
        the mask is found and not painted. By default that of the landmarks, where they have one.
    cache : Cache, optional
        Where photos and encodings are remembered; that of the process by default.
    store : EncodingStore, "default" or None
        Encodings on disk: the user's own by default, unless DINOSAR_CACHE says ``off``.
    command : sequence of str, optional
        The command line, for the record.

    Yields
    ------
    Progress
        Before each step: the stage that begins, steps done and in all.

    Returns
    -------
    Comparison
        As the generator's return value.

    Raises
    ------
    DinosarError
        If an input is missing or unusable; the message names it and says what to do.
    """
    memory = Memory(
        cache if cache is not None else SESSION_CACHE,
        default_store() if store == "default" else store,
    )
    run = stages.Run(settings if settings is not None else Settings(), memory)
    inputs = yield from stages.read_inputs(
        run,
        (photo_a, photo_b),
        landmarks,
        (specimen_a, specimen_b),
        (mask_a, mask_b),
        consensus,
        (seed_a, seed_b),
    )
    network = yield from stages.load(run, backbone)
    before = run.said()
    foregrounds = yield from stages.find_foregrounds(run, inputs, network)
    canvases = stages.place(run, inputs, foregrounds, network)
    alignment, canvases = yield from stages.align(run, inputs, foregrounds, canvases)
    said = run.said().after(before)
    a, b = yield from stages.encode_specimens(run, inputs, foregrounds, canvases, network)
    matched = yield from stages.match_patches(run, a, b)
    homology = yield from stages.compare_cells(run, a, b, inputs)

    yield run.begin("Summing up")
    compared = Compared(
        settings=run.settings,
        backbone=network.backbone,
        a=a,
        b=b,
        matched=matched,
        homology=homology,
        alignment=alignment,
        landmarks_used=inputs.landmarks_used,
        inputs=inputs.record,
        command=command,
    )
    basis = Basis(inputs, network, memory, said, compared, gather_patches(compared))
    return _summed_up(run, inputs.pair, basis)


def rehomologised(
    comparison: Comparison, landmarks_a: Landmarks | None, landmarks_b: Landmarks | None
) -> Comparison:
    """Compare the same two photos again with other landmarks, and find only their cells anew.

    The result is that of a new comparison with these landmarks; masks, tokens and matches are
    taken over, so that no photo is read and no network runs.

    Parameters
    ----------
    comparison : Comparison
        The earlier one.
    landmarks_a, landmarks_b : Landmarks or None
        In the pixels of the two photos.

    Returns
    -------
    Comparison
        With the specimens, patches and matches of the earlier one.

    Raises
    ------
    DinosarError
        If the landmarks cannot be used, or decide more than the cells (`stages.more_than_cells`).
    """
    refusal = stages.more_than_cells(comparison.settings)
    if refusal:
        raise DinosarError(refusal)
    run, inputs, compared = stages.compare_again(comparison.basis, (landmarks_a, landmarks_b))
    return _summed_up(run, inputs.pair, replace(comparison.basis, inputs=inputs, compared=compared))


def _summed_up(run: stages.Run, pair: LandmarkPair | None, basis: Basis) -> Comparison:
    compared = basis.compared
    best, correspondences = compared.matched if compared.matched is not None else (None, None)
    return Comparison(
        findings=gather_findings(compared, basis.patches, run.warnings, run.notes, run.timings),
        a=compared.a,
        b=compared.b,
        pair=pair,
        alignment=compared.alignment,
        best=best,
        correspondences=correspondences,
        homology=compared.homology,
        basis=basis,
    )

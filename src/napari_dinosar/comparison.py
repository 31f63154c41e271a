"""The whole path for a pair of photos, as a generator of progress, and what it finds."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar import report, stages
from napari_dinosar.backbones import Backbone
from napari_dinosar.core.homology import Homology
from napari_dinosar.core.landmarks import LandmarkPair
from napari_dinosar.core.matching import Matches
from napari_dinosar.core.similarity import BestMatches
from napari_dinosar.io.coco import coco_document
from napari_dinosar.io.run_folder import write_run
from napari_dinosar.settings import Settings
from napari_dinosar.specimen import Cache, PhotoInput, Specimen
from napari_dinosar.stages import LandmarksInput, Progress

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["SESSION_CACHE", "Comparison", "Progress", "compare", "iter_compare"]

SESSION_CACHE = Cache()
"""What this process has read and encoded; `compare` uses it unless it is given another."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """What a comparison of two specimens found.

    Attributes
    ----------
    settings : Settings
        The settings that decided the numbers.
    backbone : dict
        Name, weights' sha256, patch size and depth of what made the tokens.
    a, b : Specimen
        The two sides: photo, landmarks, mask, canvas, patches and encoding.
    pair : LandmarkPair or None
        The common landmarks, in photo pixels.
    best : BestMatches or None
        Best matches of all valid patches, both ways.
    correspondences : Matches or None
        The filtered matches that are shown.
    homology : Homology or None
        The grid of homologous cells.
    cells, matches, patches_a_to_b, patches_b_to_a : DataFrame
        The tables of the run folder; without rows where a part was not asked for.
    summary : dict
        What summary.json holds.
    warnings : tuple of str
        What the reader of the numbers must know.
    timings : dict
        Seconds of each stage.
    created : str
        When the comparison was finished, ISO 8601.
    """

    settings: Settings
    backbone: dict[str, Any]
    a: Specimen
    b: Specimen
    pair: LandmarkPair | None
    best: BestMatches | None
    correspondences: Matches | None
    homology: Homology | None
    cells: DataFrame
    matches: DataFrame
    patches_a_to_b: DataFrame
    patches_b_to_a: DataFrame
    summary: dict[str, Any]
    warnings: tuple[str, ...]
    timings: dict[str, float]
    created: str

    def __repr__(self) -> str:
        return f"<Comparison of {self.a.name} and {self.b.name} with {self.backbone['name']}>"

    @property
    def mask_a(self) -> NDArray[np.bool_]:
        """Foreground of A at photo size, (H, W)."""
        return self.a.foreground.mask

    @property
    def mask_b(self) -> NDArray[np.bool_]:
        """Foreground of B at photo size, (H, W)."""
        return self.b.foreground.mask

    @property
    def attention_a(self) -> NDArray[np.float32] | None:
        """CLS attention over the patches of A's canvas, mean over heads, (rows, cols)."""
        return self.a.attention

    @property
    def attention_b(self) -> NDArray[np.float32] | None:
        """CLS attention over the patches of B's canvas, mean over heads, (rows, cols)."""
        return self.b.attention

    def save(self, folder: str | Path, overwrite: bool = False) -> Path:
        """Write the run folder: settings, tables, arrays and the landmarks that were used.

        Parameters
        ----------
        folder : str or Path
            The folder to make. It appears only when everything in it is complete.
        overwrite : bool
            Replace an earlier run of this name.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        DinosarError
            If the folder exists, or the disk refuses.
        """
        return write_run(
            Path(folder),
            run=self.record(),
            summary=self.summary,
            tables={
                "patches_a_to_b": self.patches_a_to_b,
                "patches_b_to_a": self.patches_b_to_a,
                "matches": self.matches,
                "cells": self.cells,
            },
            arrays=report.run_arrays(self.a, self.b, self.homology),
            landmarks=coco_document(
                [(side.photo, side.landmarks, side.foreground.mask) for side in (self.a, self.b)]
            ),
            overwrite=overwrite,
        )

    def record(self) -> dict[str, Any]:
        """Return what run.yaml holds."""
        return report.run_record(
            settings=self.settings,
            backbone=self.backbone,
            a=self.a,
            b=self.b,
            landmarks_used=None if self.pair is None else self.pair.labels,
            timings=self.timings,
            warnings=self.warnings,
            created=self.created,
        )


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
        Backbone, landmarks, specimens, masks and cache, as for `iter_compare`.

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
    steps = iter_compare(photo_a, photo_b, settings, **inputs)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: Comparison = end.value
            return result


def iter_compare(
    photo_a: PhotoInput,
    photo_b: PhotoInput,
    settings: Settings | None = None,
    *,
    backbone: Backbone | str | Path | None = None,
    landmarks: LandmarksInput = None,
    specimen_a: str | None = None,
    specimen_b: str | None = None,
    mask_a: NDArray[np.generic] | None = None,
    mask_b: NDArray[np.generic] | None = None,
    cache: Cache | None = None,
) -> Generator[Progress, None, Comparison]:
    """Compare two photographed specimens step by step.

    Close the generator to cancel; nothing is written by it.

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
    mask_a, mask_b : array, (H, W), optional
        Labels at photo size, specimen > 0, for ``fg_mode="layer"``.
    cache : Cache, optional
        Where photos and encodings are remembered; that of the process by default.

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
    run = stages.Run(
        settings if settings is not None else Settings(),
        cache if cache is not None else SESSION_CACHE,
    )
    inputs = yield from stages.read_inputs(
        run, (photo_a, photo_b), landmarks, (specimen_a, specimen_b)
    )
    network, layers, attention_layers = yield from stages.load(run, backbone)
    foregrounds = yield from stages.find_foregrounds(run, inputs.photos, (mask_a, mask_b))
    a, b = yield from stages.encode_specimens(
        run, inputs, foregrounds, network, layers, attention_layers
    )
    matched = yield from stages.match_patches(run, a, b)
    homology = yield from stages.compare_cells(run, a, b, inputs.pair)

    yield run.begin("Summing up")
    best, correspondences = matched if matched is not None else (None, None)
    with run.timed("tables"):
        tables = report.tables(a, b, best, correspondences, homology)
        summary = report.summary(run.settings, network.name, a, b, best, homology)
    run.warn(*report.count_warnings(summary, run.settings.hist_min_joint))
    return Comparison(
        settings=run.settings,
        backbone=report.backbone_record(network),
        a=a,
        b=b,
        pair=inputs.pair,
        best=best,
        correspondences=correspondences,
        homology=homology,
        **tables,
        summary=summary,
        warnings=tuple(run.warnings),
        timings=run.timings,
        created=datetime.now().astimezone().isoformat(timespec="seconds"),
    )

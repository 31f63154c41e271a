"""The whole path for a pair of photos, as a generator of progress, and what it finds."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from napari_dinosar import stages
from napari_dinosar.backbones import Backbone
from napari_dinosar.core.alignment import Alignment
from napari_dinosar.core.consensus import SavedConsensus
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.homology import Homology
from napari_dinosar.core.landmarks import LandmarkPair, Landmarks
from napari_dinosar.core.matching import Matches
from napari_dinosar.core.similarity import BestMatches
from napari_dinosar.encoding_store import EncodingStore
from napari_dinosar.findings import Findings
from napari_dinosar.io.run_folder import write_findings
from napari_dinosar.report import Compared, gather_findings, gather_patches
from napari_dinosar.settings import Settings
from napari_dinosar.specimen import Cache, Memory, PhotoInput, Specimen, default_store
from napari_dinosar.stages import Basis, LandmarksInput, Progress

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["SESSION_CACHE", "Comparison", "Progress", "compare", "iter_compare", "rehomologised"]

SESSION_CACHE = Cache()
"""What this process has read and encoded; `compare` uses it unless it is given another."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """What a comparison of two specimens found, and what it was found from.

    Attributes
    ----------
    findings : Findings
        Tables, arrays, summary and record, as a run folder holds them.
    a, b : Specimen
        The two sides: photo, landmarks, mask, canvas, patches and encoding.
    pair : LandmarkPair or None
        The common landmarks, in photo pixels.
    alignment : Alignment or None
        How A was laid over B.
    best : BestMatches or None
        Best matches of all valid patches, both ways.
    correspondences : Matches or None
        The filtered matches that are shown.
    homology : Homology or None
        The grid of homologous cells.
    basis : Basis
        What `rehomologised` starts from.
    """

    findings: Findings
    a: Specimen
    b: Specimen
    pair: LandmarkPair | None
    alignment: Alignment | None
    best: BestMatches | None
    correspondences: Matches | None
    homology: Homology | None
    basis: Basis

    def __repr__(self) -> str:
        return f"<Comparison of {self.a.name} and {self.b.name} with {self.backbone['name']}>"

    @property
    def settings(self) -> Settings:
        """The settings that decided the numbers."""
        return self.findings.settings

    @property
    def backbone(self) -> Mapping[str, Any]:
        """Name, weights' sha256, patch size and depth of what made the tokens."""
        return self.findings.backbone

    @property
    def cells(self) -> DataFrame:
        """The homologous cells, one a row."""
        return self.findings.tables["cells"]

    @property
    def matches(self) -> DataFrame:
        """The correspondences that are shown, best first."""
        return self.findings.tables["matches"]

    @property
    def patches_a_to_b(self) -> DataFrame:
        """The valid patches of A with their best matches in B."""
        return self.findings.tables["patches_a_to_b"]

    @property
    def patches_b_to_a(self) -> DataFrame:
        """The valid patches of B with their best matches in A."""
        return self.findings.tables["patches_b_to_a"]

    @property
    def summary(self) -> Mapping[str, Any]:
        """What summary.json holds."""
        return self.findings.summary

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the reader of the numbers must know."""
        return self.findings.warnings

    @property
    def notes(self) -> tuple[str, ...]:
        """Settings and inputs that had no effect."""
        return self.findings.notes

    @property
    def timings(self) -> Mapping[str, float]:
        """Seconds of each stage."""
        timings: Mapping[str, float] = self.findings.record["timings_s"]
        return timings

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

    def saved_consensus(self) -> SavedConsensus:
        """Return the consensus and its grid, for use with other pairs.

        Raises
        ------
        DinosarError
            If no cells were compared.
        """
        if self.homology is None or self.findings.cells is None:
            raise DinosarError(
                "There is no consensus to save: no homologous cells were compared. Give landmarks "
                "for both photos, and a matching mode other than similarity."
            )
        return self.homology.saved(self.findings.cells.names)

    def save(
        self,
        folder: str | Path,
        overwrite: bool = False,
        figures: Mapping[str, bytes] | None = None,
        extras: Mapping[str, bytes] | None = None,
    ) -> Path:
        """Write the run folder: settings, tables, arrays and the landmarks that were used.

        Parameters
        ----------
        folder : str or Path
            The folder to make. It appears only when everything in it is complete.
        overwrite : bool
            Replace an earlier run of this name.
        figures : mapping of str to bytes, optional
            Files for its folder of figures, as `napari_dinosar.io.figures` makes them.
        extras : mapping of str to bytes, optional
            Files beside the run, as `inspection.flag_places.flag_files` gives those of its flags.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        DinosarError
            If the folder exists, or the disk refuses.
        """
        return write_findings(
            Path(folder), self.findings, figures=figures, extras=extras, overwrite=overwrite
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
    return stages.ended(iter_compare(photo_a, photo_b, settings, **inputs))


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

"""What a comparison of two specimens found, and what it was found from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.alignment import Alignment
from napari_dinosar.core.consensus import SavedConsensus
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.homology import Homology
from napari_dinosar.core.landmarks import LandmarkPair
from napari_dinosar.core.matching import Matches
from napari_dinosar.core.similarity import BestMatches
from napari_dinosar.findings import Findings
from napari_dinosar.io.run_folder import write_findings
from napari_dinosar.settings import Settings
from napari_dinosar.specimen import Specimen
from napari_dinosar.stages import Basis

if TYPE_CHECKING:
    from pandas import DataFrame


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
        """The correspondences that are shown: most similar first, or of highest attention."""
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

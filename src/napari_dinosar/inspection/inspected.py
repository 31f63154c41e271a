"""What is looked at in the comparison that is shown: one model for docks, layers and scripts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from psygnal import Signal

from napari_dinosar.inspection.cell_values import CellColouring
from napari_dinosar.inspection.flags import Flags, FlagSheet
from napari_dinosar.inspection.matches import MatchSelection
from napari_dinosar.inspection.probing import Probing
from napari_dinosar.inspection.selection import CellSelection, same_cells

if TYPE_CHECKING:
    from napari_dinosar.comparison import Comparison
    from napari_dinosar.findings import Findings
    from napari_dinosar.inspection.noise_result import NoiseFloor


class Inspection:
    """Selected cells and matches, the probe, flags and the noise floor of one comparison.

    Views listen to its signals, and to those of its parts, and call its methods; they keep no
    copy of what is selected, flagged or known. All methods belong to one thread. Its parts stay
    the same objects for as long as it lives, but for `flags`.

    Attributes
    ----------
    findings : Findings or None
        What is shown.
    comparison : Comparison or None
        The same with its tokens; None of a run that was opened from a folder.
    folder : Path or None
        The run folder that it was read from or written into last.
    cells : CellSelection
        The selected cells.
    matches : MatchSelection
        The selected matches.
    probing : Probing
        The probe.
    colouring : CellColouring
        What the colours of the cells stand for.
    flags : Flags
        What is flagged; another object for each comparison.
    noise : NoiseFloor or None
        Its noise floor, where it was measured.

    Signals
    -------
    shown : no value
        Another comparison, or none; all the parts have been told before.
    flagged : no value
        Other cells or regions are flagged.
    judged : no value
        There is another noise floor, or none any more.
    coloured : no value
        The colours of its cells are compared by now.
    moved : no value
        Another folder is that of the run.
    told : str
        A sentence for whoever sits in front of it; empty where the last one holds no more.

    Examples
    --------
    >>> from napari_dinosar import compare
    >>> from napari_dinosar.inspection.inspected import Inspection
    >>> inspection = Inspection.of(compare("A.jpg", "B.jpg"))  # doctest: +SKIP
    >>> inspection.cells.walk_to(0)  # doctest: +SKIP
    >>> inspection.cells.describe()["dissimilarity"]  # doctest: +SKIP
    """

    shown = Signal()
    flagged = Signal()
    judged = Signal()
    coloured = Signal()
    moved = Signal()
    told = Signal(str)

    def __init__(self) -> None:
        self.findings: Findings | None = None
        self.comparison: Comparison | None = None
        self.folder: Path | None = None
        self.cells = CellSelection()
        self.matches = MatchSelection()
        self.probing = Probing()
        self.colouring = CellColouring()
        self.flags = Flags()
        self.noise: NoiseFloor | None = None

    @classmethod
    def of(cls, comparison: Comparison) -> Inspection:
        """Return the inspection of a fresh comparison."""
        made = cls()
        made.show(comparison.findings, comparison)
        return made

    def show(
        self,
        findings: Findings | None,
        comparison: Comparison | None = None,
        *,
        folder: Path | None = None,
        sheet: FlagSheet | None = None,
        noise: NoiseFloor | None = None,
    ) -> None:
        """Look at another comparison, or at none.

        Selected cells and matches stay where they are still the same ones. Flags are those that
        are given; the same pair on a grid of as many rows and columns keeps its flags when none
        are, as after landmarks were moved.

        Parameters
        ----------
        findings : Findings or None
            What was found.
        comparison : Comparison, optional
            The same with its tokens.
        folder : Path, optional
            The folder of the run, where it has one.
        sheet : FlagSheet, optional
            What is flagged in it.
        noise : NoiseFloor, optional
            Its noise floor, where it is known already.

        Raises
        ------
        DinosarError
            If a flag names a cell that the grid does not have; nothing is then changed.
        """
        if sheet is None and findings is not None and same_cells(self.findings, findings):
            sheet = self.flags.sheet
        flags = Flags(findings, sheet)
        self.flags.changed.disconnect()
        self.findings, self.comparison, self.folder = findings, comparison, folder
        self.flags, self.noise = flags, noise
        flags.changed.connect(self._on_flagged)
        homology = None if comparison is None else comparison.homology
        self.matches.show(findings)
        self.cells.show(findings, None if homology is None else homology.dissimilarity_per_layer)
        self.probing.show(comparison, has_run=findings is not None)
        self.shown.emit()

    def _on_flagged(self) -> None:
        self.flagged.emit()

    def judge(self, noise: NoiseFloor | None) -> None:
        """Take a noise floor of this comparison; None for none."""
        self.noise = noise
        self.judged.emit()

    def move_to(self, folder: Path | None) -> None:
        """Remember the folder that the run was written into."""
        self.folder = folder
        self.moved.emit()

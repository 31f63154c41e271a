"""What the Export menu writes: a run folder, figures, a picture of the pair, a consensus."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from napari.utils.notifications import show_info
from qtpy.QtWidgets import QWidget

from napari_dinosar.core.steps import Step
from napari_dinosar.docks import dialogs
from napari_dinosar.docks.figure_writing import write_figures, write_picture, write_run
from napari_dinosar.docks.jobs import Jobs
from napari_dinosar.docks.run_bar import RunBar
from napari_dinosar.inspection.flag_places import flag_files

if TYPE_CHECKING:
    from napari_dinosar.core.consensus import SavedConsensus
    from napari_dinosar.docks.figure_dialog import Figures
    from napari_dinosar.findings import Findings
    from napari_dinosar.findings.cell_marks import CellMarks
    from napari_dinosar.inspection.inspected import Inspection

SWITCH = "Draw the figures as well"
CAPTION = "Words below the picture, such as credit and licence of the photos (may be empty):"


class Exporting:
    """Asks where, writes in a worker, and says where it wrote.

    Parameters
    ----------
    jobs : Jobs
        The dock's worker.
    window : QWidget
        Parent of the dialogs.
    bar : RunBar
        Whose menu asks for it, and where the file is named afterwards.
    shown : callable
        Returns the findings that are shown, or None.
    inspection : Inspection, optional
        What is flagged in them; it goes into the folder of a run, and on living there.
    """

    def __init__(
        self,
        jobs: Jobs,
        window: QWidget,
        bar: RunBar,
        shown: Callable[[], Findings | None],
        inspection: Inspection | None = None,
    ) -> None:
        self._jobs = jobs
        self._window = window
        self._bar = bar
        self._shown = shown
        self._inspection = inspection
        bar.run_folder.triggered.connect(self.write_run)
        bar.figures.triggered.connect(self.write_figures)
        bar.picture.triggered.connect(self.write_picture)
        bar.consensus.triggered.connect(self.write_consensus)

    def write_run(self) -> None:
        """Let the user choose a folder and write the run, with figures, into a new one in it."""
        asked = self._ask_figures("Export the run", "Into a new folder in …", SWITCH)
        if asked is None:
            return
        findings, wanted, folder = asked
        moved = partial(self._say_run, findings)
        extras, marks = self._extras(findings), self._marks(findings)
        self._jobs.start(write_run, findings, wanted, folder, extras, marks, on_result=moved)

    def write_figures(self) -> None:
        """Let the user choose figures and write them into a folder."""
        asked = self._ask_figures("Export figures", "Figures into the folder …")
        if asked is not None:
            self._start(write_figures, *asked, self._marks(asked[0]))

    def write_picture(self) -> None:
        """Let the user name a picture of the pair and, if wanted, the words below it."""
        findings = self._shown()
        if findings is None:
            return
        caption = dialogs.words(self._window, "Pair as a picture", CAPTION)
        if caption is None:
            return
        path = dialogs.file_to_write(self._window, "Save the picture", dialogs.PICTURES)
        if path is not None:
            self._start(write_picture, findings, caption, path)

    def write_consensus(self) -> None:
        """Let the user choose a file and write the consensus and its grid into it."""
        findings = self._shown()
        if findings is None or findings.cells is None:
            return
        path = dialogs.file_to_write(self._window, "Save the consensus", dialogs.CONSENSUS)
        if path is not None:
            self._start(_write_consensus, findings, path)

    def _ask_figures(
        self, title: str, question: str, switch: str = ""
    ) -> tuple[Findings, Figures, Path] | None:
        """Return what is written, its figures, and into which folder; None where it is not."""
        findings = self._shown()
        if findings is None:
            return None
        from napari_dinosar.io.figures import figure_names

        names = figure_names(findings)
        more = [name for name in figure_names(findings, on_request=True) if name not in names]
        wanted = dialogs.figures(self._window, title, names, more, switch)
        if wanted is None:
            return None
        folder = dialogs.folder_to_write(self._window, question)
        return None if folder is None else (findings, wanted, folder)

    def _extras(self, findings: Findings) -> dict[str, bytes]:
        """Return the files that come along with a run."""
        looked_at = self._inspection
        if looked_at is None or looked_at.findings is not findings:
            return {}
        from napari_dinosar.inspection.noise_files import shown_noise_files

        return {**flag_files(looked_at.flags.sheet, findings), **shown_noise_files(looked_at)}

    def _marks(self, findings: Findings) -> CellMarks | None:
        """Return what is marked on the cells of a run."""
        if self._inspection is None:
            return None
        from napari_dinosar.inspection.cell_marks import shown_marks

        return shown_marks(self._inspection, findings)

    def _start(self, steps: Callable[..., Any], *args: Any) -> None:
        self._jobs.start(steps, *args, on_result=self._say)

    def _say_run(self, findings: Findings, path: Path) -> None:
        if self._inspection is not None and self._inspection.findings is findings:
            self._inspection.move_to(path)
        self._say(path)

    def _say(self, path: Path) -> None:
        self._bar.say(f"Wrote {path}")
        show_info(f"Wrote {path}")


def _write_consensus(findings: Findings, path: Path) -> Generator[Step, None, Path]:
    yield "Writing the consensus", 0, 0
    from napari_dinosar.io.consensus_files import write_consensus

    # the dialog has asked before it names a file that is there
    return write_consensus(path, saved_consensus(findings), overwrite=True)


def saved_consensus(findings: Findings) -> SavedConsensus:
    """Return the consensus of the cells that were found, for use with other pairs."""
    from napari_dinosar.core.consensus import SavedConsensus

    cells = findings.cells
    assert cells is not None
    size = np.linalg.norm(cells.consensus_px_xy) / np.linalg.norm(cells.consensus_unit_xy)
    return SavedConsensus.from_arrays(
        {
            "consensus_unit_xy": cells.consensus_unit_xy,
            "names": cells.names,
            "grid_nodes_unit_xy": cells.nodes_xy / size,
        }
    )

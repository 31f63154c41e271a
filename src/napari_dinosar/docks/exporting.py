"""What the Export menu writes: a run folder, figures, a picture of the pair, a consensus."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from napari.utils.notifications import show_info
from qtpy.QtWidgets import QWidget

from napari_dinosar.docks import dialogs
from napari_dinosar.docks.figure_writing import write_figures, write_picture, write_run
from napari_dinosar.docks.jobs import Jobs
from napari_dinosar.docks.run_bar import RunBar

if TYPE_CHECKING:
    from napari_dinosar.core.consensus import SavedConsensus
    from napari_dinosar.findings import Findings

SWITCH = "Draw the figures as well"
CAPTION = "Words below the picture, such as credit and licence of the photos (may be empty):"
Step = tuple[str, int, int]


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
    """

    def __init__(
        self, jobs: Jobs, window: QWidget, bar: RunBar, shown: Callable[[], Findings | None]
    ) -> None:
        self._jobs = jobs
        self._window = window
        self._bar = bar
        self._shown = shown
        bar.run_folder.triggered.connect(self.write_run)
        bar.figures.triggered.connect(self.write_figures)
        bar.picture.triggered.connect(self.write_picture)
        bar.consensus.triggered.connect(self.write_consensus)

    def write_run(self) -> None:
        """Let the user choose a folder and write the run, with figures, into a new one in it."""
        self._ask_figures("Export the run", "Into a new folder in …", write_run, SWITCH)

    def write_figures(self) -> None:
        """Let the user choose figures and write them into a folder."""
        self._ask_figures("Export figures", "Figures into the folder …", write_figures)

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
        self, title: str, question: str, steps: Callable[..., Any], switch: str = ""
    ) -> None:
        findings = self._shown()
        if findings is None:
            return
        from napari_dinosar.io.figures import figure_names

        names = figure_names(findings)
        more = [name for name in figure_names(findings, on_request=True) if name not in names]
        wanted = dialogs.figures(self._window, title, names, more, switch)
        if wanted is None:
            return
        folder = dialogs.folder_to_write(self._window, question)
        if folder is not None:
            self._start(steps, findings, wanted, folder)

    def _start(self, steps: Callable[..., Any], *args: Any) -> None:
        self._jobs.start(steps, *args, on_result=self._say)

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

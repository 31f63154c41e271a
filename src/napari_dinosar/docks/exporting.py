"""What the Export menu writes: the run folder of a comparison, and its consensus."""

from __future__ import annotations

from collections.abc import Callable, Generator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from napari.utils.notifications import show_info
from qtpy.QtWidgets import QWidget

from napari_dinosar.docks import dialogs
from napari_dinosar.docks.jobs import Jobs
from napari_dinosar.docks.run_bar import RunBar

if TYPE_CHECKING:
    from napari_dinosar.core.consensus import SavedConsensus
    from napari_dinosar.findings import Findings

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
        bar.consensus.triggered.connect(self.write_consensus)

    def write_run(self) -> None:
        """Let the user choose a folder and write the run into a new one in it."""
        findings = self._shown()
        if findings is None:
            return
        parent = dialogs.folder_to_write(self._window, "Export the run into a new folder in …")
        if parent is not None:
            say = partial(self._say, "the run folder")
            self._jobs.start(_write_run, findings, parent, on_result=say)

    def write_consensus(self) -> None:
        """Let the user choose a file and write the consensus and its grid into it."""
        findings = self._shown()
        if findings is None or findings.cells is None:
            return
        path = dialogs.file_to_write(self._window, "Save the consensus", dialogs.CONSENSUS)
        if path is not None:
            say = partial(self._say, "the consensus")
            self._jobs.start(_write_consensus, findings, path, on_result=say)

    def _say(self, what: str, path: Path) -> None:
        self._bar.say(f"Wrote {path}")
        show_info(f"Wrote {what} {path}")


def _write_run(findings: Findings, parent: Path) -> Generator[Step, None, Path]:
    yield "Writing the run folder", 0, 0
    from napari_dinosar.io.run_folder import default_run_name, write_findings

    name = default_run_name(findings.a.name, findings.b.name, datetime.now())
    return write_findings(parent / name, findings)


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

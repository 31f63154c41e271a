"""The Export button: the run folder of a comparison, written away from the GUI thread."""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from napari.utils.notifications import show_info
from qtpy.QtWidgets import QWidget

from napari_dinosar.docks import dialogs
from napari_dinosar.docks.jobs import Jobs
from napari_dinosar.docks.run_bar import RunBar

if TYPE_CHECKING:
    from napari_dinosar.comparison import Comparison


class Exporting:
    """Asks where, writes, and says where it wrote.

    Parameters
    ----------
    jobs : Jobs
        The dock's worker.
    window : QWidget
        Parent of the dialog.
    bar : RunBar
        Where the folder is named afterwards.
    """

    def __init__(self, jobs: Jobs, window: QWidget, bar: RunBar) -> None:
        self._jobs = jobs
        self._window = window
        self._bar = bar

    def ask(self, comparison: Comparison) -> None:
        """Let the user choose a folder and write the run into a new one in it."""
        parent = dialogs.folder_to_write(self._window, "Export the run into a new folder in …")
        if parent is not None:
            self._jobs.start(_write, comparison, parent, on_result=self._on_written)

    def _on_written(self, folder: Path) -> None:
        self._bar.say(f"Wrote {folder}")
        show_info(f"Wrote the run folder {folder}")


def _write(comparison: Comparison, parent: Path) -> Generator[tuple[str, int, int], None, Path]:
    yield "Writing the run folder", 0, 0
    from napari_dinosar.io.run_folder import default_run_name

    name = default_run_name(comparison.a.name, comparison.b.name, datetime.now())
    return comparison.save(parent / name)

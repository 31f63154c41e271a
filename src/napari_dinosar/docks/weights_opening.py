"""The ways to weights that are missing: a checkpoint of one's own, or a download agreed to."""

from __future__ import annotations

from collections.abc import Generator

from qtpy.QtWidgets import QWidget

from napari_dinosar.docks import dialogs
from napari_dinosar.docks.backbone_choice import BackboneChoice
from napari_dinosar.docks.backbone_list import BackboneEntry
from napari_dinosar.docks.backbone_shelf import BackboneShelf
from napari_dinosar.docks.jobs import Jobs, Reporter

MEGABYTE = 1_000_000


class WeightsOpening:
    """Lets the user choose a checkpoint, or shows the licence and downloads.

    Parameters
    ----------
    jobs : Jobs
        The dock's worker.
    window : QWidget
        Parent of the dialogs.
    choice : BackboneChoice
        Where the backbone is chosen.
    shelf : BackboneShelf
        Where a downloaded network is kept for the run that follows.
    """

    def __init__(
        self, jobs: Jobs, window: QWidget, choice: BackboneChoice, shelf: BackboneShelf
    ) -> None:
        self._jobs = jobs
        self._window = window
        self._choice = choice
        self._shelf = shelf

    def choose_file(self) -> None:
        """Let the user choose a checkpoint file."""
        path = dialogs.file_to_open(self._window, "Checkpoint", dialogs.CHECKPOINTS)
        if path is not None:
            self._choice.choose_checkpoint(path)

    def download(self, entry: BackboneEntry) -> None:
        """Show the licence of a network's weights; fetch them when the user accepts it."""
        assert entry.model is not None
        licence = entry.model.licence
        accepted = dialogs.agrees(
            self._window,
            "Download weights",
            f"{entry.title}\nabout {entry.model.size_text}, under the {licence.name}",
            f"{licence.summary}\n\n{licence.url}",
            "Accept and download",
        )
        if accepted:
            self._jobs.start_reporting(_download, entry, self._shelf, on_result=self._on_downloaded)

    def _on_downloaded(self, entry: BackboneEntry) -> None:
        self._choice.refresh(entry.key)


def _download(
    report: Reporter, entry: BackboneEntry, shelf: BackboneShelf
) -> Generator[tuple[str, int, int], None, BackboneEntry]:
    yield f"Downloading {entry.title}", 0, 0

    def tell(done: int, total: int) -> None:
        stage = f"Downloading {entry.title}: {done // MEGABYTE} of {total // MEGABYTE} MB"
        report(stage, done // MEGABYTE, total // MEGABYTE)

    shelf.load(entry.key, accept_licence=True, progress=tell)
    return entry

"""A run that is opened again: its layers, its numbers and its settings, without running a network.

Photos are known by their checksum. Where one is missing its preview is shown in its place, until
the user says where it lies.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari.utils.notifications import show_warning
from qtpy.QtCore import QObject

from napari_dinosar import showing
from napari_dinosar.docks import dialogs, landmark_layers, run_layers
from napari_dinosar.docks.inputs import Inputs
from napari_dinosar.docks.jobs import Jobs
from napari_dinosar.docks.presenter import Presenter
from napari_dinosar.docks.run_steps import OpenedRun, read_missing, read_opened

if TYPE_CHECKING:
    from napari_dinosar.findings import Findings, Side
    from napari_dinosar.layers import LayerSpec

DIGITS = 12
"""Of a checksum: enough to tell files apart."""


class RunOpening(QObject):
    """Opens runs, and the photos that they miss.

    Parameters
    ----------
    viewer : napari.Viewer
        Where the layers go.
    jobs : Jobs
        The dock's worker.
    inputs : Inputs
        Where runs are asked for, and where their settings are shown.
    presenter : Presenter
        Shows results.
    """

    def __init__(self, viewer: Any, jobs: Jobs, inputs: Inputs, presenter: Presenter) -> None:
        super().__init__(inputs)
        self._viewer = viewer
        self._jobs = jobs
        self._inputs = inputs
        self._presenter = presenter
        inputs.head.folder.triggered.connect(self._ask_folder)
        inputs.head.file.triggered.connect(self._ask_file)
        inputs.head.photo_wanted.connect(self._ask_photo)
        presenter.finished.connect(self._on_presented)

    def open(self, path: Path) -> None:
        """Open a run by its folder or its run.yaml, in a worker, unless something is running."""
        if not self._inputs.head.isEnabled():
            show_warning(f"{path} was not opened: something is still running here.")
            return
        self._jobs.start(read_opened, path, on_result=self._show)

    def forget(self) -> None:
        """Miss no photo any more: another pair was compared."""
        for side in "ab":
            self._find(side)

    def _ask_folder(self) -> None:
        path = dialogs.folder_to_open(self._inputs, "Open the folder of a run")
        if path is not None:
            self.open(path)

    def _ask_file(self) -> None:
        path = dialogs.file_to_open(self._inputs, "Open a run", dialogs.RUNS)
        if path is not None:
            self.open(path)

    def _ask_photo(self, side: str) -> None:
        findings = self._presenter.findings
        path = dialogs.file_to_open(self._inputs, f"Photo {side.upper()}", dialogs.PHOTOS)
        if path is not None and findings is not None:
            put = partial(self._put_photo, side, self._presenter.frame(side))
            self._jobs.start(read_missing, findings, side, path, on_result=put)

    def _show(self, run: OpenedRun) -> None:
        """Show photos and landmarks, fill in the form, and hand the results on."""
        findings = run.answer.findings
        if run.problem:
            show_warning(run.problem)
        for side, frame in zip("ab", run.answer.frames, strict=True):
            photo = run.photos[side]
            if photo is None:
                self._miss(side, findings.side(side), frame)
            else:
                self._put_photo(side, frame, photo)
            specimen = findings.side(side)
            marks = landmark_layers.show(
                self._viewer, specimen.landmarks, side, frame, specimen.photo_identity
            )
            self._inputs.side(side).landmarks.choose(marks)
        run_layers.hide_others(self._viewer)
        self._inputs.show_run(findings)
        self._viewer.reset_view()
        self._presenter.present(run.answer)

    def _miss(self, side: str, specimen: Side, frame: Any) -> None:
        """Show the preview of a photo that was not found, and say so."""
        run_layers.put_aside(self._viewer, side)
        run_layers.show_preview(self._viewer, specimen, side, frame)
        self._inputs.side(side).expect(specimen.name)
        self._inputs.head.say_missing(side, missing_text(specimen, side), specimen.path is not None)

    def _put_photo(self, side: str, frame: Any, photo: LayerSpec) -> None:
        """Show a photo of a run where its results lie."""
        self._find(side)
        layer = run_layers.show_photo(self._viewer, photo, frame)
        self._inputs.side(side).photo.refresh()
        self._inputs.side(side).photo.choose(layer)

    def _find(self, side: str) -> None:
        """Say no more that a photo is missing, and take its preview away."""
        self._inputs.head.say_missing(side, "")
        self._inputs.side(side).expect(None)
        run_layers.remove_preview(self._viewer, side)

    def _on_presented(self, findings: Findings) -> None:
        """Choose the masks of a result that was made with masks of one's own."""
        if findings.settings.fg_mode != "layer":
            return
        for side in self._inputs.sides:
            if side.mask.layer() is None:
                side.mask.choose(showing.find(self._viewer, "mask", side.side))


def missing_text(specimen: Side, side: str) -> str:
    """Return that a photo was not found, and how it is known."""
    known = f"Photo {side.upper()} ({specimen.name}, sha256 {specimen.sha256[:DIGITS]}…)"
    if specimen.path is None:
        return f"{known} came from a layer and from no file: a preview of it is shown."
    return f"{known} was not found: a preview of it is shown."

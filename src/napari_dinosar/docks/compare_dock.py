"""The Compare dock: what is compared, by what and how; Run, and what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari.utils.notifications import show_warning
from qtpy.compat import isalive
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.answer import Answer, answer
from napari_dinosar.docks.backbone_shelf import BackboneShelf
from napari_dinosar.docks.dock import Dock
from napari_dinosar.docks.exporting import Exporting
from napari_dinosar.docks.file_opening import FileOpening
from napari_dinosar.docks.hover import Hover
from napari_dinosar.docks.inputs import Inputs
from napari_dinosar.docks.inspect.hub import inspection_of
from napari_dinosar.docks.inspect.opening import InspectOpening
from napari_dinosar.docks.jobs import Jobs
from napari_dinosar.docks.live_grid import LiveGrid
from napari_dinosar.docks.looks import Looks
from napari_dinosar.docks.mask_correction import MaskCorrection
from napari_dinosar.docks.presenter import Presenter
from napari_dinosar.docks.run_adoption import RunAdoption
from napari_dinosar.docks.run_bar import RunBar
from napari_dinosar.docks.run_drop import RunDrop
from napari_dinosar.docks.run_opening import RunOpening
from napari_dinosar.docks.tabs import Tabbing
from napari_dinosar.docks.theme import theme_colours
from napari_dinosar.docks.weights_opening import WeightsOpening

if TYPE_CHECKING:
    from napari_dinosar.findings import Findings


class CompareDock(Dock):
    """Compares two photos of the viewer and shows the result as layers and in a panel.

    Parameters
    ----------
    napari_viewer : napari.Viewer
        The viewer that it is docked in.

    Signals
    -------
    compared : Findings
        A result is shown, all its layers included.
    failed : Exception
        A run, or the reading or writing of a file, ended in an error.
    """

    compared = Signal(object)
    failed = Signal(object)

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dinosarCompare")
        self._viewer = napari_viewer
        self._tabbing = Tabbing(self)
        self._shelf = BackboneShelf()
        self.jobs = Jobs(self)
        self.presenter = Presenter(napari_viewer, self)
        self._hover = Hover(napari_viewer, self)
        self.looks = Looks(napari_viewer, self)
        self.inputs = Inputs(napari_viewer)
        self.a, self.b = self.inputs.sides
        self.backbone, self.form = self.inputs.backbone, self.inputs.form
        self.bar = RunBar()
        self._files = FileOpening(napari_viewer, self.jobs, self, self.inputs.sides)
        self._weights = WeightsOpening(self.jobs, self, self.backbone, self._shelf)
        self._correction = MaskCorrection(napari_viewer, self.inputs)
        self.opening = RunOpening(napari_viewer, self.jobs, self.inputs, self.presenter)
        self._drop = RunDrop(self, self.opening.open)
        self._adoption = RunAdoption(napari_viewer, self.opening.open, self)
        self.live = LiveGrid(napari_viewer, self.inputs, self.presenter, self)
        self.inspection = inspection_of(napari_viewer)
        self._exporting = Exporting(self.jobs, self, self.bar, self._shown, self.inspection)
        self.inspecting = InspectOpening(napari_viewer, self)
        self._lay_out()
        self._connect()
        self._on_theme()
        self._on_inserted()

    @property
    def findings(self) -> Findings | None:
        """What was found last."""
        return self.presenter.findings

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.inputs, 1)
        layout.addWidget(self.live.banner)
        layout.addWidget(self.bar)

    def _connect(self) -> None:
        for side in self.inputs.sides:
            side.photo_wanted.connect(self._files.open_photo)
            side.landmarks_wanted.connect(self._files.open_landmarks)
        self.backbone.file_wanted.connect(self._weights.choose_file)
        self.backbone.download_wanted.connect(self._weights.download)
        self.bar.run.clicked.connect(self.run)
        self.bar.cancel.clicked.connect(self.cancel)
        self.bar.inspect.clicked.connect(self.inspecting.open)
        self.jobs.busy_changed.connect(self._on_busy)
        self.jobs.progressed.connect(self.bar.show_progress)
        self.jobs.cancelled.connect(self._on_cancelled)
        self.jobs.failed.connect(self._on_failed)
        self.presenter.started.connect(self._on_presenting)
        self.presenter.stepped.connect(self.bar.show_progress)
        self.presenter.seen.connect(self._files.show_results)
        self.presenter.finished.connect(self._on_presented)
        self.live.told.connect(self.bar.say)
        self.live.rebuilt.connect(self._on_rebuilt)
        self._viewer.layers.events.inserted.connect(self._on_inserted)
        self._viewer.events.theme.connect(self._on_theme)

    def run(self) -> None:
        """Compare what is chosen, in a worker."""
        try:
            request = self.inputs.request()
        except DinosarError as error:
            if self.form.error_banner.isHidden():
                self._on_failed(error)
            else:
                self.inputs.ensureWidgetVisible(self.form.error_banner)
            show_warning(str(error))
            return
        self.jobs.start(answer, request, self._shelf, on_result=self._on_answer)

    def cancel(self) -> None:
        """Stop what is running where it next can be stopped."""
        self.jobs.cancel()
        self.bar.say("Cancelling after this stage …")

    def _shown(self) -> Findings | None:
        return self.findings

    def _on_answer(self, found: Answer) -> None:
        self.backbone.computing.offer(self._shelf.accelerators)
        self.opening.forget()
        self.presenter.present(found)

    def _on_presenting(self) -> None:
        self._on_busy(True)
        self.bar.cancel.setEnabled(False)

    def _on_presented(self, findings: Findings) -> None:
        self._on_busy(False)
        self.bar.set_exportable(True, has_cells=findings.cells is not None)
        when = findings.created[:16].replace("T", " ")
        self.bar.say(f"Compared with {findings.backbone['name']}, {when}.")
        self.inspecting.offer()
        self.compared.emit(findings)

    def _on_rebuilt(self, findings: Findings) -> None:
        self.bar.set_exportable(True, has_cells=findings.cells is not None)

    def _on_busy(self, is_busy: bool) -> None:
        self.bar.set_busy(is_busy)
        self.inputs.set_busy(is_busy)

    def _on_cancelled(self) -> None:
        self.bar.say("Cancelled; nothing was changed.")

    def _on_failed(self, error: Exception) -> None:
        self.bar.say("")
        self.bar.error.say(str(error))
        self.failed.emit(error)

    def _on_inserted(self, event: Any = None) -> None:
        """Take a new photo that is marked for a side; fill in what is not chosen yet."""
        if isalive(self):
            self.inputs.take(getattr(event, "value", None))

    def _on_theme(self) -> None:
        if isalive(self):
            colours = theme_colours(self._viewer)
            for part in (self.inputs, self.live.banner, self.bar):
                part.set_colours(colours)

    def on_docked(self, is_docked: bool) -> None:
        """Stop the work when the dock is taken out of the window."""
        if not is_docked:
            self.jobs.cancel()
            self.presenter.stop()

"""Measuring the noise floor away from the window: its start, its progress, its time left."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from qtpy.compat import isalive
from qtpy.QtWidgets import QGridLayout, QLabel, QProgressBar, QWidget

from napari_dinosar.docks.banner import Banner
from napari_dinosar.docks.inspect.context.noise_form import NoiseForm
from napari_dinosar.docks.inspect.context.noise_keeping import NoiseKeeping
from napari_dinosar.docks.jobs import Jobs
from napari_dinosar.docks.landmarks.panels.buttons import dock_button
from napari_dinosar.docks.theme import ThemeColours
from napari_dinosar.inspection.jitter import Jitter

if TYPE_CHECKING:
    from napari_dinosar.comparison import Comparison
    from napari_dinosar.inspection.inspected import Inspection
    from napari_dinosar.inspection.noise_result import NoiseFloor

ENOUGH_STEPS = 3
"""After so many steps the time of those to come is told; the first ones load what is needed."""

NO_RUN = "Compare two specimens with landmarks first."
NONE_COUNTS = "No cell of this comparison counts: there is nothing to hold against noise."
OPENED = "The noise floor needs the photos and the network: run the comparison again."


class NoiseMeasuring(QWidget):
    """The button that measures, and while it does, how far it is and a way to stop it.

    Parameters
    ----------
    inspection : Inspection
        Whose comparison is judged; it gets the noise floor.
    jobs : Jobs, optional
        What runs it; one of its own otherwise.
    """

    def __init__(self, inspection: Inspection, jobs: Jobs | None = None) -> None:
        super().__init__()
        self._inspection = inspection
        self._measured: Comparison | None = None
        self._begun = 0.0
        self.jobs = jobs or Jobs(self)
        self.form = NoiseForm()
        self.measure = dock_button(
            "Measure the noise floor",
            "measureNoise",
            "Compare both specimens with jittered copies of themselves.",
        )
        self.cancel = dock_button("Cancel", "cancelNoise", "Stop after the step that is running.")
        self.bar = QProgressBar()
        self.bar.setObjectName("noiseProgress")
        self.bar.setTextVisible(False)
        self.bar.setToolTip("How far the measurement of the noise floor is.")
        self.status = QLabel()
        self.status.setObjectName("noiseStatus")
        self.status.setWordWrap(True)
        self.error = Banner("noiseError", "error")
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setVerticalSpacing(4)
        layout.addWidget(self.form, 0, 0, 1, 2)
        layout.addWidget(self.error, 1, 0, 1, 2)
        layout.addWidget(self.status, 2, 0, 1, 2)
        layout.addWidget(self.bar, 3, 0, 1, 2)
        layout.addWidget(self.measure, 4, 0)
        layout.addWidget(self.cancel, 4, 1)
        layout.setColumnStretch(0, 2)
        layout.setColumnStretch(1, 1)
        self.measure.clicked.connect(self.start)
        self.cancel.clicked.connect(self.stop)
        self.jobs.busy_changed.connect(self._on_busy)
        self.jobs.progressed.connect(self._on_progress)
        self.jobs.cancelled.connect(self._on_cancelled)
        self.jobs.failed.connect(self._on_failed)
        self.keeping = NoiseKeeping(inspection, self)
        self.keeping.changed.connect(self._on_kept)
        inspection.shown.connect(self._on_shown)
        self._on_busy(False)
        self._on_shown()

    def start(self) -> None:
        """Measure the noise floor of the comparison that is shown."""
        comparison = self._inspection.comparison
        if comparison is None:
            return
        self.error.hide()
        self._measured, self._begun = comparison, time.monotonic()
        given = self.form.draws.value(), self.form.seed.value(), self.form.jitter()
        self.jobs.start(measured, comparison, *given, on_result=self._on_result)

    def stop(self) -> None:
        """Give up what is measured."""
        self.cancel.setEnabled(False)
        self.jobs.cancel()

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        self.error.set_colours(colours)

    def _on_result(self, noise: NoiseFloor) -> None:
        if self._inspection.comparison is self._measured:
            self._inspection.judge(noise)
            self.keeping.write()
        self._measured = None

    def _on_kept(self, problem: str) -> None:
        if problem:
            self.error.say(problem)
        else:
            self.error.hide()

    def _on_shown(self) -> None:
        if not isalive(self):
            return
        if self.jobs.busy and self._measured is not self._inspection.comparison:
            self.stop()
        why_not = _why_not(self._inspection)
        self.measure.setEnabled(not why_not and not self.jobs.busy)
        if not self.jobs.busy:
            self._say(why_not)

    def _on_busy(self, is_busy: bool) -> None:
        self.form.setEnabled(not is_busy)
        self.measure.setEnabled(not is_busy and not _why_not(self._inspection))
        for part in (self.bar, self.cancel):
            part.setVisible(is_busy)
        self.cancel.setEnabled(is_busy)
        if is_busy:
            self.bar.setRange(0, 0)
        else:
            self._say(_why_not(self._inspection))

    def _on_progress(self, stage: str, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        left = time_left(time.monotonic() - self._begun, done, total)
        self._say(f"{stage}{f': {left}' if left else ''}")

    def _on_cancelled(self) -> None:
        self._measured = None
        if not _why_not(self._inspection):
            self._say("Cancelled; nothing was changed.")

    def _on_failed(self, error: Exception) -> None:
        self._measured = None
        self.error.say(str(error))

    def _say(self, text: str) -> None:
        self.status.setText(text)
        self.status.setVisible(bool(text))


def measured(
    comparison: Comparison, draws: int, seed: int, jitter: Jitter
) -> Generator[Any, None, NoiseFloor]:
    """Measure the noise floor of a comparison, as a job; its colours are compared on the way."""
    from napari_dinosar.inspection.baselines import colour_baseline
    from napari_dinosar.inspection.noise import iter_noise_floor

    noise = yield from iter_noise_floor(comparison, draws=draws, seed=seed, jitter=jitter)
    # they stand beside the noise floor in the folder of the run, which the window then writes
    colour_baseline(comparison)
    return noise


def time_left(elapsed_s: float, done: int, total: int) -> str:
    """Return in words how long the rest takes at the pace so far; nothing where it is not known."""
    if done < ENOUGH_STEPS or total <= done:
        return ""
    left = elapsed_s / done * (total - done)
    if left < 90:
        return f"about {max(1, round(left))} s left"
    return f"about {round(left / 60)} min left"


def _why_not(inspection: Inspection) -> str:
    """Return why no noise floor can be measured; an empty text where one can."""
    findings = inspection.findings
    if findings is None or findings.cells is None:
        return NO_RUN
    if not findings.cells.used.any():
        return NONE_COUNTS
    return OPENED if inspection.comparison is None else ""

"""The page Context: what is noise, what the colours of the cells mean, and numbers side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.compat import isalive
from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QShowEvent
from qtpy.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from napari_dinosar.docks import remarks_text
from napari_dinosar.docks.inspect.context import context_words
from napari_dinosar.docks.inspect.context.colouring_choice import ColouringChoice
from napari_dinosar.docks.inspect.context.colours_later import ColoursLater
from napari_dinosar.docks.inspect.context.context_table import ContextTable
from napari_dinosar.docks.inspect.context.noise_measuring import NoiseMeasuring
from napari_dinosar.docks.landmarks.panels.buttons import dock_button
from napari_dinosar.docks.landmarks.panels.colours import first_colours
from napari_dinosar.docks.text_label import TextLabel
from napari_dinosar.docks.theme import ThemeColours

if TYPE_CHECKING:
    from napari_dinosar.docks.jobs import Jobs
    from napari_dinosar.inspection.baselines_context import Context
    from napari_dinosar.inspection.inspected import Inspection

EMPTY = "Compare two specimens with landmarks: what their numbers are held against appears here."
REOPENED = (
    "Colour alone and landmark shape alone need the photos as they were compared: run the "
    "comparison again to see them."
)
OF_AN_EARLIER_ONE = (
    "The noise floor that was measured is that of this pair as it was compared before, with other "
    "landmarks or settings. Measure it again."
)
COMPARING = "The colours of the cells are being compared: colour alone and shape alone follow."


class ContextPage(QWidget):
    """Measures the noise floor, and shows each statistic beside what it is held against.

    Parameters
    ----------
    inspection : Inspection
        What is looked at.
    jobs : Jobs, optional
        What measures; jobs of its own otherwise.

    Attributes
    ----------
    colours : ColoursLater
        What compares the colours of the cells.

    Signals
    -------
    hatching_wanted : bool
        Cells under their floor are to be hatched, or left plain.
    """

    hatching_wanted = Signal(bool)

    def __init__(self, inspection: Inspection, jobs: Jobs | None = None) -> None:
        super().__init__()
        self.setObjectName("contextPage")
        self._inspection = inspection
        self._colours = first_colours()
        self._is_outdated = True
        self._measured: tuple[str, str] | None = None
        self.introduction = TextLabel("contextIntroduction")
        self.measuring = NoiseMeasuring(inspection, jobs)
        self.found = TextLabel("noiseFound")
        self.warnings = TextLabel("noiseWarnings")
        self.hatched = QCheckBox("Hatch the cells under the floor")
        self.hatched.setObjectName("hatchNoise")
        self.hatched.setChecked(True)
        self.hatched.setToolTip("Draw thin diagonals through the cells that are noise.")
        self.hatched.toggled.connect(self.hatching_wanted)
        self.colours = ColoursLater(inspection, self)
        for signal in (self.colours.ready, self.colours.failed):
            signal.connect(self._refresh)
        self.colouring = ColouringChoice(inspection, self.colours)
        self.table = ContextTable()
        self.table.failed.connect(inspection.told.emit)
        self.missing = TextLabel("contextMissing")
        self.again = dock_button(
            "Compare the colours again", "compareColours", "Try once more what went wrong."
        )
        self.again.clicked.connect(self._compare_again)
        self._content = QWidget()
        layout = QVBoxLayout(self._content)
        layout.setContentsMargins(8, 6, 8, 8)
        layout.setSpacing(8)
        for part in (self.introduction, self.measuring, self.found, self.warnings, self.hatched):
            layout.addWidget(part)
        self._colour_row = QWidget()
        row = QHBoxLayout(self._colour_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(QLabel("Colour cells by"))
        row.addWidget(self.colouring, 1)
        layout.addWidget(self._colour_row)
        for part in (self.missing, self.again, self.table):
            layout.addWidget(part)
        layout.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self._content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        inspection.shown.connect(self._refresh)
        inspection.judged.connect(self._on_judged)
        self.set_colours(self._colours)

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        self._colours = colours
        self.measuring.set_colours(colours)
        self.table.set_colours(colours)
        self._refresh()

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802 - Qt's name
        """Show what was found while nobody looked."""
        super().showEvent(event)
        if self._is_outdated:
            self._show_all()

    def _on_judged(self) -> None:
        self._measured = None  # a floor that was let go is not missed
        self._refresh()

    def _refresh(self) -> None:
        """Show what there is now; the table is made when somebody looks at it."""
        if not isalive(self):
            return
        self._is_outdated = True
        if self._inspection.noise is not None:
            self._measured = self._pair()
        if self.isVisible():
            self._show_all()

    def _pair(self) -> tuple[str, str] | None:
        """Return what identifies the two photos."""
        findings = self._inspection.findings
        return None if findings is None else (findings.a.sha256, findings.b.sha256)

    def _show_all(self) -> None:
        self._is_outdated = False
        findings, noise = self._inspection.findings, self._inspection.noise
        has_cells = findings is not None and findings.cells is not None
        self.introduction.setText(context_words.INTRODUCTION if has_cells else EMPTY)
        for part in (self.measuring, self._colour_row, self.table):
            part.setVisible(has_cells)
        is_lost = has_cells and noise is None and self._pair() == self._measured
        self.found.setVisible(noise is not None or is_lost)
        for part in (self.warnings, self.hatched):
            part.setVisible(noise is not None)
        if is_lost:
            self.found.setText(OF_AN_EARLIER_ONE)
        if noise is not None:
            self.found.setText(context_words.noise_html(noise, self._colours))
            said = remarks_text.warnings_html(noise.warnings, self._colours)
            self.warnings.setText(said)
            self.warnings.setVisible(bool(noise.warnings))
        self.table.show_context(self._context() if has_cells else None)
        is_opened, is_known = self._inspection.comparison is None, self.colours.is_known
        self.missing.setVisible(has_cells and (is_opened or not is_known))
        self.missing.setText(REOPENED if is_opened else self.colours.problem or COMPARING)
        self.again.setVisible(has_cells and not is_known and bool(self.colours.problem))

    def _compare_again(self) -> None:
        self._inspection.told.emit("")  # what went wrong
        self.colours.ask_again()
        self._refresh()

    def _context(self) -> Context:
        """Return the context of the numbers: that of colours once they are compared."""
        from napari_dinosar.inspection import baselines_context

        findings = self._inspection.findings
        if findings is None or self.colours.is_known:
            return baselines_context.shown_context(self._inspection)
        self.colours.ask()
        return baselines_context.context_of_run(findings, self._inspection.noise)

"""The results of a comparison beside the canvas: numbers, histograms and warnings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.compat import isalive
from qtpy.QtCore import QSize, Qt
from qtpy.QtGui import QResizeEvent
from qtpy.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QFrame,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from napari_dinosar.docks import remarks_text, summary_text, wording
from napari_dinosar.docks.attention_row import AttentionRow
from napari_dinosar.docks.inspect.hub import inspection_of
from napari_dinosar.docks.numbers_table import NumbersTable
from napari_dinosar.docks.text_label import TextLabel
from napari_dinosar.docks.theme import theme_colours

if TYPE_CHECKING:
    from napari_dinosar.findings import Findings

WIDE_PX = 640
"""From this width on numbers, histograms and warnings stand side by side."""
WIDER_PX, TABLE_PX = 1560, 365
"""From this width on the table, never wider than that, stands beside the words about the pair."""
LOW_PX = 290
"""Under this height large numbers and table have no room above each other: the table is on top."""
WIDEST_PX, MARGINS_PX = 300, 32
"""The panel never asks for more width; what its margins and its scroll bar take of it."""
STACKED_PX = 400
"""Height of the two histograms one below the other."""
EMPTY = "Run a comparison: its numbers, histograms and warnings appear here."


class ResultsPanel(QWidget):
    """Shows one comparison; side by side in a wide dock, one below the other in a narrow one.

    Parameters
    ----------
    napari_viewer : napari.Viewer
        Whose theme it follows.
    """

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dinosarResults")
        self._viewer = napari_viewer
        self._findings: Findings | None = None
        self._canvas: Any = None
        self.title = TextLabel("resultTitle")
        self.headline = TextLabel("resultHeadline")
        self.table = NumbersTable(inspection_of(napari_viewer))
        self.alignment = TextLabel("resultAlignment")
        self.warnings = TextLabel("resultWarnings")
        self.notes = TextLabel("resultNotes")
        self.mode = QComboBox()
        self.mode.setObjectName("resultMode")
        self.mode.setToolTip("Which dissimilarities of patches the table and the histogram show")
        self.mode.activated.connect(self._draw)
        self.attention = AttentionRow()
        self._numbers = QWidget()
        self._halves = QBoxLayout(QBoxLayout.Direction.TopToBottom, self._numbers)
        self._halves.setContentsMargins(0, 0, 0, 0)
        self._halves.addWidget(_column(self.headline, self.title, self.alignment))
        values = _column(self.mode, self.table, self.attention)
        values.setMaximumWidth(TABLE_PX)
        self._halves.addWidget(values)
        self._remarks = _column(self.warnings, self.notes)
        self._content = QWidget()
        self._columns = QBoxLayout(QBoxLayout.Direction.TopToBottom, self._content)
        self._columns.setContentsMargins(8, 6, 6, 6)
        self._columns.setSpacing(16)
        self._columns.addWidget(self._numbers, 0)
        self._columns.addWidget(self._remarks, 1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(self._content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)
        self._area = area
        napari_viewer.events.theme.connect(self._on_theme)
        self.clear()

    @property
    def findings(self) -> Findings | None:
        """What is shown."""
        return self._findings

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a size at which the numbers are seen, below the canvas or beside it."""
        return QSize(330, 315)

    def clear(self) -> None:
        """Show that there is no result yet."""
        self._findings = None
        self.title.setText(EMPTY)
        for label in (self.headline, self.table, self.alignment, self.warnings, self.notes):
            label.clear()
        for part in (self.mode, self.attention, self._canvas):
            if part is not None:
                part.hide()

    def show_findings(self, findings: Findings) -> None:
        """Show the numbers, the histograms and the remarks of a comparison."""
        from napari_dinosar.docks.histogram import Histograms
        from napari_dinosar.docks.histogram_link import HistogramLink

        self._findings = findings
        if self._canvas is None:
            self._canvas = Histograms()
            HistogramLink(inspection_of(self._viewer), self._canvas)
            self._columns.insertWidget(1, self._canvas, 2)
        self._canvas.show()
        self._offer_modes(list(findings.summary["scores"]))
        self.attention.offer(findings)
        self._draw()
        has_remarks = bool(findings.warnings or findings.notes)
        self._columns.setStretchFactor(self._remarks, int(has_remarks))
        self._arrange()

    def _offer_modes(self, modes: list[str]) -> None:
        """Offer the score modes that were asked for; the one that was looked at stays."""
        before = self.mode.currentData()
        self.mode.clear()
        for mode in modes:
            self.mode.addItem(f"Patches: {wording.word('score_mode', mode)}", mode)
        self.mode.setCurrentIndex(max(self.mode.findData(before), 0) if modes else -1)
        self.mode.setVisible(len(modes) > 1)

    def _draw(self) -> None:
        assert self._findings is not None
        findings, mode = self._findings, self.mode.currentData()
        colours = theme_colours(self._viewer)
        self.headline.setText(summary_text.headline_html(findings.summary, mode, colours))
        self.title.setText(summary_text.title_html(findings, colours))
        self.alignment.setText(remarks_text.alignment_html(findings.alignment, colours))
        self.alignment.setVisible(bool(self.alignment.text()))
        self.table.show_findings(findings, mode, colours)
        self.warnings.setText(remarks_text.warnings_html(findings.warnings, colours))
        self.notes.setText(remarks_text.notes_html(findings.notes, colours))
        self._canvas.draw_findings(findings, mode, colours)

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """Put the columns side by side where there is room."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        needed = self._numbers.minimumSizeHint().width() + MARGINS_PX
        self._area.setMinimumWidth(min(needed, WIDEST_PX))
        is_wide = self.width() >= WIDE_PX
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._columns.setDirection(across if is_wide else down)
        is_wider = self.width() >= WIDER_PX
        # most of what the large numbers say stands in the table, too
        is_turned = is_wide and self.height() < LOW_PX
        stacked = QBoxLayout.Direction.BottomToTop if is_turned else down
        self._halves.setDirection(across if is_wider else stacked)
        self._halves.setSpacing(16 if is_wider else 6)
        if self._canvas is not None:
            self._columns.setStretchFactor(self._canvas, 3 if is_wider else 2)
            # side by side it stays in sight, however many warnings there are to scroll through
            in_sight = max(160, self._area.viewport().height() - MARGINS_PX // 2)
            self._canvas.setMinimumSize(200, in_sight if is_wide else STACKED_PX)
            top = Qt.AlignmentFlag.AlignTop if is_wide else Qt.AlignmentFlag(0)
            self._columns.setAlignment(self._canvas, top)

    def _on_theme(self) -> None:
        if isalive(self) and self._findings is not None:
            self._draw()


def _column(*parts: QWidget) -> QWidget:
    column = QWidget()
    layout = QVBoxLayout(column)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(6)
    for part in parts:
        layout.addWidget(part)
    layout.addStretch(1)
    return column

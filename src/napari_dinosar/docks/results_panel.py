"""The results of a comparison beside the canvas: numbers, histograms and warnings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.compat import isalive
from qtpy.QtCore import QSize, Qt
from qtpy.QtGui import QResizeEvent
from qtpy.QtWidgets import (
    QBoxLayout,
    QFrame,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from napari_dinosar.docks import summary_text
from napari_dinosar.docks.theme import theme_colours

if TYPE_CHECKING:
    from napari_dinosar.comparison import Comparison

RESULTS_NAME = "DINOSAR results"
WIDE_PX = 640
"""From this width on numbers, histograms and warnings stand side by side."""
WIDEST_PX, MARGINS_PX = 300, 32
"""The panel never asks for more width; what its margins and its scroll bar take of it."""
STACKED_PX = 400
"""Height of the two histograms one below the other."""
LOW_PX = 760
"""Below this window height the canvas has no room to give."""
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
        self._comparison: Comparison | None = None
        self._canvas: Any = None
        self.title = _text_label("resultTitle")
        self.headline = _text_label("resultHeadline")
        self.table = _text_label("resultTable")
        self.warnings = _text_label("resultWarnings")
        self._numbers = _column(self.headline, self.title, self.table)
        self._notes = _column(self.warnings)
        self._content = QWidget()
        self._columns = QBoxLayout(QBoxLayout.Direction.TopToBottom, self._content)
        self._columns.setContentsMargins(8, 6, 6, 6)
        self._columns.setSpacing(16)
        self._columns.addWidget(self._numbers, 0)
        self._columns.addWidget(self._notes, 1)
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
    def comparison(self) -> Comparison | None:
        """The comparison that is shown."""
        return self._comparison

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a size at which the numbers are seen, below the canvas or beside it."""
        return QSize(330, 315)

    def clear(self) -> None:
        """Show that there is no result yet."""
        self._comparison = None
        self.title.setText(EMPTY)
        for label in (self.headline, self.table, self.warnings):
            label.clear()
        if self._canvas is not None:
            self._canvas.hide()

    def show_comparison(self, comparison: Comparison) -> None:
        """Show the numbers, the histograms and the warnings of a comparison."""
        from napari_dinosar.docks import histogram

        self._comparison = comparison
        if self._canvas is None:
            self._canvas = histogram.Histograms()
            self._columns.insertWidget(1, self._canvas, 2)
        self._canvas.show()
        self._draw(comparison)
        self._columns.setStretchFactor(self._notes, int(bool(comparison.warnings)))
        self._arrange()

    def _draw(self, comparison: Comparison) -> None:
        colours = theme_colours(self._viewer)
        summary = comparison.summary
        self.headline.setText(summary_text.headline_html(summary, colours))
        self.title.setText(summary_text.title_html(comparison, colours))
        self.table.setText(summary_text.table_html(summary, colours))
        self.warnings.setText(summary_text.warnings_html(comparison.warnings, colours))
        self._canvas.draw_comparison(comparison, colours)

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
        if self._canvas is not None:
            # side by side it stays in sight, however many warnings there are to scroll through
            in_sight = max(160, self._area.viewport().height() - MARGINS_PX // 2)
            self._canvas.setMinimumSize(200, in_sight if is_wide else STACKED_PX)
            top = Qt.AlignmentFlag.AlignTop if is_wide else Qt.AlignmentFlag(0)
            self._columns.setAlignment(self._canvas, top)

    def _on_theme(self) -> None:
        if isalive(self) and self._comparison is not None:
            self._draw(self._comparison)


def dock_panel(viewer: Any, panel: ResultsPanel | None) -> ResultsPanel:
    """Return the panel, docked anew where it is closed or missing.

    It lies below the canvas, where a pair of photos leaves room; in a low window it shares the
    place of the Compare dock.

    Parameters
    ----------
    viewer : napari.Viewer
        Whose window it is docked in.
    panel : ResultsPanel or None
        The one that was used before.
    """
    if panel is not None and isalive(panel) and panel.parent() is not None:
        return panel
    fresh = ResultsPanel(viewer)
    is_low = viewer.window.geometry()[3] < LOW_PX
    dock = viewer.window.add_dock_widget(
        fresh, name=RESULTS_NAME, area="right" if is_low else "bottom", tabify=is_low
    )
    dock.show()
    dock.raise_()
    return fresh


def _text_label(name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return label


def _column(*labels: QLabel) -> QWidget:
    column = QWidget()
    layout = QVBoxLayout(column)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(6)
    for label in labels:
        layout.addWidget(label)
    layout.addStretch(1)
    return column

"""In the place of a table's rows where its filter leaves none: so it is said, and a way back."""

from __future__ import annotations

from qtpy.QtCore import QEvent, QObject, Qt
from qtpy.QtWidgets import QLabel, QTableView, QVBoxLayout, QWidget

from napari_dinosar.docks.inspect.tables.table_model import TableModel
from napari_dinosar.docks.inspect.tables.table_sources import TableSource
from napari_dinosar.docks.landmarks.panels.buttons import dock_button
from napari_dinosar.docks.landmarks.panels.colours import quiet
from napari_dinosar.docks.theme import ThemeColours


class NoHits(QWidget):
    """Covers the rows of a table, not its header, for as long as all of them are filtered out.

    Parameters
    ----------
    view : QTableView
        The table, which keeps the keyboard.
    model : TableModel
        Its rows.
    source : TableSource
        What is listed.
    """

    def __init__(self, view: QTableView, model: TableModel, source: TableSource) -> None:
        super().__init__(view)
        self._model, self._word = model, source.word
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setObjectName(f"noHits{source.name}")
        self.clear = dock_button(
            "Clear the filter", f"clear{source.name}", f"Show all {source.word} again."
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 10, 6, 6)
        layout.addWidget(self.words)
        layout.addWidget(self.clear, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(1)
        viewport = view.viewport()
        assert viewport is not None
        viewport.installEventFilter(self)
        model.modelReset.connect(self._follow)
        self._follow()

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        self.words.setStyleSheet(quiet(colours))

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802
        """Stay where the rows are."""
        if isinstance(watched, QWidget) and event is not None and event.type() == event.Type.Resize:
            self.setGeometry(watched.geometry())
        return False

    def _follow(self) -> None:
        n_rows = self._model.n_rows
        self.words.setText(f"None of the {n_rows} {self._word} passes this filter.")
        self.setVisible(n_rows > 0 and not len(self._model.rows))

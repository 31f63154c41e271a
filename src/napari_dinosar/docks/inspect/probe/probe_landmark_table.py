"""The table of all landmarks on the page of the probe, found in a worker when it is wanted."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

from qtpy.compat import isalive
from qtpy.QtCore import QModelIndex
from qtpy.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.inspect.probe.probe_landmark_model import LandmarkMatches
from napari_dinosar.docks.jobs import Jobs
from napari_dinosar.docks.theme import ThemeColours
from napari_dinosar.inspection.inspected import Inspection

if TYPE_CHECKING:
    from pandas import DataFrame

    from napari_dinosar.inspection.probe import Probe

ROWS_SHOWN, ROW_PX = 9, 22
ABOUT = (
    "How far the network's match of each landmark lies from where it was placed. A large distance "
    "may be a bad landmark, a repeated structure, or a place without features."
)
NO_PAIR = "The two have no landmarks in common that the network could be asked about."


class LandmarkMatchTable(QWidget):
    """Lists the landmarks by how far the network's matches lie off, and follows one on a click.

    Parameters
    ----------
    inspection : Inspection
        Whose probe.
    """

    def __init__(self, inspection: Inspection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("probeLandmarks")
        self._inspection = inspection
        self.jobs = Jobs(self)
        self.about = QLabel(ABOUT)
        self.about.setObjectName("probeLandmarksAbout")
        self.about.setWordWrap(True)
        self.button = QPushButton("List all landmarks")
        self.button.setObjectName("probeLandmarksList")
        self.button.setToolTip("Ask the network about every common landmark, from A and from B")
        self.model = LandmarkMatches(self)
        self.view = self._make_view()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for part in (self.about, self.button, self.view):
            layout.addWidget(part)
        self._asked: tuple[Probe | None, tuple[int, ...] | None] = (None, None)
        self.button.clicked.connect(self.list_all)
        self.jobs.busy_changed.connect(self._on_busy)
        self.view.clicked.connect(self._on_clicked)
        inspection.probing.changed.connect(self.refresh)
        self.refresh()

    @property
    def table(self) -> DataFrame | None:
        """What is listed."""
        return self.model.table

    def list_all(self) -> None:
        """Find the matches of all landmarks, away from the window's thread."""
        probing = self._inspection.probing
        if probing.probe is None or self.jobs.busy:
            return
        self._asked = (probing.probe, probing.layers)
        self.jobs.start(_listed, probing.probe, probing.layers, on_result=self._show)

    def refresh(self) -> None:
        """Drop what belongs to another comparison or other layers."""
        if not isalive(self):
            return
        probing = self._inspection.probing
        if self._asked[0] is not None and self._asked != (probing.probe, probing.layers):
            self._asked = (None, None)
            self.jobs.cancel()
            self.model.show_table(None)
            self.view.hide()
        self._on_busy(self.jobs.busy)

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        self.about.setStyleSheet(f"color: {colours.muted};")
        self.view.horizontalHeader().setStyleSheet(
            f"QHeaderView::section {{ background: transparent; color: {colours.muted}; "
            f"border: none; border-bottom: 1px solid {colours.line}; padding: 2px 4px; }}"
        )

    def _make_view(self) -> QTableView:
        view = QTableView()
        view.setObjectName("probeLandmarkRows")
        view.setModel(self.model)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setShowGrid(False)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(ROW_PX)
        header = view.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        view.setMinimumHeight((ROWS_SHOWN + 1) * ROW_PX)
        view.hide()
        return view

    def _show(self, table: DataFrame) -> None:
        if self._asked[0] is None:
            return
        self.model.show_table(table)
        self.view.show()
        self._on_busy(False)

    def _on_busy(self, is_busy: bool) -> None:
        probing = self._inspection.probing
        has_pair = probing.probe is not None and probing.probe.comparison.pair is not None
        self.about.setText(ABOUT if has_pair or probing.probe is None else NO_PAIR)
        self.button.setText("Listing …" if is_busy else "List all landmarks")
        self.button.setEnabled(has_pair and not is_busy)
        self.button.setVisible(self.model.table is None)

    def _on_clicked(self, index: QModelIndex) -> None:
        row = self.model.row(index)
        try:
            self._inspection.probing.follow(row["landmark"], row["from"])
        except DinosarError as error:
            self._inspection.told.emit(str(error))


def _listed(
    probe: Probe, layers: Sequence[int] | None
) -> Generator[tuple[str, int, int], None, DataFrame]:
    yield "Asking about all landmarks", 0, 0
    return probe.landmarks(layers=layers)

"""The table of landmarks in which they are named, described, coloured, paired and put in order."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import QItemSelectionModel, QModelIndex, Qt
from qtpy.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from napari_dinosar.docks.landmarks.schema.delegate import PartnerDelegate
from napari_dinosar.docks.landmarks.schema.model import (
    NAME,
    PARTNER,
    SWATCH,
    SchemaModel,
    shown_colour,
)

_ROW_PX = 26


class SchemaTable(QWidget):
    """The table, and the buttons that add, remove and move landmarks.

    Parameters
    ----------
    model : SchemaModel
        What it shows.
    ask_colour : callable
        Returns the colour, ``#RRGGBB``, that a user chooses in the place of another, or None.
    """

    def __init__(
        self,
        model: SchemaModel,
        ask_colour: Callable[[str], str | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.model = model
        self._ask_colour = ask_colour
        self.view = QTableView()
        self.view.setObjectName("schemaTable")
        self.view.setModel(model)
        self.view.setItemDelegateForColumn(PARTNER, PartnerDelegate(self.view))
        self._set_up_view()
        self.buttons = {
            name: self._button(name, words, tooltip, act)
            for name, words, tooltip, act in (
                ("Add", "Add", "A new landmark at the end.", self.add),
                ("Remove", "Remove", "The landmarks that are selected.", self.remove),
                (
                    "Up",
                    "Up",
                    "Placed earlier. Rows can be dragged as well.",
                    lambda: self.shift(-1),
                ),
                ("Down", "Down", "Placed later.", lambda: self.shift(1)),
                ("Colour", "Colour…", "Of the landmarks that are selected.", self.colour),
                (
                    "Pair",
                    "Pair L and R",
                    "Make landmarks partners whose names differ in L and R, or left and right.",
                    self.pair,
                ),
            )
        }
        row = QHBoxLayout()
        for button in self.buttons.values():
            row.addWidget(button)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view, 1)
        layout.addLayout(row)
        model.moved.connect(self.select)
        self.view.doubleClicked.connect(self._on_double_click)

    def selected(self) -> list[int]:
        """Return the rows that are selected."""
        return sorted({index.row() for index in self.view.selectionModel().selectedIndexes()})

    def select(self, rows: list[int]) -> None:
        """Select rows."""
        selection = self.view.selectionModel()
        selection.clearSelection()
        way = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for row in rows:
            selection.select(self.model.index(row, NAME), way)
        if rows:
            here = self.model.index(rows[0], NAME)
            selection.setCurrentIndex(here, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.view.scrollTo(here)

    def finish(self) -> None:
        """Take over what is still being written into a cell; not every system's buttons do."""
        self.view.selectionModel().clearCurrentIndex()

    def add(self) -> None:
        """Add a landmark, and let its name be written."""
        row = self.model.draft.add()
        self.model.change()
        self.select([row])
        self.view.edit(self.model.index(row, NAME))

    def remove(self) -> None:
        """Remove the landmarks that are selected."""
        rows = self.selected()
        if rows:
            self.model.draft.remove(rows)
            self.model.change()
            self.select([min(rows[0], self.model.rowCount() - 1)] if self.model.rowCount() else [])

    def shift(self, step: int) -> None:
        """Move the landmarks that are selected up or down by one."""
        rows = self.selected()
        if rows:
            to = max(rows[0] - 1, 0) if step < 0 else rows[-1] + 2
            places = self.model.draft.move(rows, to)
            self.model.change()
            self.select(places)

    def colour(self) -> None:
        """Give the landmarks that are selected another colour."""
        rows = self.selected()
        colour = self._ask_colour(shown_colour(self.model.draft, rows[0])) if rows else None
        if colour is not None:
            for row in rows:
                self.model.setData(self.model.index(row, SWATCH), colour)

    def pair(self) -> None:
        """Make landmarks partners whose names say so."""
        self.model.draft.pair_by_name()
        self.model.change()

    def _on_double_click(self, index: QModelIndex) -> None:
        if index.column() == SWATCH:
            self.select([index.row()])
            self.colour()

    def _button(self, name: str, words: str, tooltip: str, act: Callable[[], None]) -> QPushButton:
        button = QPushButton(words)
        button.setObjectName(f"schema{name}")
        button.setToolTip(tooltip)
        button.setAutoDefault(False)
        button.clicked.connect(self.finish)
        button.clicked.connect(lambda: act())
        return button

    def _set_up_view(self) -> None:
        view = self.view
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        view.setDragDropOverwriteMode(False)
        view.setDropIndicatorShown(True)
        view.setShowGrid(False)
        view.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        rows = view.verticalHeader()
        rows.setDefaultSectionSize(_ROW_PX)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        columns = view.horizontalHeader()
        columns.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        columns.setSectionResizeMode(SWATCH, QHeaderView.ResizeMode.Fixed)
        columns.setStretchLastSection(True)
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in enumerate((32, 150, 250, 130)):
            view.setColumnWidth(column, width)

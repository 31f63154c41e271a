"""The list of flagged cells and regions: rows that are selected together with what they mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from qtpy.compat import isalive
from qtpy.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QSize,
    Qt,
    Signal,
)
from qtpy.QtGui import QKeyEvent
from qtpy.QtWidgets import QHeaderView, QTreeView, QWidget

from napari_dinosar.docks.inspect.flags.flag_model import HEADERS, FlagModel
from napari_dinosar.docks.theme import ThemeColours, mixed
from napari_dinosar.findings.flags import FlaggedCell, FlaggedRegion

if TYPE_CHECKING:
    from napari_dinosar.inspection.inspected import Inspection

_KEYS = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class FlagList(QTreeView):
    """Lists what is flagged; selecting a row selects the cell, or points the region out.

    Parameters
    ----------
    inspection : Inspection
        Whose flags.

    Signals
    -------
    chosen : frozenset of int
        Other regions are selected, counted as in the flags.
    removal_wanted : no value
        Delete was pressed.
    """

    chosen = Signal(object)
    removal_wanted = Signal()

    def __init__(self, inspection: Inspection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("flagList")
        self.setToolTip(
            "Cells and regions that are left out. Several rows can be selected; Delete removes them"
        )
        self._inspection = inspection
        self._is_filling = False
        self._rows: list[int] = []
        self._model = FlagModel(self)
        self.setModel(self._model)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAlternatingRowColors(True)
        self.setAllColumnsShowFocus(True)
        self.setSelectionMode(QTreeView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        header = self.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setMinimumSectionSize(36)
        self._size_columns()
        self.selectionModel().selectionChanged.connect(self._on_rows)
        inspection.shown.connect(self._fill)
        inspection.flagged.connect(self._fill)
        inspection.cells.changed.connect(self._on_cells)
        self._fill()

    @property
    def rows(self) -> list[int]:
        """The rows that are selected, from the top."""
        return self._rows

    @property
    def cells(self) -> list[tuple[int, int]]:
        """Row and column of the cells whose rows are selected."""
        return [(one.row, one.col) for one in self._selected() if isinstance(one, FlaggedCell)]

    @property
    def regions(self) -> frozenset[int]:
        """The regions whose rows are selected, counted as in the flags."""
        before = len(self._inspection.flags.sheet.cells)
        return frozenset(row - before for row in self.rows if row >= before)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size of about six rows."""
        return QSize(300, 7 * self.fontMetrics().lineSpacing() + 30)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size of about three rows."""
        return QSize(120, 4 * self.fontMetrics().lineSpacing() + 30)

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme, whose style sheet knows no colour for every other row."""
        other = mixed(colours.background, colours.text, 0.08)
        self.setStyleSheet(f"QTreeView {{ alternate-background-color: {other}; }}")

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """Remove the selected rows by Delete."""
        if event is not None and event.key() in _KEYS:
            self.removal_wanted.emit()
            return
        super().keyPressEvent(event)

    def _selected(self) -> list[FlaggedCell | FlaggedRegion]:
        return [self._model.rows[row] for row in self.rows]

    def _fill(self) -> None:
        """Show what is flagged; regions that are still there stay selected, whatever they say."""
        if not isalive(self):
            return
        regions = {_place(one) for one in self._selected() if isinstance(one, FlaggedRegion)}
        self._is_filling = True
        self._model.show_sheet(self._inspection.flags.sheet)
        self._is_filling = False
        rows = enumerate(self._model.rows)
        self._select_cells(
            [i for i, one in rows if isinstance(one, FlaggedRegion) and _place(one) in regions]
        )

    def _on_cells(self) -> None:
        if isalive(self) and not self._is_filling:
            self._select_cells()

    def _select_cells(self, also: Iterable[int] = ()) -> None:
        """Select the rows of the cells that are selected, and these rows."""
        facts = self._inspection.cells.facts
        across = 1 if facts is None else facts.cells.shape[1]
        places = {divmod(cell, across) for cell in self._inspection.cells.cells}
        rows = [
            row
            for row, one in enumerate(self._model.rows)
            if isinstance(one, FlaggedCell) and (one.row, one.col) in places
        ]
        selection = QItemSelection()
        for first, last in _runs(sorted({*rows, *also})):
            selection.select(self._model.index(first, 0), self._model.index(last, len(HEADERS) - 1))
        self._is_filling = True
        flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().select(selection, flag)
        self._is_filling = False
        if rows:
            self.scrollTo(self._model.index(rows[-1], 0))
        self.chosen.emit(self.regions)

    def _on_rows(self) -> None:
        # not `selectedRows`, which asks the model about every column of every row
        ranges = self.selectionModel().selection()
        self._rows = sorted({row for one in ranges for row in range(one.top(), one.bottom() + 1)})
        if not self._is_filling:
            self._on_chosen()

    def _on_chosen(self) -> None:
        facts = self._inspection.cells.facts
        if facts is not None:
            across = facts.cells.shape[1]
            self._is_filling = True
            self._inspection.cells.select([row * across + col for row, col in self.cells])
            self._is_filling = False
        self.chosen.emit(self.regions)

    def _size_columns(self) -> None:
        letter = self.fontMetrics().averageCharWidth()
        for column, letters in ((0, 12), (1, 12), (3, 9)):
            self.setColumnWidth(column, letters * letter)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(HEADERS.index("Note"), QHeaderView.ResizeMode.Stretch)


def _runs(rows: list[int]) -> Iterator[tuple[int, int]]:
    """Return the first and the last of each run of rows that follow one another."""
    for _, run in groupby(enumerate(rows), lambda one: one[1] - one[0]):
        found = [row for _, row in run]
        yield found[0], found[-1]


def _place(region: FlaggedRegion) -> tuple[object, ...]:
    return region.side, region.polygon_xy

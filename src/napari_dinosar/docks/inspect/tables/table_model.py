"""Rows of numbers and words for Qt, in any order and without those that are filtered out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from qtpy.QtGui import QColor

from napari_dinosar.docks.inspect.tables.table_columns import FALLING, RISING, Column

_NOWHERE = QModelIndex()
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class TableModel(QAbstractTableModel):
    """Columns of arrays; rows are sorted and filtered here, by numpy.

    A row of the arrays is called a row, where the table shows it a place.

    Attributes
    ----------
    columns : tuple of Column
        What it shows.
    rows : array of int
        The row at each place.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns: tuple[Column, ...] = ()
        self.rows: NDArray[np.intp] = np.empty(0, dtype=np.intp)
        self._places: NDArray[np.intp] = np.empty(0, dtype=np.intp)
        self._is_wanted: NDArray[np.bool_] | None = None
        self._sorted_by: tuple[str, bool] | None = None
        self._quiet: NDArray[np.bool_] = np.empty(0, dtype=bool)
        self._quiet_ink = QColor("grey")

    @property
    def n_rows(self) -> int:
        """How many rows there are, those that are filtered out included."""
        return len(self.columns[0].values) if self.columns else 0

    @property
    def sorted_by(self) -> tuple[str, bool] | None:
        """Name of the column that they are sorted by, and whether the largest comes first."""
        return self._sorted_by

    def show(self, columns: Sequence[Column], quiet: NDArray[np.bool_] | None = None) -> None:
        """Show another table, sorted as the one before, without a filter.

        Parameters
        ----------
        columns : sequence of Column
            All of the same length.
        quiet : array of bool, (n,), optional
            Rows that are written in a quiet colour.
        """
        self.beginResetModel()
        self.columns = tuple(columns)
        self._is_wanted = None
        self._quiet = np.zeros(self.n_rows, dtype=bool) if quiet is None else quiet
        self._order()
        self.endResetModel()

    def change(self, columns: Sequence[Column]) -> None:
        """Give columns other values; rows keep their places until they are sorted again."""
        new = {column.name: column for column in columns}
        self.columns = tuple(new.get(column.name, column) for column in self.columns)
        for number, column in enumerate(self.columns):
            if column.name in new and len(self.rows):
                first, last = self.index(0, number), self.index(len(self.rows) - 1, number)
                self.dataChanged.emit(first, last)

    def keep(self, is_wanted: NDArray[np.bool_] | None) -> None:
        """Show these rows (n,) only, or all."""
        self._is_wanted = is_wanted
        self._rearrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; what is missing comes last, equal rows stay in their own order."""
        if 0 <= column < len(self.columns):
            is_falling = order == Qt.SortOrder.DescendingOrder
            self._sorted_by = (self.columns[column].name, is_falling)
            self._rearrange()

    def places_of(self, rows: Sequence[int]) -> NDArray[np.intp]:
        """Return where the table shows rows, ascending; those that are filtered out are not."""
        places = self._places[np.asarray(rows, dtype=np.intp)]
        return np.sort(places[places >= 0])

    def place_of(self, row: int) -> int | None:
        """Return where the table shows a row; None where it is filtered out."""
        place = int(self._places[row])
        return None if place < 0 else place

    def span(self, first: int, last: int) -> tuple[QModelIndex, QModelIndex]:
        """Return the corners of the rows at places, which must be shown: nothing is checked."""
        return self.createIndex(first, 0), self.createIndex(last, len(self.columns) - 1)

    def set_quiet_ink(self, colour: str) -> None:
        """Write quiet rows in this colour, ``#rrggbb``."""
        self._quiet_ink = QColor(colour)

    def by_name(self) -> Mapping[str, NDArray[Any]]:
        """Return the values of the columns, by their names."""
        return {column.name: column.values for column in self.columns}

    def rowCount(self, parent: QModelIndex = _NOWHERE) -> int:  # noqa: N802 - Qt's name
        """Return the number of rows that are shown."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex = _NOWHERE) -> int:  # noqa: N802 - Qt's name
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what is written in a cell, how, and all of it where it may be cut."""
        if not index.isValid():
            return None
        column, row = self.columns[index.column()], self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _LEFT if column.is_text else _RIGHT
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._quiet_ink if self._quiet[row] else None
        if role == Qt.ItemDataRole.ToolTipRole and column.is_text:
            return column.text(row)
        return None

    def headerData(  # noqa: N802 - Qt's name
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Return the title of a column, and what it means."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._title(column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.meaning.says
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _LEFT if column.is_text else _RIGHT
        return None

    def _title(self, column: Column) -> str:
        title = column.meaning.title
        if self._sorted_by is None or column.name != self._sorted_by[0]:
            return title
        arrow = FALLING if self._sorted_by[1] else RISING
        return f"{title} {arrow}" if column.is_text else f"{arrow} {title}"

    def _rearrange(self) -> None:
        # a reset: persistent indices of a thousand selected rows would take longer than all else
        self.beginResetModel()
        self._order()
        self.endResetModel()

    def _order(self) -> None:
        rows = np.arange(self.n_rows)
        for column in self.columns:
            if self._sorted_by is not None and column.name == self._sorted_by[0]:
                rows = ordered(column.values, is_falling=self._sorted_by[1])
        if self._is_wanted is not None:
            rows = rows[self._is_wanted[rows]]
        self.rows = rows
        self._places = np.full(self.n_rows, -1, dtype=np.intp)
        self._places[rows] = np.arange(len(rows))


def ordered(values: NDArray[Any], *, is_falling: bool) -> NDArray[np.intp]:
    """Return the rows in the order of their values; missing ones last, equal ones as they are."""
    if values.dtype == object:
        is_missing = values == ""
        _, keys = np.unique(values.astype(str), return_inverse=True)
    else:
        is_missing = np.isnan(values)
        _, keys = np.unique(np.where(is_missing, 0.0, values), return_inverse=True)
    signed = -keys if is_falling else keys
    return np.lexsort((signed, is_missing))

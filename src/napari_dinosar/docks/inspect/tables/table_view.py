"""A table to look through: sorted by its headers, with columns that fit, and copied as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QEvent, QItemSelection, QItemSelectionModel, QPoint, Qt, Signal
from qtpy.QtGui import QFontMetrics, QGuiApplication, QKeySequence
from qtpy.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QMenu, QTableView

from napari_dinosar.docks.inspect.tables.table_column_menu import column_menu
from napari_dinosar.docks.inspect.tables.table_columns import as_lines
from napari_dinosar.docks.inspect.tables.table_fitting import fitting, natural_width
from napari_dinosar.docks.inspect.tables.table_model import TableModel
from napari_dinosar.docks.inspect.tables.table_painting import CurrentRow, table_style
from napari_dinosar.docks.key_binding import OWN_KEYS
from napari_dinosar.docks.theme import ThemeColours

ROW_PX = 21
_KEPT = ("Up", "Down", "Shift-Up", "Shift-Down", "PageUp", "PageDown", "Home", "End")
_SELECT = QItemSelectionModel.SelectionFlag
_CHOSEN = (QKeySequence.StandardKey.Copy, QKeySequence.StandardKey.SelectAll)


class TableView(QTableView):
    """Shows a `TableModel`; any number of rows can be selected.

    Signals
    -------
    rows_chosen : object, object
        Somebody selected other rows here: a tuple of them in the order of the table, and the
        current one or None.
    """

    rows_chosen = Signal(object, object)

    def __init__(self, model: TableModel, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._model = model
        self._wanted: dict[str, bool] = {}
        self._widths: list[int] = []
        self._is_following = False
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        # with one row it fits below the canvas of a window as low as `panel_place.LOW_PX`
        self.setMinimumHeight(2 * ROW_PX)
        self.setProperty(OWN_KEYS, _KEPT)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        header = self.horizontalHeader()
        header.setMinimumSectionSize(28)
        header.setHighlightSections(False)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._offer_columns)
        self.setSortingEnabled(True)
        header.setSortIndicatorShown(False)  # styles draw it on the words; the model writes it
        self.setItemDelegate(CurrentRow(self))
        self.selectionModel().selectionChanged.connect(self._on_selection)
        model.modelReset.connect(self._fit)

    def sort_by(self, name: str, order: Qt.SortOrder) -> None:
        """Sort by a column, which its header then shows."""
        names = [column.name for column in self._model.columns]
        self.sortByColumn(names.index(name), order)

    def follow(self, rows: Sequence[int], current: int | None) -> None:
        """Select rows because they were selected elsewhere; the current one is scrolled to."""
        self._is_following = True
        self.setUpdatesEnabled(False)  # Qt would add up what is to be painted, row by row
        try:
            self._follow(rows, current)
        finally:
            self.setUpdatesEnabled(True)
            self._is_following = False

    def _follow(self, rows: Sequence[int], current: int | None) -> None:
        places = self._model.places_of(rows)
        # at once, Qt would compare each of the old ranges with each of the new ones
        self.selectionModel().clearSelection()
        self.selectionModel().select(self._ranges(places), _SELECT.Select)
        place = None if current is None else self._model.place_of(current)
        if place is not None:
            index = self._model.index(place, max(self.columnAt(0), 0))
            self.selectionModel().setCurrentIndex(index, _SELECT.NoUpdate)
            # a step scrolls by a row, a leap shows what is around it
            top, height = self.visualRect(index).top(), self.viewport().height()
            is_near = -2 * ROW_PX <= top <= height + ROW_PX
            hint = QAbstractItemView.ScrollHint
            self.scrollTo(index, hint.EnsureVisible if is_near else hint.PositionAtCenter)

    def _ranges(self, places: NDArray[np.intp]) -> QItemSelection:
        found = QItemSelection()
        breaks = np.flatnonzero(np.diff(places) > 1)
        firsts, lasts = places[:1].tolist(), places[-1:].tolist()
        firsts += places[breaks + 1].tolist()
        lasts = places[breaks].tolist() + lasts
        for first, last in zip(firsts, lasts, strict=True):
            found.select(*self._model.span(first, last))
        return found

    def _on_selection(self, *_: Any) -> None:
        if self._is_following:
            return
        places = self._selected_places()
        rows = tuple(int(row) for row in self._model.rows[places])
        current = self.currentIndex().row()
        is_selected = current in places
        self.viewport().update()  # another row may be the current one
        self.rows_chosen.emit(rows, int(self._model.rows[current]) if is_selected else None)

    def event(self, event: Any) -> bool:
        """Keep the keys for copying and selecting all from the window's menus."""
        is_offer = event.type() == QEvent.Type.ShortcutOverride
        if is_offer and _is_chosen(event):
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Copy rows; all else is Qt's."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
            event.accept()
        else:
            super().keyPressEvent(event)

    def copy(self) -> int:
        """Put the selected rows, or all that are shown, on the clipboard; return how many."""
        places = self._selected_places() or range(len(self._model.rows))
        shown = [one for n, one in enumerate(self._model.columns) if not self.isColumnHidden(n)]
        QGuiApplication.clipboard().setText(as_lines(shown, self._model.rows[list(places)]))
        return len(places)

    def _selected_places(self) -> list[int]:
        spans = self.selectionModel().selection()
        return sorted({place for span in spans for place in range(span.top(), span.bottom() + 1)})

    def resizeEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Show as many columns as there is room for."""
        super().resizeEvent(event)
        self._fit()

    def measure(self) -> None:
        """Find out anew how wide the columns are: to be called when the table is another one."""
        font = self.font()
        font.setBold(True)  # as the current row is
        metrics = QFontMetrics(font)
        self._widths = [natural_width(column, metrics) for column in self._model.columns]
        self._fit()

    def column_menu(self) -> QMenu:
        """Return a menu that shows and hides columns."""
        columns = [(one, not self.isColumnHidden(n)) for n, one in enumerate(self._model.columns)]
        return column_menu(self, columns, self.show_column, self._forget_choice)

    def show_column(self, name: str, is_shown: bool) -> None:
        """Show or hide a column, whether there is room for it or not."""
        self._wanted[name] = is_shown
        self._fit()

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        self._model.set_quiet_ink(colours.muted)
        self.setStyleSheet(table_style(colours))

    def _forget_choice(self) -> None:
        self._wanted.clear()
        self._fit()

    def _offer_columns(self, where: QPoint) -> None:
        self.column_menu().popup(self.horizontalHeader().mapToGlobal(where))

    def _fit(self) -> None:
        columns = self._model.columns
        if len(self._widths) != len(columns):
            return
        shown = fitting(columns, self._widths, self._wanted, self.viewport().width())
        for number, column in enumerate(columns):
            self.setColumnHidden(number, column.name not in shown)
            if column.name in shown:
                self.setColumnWidth(number, shown[column.name])


def _is_chosen(event: Any) -> bool:
    return any(event.matches(key) for key in _CHOSEN)

"""A page of the tables: one table, its bar, and its selection, which is the inspection's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.compat import isalive
from qtpy.QtCore import QPoint, Qt
from qtpy.QtWidgets import QLabel, QVBoxLayout, QWidget

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks import dialogs
from napari_dinosar.docks.inspect.context.colours_later import ColoursLater
from napari_dinosar.docks.inspect.tables.table_bar import TableBar
from napari_dinosar.docks.inspect.tables.table_columns import columns_of
from napari_dinosar.docks.inspect.tables.table_model import TableModel
from napari_dinosar.docks.inspect.tables.table_no_hits import NoHits
from napari_dinosar.docks.inspect.tables.table_sources import TableSource
from napari_dinosar.docks.inspect.tables.table_view import TableView
from napari_dinosar.docks.landmarks.panels.colours import quiet
from napari_dinosar.docks.theme import ThemeColours
from napari_dinosar.docks.timers import single_shot
from napari_dinosar.inspection.inspected import Inspection

if TYPE_CHECKING:
    from pandas import DataFrame

CSV = "Tables (*.csv)"


class TablePage(QWidget):
    """Lists what a source has, and selects in the inspection; out of sight it does nothing.

    Parameters
    ----------
    inspection : Inspection
        What it shows, and selects in.
    source : TableSource
        Cells or matches.
    """

    def __init__(self, inspection: Inspection, source: TableSource) -> None:
        super().__init__()
        self.setObjectName(f"table{source.name}Page")
        self._inspection = inspection
        self._source = source
        self._selection = source.selection(inspection)
        self._table: DataFrame | None = None
        self._findings: Any = None
        self._is_stale = True
        self._is_choosing = False
        self._colours = ColoursLater(inspection, self) if source.has_colours else None
        # only when the dock has its place is it known which rows are in sight
        self._settled = single_shot(self, 0, self._follow)
        self.model = TableModel(self)
        self.view = TableView(self.model, f"table{source.name}")
        self.no_hits = NoHits(self.view, self.model, source)
        self.bar = TableBar(source)
        self.empty = QLabel()
        self.empty.setObjectName(f"empty{source.name}")
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.empty.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 4, 6, 4)
        layout.setSpacing(4)
        for part in (self.bar, self.empty, self.view):
            layout.addWidget(part, int(part is not self.bar))
        self._connect()

    def _connect(self) -> None:
        inspection = self._inspection
        for signal in (inspection.shown, inspection.flagged, inspection.judged):
            signal.connect(self._on_changed)
        self._selection.changed.connect(self._on_selected)
        if self._colours is not None:
            self._colours.ready.connect(self._on_changed)
        self.model.modelReset.connect(self._follow)
        self.view.rows_chosen.connect(self._on_chosen)
        self.no_hits.clear.clicked.connect(self.bar.clear)
        self.bar.filtered.connect(self._filter)
        self.bar.copy.clicked.connect(self._copy)
        self.bar.save.clicked.connect(self._ask_to_save)
        self.bar.columns.clicked.connect(self._offer_columns)

    def refresh(self) -> None:
        """Show what the inspection has now."""
        self._is_stale = False
        had_any, scrolled_px = bool(self.model.columns), self.view.verticalScrollBar().value()
        self._table = self._source.table(self._inspection)
        self._findings = self._inspection.findings
        is_empty = self._table is None
        self.empty.setText(self._source.empty(self._inspection) if is_empty else "")
        self.empty.setVisible(is_empty)
        self.bar.setVisible(not is_empty)
        self.view.setVisible(not is_empty)
        if self._table is None:
            self.model.show(())
            return
        columns = columns_of(self._table, self._source.meanings)
        quiet = None if "used" not in self._table else ~self._table["used"].to_numpy(dtype=bool)
        self.model.show(columns, quiet)
        self.view.measure()
        self.bar.offer(self.model)
        if not had_any:
            name, is_falling = self._source.sort
            order = Qt.SortOrder
            self.view.sort_by(name, order.DescendingOrder if is_falling else order.AscendingOrder)
        self._filter()
        if had_any:
            self.view.verticalScrollBar().setValue(scrolled_px)
        if self._colours is not None and not self._colours.is_known:
            self._colours.ask_soon(self)

    def save(self, path: Path) -> None:
        """Write the rows that are shown, in their order, with all the columns of the table.

        Raises
        ------
        DinosarError
            If there is nothing to write, or the disk refuses.
        """
        from napari_dinosar.io._atomic import replace_file
        from napari_dinosar.io.run_folder import csv_bytes

        if self._table is None:
            raise DinosarError(self._source.empty(self._inspection))
        replace_file(path, csv_bytes(self._table.iloc[self.model.rows]))

    def showEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Catch up with what changed while nobody looked."""
        super().showEvent(event)
        self.bar.turn(self.width())
        if self._is_stale:
            self.refresh()
        self._settled.start()

    def resizeEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Put the bar in one line where there is room."""
        super().resizeEvent(event)
        self.bar.turn(self.width())

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        self.view.set_colours(colours)
        self.no_hits.set_colours(colours)
        self.bar.set_colours(colours)
        self.empty.setStyleSheet(quiet(colours))

    def _on_changed(self) -> None:
        if not isalive(self):
            return
        self._is_stale = True
        if self.isVisible():
            self.refresh()

    def _on_selected(self, *_: Any) -> None:
        if isalive(self) and self.isVisible():
            self._follow()

    def _on_chosen(self, rows: tuple[int, ...], current: int | None) -> None:
        # what is selected here is all that is selected; the view shows it already
        self._is_choosing = True
        try:
            self._selection.select(rows, current)
        finally:
            self._is_choosing = False
        self._count()

    def _follow(self) -> None:
        # rows of another run mean nothing in this table; it is refreshed in a moment
        if self._findings is not self._inspection.findings or self._is_choosing:
            return
        self.view.follow(self._selection.rows, self._selection.current)
        self._count()

    def _count(self) -> None:
        rows = self._selection.rows
        self.bar.say(self.model, len(rows), len(self.model.places_of(rows)))

    def _filter(self) -> None:
        try:
            wanted = self.bar.wanted(self.model)
        except DinosarError as error:
            self.bar.refuse(error)
            return
        self.model.keep(wanted)

    def _copy(self) -> None:
        count = self.view.copy()
        self._inspection.told.emit(f"Copied {count} rows of the table of {self._source.word}.")

    def _ask_to_save(self) -> None:
        path = dialogs.file_to_write(self, f"Save the table of {self._source.word}", CSV)
        if path is None:
            return
        try:
            self.save(path)
        except DinosarError as error:
            self._inspection.told.emit(str(error))
        else:
            self._inspection.told.emit(f"Wrote {path}")

    def _offer_columns(self) -> None:
        below = self.bar.columns.mapToGlobal(QPoint(0, self.bar.columns.height()))
        self.view.column_menu().popup(below)

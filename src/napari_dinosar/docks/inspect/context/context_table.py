"""The table of the page Context: which statistics, beside which columns, and out as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QSize, Qt, Signal
from qtpy.QtGui import QGuiApplication, QResizeEvent
from qtpy.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QGridLayout,
    QHeaderView,
    QSizePolicy,
    QTableView,
    QWidget,
)

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks import dialogs
from napari_dinosar.docks.fold import guard_wheel
from napari_dinosar.docks.inspect.context.context_model import ContextModel
from napari_dinosar.docks.landmarks.panels.buttons import dock_button
from napari_dinosar.docks.theme import ThemeColours

if TYPE_CHECKING:
    from napari_dinosar.inspection.baselines_context import Context

ROW_PX, PADDING_PX = 20, 8
WIDEST = "0.0000"
TABLES = "Tables (*.csv)"


class ContextTable(QWidget):
    """Statistics of a comparison, each beside the same of noise, colour and landmark shape.

    Signals
    -------
    failed : str
        The table could not be written, and why.
    """

    failed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("contextTable")
        self.model = ContextModel(self)
        self.group = QComboBox()
        self.group.setObjectName("contextGroup")
        self.group.setToolTip("Which statistics the table shows.")
        self.group.setMinimumContentsLength(12)
        self.group.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.group.activated.connect(self._on_group)
        self.view = _Whole(self.model)
        self.copy = dock_button("Copy", "copyContext", "Copy these rows, with all digits.")
        self.copy.clicked.connect(self._copy)
        self.write = dock_button(
            "Save as CSV…", "saveContext", "Write all statistics into a table, with all digits."
        )
        self.write.clicked.connect(self._save)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setVerticalSpacing(4)
        layout.addWidget(self.group, 0, 0, 1, 2)
        layout.addWidget(self.view, 1, 0, 1, 2)
        layout.addWidget(self.copy, 2, 0)
        layout.addWidget(self.write, 2, 1)
        guard_wheel(self)

    def show_context(self, context: Context | None) -> None:
        """Show another context; the group that was looked at stays."""
        before = self.group.currentText()
        self.model.show(context, before)
        groups = self.model.groups()
        self.group.clear()
        self.group.addItems(groups)
        self.group.setCurrentText(before if before in groups else (groups[0] if groups else ""))
        self.view.fit()

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        self.view.setStyleSheet(
            f"QTableView {{ background: {colours.background}; color: {colours.text}; border: none; "
            f"font-size: 8pt; }} QTableView::item {{ padding: 0; }}"
            f"QHeaderView, QHeaderView::section, QTableCornerButton::section {{ "
            f"background: {colours.background}; color: {colours.muted}; border: none; "
            f"font-size: 8pt; padding: 0 2px; }}"
        )

    def _on_group(self) -> None:
        self.model.show(self.model.context, self.group.currentText())
        self.view.fit()

    def _copy(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self.model.text())

    def _save(self) -> None:
        from napari_dinosar.io._atomic import replace_file
        from napari_dinosar.io.run_folder import csv_bytes

        context = self.model.context
        path = dialogs.file_to_write(self, "Save the context as a table", TABLES)
        if path is None or context is None:
            return
        try:
            replace_file(path, csv_bytes(context.table()))
        except DinosarError as error:
            self.failed.emit(str(error))


class _Whole(QTableView):
    """A table that is as tall as its rows, so that only what it lies in scrolls."""

    def __init__(self, model: ContextModel) -> None:
        super().__init__()
        self.setObjectName("contextNumbers")
        self.setModel(model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        self.horizontalHeader().setMinimumSectionSize(PADDING_PX)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def fit(self) -> None:
        """Share the width among the columns where it is enough, else let them be scrolled."""
        header, across = self.horizontalHeader(), self.model().columnCount()
        room = self.width() - self.verticalHeader().sizeHint().width()
        has_room = room >= across * (self.fontMetrics().horizontalAdvance(WIDEST) + PADDING_PX)
        mode = QHeaderView.ResizeMode
        header.setSectionResizeMode(mode.Stretch if has_room else mode.ResizeToContents)
        bar = 0 if has_room else self.horizontalScrollBar().sizeHint().height()
        rows = self.model().rowCount() * ROW_PX
        self.setFixedHeight(rows + header.sizeHint().height() + bar + 2)

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """Fit the columns anew where there is other room for them."""
        super().resizeEvent(event)
        if event is None or event.size().width() != event.oldSize().width():
            self.fit()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a size to which the dock can shrink it across."""
        return QSize(160, self.height())

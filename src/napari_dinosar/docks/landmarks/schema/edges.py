"""The lines between landmarks: two of them chosen and joined, or all one after another."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QVBoxLayout,
    QWidget,
)

from napari_dinosar.docks.landmarks.files.dialog_buttons import dialog_button
from napari_dinosar.docks.landmarks.schema.model import SchemaModel
from napari_dinosar.docks.landmarks.schema.table import SchemaTable


class SchemaEdges(QWidget):
    """Lists the lines of a draft, and changes them.

    Parameters
    ----------
    model : SchemaModel
        Whose draft it is.
    table : SchemaTable
        Whose selection is joined in order.

    Signals
    -------
    changed : no value
        The lines are others.
    """

    changed = Signal()

    def __init__(
        self, model: SchemaModel, table: SchemaTable, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model, self._table = model, table
        self.list = QListWidget()
        self.list.setObjectName("schemaEdges")
        self.list.setToolTip("Lines that are drawn between landmarks, live while you place them.")
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.first, self.second = QComboBox(), QComboBox()
        for box, name in ((self.first, "schemaFirst"), (self.second, "schemaSecond")):
            box.setObjectName(name)
            box.setToolTip("One end of a line.")
            box.setMinimumContentsLength(6)
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
        self.join_button = dialog_button("Join", "schemaJoin", "Draw a line between the two.")
        self.order_button = dialog_button(
            "Join in order",
            "schemaJoinInOrder",
            "Join the landmarks that are selected in the table one after another; all without "
            "a selection of several.",
        )
        self.remove_button = dialog_button("Remove", "schemaUnjoin", "The lines that are selected.")
        self._lay_out()
        self.join_button.clicked.connect(self.join)
        self.order_button.clicked.connect(self.join_in_order)
        self.remove_button.clicked.connect(self.remove)
        self.refresh()

    def refresh(self) -> None:
        """Show the lines, and the landmarks that can be joined."""
        draft = self._model.draft
        self.list.clear()
        self.list.addItems(
            [f"{draft.name_of(first)} — {draft.name_of(second)}" for first, second in draft.edges]
        )
        for box in (self.first, self.second):
            chosen = box.currentData()
            box.clear()
            for row in draft.rows:
                box.addItem(row.name, row.key)
            box.setCurrentIndex(max(box.findData(chosen), 0))
        if self.first.currentIndex() == self.second.currentIndex() and len(draft.rows) > 1:
            self.second.setCurrentIndex((self.first.currentIndex() + 1) % len(draft.rows))
        self.join_button.setEnabled(len(draft.rows) > 1)

    def join(self) -> None:
        """Join the two that are chosen; what was the second is the first of the next line."""
        ends = (self.first.currentData(), self.second.currentData())
        if None not in ends:
            self._model.draft.join(*ends)
            following = (self.second.currentIndex() + 1) % max(self.second.count(), 1)
            self.first.setCurrentIndex(self.second.currentIndex())
            self.second.setCurrentIndex(following)
            self._done()

    def join_in_order(self) -> None:
        """Join the landmarks that are selected, or all."""
        rows = self._table.selected()
        every = range(len(self._model.draft.rows))
        self._model.draft.join_in_order(rows if len(rows) > 1 else every)
        self._done()

    def remove(self) -> None:
        """Remove the lines that are selected."""
        gone = {self.list.row(item) for item in self.list.selectedItems()}
        edges = self._model.draft.edges
        edges[:] = [edge for place, edge in enumerate(edges) if place not in gone]
        self._done()

    def _done(self) -> None:
        self.refresh()
        self.changed.emit()

    def _lay_out(self) -> None:
        ends = QHBoxLayout()
        ends.addWidget(self.first, 1)
        ends.addWidget(self.second, 1)
        buttons = QHBoxLayout()
        for button in (self.join_button, self.order_button, self.remove_button):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(QLabel("Lines between landmarks"))
        layout.addWidget(self.list, 1)
        layout.addLayout(ends)
        layout.addLayout(buttons)

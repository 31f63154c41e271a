"""The landmarks as rows for Qt: what each is, and what it is on the specimens that are shown."""

from __future__ import annotations

from typing import Any

from qtpy.compat import isalive
from qtpy.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from napari_dinosar.docks.landmarks.panels.words import state_sentence, state_word
from napari_dinosar.editing.cursor import Cursor, Side
from napari_dinosar.editing.editor import Editor
from napari_dinosar.project.state import Point

NAME_COLUMN = 0
SIDES: dict[int, Side] = {1: "a", 2: "b"}
"""Which column shows which specimen."""

_NOWHERE = QModelIndex()


class LandmarkModel(QAbstractTableModel):
    """A view of an `Editor`: it keeps nothing, and says which cells are to be drawn anew.

    Parameters
    ----------
    editor : Editor
        What it shows.
    """

    def __init__(self, editor: Editor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        editor.opened.connect(self._on_reset)
        editor.schema_changed.connect(self._on_reset)
        editor.moved.connect(self._on_moved)
        editor.edited.connect(self._on_edited)

    def rowCount(self, parent: QModelIndex = _NOWHERE) -> int:  # noqa: N802 - Qt's name
        """Return the number of landmarks; without a specimen there is nothing to show."""
        editor = self.editor
        if parent.isValid() or editor.project is None or editor.cursor is None:
            return 0
        return len(editor.schema.landmarks)

    def columnCount(self, parent: QModelIndex = _NOWHERE) -> int:  # noqa: N802 - Qt's name
        """Return one column for the landmark and one for each side."""
        return 0 if parent.isValid() else 1 + len(SIDES)

    def point(self, index: QModelIndex) -> Point | None:
        """Return the landmark that a cell shows; None in the column of names, or of no one."""
        side = SIDES.get(index.column())
        specimen = None if side is None else self.editor.on(side)
        states = () if specimen is None else specimen.digitised.states
        return specimen.point(index.row()) if specimen and index.row() < len(states) else None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the words of a cell, and its tooltip."""
        if not index.isValid() or index.row() >= self.rowCount():
            return None
        point = self.point(index)
        landmark = self.editor.schema.landmarks[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            if index.column() == NAME_COLUMN:
                return f"{index.row() + 1}  {landmark.name}"
            return state_word(point) if point else ""
        if role == Qt.ItemDataRole.ToolTipRole:
            if index.column() == NAME_COLUMN:
                return "\n".join(filter(None, (landmark.name, landmark.definition)))
            return state_sentence(point) if point else ""
        return None

    def headerData(  # noqa: N802 - Qt's name
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Return what stands above the columns while two specimens are shown."""
        is_ours = orientation == Qt.Orientation.Horizontal
        if not is_ours or role != Qt.ItemDataRole.DisplayRole:
            return None
        return ("Landmark", "A", "B")[section]

    def _on_reset(self) -> None:
        if isalive(self):
            self.beginResetModel()
            self.endResetModel()

    def _on_moved(self, new: Cursor | None, old: Cursor | None) -> None:
        if not isalive(self):
            return
        if new is None or old is None:
            self._on_reset()
            return
        for row in {new.landmark, old.landmark}:
            self._tell(row, row, 0, len(SIDES))
        for column, side in SIDES.items():
            if new.on(side) != old.on(side):
                self._tell(0, self.rowCount() - 1, column, column)

    def _on_edited(self, specimen_ids: tuple[str, ...]) -> None:
        if not isalive(self) or self.editor.cursor is None:
            return
        for column, side in SIDES.items():
            if self.editor.cursor.on(side) in specimen_ids:
                self._tell(0, self.rowCount() - 1, column, column)

    def _tell(self, first: int, last: int, left: int, right: int) -> None:
        if 0 <= first <= last < self.rowCount():
            self.dataChanged.emit(self.index(first, left), self.index(last, right))

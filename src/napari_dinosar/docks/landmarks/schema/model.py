"""The landmarks of a draft as a table that Qt shows, edits and lets be dragged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qtpy.QtCore import QAbstractTableModel, QMimeData, QModelIndex, QObject, Qt, Signal
from qtpy.QtGui import QColor, QIcon, QPainter, QPixmap

from napari_dinosar.editing.schema_draft import SchemaDraft
from napari_dinosar.palette import landmark_colour

SWATCH, NAME, DEFINITION, PARTNER = range(4)
HEADS = ("", "Landmark", "Where it lies", "Partner")
TIPS = (
    "Colour; a double click chooses another.",
    "A double click renames it; its points stay its own.",
    "Where on a specimen it lies, in your words; it is shown while you place it.",
    "The same landmark on the other side of the body.",
)
_ROWS = "application/x-dinosar-landmarks"
_SWATCH_PX = 16
_DISPLAY = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole)


class SchemaModel(QAbstractTableModel):
    """Shows a `SchemaDraft`, and edits it.

    Signals
    -------
    changed : no value
        The draft is other than before.
    moved : list of int
        Where rows that were dragged stand now.
    """

    changed = Signal()
    moved = Signal(list)

    def __init__(self, draft: SchemaDraft, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.draft = draft

    def rowCount(self, parent: QModelIndex | None = None) -> int:  # noqa: N802 - Qt's name
        """Return the number of landmarks."""
        return 0 if parent is not None and parent.isValid() else len(self.draft.rows)

    def columnCount(self, parent: QModelIndex | None = None) -> int:  # noqa: N802 - Qt's name
        """Return the number of columns."""
        return len(HEADS)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return heads of columns, and numbers of rows."""
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1) if role == Qt.ItemDataRole.DisplayRole else None
        words = {Qt.ItemDataRole.DisplayRole: HEADS, Qt.ItemDataRole.ToolTipRole: TIPS}
        return words[role][section] if role in words else None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        row = self.draft.rows[index.row()]
        if role in _DISPLAY:
            texts = {
                NAME: row.name,
                DEFINITION: row.definition,
                PARTNER: self.draft.name_of(row.partner),
            }
            return texts.get(index.column())
        if role == Qt.ItemDataRole.DecorationRole and index.column() == SWATCH:
            return swatch(shown_colour(self.draft, index.row()))
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.definition if index.column() == DEFINITION else TIPS[index.column()]
        return None

    def setData(  # noqa: N802 - Qt's name
        self, index: QModelIndex, value: Any, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        """Take what was written into a cell."""
        if role != Qt.ItemDataRole.EditRole:
            return False
        ways: dict[int, Callable[[int, Any], None]] = {
            SWATCH: self.draft.colour,
            NAME: self.draft.rename,
            DEFINITION: self.draft.define,
            PARTNER: self.draft.pair,
        }
        ways[index.column()](index.row(), value)
        self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, PARTNER))
        self.changed.emit()
        return True

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        """Let cells be edited, and rows be dragged to between others."""
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        flags = (
            Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
        )
        return flags if index.column() == SWATCH else flags | Qt.ItemFlag.ItemIsEditable

    def change(self) -> None:
        """Show the draft anew after rows came, went or moved."""
        self.beginResetModel()
        self.endResetModel()
        self.changed.emit()

    def supportedDropActions(self) -> Qt.DropAction:  # noqa: N802 - Qt's name
        """Let rows be moved."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:  # noqa: N802 - Qt's name
        """Return what may be dropped."""
        return [_ROWS]

    def mimeData(self, indexes: Any) -> QMimeData:  # noqa: N802 - Qt's name
        """Return which rows are dragged."""
        mime = QMimeData()
        rows = sorted({index.row() for index in indexes})
        mime.setData(_ROWS, ",".join(map(str, rows)).encode())
        return mime

    def dropMimeData(  # noqa: N802 - Qt's name
        self,
        data: QMimeData | None,
        action: Qt.DropAction,
        row: int,
        column: int,
        parent: QModelIndex,
    ) -> bool:
        """Move the rows that were dragged; the view has nothing to remove then."""
        if data is None or not data.hasFormat(_ROWS):
            return False
        rows = [int(word) for word in bytes(data.data(_ROWS).data()).decode().split(",")]
        to = row if row >= 0 else parent.row() if parent.isValid() else self.rowCount()
        places = self.draft.move(rows, to)
        self.change()
        self.moved.emit(places)
        return False


def shown_colour(draft: SchemaDraft, row: int) -> str:
    """Return the colour that a landmark is drawn in: its own, or one of a cycle."""
    return landmark_colour(row, draft.rows[row].colour)


def swatch(colour: str) -> QIcon:
    """Return a disc of a colour."""
    pixmap = QPixmap(_SWATCH_PX, _SWATCH_PX)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawEllipse(2, 2, _SWATCH_PX - 4, _SWATCH_PX - 4)
    painter.end()
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)  # else it is tinted where its row is selected
    return icon

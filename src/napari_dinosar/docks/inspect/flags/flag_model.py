"""Flagged cells and regions as rows for Qt."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import QAbstractTableModel, QModelIndex, Qt

from napari_dinosar.findings.flags import FlaggedCell, FlaggedRegion, FlagSheet

HEADERS = ("What", "Reason", "Note", "By")


class FlagModel(QAbstractTableModel):
    """Flagged cells, then regions: one row each."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.rows: tuple[FlaggedCell | FlaggedRegion, ...] = ()

    def show_sheet(self, sheet: FlagSheet) -> None:
        """Show what is flagged now."""
        self.beginResetModel()
        self.rows = (*sheet.cells, *sheet.regions)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | None = None) -> int:  # noqa: N802 - Qt's name
        """Return how many there are."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex | None = None) -> int:  # noqa: N802 - Qt's name
        """Return how much is told of each."""
        return len(HEADERS)

    def headerData(self, section: int, orientation: Any, role: int = 0) -> Any:  # noqa: N802
        """Return the name of a column."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return HEADERS[section]
        return None

    def data(self, index: QModelIndex, role: int = 0) -> Any:
        """Return what a row says; its tooltip says all."""
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        one = self.rows[index.row()]
        remark = one.remark
        by = ", ".join(filter(None, (remark.author, remark.date)))
        texts = (what(one), remark.reason, remark.note, by)
        if role == Qt.ItemDataRole.DisplayRole:
            return texts[index.column()]
        return "\n".join(
            f"{name}: {text}" for name, text in zip(HEADERS, texts, strict=True) if text
        )


def what(one: FlaggedCell | FlaggedRegion) -> str:
    """Return what is flagged, in a few words."""
    if isinstance(one, FlaggedCell):
        return f"cell {one.row}, {one.col}"
    return f"region in {one.side.upper()}"

"""Flagged cells and regions as rows for Qt."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import QModelIndex, Qt
from qtpy.QtGui import QStandardItemModel

from napari_dinosar.findings.flags import FlaggedCell, FlaggedRegion, FlagSheet

HEADERS = ("What", "Reason", "Note", "By")


class FlagModel(QStandardItemModel):
    """Flagged cells, then regions: one row each.

    It holds no items: Qt asks ten thousand times how many rows and columns there are, where it
    selects five hundred rows here and there, which takes a model in Python eight times as long.
    """

    def __init__(self, parent: Any = None) -> None:
        super().__init__(0, len(HEADERS), parent)
        self.rows: tuple[FlaggedCell | FlaggedRegion, ...] = ()

    def show_sheet(self, sheet: FlagSheet) -> None:
        """Show what is flagged now."""
        rows: tuple[FlaggedCell | FlaggedRegion, ...] = (*sheet.cells, *sheet.regions)
        self.setRowCount(min(len(self.rows), len(rows)))
        self.rows = rows  # each row that Qt knows of is there at any time
        self.setRowCount(len(rows))
        if rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(HEADERS) - 1))

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

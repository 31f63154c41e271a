"""All landmarks as rows for Qt: how far the network's match lies from where each was placed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from napari_dinosar.docks.number_text import NOTHING, number_text

if TYPE_CHECKING:
    from pandas import DataFrame

HEADS = ("Landmark", "From", "Off by", "of size")
TIPS = (
    "Landmark, as it was placed in both photos",
    "The photo whose landmark the network was asked about",
    "From the placed landmark to the network's match, in pixels of the photo that was searched",
    "The same by the centroid size of the landmarks of that photo",
)
_NOWHERE = QModelIndex()


class LandmarkMatches(QAbstractTableModel):
    """The table of `Probe.landmarks`, largest distance first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table: DataFrame | None = None

    def show_table(self, table: DataFrame | None) -> None:
        """Show a table, or none; landmarks without a match come last."""
        self.beginResetModel()
        self.table = (
            None
            if table is None
            else table.sort_values(
                "distance_share", ascending=False, kind="stable", na_position="last"
            ).reset_index(drop=True)
        )
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = _NOWHERE) -> int:  # noqa: N802 - Qt's name
        """Return two rows a landmark, from A and from B."""
        return 0 if parent.isValid() or self.table is None else len(self.table)

    def columnCount(self, parent: QModelIndex = _NOWHERE) -> int:  # noqa: N802 - Qt's name
        """Return the number of columns."""
        return 0 if parent.isValid() else len(HEADS)

    def row(self, index: QModelIndex) -> Any:
        """Return the values of a row."""
        assert self.table is not None
        return self.table.iloc[index.row()]

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the words of a cell, and its tooltip."""
        if not index.isValid() or self.table is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return words(self.row(index))[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return sentence(self.row(index))
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() >= 2:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return what stands above the columns."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section >= 2:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        texts = {Qt.ItemDataRole.DisplayRole: HEADS, Qt.ItemDataRole.ToolTipRole: TIPS}
        return texts[role][section] if role in texts else None


def words(row: Any) -> tuple[str, str, str, str]:
    """Return what a row shows."""
    way = "A → B" if row["from"] == "a" else "B → A"
    if not math.isfinite(row["distance_px"]):
        return row["landmark"], way, NOTHING, NOTHING
    return row["landmark"], way, f"{row['distance_px']:.0f} px", f"{row['distance_share']:.1%}"


def sentence(row: Any) -> str:
    """Return what a row says at length."""
    if not row["valid"]:
        return f"Landmark {row['landmark']} lies in a patch that does not count: {row['reason']}."
    return (
        f"Landmark {row['landmark']}: the match lies {row['distance_px']:.1f} px from the placed "
        f"landmark, {row['distance_patches']:.1f} patches. Less than one patch says nothing.\n"
        f"Similarity {number_text(row['similarity'], 3)}, at the placed landmark "
        f"{number_text(row['similarity_placed'], 3)}\nClick to follow this landmark."
    )

"""Which mean shape carries the grid of cells: that of the pair, or one that was saved."""

from __future__ import annotations

from pathlib import Path

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QComboBox, QFormLayout, QSizePolicy, QWidget

from napari_dinosar.docks import dialogs

OF_PAIR, FILE = "of this pair", "Choose a file…"
TOOLTIP = (
    "The mean shape that carries the grid of cells. With a saved one, cell (row, column) means the "
    "same in every pair; a run folder’s arrays.npz is one, too."
)


class ConsensusChoice(QWidget):
    """The consensus of the pair, or a file that holds one.

    Signals
    -------
    changed : no value
        Another consensus is chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.combo = QComboBox()
        self.combo.setObjectName("consensus")
        self.combo.setToolTip(TOOLTIP)
        self.combo.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.combo.addItem(OF_PAIR, None)
        self.combo.insertSeparator(1)
        self.combo.addItem(FILE, FILE)
        layout = QFormLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        layout.addRow("Consensus", self.combo)
        self._path: Path | None = None
        self.combo.activated.connect(self._on_activated)

    def path(self) -> Path | None:
        """Return the file that is chosen, or None for the pair's own."""
        return self._path

    def choose(self, path: Path | None) -> None:
        """Choose a file, or the pair's own consensus."""
        index = 0 if path is None else self.combo.findData(str(path))
        if path is not None and index < 0:
            index = 1
            self.combo.insertItem(index, str(Path(path.parent.name, path.name)), str(path))
            self.combo.setItemData(index, str(path), Qt.ItemDataRole.ToolTipRole)
        self.combo.setCurrentIndex(index)
        is_new = path != self._path
        self._path = path
        if is_new:
            self.changed.emit()

    def _on_activated(self, index: int) -> None:
        data = self.combo.itemData(index)
        if data == FILE:
            title = "Saved consensus"
            path = dialogs.file_to_open(self, title, dialogs.CONSENSUS)
            self.choose(self._path if path is None else path)
        else:
            self.choose(None if data is None else Path(data))

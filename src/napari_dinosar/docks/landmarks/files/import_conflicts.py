"""Specimens of which project and file say different things: whose version is kept."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from napari_dinosar.core._landmark_checks import listed
from napari_dinosar.editing.import_meeting import Conflict
from napari_dinosar.project.merging import Choice

WORDS: dict[Choice, str] = {"mine": "Keep mine", "theirs": "Take theirs"}
MOST_ROWS = 500
"""With more conflicts one choice is made for all of those that are not listed."""

_ROWS_IN_VIEW = 4
_COARSE_PX = 100


class ConflictTable(QWidget):
    """Asks for a choice for each conflict; the project's version is kept at first.

    Signals
    -------
    changed : no value
        Another choice was made.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("importConflicts")
        self._conflicts: tuple[Conflict, ...] = ()
        self._choices: dict[str, Choice] = {}
        self.label = QLabel()
        self.label.setObjectName("importConflictsText")
        self.label.setWordWrap(True)
        self.table = QTableWidget(0, 4)
        self.table.setObjectName("importConflictTable")
        self.table.setHorizontalHeaderLabels(["Photo", "What differs", "Up to", "Whose"])
        self.table.verticalHeader().hide()
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.buttons = {choice: QPushButton(f"{words}, all") for choice, words in WORDS.items()}
        row = QHBoxLayout()
        row.addWidget(self.label, 1)
        for choice, button in self.buttons.items():
            button.setObjectName(f"importAll{choice.title()}")
            button.setToolTip("Choose so for every specimen in conflict.")
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, one=choice: self.choose_all(one))
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row)
        layout.addWidget(self.table)

    def choices(self) -> dict[str, Choice]:
        """Return the choice for each specimen in conflict."""
        return {one.specimen_id: self._choices[one.specimen_id] for one in self._conflicts}

    def every_choice(self) -> dict[str, Choice]:
        """Return all choices made so far, those of specimens no more in conflict among them."""
        return dict(self._choices)

    def show_conflicts(self, conflicts: Sequence[Conflict]) -> None:
        """Show conflicts, with the choices that were made before for the same specimens."""
        if tuple(conflicts) == self._conflicts:
            return
        self._conflicts = tuple(conflicts)
        for one in conflicts:
            self._choices.setdefault(one.specimen_id, "mine")
        self.setVisible(bool(conflicts))
        n = len(conflicts)
        what = "One specimen that you worked on differs" if n == 1 else f"{n:,} specimens differ"
        hidden = f" The first {MOST_ROWS} are listed." if n > MOST_ROWS else ""
        self.label.setText(f"{what} in the file.{hidden}")
        shown = self._conflicts[:MOST_ROWS]
        self.table.setRowCount(len(shown))
        for row, one in enumerate(shown):
            for column, text in enumerate(_texts(one)):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.table.setItem(row, column, item)
            self.table.setCellWidget(row, 3, self._choice_box(one))
        rows = min(len(shown), _ROWS_IN_VIEW)
        heights = sum(self.table.rowHeight(row) for row in range(rows))
        self.table.setFixedHeight(heights + self.table.horizontalHeader().height() + 6)

    def choose(self, specimen_id: str, choice: Choice) -> None:
        """Choose for one specimen."""
        if self._choices.get(specimen_id) != choice:
            self._choices[specimen_id] = choice
            self.changed.emit()

    def choose_all(self, choice: Choice) -> None:
        """Choose alike for all specimens."""
        self._choices.update(dict.fromkeys(self.choices(), choice))
        for row in range(self.table.rowCount()):
            box = self.table.cellWidget(row, 3)
            box.blockSignals(True)
            box.setCurrentText(WORDS[choice])
            box.blockSignals(False)
        self.changed.emit()

    def _choice_box(self, one: Conflict) -> QComboBox:
        box = QComboBox()
        box.setObjectName("importChoice")
        box.setToolTip("Whose version of this specimen is kept.")
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for choice, words in WORDS.items():
            box.addItem(words, choice)
        box.setCurrentText(WORDS[self._choices[one.specimen_id]])
        box.currentIndexChanged.connect(
            lambda _, box=box: self.choose(one.specimen_id, box.currentData())
        )
        return box


def _texts(one: Conflict) -> tuple[str, str, str]:
    digits = ",.0f" if one.farthest_px >= _COARSE_PX else ".3g"
    far = "" if isnan(one.farthest_px) else f"{one.farthest_px:{digits}} px"
    return one.file_name or one.specimen_id, listed([*one.landmarks, *one.remarks]), far

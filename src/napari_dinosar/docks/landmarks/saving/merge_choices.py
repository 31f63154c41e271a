"""The photos that two sides changed: one line for each, both versions drawn, and a choice."""

from __future__ import annotations

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QRadioButton,
    QWidget,
)

from napari_dinosar.docks.landmarks.panels.colours import quiet
from napari_dinosar.docks.landmarks.saving.merge_drawing import MergeDrawing
from napari_dinosar.docks.landmarks.saving.merge_words import difference
from napari_dinosar.docks.theme import ThemeColours
from napari_dinosar.project.merging import Choice, PhotoConflict

SIDES: tuple[Choice, ...] = ("mine", "theirs")
_CHOSEN = {"mine": "yours", "theirs": "the other version", None: "not chosen yet"}
_MARKS = {"mine": "●", "theirs": "■", None: "?"}


class MergeChoices(QWidget):
    """Lets a person choose a version of each photo that both sides changed.

    Signals
    -------
    changed : no value
        Something was chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._conflicts: tuple[PhotoConflict, ...] = ()
        self.choices: dict[str, Choice] = {}
        self.photos = QListWidget()
        self.photos.setObjectName("mergePhotos")
        self.photos.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.photos.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.photos.currentRowChanged.connect(self._on_row)
        self.drawing = MergeDrawing()
        self.details = QLabel()
        self.details.setObjectName("mergeDetails")
        self.details.setTextFormat(Qt.TextFormat.PlainText)
        self.details.setWordWrap(True)
        self.group = QButtonGroup(self)
        words = ("Keep yours", "Take the other version")
        for number, (side, text) in enumerate(zip(SIDES, words, strict=True)):
            button = QRadioButton(text, self)
            button.setObjectName(f"merge_{side}")
            button.setToolTip("Of the photo that is marked in the list")
            self.group.addButton(button, number)
        self.group.idClicked.connect(self._on_side)
        self.all_mine = self._all("Yours for all", "mine")
        self.all_theirs = self._all("Other version for all", "theirs")
        self._lay_out()

    def _all(self, text: str, side: Choice) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(f"merge_all_{side}")
        button.setAutoDefault(False)
        button.setToolTip("For each photo that both sides changed")
        button.clicked.connect(lambda: self.choose_all(side))
        return button

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.addWidget(self.photos, 0, 0, 2, 2)
        grid.addWidget(self.drawing, 0, 2, 1, 2)
        grid.addWidget(self.details, 1, 2, 1, 2)
        grid.addWidget(self.all_mine, 2, 0)
        grid.addWidget(self.all_theirs, 2, 1)
        for number, button in enumerate(self.group.buttons()):
            grid.addWidget(button, 2, 2 + number)
        for column in range(4):
            grid.setColumnStretch(column, 1 + column // 2)
        grid.setRowStretch(0, 1)

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        self.drawing.colours = colours
        self.drawing.update()
        self.details.setStyleSheet(quiet(colours))

    def show_conflicts(self, conflicts: tuple[PhotoConflict, ...]) -> None:
        """Show some photos; what was chosen for them before stays."""
        self._conflicts = conflicts
        known = {one.photo.photo_id for one in conflicts}
        self.choices = {key: one for key, one in self.choices.items() if key in known}
        self.photos.clear()
        for _ in conflicts:
            self.photos.addItem(QListWidgetItem())
        self._label()
        self.photos.setCurrentRow(0 if conflicts else -1)

    @property
    def is_complete(self) -> bool:
        """Whether a version of each photo is chosen."""
        return all(one.photo.photo_id in self.choices for one in self._conflicts)

    def choose(self, photo_id: str, side: Choice) -> None:
        """Choose the version of a photo."""
        self._take({**self.choices, photo_id: side})

    def choose_all(self, side: Choice) -> None:
        """Choose one version for all photos."""
        self._take({one.photo.photo_id: side for one in self._conflicts})

    def _take(self, choices: dict[str, Choice]) -> None:
        self.choices = choices
        self._label()
        self._on_row(self.photos.currentRow())
        self.changed.emit()

    def _label(self) -> None:
        for row, conflict in enumerate(self._conflicts):
            choice = self.choices.get(conflict.photo.photo_id)
            name = conflict.photo.file_name.rpartition("/")[2] or conflict.photo.photo_id
            item = self.photos.item(row)
            if item is not None:
                item.setText(f"{_MARKS[choice]}  {name}")
                item.setToolTip(f"{name}: {_CHOSEN[choice]}\n{difference(conflict)}")

    def _on_row(self, row: int) -> None:
        conflict = self._conflicts[row] if 0 <= row < len(self._conflicts) else None
        choice = None if conflict is None else self.choices.get(conflict.photo.photo_id)
        self.drawing.show_conflict(conflict, choice)
        self.details.setText("" if conflict is None else difference(conflict))
        # a group that is exclusive cannot show that nothing is chosen yet
        self.group.setExclusive(False)
        for number, side in enumerate(SIDES):
            self.group.button(number).setChecked(choice == side)
        self.group.setExclusive(True)

    def _on_side(self, number: int) -> None:
        row = self.photos.currentRow()
        if 0 <= row < len(self._conflicts):
            self.choose(self._conflicts[row].photo.photo_id, SIDES[number])

"""Which landmarks a new project has: typed in, numbered, or those of another file."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QRadioButton,
    QSpinBox,
    QWidget,
)

from napari_dinosar.core._landmark_checks import numbered
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.schema import LandmarkDefinition, Schema
from napari_dinosar.docks.fold import breakable
from napari_dinosar.docks.landmarks.files.dialog_buttons import dialog_button
from napari_dinosar.docks.theme import ThemeColours

MOST = 1000
_NAMES_PX = 96


class SchemaChoice(QWidget):
    """Asks for landmarks.

    Parameters
    ----------
    ask_file : callable
        Lets the user choose a file, and returns its schema with the file's name, or None.
    colours : ThemeColours
        Of napari's theme, which leaves a field of several lines without a frame.

    Signals
    -------
    changed : no value
        Other landmarks are chosen.
    edit_wanted : no value
        They are to be described in a window of their own.
    """

    changed = Signal()
    edit_wanted = Signal()

    def __init__(
        self,
        ask_file: Callable[[], tuple[Schema, str] | None],
        colours: ThemeColours,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("newSchema")
        self._ask_file = ask_file
        self._given: Schema | None = None
        self.typed = QRadioButton("Names, one a line")
        self.counted = QRadioButton("Numbers")
        self.given = QRadioButton("A scheme")
        self.names = QPlainTextEdit()
        self.names.setObjectName("newNames")
        self.names.setPlaceholderText("petiole\nmidvein tip\n…")
        self.names.setToolTip("The landmarks in the order in which they are placed.")
        self.names.setFixedHeight(_NAMES_PX)
        self.names.setTabChangesFocus(True)
        self.names.setStyleSheet(
            f"#newNames {{ border: 1px solid {colours.line}; border-radius: 2px; }}"
        )
        self.count = QSpinBox()
        self.count.setObjectName("newCount")
        self.count.setRange(1, MOST)
        self.count.setValue(10)
        self.count.setToolTip("How many landmarks there are; they are called 1, 2, 3 and so on.")
        self.file_name = QLabel("Of a file (COCO, TPS …), or described here")
        self.file_name.setObjectName("newSchemaFile")
        self.file_name.setWordWrap(True)
        self.choose = dialog_button("File…", "newSchemaChoose", "A file to take them from.")
        self.detail = dialog_button(
            "Describe…",
            "newSchemaDetail",
            "Colours, definitions, partners and lines; they can be changed at any time later.",
        )
        self._lay_out()
        for one, name in (
            (self.typed, "newTyped"),
            (self.counted, "newCounted"),
            (self.given, "newGiven"),
        ):
            one.setObjectName(name)
            one.toggled.connect(self.changed)
        self.typed.setChecked(True)
        self.names.textChanged.connect(self._on_typed)
        self.count.valueChanged.connect(self._on_counted)
        self.choose.clicked.connect(self._on_choose)
        self.detail.clicked.connect(self.edit_wanted)

    def schema(self, category: str = "specimen") -> Schema:
        """Return the landmarks that are chosen.

        Raises
        ------
        DinosarError
            If there are none yet, or a name stands twice.
        """
        if self.given.isChecked():
            if self._given is None:
                raise DinosarError("Choose a file whose landmarks are taken, or describe them.")
            return Schema(self._given.landmarks, self._given.skeleton, category)
        names = numbered(self.count.value()) if self.counted.isChecked() else self._typed_names()
        if not names:
            raise DinosarError("Name at least one landmark.")
        return Schema(tuple(map(LandmarkDefinition, names)), category=category)

    def take(self, schema: Schema, source: str) -> None:
        """Take landmarks from elsewhere; `source` says from where."""
        self._given = schema
        n = len(schema.landmarks)
        self.file_name.setText(breakable(f"{n} landmark{'' if n == 1 else 's'}, {source}"))
        self.given.setChecked(True)
        self.changed.emit()

    def _typed_names(self) -> tuple[str, ...]:
        lines = (line.strip() for line in self.names.toPlainText().splitlines())
        return tuple(line for line in lines if line)

    def _on_typed(self) -> None:
        self.typed.setChecked(True)
        self.changed.emit()

    def _on_counted(self) -> None:
        self.counted.setChecked(True)
        self.changed.emit()

    def _on_choose(self) -> None:
        found = self._ask_file()
        if found is not None:
            self.take(found[0], f"from {found[1]}")

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.file_name, 1)
        row.addWidget(self.choose)
        row.addWidget(self.detail)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setColumnStretch(1, 1)
        layout.addWidget(self.typed, 0, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.names, 0, 1)
        layout.addWidget(self.counted, 1, 0)
        layout.addWidget(self.count, 1, 1)
        layout.addWidget(self.given, 2, 0)
        layout.addLayout(row, 2, 1)

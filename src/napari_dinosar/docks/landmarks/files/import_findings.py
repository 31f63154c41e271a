"""What is odd about an import, each with the repair that is proposed as a box to tick."""

from __future__ import annotations

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QCheckBox,
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from napari_dinosar.core.landmark_doctor import Finding
from napari_dinosar.docks.fold import breakable
from napari_dinosar.docks.theme import ThemeColours
from napari_dinosar.editing.importing import Examination, Key, key_of


class FindingRow(QFrame):
    """One finding.

    Signals
    -------
    toggled : bool
        Its repair is wanted, or no more.
    chosen : no value
        Its specimens are to be shown.
    """

    toggled = Signal(bool)
    chosen = Signal()

    def __init__(self, finding: Finding, is_applied: bool, colours: ThemeColours) -> None:
        super().__init__()
        self.finding = finding
        self.setObjectName("importFinding")
        self.sentence = QLabel(breakable(finding.sentence[:1].upper() + finding.sentence[1:]))
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.box: QCheckBox | None = None
        self.show_button = QPushButton(_count(finding))
        self.show_button.setObjectName("importFindingShow")
        self.show_button.setToolTip("Show the specimens that this is about, one after another.")
        self.show_button.setAutoDefault(False)
        self.show_button.setFlat(True)
        self.show_button.clicked.connect(lambda: self.chosen.emit())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 6, 6)
        layout.setSpacing(3)
        layout.addWidget(self.sentence)
        if finding.repair:
            self.box = QCheckBox(finding.repair)
            self.box.setObjectName("importRepair")
            self.box.setToolTip("Nothing of it is written before you import.")
            self.box.setChecked(is_applied)
            self.box.toggled.connect(self.toggled)
            layout.addWidget(self.box)
        layout.addWidget(self.show_button, 0, Qt.AlignmentFlag.AlignLeft)
        edge = colours.line if is_applied else colours.warning
        self.setStyleSheet(f"#importFinding {{ border: none; border-left: 3px solid {edge}; }}")


class FindingsList(QScrollArea):
    """All findings of an import.

    Signals
    -------
    changed : no value
        Another set of repairs is wanted; see `chosen`.
    shown : tuple of int
        Specimens to be shown.
    """

    changed = Signal()
    shown = Signal(tuple)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("importFindings")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rows: list[FindingRow] = []
        self.chosen: frozenset[Key] = frozenset()

    def show_findings(
        self, examination: Examination, warnings: tuple[str, ...], colours: ThemeColours
    ) -> None:
        """Show what was found and repaired, then what is odd still, then the warnings."""
        self.chosen = frozenset(map(key_of, examination.applied))
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 4, 0)
        layout.setSpacing(8)
        self.rows = []
        for finding in examination.findings:
            row = FindingRow(finding, key_of(finding) in self.chosen, colours)
            row.toggled.connect(lambda is_on, one=finding: self._on_toggled(one, is_on))
            row.chosen.connect(lambda one=finding: self.shown.emit(one.places))
            layout.addWidget(row)
            self.rows.append(row)
        for text in warnings:
            layout.addWidget(_note(text))
        if not (self.rows or warnings):
            layout.addWidget(_note("Nothing odd was found."))
        layout.addStretch(1)
        at = self.verticalScrollBar().value()
        old = self.takeWidget()
        if old is not None:
            old.deleteLater()  # a box of it may be what asked for this
        self.setWidget(content)
        self.verticalScrollBar().setValue(at)

    def _on_toggled(self, finding: Finding, is_on: bool) -> None:
        key = {key_of(finding)}
        self.chosen = self.chosen | key if is_on else self.chosen - key
        self.changed.emit()


def _note(text: str) -> QLabel:
    label = QLabel(breakable(text))
    label.setObjectName("importNote")
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _count(finding: Finding) -> str:
    n = len(finding.places)
    return "Show the specimen" if n == 1 else f"Show the {n} specimens"

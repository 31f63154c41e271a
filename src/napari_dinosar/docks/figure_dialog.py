"""What figures are wanted: which, in which formats, how fine, and with which words below them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

DPI, LEAST_DPI, MOST_DPI = 300, 36, 1200
FORMATS = ("png", "svg")


@dataclass(frozen=True)
class Figures:
    """Which figures are wanted.

    Attributes
    ----------
    names : tuple of str
        Which of a run's figures; none of them when it is empty.
    formats : tuple of str
        ``"png"``, ``"svg"``.
    dpi : int
        Dots per inch.
    caption : str
        Words below each.
    """

    names: tuple[str, ...]
    formats: tuple[str, ...]
    dpi: int
    caption: str


class FigureDialog(QDialog):
    """Asks for figures.

    Parameters
    ----------
    title : str
        Of the window.
    names : sequence of str
        The figures that there are, those that are proposed.
    more : sequence of str
        Further figures, which are drawn when they are ticked.
    switch : str
        Text of a switch without which no figure is wanted; empty where there is none.
    """

    def __init__(
        self,
        title: str,
        names: Sequence[str],
        more: Sequence[str] = (),
        switch: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.switch = QCheckBox(switch)
        self.switch.setChecked(True)
        self.switch.setVisible(bool(switch))
        self.list = QListWidget()
        for name in (*names, *more):
            item = QListWidgetItem(words(name))
            item.setData(Qt.ItemDataRole.UserRole, name)
            is_proposed = name in names
            item.setCheckState(Qt.CheckState.Checked if is_proposed else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.formats = {kind: QCheckBox(kind.upper()) for kind in FORMATS}
        for box in self.formats.values():
            box.setChecked(True)
        self.dpi = QSpinBox()
        self.dpi.setRange(LEAST_DPI, MOST_DPI)
        self.dpi.setValue(DPI)
        self.dpi.setSuffix(" dpi")
        self.caption = QLineEdit()
        self.caption.setPlaceholderText("credit and licence, for example")
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._ok = self._buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._ok.setText("Choose a folder…")
        self._lay_out()
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        for box in (self.switch, *self.formats.values()):
            box.toggled.connect(self._check)
        self.list.itemChanged.connect(self._check)

    def _lay_out(self) -> None:
        kinds = QHBoxLayout()
        for box in self.formats.values():
            kinds.addWidget(box)
        kinds.addStretch(1)
        self._choices = QWidget()
        form = QFormLayout(self._choices)
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow("Figures", self.list)
        form.addRow("Formats", kinds)
        form.addRow("Resolution", self.dpi)
        form.addRow("Words below", self.caption)
        layout = QVBoxLayout(self)
        layout.addWidget(self.switch)
        layout.addWidget(self._choices)
        layout.addWidget(self._buttons)

    def figures(self) -> Figures:
        """Return what is chosen."""
        ticked = [
            self.list.item(row).data(Qt.ItemDataRole.UserRole)
            for row in range(self.list.count())
            if self.list.item(row).checkState() == Qt.CheckState.Checked
        ]
        return Figures(
            tuple(ticked) if self.switch.isChecked() else (),
            tuple(kind for kind, box in self.formats.items() if box.isChecked()),
            self.dpi.value(),
            self.caption.text().strip(),
        )

    def _check(self) -> None:
        """Let nothing be written that would be empty."""
        is_wanted = self.switch.isChecked()
        self._choices.setEnabled(is_wanted)
        chosen = self.figures()
        self._ok.setEnabled(not is_wanted or bool(chosen.names and chosen.formats))


def words(name: str) -> str:
    """Return the name of a figure as words."""
    text = name.replace("_", " ").replace(" layer", ", layer ").replace("tps", "TPS")
    for side in "ab":
        text = text.replace(f" {side},", f" of {side.upper()},")
    return text[0].upper() + text[1:]

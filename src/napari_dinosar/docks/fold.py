"""Small pieces of the docks' layout: folding sections, aligned labels, lines that break."""

from __future__ import annotations

import re

from qtpy.QtCore import QEvent, QObject, Qt
from qtpy.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

NARROWEST_PX = 80
"""Width of a control that still shows what it is about."""


class Fold(QWidget):
    """A titled section whose content is shown when its title is clicked.

    Parameters
    ----------
    title : str
        What stands beside the arrow.
    content : QWidget
        What is folded away at first.
    """

    def __init__(self, title: str, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self.content = content
        self.button = QPushButton()
        self.button.setCheckable(True)
        self.button.setFlat(True)
        self.button.setStyleSheet("text-align: left; border: none; background: transparent;")
        self.button.toggled.connect(self._on_toggled)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.button)
        layout.addWidget(content)
        self._on_toggled(False)

    def _on_toggled(self, is_open: bool) -> None:
        self.button.setText(f"{'▾' if is_open else '▸'}  {self._title}")
        self.content.setVisible(is_open)


class _WheelGuard(QObject):
    def eventFilter(self, control: QObject | None, event: QEvent | None) -> bool:  # noqa: N802
        """Leave the wheel to the scroll area unless the control was clicked before."""
        if event is None or event.type() != QEvent.Type.Wheel:
            return super().eventFilter(control, event)
        is_passing = isinstance(control, QWidget) and not control.hasFocus()
        if is_passing:
            event.ignore()
        return is_passing


def guard_wheel(parent: QWidget) -> None:
    """Keep the wheel from changing a value while someone scrolls past it."""
    guard = _WheelGuard(parent)
    for kind in (QComboBox, QAbstractSpinBox):
        for control in parent.findChildren(kind):
            control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            control.installEventFilter(guard)


def align_labels(*parts: QWidget) -> None:
    """Make the labels before controls equally wide; text has a name of its own."""
    labels = [
        label
        for part in parts
        for label in part.findChildren(QLabel)
        if label.objectName().startswith("magicgui") or not label.objectName()
    ]
    width = max((label.sizeHint().width() for label in labels), default=0)
    for label in labels:
        label.setMinimumWidth(width)


def let_shrink(part: QWidget) -> None:
    """Let controls be narrower than their longest entry, so that the dock may be narrow."""
    for kind in (QAbstractSpinBox, QComboBox, QLineEdit):
        for control in part.findChildren(kind):
            control.setMinimumWidth(NARROWEST_PX)


def breakable(text: str) -> str:
    """Return a text that may break within paths and file names, so that no label is too wide."""
    return re.sub(r"(?<=[/\\_.-])(?=\w)", "\u200b", text)

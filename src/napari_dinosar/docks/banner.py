"""A message that stands where it concerns, marked in the theme's colour, with its ways on."""

from __future__ import annotations

from typing import Literal

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from napari_dinosar.docks.fold import breakable
from napari_dinosar.docks.theme import ThemeColours

Kind = Literal["warning", "error"]


class Banner(QFrame):
    """A message with a coloured edge; hidden as long as there is nothing to say.

    Parameters
    ----------
    name : str
        Object name.
    kind : str
        ``"warning"`` or ``"error"``: which of the theme's colours marks it.
    """

    def __init__(self, name: str, kind: Kind, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._kind = kind
        self.label = QLabel()
        self.label.setObjectName(f"{name}Text")
        self.label.setWordWrap(True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 4, 4)
        layout.setSpacing(4)
        layout.addWidget(self.label)
        self.hide()

    def add_button(self, text: str, name: str) -> QPushButton:
        """Return a button below the message."""
        button = QPushButton(text)
        button.setObjectName(name)
        self.layout().addWidget(button)
        return button

    def say(self, message: str) -> None:
        """Show a message."""
        self.label.setText(breakable(message))
        self.show()

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        edge = colours.error if self._kind == "error" else colours.warning
        self.setStyleSheet(
            f"#{self.objectName()} {{ border: none; border-left: 3px solid {edge}; }}"
        )

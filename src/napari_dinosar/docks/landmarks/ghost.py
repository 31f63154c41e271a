"""The ghost label: what a click would place, beside the pointer."""

from __future__ import annotations

from html import escape

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QLabel, QWidget

FLAGS = (
    Qt.WindowType.ToolTip
    | Qt.WindowType.FramelessWindowHint
    | Qt.WindowType.WindowTransparentForInput
    | Qt.WindowType.WindowDoesNotAcceptFocus
    | Qt.WindowType.NoDropShadowWindowHint
)
"""Of a window that takes neither the mouse nor the focus."""


class Ghost(QLabel):
    """A small label of its own, with a swatch."""

    def __init__(self) -> None:
        super().__init__()
        pass_by(self)
        self.setObjectName("landmarkGhost")
        self.setTextFormat(Qt.TextFormat.RichText)
        self._said: tuple[str, str] = ("", "")

    def say(self, text: str, colour: str) -> None:
        """Change the text and the colour of its swatch; an empty colour takes the swatch away."""
        if (text, colour) == self._said:
            return
        self._said = text, colour
        swatch = f'<span style="color:{colour}">●</span> ' if colour else ""
        self.setText(f"{swatch}{escape(text)}" if text else "")

    def wear(self, background: str, text: str, line: str) -> None:
        """Take on the colours of a theme, each ``#rrggbb``."""
        self.setStyleSheet(
            f"QLabel {{ background: {background}; color: {text}; border: 1px solid {line}; "
            "padding: 1px 5px; }"
        )


def pass_by(label: QWidget) -> None:
    """Let a window be seen and nothing else: it takes neither the mouse nor the focus."""
    label.setWindowFlags(FLAGS)
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    label.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    label.setFocusPolicy(Qt.FocusPolicy.NoFocus)

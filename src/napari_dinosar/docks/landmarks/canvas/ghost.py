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
        # it lies on photos, whatever the theme, and all colours of landmarks show on this grey
        self.setStyleSheet(
            "QLabel { background: #24242a; color: #f2f2f2; border: 1px solid #6e6e78; "
            "padding: 1px 5px; }"
        )
        self._said: tuple[str, str] = ("", "")

    def say(self, text: str, colour: str) -> None:
        """Change the text and the colour of its swatch; an empty colour takes the swatch away."""
        if (text, colour) == self._said:
            return
        self._said = text, colour
        swatch = f'<span style="color:{colour}">●</span> ' if colour else ""
        self.setText(f"{swatch}{escape(text)}" if text else "")


def pass_by(label: QWidget) -> None:
    """Let a window be seen and nothing else: it takes neither the mouse nor the focus."""
    label.setWindowFlags(FLAGS)
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    label.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    label.setFocusPolicy(Qt.FocusPolicy.NoFocus)

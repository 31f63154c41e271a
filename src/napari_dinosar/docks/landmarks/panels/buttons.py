"""A button of the dock, which leaves the keyboard to the editor."""

from __future__ import annotations

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QPushButton


def dock_button(text: str, name: str, tooltip: str) -> QPushButton:
    """Return a button that takes no focus.

    Parameters
    ----------
    text : str
        What it says.
    name : str
        Object name.
    tooltip : str
        A sentence.
    """
    button = QPushButton(text)
    button.setObjectName(name)
    button.setToolTip(tooltip)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return button

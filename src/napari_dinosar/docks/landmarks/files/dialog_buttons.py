"""A button inside a dialog, which the Enter key never presses."""

from __future__ import annotations

from qtpy.QtWidgets import QPushButton

_NARROW_PX = 34


def dialog_button(text: str, name: str, tooltip: str, *, is_narrow: bool = False) -> QPushButton:
    """Return a button.

    Parameters
    ----------
    text : str
        What it says.
    name : str
        Object name.
    tooltip : str
        A sentence.
    is_narrow : bool
        Whether it is only as wide as a sign.
    """
    button = QPushButton(text)
    button.setObjectName(name)
    button.setToolTip(tooltip)
    button.setAutoDefault(False)
    if is_narrow:
        button.setMaximumWidth(_NARROW_PX)
        button.setAccessibleName(tooltip)
    return button

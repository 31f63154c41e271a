"""A slider that leaves keys and wheel to what it lies in."""

from __future__ import annotations

from qtpy.QtCore import Qt
from qtpy.QtGui import QWheelEvent
from qtpy.QtWidgets import QSlider


class Slider(QSlider):
    """A slider across that takes no focus; the wheel scrolls past it.

    Parameters
    ----------
    low, high, value : int
        Its range, and what it stands at.
    """

    def __init__(self, low: int, high: int, value: int) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(low, high)
        self.setValue(value)
        self.setPageStep(1)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802 - Qt's name
        """Leave the wheel to what scrolls."""
        if event is not None:
            event.ignore()

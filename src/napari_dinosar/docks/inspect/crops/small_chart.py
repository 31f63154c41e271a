"""What the small charts of a cell share: their height, and what they say of the bar pointed at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QEvent, QSize
from qtpy.QtGui import QHelpEvent
from qtpy.QtWidgets import QSizePolicy, QToolTip, QWidget

if TYPE_CHECKING:
    from napari_dinosar.docks.theme import ThemeColours


class SmallChart(QWidget):
    """A chart as wide as there is room, whose bars say their numbers.

    Parameters
    ----------
    colours : ThemeColours
        Of the window.
    high_px : int
        Its height.
    """

    def __init__(self, colours: ThemeColours, high_px: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.colours = colours
        self._high_px = high_px

    def bar_text(self, x: float) -> str:
        """Return what the bar at a place of the widget stands for; empty beside the bars."""
        return ""

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a low chart."""
        return QSize(240, self._high_px)

    def event(self, event: QEvent | None) -> bool:
        """Say what the bar under the pointer stands for."""
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.bar_text(event.pos().x()), self)
            return True
        return bool(super().event(event))

"""The scrolling part of the Compare dock, which fits a low window and a narrow dock."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtGui import QShowEvent
from qtpy.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from napari_dinosar.docks.fold import align_labels, let_shrink

WIDTH_PX = 300
"""Of the dock, unless the user drags it wider."""


class InputArea(QScrollArea):
    """Stacks the parts of a form, with one column of labels, in a scroll area.

    Parameters
    ----------
    parts : sequence of QWidget
        From the top to the bottom.
    """

    def __init__(self, parts: Sequence[QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inputs")
        self._parts = tuple(parts)
        self._content = QWidget()
        rows = QVBoxLayout(self._content)
        rows.setContentsMargins(8, 4, 8, 4)
        for part in parts:
            rows.addWidget(part)
        rows.addStretch(1)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setWidget(self._content)

    def set_busy(self, is_busy: bool) -> None:
        """Let nothing be changed while something runs; the area can still be scrolled."""
        self._content.setEnabled(not is_busy)

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802 - Qt's name
        """Align the labels and let the controls shrink, now that the theme's fonts are known."""
        super().showEvent(event)
        for part in self._parts:
            align_labels(part)
            let_shrink(part)
        self.setMinimumWidth(WIDTH_PX)

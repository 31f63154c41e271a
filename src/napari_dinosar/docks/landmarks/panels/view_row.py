"""How the next photo is looked at, and the loupe: the foot of the Landmarks dock."""

from __future__ import annotations

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QWidget

from napari_dinosar.docks.landmarks.panels.words import tooltip


class ViewRow(QWidget):
    """Two controls of the view; the dock connects them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("viewRow")
        self.keeps_view = QCheckBox("Keep the view")
        self.keeps_view.setObjectName("keepsView")
        self.keeps_view.setToolTip(
            "Look at the next photo where this one was looked at; else all of it is shown"
        )
        self.loupe = QPushButton("Loupe")
        self.loupe.setObjectName("loupeButton")
        self.loupe.setToolTip(tooltip("loupe"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.keeps_view)
        row.addStretch(1)
        row.addWidget(self.loupe)
        for control in (self.keeps_view, self.loupe):
            control.setFocusPolicy(Qt.FocusPolicy.NoFocus)

"""What stands in place of the photos where there are none: what to do, and buttons that do it."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget


class EmptyPhotos(QWidget):
    """A sentence, and the ways to photos.

    Signals
    -------
    new_wanted, open_wanted, folder_wanted, photos_wanted : no value
        A button.
    """

    new_wanted = Signal()
    open_wanted = Signal()
    folder_wanted = Signal()
    photos_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("emptyPhotos")
        self.text = QLabel()
        self.text.setObjectName("photoMessage")
        self.text.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.addWidget(self.text)
        ways = QWidget()
        ways.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        stack = QVBoxLayout(ways)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(4)
        column.addWidget(ways)
        row = (
            ("New project…", "emptyNew", "Choose photos, and name the landmarks"),
            ("Open…", "emptyOpen", "A COCO file, or a file of landmarks of another program"),
            ("Open folder…", "emptyFolder", "A folder that holds a project, or photos for one"),
            ("Add photos…", "emptyAdd", "Add photos to the project"),
        )
        signals = (self.new_wanted, self.open_wanted, self.folder_wanted, self.photos_wanted)
        self.buttons: list[QPushButton] = []
        for (text, name, said), signal in zip(row, signals, strict=True):
            button = QPushButton(text)
            button.setObjectName(name)
            button.setToolTip(said)
            button.clicked.connect(signal)
            stack.addWidget(button)
            self.buttons.append(button)
        column.addStretch(1)

    def show_ways(self, *, is_open: bool, has_photos: bool) -> None:
        """Offer what helps: a project, photos for it, or nothing where a search finds none."""
        for button in self.buttons[:3]:
            button.setVisible(not is_open)
        self.buttons[3].setVisible(is_open and not has_photos)

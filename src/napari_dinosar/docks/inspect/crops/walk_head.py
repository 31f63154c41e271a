"""The head of a page: what is shown, its place in the walk, and the buttons that go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from napari_dinosar.docks.landmarks.panels.buttons import dock_button
from napari_dinosar.docks.landmarks.panels.colours import first_colours, quiet

if TYPE_CHECKING:
    from napari_dinosar.docks.theme import ThemeColours


class WalkHead(QWidget):
    """Title, a quieter line below it, Previous and Next.

    Parameters
    ----------
    name : str
        ``"cell"`` or ``"match"``, of which the object names are made.
    previous, following : str
        Tooltips of the two buttons.

    Signals
    -------
    walked : int
        A button was pressed: -1 or 1.
    """

    walked = Signal(int)

    def __init__(
        self, name: str, previous: str, following: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.title, self.place = QLabel(), QLabel()
        self.title.setObjectName(f"{name}Title")
        self.place.setObjectName(f"{name}Rank")
        self.title.setStyleSheet("font-weight: 600;")
        for label in (self.title, self.place):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.previous = dock_button("Previous", f"{name}Previous", previous)
        self.next = dock_button("Next", f"{name}Next", following)
        self.previous.clicked.connect(self._on_previous)
        self.next.clicked.connect(self._on_next)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.title)
        words.addWidget(self.place)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(words, 1)
        layout.addWidget(self.previous)
        layout.addWidget(self.next)
        self.set_colours(first_colours())

    def say(self, title: str, place: str) -> None:
        """Say what is shown, and where in the walk it is; nothing where both are empty."""
        self.title.setText(title)
        self.place.setText(place)
        for label in (self.title, self.place):
            label.setVisible(bool(title))

    def let_walk(self, back: bool, forth: bool) -> None:
        """Enable the two buttons, or not, as at the ends of the walk."""
        self.previous.setEnabled(back)
        self.next.setEnabled(forth)

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        self.place.setStyleSheet(quiet(colours))
        for button in (self.previous, self.next):
            button.setStyleSheet("QPushButton { padding: 3px 7px; }")

    def _on_previous(self) -> None:
        self.walked.emit(-1)

    def _on_next(self) -> None:
        self.walked.emit(1)

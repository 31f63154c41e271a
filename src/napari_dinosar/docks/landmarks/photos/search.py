"""Which photos are listed: a field for words, and a choice of how far they are."""

from __future__ import annotations

from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QKeyEvent
from qtpy.QtWidgets import QComboBox, QLineEdit, QWidget

from napari_dinosar.project.listing import Filter

FILTERS: dict[Filter, str] = {
    "all": "All",
    "incomplete": "Incomplete",
    "none": "Not begun",
    "partial": "Partial",
    "complete": "Complete",
    "flagged": "Flagged",
}


class PhotoSearch(QLineEdit):
    """Words to search for; a field that gives the keyboard back to the editor when it is done.

    Signals
    -------
    entered : no value
        The person wants to go to what was found.
    """

    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("photoSearch")
        self.setPlaceholderText("Search photos")
        self.setClearButtonEnabled(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setToolTip(
            "Words that the file name or an id holds, in any order\n"
            "Enter: go to the first photo found. Esc: clear the search."
        )

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """Take Enter and Escape; all else is typing."""
        if event is None:
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
            self.clearFocus()
        elif event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.clearFocus()
        else:
            super().keyPressEvent(event)


class PhotoFilter(QComboBox):
    """How far the photos are that are listed; each choice says how many there are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("photoFilter")
        self.setToolTip("Which photos are listed; the keys for the next photo follow the list")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for which, text in FILTERS.items():
            self.addItem(text, which)

    @property
    def which(self) -> Filter:
        """The choice, as `Listing.shown` takes it."""
        chosen: Filter = self.currentData()
        return chosen

    def show_counts(self, totals: dict[str, int]) -> None:
        """Say how many photos each choice lists, from what `Listing.totals` counted."""
        found = {**totals, "incomplete": totals["none"] + totals["partial"]}
        for place, (which, text) in enumerate(FILTERS.items()):
            self.setItemText(place, f"{text} ({found[which]})")

"""The note of a specimen as a field of text: kept as one edit, when the person pauses or leaves."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtGui import QFocusEvent
from qtpy.QtWidgets import QPlainTextEdit, QWidget

from napari_dinosar.docks.timers import single_shot
from napari_dinosar.project.state import Specimen

PAUSE_MS = 1500
_LINES = 3


class NoteField(QPlainTextEdit):
    """A few lines of text.

    Parameters
    ----------
    keep : callable
        Keeps a note; takes the id of its specimen and the text.
    """

    def __init__(self, keep: Callable[[str, str], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notes_note")
        self.setTabChangesFocus(True)
        self.setPlaceholderText("What is to be remembered of this specimen")
        self.setToolTip("Kept with the specimen in the project")
        self.setFixedHeight(_LINES * self.fontMetrics().lineSpacing() + 14)
        self._keep = keep
        self._key: str | None = None
        self._kept = ""
        self.pause = single_shot(self, PAUSE_MS, self.commit)
        self.textChanged.connect(self._on_typed)

    def show_specimen(self, specimen: Specimen | None) -> None:
        """Show the note of a specimen; what was typed for the one before is kept first."""
        key = None if specimen is None else specimen.specimen_id
        note = "" if specimen is None else specimen.digitised.note
        if key != self._key:
            self.commit()
        elif note == self._kept or self.toPlainText() != self._kept:
            return  # nothing new, or not to be lost while it is typed
        self._key, self._kept = key, note
        if self.toPlainText() != note:
            self.setPlainText(note)
        self.pause.stop()

    def commit(self) -> None:
        """Keep what was typed, if it is another note than before."""
        self.pause.stop()
        text = self.toPlainText()
        if self._key is None or text == self._kept:
            return
        # first: the edit comes back as a change of the specimen
        self._kept = text
        self._keep(self._key, text)

    def focusOutEvent(self, event: QFocusEvent | None) -> None:  # noqa: N802 - Qt's name
        """Keep the note when the person goes elsewhere."""
        super().focusOutEvent(event)
        self.commit()

    def _on_typed(self) -> None:
        if self.toPlainText() != self._kept:
            self.pause.start()

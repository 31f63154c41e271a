"""Who flags, and when: two fields that only the person fills in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.compat import isalive
from qtpy.QtWidgets import QCheckBox, QGridLayout, QLabel, QLineEdit, QWidget

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.fold import NARROWEST_PX
from napari_dinosar.docks.inspect.flags.flag_pen import (
    MOST_AUTHOR,
    pen_of,
    remember_author,
    remembered_author,
)

if TYPE_CHECKING:
    from napari_dinosar.docks.theme import ThemeColours
    from napari_dinosar.inspection.inspected import Inspection


class FlagSigning(QWidget):
    """Author and date for what is flagged from now on; both may stay empty.

    Parameters
    ----------
    inspection : Inspection
        Whose flags.
    """

    def __init__(self, inspection: Inspection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inspection = inspection
        self._pen = pen_of(inspection)
        self.author = QLineEdit()
        self.author.setObjectName("flagAuthor")
        self.author.setPlaceholderText("Who (may be empty)")
        self.author.setToolTip("Written to each flag that you set from now on")
        self.author.setMaxLength(MOST_AUTHOR)
        self.date = QLineEdit()
        self.date.setObjectName("flagDate")
        self.date.setPlaceholderText("When (may be empty)")
        self.date.setToolTip("As you write dates; the program fills nothing in")
        self.date.setMaxLength(MOST_AUTHOR)
        self.remember = QCheckBox("Remember who")
        self.remember.setObjectName("flagRemember")
        self.remember.setToolTip("On this computer, for later windows; else it is forgotten")
        self.remember.setChecked(remembered_author() is not None)
        self._caption = QLabel("From now on flagged by")
        self._caption.setObjectName("flagSigned")
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._caption, 0, 0)
        layout.addWidget(self.remember, 0, 1)
        for column, field in enumerate((self.author, self.date)):
            field.setMinimumWidth(NARROWEST_PX)
            layout.addWidget(field, 1, column)
        self._on_pen()
        self.author.textChanged.connect(self._on_typed)
        self.date.textChanged.connect(self._on_typed)
        self.author.editingFinished.connect(self._keep)
        self.remember.toggled.connect(self._keep)
        self._pen.changed.connect(self._on_pen)

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        self._caption.setStyleSheet(f"color: {colours.muted}")

    def _on_typed(self) -> None:
        self._pen.write(author=self.author.text() or None, date=self.date.text() or None)

    def _on_pen(self) -> None:
        if not isalive(self):
            return
        for field, text in ((self.author, self._pen.remark.author),
                            (self.date, self._pen.remark.date)):  # fmt: skip
            if field.text() != (text or ""):
                field.setText(text or "")

    def _keep(self) -> None:
        wanted = self.author.text() if self.remember.isChecked() else ""
        try:
            if wanted != (remembered_author() or ""):
                remember_author(wanted or None)
        except DinosarError as error:
            self._inspection.told.emit(str(error))

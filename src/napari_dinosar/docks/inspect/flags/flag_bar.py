"""Flag the selected cells: a reason, a note, and what the current one is flagged as."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.compat import isalive
from qtpy.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QWidget

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.fold import NARROWEST_PX, guard_wheel
from napari_dinosar.docks.inspect.flags.flag_pen import pen_of
from napari_dinosar.docks.inspect.flags.flag_words import button, remark_html, why_none
from napari_dinosar.findings.flags import MOST_TEXT, REASONS

if TYPE_CHECKING:
    from napari_dinosar.docks.theme import ThemeColours
    from napari_dinosar.inspection.inspected import Inspection


class FlagBar(QWidget):
    """Flags all selected cells in one step, and says how the current one is flagged.

    What is written in the fields is shared by all bars of a window.

    Parameters
    ----------
    inspection : Inspection
        Whose cells.
    """

    def __init__(self, inspection: Inspection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("flagBar")
        self._inspection = inspection
        self._pen = pen_of(inspection)
        self._is_filling = False
        self._muted = "gray"
        self.state = QLabel()
        self.state.setObjectName("flagState")
        self.state.setWordWrap(True)
        self.reason = QComboBox()
        self.reason.setObjectName("flagReason")
        self.reason.setToolTip("Why the selected cells, or the next region, are not to be trusted")
        self.reason.addItems(REASONS)
        self.note = QLineEdit()
        self.note.setObjectName("flagNote")
        self.note.setPlaceholderText("Note, in your own words")
        self.note.setToolTip("Kept with the flag, and exported; it may be empty")
        self.note.setMaxLength(MOST_TEXT)
        self.note.setClearButtonEnabled(True)
        self.flag_button = button("Flag", "flagCells", "flag_cell")
        self.unflag_button = button("Unflag", "unflagCells", "unflag_cell")
        self._lay_out()
        self._connect()
        self._on_pen()
        self._on_selected()

    def _lay_out(self) -> None:
        for field in (self.reason, self.note):
            field.setMinimumWidth(NARROWEST_PX)
        buttons = QHBoxLayout()
        buttons.addWidget(self.flag_button, 1)
        buttons.addWidget(self.unflag_button, 1)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.state, 0, 0, 1, 2)
        layout.addWidget(self.reason, 1, 0)
        layout.addWidget(self.note, 1, 1)
        layout.addLayout(buttons, 2, 0, 1, 2)
        layout.setColumnStretch(1, 1)
        guard_wheel(self)

    def _connect(self) -> None:
        self.reason.currentTextChanged.connect(self._on_reason)
        self.note.textChanged.connect(self._on_note)
        self.note.returnPressed.connect(self.flag)
        self.flag_button.clicked.connect(self._on_flag)
        self.unflag_button.clicked.connect(self._on_unflag)
        self._pen.changed.connect(self._on_pen)
        self._inspection.cells.changed.connect(self._on_selected)
        self._inspection.shown.connect(self._on_selected)
        self._inspection.flagged.connect(self._on_flagged)

    def flag(self) -> None:
        """Flag all selected cells with what the fields say, in one step."""
        try:
            places, remark = self._places(), self._pen.use()
            self._inspection.flags.flag_cells(
                places, remark.reason, remark.note, author=remark.author, date=remark.date
            )
        except DinosarError as error:
            self._inspection.told.emit(str(error))

    def unflag(self) -> None:
        """Take the flags off all selected cells, in one step."""
        try:
            self._inspection.flags.unflag_cells(self._places())
        except DinosarError as error:
            self._inspection.told.emit(str(error))

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        self._muted = colours.muted
        self._on_flagged()

    def _places(self) -> list[tuple[int, int]]:
        places = self._selected()
        if not places:
            raise DinosarError(why_none(self._inspection.findings))
        return places

    def _selected(self) -> list[tuple[int, int]]:
        across = self._across()
        return [divmod(cell, across) for cell in self._inspection.cells.cells]

    def _across(self) -> int:
        facts = self._inspection.cells.facts
        return 1 if facts is None else facts.cells.shape[1]

    def _on_flag(self) -> None:
        self.flag()

    def _on_unflag(self) -> None:
        self.unflag()

    def _on_reason(self, reason: str) -> None:
        if not self._is_filling:
            self._pen.write(reason=reason)

    def _on_note(self, note: str) -> None:
        if self._is_filling:
            return
        try:
            self._pen.write(note=note)
        except DinosarError as error:
            self._inspection.told.emit(str(error))

    def _on_pen(self) -> None:
        if not isalive(self):
            return
        self._is_filling = True
        self.reason.setCurrentText(self._pen.remark.reason)
        if self.note.text() != self._pen.remark.note:
            self.note.setText(self._pen.remark.note)
        self._is_filling = False

    def _on_selected(self) -> None:
        """Take the current cell's own words into the fields; those of another cell go."""
        if not isalive(self):
            return
        current, flag = self._inspection.cells.current, None
        if current is not None:
            flag = self._inspection.flags.flag_of(*divmod(current, self._across()))
        self._pen.turn_to(None if flag is None else flag.remark)
        self._on_flagged()

    def _on_flagged(self) -> None:
        """Say how the current cell is flagged, and how many of the selected ones are."""
        if not isalive(self):
            return
        places = self._selected()
        flagged = [place for place in places if self._inspection.flags.flag_of(*place)]
        self.flag_button.setEnabled(bool(places))
        self.unflag_button.setEnabled(bool(flagged))
        count = f" {len(places)} cells" if len(places) > 1 else ""
        self.flag_button.setText(f"Flag{count}")
        self.unflag_button.setText(
            f"Unflag{f' {len(flagged)}' if flagged and len(places) > 1 else ''}"
        )
        self.state.setText(self._state(places, len(flagged)))

    def _state(self, places: list[tuple[int, int]], n_flagged: int) -> str:
        """Return what is flagged of the selection, as rich text."""
        current = self._inspection.cells.current
        if not places or current is None:
            return why_none(self._inspection.findings)
        row, col = divmod(current, self._across())
        flag = self._inspection.flags.flag_of(row, col)
        words = f"<span style='color: {self._muted}'>Cell {row}, {col} is not flagged.</span>"
        if flag is not None:
            words = f"Cell {row}, {col} is flagged: {remark_html(flag.remark, self._muted)}"
        elif self._is_in_region(row, col):
            words = f"Cell {row}, {col} lies in an excluded region."
        if len(places) > 1:
            words += f"<br>{n_flagged} of {len(places)} selected cells are flagged."
        return words

    def _is_in_region(self, row: int, col: int) -> bool:
        flags = self._inspection.flags
        if not flags.sheet.regions:
            return False
        left_out = flags.excluded_cells()
        return left_out is not None and bool(left_out[row, col])

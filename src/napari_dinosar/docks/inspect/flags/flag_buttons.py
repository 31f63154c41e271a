"""Buttons for what is flagged: change and remove rows, undo, redo, clear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.compat import isalive
from qtpy.QtWidgets import QHBoxLayout, QWidget

from napari_dinosar.docks.inspect.tooltips import keyed
from napari_dinosar.docks.landmarks.panels.buttons import dock_button
from napari_dinosar.docks.landmarks.panels.icons import undo_icon

if TYPE_CHECKING:
    from napari_dinosar.docks.theme import ThemeColours
    from napari_dinosar.inspection.inspected import Inspection


class FlagButtons(QWidget):
    """A row of buttons; undo, redo and clear act by themselves.

    Parameters
    ----------
    inspection : Inspection
        Whose flags.
    """

    def __init__(self, inspection: Inspection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inspection = inspection
        self.change = dock_button(
            "Change",
            "flagsChange",
            "Gives the selected rows the reason and note above, and author and date below",
        )
        self.remove = dock_button(
            "Remove", "flagsRemove", "Takes the selected rows away (Delete); can be undone"
        )
        self.undo = dock_button(
            "", "flagsUndo", keyed("Undo the last flag, region or removal", "undo")
        )
        self.redo = dock_button("", "flagsRedo", keyed("Redo what was undone last", "redo"))
        self.clear = dock_button(
            "Clear all",
            "flagsClear",
            "Takes all flags and regions away, in one step; can be undone",
        )
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for part in (self.change, self.remove, self.undo, self.redo, self.clear):
            layout.addWidget(part, 0 if part in (self.undo, self.redo) else 1)
        self.undo.clicked.connect(self._on_undo)
        self.redo.clicked.connect(self._on_redo)
        self.clear.clicked.connect(self._on_clear)
        inspection.shown.connect(self._update)
        inspection.flagged.connect(self._update)
        self.set_rows(0)
        self._update()

    def set_rows(self, n_rows: int) -> None:
        """Say how many rows are selected."""
        for part in (self.change, self.remove):
            part.setEnabled(n_rows > 0)

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        self.undo.setIcon(undo_icon(colours))
        self.redo.setIcon(undo_icon(colours, is_mirrored=True))

    def _on_undo(self) -> None:
        self._inspection.flags.undo()

    def _on_redo(self) -> None:
        self._inspection.flags.redo()

    def _on_clear(self) -> None:
        self._inspection.flags.clear()

    def _update(self) -> None:
        if isalive(self):
            flags = self._inspection.flags
            self.undo.setEnabled(flags.can_undo)
            self.redo.setEnabled(flags.can_redo)
            self.clear.setEnabled(len(flags) > 0)

"""How a table looks: in the colours of the theme, with the current row in bold."""

from __future__ import annotations

from qtpy.QtCore import QModelIndex
from qtpy.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTableView

from napari_dinosar.docks.theme import ThemeColours, mixed


class CurrentRow(QStyledItemDelegate):
    """Writes the current row of a table in bold, where it is selected.

    Parameters
    ----------
    view : QTableView
        The table.
    """

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self._view = view

    def initStyleOption(  # noqa: N802 - Qt's name
        self, option: QStyleOptionViewItem | None, index: QModelIndex
    ) -> None:
        """Choose the font."""
        super().initStyleOption(option, index)
        if option is not None and index.row() == self._view.currentIndex().row():
            option.font.setBold(self._view.selectionModel().isSelected(index))


def table_style(colours: ThemeColours) -> str:
    """Return the style sheet of a table."""
    selected = mixed(colours.background, colours.highlight, 0.6)
    return (
        f"QTableView {{ background: {colours.background}; outline: none; }}"
        f"QTableView::item {{ padding: 0 4px; border: none; }}"
        f"QTableView::item:selected {{ background: {selected}; color: {colours.text}; }}"
        f"QHeaderView {{ background: {colours.background}; }}"
        f"QHeaderView::section {{ background: {colours.background}; color: {colours.muted}; "
        f"border: none; border-bottom: 1px solid {colours.line}; padding: 2px 6px; }}"
    )

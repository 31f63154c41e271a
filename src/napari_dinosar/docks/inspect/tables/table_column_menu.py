"""The menu that shows and hides the columns of a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from qtpy.QtWidgets import QMenu, QWidget

from napari_dinosar.docks.inspect.tables.table_columns import Column

AUTOMATIC = "As many as there is room for"


def column_menu(
    parent: QWidget,
    columns: Iterable[tuple[Column, bool]],
    choose: Callable[[str, bool], None],
    forget: Callable[[], None],
) -> QMenu:
    """Return a menu with a tick before each column that is shown.

    Parameters
    ----------
    parent : QWidget
        The table.
    columns : iterable of (Column, bool)
        All of them, and whether they are shown.
    choose : callable
        Is given the name of a column and whether it is to be shown.
    forget : callable
        Called when the columns are to be chosen by the room there is.
    """
    menu = QMenu(parent)
    menu.setToolTipsVisible(True)
    for column, is_shown in columns:
        action = menu.addAction(column.meaning.title)
        action.setToolTip(column.meaning.says)
        action.setCheckable(True)
        action.setChecked(is_shown)
        action.toggled.connect(partial(choose, column.name))
    menu.addSeparator()
    menu.addAction(AUTOMATIC).triggered.connect(forget)
    return menu

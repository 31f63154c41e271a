"""Above a table: what is looked for, which rows only, how many, and where they can go."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QSize, Signal
from qtpy.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.inspect.tables.table_model import TableModel
from napari_dinosar.docks.inspect.tables.table_sources import TableSource
from napari_dinosar.docks.landmarks.panels.buttons import dock_button
from napari_dinosar.docks.theme import ThemeColours
from napari_dinosar.inspection.row_filter import rows_found

WIDE_PX = 780
"""From this width on all of it stands in one line."""


class TableBar(QWidget):
    """A field and buttons that filter, and the number of rows with buttons for them.

    Parameters
    ----------
    source : TableSource
        What is listed.

    Signals
    -------
    filtered : no value
        Something else is looked for.
    """

    filtered = Signal()

    def __init__(self, source: TableSource) -> None:
        super().__init__()
        self._source = source
        self.search = QLineEdit()
        self.search.setObjectName(f"search{source.name}")
        self.search.setPlaceholderText(f"Find {source.word}")
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(70)
        self.search.setToolTip(
            f"Words that stand in a row, or comparisons with a column, by its name in the exported "
            f"table.\nFor example: {source.example}"
        )
        self.search.textChanged.connect(self._tell)
        self.quick = {one.name: self._filter_button(one.name) for one in source.filters}
        self.count = QLabel()
        self.count.setObjectName(f"count{source.name}")
        self.count.setWordWrap(True)
        self.count.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.columns = dock_button(
            "Columns", f"columns{source.name}", "Show and hide columns; also on the header's menu."
        )
        self.copy = dock_button(
            "Copy", f"copy{source.name}",
            "Copy the selected rows, or all that are shown, for a spreadsheet: Control-C.",
        )  # fmt: skip
        self.save = dock_button(
            "Save CSV…", f"save{source.name}",
            "Save the rows that are shown as CSV, in this order, with all their columns.",
        )  # fmt: skip
        # one line, until it is known how wide it is: in two lines a tab that was never looked at
        # would ask for a higher window than a small screen has
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)
        self._lines = (
            _line(self.search, *self.quick.values()),
            _line(self.count, self.columns, self.copy, self.save),
        )
        for line, stretch in zip(self._lines, (3, 4), strict=True):
            self._layout.addWidget(line, stretch)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Ask for the width of the wider line: side by side they would never become narrower."""
        width = max(line.minimumSizeHint().width() for line in self._lines)
        return QSize(width, super().minimumSizeHint().height())

    def _filter_button(self, name: str) -> QPushButton:
        (one,) = (each for each in self._source.filters if each.name == name)
        button = dock_button(one.title, f"only{name}", one.says)
        button.setCheckable(True)
        button.toggled.connect(self._tell)
        return button

    def wanted(self, model: TableModel) -> NDArray[np.bool_] | None:
        """Return the rows (n,) that are looked for; None for all of them.

        Raises
        ------
        DinosarError
            If what is typed cannot be looked for.
        """
        columns, text = model.by_name(), self.search.text().strip()
        chosen = [one for one in self._source.filters if self.quick[one.name].isChecked()]
        chosen = [one for one in chosen if one.column in columns]
        if not text and not chosen:
            return None
        wanted = rows_found(text, columns)
        for one in chosen:
            wanted &= columns[one.column] == float(one.wanted)
        return wanted

    def clear(self) -> None:
        """Look for nothing any more: all rows are shown."""
        self.search.clear()
        for button in self.quick.values():
            button.setChecked(False)

    def offer(self, model: TableModel) -> None:
        """Offer the filters that the table has columns for."""
        columns = model.by_name()
        for one in self._source.filters:
            is_there = one.column in columns and bool(np.isfinite(columns[one.column]).any())
            self.quick[one.name].setEnabled(is_there)
            self.quick[one.name].setToolTip(one.says if is_there else one.without or one.says)
            if not is_there:
                self.quick[one.name].setChecked(False)

    def say(self, model: TableModel, n_selected: int, n_selected_shown: int) -> None:
        """Say how many rows there are, are shown, and are selected."""
        n_rows, n_shown = model.n_rows, len(model.rows)
        text = f"{n_selected} of {n_rows} selected"
        if n_shown < n_rows:
            text = f"{n_shown} of {n_rows} shown, {n_selected} selected"
        if n_selected_shown < n_selected:
            text += f" ({n_selected - n_selected_shown} not shown)"
        self.count.setText(text)
        self.count.setToolTip(text)

    def refuse(self, error: DinosarError) -> None:
        """Say why what is typed cannot be looked for."""
        self.count.setText(str(error))
        self.count.setToolTip(str(error))

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        for button in self.quick.values():
            button.setStyleSheet(
                f"QPushButton:checked {{ background: {colours.highlight}; font-weight: 600; }}"
            )

    def turn(self, width_px: int) -> None:
        """Stand in one line where there is room, else in two."""
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._layout.setDirection(across if width_px >= WIDE_PX else down)
        self._layout.setSpacing(14 if width_px >= WIDE_PX else 4)

    def _tell(self) -> None:
        self.filtered.emit()


def _line(first: QWidget, *others: QWidget) -> QWidget:
    line = QWidget()
    layout = QHBoxLayout(line)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(3)
    layout.addWidget(first, 1)
    for other in others:
        layout.addWidget(other)
    return line

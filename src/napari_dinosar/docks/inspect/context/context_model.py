"""The statistics of a comparison beside those of what it is held against, as rows of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from qtpy.QtGui import QFont

from napari_dinosar.docks.inspect.context import context_words
from napari_dinosar.docks.number_text import with_minus

if TYPE_CHECKING:
    from napari_dinosar.inspection.baselines_context import Context

NOISE_HIGH = "noise_p95"
COUNTS = ("n", "n_eff")
_Role = Qt.ItemDataRole


class ContextModel(QAbstractTableModel):
    """The rows of one group of statistics; a column for each of the context's, however many.

    A number of the comparison that is above the 95th percentile of noise is bold.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context: Context | None = None
        self._rows: list[str] = []

    @property
    def context(self) -> Context | None:
        """What is shown."""
        return self._context

    def groups(self) -> list[str]:
        """Return the groups of statistics, that of the cells first."""
        names = [] if self._context is None else self._context.statistics
        found = list(dict.fromkeys(context_words.group(name) for name in names))
        return sorted(found, key=lambda words: words.startswith("Patches"))

    def show(self, context: Context | None, group: str = "") -> None:
        """Show a group of a context; the first one where it has none of that name."""
        self.beginResetModel()
        self._context = context
        groups = self.groups()
        wanted = group if group in groups else (groups[0] if groups else "")
        names = () if context is None else context.statistics
        self._rows = [name for name in names if context_words.group(name) == wanted]
        # those of the cells come before what stands for itself
        self._rows.sort(key=lambda name: name.startswith("homology.dissimilarity"), reverse=True)
        self.endResetModel()

    def text(self) -> str:
        """Return what is shown as lines of values parted by tabs, all digits, with a header."""
        if self._context is None:
            return ""
        columns = self._context.columns
        lines = [["statistic", *(f"{one.name} ({one.unit})" for one in columns)]]
        for name in self._rows:
            values = (one.values.get(name) for one in columns)
            lines.append([name, *("" if value is None else repr(value) for value in values)])
        return "\n".join("\t".join(line) for line in lines) + "\n"

    def rowCount(self, parent: QModelIndex | None = None) -> int:  # noqa: N802 - Qt's name
        """Return the number of statistics."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex | None = None) -> int:  # noqa: N802 - Qt's name
        """Return the number of columns; the names of the statistics are the header of the rows."""
        is_inside = parent is not None and parent.isValid()
        return 0 if is_inside or self._context is None else len(self._context.columns)

    def data(self, index: QModelIndex, role: int = _Role.DisplayRole) -> Any:
        """Return a number, how it is written, or what it means."""
        if self._context is None or not index.isValid():
            return None
        name, column = self._rows[index.row()], self._context.columns[index.column()]
        value = column.values.get(name)
        if role == _Role.DisplayRole:
            return context_words.number(value)
        if role == _Role.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        is_above = index.column() == 0 and self._is_above_noise(name, value)
        if role == _Role.FontRole and is_above:
            font = QFont()
            font.setBold(True)
            return font
        if role == _Role.ToolTipRole:
            return self._tooltip(name, value, is_above)
        return None

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> Any:
        """Return the name of a statistic or of a column with its unit, or what it means."""
        if self._context is None:
            return None
        if orientation == Qt.Orientation.Vertical:
            name = self._rows[section].rpartition(".")[2]
            if role == _Role.DisplayRole:
                return context_words.statistic(name)
            return context_words.statistic_tooltip(name) if role == _Role.ToolTipRole else None
        column = self._context.columns[section]
        if role == _Role.DisplayRole:
            return context_words.header(column)
        if role == _Role.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom)
        return f"{column.says}\nIn {column.unit}." if role == _Role.ToolTipRole else None

    def _is_above_noise(self, name: str, value: float | None) -> bool:
        assert self._context is not None
        has_noise = NOISE_HIGH in [one.name for one in self._context.columns]
        if value is None or not has_noise or name.rpartition(".")[2] in COUNTS:
            return False
        high = self._context.value(name, NOISE_HIGH)
        return high is not None and value > high

    def _tooltip(self, name: str, value: float | None, is_above: bool) -> str:
        if value is None:
            return "Not defined here."
        above = "\nAbove the 95th percentile of the copies’ values: bold." if is_above else ""
        return f"{name} = {with_minus(repr(value))}{above}"

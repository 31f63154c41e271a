"""Columns of the tables as arrays, and how their numbers are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.docks.inspect.tables.table_words import Meaning, layer_meaning
from napari_dinosar.docks.number_text import NOTHING, number_text

if TYPE_CHECKING:
    from pandas import DataFrame

RISING, FALLING = "▴", "▾"
"""How the column that a table is sorted by is marked."""


@dataclass(frozen=True, eq=False)
class Column:
    """A column of a table.

    Attributes
    ----------
    name : str
        As in the exported table.
    meaning : Meaning
        What it is.
    values : array, (n,)
        Numbers with NaN where one is missing, or text.
    """

    name: str
    meaning: Meaning
    values: NDArray[Any]

    @property
    def is_text(self) -> bool:
        """Whether it holds words."""
        return self.meaning.digits == "text"

    def text(self, row: int) -> str:
        """Return what is written in a row."""
        return _WRITERS[self.meaning.digits](self.values[row])

    def plain(self, row: int) -> str:
        """Return the value of a row in full, for other programs; empty where it is missing."""
        value = self.values[row]
        if self.is_text:
            return " ".join(str(value).split())
        if not np.isfinite(value):
            return ""
        if self.meaning.digits == "yes":
            return "TRUE" if value else "FALSE"
        return str(int(value)) if self.meaning.digits == 0 else repr(float(value))


_WRITERS: Mapping[int | str, Callable[[Any], str]] = {
    **{decimals: partial(number_text, decimals=decimals) for decimals in (0, 1, 4)},
    "percent": lambda value: f"{value:.0%}" if np.isfinite(value) else NOTHING,
    "yes": lambda value: ("yes" if value else "no") if np.isfinite(value) else NOTHING,
    "text": str,
}


def as_lines(columns: Sequence[Column], rows: Iterable[int]) -> str:
    """Return rows as lines of values parted by tabulators, below the names of the columns."""
    lines = ["\t".join(column.name for column in columns)]
    lines += ["\t".join(column.plain(row) for column in columns) for row in rows]
    return "\n".join(lines) + "\n"


def columns_of(table: DataFrame, meanings: Mapping[str, Meaning]) -> tuple[Column, ...]:
    """Return the columns of a table in the order of their meanings, layers after their spread.

    Parameters
    ----------
    table : DataFrame
        `cell_table` or `match_table`; what it lacks is not shown.
    meanings : mapping of str to Meaning
        `CELLS` or `MATCHES`.
    """
    found = []
    for name, meaning in meanings.items():
        if name in table:
            found.append(column_of(name, table[name], meaning))
        if name == "layer_std":
            layers = [str(key) for key in table if _is_layer(str(key))]
            found += [column_of(key, table[key], layer_meaning(key)) for key in layers]
    return tuple(found)


def column_of(name: str, values: Any, meaning: Meaning) -> Column:
    """Return a column; what is missing becomes NaN, or no words."""
    import pandas as pd

    series = pd.Series(values)
    if meaning.digits == "text":
        return Column(name, meaning, series.fillna("").to_numpy(dtype=object))
    return Column(name, meaning, series.to_numpy(dtype=np.float64, na_value=np.nan))


def _is_layer(name: str) -> bool:
    return name.removeprefix("layer_").isdigit()

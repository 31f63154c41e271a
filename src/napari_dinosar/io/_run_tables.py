"""The tables of a run, read from CSV into the very columns and types that were written."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.findings import LAYER_STD, TABLES, table
from napari_dinosar.io.whole_files import whole_file

if TYPE_CHECKING:
    from pandas import DataFrame

MAX_BYTES = 2**28
"""Far more than the patches of the largest canvas take."""

_SWITCH = {"True": True, "False": False}

# Python's own float is exact to the last bit; the default of pandas before 3 is not
_READ: Mapping[str, Callable[[str], Any]] = {
    "int64": int,
    "float64": lambda text: float(text) if text else float("nan"),
    "bool": _SWITCH.__getitem__,
    "boolean": {**_SWITCH, "": None}.__getitem__,
    "str": str,
}


def read_table(path: Path, name: str) -> DataFrame:
    """Return a table of `TABLES` as it was written.

    Raises
    ------
    DinosarError
        If the file is missing or cut off, has other columns, or a value of another kind.
    """
    lines = _lines(path)
    header = _checked_header(lines, path, name)
    values = zip(*lines[1:], strict=True) if len(lines) > 1 else [()] * len(header)
    columns = {
        column: _column(texts, TABLES[name][column], column, path)
        for column, texts in zip(header, values, strict=True)
    }
    try:
        return table(name, columns)
    except (OverflowError, ValueError) as error:
        raise DinosarError(f"{path} holds a number that is too large: {error}.") from error


def _lines(path: Path) -> list[list[str]]:
    if not os.path.isfile(path):
        raise DinosarError(f"{path.parent} is not complete: it has no {path.name}.")
    choose = "choose the folder of a run"
    read = whole_file(path, MAX_BYTES, choose=choose, beyond="No table of a run is as long.")
    try:
        content = read.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DinosarError(f"{path} is damaged: it is not text in UTF-8.") from error
    if not content.endswith("\n"):
        raise DinosarError(f"{path} was cut off: its last line does not end.")
    try:
        return list(csv.reader(io.StringIO(content, newline=""), strict=True))
    except csv.Error as error:
        raise DinosarError(f"{path} is damaged: {error}.") from error


def _checked_header(lines: list[list[str]], path: Path, name: str) -> list[str]:
    """Return the columns, once they are the table's and every line has as many values."""
    expected, header = list(TABLES[name]), lines[0]
    if header != expected and header != [one for one in expected if one != LAYER_STD]:
        raise DinosarError(
            f"{path} does not have the columns of a run's {path.name}, which are: "
            f"{', '.join(expected)}."
        )
    for number, line in enumerate(lines, start=1):
        if len(line) != len(header):
            raise DinosarError(
                f"{path} is damaged: line {number} has {len(line)} values for {len(header)} "
                f"columns."
            )
    return header


def _column(texts: tuple[str, ...], kind: str, column: str, path: Path) -> list[Any]:
    values: list[Any] = []
    try:
        values.extend(map(_READ[kind], texts))
    except (ValueError, KeyError) as error:
        row = len(values)
        raise DinosarError(
            f"{path} is damaged: line {row + 2} has {texts[row][:40]!a} as its {column}."
        ) from error
    return values

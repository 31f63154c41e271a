"""The tables of a run, read from CSV into the very columns and types that were written."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.findings import LAYER_STD, TABLES, table

if TYPE_CHECKING:
    from pandas import DataFrame

MAX_BYTES = 2**28
"""Far more than the patches of the largest canvas take."""


def read_table(path: Path, name: str) -> DataFrame:
    """Return a table of `TABLES` as it was written.

    Raises
    ------
    DinosarError
        If the file is missing or cut off, has other columns, or a value of another kind.
    """
    import pandas as pd

    content = _content(path)
    columns = _checked_header(content, path, name)
    kinds = {column: TABLES[name][column] for column in columns}
    missing = {column: [""] for column, kind in kinds.items() if kind not in ("str", "bool")}
    try:
        frame = pd.read_csv(
            io.StringIO(content),
            dtype=kinds,
            na_values=missing,
            keep_default_na=False,
            float_precision="round_trip",
        )
    except (ValueError, TypeError, OverflowError) as error:
        reason = " ".join(str(error).split())
        raise DinosarError(f"{path} holds a value of a wrong kind: {reason}.") from error
    return table(name, {column: frame[column] for column in columns})


def _content(path: Path) -> str:
    try:
        if not path.is_file():
            raise DinosarError(f"{path.parent} is not complete: it has no {path.name}.")
        if path.stat().st_size > MAX_BYTES:
            raise DinosarError(f"{path} is larger than any table of a run.")
        content = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise DinosarError(f"{path} is damaged: it is not text in UTF-8.") from error
    except (OSError, ValueError) as error:
        raise DinosarError(f"{path} cannot be read: {error}.") from error
    if not content.endswith("\n"):
        raise DinosarError(f"{path} was cut off: its last line does not end.")
    return content


def _checked_header(content: str, path: Path, name: str) -> list[str]:
    """Return the columns, once they are the table's and every line has as many values."""
    expected = list(TABLES[name])
    try:
        lines = csv.reader(io.StringIO(content, newline=""), strict=True)
        header = next(lines)
        if header != expected and header != [one for one in expected if one != LAYER_STD]:
            raise DinosarError(
                f"{path} does not have the columns of a run's {path.name}, which are: "
                f"{', '.join(expected)}."
            )
        odd = next((number for number, line in enumerate(lines, 2) if len(line) != len(header)), 0)
    except csv.Error as error:
        raise DinosarError(f"{path} is damaged: {error}.") from error
    if odd:
        raise DinosarError(f"{path} is damaged: line {odd} does not have {len(header)} values.")
    return header

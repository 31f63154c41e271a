"""What is typed to find rows of a table: words, and comparisons such as ``dissimilarity > 0.4``."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.errors import DinosarError

_COMPARISON = re.compile(r"(\w+)\s*(<=|>=|!=|=|<|>)\s*([^\s<>=!]+)")
_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}


def rows_found(text: str, columns: Mapping[str, NDArray[Any]]) -> NDArray[np.bool_]:
    """Return which rows of a table have everything that is typed.

    Parameters
    ----------
    text : str
        Words, each of which must stand in one of the columns of text, however it is written; and
        comparisons of a column with a number: ``<``, ``<=``, ``>``, ``>=``, ``=``, ``!=``. The
        beginning of the column's name will do. A number that is missing is never found.
    columns : mapping of str to array, (n,)
        Numbers and truth values, and text as objects.

    Raises
    ------
    DinosarError
        If a comparison names no column of numbers, or no number.
    """
    n_rows = len(next(iter(columns.values()), ()))
    found = np.ones(n_rows, dtype=bool)
    for name, sign, value in _COMPARISON.findall(text):
        found &= _compared(name, sign, value, columns)
    words = _COMPARISON.sub(" ", text).casefold().split()
    if words:
        texts = [column for column in columns.values() if column.dtype == object]
        rows = zip(*texts, strict=True) if texts else [()] * n_rows
        lines = [" ".join(map(str, row)).casefold() for row in rows]
        for word in words:
            found &= np.fromiter((word in line for line in lines), dtype=bool, count=len(lines))
    return found


def _compared(
    name: str, sign: str, value: str, columns: Mapping[str, NDArray[Any]]
) -> NDArray[np.bool_]:
    known = [key for key, values in columns.items() if values.dtype != object]
    meant = [key for key in known if key.startswith(name.casefold())]
    if not meant:
        raise DinosarError(f"{name!r} is no column of numbers here: these are {', '.join(known)}.")
    try:
        number = float(value)
    except ValueError as error:
        raise DinosarError(f"{value!r} is no number to compare {name} with.") from error
    # the shortest is the name itself where there is such a column
    values = np.asarray(columns[min(meant, key=len)], dtype=np.float64)
    return np.asarray(np.isfinite(values) & _COMPARE[sign](values, number))

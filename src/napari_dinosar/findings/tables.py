"""The tables of a run: their columns with types, and how one is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pandas import DataFrame

LAYER_STD = "layer_std"
"""The column that tables have only where the spread of the layers was asked for."""

_PATCHES = {
    "row": "int64", "col": "int64", "x": "float64", "y": "float64", "fill": "float64",
    "match_row": "int64", "match_col": "int64", "match_x": "float64", "match_y": "float64",
    "similarity": "float64", "dissimilarity": "float64", "mutual": "bool", LAYER_STD: "float64",
}  # fmt: skip

TABLES: Mapping[str, Mapping[str, str]] = {
    "patches_a_to_b": _PATCHES,
    "patches_b_to_a": _PATCHES,
    "matches": {
        "rank": "int64", "x_a": "float64", "y_a": "float64", "x_b": "float64", "y_b": "float64",
        "similarity": "float64", "dissimilarity": "float64", "mutual": "bool",
        "inlier": "boolean", "attention": "float64",
    },
    "cells": {
        "row": "int64", "col": "int64",
        **{f"{axis}{k}_{side}": "float64" for side in "ab" for k in (1, 2, 3, 4) for axis in "xy"},
        "coverage_a": "float64", "coverage_b": "float64", "folded": "bool", "in_hull": "bool",
        "used": "bool", "reason": "str", "dissimilarity": "float64", LAYER_STD: "float64",
    },
}  # fmt: skip
"""Columns of the tables with their types; x and y are photo pixels.

Corners of a cell run clockwise from its first: top left, top right, bottom right, bottom left.
"""


def table(name: str, columns: Mapping[str, Any]) -> DataFrame:
    """Return a table of `TABLES` with its columns in order and of their types.

    Parameters
    ----------
    name : str
        One of `TABLES`.
    columns : mapping of str to array
        Its columns; without any the table has no rows. `LAYER_STD` may be missing.
    """
    import pandas as pd

    kinds = {
        column: kind
        for column, kind in TABLES[name].items()
        if column in columns or (not columns and column != LAYER_STD)
    }
    return pd.DataFrame(
        {column: _typed(columns.get(column, ()), kind) for column, kind in kinds.items()}
    )


def _typed(values: Any, kind: str) -> Any:
    """Return a column in its type; numpy's own types need no detour through pandas."""
    import pandas as pd

    if kind in ("int64", "float64", "bool"):
        return np.array(values, dtype=kind)
    return pd.array(values, dtype=kind)

"""Which columns of a table have room in its width, and how wide each of them is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from qtpy.QtGui import QFontMetrics

from napari_dinosar.docks.inspect.tables.table_columns import FALLING, Column
from napari_dinosar.docks.number_text import NOTHING

PADDING_PX = 15
WIDEST_PX = 220
"""Words that are longer are cut."""
SLACK = 0.3
"""Columns of numbers grow by this share at most where there is room to spare."""


def natural_width(column: Column, metrics: QFontMetrics) -> int:
    """Return the width in pixels that a column needs for its title and what stands in it."""
    title = metrics.horizontalAdvance(f"{column.meaning.title} {FALLING}")
    texts = _longest(column)
    widest = max((metrics.horizontalAdvance(text) for text in texts), default=0)
    return min(max(title, widest), WIDEST_PX) + PADDING_PX


def has_content(column: Column) -> bool:
    """Tell whether rows differ in a column, or it says anything at all."""
    if column.is_text:
        return bool((column.values != "").any())
    known = column.values[np.isfinite(column.values)]
    if column.meaning.digits == "yes":
        return bool(known.any() and not known.all())
    return bool(known.size)


def fitting(
    columns: Sequence[Column],
    widths: Sequence[int],
    chosen: Mapping[str, bool],
    room_px: int,
) -> dict[str, int]:
    """Return the columns that are shown, by name, with their widths.

    Parameters
    ----------
    columns : sequence of Column
        All of the table.
    widths : sequence of int
        What each needs.
    chosen : mapping of str to bool
        Columns that the user wants to see, or not to see, whether there is room or not.
    room_px : int
        Width of the table; what does not fit is left out, the least important first.
    """
    shown = {
        column.name: width
        for column, width in zip(columns, widths, strict=True)
        if chosen.get(column.name, False)
    }
    left = room_px - sum(shown.values())
    asked = sorted(
        (
            (column.meaning.place, number)
            for number, column in enumerate(columns)
            if column.name not in chosen and has_content(column)
        )
    )
    for _, number in asked:
        if widths[number] > left and shown:
            break
        shown[columns[number].name] = widths[number]
        left -= widths[number]
    # words are as long as they are
    growing = {column.name for column in columns if not column.is_text} & set(shown)
    used = max(sum(shown[name] for name in growing), 1)
    growth = 1.0 + min(max(left, 0) / used, SLACK)
    return {
        name: int(width * growth) if name in growing else width for name, width in shown.items()
    }


def _longest(column: Column) -> list[str]:
    """Return texts of a column one of which is its longest, or nearly so."""
    if column.is_text:
        words = {str(value) for value in column.values}
        return sorted(words, key=len)[-3:]
    known = np.flatnonzero(np.isfinite(column.values))
    if not len(known):
        return [NOTHING]
    values = column.values[known]
    return [column.text(known[values.argmin()]), column.text(known[values.argmax()])]

"""Tables of one landmark a line, which hold all that is known of specimens."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np

from napari_dinosar.core.digitised import PLACED, SOURCES, STATES, Dataset, Digitised, Source, State
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.io.landmark_files._building import Draft, dataset_of, refuse_none, schema_of
from napari_dinosar.io.landmark_files._losses import Part, losses
from napari_dinosar.io.landmark_files._text import (
    Row,
    Written,
    above_zero,
    check_extent,
    coordinate,
    delimiter_of,
    read_text,
    rows_of,
    shown,
    table_text,
    unique,
    whole,
)

TITLE = "A tidy table"
COLUMNS = ("specimen", "landmark", "x", "y", "visibility", "source")
NEEDED = COLUMNS[:4]
MARKS = {"visible": "2", "occluded": "1", "missing": "0", "absent": "absent"}

_HELD: tuple[Part, ...] = (
    "names", "absent", "occluded", "sources", "photo", "size", "scale", "unit", "curves", "note",
    "flag", "extras",
)  # fmt: skip
_STATE_OF: dict[str, State] = {mark: cast(State, state) for state, mark in MARKS.items()} | {
    state: state for state in STATES
}

_Cell = Callable[[Digitised], str]
# what a specimen may have besides; a column stands only in a table that has something to put there
_MORE: dict[str, _Cell] = {
    "photo": lambda one: one.file_name,
    "width": lambda one: "" if one.size_xy is None else str(one.size_xy[0]),
    "height": lambda one: "" if one.size_xy is None else str(one.size_xy[1]),
    "scale": lambda one: "" if one.scale is None else repr(one.scale),
    "unit": lambda one: one.unit,
    "y_from": lambda one: "bottom" if one.counts_y_up else "",
    "flagged": lambda one: "1" if one.is_flagged else "",
    "note": lambda one: one.note,
    "extras": lambda one: json.dumps(dict(one.extras), ensure_ascii=False) if one.extras else "",
}


@dataclass
class _Table:
    """A table's lines by the names of its columns."""

    where: str
    columns: Mapping[str, int]
    rows: list[Row]

    def cell(self, row: Row, column: str) -> str:
        """Return a cell; empty where the table has no such column."""
        place = self.columns.get(column)
        text = "" if place is None else row.cells[place]
        return text if column == "note" else text.strip()

    def here(self, row: Row) -> str:
        """File and line, for messages."""
        return f"{self.where}, line {row.line}"


@dataclass
class _Specimen:
    """What the lines of one specimen say."""

    draft: Draft
    said: dict[str, str] = field(default_factory=dict)
    placed: dict[str, tuple[float, float, State, Source]] = field(default_factory=dict)
    curves: dict[int, list[tuple[float, float]]] = field(default_factory=dict)


def is_tidy(head: str) -> bool:
    """Tell whether a file that begins so may be a tidy table."""
    first = head.splitlines()[0] if head else ""
    cells = [cell.strip().strip('"').lower() for cell in first.split(delimiter_of(first))]
    return set(NEEDED) <= set(cells)


def read_tidy(path: Path) -> Dataset:
    """Read a table with the columns ``specimen``, ``landmark``, ``x`` and ``y``.

    ``visibility`` is 2 (visible), 1 (occluded), 0 (missing) or absent; without it whatever has a
    position is visible. ``source`` is manual, proposed, accepted or estimated. Other columns than
    those that `tidy_text` writes are left out, with a warning.

    Parameters
    ----------
    path : Path
        The file; cells are separated by commas, semicolons or tabs.

    Returns
    -------
    Dataset
        Landmarks in the order in which the table first names them.

    Raises
    ------
    DinosarError
        If the table is damaged, or places a landmark twice; the message names the line.
    """
    where = str(path)
    table = _table(read_text(path), where)
    names = unique(
        table.cell(row, "landmark") for row in table.rows if not table.cell(row, "curve")
    )
    names = tuple(name for name in names if name)
    keys = unique(table.cell(row, "specimen") for row in table.rows)
    check_extent(len(keys), len(names), where)
    found = {key: _Specimen(Draft(key)) for key in keys}
    for row in table.rows:
        _add(found[table.cell(row, "specimen")], row, table)
    drafts = [_finished(one, names, where) for one in found.values()]
    refuse_none(drafts, where)
    unknown = sorted(set(table.columns) - {*COLUMNS, *_MORE, "curve"})
    warnings = (
        [f"{where}: columns that mean nothing here are left out: {', '.join(unknown)}."]
        if unknown
        else []
    )
    return dataset_of(schema_of(names), drafts, warnings)


def _table(text: str, where: str) -> _Table:
    """Take a table apart, with all columns that are needed."""
    first = text.lstrip().splitlines()[0]
    rows = rows_of(text, where, delimiter_of(first))
    names = [cell.strip().lower() for cell in rows[0].cells]
    columns = {name: place for place, name in enumerate(names) if name}
    lacking = [name for name in NEEDED if name not in columns]
    if lacking or len(columns) < sum(map(bool, names)):
        raise DinosarError(
            f"{where}, line {rows[0].line}: a tidy table has the columns {', '.join(NEEDED)}, "
            f"each once; this one begins with {shown(', '.join(rows[0].cells))}."
        )
    ragged = next((row for row in rows if len(row.cells) != len(names)), None)
    if ragged is not None:
        raise DinosarError(
            f"{where}, line {ragged.line}: {len(ragged.cells)} cells, and the first line has "
            f"{len(names)}."
        )
    return _Table(where, columns, rows[1:])


def _add(one: _Specimen, row: Row, table: _Table) -> None:
    """Add what a line says to its specimen."""
    here = table.here(row)
    for column in _MORE:
        value = table.cell(row, column)
        if value and one.said.setdefault(column, value) != value:
            raise DinosarError(
                f"{here}: {column} of specimen {shown(one.draft.specimen_id)} is "
                f"{shown(value)}, and {shown(one.said[column])} further up."
            )
    x, y = (coordinate(table.cell(row, axis), here) for axis in "xy")
    curve = table.cell(row, "curve")
    name = table.cell(row, "landmark")
    if curve:
        points = one.curves.setdefault(whole(curve, here), [])
        if name:
            points.append((x, y))
        return
    if not name:
        return
    if name in one.placed:
        raise DinosarError(
            f"{here}: specimen {shown(one.draft.specimen_id)} has its landmark {shown(name)} twice."
        )
    state = _state(table.cell(row, "visibility"), x == x and y == y, here)
    one.placed[name] = (x, y, state, _source(table.cell(row, "source"), state, here))


def _state(mark: str, has_position: bool, here: str) -> State:
    if not mark:
        return "visible" if has_position else "missing"
    state = _STATE_OF.get(mark.removesuffix(".0").lower())
    if state is None:
        raise DinosarError(
            f"{here}: visibility is {', '.join(MARKS.values())} or nothing, not {shown(mark)}."
        )
    if state in PLACED and not has_position:
        raise DinosarError(f"{here}: the landmark is {state} and has no position.")
    return state


def _source(word: str, state: State, here: str) -> Source:
    if word not in SOURCES:
        raise DinosarError(
            f"{here}: source is {', '.join(SOURCES[1:])} or nothing, not {shown(word)}."
        )
    if state not in PLACED:
        return ""
    return cast(Source, word or "manual")


def _finished(one: _Specimen, names: Iterable[str], where: str) -> Draft:
    """Return the draft of a specimen of which all lines were read."""
    draft, said = one.draft, one.said
    here = f"{where}, specimen {shown(draft.specimen_id)}"
    nothing: tuple[float, float, State, Source] = (np.nan, np.nan, "missing", "")
    rows = [one.placed.get(name, nothing) for name in names]
    draft.states = [row[2] for row in rows]
    draft.sources = [row[3] for row in rows]
    draft.points = [(x, y) if state in PLACED else (np.nan, np.nan) for x, y, state, _ in rows]
    draft.curves = [np.reshape(points, (-1, 2)) for _, points in sorted(one.curves.items())]
    draft.file_name, draft.unit = said.get("photo", ""), said.get("unit", "")
    if "width" in said and "height" in said:
        draft.size_xy = (whole(said["width"], here), whole(said["height"], here))
    if "scale" in said:
        draft.scale = above_zero(said["scale"], here)
    draft.counts_y_up = said.get("y_from", "top").lower() == "bottom"
    draft.is_flagged = said.get("flagged", "0").lower() in ("1", "true", "yes")
    draft.notes = [said["note"]] if "note" in said else []
    draft.extras = _extras(said["extras"], here) if "extras" in said else {}
    return draft


def _extras(text: str, here: str) -> dict[str, str]:
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DinosarError(f"{here}: extras are no JSON: {error}.") from error
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise DinosarError(f"{here}: extras must be a JSON object of texts.")
    return found


def tidy_text(dataset: Dataset) -> Written:
    """Return a dataset as a table of one landmark a line.

    Parameters
    ----------
    dataset : Dataset
        Specimens whose ids differ.

    Returns
    -------
    Written
        The text, and what of the schema it cannot hold.

    Raises
    ------
    DinosarError
        If two specimens have one id.
    """
    ids = [one.specimen_id for one in dataset.specimens]
    if len(set(ids)) < len(ids):
        twice = next(name for name in ids if ids.count(name) > 1)
        raise DinosarError(
            f"A tidy table tells specimens apart by their ids, and {shown(twice)} stands twice. "
            "Give each specimen an id of its own."
        )
    more = [column for column, cell in _MORE.items() if any(cell(one) for one in dataset.specimens)]
    has_curves = any(one.curves for one in dataset.specimens)
    header = [*COLUMNS, *more, *(["curve"] if has_curves else [])]
    rows = [header]
    for one in dataset.specimens:
        rows += _rows(one, dataset.schema.names, more, has_curves)
    return Written(table_text(rows), losses(dataset, TITLE, _HELD))


def _rows(
    one: Digitised, names: Iterable[str], more: Iterable[str], has_curves: bool
) -> Iterator[list[str]]:
    """Yield the lines of one specimen; what is said of it as a whole stands in the first."""
    said = [_MORE[column](one) for column in more]
    for name, (x, y), state, source in zip(
        names, one.xy.tolist(), one.states, one.sources, strict=True
    ):
        place = [repr(x), repr(y)] if state in PLACED else ["", ""]
        end = [""] if has_curves else []
        yield [one.specimen_id, name, *place, MARKS[state], source, *said, *end]
        said = [""] * len(said)
    for number_from_1, curve in enumerate(one.curves, start=1):
        points = [[str(n), repr(x), repr(y)] for n, (x, y) in enumerate(curve.tolist(), start=1)]
        # a curve without points is a line without a point
        for cells in points or [["", "", ""]]:
            yield [one.specimen_id, *cells, "", "", *said, str(number_from_1)]
            said = [""] * len(said)

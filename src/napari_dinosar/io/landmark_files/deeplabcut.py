"""Tables of DeepLabCut: headers of scorer, body parts and axes, then one photo a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from napari_dinosar.core._landmark_checks import listed
from napari_dinosar.core.digitised import PLACED, Dataset
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.io.landmark_files._building import Draft, dataset_of, refuse_none, schema_of
from napari_dinosar.io.landmark_files._losses import Part, losses, refuse_y_up
from napari_dinosar.io.landmark_files._text import (
    Row,
    Written,
    check_extent,
    coordinate,
    read_text,
    rows_of,
    shown,
    table_text,
    unique,
)

TITLE = "DeepLabCut's table"
SCORER = "scorer"
NO_SCORER = "napari-dinosar"
INDIVIDUAL = "individual"
"""Extra that names the individual, in a table of several on a photo."""

_HELD: tuple[Part, ...] = ("names", "photo")
_HEADERS = ("scorer", "individuals", "bodyparts", "coords")
_NOBODY = "single"


@dataclass(frozen=True)
class _Place:
    """What one column of a table holds."""

    column: int
    individual: str
    landmark: str
    axis: str


def is_deeplabcut(head: str) -> bool:
    """Tell whether a file that begins so may be a table of DeepLabCut."""
    return head.lower().startswith(("scorer,", '"scorer",'))


def read_deeplabcut(path: Path) -> Dataset:
    """Read a ``CollectedData`` table of DeepLabCut, of one animal or of several on a photo.

    Parameters
    ----------
    path : Path
        The CSV file.

    Returns
    -------
    Dataset
        A specimen for each photo, or for each individual on it of which anything is placed.

    Raises
    ------
    DinosarError
        If the table is damaged; the message names the line.
    """
    where = str(path)
    rows = rows_of(read_text(path), where)
    headers, rows = _headers(rows, where)
    # the photo's path stands in one cell, or each of its folders in a cell of its own
    n_index = next((place for place, word in enumerate(headers["coords"]) if word in ("x", "y")), 0)
    if not n_index:
        raise DinosarError(f"{where}: the row 'coords' names no x and y.")
    places = _places(headers, n_index, where)
    names = unique(one.landmark for one in places)
    individuals = unique(one.individual for one in places)
    check_extent(len(rows) * len(individuals), len(names), where)
    drafts = [
        draft
        for row in rows
        for draft in _specimens(row, places, names, individuals, n_index, where)
    ]
    refuse_none(drafts, where)
    dropped = sorted({*headers["coords"][n_index:]} - {"x", "y"})
    warnings = [f"{where}: {', '.join(map(shown, dropped))} of the landmarks is left out."]
    return dataset_of(schema_of(names), drafts, warnings if dropped else [])


def _headers(rows: list[Row], where: str) -> tuple[dict[str, list[str]], list[Row]]:
    """Return the header rows by their first cell, as long as the longest, and the other rows."""
    width = max(len(row.cells) for row in rows)
    headers: dict[str, list[str]] = {}
    while rows and rows[0].cells[0].strip().lower() in _HEADERS and len(headers) < 4:
        cells = [cell.strip() for cell in rows[0].cells]
        headers[cells[0].lower()] = cells
        rows = rows[1:]
    lacking = [name for name in ("scorer", "bodyparts", "coords") if name not in headers]
    if lacking:
        raise DinosarError(
            f"{where}: a table of DeepLabCut begins with rows of scorer, bodyparts and coords; "
            f"this one has no {', '.join(lacking)}."
        )
    ragged = {len(cells) for cells in headers.values()} | {len(row.cells) for row in rows}
    if ragged != {width}:
        line = next((row.line for row in rows if len(row.cells) != width), 1)
        raise DinosarError(f"{where}, line {line}: not every line has {width} cells.")
    headers["coords"] = [word.lower() for word in headers["coords"]]
    return headers, rows


def _places(headers: dict[str, list[str]], n_index: int, where: str) -> list[_Place]:
    width = len(headers["coords"])
    individuals = headers.get("individuals", [""] * width)
    places = [
        _Place(column, individuals[column], headers["bodyparts"][column], headers["coords"][column])
        for column in range(n_index, width)
        if headers["coords"][column] in ("x", "y")
    ]
    found = {(one.individual, one.landmark, one.axis) for one in places}
    pairs = {(individual, landmark) for individual, landmark, _ in found}
    if len(found) < len(places) or len(found) != 2 * len(pairs):
        raise DinosarError(
            f"{where}: each landmark of the row 'bodyparts' has one column x and one column y."
        )
    if any(not one.landmark for one in places):
        raise DinosarError(f"{where}: the row 'bodyparts' has a column without a name.")
    return places


def _specimens(
    row: Row,
    places: Sequence[_Place],
    names: tuple[str, ...],
    individuals: tuple[str, ...],
    n_index: int,
    where: str,
) -> list[Draft]:
    """Return the specimens on the photo of one line."""
    file_name = "/".join(cell.strip() for cell in row.cells[:n_index] if cell.strip())
    here = f"{where}, line {row.line}"
    if not file_name:
        raise DinosarError(f"{here}: no photo is named.")
    nan = float("nan")
    values: dict[tuple[str, str], dict[str, float]] = {}
    for one in places:
        axes = values.setdefault((one.individual, one.landmark), {})
        axes[one.axis] = coordinate(row.cells[one.column], here)
    drafts = []
    for individual in individuals:
        axes_of = [values.get((individual, name), {"x": nan, "y": nan}) for name in names]
        draft = Draft(file_name, file_name, points=[(axes["x"], axes["y"]) for axes in axes_of])
        if individual:
            draft.specimen_id = f"{file_name} {individual}"
            draft.extras[INDIVIDUAL] = individual
        drafts.append(draft)
    placed = [draft for draft in drafts if any(x == x and y == y for x, y in draft.points)]
    return placed or drafts[:1]


def deeplabcut_text(dataset: Dataset) -> Written:
    """Return a dataset as a table of DeepLabCut.

    Parameters
    ----------
    dataset : Dataset
        Specimens that count y from the top. Those of one photo are individuals.

    Returns
    -------
    Written
        The text, and what it cannot hold.

    Raises
    ------
    DinosarError
        If y counts from the bottom.
    """
    refuse_y_up(dataset, TITLE)
    photos: dict[str, dict[str, list[str]]] = {}
    renamed: list[str] = []
    for one in dataset.specimens:
        name = one.file_name or one.specimen_id
        on_photo = photos.setdefault(name, {})
        individual = one.extras.get(INDIVIDUAL) or _NOBODY
        if individual in on_photo:
            individual = next(
                text
                for n in range(1, len(on_photo) + 2)
                if (text := f"individual{n}") not in on_photo
            )
        expected = name if INDIVIDUAL not in one.extras else f"{name} {individual}"
        if one.specimen_id != expected:
            renamed.append(one.specimen_id)
        on_photo[individual] = [
            repr(value) if state in PLACED else ""
            for point, state in zip(one.xy.tolist(), one.states, strict=True)
            for value in point
        ]
    individuals = unique(name for on_photo in photos.values() for name in on_photo) or (_NOBODY,)
    text = table_text(_rows(dataset, photos, individuals))
    said = losses(dataset, TITLE, _HELD, (INDIVIDUAL,))
    if renamed:
        said = (*said, f"{TITLE} cannot hold ids beside the photos' names ({listed(renamed)}).")
    return Written(text, said)


def _rows(
    dataset: Dataset, photos: dict[str, dict[str, list[str]]], individuals: tuple[str, ...]
) -> list[list[str]]:
    names = dataset.schema.names
    each = range(2 * len(names) * len(individuals))
    rows = [[SCORER, *(NO_SCORER for _ in each)]]
    if individuals != (_NOBODY,):
        rows.append(["individuals", *(one for one in individuals for _ in names for _ in "xy")])
    rows.append(["bodyparts", *(name for _ in individuals for name in names for _ in "xy")])
    rows.append(["coords", *("xy"[number % 2] for number in each)])
    nothing = [""] * (2 * len(names))
    for photo, on_photo in photos.items():
        cells = [cell for one in individuals for cell in on_photo.get(one, nothing)]
        rows.append([photo, *cells])
    return rows

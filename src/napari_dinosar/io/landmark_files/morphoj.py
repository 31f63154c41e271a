"""Text files of MorphoJ: one specimen a line, its label and then x and y of each landmark."""

from __future__ import annotations

from pathlib import Path

from napari_dinosar.core._landmark_checks import listed
from napari_dinosar.core.digitised import PLACED, Dataset
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.io.landmark_files._building import Draft, numbered_dataset
from napari_dinosar.io.landmark_files._losses import losses
from napari_dinosar.io.landmark_files._text import (
    MAX_LANDMARKS,
    MISSING_WORDS,
    Written,
    check_number,
    coordinate,
    delimiter_of,
    one_line,
    read_text,
    rows_of,
    shown,
    table_text,
    unique,
)

TITLE = "MorphoJ's text"


def is_morphoj(head: str) -> bool:
    """Tell whether a file that begins so may be a table of labels and positions."""
    lines = [line for line in head.splitlines()[:3] if line.strip()]
    if not lines:
        return False
    cells = lines[-1].split(delimiter_of(lines[-1]))
    return len(cells) > 2 and len(cells) % 2 == 1 and _are_numbers(cells[1:])


def read_morphoj(path: Path) -> Dataset:
    """Read a text file of MorphoJ, cells separated by tabs, semicolons or commas.

    The first line is a header, and skipped, where anything after its first cell is no number.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    Dataset
        Landmarks are numbered. y is taken to count from the top, which the format does not say.

    Raises
    ------
    DinosarError
        If the table is damaged; the message names the line.
    """
    where = str(path)
    text = read_text(path)
    rows = rows_of(text, where, delimiter_of(text.lstrip().splitlines()[0]))
    if not _are_numbers(rows[0].cells[1:]):
        rows = rows[1:]
    check_number(len(rows), where)
    drafts = []
    for row in rows:
        here = f"{where}, line {row.line}"
        label, *cells = (cell.strip() for cell in row.cells)
        if len(cells) % 2 or not cells:
            raise DinosarError(
                f"{here}: x and y of each landmark follow the label {shown(label)}, and there are "
                f"{len(cells)} cells. Separate them by tabs, semicolons or commas."
            )
        if len(cells) > 2 * MAX_LANDMARKS:
            raise DinosarError(f"{here}: {len(cells) // 2:,} landmarks are too many to be read.")
        values = [coordinate(cell, here) for cell in cells]
        drafts.append(Draft(label, points=list(zip(values[::2], values[1::2], strict=True))))
    return numbered_dataset(drafts, where)


def morphoj_text(dataset: Dataset) -> Written:
    """Return a dataset as the text of a MorphoJ file, cells separated by tabs.

    Parameters
    ----------
    dataset : Dataset
        The specimens; y is written as it counts.

    Returns
    -------
    Written
        The text, and what it cannot hold.
    """
    names = range(1, len(dataset.schema.names) + 1)
    rows = [["ID", *(f"{axis}{number}" for number in names for axis in "xy")]]
    incomplete = []
    for one in dataset.specimens:
        is_placed = [state in PLACED for state in one.states]
        if not all(is_placed):
            incomplete.append(one.specimen_id)
        cells = [
            repr(value) if placed else "NaN"
            for point, placed in zip(one.xy.tolist(), is_placed, strict=True)
            for value in point
        ]
        rows.append([one_line(one.specimen_id), *cells])
    said = list(losses(dataset, TITLE))
    is_up = unique(str(one.counts_y_up) for one in dataset.specimens)
    if len(is_up) > 1:
        raise DinosarError(
            f"{TITLE} cannot hold some specimens with y from the bottom and some from the top: "
            "half of the shapes would be mirrored. Say where the photos are (--photos)."
        )
    if is_up == ("False",):
        said.append(
            f"{TITLE} does not say where y counts from; it counts from the top here, so MorphoJ "
            "shows the shapes upside down and mirrored."
        )
    if incomplete:
        said.append(
            f"MorphoJ leaves out specimens with missing landmarks, which are NaN here "
            f"({listed(incomplete)})."
        )
    return Written(table_text(rows, "\t"), tuple(said))


def _are_numbers(cells: list[str] | tuple[str, ...]) -> bool:
    """Tell whether all cells are numbers, or words for one that is missing."""
    for cell in cells:
        word = cell.strip().lower()
        if word and word not in MISSING_WORDS:
            try:
                float(word)
            except ValueError:
                return False
    return bool(cells)

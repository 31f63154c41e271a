"""What the tables list: cells and matches of an inspection, and how to look through them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from napari_dinosar.docks.inspect.tables.table_words import CELLS, MATCHES, Meaning
from napari_dinosar.inspection.cell_table import cell_table, match_table
from napari_dinosar.inspection.cell_values import COLOUR, is_at_hand
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.inspection.rows import RowSelection

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True)
class QuickFilter:
    """A button that shows some rows only: those with a truth value in a column.

    Attributes
    ----------
    name, title, says : str
        Object name of the button, what is on it, and its tooltip.
    column : str
        Which column.
    wanted : bool
        Which of its values; a missing one is none of them.
    without : str
        What its tooltip says where the column is not there.
    """

    name: str
    title: str
    says: str
    column: str
    wanted: bool
    without: str = ""


@dataclass(frozen=True)
class TableSource:
    """What a page of the tables lists.

    Attributes
    ----------
    name : str
        Part of the object names.
    word : str
        What the rows are, in the plural.
    meanings : mapping of str to Meaning
        Its columns.
    filters : tuple of QuickFilter
        Its buttons.
    sort : (str, bool)
        The column that it is sorted by at first, and whether the largest comes first.
    example : str
        What can be typed to find rows.
    empty : callable
        Returns what is said where there is nothing to list.
    selection : callable
        Which part of an inspection is its selection.
    table : callable
        Returns its table, as far as it is known; None where there is none.
    has_colours : bool
        Whether the colours of the cells stand in it, which take long to compare.
    """

    name: str
    word: str
    meanings: Mapping[str, Meaning]
    filters: tuple[QuickFilter, ...]
    sort: tuple[str, bool]
    example: str
    empty: Callable[[Inspection], str]
    selection: Callable[[Inspection], RowSelection]
    table: Callable[[Inspection], DataFrame | None]
    has_colours: bool = False


def _cells(inspection: Inspection) -> DataFrame | None:
    if inspection.cells.facts is None:
        return None
    return cell_table(inspection, with_colour=is_at_hand(inspection, COLOUR))


def _matches(inspection: Inspection) -> DataFrame | None:
    findings = inspection.findings
    has_any = findings is not None and len(findings.tables["matches"])
    return match_table(inspection) if has_any else None


CELL_SOURCE = TableSource(
    name="Cells",
    word="cells",
    meanings=CELLS,
    filters=(
        QuickFilter("Used", "Used", "Only cells that count in the statistics.", "used", True),
        QuickFilter(
            "Flagged", "Flagged", "Only cells that are flagged or lie in a flagged region.",
            "left_out", True,
        ),
        QuickFilter(
            "AboveFloor", "Above floor",
            "Only cells whose dissimilarity is above their noise floor, which is a lower bound.",
            "under_floor", False,
            "The noise floor was not measured yet: do so on the page Context of the dock Inspect.",
        ),
    ),
    sort=("dissimilarity", True),
    example="wing   dissimilarity > 0.4   row = 3",
    empty=lambda _: "Compare two specimens with landmarks: their homologous cells are listed here.",
    selection=lambda inspection: inspection.cells,
    table=_cells,
    has_colours=True,
)  # fmt: skip

MATCH_SOURCE = TableSource(
    name="Matches",
    word="matches",
    meanings=MATCHES,
    filters=(
        QuickFilter("Mutual", "Mutual", "Only mutual best matches.", "mutual", True),
        QuickFilter(
            "Verified", "Verified",
            "Only matches that one similarity transform explains (RANSAC).", "inlier", True,
            "Matches were not verified in this comparison: switch on Verify (RANSAC), run again.",
        ),
    ),
    sort=("rank", False),
    example="similarity > 0.8   x_a < 400",
    empty=lambda inspection: inspection.matches.obstacle,
    selection=lambda inspection: inspection.matches,
    table=_matches,
)  # fmt: skip

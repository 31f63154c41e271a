"""The flags of a run as one model that tables, layers and scripts share: with signal and undo."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import replace

from numpy.typing import ArrayLike
from psygnal import Signal

from napari_dinosar.core.arrays import Booleans
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.findings import Findings
from napari_dinosar.findings.flags import (
    REASONS,
    FlaggedCell,
    FlaggedRegion,
    FlagSheet,
    Remark,
    flagged,
)
from napari_dinosar.inspection.flags_statistics import (
    FlaggedStatistics,
    excluded_cells,
    excluded_patches,
    flags_table,
    statistics_without,
)

__all__ = [
    "REASONS",
    "FlagSheet",
    "FlaggedCell",
    "FlaggedRegion",
    "FlaggedStatistics",
    "Flags",
    "Remark",
    "excluded_cells",
    "excluded_patches",
    "flags_table",
    "statistics_without",
]

DEPTH = 200
"""How many changes can be undone."""

Place = tuple[int, int]


class Flags:
    """Cells and regions that a person flags, one change at a time.

    A change that changes nothing is none: it is not told and not undone. What is refused leaves
    everything as it was.

    Parameters
    ----------
    findings : Findings, optional
        The run; cells that its grid does not have are then refused at once.
    sheet : FlagSheet, optional
        What is flagged already.

    Signals
    -------
    changed : no value
        Something else is flagged now; undone and redone changes are told, too.
    """

    changed = Signal()

    def __init__(self, findings: Findings | None = None, sheet: FlagSheet | None = None) -> None:
        self._findings = findings
        self._sheet = FlagSheet()
        self._done: deque[FlagSheet] = deque(maxlen=DEPTH)
        self._undone: list[FlagSheet] = []
        self._left_out: tuple[FlagSheet, Booleans | None] | None = None
        self._summed: tuple[FlagSheet, FlaggedStatistics] | None = None
        self._by_place: tuple[FlagSheet, dict[Place, FlaggedCell]] | None = None
        if sheet is not None:
            self._check(sheet)
            self._sheet = sheet

    def __len__(self) -> int:
        """Return the number of flagged cells and regions."""
        return len(self._sheet.cells) + len(self._sheet.regions)

    def __repr__(self) -> str:
        return f"<Flags: {len(self._sheet.cells)} cells, {len(self._sheet.regions)} regions>"

    @property
    def sheet(self) -> FlagSheet:
        """All that is flagged now; it can be kept, compared and written."""
        return self._sheet

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether there is a change that was taken back."""
        return bool(self._undone)

    def flag_of(self, row: int, col: int) -> FlaggedCell | None:
        """Return the flag of a cell, by its row and column from 0; None where it has none."""
        if self._by_place is None or self._by_place[0] is not self._sheet:
            places = {(cell.row, cell.col): cell for cell in self._sheet.cells}
            self._by_place = self._sheet, places
        return self._by_place[1].get((row, col))

    def become(self, sheet: FlagSheet) -> None:
        """Flag what a sheet says and nothing else, in one change.

        Parameters
        ----------
        sheet : FlagSheet
            All that is flagged from now on.

        Raises
        ------
        DinosarError
            If it names a cell that the grid does not have.
        """
        self._check(sheet)
        if sheet == self._sheet:
            return
        self._done.append(self._sheet)
        self._undone.clear()
        self._show(sheet)

    def flag_cells(
        self,
        places: Iterable[Place],
        reason: str = "other",
        note: str = "",
        *,
        author: str | None = None,
        date: str | None = None,
    ) -> None:
        """Flag cells in one change; those that are flagged get the new reason and note.

        Parameters
        ----------
        places : iterable of (int, int)
            Row and column of each cell, from 0.
        reason : str
            One of `REASONS`.
        note : str
            In the person's own words.
        author, date : str, optional
            Who and when, as the person writes it.

        Raises
        ------
        DinosarError
            If there is no such reason, or no such cell.
        """
        new = flagged(places, Remark(reason, note, author, date))
        self.become(replace(self._sheet, cells=(*self._sheet.cells, *new)))

    def unflag_cells(self, places: Iterable[Place]) -> None:
        """Take the flags off cells in one change; cells without any are left alone.

        Parameters
        ----------
        places : iterable of (int, int)
            Row and column of each cell, from 0.
        """
        gone = set(places)
        kept = tuple(cell for cell in self._sheet.cells if (cell.row, cell.col) not in gone)
        self.become(replace(self._sheet, cells=kept))

    def add_region(
        self,
        side: str,
        polygon_xy: ArrayLike,
        reason: str = "other",
        note: str = "",
        *,
        author: str | None = None,
        date: str | None = None,
    ) -> None:
        """Leave a part of a photo out.

        Parameters
        ----------
        side : {"a", "b"}
            The photo.
        polygon_xy : array, (n, 2)
            Corners in photo pixels, at least three.
        reason, note, author, date
            As for `flag_cells`.

        Raises
        ------
        DinosarError
            If there is no such side or reason, or the corners make no polygon.
        """
        remark = Remark(reason, note, author, date)
        region = FlaggedRegion(side, polygon_xy, remark)  # type: ignore[arg-type]
        self.become(replace(self._sheet, regions=(*self._sheet.regions, region)))

    def remove_region(self, index: int) -> None:
        """Take one of the regions away.

        Parameters
        ----------
        index : int
            Its place in ``sheet.regions``, from 0.

        Raises
        ------
        DinosarError
            If there are not so many.
        """
        regions = list(self._sheet.regions)
        if not 0 <= index < len(regions):
            raise DinosarError(f"There is no region {index}: {len(regions)} are flagged.")
        del regions[index]
        self.become(replace(self._sheet, regions=tuple(regions)))

    def clear(self) -> None:
        """Take all flags and regions away, in one change."""
        self.become(FlagSheet())

    def undo(self) -> None:
        """Take the last change back; nothing happens without any."""
        if self._done:
            self._undone.append(self._sheet)
            self._show(self._done.pop())

    def redo(self) -> None:
        """Make the change that was taken back last again; nothing happens without any."""
        if self._undone:
            self._done.append(self._sheet)
            self._show(self._undone.pop())

    def excluded_cells(self) -> Booleans | None:
        """Return the cells (rows, cols) that are left out; None without cells, or without a run.

        They are worked out once for each change, and are not to be written to.
        """
        if self._findings is None:
            return None
        if self._left_out is None or self._left_out[0] is not self._sheet:
            self._left_out = self._sheet, excluded_cells(self._findings, self._sheet)
        return self._left_out[1]

    def statistics(self) -> FlaggedStatistics:
        """Return the run's statistics with and without what is flagged.

        Raises
        ------
        DinosarError
            If the flags were made without a run.
        """
        if self._findings is None:
            raise DinosarError("These flags belong to no run: make them with its findings.")
        if self._summed is None or self._summed[0] is not self._sheet:
            found = statistics_without(self._findings, self._sheet, self.excluded_cells())
            self._summed = self._sheet, found
        return self._summed[1]

    def _check(self, sheet: FlagSheet) -> None:
        if self._findings is not None:
            cells = self._findings.cells
            sheet.check(None if cells is None else cells.shape)

    def _show(self, sheet: FlagSheet) -> None:
        self._sheet = sheet
        self.changed.emit()

"""Which rows of a table are selected, and the walk through them: what every selection shares."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from psygnal import Signal

from napari_dinosar.core.errors import DinosarError


class RowSelection:
    """Selected rows of one table: any number of them, one of which is the current one.

    Whoever shows them connects to the signals and calls the methods; all methods belong to one
    thread.

    Attributes
    ----------
    rows : tuple of int
        The selected ones, in the order in which they were selected.
    current : int or None
        One of them, the last that was touched; None where none is selected.

    Signals
    -------
    changed : tuple of int, int or None
        Other rows are selected, or another one is current: `rows` and `current`. Once for each
        call that changed anything, never for one that did not.
    shown : no value
        The rows are those of another run; what was selected has been settled before.
    """

    changed = Signal(tuple, object)
    shown = Signal()

    WORD = "row"
    """What a message calls one of them."""

    def __init__(self) -> None:
        self.rows: tuple[int, ...] = ()
        self.current: int | None = None

    @property
    def order(self) -> NDArray[np.intp]:
        """All rows in the order of the walk; empty without a run."""
        return np.empty(0, dtype=np.intp)

    @property
    def place(self) -> int | None:
        """Place of the current row in the walk, from 0; None where no row is current."""
        return None if self.current is None else self._place(self.current)

    def __len__(self) -> int:
        """Return how many rows are selected."""
        return len(self.rows)

    def __contains__(self, row: object) -> bool:
        """Return whether a row is selected."""
        return row in self.rows

    def select(self, rows: int | Iterable[int] = (), current: int | None = None) -> None:
        """Select these rows and no others.

        Parameters
        ----------
        rows : int or iterable of int
            None of them: nothing is selected any more.
        current : int, optional
            The current one, which is one of them; the last by default.

        Raises
        ------
        DinosarError
            For rows that the run does not have.
        """
        wanted = self._checked(rows)
        if current is not None and current not in wanted:
            word = self.WORD.capitalize()
            raise DinosarError(f"{word} {current} cannot be the current one: it is not selected.")
        last = wanted[-1] if wanted else None
        self._become(wanted, last if current is None else current)

    def toggle(self, row: int) -> None:
        """Add a row, which becomes the current one, or take it away.

        Raises
        ------
        DinosarError
            If the run has no such row.
        """
        (wanted,) = self._checked(row)
        if wanted not in self.rows:
            self._become((*self.rows, wanted), wanted)
            return
        left = tuple(one for one in self.rows if one != wanted)
        current = self.current if self.current != wanted else (left[-1] if left else None)
        self._become(left, current)

    def extend(self, rows: int | Iterable[int]) -> None:
        """Add rows to those that are selected; the last of them becomes the current one.

        Raises
        ------
        DinosarError
            For rows that the run does not have; nothing is then selected anew.
        """
        wanted = self._checked(rows)
        if wanted:
            self._become(tuple(dict.fromkeys((*self.rows, *wanted))), wanted[-1])

    def walk(self, step: int) -> None:
        """Go on to another row of `order`, which alone is selected.

        It stops at both ends; where no row is current, it begins at the first, or backwards at
        the last.

        Parameters
        ----------
        step : int
            +1 for the next row, -1 for the one before.
        """
        if not len(self.order):
            return
        last = len(self.order) - 1
        if self.current is None:
            place = 0 if step > 0 else last
        else:
            place = min(max(self._place(self.current) + step, 0), last)
        self.select(int(self.order[place]))

    def walk_to(self, place: int) -> None:
        """Select the row at a place of the walk, 0 for the first; -1 for the last."""
        order = self.order
        if len(order):
            self.select(int(order[min(max(place, -len(order)), len(order) - 1)]))

    def _place(self, row: int) -> int:
        """Return the place of a row in `order`, from 0."""
        return int(np.flatnonzero(self.order == row)[0])

    def _n_rows(self) -> int:
        """Return how many rows the run has; raise `DinosarError` where it has no such table."""
        return len(self.order)

    def _checked(self, rows: int | Iterable[int]) -> tuple[int, ...]:
        """Return rows as plain numbers, each once, all of the run."""
        given = [rows] if isinstance(rows, int | np.integer) else list(rows)
        wanted = tuple(dict.fromkeys(int(row) for row in given))
        n_rows = self._n_rows() if wanted else 0
        unknown = [str(row) for row in wanted if not 0 <= row < n_rows]
        if unknown:
            raise DinosarError(
                f"The run has no {self.WORD} {', '.join(unknown)}: they count from 0 to "
                f"{n_rows - 1}."
            )
        return wanted

    def _become(self, rows: tuple[int, ...], current: int | None) -> None:
        if (rows, current) != (self.rows, self.current):
            self.rows, self.current = rows, current
            self.changed.emit(rows, current)

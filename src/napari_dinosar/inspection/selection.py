"""Which cells are selected: one model that tables, layers, histogram and crops follow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from psygnal import Signal

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.inspection.cell_facts import CellFacts

if TYPE_CHECKING:
    from napari_dinosar.comparison import Comparison
    from napari_dinosar.findings import Findings


class CellSelection:
    """The selected cells of a run: any number of them, one of which is the current one.

    Cells are numbered as in the run's table of cells, row by row. Whoever shows them connects to
    the signals and calls the methods; all methods belong to one thread.

    Parameters
    ----------
    findings : Findings, optional
        What was found; without it, or without cells in it, nothing can be selected.
    per_layer : array, (L, rows, cols), optional
        As for `CellFacts`.

    Attributes
    ----------
    facts : CellFacts or None
        What is known of the cells.
    cells : tuple of int
        The selected ones, in the order in which they were selected.
    current : int or None
        One of them, the last that was touched; None where none is selected.

    Signals
    -------
    changed : tuple of int, int or None
        Other cells are selected, or another one is current: `cells` and `current`. Once for each
        call that changed anything, never for one that did not.
    shown : no value
        The cells are those of another run; what was selected has been settled before.
    """

    changed = Signal(tuple, object)
    shown = Signal()

    def __init__(
        self, findings: Findings | None = None, per_layer: ArrayLike | None = None
    ) -> None:
        self.facts: CellFacts | None = None
        self.cells: tuple[int, ...] = ()
        self.current: int | None = None
        if findings is not None:
            self.show(findings, per_layer)

    @classmethod
    def of(cls, comparison: Comparison) -> CellSelection:
        """Return a selection among the cells of a comparison, with their values layer by layer."""
        homology = comparison.homology
        per_layer = None if homology is None else homology.dissimilarity_per_layer
        return cls(comparison.findings, per_layer)

    def show(self, findings: Findings | None, per_layer: ArrayLike | None = None) -> None:
        """Follow another run, or none.

        The same cells stay selected where the grid has as many rows and columns as before, as
        after landmarks were moved a little; otherwise none is.

        Parameters
        ----------
        findings, per_layer
            As for the class.
        """
        before = None if self.facts is None else self.facts.cells.shape
        has_cells = findings is not None and findings.cells is not None
        self.facts = CellFacts(findings, per_layer) if findings and has_cells else None
        if self.facts is None or self.facts.cells.shape != before:
            self._become((), None)
        self.shown.emit()

    def __len__(self) -> int:
        """Return how many cells are selected."""
        return len(self.cells)

    def __contains__(self, cell: object) -> bool:
        """Return whether a cell is selected."""
        return cell in self.cells

    def select(self, cells: int | Iterable[int] = (), current: int | None = None) -> None:
        """Select these cells and no others.

        Parameters
        ----------
        cells : int or iterable of int
            None of them: nothing is selected any more.
        current : int, optional
            The current one, which is one of them; the last by default.

        Raises
        ------
        DinosarError
            For cells that the run does not have.
        """
        wanted = self._checked(cells)
        if current is not None and current not in wanted:
            raise DinosarError(f"Cell {current} cannot be the current one: it is not selected.")
        last = wanted[-1] if wanted else None
        self._become(wanted, last if current is None else current)

    def toggle(self, cell: int) -> None:
        """Add a cell, which becomes the current one, or take it away."""
        (wanted,) = self._checked(cell)
        if wanted not in self.cells:
            self._become((*self.cells, wanted), wanted)
            return
        left = tuple(one for one in self.cells if one != wanted)
        current = self.current if self.current != wanted else (left[-1] if left else None)
        self._become(left, current)

    def extend(self, cells: int | Iterable[int]) -> None:
        """Add cells to those that are selected; the last of them becomes the current one."""
        wanted = self._checked(cells)
        if wanted:
            self._become(tuple(dict.fromkeys((*self.cells, *wanted))), wanted[-1])

    def block_to(self, cell: int) -> None:
        """Add the rectangle of the grid between the current cell and this one."""
        (wanted,) = self._checked(cell)
        start = wanted if self.current is None else self.current
        across = self._facts.cells.shape[1]
        (row, col), (to_row, to_col) = divmod(start, across), divmod(wanted, across)
        rows = range(min(row, to_row), max(row, to_row) + 1)
        cols = range(min(col, to_col), max(col, to_col) + 1)
        block = [r * across + c for r in rows for c in cols if r * across + c != wanted]
        self.extend([*block, wanted])

    def walk(self, step: int) -> None:
        """Go on to another cell, which alone is selected: from most to least dissimilar.

        After the least dissimilar come the cells that do not count. It stops at both ends; where
        no cell is current, it begins at the first, or backwards at the last.

        Parameters
        ----------
        step : int
            +1 for the next cell, -1 for the one before.
        """
        if self.facts is None:
            return
        last = len(self.facts) - 1
        if self.current is None:
            place = 0 if step > 0 else last
        else:
            place = min(max(int(self.facts.place[self.current]) + step, 0), last)
        self.select(int(self.facts.order[place]))

    def walk_to(self, place: int) -> None:
        """Select the cell at a place of the walk, 0 for the most dissimilar; -1 for the last."""
        if self.facts is not None:
            order = self.facts.order
            self.select(int(order[min(max(place, -len(order)), len(order) - 1)]))

    def at(self, side: str, xy: tuple[float, float]) -> int | None:
        """Return the cell that contains a place in photo pixels; None where none does."""
        return None if self.facts is None else self.facts.at(side, xy)

    def in_bin(self, bar: int) -> NDArray[np.intp]:
        """Return the cells of a bar of the histogram, most dissimilar first."""
        order = self._facts.order
        found: NDArray[np.intp] = order[self._facts.bins[order] == bar]
        return found

    def describe(self, cell: int | None = None) -> dict[str, Any]:
        """Return what is known of a cell, the current one by default: see `CellFacts.describe`.

        Raises
        ------
        DinosarError
            If the run has no such cell, or none is current.
        """
        wanted = self.current if cell is None else cell
        if wanted is None:
            raise DinosarError("No cell is selected. Click one, or walk to one.")
        (checked,) = self._checked(wanted)
        return self._facts.describe(checked)

    @property
    def _facts(self) -> CellFacts:
        if self.facts is None:
            raise DinosarError("There are no homologous cells to select: compare with landmarks.")
        return self.facts

    def _checked(self, cells: int | Iterable[int]) -> tuple[int, ...]:
        """Return cells as plain numbers, each once, all of the run."""
        given = [cells] if isinstance(cells, int | np.integer) else list(cells)
        wanted = tuple(dict.fromkeys(int(cell) for cell in given))
        n_cells = len(self._facts) if wanted else 0
        unknown = [str(cell) for cell in wanted if not 0 <= cell < n_cells]
        if unknown:
            raise DinosarError(
                f"The run has no cell {', '.join(unknown)}: they count from 0 to {n_cells - 1}."
            )
        return wanted

    def _become(self, cells: tuple[int, ...], current: int | None) -> None:
        if (cells, current) != (self.cells, self.current):
            self.cells, self.current = cells, current
            self.changed.emit(cells, current)

"""Which cells are selected: one model that tables, layers, histogram and crops follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.inspection.cell_facts import CellFacts
from napari_dinosar.inspection.rows import RowSelection

if TYPE_CHECKING:
    from napari_dinosar.comparison import Comparison
    from napari_dinosar.findings import Findings


class CellSelection(RowSelection):
    """The selected cells of a run, numbered as in its table of cells, row by row.

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
        The selected ones, in the order in which they were selected: `rows` by another name.
    current : int or None
        One of them, the last that was touched; None where none is selected.
    """

    WORD = "cell"

    def __init__(
        self, findings: Findings | None = None, per_layer: ArrayLike | None = None
    ) -> None:
        super().__init__()
        self.facts: CellFacts | None = None
        if findings is not None:
            self.show(findings, per_layer)

    @classmethod
    def of(cls, comparison: Comparison) -> CellSelection:
        """Return a selection among the cells of a comparison, with their values layer by layer."""
        homology = comparison.homology
        per_layer = None if homology is None else homology.dissimilarity_per_layer
        return cls(comparison.findings, per_layer)

    @property
    def cells(self) -> tuple[int, ...]:
        """The selected cells."""
        return self.rows

    @property
    def order(self) -> NDArray[np.intp]:
        """All cells from most to least dissimilar, then those that do not count."""
        return super().order if self.facts is None else self.facts.order

    def show(self, findings: Findings | None, per_layer: ArrayLike | None = None) -> None:
        """Follow another run, or none.

        The same cells stay selected where they still are the same ones, as `same_cells` says;
        otherwise none is.

        Parameters
        ----------
        findings, per_layer
            As for the class.
        """
        before = None if self.facts is None else self.facts.findings
        has_cells = findings is not None and findings.cells is not None
        self.facts = CellFacts(findings, per_layer) if findings and has_cells else None
        if findings is None or not same_cells(before, findings):
            self._become((), None)
        self.shown.emit()

    def block_to(self, cell: int) -> None:
        """Add the rectangle of the grid between the current cell and this one.

        Parameters
        ----------
        cell : int
            The other corner, which becomes the current cell; alone where none was current.

        Raises
        ------
        DinosarError
            If the run has no such cell.
        """
        (wanted,) = self._checked(cell)
        start = wanted if self.current is None else self.current
        across = self._facts.cells.shape[1]
        (row, col), (to_row, to_col) = divmod(start, across), divmod(wanted, across)
        rows = range(min(row, to_row), max(row, to_row) + 1)
        cols = range(min(col, to_col), max(col, to_col) + 1)
        block = [r * across + c for r in rows for c in cols if r * across + c != wanted]
        self.extend([*block, wanted])

    def at(self, side: str, xy: tuple[float, float]) -> int | None:
        """Return the cell that contains a place of a photo; None where none does.

        Parameters
        ----------
        side, xy
            As for `CellFacts.at`.
        """
        return None if self.facts is None else self.facts.at(side, xy)

    def in_bin(self, bar: int) -> NDArray[np.intp]:
        """Return the cells of a bar of the histogram, (n,), most dissimilar first.

        Parameters
        ----------
        bar : int
            Which one, from 0, as `CellFacts.bins` has them.

        Raises
        ------
        DinosarError
            If there are no cells.
        """
        order = self._facts.order
        found: NDArray[np.intp] = order[self._facts.bins[order] == bar]
        return found

    def describe(self, cell: int | None = None) -> dict[str, Any]:
        """Return what is known of a cell, as `CellFacts.describe` does.

        Parameters
        ----------
        cell : int, optional
            Its row in the table of cells; the current one by default.

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

    def _place(self, row: int) -> int:
        return int(self._facts.place[row])

    def _n_rows(self) -> int:
        return len(self._facts)


def same_cells(before: Findings | None, after: Findings) -> bool:
    """Tell whether a row and a column name the same cell in two runs.

    They do in the same photos on grids of as many rows and columns, as after landmarks were moved
    a little.
    """
    if before is None:
        return False
    photos = all(before.side(side).sha256 == after.side(side).sha256 for side in "ab")
    shapes = [None if one.cells is None else one.cells.shape for one in (before, after)]
    return photos and shapes[0] == shapes[1]

"""Which cells a person left out, and which are no difference: what is marked on the cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from napari_dinosar.findings.flags import FlagSheet
    from napari_dinosar.findings.found import CellGrid


@dataclass(frozen=True, eq=False)
class CellMarks:
    """Cells that are to be told apart where cells are drawn; arrays of bool, (rows, cols).

    Attributes
    ----------
    under_noise : array or None
        Cells that are not above their noise floor; None where it was not measured.
    left_out : array or None
        Cells that are flagged, or lie in an excluded region; None without flags.
    """

    under_noise: NDArray[np.bool_] | None = None
    left_out: NDArray[np.bool_] | None = None

    @property
    def n_under_noise(self) -> int:
        """Number of cells that are not above their noise floor."""
        return 0 if self.under_noise is None else int(self.under_noise.sum())

    @property
    def n_left_out(self) -> int:
        """Number of cells that are left out."""
        return 0 if self.left_out is None else int(self.left_out.sum())


def crossed_cells(
    cells: CellGrid, sheet: FlagSheet, left_out: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return which of the cells that are left out are crossed out where cells are drawn.

    Of cells that count nowhere those are that somebody flagged, and not those that lie in a
    region.

    Parameters
    ----------
    cells : CellGrid
        All cells of a run.
    sheet : FlagSheet
        What is flagged.
    left_out : array of bool, (rows, cols)
        The cells that it leaves out.
    """
    crossed = left_out & cells.used
    for cell in sheet.cells:
        crossed[cell.row, cell.col] = True
    return crossed

"""Which cells a person left out, and which are no difference: what is marked on the cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


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

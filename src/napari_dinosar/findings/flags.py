"""What a person marked as not to be trusted in a run: cells, and regions of the two photos."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from napari_dinosar.core.errors import DinosarError

Reason: TypeAlias = Literal["artefact", "pin", "leg", "glare", "bad landmark", "other"]
REASONS: tuple[str, ...] = get_args(Reason)
SIDES = ("a", "b")

MOST_TEXT = 10_000
MOST_CORNERS = 10_000
FARTHEST_PX = 1e7


@dataclass(frozen=True)
class Remark:
    """Why something is flagged, and by whom.

    Attributes
    ----------
    reason : str
        One of `REASONS`.
    note : str
        In the person's own words.
    author, date : str or None
        Who and when, as the person writes it; never filled in by the program.

    Raises
    ------
    DinosarError
        If the reason is none of `REASONS`, or a text is no text or far too long.
    """

    reason: str = "other"
    note: str = ""
    author: str | None = None
    date: str | None = None

    def __post_init__(self) -> None:
        """Refuse what could not be kept."""
        if self.reason not in REASONS:
            raise DinosarError(
                f"There is no reason {self.reason!r} to flag something: choose from "
                f"{', '.join(REASONS)}."
            )
        texts = {"note": self.note, "author": self.author or "", "date": self.date or ""}
        for name, text in texts.items():
            if not isinstance(text, str) or len(text) > MOST_TEXT:
                raise DinosarError(
                    f"The {name} of a flag must be text of up to {MOST_TEXT} characters."
                )
            try:
                text.encode("utf-8")
            except UnicodeEncodeError as error:
                raise DinosarError(
                    f"The {name} of a flag holds text that is not Unicode."
                ) from error


@dataclass(frozen=True)
class FlaggedCell:
    """A homologous cell that is left out of the statistics.

    Attributes
    ----------
    row, col : int
        Its place in the grid, from 0.
    remark : Remark
        Why.
    """

    row: int
    col: int
    remark: Remark = Remark()


@dataclass(frozen=True)
class FlaggedRegion:
    """A part of a photo that is left out of the statistics.

    Attributes
    ----------
    side : str
        ``"a"`` or ``"b"``.
    polygon_xy : tuple of (float, float)
        Its corners in photo pixels, at least three; the last is joined to the first.
    remark : Remark
        Why.

    Raises
    ------
    DinosarError
        If there is no such side, or the corners make no polygon.
    """

    side: str
    polygon_xy: tuple[tuple[float, float], ...]
    remark: Remark = Remark()

    def __post_init__(self) -> None:
        """Make the corners plain floats, and refuse what is no polygon."""
        if self.side not in SIDES:
            raise DinosarError(f"A region lies in photo a or b, not in {self.side!r}.")
        try:
            corners = np.asarray(self.polygon_xy, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise DinosarError("The corners of a region must be pairs of numbers.") from error
        if corners.ndim != 2 or corners.shape[1] != 2 or not 3 <= len(corners) <= MOST_CORNERS:
            raise DinosarError(
                f"A region needs 3 to {MOST_CORNERS} corners, each with x and y; this one has the "
                f"shape {corners.shape}."
            )
        if not (np.abs(corners) <= FARTHEST_PX).all():
            raise DinosarError("The corners of a region must be finite numbers, in photo pixels.")
        plain = tuple((float(x), float(y)) for x, y in corners)
        object.__setattr__(self, "polygon_xy", plain)

    @property
    def corners_xy(self) -> NDArray[np.float64]:
        """The corners as an array, (n, 2)."""
        return np.array(self.polygon_xy, dtype=np.float64)


@dataclass(frozen=True)
class FlagSheet:
    """All that is flagged in a run; equal where it says the same.

    Attributes
    ----------
    cells : tuple of FlaggedCell
        By row and column, each cell once; of several flags of one cell the last counts.
    regions : tuple of FlaggedRegion
        In the order in which they were drawn.
    """

    cells: tuple[FlaggedCell, ...] = ()
    regions: tuple[FlaggedRegion, ...] = ()

    def __post_init__(self) -> None:
        """Put the cells in order, each once."""
        by_place = {(cell.row, cell.col): cell for cell in self.cells}
        object.__setattr__(self, "cells", tuple(by_place[place] for place in sorted(by_place)))
        object.__setattr__(self, "regions", tuple(self.regions))

    def __bool__(self) -> bool:
        return bool(self.cells or self.regions)

    def regions_of(self, side: str) -> tuple[FlaggedRegion, ...]:
        """Return the regions of one photo."""
        return tuple(region for region in self.regions if region.side == side)

    def check(self, shape: tuple[int, int] | None, name: str = "The flags") -> None:
        """Refuse cells that a grid does not have.

        Parameters
        ----------
        shape : (int, int) or None
            Rows and columns of the grid; None where there is none.
        name : str
            What the message calls the flags.

        Raises
        ------
        DinosarError
            Naming the first such cell.
        """
        for cell in self.cells:
            if shape is None:
                raise DinosarError(f"{name} name cells, and no cells were compared.")
            if not (0 <= cell.row < shape[0] and 0 <= cell.col < shape[1]):
                raise DinosarError(
                    f"{name} name the cell in row {cell.row} and column {cell.col}, and the grid "
                    f"has {shape[0]} rows and {shape[1]} columns, counted from 0."
                )


def flagged(places: Iterable[tuple[int, int]], remark: Remark) -> tuple[FlaggedCell, ...]:
    """Return cells (row, col) with one remark."""
    return tuple(FlaggedCell(int(row), int(col), remark) for row, col in places)


def merged(base: FlagSheet, mine: FlagSheet, theirs: FlagSheet) -> FlagSheet:
    """Return what two people flagged who both began with the same.

    What only one of them added, changed or took away is so; where both changed the flag of a
    cell, mine counts.

    Parameters
    ----------
    base : FlagSheet
        What both began with.
    mine, theirs : FlagSheet
        What became of it.
    """
    before, ours, others = (
        {(cell.row, cell.col): cell for cell in sheet.cells} for sheet in (base, mine, theirs)
    )
    chosen = {
        place: others.get(place) if ours.get(place) == before.get(place) else ours.get(place)
        for place in (*others, *ours)
    }
    kept = [one for one in mine.regions if one in theirs.regions or one not in base.regions]
    added = [one for one in theirs.regions if one not in (*base.regions, *mine.regions)]
    return FlagSheet(tuple(cell for cell in chosen.values() if cell), (*kept, *added))

"""Which line of the photo list shows what, and where the lines of a photo belong."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import TypeAlias

from napari_dinosar.project.listing import Row

Place: TypeAlias = tuple[str, int]
"""A photo, and from 1 on which of several specimens on it; 0 is the photo itself."""


class Places:
    """The lines of the list from top to bottom.

    Parameters
    ----------
    rows : iterable of Row
        The photos that are shown.
    photo_ids : iterable of str
        All photos of the project in their order.
    """

    def __init__(self, rows: Iterable[Row] = (), photo_ids: Iterable[str] = ()) -> None:
        self.lines: list[Place] = [place for row in rows for place in places_of(row)]
        self._starts: dict[str, int] | None = None
        self._order: dict[str, int] = {}
        self.set_order(photo_ids)

    def set_order(self, photo_ids: Iterable[str]) -> None:
        """Take note of the order of all photos; those that are shown must be among them."""
        self._order = {key: place for place, key in enumerate(photo_ids)}

    def __len__(self) -> int:
        """Return the number of lines."""
        return len(self.lines)

    def knows(self, photo_id: str) -> bool:
        """Tell whether a photo was in the project when the order was noted."""
        return photo_id in self._order

    def photo_ids(self) -> list[str]:
        """Return the photos from top to bottom."""
        return [photo_id for photo_id, number in self.lines if not number]

    def span(self, photo_id: str) -> range:
        """Return the lines of a photo; of one that is not shown, none where they would begin."""
        if self._starts is None:
            numbered = enumerate(self.lines)
            self._starts = {key: place for place, (key, number) in numbered if not number}
        start = self._starts.get(photo_id)
        if start is None:
            start = bisect_left(
                self.lines,
                self._order.get(photo_id, 0),
                key=lambda place: self._order.get(place[0], 0),
            )
            return range(start, start)
        stop = start + 1
        while stop < len(self.lines) and self.lines[stop][0] == photo_id:
            stop += 1
        return range(start, stop)

    def insert(self, start: int, places: list[Place]) -> None:
        """Insert lines before one."""
        self.lines[start:start] = places
        self._starts = None

    def remove(self, lines: range) -> None:
        """Remove lines."""
        del self.lines[lines.start : lines.stop]
        self._starts = None


def places_of(row: Row) -> list[Place]:
    """Return the lines of a photo: one, or with several specimens one more for each of them."""
    n_specimens = len(row.specimen_ids)
    return [(row.photo_id, number) for number in range(n_specimens + 1 if n_specimens > 1 else 1)]

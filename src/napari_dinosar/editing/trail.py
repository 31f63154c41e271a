"""Which specimens were visited, and where to look how a landmark was placed before."""

from __future__ import annotations

from collections.abc import Iterator

from napari_dinosar.editing.cursor import Cursor
from napari_dinosar.project.state import ProjectState, Specimen

_FAR = 200
"""So many specimens before and after the current one are asked where none was visited yet."""


class Trail:
    """The way through a project.

    Attributes
    ----------
    pinned_id : str or None
        The specimen that is always the reference; None takes the last one seen.
    """

    def __init__(self) -> None:
        self.pinned_id: str | None = None
        # the keys of a dict are ordered, and one that is visited again moves to the end
        self._visited: dict[str, None] = {}

    def visit(self, cursor: Cursor) -> None:
        """Note that a place was reached."""
        for key in reversed(cursor.shown_ids):
            self._visited.pop(key, None)
            self._visited[key] = None

    def has_seen(self, specimen_id: str) -> bool:
        """Tell whether a specimen was visited."""
        return specimen_id in self._visited

    def reference(self, state: ProjectState, cursor: Cursor) -> Specimen | None:
        """Return the specimen to look at for the current landmark, or None.

        The pinned one; else the last one visited; else, as after a project was opened, the nearest
        one in the list.

        Parameters
        ----------
        state : ProjectState
            The project.
        cursor : Cursor
            The specimens shown are not their own reference.
        """
        for key in self._candidates(state, cursor):
            specimen = state.specimens.get(key)
            if specimen is None or key in cursor.shown_ids:
                continue
            if specimen.point(cursor.landmark).xy is not None:
                return specimen
        return None

    def _candidates(self, state: ProjectState, cursor: Cursor) -> Iterator[str]:
        if self.pinned_id is not None:
            yield self.pinned_id
        yield from reversed(self._visited)
        keys = [key for ids in state.ids_by_photo.values() for key in ids]
        if cursor.specimen_id not in keys:
            return  # it was just removed
        here = keys.index(cursor.specimen_id)
        yield from reversed(keys[max(here - _FAR, 0) : here])
        yield from keys[here + 1 : here + 1 + _FAR]

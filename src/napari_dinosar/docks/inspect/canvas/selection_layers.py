"""What is selected on the canvas: outlines of cells in A, in B and on the map, and matches."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from qtpy.compat import isalive
from qtpy.QtCore import QObject

from napari_dinosar import showing
from napari_dinosar.docks.inspect.canvas import frames, pointer_places, selection_strokes
from napari_dinosar.docks.inspect.canvas.compared_photos import not_compared
from napari_dinosar.docks.inspect.canvas.selection_strokes import Place, SelectionStrokes
from napari_dinosar.docks.timers import single_shot
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.result_layers.selected import Strokes

BUDGET_S = 0.012
"""After which the rest is left to the next turn of the event loop."""
LINES_AT_FIRST, LINES_AT_ONCE = 64, 100
"""A selection is answered with fewer; with each further lot napari draws the whole layer anew."""

CELLS: tuple[Place, ...] = (("selected", "a"), ("selected", "b"), ("selected", None))
MATCHES: tuple[Place, ...] = (("selected_match", None),)


class SelectionLayers(QObject):
    """Keeps the layers of what is selected in step with the inspection.

    Few lines are drawn at once, first where the pointer is: a click is answered there. Where there
    are many, those of the current one come first and the others in the next turns of the event
    loop; another selection takes the place of what is still to be drawn.

    Parameters
    ----------
    viewer : napari.Viewer
        Where the layers are shown.
    inspection : Inspection
        What is selected.
    parent : QObject
        With it the following ends.
    """

    def __init__(self, viewer: Any, inspection: Inspection, parent: QObject) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._inspection = inspection
        self._is_shown = True
        self._is_on: set[Place] = set()
        self._waiting: dict[Place, Strokes | None] = {}
        self._strokes = SelectionStrokes(viewer, inspection)
        self._timer = single_shot(self, 0, self._go_on)
        inspection.cells.changed.connect(self._on_cells)
        inspection.matches.changed.connect(self._on_matches)
        inspection.shown.connect(self.follow)
        self.follow()

    @property
    def is_busy(self) -> bool:
        """Whether something is still to be drawn."""
        return bool(self._waiting)

    def set_shown(self, is_shown: bool) -> None:
        """Show what is selected, or hide it."""
        self._is_shown = is_shown
        self.follow()

    def follow(self) -> None:
        """Outline what is selected now, where there are cells, or photos, to be drawn on."""
        self._on_cells()
        self._on_matches()

    def _on_cells(self) -> None:
        self._follow(sorted(CELLS, key=self._distance))

    def _on_matches(self) -> None:
        self._follow(MATCHES)

    def _distance(self, place: Place) -> int:
        """Return 0 for the photo under the pointer, then the map, which is quickly drawn."""
        position = self._viewer.cursor.position
        found = pointer_places.photo_at(self._viewer, self._inspection.findings, position)
        side = place[1]
        if found is not None and found[0] == side:
            return 0
        return 1 if side is None else 2

    def _follow(self, places: Iterable[Place]) -> None:
        """Draw layers anew, whatever was still to be drawn on them."""
        if not isalive(self):
            return
        for place in places:
            self._waiting.pop(place, None)
            self._waiting[place] = None
        self._go_on()

    def _go_on(self) -> None:
        """Draw until the time is up, and go on in the next turn."""
        self._timer.stop()
        end = time.perf_counter() + BUDGET_S
        while self._waiting:
            place, rest = next(iter(self._waiting.items()))
            del self._waiting[place]
            rest = self._begin(place) if rest is None else self._add(place, rest)
            if rest is not None and len(rest):
                self._waiting[place] = rest
            if time.perf_counter() > end:
                break
        if self._waiting:
            self._timer.start()

    def _begin(self, place: Place) -> Strokes | None:
        """Draw the first lines of a layer, or hide it; return those that are left."""
        layer = showing.find(self._viewer, *place)
        found = self._strokes.of(place) if self._is_shown else None
        if found is None:
            self._is_on.discard(place)
            if layer is not None and layer.visible:
                layer.visible = False
            return None
        spec, strokes = found
        is_compared = not not_compared(self._viewer, self._inspection.findings, place[1])
        if layer is None and not is_compared:
            return None
        if layer is None:
            layer = frames.add_quietly(self._viewer, spec)
            self._is_on.discard(place)  # a person took the one away that was there
        selection_strokes.draw(layer, strokes.part(0, LINES_AT_FIRST), spec)
        # one that a person hides stays hidden while they select on
        if is_compared and place not in self._is_on:
            self._is_on.add(place)
            layer.visible = True
        return strokes.part(LINES_AT_FIRST, len(strokes))

    def _add(self, place: Place, rest: Strokes) -> Strokes | None:
        layer = showing.find(self._viewer, *place)
        if layer is None:  # a person took it away meanwhile
            return None
        selection_strokes.draw_more(layer, rest.part(0, LINES_AT_ONCE))
        return rest.part(LINES_AT_ONCE, len(rest))

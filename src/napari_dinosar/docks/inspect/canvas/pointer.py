"""The mouse on the canvas of a comparison: clicks select cells and matches, or probe."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
from qtpy.compat import isalive
from qtpy.QtCore import QObject, Signal

from napari_dinosar import showing
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.inspect.canvas import pointer_places
from napari_dinosar.docks.live_pace import Pace
from napari_dinosar.docks.timers import single_shot
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.layers import RESULT_ROLES, role_of

CLICK_PX = 3.0
"""What a hand moves while it clicks, in screen pixels."""
MOST_WAIT_MS = 60
"""A probe follows again after so long, though the first one, which makes its layers, took long."""
CLICKED_WITH: tuple[set[str], ...] = (set(), {"Control"}, {"Control", "Shift"}, {"Shift"})
"""What may be held while one clicks; Control is Command on a Mac."""


class Pointer(QObject):
    """Turns the mouse into selections and probes; a drag pans as always.

    Parameters
    ----------
    viewer : napari.Viewer
        Whose canvas.
    inspection : Inspection
        What is selected and probed.
    parent : QObject
        With it the mouse is napari's own again.

    Attributes
    ----------
    probes_on_click : bool
        Whether a plain click probes instead of selecting.

    Signals
    -------
    cell_clicked, match_clicked : no value
        A cell, or a match, was clicked and is the current one now, unless it was taken away.
    probed : no value
        A place was probed by the mouse.
    """

    cell_clicked = Signal()
    match_clicked = Signal()
    probed = Signal()

    def __init__(self, viewer: Any, inspection: Inspection, parent: QObject) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._inspection = inspection
        self.probes_on_click = False
        self._is_shown = True
        self._told = ""
        self._has_refused = False
        self._pace = Pace(MOST_WAIT_MS)
        self._position: Any = None
        self._timer = single_shot(self, 0, self._follow)
        viewer.mouse_drag_callbacks.append(self._on_press)
        viewer.mouse_move_callbacks.append(self._on_move)
        viewer.layers.selection.events.active.connect(self.take_back)

    def set_shown(self, is_shown: bool) -> None:
        """Listen to the mouse, or leave it to napari."""
        self._is_shown = is_shown

    def take_over(self) -> None:
        """Make cells active in place of landmarks, of which a click would move one."""
        selection = self._viewer.layers.selection
        is_shown = self._is_shown and self._inspection.findings is not None
        if not is_shown or selection.active is None or role_of(selection.active) != "landmarks":
            return
        found = (showing.find(self._viewer, role, "a") for role in ("cells", "photo"))
        selection.active = next((one for one in found if one is not None), selection.active)

    @property
    def is_listening(self) -> bool:
        """Whether the mouse is ours: nothing is drawn or digitised, and a comparison is shown."""
        if not self._is_shown or self._inspection.findings is None:
            return False
        layer = self._viewer.layers.selection.active
        if self._viewer.dims.ndisplay != 2 or layer is None:
            return self._viewer.dims.ndisplay == 2
        # its class, not its type: plugins get layers in napari's proxy, a type of its own
        is_photo = layer.__class__.__name__ == "Image"
        return (is_photo or role_of(layer) in RESULT_ROLES) and str(layer.mode) == "pan_zoom"

    def _on_press(self, viewer: Any, event: Any) -> Generator[None, None, None]:
        if not isalive(self):
            viewer.mouse_drag_callbacks.remove(self._on_press)
            return
        held = pointer_places.held(event)
        if event.button != 1 or held not in CLICKED_WITH:
            return
        says = "" if self.is_listening else self._why_not()
        if not self.is_listening and not says:
            return
        start, position = np.array(event.pos, dtype=float), tuple(event.position)
        yield
        while event.type == "mouse_move":
            if np.linalg.norm(np.array(event.pos) - start) > CLICK_PX:
                return
            yield
        if isalive(self):
            self.take_back()
            self._refuse(says) if says else self._on_click(position, held)

    def _refuse(self, says: str) -> None:
        self._has_refused = True
        self._inspection.told.emit(says)

    def take_back(self, event: Any = None) -> None:
        """Say no longer why a click did nothing: another layer, or what is seen, is another one."""
        if isalive(self) and self._has_refused:
            self._has_refused = False
            self._inspection.told.emit("")

    def _why_not(self) -> str:
        """Return why a click does nothing; empty where it is a tool's, or nobody looks closer."""
        layer = self._viewer.layers.selection.active
        is_ours = self._is_shown and self._inspection.findings is not None and layer is not None
        if not is_ours or self._viewer.dims.ndisplay != 2 or str(layer.mode) != "pan_zoom":
            return ""
        return (
            f"Clicks and Shift do nothing here while the layer {layer.name} is active: "
            "select a photo or the cells in the list of layers."
        )

    def _on_click(self, position: Any, held: set[str]) -> None:
        """Do what a click is for; what is refused is told."""
        try:
            if held == {"Shift"} or (not held and self.probes_on_click):
                self._probe(position, freezes=bool(held))
            else:
                self._select(position, held)
        except DinosarError as error:
            self._refuse(str(error))

    def _probe(self, position: Any, *, freezes: bool) -> None:
        found = pointer_places.compared_photo_at(self._viewer, self._inspection.findings, position)
        if found is None:
            return
        probing = self._inspection.probing
        self._timer.stop()
        probing.freeze(False)
        probing.point(*found)
        probing.freeze(freezes)
        self.probed.emit()

    def _select(self, position: Any, held: set[str]) -> None:
        """Select what lies at a place."""
        kind, row = pointer_places.row_at(self._viewer, self._inspection, position)
        cells, matches = self._inspection.cells, self._inspection.matches
        rows = cells if kind == "cell" else matches
        if row is None:
            if not held:
                cells.select()
                matches.select()
            return
        if not held:
            rows.select(row)
        elif held == {"Control"}:
            rows.toggle(row)
        elif kind == "cell":
            cells.block_to(row)
        else:
            rows.extend(row)
        (self.cell_clicked if kind == "cell" else self.match_clicked).emit()

    def _on_move(self, viewer: Any, event: Any) -> None:
        if not isalive(self):
            viewer.mouse_move_callbacks.remove(self._on_move)
            return
        # with Control as well a hand is on its way to the other end of a block of cells
        if pointer_places.held(event) != {"Shift"} or event.is_dragging:
            self._told = ""
            self._timer.stop()
            return
        if self._inspection.probing.is_frozen or not self.is_listening:
            return
        # places that come faster than they are probed are merged, at most one to a turn
        self._position = tuple(event.position)
        if not self._timer.isActive():
            self._timer.start(self._pace.wait_ms())

    def _follow(self) -> None:
        """Probe the last place that the pointer was at."""
        if not self.is_listening:
            return
        self._pace.begin()
        try:
            found = pointer_places.compared_photo_at(
                self._viewer, self._inspection.findings, self._position
            )
            if found is not None:
                self._inspection.probing.point(*found)
                self.probed.emit()
        except DinosarError as error:
            if str(error) != self._told:  # once for as long as Shift is held
                self._told = str(error)
                self._inspection.told.emit(self._told)
        self._pace.end()

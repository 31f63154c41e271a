"""Landmarks that are moved in a shown comparison: a wire grid follows, then the cells do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.compat import isalive
from qtpy.QtCore import QObject, Signal

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks import live_inputs
from napari_dinosar.docks.banner import Banner
from napari_dinosar.docks.live_marks import mark_cells
from napari_dinosar.docks.live_pace import (
    Pace,
    is_mouse_pressed,
    landmark_events,
)
from napari_dinosar.docks.live_rebuild import Rebuild
from napari_dinosar.docks.live_wires import Wires
from napari_dinosar.docks.presenter import PAUSE_MS, Presenter
from napari_dinosar.docks.status_text import renew_status
from napari_dinosar.docks.timers import single_shot

if TYPE_CHECKING:
    from napari_dinosar.docks.answer import Answer
    from napari_dinosar.docks.inputs import Inputs

RELEASE_POLL_MS = 60
"""How often the mouse is looked at during a drag: not every tool says that it has ended."""
REBUILT = "The cells were found again for the landmarks as they are now."
MOVED = "Landmarks were changed since this comparison, and its cells are outdated. "
RUN = " Press Run to compare again."


class LiveGrid(QObject):
    """Watches the landmarks of both sides and keeps what is shown in step with them.

    While a mouse button is down the wires follow. Any other change, by a key, by undoing or by
    releasing the mouse, finds the cells again.

    Parameters
    ----------
    viewer : napari.Viewer
        Whose layers are watched and updated.
    inputs : Inputs
        Where the landmarks are chosen.
    presenter : Presenter
        Holds what is shown.
    parent : QObject
        The dock; with it the watching ends.

    Signals
    -------
    rebuilt : Findings
        The cells and the numbers are those of the landmarks as they are.
    told : str
        A sentence for the status line.
    """

    rebuilt = Signal(object)
    told = Signal(str)

    def __init__(self, viewer: Any, inputs: Inputs, presenter: Presenter, parent: QObject) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._inputs = inputs
        self._presenter = presenter
        self.banner = Banner("landmarksMoved", "warning")
        self.wires = Wires(viewer)
        self.rebuild = Rebuild(viewer, presenter, self)
        self.rebuild.finished.connect(self._on_rebuilt)
        self.rebuild.refused.connect(self._on_refused)
        self._watched: list[Any] = []
        self._seen: dict[int, Any] = {}
        self._pixels: tuple[Any, ...] = ()
        self._is_dragging = False
        self.pace = Pace()
        self._follow_timer = single_shot(self, 0, self._follow)
        self._release_timer = single_shot(self, RELEASE_POLL_MS, self._look)
        self._look_timer = single_shot(self, 0, self._look)
        self._prepare_timer = single_shot(self, PAUSE_MS, self._prepare)
        self._hide_timer = single_shot(self, 0, self.wires.hide)
        presenter.finished.connect(self._on_presented)
        viewer.layers.selection.events.active.connect(self._on_active)
        for side in inputs.sides:
            side.landmarks.layer_changed.connect(self._watch)
        self._watch()

    @property
    def _answer(self) -> Answer | None:
        """What is shown, once it is there as a whole."""
        return None if self._presenter.is_busy else self._presenter.answer

    def _watch(self) -> None:
        """Listen to the landmarks that are chosen, and to no others."""
        for layer in self._watched:
            for event in landmark_events(layer):
                event.disconnect(self._on_event)
        chosen = [side.landmarks.layer() for side in self._inputs.sides]
        self._watched = [layer for layer in chosen if layer is not None]
        self._seen = {id(layer): np.array(layer.data) for layer in self._watched}
        for layer in self._watched:
            for event in landmark_events(layer):
                event.connect(self._on_event)
        self._look_timer.start()

    def _on_presented(self) -> None:
        answer = self._presenter.answer
        assert answer is not None
        self.rebuild.drop()
        self.wires.follow(answer)
        photos = (side.photo.layer() for side in self._inputs.sides)
        self._pixels = tuple(None if layer is None else layer.data for layer in photos)
        self._look_timer.start()

    def _on_active(self, event: Any) -> None:
        """Make the wires when landmarks are turned to: the first drag then need not wait."""
        if isalive(self) and self._answer is not None and event.value in self._watched:
            self._prepare_timer.start()

    def _prepare(self) -> None:
        if self._answer is not None and self.wires.prepare():
            self._prepare_timer.start()

    def _on_event(self, event: Any) -> None:
        if not isalive(self) or self._answer is None:
            return
        layer = event.source
        is_moved = not np.array_equal(self._seen.get(id(layer), ()), layer.data)
        if not is_moved and event.type == "set_data":
            return  # drawn anew for another reason
        self._seen[id(layer)] = np.array(layer.data)
        if not is_mouse_pressed():
            self._look_timer.start()
        elif is_moved:
            self._release_timer.start()
            # moves that come faster than they are followed are merged
            wait_ms = self.pace.wait_ms()
            if wait_ms:
                self._follow_timer.start(wait_ms)
            else:
                self._follow()

    def _follow(self) -> None:
        """Bend the wires to the landmarks as they are."""
        self.pace.begin()
        self._follow_timer.stop()
        answer = self._answer
        if answer is None or not self.wires.has_grid:
            return
        if not self._is_dragging:
            if not live_inputs.is_same_photo(answer.findings, self._inputs):
                return
            self._is_dragging = True
            self._hide_timer.stop()
            self.rebuild.drop()
        try:
            sentence = self.wires.draw(live_inputs.landmarks_now(self._inputs))
        except DinosarError as error:
            sentence = str(error)
        self.told.emit(sentence)
        if not self.wires.is_complete:
            self._follow_timer.start(1)
        self.pace.end()

    def _look(self) -> None:
        """Find the cells again where the landmarks are no longer theirs."""
        answer = self._answer
        if answer is None:
            return
        if is_mouse_pressed():
            self._release_timer.start()
            return
        self._follow_timer.stop()
        self._release_timer.stop()
        self._is_dragging = False
        try:
            marks = live_inputs.landmarks_now(self._inputs)
        except DinosarError as error:
            self._outdated(MOVED + str(error))
            return
        if self.rebuild.is_for(marks):
            return
        if live_inputs.are_those_of(answer.findings, marks):
            self.rebuild.drop()  # landmarks that were moved are back where they were
            if self.rebuild.is_whole:
                self._in_step()
                return
        reason = live_inputs.obstacle(answer, self._pixels, self._inputs, marks)
        if reason:
            # of another photo nobody knows whether its landmarks were moved
            is_moved = reason != live_inputs.OTHER_PHOTO
            self._outdated(f"{MOVED if is_moved else ''}{reason}{RUN}")
        else:
            self.rebuild.start(answer, marks)

    def _on_rebuilt(self, answer: Answer) -> None:
        self.wires.follow(answer)
        self._in_step()
        self.told.emit(REBUILT)
        self.rebuilt.emit(answer.findings)

    def _in_step(self) -> None:
        """Show no wires and no doubts: the cells are those of the landmarks."""
        self._hide_timer.start()  # napari takes its time over it: the cells are shown first
        self.banner.hide()
        self._mark_cells(False)

    def _on_refused(self, reason: str) -> None:
        self._outdated(MOVED + reason)

    def _outdated(self, sentence: str) -> None:
        """Say why what is shown is not of what is chosen now."""
        self.rebuild.drop()
        self.wires.hide()
        self.told.emit("")
        self.banner.say(sentence)
        self._mark_cells(True)

    def _mark_cells(self, is_outdated: bool) -> None:
        mark_cells(self._viewer.layers, is_outdated)
        renew_status(self._viewer)

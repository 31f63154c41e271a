"""What napari's own tools did to our landmarks layer, as edits of the project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from napari.layers import Layer
from napari.layers.base import ActionType
from numpy.typing import NDArray
from qtpy.compat import isalive
from qtpy.QtCore import QObject, QTimer

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.landmarks.canvas.side import CanvasSide
from napari_dinosar.editing.cursor import Side
from napari_dinosar.editing.editor import Editor
from napari_dinosar.editor_layers.places import in_world, xy_at
from napari_dinosar.project.edits import Place, Together

_DONE = (ActionType.ADDED, ActionType.REMOVED, ActionType.CHANGED)


@dataclass(frozen=True, eq=False)
class _Change:
    side: Side
    specimen_id: str
    action: ActionType
    rows: tuple[int, ...]
    landmarks: NDArray[np.intp]
    xy: NDArray[np.float64]


class ToolEdits(QObject):
    """Translates changes of the landmarks layers; afterwards these show the project again.

    napari is given time to finish what it does to a layer before the layer is drawn anew.

    Parameters
    ----------
    editor : Editor
        What is edited.
    sides : mapping of str to CanvasSide
        Whose layers.
    parent : QObject
        With it the translating ends.
    """

    def __init__(self, editor: Editor, sides: Mapping[Side, CanvasSide], parent: QObject) -> None:
        super().__init__(parent)
        self._editor = editor
        self._sides = sides
        self._waiting: list[_Change] = []

    def watch(self, layer: Layer) -> None:
        """Translate what is done to a landmarks layer from now on."""
        layer.events.data.connect(self._on_data)

    def _on_data(self, event: Any) -> None:
        if not isalive(self) or event.action not in _DONE:
            return
        side = next((s for s in self._sides.values() if s.layer("landmarks") is event.source), None)
        if side is None or side.sheet is None or side.is_writing:
            return
        points = np.array(event.source.data, dtype=float)[:, ::-1]
        rows = tuple(int(row) for row in event.data_indices)
        placed, key = side.sheet.placed, side.sheet.specimen.specimen_id
        self._waiting.append(_Change(side.side, key, event.action, rows, placed, points))
        if len(self._waiting) == 1:
            QTimer.singleShot(0, self._edit)

    def _edit(self) -> None:
        if not isalive(self):
            return
        waiting, self._waiting = self._waiting, []
        for change in waiting:
            try:
                self._apply(change)
            except DinosarError as error:
                self._editor.told.emit(str(error))
        for side in self._sides.values():
            side.redraw()

    def _apply(self, change: _Change) -> None:
        if change.action == ActionType.REMOVED:
            gone = [int(change.landmarks[row]) for row in _inside(change.rows, change.landmarks)]
            self._editor.clear_points(change.specimen_id, gone)
        elif change.action == ActionType.ADDED:
            self._add(change)
        elif len(change.xy) == len(change.landmarks):
            self._move(change)

    def _add(self, change: _Change) -> None:
        rows = _inside(change.rows, change.xy)
        if len(rows) != 1:
            raise DinosarError("Landmarks are placed one after the other: add one point at a time.")
        x, y = change.xy[rows[0]].tolist()
        sheet = self._sides[change.side].sheet
        if sheet is None or xy_at(sheet, in_world(sheet, (x, y))) is None:
            raise DinosarError("Nothing is placed outside of the photo.")
        self._editor.click((x, y), change.side)

    def _move(self, change: _Change) -> None:
        old = self._editor.state.specimen(change.specimen_id).digitised.xy
        moved = [
            (int(landmark), (float(xy[0]), float(xy[1])))
            for landmark, xy in zip(change.landmarks, change.xy, strict=True)
            if not np.array_equal(old[landmark], xy)
        ]
        if len(moved) == 1:
            self._editor.move_point(change.specimen_id, *moved[0])
        elif moved:
            names = self._editor.schema.names
            places = (Place(change.specimen_id, names[index], xy) for index, xy in moved)
            self._editor.apply(Together(tuple(places)))


def _inside(rows: tuple[int, ...], among: NDArray[Any]) -> list[int]:
    """Return rows counted from the front; napari counts an added point from the end."""
    counted = [row + len(among) if row < 0 else row for row in rows]
    return [row for row in counted if 0 <= row < len(among)]

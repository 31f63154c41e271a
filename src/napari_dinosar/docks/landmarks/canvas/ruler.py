"""The ruler: two clicks on what has a known length, and the length gives the scale."""

from __future__ import annotations

import math
from typing import Any

from qtpy.compat import isalive
from qtpy.QtCore import QObject, Qt, Signal
from qtpy.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QWidget,
)

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.landmarks.canvas.side import CanvasSide
from napari_dinosar.editing.cursor import Side
from napari_dinosar.editing.editor import Editor
from napari_dinosar.editor_layers.specs import ruler_layer
from napari_dinosar.editor_layers.updating import make
from napari_dinosar.layers import frame_of
from napari_dinosar.project.edits import Remark
from napari_dinosar.project.state import Position

UNITS = ("mm", "cm", "µm", "m", "in")
_SHORTEST_PX = 1.0


class Ruler(QObject):
    """Measures the scale of a photo.

    Parameters
    ----------
    viewer : napari.Viewer
        Where the line is drawn.
    editor : Editor
        Gets the scale.
    parent : QObject
        With it the ruler goes.

    Signals
    -------
    done : no value
        The scale is set, or the dialog was closed.
    """

    done = Signal()

    def __init__(self, viewer: Any, editor: Editor, parent: QObject) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._editor = editor
        self._ends: tuple[Position, ...] = ()
        self._side: Side = "a"
        self._layer: Any = None
        self.dialog: LengthDialog | None = None
        self._unit = ""

    def click(self, xy: Position, side: CanvasSide) -> None:
        """Set an end; after the second one the length is asked for."""
        if len(self._ends) == 2:
            self.stop()
        if self._ends and side.side != self._side:
            raise DinosarError("Both ends of the ruler lie on the same photo. Click the other end.")
        if self._ends and math.dist(self._ends[0], xy) < _SHORTEST_PX:
            raise DinosarError("The ends of the ruler are one pixel. Click the other end.")
        self._ends, self._side = (*self._ends, xy), side.side
        self._draw(side)
        if len(self._ends) == 1:
            self._editor.told.emit("Now click the other end of the length that you know.")
            return
        self._ask(side.side)

    def stop(self) -> None:
        """Take the line and the question away."""
        self._ends = ()
        if self._layer is not None and self._layer in self._viewer.layers:
            self._viewer.layers.remove(self._layer)
        self._layer = None
        dialog, self.dialog = self.dialog, None
        if dialog is not None and isalive(dialog):
            dialog.finished.disconnect(self.done)  # the ruler may go on with another line
            dialog.close()

    def _draw(self, side: CanvasSide) -> None:
        photo, active = side.layer("photo"), self._viewer.layers.selection.active
        assert photo is not None
        spec = ruler_layer(self._ends, side.side, frame_of(photo))
        if self._layer is not None and self._layer in self._viewer.layers:
            self._layer.data = spec.data
        else:
            self._layer = self._viewer.add_layer(make(spec))
        self._viewer.layers.selection.active = active

    def _ask(self, side: Side) -> None:
        specimen = self._editor.on(side)
        assert specimen is not None
        length_px = math.dist(*self._ends)
        unit = specimen.digitised.unit or self._unit or UNITS[0]
        self.dialog = LengthDialog(length_px, unit, _window_of(self))

        def accept(length: float, unit: str) -> None:
            self._unit = unit
            key, scale = specimen.specimen_id, length / length_px
            try:
                self._editor.apply(Remark(key, scale=scale, unit=unit))
            except DinosarError as error:
                self._editor.told.emit(str(error))
                return
            self._editor.told.emit(f"The scale is {scale:.6g} {unit} per pixel.")

        self.dialog.measured.connect(accept)
        self.dialog.finished.connect(self.done)
        self.dialog.show()
        self.dialog.activateWindow()  # the length can be typed at once


def _window_of(one: QObject | None) -> QWidget | None:
    """Return the nearest widget above; a dialog takes its window and its looks from it."""
    while one is not None and not isinstance(one, QWidget):
        one = one.parent()
    return one


class LengthDialog(QDialog):
    """Asks how long the ruler's line is; the window behind it stays alive.

    Parameters
    ----------
    length_px : float
        In photo pixels.
    unit : str
        Proposed.
    parent : QWidget, optional
        Its window is the parent of the dialog.

    Signals
    -------
    measured : float, str
        The length and its unit.
    """

    measured = Signal(float, str)

    def __init__(self, length_px: float, unit: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("rulerLength")
        self.setWindowTitle("Scale")
        self.length = QDoubleSpinBox()
        self.length.setObjectName("rulerLengthValue")
        self.length.setToolTip("How long the line is in reality")
        self.length.setDecimals(4)
        self.length.setRange(0.0001, 1e6)
        self.length.setValue(10.0)
        self.unit = QComboBox()
        self.unit.setObjectName("rulerLengthUnit")
        self.unit.setToolTip("Unit of the length")
        self.unit.setEditable(True)
        self.unit.addItems(UNITS)
        self.unit.setCurrentText(unit)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        form = QFormLayout(self)
        form.addRow(QLabel(f"The line is {length_px:.2f} px long in the photo."))
        form.addRow("Length", self.length)
        form.addRow("Unit", self.unit)
        form.addRow(buttons)
        self.length.selectAll()

    def _accept(self) -> None:
        self.measured.emit(self.length.value(), self.unit.currentText().strip())
        self.accept()

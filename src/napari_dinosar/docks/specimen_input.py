"""The inputs of one side: photo, landmarks and, where it is wanted, a painted mask."""

from __future__ import annotations

from typing import Any

from napari.layers import Layer
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFormLayout, QGroupBox, QHBoxLayout, QPushButton, QWidget

from napari_dinosar.docks import pairing
from napari_dinosar.docks.layer_choice import LayerChoice
from napari_dinosar.layers import role_of, side_of

NO_PHOTO = "choose a photo"


class SpecimenInput(QGroupBox):
    """Chooses the layers of one specimen; what it cannot choose it asks the dock for.

    Parameters
    ----------
    viewer : napari.Viewer
        Whose layers are offered.
    side : str
        ``"a"`` or ``"b"``.

    Signals
    -------
    photo_wanted, landmarks_wanted : SpecimenInput
        A file is to be opened for this side.
    photo_changed : no value
        Another photo is chosen.
    """

    photo_wanted = Signal(object)
    landmarks_wanted = Signal(object)
    photo_changed = Signal()

    def __init__(self, viewer: Any, side: str, parent: QWidget | None = None) -> None:
        super().__init__(f"Specimen {side.upper()}", parent)
        self.setObjectName(f"specimen{side.upper()}")
        self.side = side
        name = side.upper()
        self.photo = LayerChoice(viewer, pairing.can_be_photo, NO_PHOTO, f"photo{name}")
        self.landmarks = LayerChoice(
            viewer, pairing.can_be_landmarks, "no landmarks", f"landmarks{name}"
        )
        self.mask = LayerChoice(viewer, pairing.can_be_mask, "choose a Labels layer", f"mask{name}")
        self.open_photo = _open_button(f"openPhoto{name}", "Open a photo of this specimen")
        self.open_landmarks = _open_button(
            f"openLandmarks{name}", "Open a COCO keypoints file (*.json)"
        )
        self._form = QFormLayout(self)
        self._form.setContentsMargins(8, 6, 8, 6)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._form.addRow("Photo", _row(self.photo, self.open_photo))
        self._form.addRow("Landmarks", _row(self.landmarks, self.open_landmarks))
        self._form.addRow("Mask", self.mask)
        self._expected: str | None = None
        self.show_mask(False)
        self.open_photo.clicked.connect(self._want_photo)
        self.open_landmarks.clicked.connect(self._want_landmarks)
        self.photo.layer_changed.connect(self._on_photo_changed)

    def show_mask(self, is_wanted: bool) -> None:
        """Offer a mask where the foreground comes from a layer."""
        self._form.setRowVisible(self.mask, is_wanted)

    def take(self, layer: Layer | None) -> None:
        """Choose a new layer that says it is the photo, or the landmarks, of this side."""
        if layer is None or side_of(layer) != self.side:
            return
        choices = {"photo": self.photo, "landmarks": self.landmarks}
        choice = choices.get(role_of(layer) or "")
        if choice is not None:
            choice.refresh()
            choice.choose(layer)

    def propose(self, taken: Layer | None) -> None:
        """Fill in what is not chosen yet.

        Parameters
        ----------
        taken : Layer or None
            The photo of the other side.
        """
        if self.photo.layer() is None and self._expected is None:
            self.photo.choose(pairing.photo_of_side(self.photo.offered(), self.side, taken))
        if self.landmarks.layer() is None:
            self.choose_landmarks()

    def choose_landmarks(self) -> None:
        """Choose the landmarks of the photo; let go of those that were read for another."""
        photo, chosen = self.photo.layer(), self.landmarks.layer()
        if photo is None:
            return
        found = pairing.landmarks_of_photo(photo, self.side, self.landmarks.offered())
        if found is not None:
            self.landmarks.choose(found)
        elif chosen is not None and pairing.is_of_a_photo(chosen):
            self.landmarks.choose(None)

    def expect(self, name: str | None) -> None:
        """Wait for one photo that was not found, and propose no other; None ends the waiting."""
        self._expected = name
        if name is not None:
            self.photo.choose(None)
        self.photo.setItemText(0, NO_PHOTO if name is None else f"not found: {name}")

    def _want_photo(self) -> None:
        self.photo_wanted.emit(self)

    def _want_landmarks(self) -> None:
        self.landmarks_wanted.emit(self)

    def _on_photo_changed(self) -> None:
        self.choose_landmarks()
        self.photo_changed.emit()


def _open_button(name: str, tooltip: str) -> QPushButton:
    button = QPushButton("Open…")
    button.setObjectName(name)
    button.setToolTip(tooltip)
    return button


def _row(*widgets: QWidget) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(4)
    for widget in widgets:
        layout.addWidget(widget)
    layout.setStretch(0, 1)
    return row

"""Which landmark the probe follows, and in which photo."""

from __future__ import annotations

import numpy as np
from qtpy.compat import isalive
from qtpy.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.fold import guard_wheel, let_shrink
from napari_dinosar.inspection.inspected import Inspection

NONE = "none"


class FollowRow(QWidget):
    """Lets the probe follow a landmark that was placed.

    Parameters
    ----------
    inspection : Inspection
        Whose probe and landmarks.
    """

    def __init__(self, inspection: Inspection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("probeFollow")
        self._inspection = inspection
        self._names: tuple[str, ...] = ()
        self.landmark = QComboBox()
        self.landmark.setObjectName("probeLandmark")
        self.landmark.setToolTip("What does the network hold homologous to this landmark?")
        self.side = QComboBox()
        self.side.setObjectName("probeSide")
        self.side.setToolTip("The photo that is pointed at; the other one is searched")
        self.side.addItems(["in A", "in B"])
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(QLabel("Follow landmark"))
        layout.addWidget(self.landmark, 1)
        layout.addWidget(self.side)
        guard_wheel(self)
        let_shrink(self)
        self.side.setMinimumWidth(64)
        self.landmark.activated.connect(self._on_landmark)
        self.side.activated.connect(self._on_side)
        inspection.probing.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show which landmark is followed."""
        if not isalive(self):
            return
        probing = self._inspection.probing
        if probing.result is not None and probing.landmark is not None:
            self.side.setCurrentIndex("ab".index(probing.result.side))
        self._offer(self._placed())
        followed = probing.landmark
        place = self._names.index(followed) + 1 if followed in self._names else 0
        self.landmark.setCurrentIndex(place)
        self.setEnabled(bool(self._names) or self.side.currentIndex() == 1)

    def _placed(self) -> tuple[str, ...]:
        """Return the landmarks that are placed on the chosen side; none without a probe."""
        probe = self._inspection.probing.probe
        if probe is None:
            return ()
        marks = probe.side("b" if self.side.currentIndex() else "a").specimen.landmarks
        if marks is None:
            return ()
        places = zip(marks.labels, marks.xy, strict=True)
        return tuple(name for name, xy in places if np.isfinite(xy).all())

    def _offer(self, names: tuple[str, ...]) -> None:
        if names != self._names or not self.landmark.count():
            self._names = names
            self.landmark.clear()
            self.landmark.addItems([NONE, *names])

    def _on_landmark(self, place: int) -> None:
        probing = self._inspection.probing
        if not place:
            if probing.landmark is not None:
                probing.clear()
            return
        try:
            probing.follow(self._names[place - 1], "b" if self.side.currentIndex() else "a")
        except DinosarError as error:
            self._inspection.told.emit(str(error))

    def _on_side(self) -> None:
        """Follow the same landmark in the other photo, where it is placed there."""
        followed = self._inspection.probing.landmark
        self._offer(self._placed())
        if followed is None:
            return
        if followed in self._names:
            self._on_landmark(self._names.index(followed) + 1)
        else:
            self._inspection.told.emit(f"Landmark {followed} is not placed in that photo.")
            self.refresh()

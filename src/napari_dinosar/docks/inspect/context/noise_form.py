"""What the noise floor is measured with: draws, seed, and how far the copies may differ."""

from __future__ import annotations

from dataclasses import dataclass

from qtpy.QtWidgets import (
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from napari_dinosar.docks.fold import Fold, guard_wheel
from napari_dinosar.inspection.jitter import Jitter

DRAWS, MOST_DRAWS, MOST_SEED = 8, 1000, 2**31 - 1


@dataclass(frozen=True)
class _Row:
    """A field of `Jitter` in the unit that it is shown in."""

    words: str
    suffix: str
    factor: float
    most: float
    step: float
    tooltip: str


_ROWS = {
    "rotation_deg": _Row("Rotation", "°", 1.0, 180.0, 1.0, "Copies are turned by up to this."),
    "scale": _Row("Scale", " %", 100.0, 50.0, 1.0, "Copies are larger or smaller by up to this."),
    "brightness": _Row(
        "Brightness", " %", 100.0, 50.0, 1.0, "Copies are lighter or darker by up to this of white."
    ),
    "contrast": _Row(
        "Contrast", " %", 100.0, 90.0, 1.0, "Contrast of the copies is up to this higher or lower."
    ),
    "landmark_noise": _Row(
        "Landmarks", " %", 100.0, 20.0, 0.1,
        "Landmarks of the copies are displaced at random by this, root mean square, in per cent of "
        "the centroid size.",
    ),
}  # fmt: skip


class NoiseForm(QWidget):
    """Draws and seed in sight, the jitter folded away with its defaults."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.draws = _whole("noiseDraws", 1, MOST_DRAWS, DRAWS)
        self.draws.setToolTip(
            "Copies of each specimen. More make the floor surer, and take longer in proportion."
        )
        self.seed = _whole("noiseSeed", 0, MOST_SEED, 0)
        self.seed.setToolTip("The same seed draws the same copies.")
        numbers = QHBoxLayout()
        numbers.setSpacing(6)
        for words, control in (("Draws", self.draws), ("Seed", self.seed)):
            label = QLabel(words)
            label.setBuddy(control)
            numbers.addWidget(label)
            numbers.addWidget(control, 1)
        self._jitter = {name: _share(name, row) for name, row in _ROWS.items()}
        inside = QWidget()
        rows = QFormLayout(inside)
        rows.setContentsMargins(14, 0, 0, 0)
        for name, row in _ROWS.items():
            rows.addRow(row.words, self._jitter[name])
        self.fold = Fold("How far the copies may differ", inside)
        self.fold.button.setObjectName("noiseJitter")
        self.fold.button.setToolTip("Show how the copies are jittered, and change it.")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(numbers)
        layout.addWidget(self.fold)
        self.set_jitter(Jitter())
        guard_wheel(self)

    def jitter(self) -> Jitter:
        """Return how far the copies may differ."""
        return Jitter(
            **{name: self._jitter[name].value() / row.factor for name, row in _ROWS.items()}
        )

    def set_jitter(self, jitter: Jitter) -> None:
        """Show how far copies may differ."""
        for name, row in _ROWS.items():
            self._jitter[name].setValue(getattr(jitter, name) * row.factor)


def _whole(name: str, least: int, most: int, value: int) -> QSpinBox:
    control = QSpinBox()
    control.setObjectName(name)
    control.setRange(least, most)
    control.setValue(value)
    control.setMinimumWidth(70)
    return control


def _share(name: str, row: _Row) -> QDoubleSpinBox:
    control = QDoubleSpinBox()
    control.setObjectName(f"noise_{name}")
    control.setRange(0.0, row.most)
    control.setDecimals(1)
    control.setSingleStep(row.step)
    control.setPrefix("± ")
    control.setSuffix(row.suffix)
    control.setToolTip(row.tooltip)
    return control

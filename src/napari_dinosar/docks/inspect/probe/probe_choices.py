"""What is asked and how it is coloured: layers, the own photo, the scale, what is hidden."""

from __future__ import annotations

from qtpy.compat import isalive
from qtpy.QtWidgets import QCheckBox, QComboBox, QFormLayout, QWidget

from napari_dinosar.docks.fold import guard_wheel, let_shrink
from napari_dinosar.inspection.inspected import Inspection

SCALES = (
    ("each probe's own range", "probe"),
    ("fixed, 0 to 1", "fixed"),
    ("as set in the layer controls", "hand"),
)


class ProbeChoices(QWidget):
    """Controls of how a probe is asked and shown.

    Parameters
    ----------
    inspection : Inspection
        Whose probe.
    """

    def __init__(self, inspection: Inspection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("probeChoices")
        self._probing = inspection.probing
        self.layers = _combo("probeLayers", "Which layers of the network are asked")
        self.scale = _combo("probeScale", "What similarities the colours of the maps reach over")
        for words, value in SCALES:
            self.scale.addItem(words, value)
        self.own = QCheckBox("Also map its own photo")
        self.own.setObjectName("probeOwn")
        self.own.setToolTip(
            "Show what else in the same photo is like the patch: repeated structures, both wings"
        )
        self.hides = QCheckBox("Hide cells, matches and landmark names")
        self.hides.setObjectName("probeHides")
        self.hides.setToolTip(
            "Colours of cells lie over those of the map, so that neither is read. What is selected "
            "stays."
        )
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(4)
        form.addRow("Layers", self.layers)
        form.addRow("Colours", self.scale)
        form.addRow(self.own)
        form.addRow(self.hides)
        guard_wheel(self)
        let_shrink(self)
        self.layers.activated.connect(self._on_layers)
        self.scale.activated.connect(self._on_scale)
        self.own.clicked.connect(self._probing.ask_self)
        self.hides.clicked.connect(self._probing.show_alone)
        self._offered: tuple[int, ...] | None = None
        self._asks: list[tuple[int] | None] = []
        self._probing.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what is asked now."""
        if not isalive(self):
            return
        probe = self._probing.probe
        offered = () if probe is None else probe.layers
        if offered != self._offered:
            self._offered = offered
            self.layers.clear()
            self._asks = [None, *((layer,) for layer in offered if len(offered) > 1)]
            self.layers.addItems(
                ["all together", *(f"layer {one[0]} alone" for one in self._asks if one)]
            )
        asked = self._probing.layers
        self.layers.setCurrentIndex(self._asks.index(asked) if asked in self._asks else -1)
        self.scale.setCurrentIndex([value for _, value in SCALES].index(self._probing.scale))
        self.own.setChecked(self._probing.with_self)
        self.hides.setChecked(self._probing.is_alone)
        self.setEnabled(probe is not None)

    def _on_layers(self) -> None:
        self._probing.ask_layers(self._asks[self.layers.currentIndex()])

    def _on_scale(self) -> None:
        self._probing.scale_by(self.scale.currentData())


def _combo(name: str, tip: str) -> QComboBox:
    combo = QComboBox()
    combo.setObjectName(name)
    combo.setToolTip(tip)
    return combo

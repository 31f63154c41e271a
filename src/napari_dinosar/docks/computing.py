"""Where a network computes, and whether what it said is kept for later sessions."""

from __future__ import annotations

import os
import sys

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QCheckBox, QComboBox, QFormLayout, QSizePolicy, QWidget

AUTO, PROCESSOR = "auto", "cpu"
WORDS = {AUTO: "automatic", PROCESSOR: "processor (cpu)"}
SWITCH_VARIABLE, OFF = "DINOSAR_CACHE", ("off", "0", "no", "false")
KEEP = "Keep encodings on disk"
KEEP_TOOLTIP = (
    "What a network says of a photo is kept in your cache folder (at most 5 GB, what was used "
    "longest ago goes first), so that no photo is encoded twice, in later sessions either."
)
IDLE = "Has no effect now: the built-in descriptor runs on the processor and is quick."


class ComputeChoice(QWidget):
    """Chooses the device, and whether encodings are kept on disk.

    Signals
    -------
    changed : no value
        Something else is chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.device = QComboBox()
        self.device.setObjectName("device")
        self.device.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.device.setToolTip(
            "Where the network computes; automatic takes an accelerator where there is one. "
            "Accelerators are listed once a network was loaded."
        )
        self.keep = QCheckBox(KEEP)
        self.keep.setObjectName("keepEncodings")
        self.keep.setToolTip(KEEP_TOOLTIP)
        if os.environ.get(SWITCH_VARIABLE, "").lower() in OFF:
            self.keep.setEnabled(False)
            self.keep.setToolTip(f"Turned off by the environment variable {SWITCH_VARIABLE}.")
        else:
            self.keep.setChecked(True)
        self._tooltips = {part: part.toolTip() for part in (self.device, self.keep)}
        layout = QFormLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        layout.addRow("Device", self.device)
        layout.addRow(self.keep)
        self.offer(())
        self.device.currentIndexChanged.connect(self.changed)
        self.keep.toggled.connect(self.changed)

    def serve(self, is_network: bool) -> None:
        """Offer both where a network computes; the built-in descriptor needs neither."""
        self.setEnabled(is_network)
        self.setToolTip("" if is_network else IDLE)
        for part, tooltip in self._tooltips.items():
            part.setToolTip(tooltip if is_network else IDLE)

    def offer(self, accelerators: tuple[str, ...]) -> None:
        """Offer the accelerators of this machine; the choice stays."""
        chosen = self.chosen_device()
        self.device.blockSignals(True)
        self.device.clear()
        for name in dict.fromkeys((AUTO, *accelerators, PROCESSOR, chosen)):
            self.device.addItem(WORDS.get(name, name), name)
        self.device.setCurrentIndex(self.device.findData(chosen))
        self.device.blockSignals(False)

    def chosen_device(self) -> str:
        """Return what `load_backbone` takes as its device."""
        return str(self.device.currentData() or AUTO)

    def keeps_encodings(self) -> bool:
        """Tell whether encodings are read from disk and written there."""
        return self.keep.isChecked()


def accelerators() -> tuple[str, ...]:
    """Return the accelerators that torch knows, once something has imported it."""
    torch = sys.modules.get("torch")
    if torch is None:
        return ()
    cuda = tuple(f"cuda:{index}" for index in range(torch.cuda.device_count()))
    return (*cuda, "mps") if torch.backends.mps.is_available() else cuda

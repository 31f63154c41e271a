"""The choice of the attention that the layers show: of which layer, and of which head."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

if TYPE_CHECKING:
    from napari_dinosar.findings import Findings

MEAN = "mean"


class AttentionRow(QWidget):
    """Chooses a layer and a head; hidden where there is no attention.

    Signals
    -------
    chosen : int, object
        The block whose attention is wanted, and a head, or None for their mean.
    """

    chosen = Signal(int, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("attention")
        self.layer, self.head = QComboBox(), QComboBox()
        self.layer.setObjectName("attentionLayer")
        self.head.setObjectName("attentionHead")
        self.layer.setToolTip("Block of the network whose attention is shown, counted from 0")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for part in (QLabel("Attention: layer"), self.layer, QLabel("head"), self.head):
            row.addWidget(part)
        row.addStretch(1)
        self.layer.activated.connect(self._on_activated)
        self.head.activated.connect(self._on_activated)
        self.hide()

    def offer(self, findings: Findings) -> None:
        """Offer the layers and heads that were kept, the ranking one first chosen."""
        attention = findings.a.attention
        self.setVisible(attention is not None and findings.b.attention is not None)
        if attention is None:
            return
        self.layer.clear()
        for layer in findings.a.attention_layers:
            self.layer.addItem(str(layer), layer)
        self.layer.setCurrentIndex(max(self.layer.findData(findings.attention_layer), 0))
        self.head.clear()
        self.head.addItem(MEAN, None)
        for head in range(attention.shape[1]):
            self.head.addItem(str(head), head)
        heads = findings.settings.attn_heads
        of = "all heads" if heads is None else f"heads {' '.join(map(str, heads))}"
        self.head.setToolTip(f"One head, or the mean of {of}")

    def _on_activated(self) -> None:
        self.chosen.emit(self.layer.currentData(), self.head.currentData())

"""A combo box over the layers of a viewer that can be used for one thing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import ReferenceType, ref

from napari.layers import Layer
from qtpy.compat import isalive
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QComboBox, QSizePolicy, QWidget


class LayerChoice(QComboBox):
    """Offers the layers of a viewer that ``fits`` accepts, by name, and follows the layer list.

    Parameters
    ----------
    viewer : napari.Viewer
        Whose layers are offered.
    fits : callable
        Takes a layer and tells whether it is offered.
    none_text : str
        First entry, which stands for no layer.
    name : str
        Object name.

    Signals
    -------
    layer_changed : no value
        Another layer, or none, is chosen.
    """

    layer_changed = Signal()

    def __init__(
        self,
        viewer: Any,
        fits: Callable[[Layer], bool],
        none_text: str,
        name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._layers = viewer.layers
        self._fits = fits
        self._offered: list[ReferenceType[Layer]] = []
        self.addItem(none_text)
        events = viewer.layers.events
        for emitter in (events.inserted, events.removed, events.reordered, events.renamed):
            emitter.connect(self.refresh)
        self.currentIndexChanged.connect(self._on_index_changed)
        self.refresh()

    def layer(self) -> Layer | None:
        """Return the chosen layer."""
        index = self.currentIndex() - 1
        return self._offered[index]() if 0 <= index < len(self._offered) else None

    def offered(self) -> list[Layer]:
        """Return all layers that can be chosen."""
        return [layer for layer in (one() for one in self._offered) if layer is not None]

    def choose(self, layer: Layer | None) -> None:
        """Choose a layer that is offered, or none."""
        self.setCurrentIndex(self._index_of(layer))

    def refresh(self) -> None:
        """Offer what the layer list holds now; the choice stays where it can."""
        if not isalive(self):
            return  # the window is gone, and the layer list outlives it
        chosen = self.layer()
        self.blockSignals(True)
        while self.count() > 1:
            self.removeItem(1)
        layers = [layer for layer in self._layers if self._fits(layer)]
        self._offered = [ref(_unwrapped(layer)) for layer in layers]
        for layer in layers:
            self.addItem(layer.name)
        self.setCurrentIndex(self._index_of(chosen))
        self.blockSignals(False)
        if self.layer() is not chosen:
            self.layer_changed.emit()

    def _index_of(self, layer: Layer | None) -> int:
        for index, one in enumerate(self._offered):
            if layer is not None and one() is _unwrapped(layer):
                return index + 1
        return 0

    def _on_index_changed(self) -> None:
        layer = self.layer()
        self.setToolTip(layer.name if layer is not None else "")
        self.layer_changed.emit()


def _unwrapped(layer: Any) -> Any:
    """Return the layer itself where napari handed out its public proxy."""
    return getattr(layer, "__wrapped__", layer)

"""The similarity of a match in each layer of the network alone, as a small chart."""

from __future__ import annotations

from qtpy.QtWidgets import QWidget

from napari_dinosar.docks.inspect.crops.layer_bars import LayerBars
from napari_dinosar.docks.theme import ThemeColours


class SimilarityBars(LayerBars):
    """Bars of similarity; the line is that of the layers together.

    Parameters
    ----------
    colours : ThemeColours
        Of the window.
    """

    def __init__(self, colours: ThemeColours, parent: QWidget | None = None) -> None:
        super().__init__(colours, parent)
        self.setObjectName("probeBars")

    def bar_text(self, x: float) -> str:
        """Return the layer at a place of the widget and the match's similarity in it."""
        return super().bar_text(x).replace("dissimilarity", "similarity of the match")

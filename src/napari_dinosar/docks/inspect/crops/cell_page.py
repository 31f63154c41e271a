"""The page Cell: the current cell in both photos, and all that is known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.compat import isalive
from qtpy.QtWidgets import QWidget

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.inspect.context.colours_later import ColoursLater
from napari_dinosar.docks.inspect.crops import cell_words
from napari_dinosar.docks.inspect.crops.crop_page import CropPage
from napari_dinosar.docks.inspect.crops.crop_painting import Shown
from napari_dinosar.docks.inspect.crops.crop_view import CropView
from napari_dinosar.docks.inspect.crops.facts_view import FactsView
from napari_dinosar.docks.inspect.crops.walk_head import WalkHead
from napari_dinosar.docks.inspect.tooltips import keyed
from napari_dinosar.docks.number_text import number_text
from napari_dinosar.inspection.cell_pieces import SURROUNDINGS
from napari_dinosar.inspection.cell_values import COLOUR, cell_values

if TYPE_CHECKING:
    from napari_dinosar.docks.inspect.crops.photos import PairPhotos
    from napari_dinosar.docks.theme import ThemeColours
    from napari_dinosar.inspection.inspected import Inspection


class CellPage(CropPage):
    """Shows the current cell; the buttons go from the most to the least different one.

    Parameters
    ----------
    inspection : Inspection
        What is shown.
    photos : PairPhotos
        Where pieces come from.
    colours : ColoursLater, optional
        What compares the colours of the cells; one of its own otherwise.
    """

    def __init__(
        self, inspection: Inspection, photos: PairPhotos, colours: ColoursLater | None = None
    ) -> None:
        crops = CropView("cells", SURROUNDINGS)
        head = WalkHead(
            "cell",
            keyed("The next more different cell", "previous_cell"),
            keyed("The next less different cell", "next_cell"),
        )
        super().__init__(inspection, photos, inspection.cells, head, crops, cell_words.cell_empty)
        self.row_wanted.connect(self._show_current)
        self.setObjectName("inspectCell")
        self.empty.setObjectName("cellEmpty")
        crops.add_key_names({"rectified": "rectified", "blink": "blink", "swipe": "swipe"})
        self.facts = FactsView(inspection)
        self._column.addWidget(self.facts)
        self._column.addStretch(1)
        self._colours = ColoursLater(inspection, self) if colours is None else colours
        signals = (self._colours.ready, self._colours.failed, inspection.judged, inspection.flagged)
        for signal in signals:
            signal.connect(self._on_facts_changed)

    def toggle_rectified(self) -> None:
        """Bend both pieces to the consensus, or show them as photographed."""
        self.crops.rectified.toggle()

    def set_flag_bar(self, widget: QWidget) -> None:
        """Put what flags the selected cells under the facts."""
        self.facts.set_flag_bar(widget)

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        super().set_colours(colours)
        self.facts.set_colours(colours)

    def _show_current(self) -> None:
        cells = self._inspection.cells
        assert cells.current is not None
        self._show_pieces(cells.current)
        try:
            facts = cells.describe()
        except DinosarError as error:
            self.head.say(f"Cell {cells.current}", str(error))
            self.facts.hide()
            return
        self.facts.show()
        self.head.say(*cell_words.cell_title(facts, len(cells)))
        self.facts.show_facts(facts, self._colour_of(facts))

    def _show_pieces(self, cell: int) -> None:
        crops = self.crops
        try:
            pieces = self._photos.cells()
            if crops.is_rectified:
                pair = pieces.rectified(cell, crops.surroundings, crops.picture.wanted_px())
            else:
                pair = pieces.as_they_are(cell, crops.surroundings)
        except DinosarError as error:
            crops.show_pair(None, str(error))
            return
        crops.show_pair((Shown.of(pair[0]), Shown.of(pair[1])))

    def _colour_of(self, facts: dict[str, Any]) -> str:
        """Return the colour difference of a cell; have it compared where it is not known yet."""
        comparison, colours = self._inspection.comparison, self._colours
        if comparison is None or comparison.homology is None:
            return cell_words.NO_COLOUR
        if not colours.is_known:
            colours.ask_soon(self)
            return cell_words.FAILED_COLOUR if colours.problem else cell_words.COMING
        value = cell_values(self._inspection, COLOUR).values[facts["row"], facts["col"]]
        return f"ΔE*ab {number_text(value, 1)}"

    def _on_facts_changed(self) -> None:
        if isalive(self):
            self.later()

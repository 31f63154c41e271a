"""The page Match: both ends of the current match, and how far it can be believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.inspect.crops import cell_words
from napari_dinosar.docks.inspect.crops.crop_page import CropPage
from napari_dinosar.docks.inspect.crops.crop_painting import Shown
from napari_dinosar.docks.inspect.crops.crop_view import CropView
from napari_dinosar.docks.inspect.crops.facts_view import headline_html, table_html
from napari_dinosar.docks.inspect.crops.walk_head import WalkHead
from napari_dinosar.docks.inspect.tooltips import keyed
from napari_dinosar.docks.landmarks.panels.colours import first_colours, quiet
from napari_dinosar.docks.number_text import number_text
from napari_dinosar.docks.text_label import TextLabel
from napari_dinosar.inspection.match_pieces import LONGEST_PX, SURROUNDINGS, way_back

if TYPE_CHECKING:
    from napari_dinosar.docks.inspect.crops.photos import PairPhotos
    from napari_dinosar.docks.theme import ThemeColours
    from napari_dinosar.inspection.inspected import Inspection


class MatchPage(CropPage):
    """Shows the current match; the buttons go from the best to the last one.

    Parameters
    ----------
    inspection : Inspection
        What is shown.
    photos : PairPhotos
        Where pieces come from.
    """

    def __init__(self, inspection: Inspection, photos: PairPhotos) -> None:
        crops = CropView("patches", SURROUNDINGS)
        crops.rectified.hide()
        head = WalkHead(
            "match",
            keyed("The next better match", "previous_match"),
            keyed("The next match that is not as good", "next_match"),
        )
        super().__init__(
            inspection, photos, inspection.matches, head, crops, cell_words.match_empty
        )
        self.row_wanted.connect(self._show_current)
        self.setObjectName("inspectMatch")
        self.empty.setObjectName("matchEmpty")
        crops.picture.setToolTip(
            "The patches of the match; an orange ring in A is where the best match of B's patch "
            "lies. Control and the wheel: more or less of the surroundings"
        )
        crops.add_key_names({"blink": "blink", "swipe": "swipe"})
        self._colours = first_colours()
        self.turned = TextLabel("matchTurned")
        self.headline = TextLabel("matchHeadline")
        self.table = TextLabel("matchFacts")
        for part in (self.turned, self.headline, self.table):
            self._column.addWidget(part)
        self._column.addStretch(1)

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        super().set_colours(colours)
        self._colours = colours
        self.turned.setStyleSheet(quiet(colours))
        self.later()

    def _show_current(self) -> None:
        matches, findings = self._inspection.matches, self._inspection.findings
        assert matches.current is not None
        assert findings is not None
        match = matches.describe()
        self.head.say(*cell_words.match_title(match, len(matches.order), len(matches)))
        self._show_pieces(matches.current, is_mutual=match["mutual"])
        similarity = number_text(match["similarity"], 3)
        self.headline.setText(headline_html(similarity, "similarity, cosine", "", self._colours))
        rows = cell_words.match_rows(match, way_back(findings, matches.current))
        self.table.setText(table_html(rows, self._colours))

    def _show_pieces(self, match: int, is_mutual: bool) -> None:
        crops = self.crops
        side_px = min(crops.picture.wanted_px(), LONGEST_PX)
        try:
            pair = self._photos.matches().pair(match, crops.surroundings, side_px)
        except DinosarError as error:
            crops.show_pair(None, str(error))
            self.turned.hide()
            return
        back_xy = None if is_mutual else pair.back_xy
        crops.show_pair((Shown.of(pair.a, back_xy), Shown.of(pair.b)))
        self.turned.setText(cell_words.pair_words(pair))
        self.turned.show()

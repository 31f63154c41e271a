"""What there is to say of the current cell: its number, its place, and what to hold against it."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from qtpy.QtWidgets import QLabel, QVBoxLayout, QWidget

from napari_dinosar.docks.fold import Fold
from napari_dinosar.docks.inspect.crops import cell_words
from napari_dinosar.docks.inspect.crops.layer_bars import LayerBars
from napari_dinosar.docks.inspect.crops.place_strip import PlaceStrip
from napari_dinosar.docks.landmarks.panels.colours import first_colours, quiet
from napari_dinosar.docks.text_label import TextLabel

if TYPE_CHECKING:
    from napari_dinosar.docks.theme import ThemeColours
    from napari_dinosar.inspection.inspected import Inspection

LAYERS_TITLE = "Layer by layer; the dashed line is all together"
NO_LAYERS = "Layer by layer: run the comparison again to see it."


class FactsView(QWidget):
    """Number, histogram, table, layers and patches of one cell.

    Parameters
    ----------
    inspection : Inspection
        Whose cells.
    """

    def __init__(self, inspection: Inspection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inspection = inspection
        self._colours = first_colours()
        self._shown: tuple[dict[str, Any], str] | None = None
        self.headline = TextLabel("cellHeadline")
        self.table = TextLabel("cellFacts")
        self.strip = PlaceStrip(self._colours)
        self.strip.setToolTip("The cells by their dissimilarity; dashed: the noise floor here")
        self.layers_title = QLabel(LAYERS_TITLE)
        self.layers_title.setObjectName("cellLayersTitle")
        self.layers_title.setWordWrap(True)
        self.layers = LayerBars(self._colours)
        self._patches = TextLabel("cellPatches")
        self.patches = Fold("Patches", self._patches)
        self.patches.button.setObjectName("cellPatchesFold")
        self.patches.button.setToolTip(
            "The patches that the cell's value is made of, with their shares"
        )
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        for part in (self.headline, self.strip, self.table):
            self._layout.addWidget(part)
        self._flag_place = self._layout.count()
        for part in (self.layers_title, self.layers, self.patches):
            self._layout.addWidget(part)
        self.set_colours(self._colours)

    def set_flag_bar(self, widget: QWidget) -> None:
        """Put what flags the cell under its facts."""
        self._layout.insertWidget(self._flag_place, widget)

    def show_facts(self, facts: dict[str, Any], colour: str) -> None:
        """Show a cell.

        Parameters
        ----------
        facts : dict
            What `CellFacts.describe` says of it.
        colour : str
            Delta E*ab of the cell, or why it is not known.
        """
        self._shown = (facts, colour)
        self._write()
        noise, cells = self._inspection.noise, self._inspection.cells.facts
        assert cells is not None
        row, col = facts["row"], facts["col"]
        is_known = noise is not None and bool(noise.is_known[row, col])
        floor = float(noise.floor[row, col]) if noise is not None and is_known else None
        self.strip.show_place(cells, facts["dissimilarity"], floor)
        per_layer: Mapping[int, float] = facts.get("per_layer", {})
        has_several = facts["used"] and len(cells.findings.record["layers"]) > 1
        self.layers_title.setText(LAYERS_TITLE if per_layer else NO_LAYERS)
        self.layers_title.setVisible(has_several)
        self.layers.setVisible(has_several and bool(per_layer))
        self.layers.show_values(per_layer, facts["dissimilarity"])

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        self._colours = self.strip.colours = self.layers.colours = colours
        self.layers_title.setStyleSheet(quiet(colours))
        self._write()
        self.strip.update()
        self.layers.update()

    def _write(self) -> None:
        if self._shown is None:
            return
        facts, colour = self._shown
        self.headline.setText(headline_html(*cell_words.cell_headline(facts), self._colours))
        rows = cell_words.cell_rows(self._inspection, facts, colour)
        self.table.setText(table_html(rows, self._colours))
        self._patches.setText(
            "".join(
                f"<p style='margin: 4px 0 1px 0'><b>{name.upper()}</b></p>"
                + table_html(cell_words.patch_rows(facts[f"patches_{name}"]), self._colours)
                for name in "ab"
            )
        )


def headline_html(number: str, what: str, place: str, colours: ThemeColours) -> str:
    """Return a number, large, with what it is beside it."""
    below = f"<br>{escape(place)}" if place else ""
    return (
        "<table cellspacing='0'><tr>"
        f"<td style='padding-right: 10px; font-size: 19pt; font-weight: 300; "
        f"white-space: nowrap'>{escape(number)}</td>"
        f"<td style='color: {colours.muted}; vertical-align: middle'>{escape(what)}{below}</td>"
        "</tr></table>"
    )


def table_html(rows: cell_words.Rows, colours: ThemeColours) -> str:
    """Return labels with their values, one below the other."""
    lines = "".join(
        f"<tr><td style='color: {colours.muted}; padding: 1px 10px 1px 0; white-space: nowrap'>"
        f"{escape(label)}</td><td style='padding: 1px 0'>{escape(value)}</td></tr>"
        for label, value in rows
    )
    return f"<table cellspacing='0'>{lines}</table>"

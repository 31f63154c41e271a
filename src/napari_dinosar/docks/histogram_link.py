"""The cells' histogram and the inspection: what is selected is marked, a click selects."""

from __future__ import annotations

from typing import Any

import numpy as np
from qtpy.compat import isalive
from qtpy.QtCore import QObject

from napari_dinosar.docks.histogram import Histograms
from napari_dinosar.docks.histogram_axes import dissimilarities, recolour_cells
from napari_dinosar.docks.live_rebuild import MOST_CELLS_AT_ONCE
from napari_dinosar.docks.timers import single_shot
from napari_dinosar.findings import Findings
from napari_dinosar.inspection.cell_facts import CellFacts
from napari_dinosar.inspection.cell_values import CellValues, shown_values
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.palette import COLORMAPS


class HistogramLink(QObject):
    """Marks the cells of an inspection on a histogram of the same run, and selects by its bars.

    Many cells are counted by another value in a turn of the event loop after that of their map.

    Parameters
    ----------
    inspection : Inspection
        Whose cells are selected.
    canvas : Histograms
        Where they are marked.
    """

    def __init__(self, inspection: Inspection, canvas: Histograms) -> None:
        super().__init__(canvas)
        self._inspection = inspection
        self._canvas = canvas
        self._timer = single_shot(self, 0, self._count)
        inspection.cells.changed.connect(self._on_selected)
        inspection.shown.connect(self._on_shown)
        inspection.flagged.connect(self._on_flagged)
        canvas.arranged.connect(self._on_shown)
        canvas.bar_clicked.connect(self._on_clicked)
        COLORMAPS.changed.connect(self._on_colormap)
        self._colouring = inspection.colouring
        self._colouring.changed.connect(self._on_colouring)
        inspection.judged.connect(self._on_colouring)
        canvas.choose = self._chosen
        self._on_shown()

    @property
    def _facts(self) -> CellFacts | None:
        """What is known of the cells that are drawn; None while others are looked at."""
        is_same = self._canvas.findings is self._inspection.findings
        return self._inspection.cells.facts if is_same and self._canvas.cells else None

    def _on_clicked(self, bar: int, is_added: bool) -> None:
        if self._facts is None:
            return
        cells = self._inspection.cells
        order = cells.order
        found = order[self._canvas.bins[order] == bar]
        if is_added:
            cells.extend(found[::-1])  # the most dissimilar becomes the current one
        else:
            cells.select(found, int(found[0]) if len(found) else None)

    def _on_shown(self) -> None:
        if isalive(self):
            self._on_flagged()
            self._on_selected()

    def _on_selected(self, *_: Any) -> None:
        facts, cells = self._facts if isalive(self) else None, self._inspection.cells
        if facts is None:
            return
        drawn, bins = self._canvas.cells, self._canvas.bins
        is_marked = drawn is not None and cells.current is not None and bins[cells.current] >= 0
        value = float(drawn.values.ravel()[cells.current]) if drawn and is_marked else None
        self._canvas.marks.mark(bins[list(cells.rows)], value)

    def _chosen(self, findings: Findings) -> CellValues | None:
        """Return what the cells are coloured by; their dissimilarity where it is not known."""
        plain = dissimilarities(findings)
        is_looked_at = findings is self._inspection.findings
        return shown_values(self._inspection) if plain is not None and is_looked_at else plain

    def _on_colouring(self, _name: str = "") -> None:
        if not isalive(self):
            return
        cells = self._canvas.cells
        if cells is not None and cells.values.size > MOST_CELLS_AT_ONCE:
            self._timer.start()
        else:
            self._count()

    def _count(self) -> None:
        self._canvas.draw_cells()

    def _on_colormap(self, kind: str) -> None:
        if isalive(self) and kind == "cells":
            recolour_cells(self._canvas.figure)
            self._canvas.draw_idle()

    def _on_flagged(self) -> None:
        facts = self._facts if isalive(self) else None
        if facts is None:
            return
        excluded = self._inspection.flags.excluded_cells()
        out = np.zeros(len(facts), dtype=bool) if excluded is None else excluded.ravel()
        self._canvas.marks.leave_out(self._canvas.bins[out])

"""The pixels of both photos of the comparison that is shown, and what is cut out of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from psygnal import Signal

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.inspection.cell_pieces import CellPieces
from napari_dinosar.inspection.match_pieces import MatchPieces
from napari_dinosar.layers import photo_identity

if TYPE_CHECKING:
    from napari_dinosar.findings import Findings
    from napari_dinosar.inspection.inspected import Inspection

Bytes = NDArray[np.uint8]
Pair = tuple[Bytes, Bytes]


class PairPhotos:
    """Finds both photos: those of a fresh comparison, else layers that show the same photos.

    Parameters
    ----------
    viewer : napari.Viewer
        Whose layers are looked through for the photos of a run that was opened from a folder.
    inspection : Inspection
        What is shown.

    Signals
    -------
    changed : no value
        A layer came or went, and with it a photo may have.
    """

    changed = Signal()

    def __init__(self, viewer: Any, inspection: Inspection) -> None:
        self._viewer = viewer
        self._inspection = inspection
        self._cut_from: tuple[Findings, Bytes, Bytes] | None = None
        self._cells: CellPieces | None = None
        self._matches: MatchPieces | None = None
        inspection.shown.connect(self._forget)
        for event in (viewer.layers.events.inserted, viewer.layers.events.removed):
            event.connect(self._on_layers)

    @property
    def rgb(self) -> Pair | None:
        """Pixels (H, W, 3) of A and of B; None where one of the two is not there."""
        a, b = self._side("a"), self._side("b")
        return None if a is None or b is None else (a, b)

    @property
    def why_not(self) -> str:
        """What to do so that both photos are there; empty where they are."""
        findings = self._inspection.findings
        if findings is None:
            return "Run a comparison, or open a run."
        missing = [name for name in "ab" if self._side(name) is None]
        if not missing:
            return ""
        if len(missing) == 2:
            which, both = f"photos {findings.a.name} and {findings.b.name} are", " for each"
        else:
            (name,) = missing
            which, both = f"photo {name.upper()}, {findings.side(name).name}, is", ""
        return (
            f"Pieces are cut out of the photos, and the {which} not here. Press Locate…, or Open… "
            f"beside Photo, in the Compare dock{both}."
        )

    def cells(self) -> CellPieces:
        """Return what cuts cells out of both photos.

        Raises
        ------
        DinosarError
            If a photo is not there, or the run cannot place its cells; the message says what to
            do.
        """
        cut_from = self._settled()
        if self._cells is None:
            self._cells = CellPieces(*cut_from)
        return self._cells

    def matches(self) -> MatchPieces:
        """Return what cuts the ends of matches out of both photos.

        Raises
        ------
        DinosarError
            If a photo is not there; the message says what to do.
        """
        cut_from = self._settled()
        if self._matches is None:
            self._matches = MatchPieces(*cut_from)
        return self._matches

    def _settled(self) -> tuple[Findings, Bytes, Bytes]:
        """Return run and photos; what was cut from others is forgotten."""
        rgb, findings = self.rgb, self._inspection.findings
        if rgb is None or findings is None:
            self._forget()
            raise DinosarError(self.why_not)
        before = self._cut_from
        now = (findings, *rgb)
        if before is None or any(one is not other for one, other in zip(before, now, strict=True)):
            self._cut_from, self._cells, self._matches = now, None, None
        return now

    def _forget(self) -> None:
        """Let go of photos that may be of another pair."""
        self._cut_from = self._cells = self._matches = None

    def _side(self, name: str) -> Bytes | None:
        findings, comparison = self._inspection.findings, self._inspection.comparison
        if findings is None:
            return None
        if comparison is not None:
            rgb: Bytes = {"a": comparison.a, "b": comparison.b}[name].photo.rgb
            return rgb
        identity = findings.side(name).photo_identity
        for layer in self._viewer.layers:
            if photo_identity(layer) == identity:
                pixels = layer.data[0] if layer.multiscale else layer.data
                return pixels if pixels.ndim == 3 else None
        return None

    def _on_layers(self, event: Any) -> None:
        if self._inspection.findings is not None and self._inspection.comparison is None:
            self.changed.emit()

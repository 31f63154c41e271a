"""What the pages with pieces of photos share: when they are made anew, and how they lie."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from qtpy.compat import isalive
from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QShowEvent
from qtpy.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.inspect.crops.crop_picture import BLINK, SWIPE
from napari_dinosar.docks.inspect.crops.crop_view import CropView
from napari_dinosar.docks.inspect.crops.walk_head import WalkHead
from napari_dinosar.docks.live_pace import Pace
from napari_dinosar.docks.timers import single_shot
from napari_dinosar.inspection.rows import RowSelection

if TYPE_CHECKING:
    from napari_dinosar.docks.inspect.crops.photos import PairPhotos
    from napari_dinosar.docks.theme import ThemeColours
    from napari_dinosar.inspection.inspected import Inspection

MARGIN_PX = 8


class CropPage(QWidget):
    """A head, two pieces of photos, and what is said of them, which scrolls.

    Nothing is made while the page is not seen; changes that come while one is shown are merged.

    Parameters
    ----------
    inspection : Inspection
        What is shown.
    photos : PairPhotos
        Where pieces come from.
    selection : RowSelection
        Whose current row is shown.
    head : WalkHead
        What walks through the rows.
    crops : CropView
        What shows the pieces.
    why_empty : callable
        Returns why nothing is shown of an inspection; an empty text where something is.

    Signals
    -------
    row_wanted : no value
        The current row is to be shown: in the head, as pieces, and in what is said of them.
    """

    row_wanted = Signal()

    def __init__(
        self,
        inspection: Inspection,
        photos: PairPhotos,
        selection: RowSelection,
        head: WalkHead,
        crops: CropView,
        why_empty: Callable[[Inspection], str],
    ) -> None:
        super().__init__()
        self._inspection, self._photos, self._selection = inspection, photos, selection
        self.head, self.crops, self._why_empty = head, crops, why_empty
        self.empty = QLabel()
        self.empty.setTextFormat(Qt.TextFormat.PlainText)
        self.empty.setWordWrap(True)
        self._content = QWidget()
        self._column = QVBoxLayout(self._content)
        self._column.setContentsMargins(0, 0, 4, 0)
        self._column.setSpacing(8)
        self._column.addWidget(crops)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidgetResizable(True)
        self._area.setWidget(self._content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN_PX, MARGIN_PX, 4, 4)
        layout.setSpacing(8)
        layout.addWidget(head)
        layout.addWidget(self.empty)
        layout.addWidget(self._area, 1)
        layout.addStretch(0)
        self._is_dirty = True
        self._pace = Pace()
        self._timer = single_shot(self, 0, self._on_time)
        head.walked.connect(self._on_walked)
        crops.wanted.connect(self.later)
        for signal in (inspection.shown, selection.changed, photos.changed):
            signal.connect(self._on_changed)

    def blink(self) -> None:
        """Show A and B in turn, or side by side again."""
        self.crops.toggle_mode(BLINK)

    def swipe(self) -> None:
        """Lay A over B, or show them side by side again."""
        self.crops.toggle_mode(SWIPE)

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        self.head.set_colours(colours)
        self.crops.set_colours(colours)
        self.empty.setStyleSheet(f"color: {colours.muted}; padding: 16px 4px;")

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802 - Qt's name
        """Make what was not made while the page was not seen."""
        super().showEvent(event)
        if self._is_dirty:
            self.later()

    def later(self) -> None:
        """Make everything anew soon, with whatever else changes until then."""
        self._is_dirty = True
        if self.isVisible() and not self._timer.isActive():
            self._timer.start(self._pace.wait_ms())

    def refresh(self) -> None:
        """Make everything anew now."""
        self._is_dirty = False
        self._pace.begin()
        says = self._why_empty(self._inspection)
        self.empty.setText(says)
        self.empty.setVisible(bool(says))
        self._area.setVisible(not says)
        place, n_rows = self._selection.place, len(self._selection.order)
        self.head.let_walk(place is not None and place > 0, n_rows > 0 and place != n_rows - 1)
        if says:
            self.head.say("", "")
        else:
            self.row_wanted.emit()
        self._pace.end()

    def _on_time(self) -> None:
        if self.isVisible():
            self.refresh()

    def _on_walked(self, step: int) -> None:
        try:
            self._selection.walk(step)
        except DinosarError as error:
            self._inspection.told.emit(str(error))

    def _on_changed(self) -> None:
        if isalive(self):
            self.later()

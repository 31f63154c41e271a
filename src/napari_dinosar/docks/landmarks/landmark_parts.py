"""What stands below each other in the Landmarks dock, and how it shares the room."""

from __future__ import annotations

from functools import partial

from qtpy.compat import isalive
from qtpy.QtCore import Qt, QTimer
from qtpy.QtWidgets import QFrame, QScrollArea, QSplitter, QVBoxLayout, QWidget

from napari_dinosar.docks.fold import Fold
from napari_dinosar.docks.landmarks.panels.doubts_strip import DoubtsStrip
from napari_dinosar.docks.landmarks.panels.header import Header
from napari_dinosar.docks.landmarks.panels.notes_panel import NotesPanel
from napari_dinosar.docks.landmarks.panels.reference_view import ReferenceView
from napari_dinosar.docks.landmarks.panels.view_row import ViewRow
from napari_dinosar.docks.landmarks.photos.photo_list import PhotoList
from napari_dinosar.docks.landmarks.saving.recovery_banner import RecoveryBanner
from napari_dinosar.docks.landmarks.saving.saver import Saver
from napari_dinosar.docks.landmarks.table.landmark_table import LandmarkTable
from napari_dinosar.docks.theme import ThemeColours
from napari_dinosar.editing.editor import Editor
from napari_dinosar.editing.photo_shelf import PhotoShelf
from napari_dinosar.editing.thumbnails import Thumbnails
from napari_dinosar.editing.watching import Watch


class LandmarkParts:
    """The widgets of the dock.

    Parameters
    ----------
    editor : Editor
        What they show.
    saver : Saver
        What saves it.
    watch : Watch
        What doubts it.
    shelf : PhotoShelf
        Photos.
    thumbnails : Thumbnails
        Small ones.
    dock : QWidget
        What they are laid out in.
    """

    def __init__(
        self,
        editor: Editor,
        saver: Saver,
        watch: Watch,
        shelf: PhotoShelf,
        thumbnails: Thumbnails,
        dock: QWidget,
    ) -> None:
        self.header = Header(editor, saver)
        self.recovery = RecoveryBanner(editor)
        self.photos = PhotoList(editor, thumbnails)
        self.table = LandmarkTable(editor)
        self.doubts = DoubtsStrip(editor, watch)
        self.reference = ReferenceView(editor, shelf)
        self.notes = NotesPanel(editor)
        self.view_row = ViewRow()
        self._lay_out(dock)

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        parts = (self.header, self.recovery, self.photos, self.table, self.doubts)
        for part in (*parts, self.reference, self.notes):
            part.set_colours(colours)

    def _lay_out(self, dock: QWidget) -> None:
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setObjectName("landmarkSplitter")
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.photos)
        self.splitter.addWidget(self._lower())
        self.splitter.setSizes([200, 350])
        self.splitter.setStretchFactor(0, 2)
        self.splitter.setStretchFactor(1, 3)
        column = QVBoxLayout(dock)
        column.setContentsMargins(8, 6, 8, 6)
        column.setSpacing(6)
        column.addWidget(self.header)
        column.addWidget(self.recovery)
        column.addWidget(self.splitter, 1)
        column.addWidget(self.view_row)

    def _lower(self) -> QWidget:
        content = QWidget()
        rows = QVBoxLayout(content)
        rows.setContentsMargins(0, 4, 0, 0)
        rows.setSpacing(6)
        rows.addWidget(self.table, 1)
        rows.addWidget(self.doubts)
        rows.addWidget(self.reference)
        fold = Fold("Notes, scale, mask seed", self.notes)
        rows.addWidget(fold)
        area = QScrollArea()
        area.setObjectName("landmarkArea")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(content)
        fold.button.toggled.connect(partial(_bring_in, area, fold))
        return area


def _bring_in(area: QScrollArea, fold: Fold, is_open: bool) -> None:
    """Scroll to what was unfolded, as soon as it has its height."""

    def scroll() -> None:
        if isalive(area):
            area.ensureWidgetVisible(fold)

    if is_open:
        QTimer.singleShot(0, scroll)

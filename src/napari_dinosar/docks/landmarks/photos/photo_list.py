"""The photos of the project beside the canvas: found, filtered, and gone to."""

from __future__ import annotations

from pathlib import Path

from qtpy.compat import isalive
from qtpy.QtCore import QModelIndex, QPoint, Qt, Signal
from qtpy.QtGui import QShowEvent
from qtpy.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.fold import let_shrink
from napari_dinosar.docks.landmarks.panels.colours import quiet
from napari_dinosar.docks.landmarks.photos.empty import EmptyPhotos
from napari_dinosar.docks.landmarks.photos.menu import PhotoMenu, go_to
from napari_dinosar.docks.landmarks.photos.model import PhotoModel
from napari_dinosar.docks.landmarks.photos.search import PhotoFilter, PhotoSearch
from napari_dinosar.docks.landmarks.photos.view import PhotoView
from napari_dinosar.docks.theme import ThemeColours
from napari_dinosar.editing.cursor import Cursor
from napari_dinosar.editing.editor import Editor
from napari_dinosar.editing.thumbnails import Thumbnails

NO_PROJECT = "Begin with photos, or with landmarks that are there already:"
NO_PHOTOS = "The project has no photos yet."
NOT_FOUND = "No photo matches. Clear the search, or choose All."

_LINES_SHOWN = 3


class PhotoList(QWidget):
    """Lists the photos of a project with their progress.

    The list itself takes no keyboard focus: the keys of the editor pass it by.

    Parameters
    ----------
    editor : Editor
        What it shows, and acts on.
    thumbnails : Thumbnails
        Whence the previews are.
    """

    _preview_made = Signal()

    def __init__(
        self, editor: Editor, thumbnails: Thumbnails, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("photoList")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._editor, self._thumbnails = editor, thumbnails
        self.model = PhotoModel(editor, thumbnails, self)
        self.search = PhotoSearch()
        self.filter = PhotoFilter()
        self.view = PhotoView(self.model)
        self.empty, self.totals = EmptyPhotos(), QLabel()
        self.message = self.empty.text
        self.totals.setObjectName("photoTotals")
        self.stack = QStackedWidget()
        self._lay_out()
        self.set_colours(self.view.painting.colours)
        self.search.textChanged.connect(self._on_chosen)
        self.search.entered.connect(self._go_to_first)
        self.filter.currentIndexChanged.connect(self._on_chosen)
        self.view.clicked.connect(self._on_clicked)
        self.view.customContextMenuRequested.connect(self._on_menu)
        self._preview_made.connect(self._repaint)  # from the thread that makes them
        thumbnails.ready.connect(self._on_preview)
        editor.opened.connect(self._on_opened)
        editor.listed.connect(self._show_totals)
        editor.moved.connect(self._on_moved)
        editor.pinned.connect(self._repaint)
        self._on_opened()

    def shown_photo_ids(self) -> list[str]:
        """Return the photos as the list shows them, in their order."""
        return self.model.photo_ids()

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        self.view.set_colours(colours)
        self.message.setStyleSheet(quiet(colours))
        self.totals.setStyleSheet(quiet(colours))

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802 - Qt's name
        """Look again for photos that were missing, and scroll to the current one."""
        super().showEvent(event)
        self._thumbnails.forget_problems()
        self._scroll()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.search, 1)
        head.addWidget(self.filter, 1)
        self.stack.addWidget(self.view)
        self.stack.addWidget(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self.stack, 1)
        layout.addWidget(self.totals)
        let_shrink(self)
        self.stack.setMinimumHeight(_LINES_SHOWN * self.view.line_px)

    def _on_chosen(self) -> None:
        self.model.choose(self.filter.which, self.search.text())
        self._show_totals()
        self._scroll()

    def _on_clicked(self, index: QModelIndex) -> None:
        line = self.model.line(index)
        if line is None:
            return
        try:
            go_to(self._editor, line)
        except DinosarError as error:
            self._editor.told.emit(str(error))

    def _go_to_first(self) -> None:
        self._on_clicked(self.model.index(0, 0))

    def _on_menu(self, place: QPoint) -> None:
        line = self.model.line(self.view.indexAt(place))
        if line is not None:
            menu = PhotoMenu(self._editor, line, self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.view.viewport().mapToGlobal(place))

    def _on_opened(self) -> None:
        if not isalive(self):
            return
        self._thumbnails.forget_problems()
        self.search.clear()
        self.filter.setCurrentIndex(0)
        self._on_chosen()

    def _on_moved(self, cursor: Cursor | None, before: Cursor | None) -> None:
        if not isalive(self):
            return
        shown = [one and one.shown_ids for one in (cursor, before)]
        if shown[0] != shown[1]:
            self._scroll()
            self._show_totals()

    def _on_preview(self, path: Path) -> None:
        if isalive(self):
            self._preview_made.emit()

    def _repaint(self) -> None:
        if isalive(self):
            self.view.viewport().update()

    def _scroll(self) -> None:
        here = self._editor.on("a")
        if here is not None:
            self.view.bring_in(self.model.place_of(here.photo_id, here.specimen_id))
        self._repaint()

    def _show_totals(self) -> None:
        if not isalive(self):
            return
        listing = self._editor.listing
        is_open, n_shown = listing is not None, self.model.rowCount()
        self.search.setEnabled(is_open)
        self.filter.setEnabled(is_open)
        self.stack.setCurrentWidget(self.view if n_shown else self.empty)
        self.empty.show_ways(is_open=is_open, has_photos=bool(listing))
        if listing is None:
            self.message.setText(NO_PROJECT)
            self.totals.clear()
            return
        self.message.setText(NOT_FOUND if len(listing) else NO_PHOTOS)
        found = listing.totals()
        self.filter.show_counts(found)
        self.totals.setText(self._totals_text(found))

    def _totals_text(self, found: dict[str, int]) -> str:
        n_shown = len(self.model.photo_ids())
        parts = [f"{found['complete']} of {found['all']} complete"]
        if found["flagged"]:
            parts.append(f"{found['flagged']} flagged")
        if n_shown < found["all"]:
            parts.append(f"{n_shown} listed")
        return ", ".join(parts)

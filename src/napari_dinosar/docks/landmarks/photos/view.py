"""The scrolling part of the photo list, which leaves the keyboard to the editor."""

from __future__ import annotations

from qtpy.QtCore import QEvent, QModelIndex, Qt
from qtpy.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from napari_dinosar.docks.landmarks.photos.model import PhotoModel
from napari_dinosar.docks.landmarks.photos.painting import PhotoPainting
from napari_dinosar.docks.theme import ThemeColours


class PhotoView(QTableView):
    """Shows the lines of a `PhotoModel`; asks for those alone that are seen.

    A table of one column: Qt's list looks at every line again after each edit.

    Parameters
    ----------
    model : PhotoModel
        Whose lines.
    """

    def __init__(self, model: PhotoModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("photoLines")
        self.painting = PhotoPainting(model, self)
        self.setModel(model)
        self.setItemDelegate(self.painting)
        for header, mode in (
            (self.horizontalHeader(), QHeaderView.ResizeMode.Stretch),
            (self.verticalHeader(), QHeaderView.ResizeMode.Fixed),
        ):
            header.setSectionResizeMode(mode)
            header.hide()
        self.setShowGrid(False)
        self._set_heights()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    @property
    def line_px(self) -> int:
        """Height of a line."""
        return self.painting.line_px(self.font())

    def changeEvent(self, event: QEvent | None) -> None:  # noqa: N802 - Qt's name
        """Follow the font."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.FontChange:
            self._set_heights()

    def _set_heights(self) -> None:
        header = self.verticalHeader()
        header.setMinimumSectionSize(1)
        header.setDefaultSectionSize(self.line_px)

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        self.painting.colours = colours
        self.setStyleSheet(f"QTableView {{ background: {colours.background}; }}")

    def bring_in(self, line: QModelIndex) -> None:
        """Scroll as little as is needed to see a line with its neighbours."""
        if not line.isValid():
            return
        for row in (line.row() - 1, line.row() + 1, line.row()):
            self.scrollTo(line.siblingAtRow(row))

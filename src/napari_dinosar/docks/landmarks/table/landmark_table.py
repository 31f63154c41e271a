"""The landmarks beside the photo: what is placed, which one is current, and what to do with it."""

from __future__ import annotations

from qtpy.compat import isalive
from qtpy.QtCore import QModelIndex, QSize, Qt
from qtpy.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLabel,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.landmarks.panels.colours import quiet
from napari_dinosar.docks.landmarks.panels.cursor import stands
from napari_dinosar.docks.landmarks.panels.words import counts
from napari_dinosar.docks.landmarks.table.controls import ModeButtons, StateButtons
from napari_dinosar.docks.landmarks.table.model import SIDES, LandmarkModel
from napari_dinosar.docks.landmarks.table.painting import ROW_PX, LandmarkPainting
from napari_dinosar.docks.theme import ThemeColours
from napari_dinosar.editing.editor import Editor

EMPTY = "Open a landmark project, or make a new one: its landmarks are listed here."
NO_PHOTOS = "The project has no photos yet. Add some: Project, Add photos…"
NO_LANDMARKS = "The project has no landmarks yet. Name them: Project, Landmarks…"

_STATE_PX, _PAIRED_PX = 104, 88
_ROWS_SHOWN = 5


class _Rows(QTableView):
    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Ask for the least: on a low screen the doubts below are to stay in sight."""
        return QSize(super().sizeHint().width(), self.minimumHeight())


class LandmarkTable(QWidget):
    """Lists the landmarks of the specimens that are shown; takes no keyboard focus.

    Parameters
    ----------
    editor : Editor
        What it shows, and acts on.
    """

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("landmarkTable")
        self._editor = editor
        self.count = QLabel()
        self.count.setObjectName("landmarkCount")
        self.count.setWordWrap(True)
        self.model = LandmarkModel(editor, self)
        self._painting = LandmarkPainting(self.model, self)
        self.view = self._make_view()
        self.definition = QLabel()
        self.definition.setObjectName("landmarkDefinition")
        self.definition.setWordWrap(True)
        self.definition.setTextFormat(Qt.TextFormat.PlainText)
        self.definition.setAlignment(Qt.AlignmentFlag.AlignTop)
        # two lines always: the list does not jump from one landmark to the next
        self.definition.setMinimumHeight(2 * self.definition.fontMetrics().lineSpacing() + 2)
        self.states = StateButtons(editor)
        self.modes = ModeButtons(editor)
        self._lay_out()
        self.set_colours(self._painting.colours)
        for signal in (editor.opened, editor.schema_changed, editor.moved, editor.edited):
            signal.connect(self._on_changed)
        self._on_changed()

    def _make_view(self) -> QTableView:
        view = _Rows()
        view.setObjectName("landmarkRows")
        view.setModel(self.model)
        view.setItemDelegate(self._painting)
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setShowGrid(False)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.verticalHeader().hide()
        view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        view.verticalHeader().setDefaultSectionSize(ROW_PX)
        header = view.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(40)
        header.setFixedHeight(ROW_PX - 2)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionsClickable(False)
        view.setMinimumHeight(_ROWS_SHOWN * ROW_PX)
        view.clicked.connect(self._on_clicked)
        return view

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.count)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.definition)
        layout.addStretch(0)
        layout.addWidget(self.states)
        layout.addWidget(self.modes)

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        self._painting.colours = colours
        self.definition.setStyleSheet(quiet(colours))
        self.states.set_colours(colours)
        self.modes.set_colours(colours)
        self.view.horizontalHeader().setStyleSheet(
            f"QHeaderView::section {{ background: transparent; color: {colours.muted}; "
            f"border: none; border-bottom: 1px solid {colours.line}; padding-left: 6px; }}"
        )
        self.view.viewport().update()

    def _on_clicked(self, index: QModelIndex) -> None:
        side = SIDES.get(index.column())
        try:
            self._editor.go_to_landmark(index.row(), side)
        except DinosarError as error:
            self._editor.told.emit(str(error))

    def _on_changed(self) -> None:
        if not isalive(self):
            return
        is_paired = self._editor.is_paired
        self.view.setColumnHidden(2, not is_paired)
        self.view.horizontalHeader().setVisible(is_paired)
        for column in SIDES:
            self.view.setColumnWidth(column, _PAIRED_PX if is_paired else _STATE_PX)
        self._show_state()
        cursor = self._editor.cursor
        if cursor is not None and stands(self._editor):
            self.view.scrollTo(self.model.index(cursor.landmark, 0))

    def _show_state(self) -> None:
        """Show the counts and the definition."""
        editor = self._editor
        is_ready = stands(editor)
        self.states.refresh()
        for part in (self.view, self.definition, self.states, self.modes):
            part.setVisible(is_ready)
        if not is_ready:
            is_open, has_photos = editor.project is not None, editor.cursor is not None
            self.count.setText(EMPTY if not is_open else NO_LANDMARKS if has_photos else NO_PHOTOS)
            self.definition.clear()
            return
        shown = [(side, editor.on(side)) for side in SIDES.values()]
        texts = [(side.upper(), counts(one)) for side, one in shown if one is not None]
        self.count.setText(
            "\n".join(f"{side}: {text}" for side, text in texts)
            if editor.is_paired
            else texts[0][1]
        )
        landmark = editor.landmark
        # no empty lines where the schema describes nothing
        is_described = any(one.definition or one.partner for one in editor.schema.landmarks)
        self.definition.setVisible(is_described)
        partner = f"Partner: {landmark.partner}." if landmark.partner else ""
        said = landmark.definition or ("" if partner else "No definition is given.")
        self.definition.setText("  ".join(filter(None, (said, partner))))

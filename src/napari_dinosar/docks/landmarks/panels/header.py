"""The head of the editor: which project, whether it is saved, undo and redo, and the menu."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.compat import isalive
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QMenu, QPushButton, QWidget

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.banner import Banner
from napari_dinosar.docks.landmarks.panels.buttons import dock_button
from napari_dinosar.docks.landmarks.panels.colours import quiet
from napari_dinosar.docks.landmarks.panels.header_parts import ElidedLabel, SaveDot
from napari_dinosar.docks.landmarks.panels.icons import undo_icon
from napari_dinosar.docks.landmarks.panels.words import clock_time_of, tooltip
from napari_dinosar.docks.landmarks.saving.saver import Saver
from napari_dinosar.docks.theme import ThemeColours
from napari_dinosar.editing.editor import Editor

NO_PROJECT = "No landmark project"


class Header(QWidget):
    """Shows the project and how far it is saved; the dock connects the menu.

    Parameters
    ----------
    editor : Editor
        What it shows, and acts on.
    saver : Saver
        What saves.

    Signals
    -------
    new_wanted, open_wanted, folder_wanted, import_wanted, export_wanted, schema_wanted, \
photos_wanted, copy_wanted, close_wanted, help_wanted : no value
        An entry of the menu.
    """

    new_wanted = Signal()
    open_wanted = Signal()
    folder_wanted = Signal()
    import_wanted = Signal()
    export_wanted = Signal()
    schema_wanted = Signal()
    photos_wanted = Signal()
    copy_wanted = Signal()
    close_wanted = Signal()
    help_wanted = Signal()

    def __init__(self, editor: Editor, saver: Saver, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("landmarkHeader")
        self._editor, self._saver = editor, saver
        self._dismissed: set[str] = set()
        self.name = ElidedLabel()
        self.name.setObjectName("projectName")
        self.dot = SaveDot()
        self.text = QLabel()
        self.text.setObjectName("saveText")
        self.text.setWordWrap(True)
        self.others = QLabel()
        self.others.setObjectName("projectOthers")
        self.others.setWordWrap(True)
        self.warning = Banner("projectWarning", "warning")
        self.dismiss = self.warning.add_button("Dismiss", "dismissWarning")
        self.dismiss.clicked.connect(self._on_dismiss)
        self.undo = self._button("", "undo", tooltip("undo"), editor.undo)
        self.redo = self._button("", "redo", tooltip("redo"), editor.redo)
        self.save = self._button("Save", "save", "Save the project now", saver.save)
        self.menu_button = self._button("Project", "projectMenu", "New, open, import, export …")
        self._fill_menu()
        self._lay_out()
        self.set_colours(self.dot.colours)
        saver.changed.connect(self._on_changed)
        editor.opened.connect(self._on_opened)
        self._on_changed()

    def _button(
        self, text: str, name: str, said: str, act: Callable[[], object] | None = None
    ) -> QPushButton:
        button = dock_button(text, name, said)
        if act is not None:
            button.clicked.connect(lambda: self._try(act))
        return button

    def _fill_menu(self) -> None:
        menu = QMenu(self.menu_button)
        for text, signal in (
            ("New…", self.new_wanted),
            ("Open…", self.open_wanted),
            ("Open folder…", self.folder_wanted),
        ):
            menu.addAction(text).triggered.connect(signal)
        menu.addSeparator()
        self.project_actions = []
        for text, signal in (
            ("Import…", self.import_wanted),
            ("Export…", self.export_wanted),
            ("Landmarks…", self.schema_wanted),
            ("Add photos…", self.photos_wanted),
            ("Save a copy…", self.copy_wanted),
            ("Close", self.close_wanted),
        ):
            action = menu.addAction(text)
            action.triggered.connect(signal)
            if text != "Import…":
                self.project_actions.append(action)
        menu.addSeparator()
        menu.addAction("All keys").triggered.connect(self.help_wanted)
        self.menu_button.setMenu(menu)

    def _lay_out(self) -> None:
        state = QHBoxLayout()
        state.setSpacing(2)
        state.setContentsMargins(4, 0, 0, 0)
        state.addWidget(self.dot)
        state.addWidget(self.text, 1)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(3)
        layout.setVerticalSpacing(4)
        layout.addWidget(self.name, 0, 0)
        for column, button in enumerate((self.undo, self.redo, self.menu_button), start=1):
            layout.addWidget(button, 0, column)
        layout.addLayout(state, 1, 0, 1, 3)
        layout.addWidget(self.save, 1, 3)
        layout.addWidget(self.others, 2, 0, 1, 4)
        layout.addWidget(self.warning, 3, 0, 1, 4)
        layout.setColumnStretch(0, 1)

    def _try(self, act: Callable[[], object]) -> None:
        try:
            act()
        except DinosarError as error:
            self._editor.told.emit(str(error))

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        self.name.setStyleSheet("font-weight: 600;")
        self.others.setStyleSheet(quiet(colours))
        self.dot.colours = colours
        self.dot.update()
        self.undo.setIcon(undo_icon(colours))
        self.redo.setIcon(undo_icon(colours, is_mirrored=True))
        self.warning.set_colours(colours)

    def _on_opened(self) -> None:
        if isalive(self):
            self._dismissed.clear()
            self._on_changed()

    def _on_dismiss(self) -> None:
        self._dismissed |= set(self._warnings())
        self._on_changed()

    def _warnings(self) -> tuple[str, ...]:
        project, problem = self._editor.project, self._saver.problem
        if self._saver.is_conflicted:
            problem = None  # Merge… is there for it
        said = () if project is None else project.warnings
        return said if problem is None else (str(problem), *said)

    def _on_changed(self) -> None:
        if not isalive(self):
            return
        project = self._editor.project
        is_open = project is not None
        self.name.say(f"{project.path.parent.name}/{project.path.name}" if project else NO_PROJECT)
        self.name.setToolTip(str(project.path) if project else "")
        self.text.setText(self._saver.text if is_open else "Drop one here, or a folder of photos.")
        self.text.setToolTip(str(self._saver.problem or "\n".join(self._warnings())))
        self.dot.level = self._saver.level
        self.dot.setVisible(is_open)
        self.dot.update()
        self.save.setText("Merge…" if self._saver.is_conflicted else "Save")
        self.save.setEnabled(is_open and self._saver.level in ("unsaved", "trouble"))
        self.undo.setEnabled(project is not None and bool(project.history.done))
        self.redo.setEnabled(project is not None and bool(project.history.undone))
        for action in self.project_actions:
            action.setEnabled(is_open)
        others = () if project is None else project.others
        self.others.setText(
            "\n".join(
                f"Also open on {one.host or 'another machine'} since {clock_time_of(one.opened)}"
                f" (process {one.pid})"
                for one in others
            )
        )
        self.others.setVisible(bool(others))
        new = [one for one in self._warnings() if one not in self._dismissed]
        self.warning.say("\n".join(new)) if new else self.warning.hide()

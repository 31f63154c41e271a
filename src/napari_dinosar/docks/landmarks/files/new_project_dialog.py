"""A new project: its photos, its landmarks, and where its file goes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.schema import Schema
from napari_dinosar.docks.banner import Banner
from napari_dinosar.docks.fold import breakable
from napari_dinosar.docks.landmarks.files.asking import PROJECT, PROJECTS, Asking
from napari_dinosar.docks.landmarks.files.dialog_buttons import dialog_button
from napari_dinosar.docks.landmarks.files.new_project_photo_choice import PhotoChoice
from napari_dinosar.docks.landmarks.files.new_project_photos import Photos, with_files
from napari_dinosar.docks.landmarks.files.new_project_place import free_place, top_folder
from napari_dinosar.docks.landmarks.files.new_project_schema import SchemaChoice
from napari_dinosar.docks.landmarks.schema.schema_dialog import SchemaDialog
from napari_dinosar.docks.theme import ThemeColours
from napari_dinosar.editing.schema_files import read_schema
from napari_dinosar.project.store import Project


class NewProjectDialog(QDialog):
    """Makes a project.

    Parameters
    ----------
    colours : ThemeColours
        Of napari's theme.
    ask : Asking
        Asks for files and folders.
    of_layers : callable
        Returns the photos that napari shows.

    Signals
    -------
    made : Project
        It is there, and open.
    """

    made = Signal(object)

    def __init__(
        self,
        colours: ThemeColours,
        ask: Asking,
        of_layers: Callable[[], Photos],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("newProject")
        self.setWindowTitle("New landmark project")
        self._colours, self._ask = colours, ask
        self.photos = PhotoChoice(ask, of_layers)
        self.place = QLineEdit()
        self.place.setObjectName("newPlace")
        self.place.setToolTip("A new file, in the folder of the photos or above it.")
        self.browse = dialog_button("…", "newBrowse", "Choose where the file goes.", is_narrow=True)
        self.category = QLineEdit()
        self.category.setObjectName("newCategory")
        self.category.setPlaceholderText("specimen")
        self.category.setToolTip("As COCO names its category: leaf, wing, skull.")
        self.choice = SchemaChoice(self._schema_of_file, colours)
        self.lacking = QLabel()
        self.lacking.setObjectName("newLacking")
        self.lacking.setWordWrap(True)
        self.lacking.setStyleSheet(f"color: {colours.muted}; background: transparent;")
        self.banner = Banner("newProblem", "warning")
        self.banner.set_colours(colours)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.make = self.buttons.addButton("Make project", QDialogButtonBox.ButtonRole.AcceptRole)
        self.make.setObjectName("newMake")
        self._lay_out()
        self._connect()
        self._check()

    def schema(self) -> Schema:
        """Return the landmarks that are chosen; a DinosarError says what is lacking."""
        return self.choice.schema(self.category.text().strip() or "specimen")

    def accept(self) -> None:
        """Make the project; what stands in the way is said, and the dialog stays."""
        try:
            project = self._make()
        except DinosarError as error:
            self.banner.say(str(error))
            return
        super().accept()
        self.made.emit(project)

    def _make(self) -> Project:
        place, schema = Path(self.place.text()).expanduser().resolve(), self.schema()
        if self.photos.saves_pixels:
            self.photos.photos = with_files(self.photos.photos, place)
        return Project.new(place, self.photos.photos.files, schema)

    def _lacks(self) -> str:
        """Return what is to be done before the project can be made."""
        if not self.photos.has_any:
            return "Choose the photos."
        if not self.place.text():
            return "Choose where the file of the project goes."
        if Path(self.place.text()).exists():
            return f"{self.place.text()} exists already; choose another name."
        try:
            self.schema()
        except DinosarError as error:
            return str(error)
        return ""

    def _check(self, *_: Any) -> None:
        self.banner.hide()
        lacks = self._lacks()
        self.lacking.setText(breakable(lacks))
        self.make.setEnabled(not lacks)

    def _on_photos(self) -> None:
        """Propose a file beside the photos."""
        files = self.photos.photos.files
        self.place.setText(str(free_place(top_folder(files))) if files else "")
        self._check()

    def _schema_of_file(self) -> tuple[Schema, str] | None:
        path = self._ask.file("Landmarks of a file", PROJECTS)
        if path is None:
            return None
        try:
            schema = read_schema(path)
        except DinosarError as error:
            self.banner.say(str(error))
            return None
        self.category.setText(self.category.text() or schema.category)
        return schema, path.name

    def _describe(self) -> None:
        """Describe the landmarks in a window of their own."""
        try:
            start = self.schema()
        except DinosarError:  # nothing is chosen yet: begin with none
            start = Schema((), category=self.category.text().strip() or "specimen")
        self.described = SchemaDialog(start, self._colours, self._ask, self)
        self.described.setWindowTitle("Landmarks of the new project")
        self.described.accepted.connect(self._on_described)
        self.described.open()

    def _on_described(self) -> None:
        schema = self.described.schema()
        self.category.setText(schema.category)
        self.choice.take(schema, "described here")

    def _browse(self) -> None:
        proposed = Path(self.place.text() or "landmarks.json")
        path = self._ask.new_file("The file of the project", PROJECT, proposed)
        if path is not None:
            self.place.setText(str(path))

    def _connect(self) -> None:
        self.photos.chosen.connect(self._on_photos)
        self.photos.changed.connect(self._check)
        self.photos.refused.connect(self.banner.say)
        self.place.textChanged.connect(self._check)
        self.choice.changed.connect(self._check)
        self.choice.edit_wanted.connect(self._describe)
        self.browse.clicked.connect(self._browse)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _lay_out(self) -> None:
        place = QHBoxLayout()
        place.addWidget(self.place, 1)
        place.addWidget(self.browse)
        form = QFormLayout()
        form.setVerticalSpacing(12)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.addRow("Photos", self.photos)
        form.addRow("What is digitised", self.category)
        form.addRow("Landmarks", self.choice)
        form.addRow("Project file", place)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addStretch(1)
        for part in (self.lacking, self.banner, self.buttons):
            layout.addWidget(part)
        self.resize(680, 520)

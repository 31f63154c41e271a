"""The landmarks of a project in a window: changed as one step, which one undo takes back."""

from __future__ import annotations

from pathlib import Path

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.schema import Schema
from napari_dinosar.docks.banner import Banner
from napari_dinosar.docks.landmarks.files.asking import PROJECT, PROJECTS, Asking
from napari_dinosar.docks.landmarks.files.dialog_buttons import dialog_button
from napari_dinosar.docks.landmarks.schema.edges import SchemaEdges
from napari_dinosar.docks.landmarks.schema.model import SchemaModel
from napari_dinosar.docks.landmarks.schema.table import SchemaTable
from napari_dinosar.docks.theme import ThemeColours
from napari_dinosar.editing.schema_draft import Loss, SchemaDraft
from napari_dinosar.editing.schema_files import read_schema, write_schema
from napari_dinosar.project.edits import ChangeSchema
from napari_dinosar.project.state import ProjectState


class SchemaDialog(QDialog):
    """Changes landmarks.

    Parameters
    ----------
    state : ProjectState or Schema
        The project whose landmarks they are, or a schema that belongs to none yet.
    colours : ThemeColours
        Of napari's theme.
    ask : Asking
        Asks for files and colours.

    Signals
    -------
    changed : ChangeSchema
        What the user wants, once they agree; not emitted where nothing is other than before.
    """

    changed = Signal(object)

    def __init__(
        self,
        state: ProjectState | Schema,
        colours: ThemeColours,
        ask: Asking,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("schemaDialog")
        self.setWindowTitle("Landmarks of the project")
        self._ask = ask
        self._state = state if isinstance(state, ProjectState) else None
        schema = state if isinstance(state, Schema) else state.schema
        self.model = SchemaModel(SchemaDraft(schema, is_of_project=self._state is not None))
        self.table = SchemaTable(self.model, lambda old: ask.colour("Colour", old))
        self.edges = SchemaEdges(self.model, self.table)
        self.category = QLineEdit(schema.category)
        self.category.setObjectName("schemaCategory")
        self.category.setToolTip("What is digitised, as COCO names its category.")
        self.load_button = dialog_button("Load…", "schemaLoad", "Those of another file.")
        self.save_button = dialog_button("Save…", "schemaSave", "Write the landmarks to a file.")
        self.banner = Banner("schemaProblem", "warning")
        self.banner.set_colours(colours)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._lay_out()
        self.model.changed.connect(self._on_changed)
        self.category.textEdited.connect(self._on_category)
        self.load_button.clicked.connect(self.load)
        self.save_button.clicked.connect(self.save)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._on_changed()

    @property
    def draft(self) -> SchemaDraft:
        """What is being edited."""
        return self.model.draft

    def schema(self) -> Schema:
        """Return the landmarks; a DinosarError says what is unfinished."""
        return self.draft.schema()

    def accept(self) -> None:
        """Hand the change on, once the user agrees to what is lost."""
        self.table.finish()
        try:
            edit = self.draft.edit()
        except DinosarError as error:
            self.banner.say(str(error))
            return
        losses = self.draft.losses(self._state) if self._state is not None else ()
        if losses and not self._agrees_to(losses):
            return
        super().accept()
        if isinstance(edit, ChangeSchema):
            self.changed.emit(edit)

    def load(self) -> None:
        """Take the landmarks of a file that the user chooses."""
        path = self._ask.file("Landmarks of a file", PROJECTS)
        if path is None:
            return
        try:
            self.draft.take_over(read_schema(path))
        except DinosarError as error:
            self.banner.say(str(error))
            return
        self.category.setText(self.draft.category)
        self.model.change()

    def save(self) -> None:
        """Write the landmarks to a file that the user names."""
        path = self._ask.new_file("Save the landmarks", PROJECT, Path("schema.json"))
        if path is None:
            return
        try:
            write_schema(path, self.schema(), overwrite=True)
        except DinosarError as error:
            self.banner.say(str(error))

    def _agrees_to(self, losses: tuple[Loss, ...]) -> bool:
        told = "\n".join(
            f"{one.name}: on {one.n_points} specimen{'' if one.n_points == 1 else 's'}"
            for one in losses
        )
        return self._ask.agrees(
            "Remove landmarks",
            "Landmarks that are removed take their points with them.",
            f"{told}\n\nOne undo brings them back.",
            "Remove them",
        )

    def _on_category(self, text: str) -> None:
        self.draft.category = text

    def _on_changed(self) -> None:
        """Show the lines anew, and say at once what is unfinished."""
        self.edges.refresh()
        try:
            self.schema()
        except DinosarError as error:
            self.ok.setEnabled(False)
            self.banner.say(str(error))
            return
        self.ok.setEnabled(True)
        self.banner.hide()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(QLabel("What is digitised"))
        head.addWidget(self.category, 1)
        head.addWidget(self.load_button)
        head.addWidget(self.save_button)
        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.setObjectName("schemaParts")
        parts.setChildrenCollapsible(False)
        parts.addWidget(self.table)
        parts.addWidget(self.edges)
        parts.setStretchFactor(0, 1)
        parts.setSizes([620, 260])
        layout = QVBoxLayout(self)
        layout.addLayout(head)
        layout.addWidget(parts, 1)
        layout.addWidget(self.banner)
        layout.addWidget(self.buttons)
        self.resize(920, 560)

"""Where an import goes: a new project, or the one that is open, and what it would do there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from qtpy.QtCore import Signal
from qtpy.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from napari_dinosar.core._landmark_checks import listed
from napari_dinosar.core.digitised import Dataset
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.fold import breakable
from napari_dinosar.docks.landmarks.files.import_conflicts import ConflictTable
from napari_dinosar.docks.landmarks.files.import_words import new_words, plan_words
from napari_dinosar.docks.landmarks.files.new_project_place import free_place, home_folder
from napari_dinosar.editing.editor import Editor
from napari_dinosar.editing.import_plan import Plan, edits_into, new_project_from, photos_of
from napari_dinosar.editing.importing import Import
from napari_dinosar.project.store import Project


class ImportTarget(QWidget):
    """Asks where an import is to go.

    Parameters
    ----------
    editor : Editor
        Whose project it may go to.
    ask_place : callable
        Returns the file that a user names for a new project, or None.

    Signals
    -------
    changed : no value
        Something else is chosen.
    """

    changed = Signal()

    def __init__(
        self,
        editor: Editor,
        ask_place: Callable[[Path], Path | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("importTarget")
        self._editor = editor
        self._ask_place = ask_place
        self._found: Import | None = None
        self._dataset: Dataset | None = None
        self.plan: Plan | None = None
        self.problem = ""
        self.new = QRadioButton("Make a new project:")
        self.new.setObjectName("importNew")
        self.new.setToolTip("A COCO file with all that was read; nothing that is there is touched.")
        self.add = QRadioButton()
        self.add.setObjectName("importAdd")
        self.add.setToolTip("One step, which one undo takes back.")
        self.place = QLineEdit()
        self.place.setObjectName("importPlace")
        self.place.setToolTip("The file of the new project, in a folder above its photos.")
        self.browse = QPushButton("…")
        self.browse.setObjectName("importBrowse")
        self.browse.setToolTip("Choose where the new project goes.")
        self.browse.setMaximumWidth(34)
        self.browse.setAutoDefault(False)
        self.with_new = QCheckBox()
        self.with_new.setObjectName("importWithNewLandmarks")
        self.with_new.setToolTip("They are missing on all specimens that are there already.")
        self.conflicts = ConflictTable()
        self.summary = QLabel()
        self.summary.setObjectName("importSummary")
        self.summary.setWordWrap(True)
        self._lay_out()
        has_project = editor.project is not None
        if editor.project is not None:
            self.add.setText(f"Add to {editor.project.path.name}, which is open")
        self.add.setVisible(has_project)
        (self.add if has_project else self.new).setChecked(True)
        for control in (self.new, self.with_new):
            control.toggled.connect(self._on_changed)
        self.place.textChanged.connect(self._on_changed)
        self.conflicts.changed.connect(self._on_changed)
        self.browse.clicked.connect(self._browse)

    def show_import(self, found: Import, dataset: Dataset) -> None:
        """Show what an import would do; another file proposes another place."""
        is_other = self._found is None or self._found.folder != found.folder
        self._found, self._dataset = found, dataset
        photos = photos_of(found, dataset)
        if is_other and photos:
            self.place.setText(str(free_place(home_folder(found.path.absolute().parent, photos))))
        self._on_changed()

    @property
    def has_effect(self) -> bool:
        """Whether anything would come of it."""
        return self.plan is None or bool(self.plan.edit.edits)

    def carry_out(self) -> Project | None:
        """Make the new project and return it, or add to the open one and return None.

        Raises
        ------
        DinosarError
            If it cannot be done; nothing is changed then.
        """
        assert self._found is not None
        assert self._dataset is not None
        if self.new.isChecked():
            return new_project_from(self._found, self._dataset, Path(self.place.text()))
        # a note that was being typed may have become an edit since
        self._forget()
        self._describe_plan(self._found, self._dataset)
        if self.plan is None:
            raise DinosarError(self.problem)
        self._editor.apply(self.plan.edit)
        return None

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.place, 1)
        row.addWidget(self.browse)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.add)
        layout.addWidget(self.new)
        layout.addLayout(row)
        for part in (self.with_new, self.conflicts, self.summary):
            layout.addWidget(part)

    def _browse(self) -> None:
        path = self._ask_place(Path(self.place.text()))
        if path is not None:
            self.place.setText(str(path))
            self.new.setChecked(True)

    def _on_changed(self) -> None:
        """Plan anew, and say what would happen or why it cannot."""
        found, dataset = self._found, self._dataset
        if found is None or dataset is None:
            return
        is_new = self.new.isChecked()
        self._forget()
        for part in (self.place, self.browse):
            part.setEnabled(is_new)
        if is_new:
            self._describe_new(found, dataset)
        else:
            self._describe_plan(found, dataset)
        plan = self.plan
        self.with_new.setVisible(bool(plan and plan.new_landmarks))
        self.conflicts.show_conflicts(plan.conflicts if plan else ())
        self.conflicts.setVisible(bool(plan and plan.conflicts))
        self.changed.emit()

    def _forget(self) -> None:
        self.plan, self.problem = None, ""

    def _describe_new(self, found: Import, dataset: Dataset) -> None:
        if not photos_of(found, dataset):
            self.problem = f"No photo was found in {found.folder}. Choose the folder of the photos."
        elif Path(self.place.text()).exists():
            self.problem = f"{self.place.text()} exists already; choose another name."
        self.summary.setText(breakable(new_words(found, dataset)))

    def _describe_plan(self, found: Import, dataset: Dataset) -> None:
        project = self._editor.project
        assert project is not None
        try:
            plan = edits_into(
                project.state,
                project.path.parent,
                found,
                dataset,
                choices=self.conflicts.every_choice(),
                with_new_landmarks=self.with_new.isChecked(),
            )
        except DinosarError as error:
            self.problem = str(error)
            self.summary.setText("")
            return
        self.plan = plan
        self.with_new.setText(f"Add the landmarks that it lacks: {listed(plan.new_landmarks)}")
        self.summary.setText(breakable(plan_words(plan)))

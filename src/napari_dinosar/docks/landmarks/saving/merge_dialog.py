"""Two versions of a project come together: shown by photo, chosen by the person, none lost."""

from __future__ import annotations

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks import dialogs
from napari_dinosar.docks.fold import breakable
from napari_dinosar.docks.landmarks.panels.colours import first_colours
from napari_dinosar.docks.landmarks.saving.merge_choices import MergeChoices
from napari_dinosar.docks.landmarks.saving.merge_words import merge_summary
from napari_dinosar.docks.theme import ThemeColours
from napari_dinosar.editing.editor import Editor
from napari_dinosar.project.merging import Merge
from napari_dinosar.project.state import ProjectState


class MergeDialog(QDialog):
    """Shows how a file that somebody else changed differs, and merges it with what is here.

    Parameters
    ----------
    editor : Editor
        Whose project.
    parent : QWidget, optional
        The dock.

    Signals
    -------
    merged : no value
        The project goes on from the other version, with our changes; it is to be saved.
    """

    merged = Signal()

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mergeDialog")
        self.setWindowTitle("The project was changed by someone else")
        self._editor = editor
        self._merge: Merge | None = None
        self._state: ProjectState | None = None
        self.summary, self.message = QLabel(), QLabel()
        for label, name in ((self.summary, "mergeSummary"), (self.message, "mergeMessage")):
            label.setObjectName(name)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.choosing = MergeChoices()
        self.choosing.changed.connect(self._check)
        self.copy = self._button("Save a copy of yours…", "mergeCopy")
        self.take = self._button("Merge", "mergeTake")
        self.cancel = self._button("Not now", "mergeCancel")
        self.copy.setToolTip("Write your version to another file; nothing else changes")
        self.take.setToolTip("Go on from the other version with your changes; undone as one step")
        self.cancel.setToolTip("Decide later; until then nothing is saved, but kept in the journal")
        self.copy.clicked.connect(self._on_copy)
        self.take.clicked.connect(self._on_take)
        self.cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(self.copy)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.take)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addWidget(self.summary)
        layout.addWidget(self.choosing, 1)
        layout.addWidget(self.message)
        layout.addLayout(buttons)
        self.set_colours(first_colours())
        self.compare()
        self.resize(620, 430 if self.choosing.isVisibleTo(self) else 170)

    def _button(self, text: str, name: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setAutoDefault(False)
        return button

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        self.choosing.set_colours(colours)
        self.message.setStyleSheet(f"color: {colours.warning}; background: transparent;")

    def compare(self) -> None:
        """Read the file, and show how it differs from what is here."""
        project = self._editor.project
        self._merge, self._state = None, None if project is None else project.state
        self.say("")
        try:
            if project is not None:
                self._merge = project.merge_with_file()
        except DinosarError as error:
            self.say(f"{error}\nNothing of yours is lost: save a copy of it.")
        if project is None or self._merge is None:
            self.summary.setText("The two versions cannot be compared.")
            self.choosing.show_conflicts(())
        else:
            head = f"{project.path} was changed by someone else. Nothing is overwritten."
            self.summary.setText(breakable(f"{head}\n{merge_summary(self._merge)}"))
            self.choosing.show_conflicts(self._merge.conflicts)
        self.choosing.setVisible(bool(self._merge and self._merge.conflicts))
        self.copy.setEnabled(project is not None)
        self._check()

    def say(self, text: str) -> None:
        """Show what went wrong, or what was done."""
        self.message.setText(breakable(text))
        self.message.setVisible(bool(text))

    def _check(self) -> None:
        self.take.setEnabled(self._merge is not None and self.choosing.is_complete)

    def _on_copy(self) -> None:
        place = dialogs.file_to_write(self, "Save a copy", dialogs.KEYPOINTS)
        project = self._editor.project
        if place is None or project is None:
            return
        try:
            self.say(f"Your version is in {project.save_copy(place)}.")
        except DinosarError as error:
            self.say(str(error))

    def _on_take(self) -> None:
        project = self._editor.project
        if project is None or self._merge is None:
            return
        before = project.state
        if before is not self._state:
            self.compare()
            self.say("You went on editing: the versions were compared anew.")
            return
        try:
            project.take_merge(self._merge, self.choosing.choices)
        except DinosarError as error:
            self.compare()
            self.say(str(error))
            return
        self._editor.refresh(before)
        self.merged.emit()
        self.accept()

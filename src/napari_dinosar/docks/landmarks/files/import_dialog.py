"""An import before anything is written: what was read, what is odd, and how it would look."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.banner import Banner
from napari_dinosar.docks.fold import breakable
from napari_dinosar.docks.landmarks.files.import_browser import ImportBrowser
from napari_dinosar.docks.landmarks.files.import_findings import FindingsList
from napari_dinosar.docks.landmarks.files.import_target import ImportTarget
from napari_dinosar.docks.theme import ThemeColours
from napari_dinosar.editing.editor import Editor
from napari_dinosar.editing.importing import Examination, Import, examined

_ROOM = 60
_WIDTH, _HEIGHT, _LEFT = 1120, 680, 430


class ImportDialog(QDialog):
    """Shows an import, takes what the user decides, and carries it out when they agree.

    Parameters
    ----------
    editor : Editor
        Whose project it may go to.
    colours : ThemeColours
        Of napari's theme.
    ask_place : callable
        Returns the file that a user names for a new project, or None.

    Signals
    -------
    folder_wanted : no value
        The photos are elsewhere.
    imported : Project or None
        It is done: a new project, or None where the open one was added to.
    """

    folder_wanted = Signal()
    imported = Signal(object)

    def __init__(
        self,
        editor: Editor,
        colours: ThemeColours,
        ask_place: Callable[[Path], Path | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("importDialog")
        self.setWindowTitle("Import landmarks")
        self._colours = colours
        self.found: Import | None = None
        self.examination: Examination | None = None
        self.facts = QLabel()
        self.facts.setObjectName("importFacts")
        self.facts.setWordWrap(True)
        self.facts.setTextFormat(Qt.TextFormat.PlainText)
        self.folder = QPushButton("Photos are elsewhere…")
        self.folder.setObjectName("importFolder")
        self.folder.setToolTip("Choose the folder of the photos; folders in it are looked through.")
        self.folder.setAutoDefault(False)
        self.findings = FindingsList()
        self.target = ImportTarget(editor, ask_place)
        self.browser = ImportBrowser()
        self.browser.preview.colours = colours
        self.banner = Banner("importProblem", "warning")
        self.banner.set_colours(colours)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.agree = self.buttons.addButton("Import", QDialogButtonBox.ButtonRole.AcceptRole)
        self.agree.setObjectName("importAgree")
        self.agree.setToolTip("Nothing is written before.")
        self._lay_out()
        self.folder.clicked.connect(self.folder_wanted)
        self.findings.changed.connect(self._on_repairs)
        self.findings.shown.connect(self.browser.go_through)
        self.target.changed.connect(self._check)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.finished.connect(lambda _: self.browser.close_photos())

    def show_import(self, found: Import) -> None:
        """Show what was read, with the repairs that are proposed."""
        self.found = found
        self._show(examined(found))

    def accept(self) -> None:
        """Carry it out; what stands in the way is said, and the dialog stays."""
        try:
            project = self.target.carry_out()
        except DinosarError as error:
            self.banner.say(str(error))
            return
        super().accept()
        self.imported.emit(project)

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(self.facts, 1)
        head.addWidget(self.folder, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(head)
        column.addWidget(self.findings, 1)
        column.addWidget(self.target)
        column.addWidget(self.banner)
        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.setObjectName("importParts")
        parts.setChildrenCollapsible(False)
        parts.addWidget(left)
        parts.addWidget(self.browser)
        parts.setSizes([_LEFT, _WIDTH - _LEFT])
        parts.setStretchFactor(1, 1)
        layout = QVBoxLayout(self)
        layout.addWidget(parts, 1)
        layout.addWidget(self.buttons)
        screen = self.screen()
        room = screen.availableSize() if screen is not None else None
        width, height = (
            (_WIDTH, _HEIGHT) if room is None else (room.width() - _ROOM, room.height() - _ROOM)
        )
        self.resize(min(_WIDTH, width), min(_HEIGHT, height))

    def _on_repairs(self) -> None:
        assert self.found is not None
        self._show(examined(self.found, self.findings.chosen))

    def _show(self, examination: Examination) -> None:
        found = self.found
        assert found is not None
        self.examination = examination
        self.facts.setText(breakable(_facts(found, examination)))
        self.findings.show_findings(examination, found.warnings, self._colours)
        self.browser.show_import(found, examination)
        self.target.show_import(found, examination.dataset)

    def _check(self) -> None:
        problem = self.target.problem
        self.agree.setEnabled(not problem and self.target.has_effect)
        if problem:
            self.banner.say(problem)
        else:
            self.banner.hide()


def _facts(found: Import, examination: Examination) -> str:
    dataset = examination.dataset
    names = {one.file_name for one in dataset.specimens if one.file_name}
    n_found = sum(found.photo(name) is not None for name in names)
    return (
        f"{found.path.name} ({found.title})\n"
        f"{len(dataset.specimens):,} specimens of {len(dataset.schema.names)} landmarks\n"
        f"{n_found:,} of {len(names):,} photos found in {found.folder}"
    )

"""Landmarks in another format: which one, and what it cannot hold, before anything is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from qtpy.QtCore import Signal
from qtpy.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from napari_dinosar.core.digitised import Dataset
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.banner import Banner
from napari_dinosar.docks.fold import breakable
from napari_dinosar.docks.theme import ThemeColours
from napari_dinosar.editing.exporting import SUFFIXES, dataset_of
from napari_dinosar.io.landmark_files import FORMATS, landmark_text, write_landmarks
from napari_dinosar.project.state import ProjectState

ABOUT = {
    "coco": "all that a project holds, but for what other programs added to its file",
    "tps": "for tpsDig and tpsRelw; missing landmarks as -1 -1, y from the bottom",
    "tps-na": "for geomorph in R; missing landmarks as NA",
    "csv": "one line a landmark, for R, Python and spreadsheets",
    "morphoj": "one line a specimen, for MorphoJ",
    "deeplabcut": "CollectedData, for training DeepLabCut",
}


class ExportDialog(QDialog):
    """Writes the landmarks of a project to a file of another format.

    Parameters
    ----------
    state : ProjectState
        The project, with the sizes of its photos.
    path : Path
        Its own file, which is not to be written over.
    colours : ThemeColours
        Of napari's theme.
    ask_place : callable
        Takes a title, the kinds of file and a proposal; returns the file that a user names or
        None. It has asked whether one that is there may be replaced.

    Signals
    -------
    written : Path
        The file.
    """

    written = Signal(object)

    def __init__(
        self,
        state: ProjectState,
        path: Path,
        colours: ThemeColours,
        ask_place: Callable[[str, str, Path], Path | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("exportDialog")
        self.setWindowTitle("Export landmarks")
        self._state, self._path, self._ask_place = state, path, ask_place
        self.kind = QComboBox()
        self.kind.setObjectName("exportFormat")
        self.kind.setToolTip("The format of the file.")
        for name in SUFFIXES:
            self.kind.addItem(FORMATS[name].title, name)
        self.about = QLabel()
        self.about.setObjectName("exportAbout")
        self.about.setWordWrap(True)
        self.about.setStyleSheet(f"color: {colours.muted}; background: transparent;")
        self.blank = QCheckBox("Specimens on which nothing is placed yet, too")
        self.blank.setObjectName("exportBlank")
        self.blank.setToolTip("All of their landmarks are missing then.")
        self.losses = QLabel()
        self.losses.setObjectName("exportLosses")
        self.losses.setWordWrap(True)
        self.banner = Banner("exportProblem", "warning")
        self.banner.set_colours(colours)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.write = self.buttons.addButton("Export…", QDialogButtonBox.ButtonRole.AcceptRole)
        self.write.setObjectName("exportWrite")
        self._lay_out()
        self.kind.currentIndexChanged.connect(self._check)
        self.blank.toggled.connect(self._check)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._check()

    def accept(self) -> None:
        """Ask for the file, and write it; what stands in the way is said, and the dialog stays."""
        name = self.kind.currentData()
        suffix = SUFFIXES[name]
        kinds = f"{FORMATS[name].title} (*{suffix})"
        proposed = self._path.with_name(f"{self._path.stem}_export{suffix}")
        target = self._ask_place("Export landmarks", kinds, proposed)
        if target is None:
            return
        try:
            if target.expanduser().resolve() == self._path:
                raise DinosarError(f"{target} is the project itself; choose another name.")
            write_landmarks(target, self._dataset(), name, overwrite=True)
        except DinosarError as error:
            self.banner.say(str(error))
            return
        super().accept()
        self.written.emit(target)

    def _check(self) -> None:
        """Say what the format cannot hold, or why it cannot be written."""
        name = self.kind.currentData()
        self.about.setText(ABOUT[name][0].upper() + ABOUT[name][1:] + ".")
        try:
            dataset = self._dataset()
            losses = landmark_text(self._path, dataset, name).losses
        except DinosarError as error:
            self.write.setEnabled(False)
            self.losses.setText("")
            self.banner.say(str(error))
            return
        self.banner.hide()
        n = len(dataset.specimens)
        self.write.setEnabled(n > 0)
        said = f"{n:,} specimen{'' if n == 1 else 's'} would be written."
        bullets = [f"•  {one}" for one in losses]
        lost = ["", "Not in the file:", *bullets] if losses else ["", "Nothing is lost."]
        self.losses.setText(breakable("\n".join([said, *lost])))

    def _dataset(self) -> Dataset:
        return dataset_of(self._state, with_blank=self.blank.isChecked())

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.addRow("Format", self.kind)
        form.addRow("", self.about)
        form.addRow("", self.blank)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.losses)
        layout.addStretch(1)
        layout.addWidget(self.banner)
        layout.addWidget(self.buttons)
        self.resize(560, 340)

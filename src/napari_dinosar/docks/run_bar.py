"""The foot of the dock: Run, Cancel and Export, how far the work has come, and what went wrong."""

from __future__ import annotations

from qtpy.QtWidgets import QGridLayout, QLabel, QMenu, QProgressBar, QPushButton, QWidget

from napari_dinosar.docks.banner import Banner
from napari_dinosar.docks.fold import breakable
from napari_dinosar.docks.theme import ThemeColours


class RunBar(QWidget):
    """Buttons and progress; the dock connects them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runBar")
        self.run = _button("Run", "run", "Compare the two specimens")
        self.cancel = _button("Cancel", "cancel", "Stop after the stage that is running")
        self.inspect = _button("Inspect", "inspect", "Look closer at cells, matches and noise")
        self.export = _button("Export", "export", "Write the comparison that is shown into files")
        menu = QMenu(self.export)
        self.run_folder = menu.addAction("Run folder…")
        self.figures = menu.addAction("Figures…")
        self.picture = menu.addAction("Pair as a picture…")
        self.consensus = menu.addAction("Consensus…")
        self.export.setMenu(menu)
        self.progress = QProgressBar()
        self.progress.setObjectName("progress")
        self.progress.setTextVisible(False)
        self.status = QLabel()
        self.status.setObjectName("status")
        self.status.setWordWrap(True)
        self.error = Banner("runError", "error")
        layout = QGridLayout(self)
        layout.setContentsMargins(8, 4, 8, 8)
        layout.setVerticalSpacing(4)
        buttons = (self.run, self.cancel, self.inspect, self.export)
        for row, part in enumerate((self.error, self.status, self.progress)):
            layout.addWidget(part, row, 0, 1, len(buttons))
        for column, button in enumerate(buttons):
            layout.addWidget(button, 3, column)
            layout.setColumnStretch(column, 1)
        self._is_exportable = False
        self.set_busy(False)

    def set_busy(self, is_busy: bool) -> None:
        """Offer Cancel while something runs, else Run; what was said before is over."""
        self.say("")
        self.run.setEnabled(not is_busy)
        self.cancel.setEnabled(is_busy)
        self.progress.setVisible(is_busy)
        for button in (self.export, self.inspect):
            button.setEnabled(self._is_exportable and not is_busy)
        if is_busy:
            self.error.hide()
            self.show_progress("", 0, 0)

    def set_exportable(self, is_exportable: bool, has_cells: bool = False) -> None:
        """Offer Export once there is a comparison, and its consensus where it has cells."""
        self._is_exportable = is_exportable
        self.consensus.setEnabled(has_cells)
        for button in (self.export, self.inspect):
            button.setEnabled(is_exportable and self.run.isEnabled())

    def show_progress(self, stage: str, done: int, total: int) -> None:
        """Show the stage and how far it is; a total of 0 stands for not known."""
        # Qt would redraw a bar with a new value at once, and with it the whole canvas
        self.progress.setUpdatesEnabled(False)
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.progress.setUpdatesEnabled(True)
        if stage:
            self.say(stage)

    def say(self, text: str) -> None:
        """Show one line on what happens, or what was done."""
        self.status.setText(breakable(text))

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        self.error.set_colours(colours)


def _button(text: str, name: str, tooltip: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setToolTip(tooltip)
    return button

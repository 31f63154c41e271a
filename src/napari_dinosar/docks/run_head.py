"""The head of the dock: a run to open, and its photos that were not found."""

from __future__ import annotations

from functools import partial

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QMenu, QPushButton, QVBoxLayout, QWidget

from napari_dinosar.docks.banner import Banner
from napari_dinosar.docks.theme import ThemeColours


class RunHead(QWidget):
    """A button that opens a run, and a banner for each photo of it that is missing.

    Signals
    -------
    photo_wanted : str
        The missing photo of side ``"a"`` or ``"b"`` is to be shown where it lies.
    """

    photo_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runHead")
        self.open = QPushButton("Open a run  …")
        self.open.setObjectName("openRun")
        self.open.setFlat(True)
        self.open.setStyleSheet("text-align: left; border: none; background: transparent;")
        self.open.setToolTip(
            "Show a comparison that was exported, without computing it again. Its folder can also "
            "be dropped here."
        )
        menu = QMenu(self.open)
        self.folder = menu.addAction("Its folder…")
        self.file = menu.addAction("Its run.yaml…")
        self.open.setMenu(menu)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.open)
        self.missing: dict[str, Banner] = {}
        self.locate: dict[str, QPushButton] = {}
        for side in "ab":
            banner = Banner(f"missingPhoto{side.upper()}", "warning")
            self.missing[side] = banner
            self.locate[side] = banner.add_button("Locate…", f"locatePhoto{side.upper()}")
            self.locate[side].clicked.connect(partial(self._want, side))
            layout.addWidget(banner)

    def say_missing(self, side: str, text: str, can_be_located: bool = True) -> None:
        """Say that a photo is missing; with an empty text it is not."""
        self.locate[side].setVisible(can_be_located)
        if text:
            self.missing[side].say(text)
        else:
            self.missing[side].hide()

    def set_colours(self, colours: ThemeColours) -> None:
        """Follow the theme."""
        for banner in self.missing.values():
            banner.set_colours(colours)

    def _want(self, side: str) -> None:
        self.photo_wanted.emit(side)

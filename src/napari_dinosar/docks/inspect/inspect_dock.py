"""The Inspect dock: its pages, what they show in the canvas, and the keys and clicks it obeys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qtpy.compat import isalive
from qtpy.QtWidgets import QPushButton, QTabWidget, QVBoxLayout, QWidget

from napari_dinosar.docks.dock import Dock
from napari_dinosar.docks.inspect.canvas.compared_photos import not_compared
from napari_dinosar.docks.inspect.canvas.inspect_layers import InspectLayers
from napari_dinosar.docks.inspect.canvas.key_actions import inspection_actions
from napari_dinosar.docks.inspect.canvas.key_layers import LayerKeys
from napari_dinosar.docks.inspect.canvas.pointer import Pointer
from napari_dinosar.docks.inspect.compare_behind import CompareBehind
from napari_dinosar.docks.inspect.context.context_page import ContextPage
from napari_dinosar.docks.inspect.crops.cell_page import CellPage
from napari_dinosar.docks.inspect.crops.crop_page import CropPage
from napari_dinosar.docks.inspect.crops.match_page import MatchPage
from napari_dinosar.docks.inspect.crops.photos import PairPhotos
from napari_dinosar.docks.inspect.flags.flag_bar import FlagBar
from napari_dinosar.docks.inspect.flags.flag_closing import FlagsGuard
from napari_dinosar.docks.inspect.flags.flag_saving import FlagSaving
from napari_dinosar.docks.inspect.flags.flags_page import FlagsPage
from napari_dinosar.docks.inspect.hub import inspection_of
from napari_dinosar.docks.inspect.probe.probe_page import ProbePage
from napari_dinosar.docks.inspect.status_line import StatusLine
from napari_dinosar.docks.inspect.tables.tables_panel import TablesPanel, dock_tables
from napari_dinosar.docks.key_binding import KeyFilter
from napari_dinosar.docks.tabs import Tabbing, bring_to_front
from napari_dinosar.docks.theme import theme_colours
from napari_dinosar.inspection.keys import KEYS

TITLES = {
    "cell": ("Cell", "The cell that was clicked: both photos, its numbers, its flag"),
    "match": ("Match", "The match that was clicked: both ends, its numbers"),
    "probe": ("Probe", "What the network finds like the place that is pointed at"),
    "flags": ("Flags", "What is not to be trusted, and the numbers without it"),
    "context": ("Context", "The noise floor, and what the numbers are held against"),
}
"""Title and tooltip of each page."""
NOT_KEPT = "The flags are not where they belong: the foot of the page Flags says why."


class InspectDock(Dock):
    """Looks closer at the comparison that its window shows.

    Parameters
    ----------
    napari_viewer : napari.Viewer
        The viewer that it is docked in.

    Attributes
    ----------
    inspection : Inspection
        What everything here shows; a script may act on it.
    """

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dinosarInspect")
        self._viewer = napari_viewer
        self._tabbing = Tabbing(self)
        self._compare = CompareBehind(napari_viewer, self)
        self.inspection = inspection_of(napari_viewer)
        self.status = StatusLine()
        # first of all: what the others then tell of a comparison that is shown is not wiped away
        for signal in (self.inspection.shown, self.inspection.told):
            signal.connect(self._say)
        self.saving = FlagSaving(self.inspection, self)
        self._guard = FlagsGuard(self.saving, self)
        self.layers = InspectLayers(napari_viewer, self.inspection, self)
        self.photos = PairPhotos(napari_viewer, self.inspection)
        self.context_page = ContextPage(self.inspection)
        self.cell_page = CellPage(self.inspection, self.photos, self.context_page.colours)
        self.match_page = MatchPage(self.inspection, self.photos)
        self.probe_page = ProbePage(self.inspection, napari_viewer)
        self.flags_page = FlagsPage(self.inspection, napari_viewer, self.saving)
        self.flag_bar = FlagBar(self.inspection)
        self.cell_page.set_flag_bar(self.flag_bar)
        self.pointer = Pointer(napari_viewer, self.inspection, self)
        self.actions = self._actions()
        self._layer_keys = LayerKeys(napari_viewer, self.inspection, self.actions, self)
        self._keys = KeyFilter(self, KEYS, self.actions, self.inspection.told.emit)
        self.tabs = QTabWidget()
        self.tables = QPushButton("Tables")
        self._lay_out()
        self._connect()
        self._on_theme()
        self._on_tab()

    @property
    def pages(self) -> dict[str, QWidget]:
        """The pages by the names of `TITLES`."""
        return {
            "cell": self.cell_page,
            "match": self.match_page,
            "probe": self.probe_page,
            "flags": self.flags_page,
            "context": self.context_page,
        }

    def show_page(self, name: str) -> None:
        """Bring the dock to the front, and in it a page of `TITLES`."""
        self.tabs.setCurrentWidget(self.pages[name])
        bring_to_front(self)

    def show_tables(self) -> TablesPanel:
        """Show the tables of cells and matches in front."""
        return dock_tables(self._viewer, self.inspection)

    def _actions(self) -> dict[str, Callable[[], object]]:
        """Return what each row of the table of keys does."""
        return {
            **inspection_actions(self.inspection),
            "rectified": self.cell_page.toggle_rectified,
            "blink": self._blink,
            "swipe": self._swipe,
            "flag_cell": self.flag_bar.flag,
            "unflag_cell": self.flag_bar.unflag,
        }

    @property
    def _crops(self) -> CropPage:
        """The page whose crops are looked at."""
        is_match = self.tabs.currentWidget() is self.match_page
        return self.match_page if is_match else self.cell_page

    def _blink(self) -> None:
        self._crops.blink()

    def _swipe(self) -> None:
        self._crops.swipe()

    def _lay_out(self) -> None:
        self.tabs.setObjectName("inspectTabs")
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        for name, page in self.pages.items():
            title, tooltip = TITLES[name]
            self.tabs.setTabToolTip(self.tabs.addTab(page, title), tooltip)
        self.tables.setObjectName("showTables")
        self.tables.setToolTip("All cells and all matches, to be sorted, filtered and selected")
        self.tabs.setCornerWidget(self.tables)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.status)

    def _connect(self) -> None:
        for slot in (self._on_tab, self._on_done):
            self.tabs.currentChanged.connect(slot)
        self.tables.clicked.connect(self.show_tables)
        self._tabbing.came_to_front.connect(self.pointer.take_over)
        self.pointer.cell_clicked.connect(self._on_cell_clicked)
        self.pointer.match_clicked.connect(self._on_match_clicked)
        self.probe_page.came_up.connect(self.layers.probe.expect)
        self.context_page.hatching_wanted.connect(self.layers.noise.set_wanted)
        self._viewer.events.theme.connect(self._on_theme)
        inspection = self.inspection
        for part in (inspection.cells, inspection.matches, inspection.probing):
            part.changed.connect(self._on_done)
        inspection.flagged.connect(self._on_done)
        self.layers.photos.back.connect(self.flags_page.regions.follow)
        self.layers.photos.back.connect(self._on_done)
        inspection.cells.changed.connect(self._turn_to_cell)
        inspection.matches.changed.connect(self._turn_to_match)
        self.saving.changed.connect(self._on_saving)
        self._on_saving()

    def _on_tab(self) -> None:
        self.pointer.probes_on_click = self.tabs.currentWidget() is self.probe_page
        self.pointer.take_back()

    def _on_cell_clicked(self) -> None:
        """Turn to the cell, unless its flags are what is looked at."""
        # behind another tab it is visible, too, and nothing of it is seen
        is_in_front = not self.visibleRegion().isEmpty()
        if not (is_in_front and self.tabs.currentWidget() is self.flags_page):
            self.show_page("cell")

    def _on_match_clicked(self) -> None:
        self.show_page("match")

    def _turn_to_cell(self) -> None:
        """Show the crops of what was selected last, in the place of other crops."""
        if isalive(self) and self.inspection.cells.rows and self._crops is self.match_page:
            self.tabs.setCurrentWidget(self.cell_page)

    def _turn_to_match(self) -> None:
        on_cells = isalive(self) and self.tabs.currentWidget() is self.cell_page
        if on_cells and self.inspection.matches.rows:
            self.tabs.setCurrentWidget(self.match_page)

    def _say(self, sentence: str = "") -> None:
        if isalive(self):
            self.status.say(sentence)

    def _on_done(self, *_: object) -> None:
        """Say nothing more of what was done before, but why nothing is drawn on another photo."""
        if isalive(self) and self.flags_page.drawing.side is None:
            self.status.say(not_compared(self._viewer, self.inspection.findings))

    def _on_saving(self) -> None:
        problem = self.saving.problem
        self.status.stand(NOT_KEPT if problem else "", problem)

    def _on_theme(self) -> None:
        if isalive(self):
            colours = theme_colours(self._viewer)
            for part in (*self.pages.values(), self.flag_bar):
                part.set_colours(colours)

    def on_docked(self, is_docked: bool) -> None:
        """Show its layers only while the dock is in the window."""
        for part in (self.layers, self.flags_page, self.pointer):
            part.set_shown(is_docked)
        if not is_docked:
            self.context_page.colouring.forget()

"""The tables beside the canvas: cells and matches, one tab each, in one dock of the window."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from qtpy.compat import isalive
from qtpy.QtCore import QSize
from qtpy.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QVBoxLayout, QWidget

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.finding import found
from napari_dinosar.docks.inspect.canvas.key_actions import inspection_actions
from napari_dinosar.docks.inspect.opening import find_inspect
from napari_dinosar.docks.inspect.tables.table_page import TablePage
from napari_dinosar.docks.inspect.tables.table_sources import CELL_SOURCE, MATCH_SOURCE
from napari_dinosar.docks.key_binding import KeyFilter
from napari_dinosar.docks.panel_place import LOW_PX, RESULTS_NAME
from napari_dinosar.docks.tabs import bring_to_front, dock_of
from napari_dinosar.docks.theme import theme_colours
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.inspection.keys import KEYS

TABLES_NAME = "Tables (DINOSAR)"
OBJECT_NAME = "dinosarTables"


class TablesPanel(QWidget):
    """Lists the cells and the matches of what an inspection shows.

    Parameters
    ----------
    viewer : napari.Viewer
        Whose theme it follows.
    inspection : Inspection
        What it shows, and selects in.
    """

    def __init__(self, viewer: Any, inspection: Inspection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(OBJECT_NAME)
        self._viewer = viewer
        self.cells = TablePage(inspection, CELL_SOURCE)
        self.matches = TablePage(inspection, MATCH_SOURCE)
        self.tabs = QTabWidget()
        self.tabs.setObjectName("tableTabs")
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.addTab(self.cells, "Cells")
        self.tabs.addTab(self.matches, "Matches")
        self.tabs.setTabToolTip(0, "All homologous cells; what is selected here is so everywhere.")
        self.tabs.setTabToolTip(1, "The best matches of patches, best first.")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.addWidget(self.tabs)
        actions = inspection_actions(inspection)
        actions |= {
            one.action: partial(self._in_dock, one.action)
            for one in KEYS
            if one.action not in actions
        }
        KeyFilter(self, KEYS, actions, inspection.told.emit)
        viewer.events.theme.connect(self._on_theme)
        self._on_theme()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size of the panel of results, whose place it shares."""
        return QSize(330, 315)

    def _in_dock(self, action: str) -> None:
        """Do what a key does on a page of the dock Inspect."""
        dock = find_inspect(self._viewer)
        if dock is None:
            raise DinosarError("That key belongs to the dock Inspect: open it first.")
        dock.actions[action]()

    def _on_theme(self) -> None:
        if isalive(self):
            colours = theme_colours(self._viewer)
            self.cells.set_colours(colours)
            self.matches.set_colours(colours)


def dock_tables(viewer: Any, inspection: Inspection) -> TablesPanel:
    """Return the tables of a window in front of others, docked where there are none yet.

    They share the place of the results, which is below the canvas, or beside it in a low window.

    Parameters
    ----------
    viewer : napari.Viewer
        Whose window it is.
    inspection : Inspection
        What they show.
    """
    panel = cast("TablesPanel | None", found(viewer, OBJECT_NAME))
    if panel is None:
        panel = TablesPanel(viewer, inspection)
        is_low = viewer.window.geometry()[3] < LOW_PX
        viewer.window.add_dock_widget(
            panel, name=TABLES_NAME, area="right" if is_low else "bottom", tabify=is_low
        )
        _join_results(viewer, panel)
    bring_to_front(panel)
    return panel


def _join_results(viewer: Any, panel: TablesPanel) -> None:
    """Make the tables a tab of the results' place, where these are docked on the same side."""
    results = viewer.window.dock_widgets.get(RESULTS_NAME)
    own, other = dock_of(panel), None if results is None else _dock_around(results)
    window = None if own is None else own.parentWidget()
    if own is None or other is None or not isinstance(window, QMainWindow) or other.isFloating():
        return
    if window.dockWidgetArea(other) == window.dockWidgetArea(own):
        window.tabifyDockWidget(other, own)


def _dock_around(content: Any) -> QDockWidget | None:
    widget = getattr(content, "__wrapped__", content)
    return dock_of(widget) if isinstance(widget, QWidget) and isalive(widget) else None

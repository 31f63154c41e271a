"""A dock that we open is the one that napari's menu opens, in front or behind what is there."""

import pytest
from npe2 import PluginManifest
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QApplication, QDockWidget, QMainWindow, QWidget

from napari_dinosar.docks import finding
from napari_dinosar.docks.finding import DOCKS, open_behind, opened
from napari_dinosar.docks.tabs import Tabbing, bring_to_front, dock_of


def test_docks_have_the_titles_that_the_menu_gives_them():
    manifest = PluginManifest.from_distribution("napari-dinosar")
    titles = {
        one.command: f"{one.display_name} ({manifest.display_name})"
        for one in manifest.contributions.widgets
    }
    assert titles == dict(DOCKS.values())


@pytest.fixture
def window(qtbot, monkeypatch):
    """A window with our Compare dock and one that stands before it, where docks are empty."""
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setCentralWidget(QWidget())
    window.show()
    monkeypatch.setattr(finding, "found", lambda _, name: window.findChild(QWidget, name))
    monkeypatch.setattr(finding, "opened", lambda _, name: docked(window, name))
    compare, other = (docked(window, name) for name in ("dinosarCompare", "results"))
    window.tabifyDockWidget(dock_of(compare), dock_of(other))
    bring_to_front(other)
    qtbot.waitUntil(lambda: in_front(window) == ["results"])
    return window


def docked(window, name):
    content = QWidget()
    content.setObjectName(name)
    Tabbing(content)
    holder = QDockWidget(window)
    holder.setWidget(content)
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, holder)
    bring_to_front(content)
    return content


def in_front(window):
    docks = window.findChildren(QDockWidget)
    return [one.widget().objectName() for one in docks if not one.visibleRegion().isEmpty()]


@pytest.mark.parametrize("is_turned_to", [False, True])
def test_a_dock_that_is_only_offered_leaves_in_front_what_is_there(window, qtbot, is_turned_to):
    compare = window.findChild(QWidget, "dinosarCompare")
    open_behind(None, "dinosarInspect", compare)
    inspect = window.findChild(QWidget, "dinosarInspect")
    assert len(window.tabifiedDockWidgets(dock_of(compare))) == 2
    if is_turned_to:
        bring_to_front(inspect)
    qtbot.wait(20)
    assert in_front(window) == ["dinosarInspect" if is_turned_to else "results"]
    open_behind(None, "dinosarInspect", compare)
    assert len(window.findChildren(QDockWidget)) == 3


@pytest.mark.needs_gl
@pytest.mark.parametrize("name", DOCKS)
def test_the_menu_adds_no_second_dock(make_napari_viewer, name):
    from napari._app_model import get_app_model

    viewer = make_napari_viewer()
    content = opened(viewer, name)
    get_app_model().commands.execute_command(DOCKS[name][0]).result()
    QApplication.processEvents()
    assert list(viewer.window.dock_widgets.values()) == [content]

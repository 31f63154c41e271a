"""The two docks share a place, and leave it where the user wants them elsewhere."""

import pytest
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QDockWidget, QMainWindow, QWidget

from napari_dinosar.docks.tabs import NAMES, Tabbing, join_siblings


@pytest.fixture
def window(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setCentralWidget(QWidget())
    return window


def add(window, name, area=Qt.DockWidgetArea.RightDockWidgetArea):
    content = QWidget()
    content.setObjectName(name)
    Tabbing(content)
    dock = QDockWidget(name, window)
    dock.setWidget(content)
    window.addDockWidget(area, dock)
    return dock


def test_the_second_is_a_tab_over_the_first(window, qtbot):
    first, second = (add(window, name) for name in NAMES[:2])
    window.show()
    qtbot.waitUntil(lambda: window.tabifiedDockWidgets(first) == [second])


def test_one_on_the_other_side_stays_there(window):
    first = add(window, NAMES[0])
    second = add(window, NAMES[1], Qt.DockWidgetArea.LeftDockWidgetArea)
    join_siblings(second.widget())
    assert window.tabifiedDockWidgets(first) == []


def test_one_that_floats_stays_alone(window):
    first, second = (add(window, name) for name in NAMES[:2])
    first.setFloating(True)
    join_siblings(second.widget())
    assert window.tabifiedDockWidgets(second) == []


def test_what_the_user_parted_stays_parted(window, qtbot):
    first, second = (add(window, name) for name in NAMES[:2])
    window.show()
    qtbot.waitUntil(lambda: window.tabifiedDockWidgets(first) == [second])
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, second)
    second.hide()
    second.show()
    qtbot.wait(20)
    assert window.tabifiedDockWidgets(first) == []


def test_a_stranger_is_left_alone(window):
    stranger, own = add(window, "stranger"), add(window, NAMES[1])
    join_siblings(own.widget())
    assert window.tabifiedDockWidgets(stranger) == []


def test_turning_to_a_tab_is_told(window, qtbot):
    first, second = (add(window, name) for name in NAMES[:2])
    tabbing = first.widget().findChild(Tabbing)
    window.show()
    qtbot.waitUntil(lambda: window.tabifiedDockWidgets(first) == [second])
    qtbot.wait(20)
    second.raise_()
    with qtbot.waitSignal(tabbing.came_to_front):
        first.raise_()

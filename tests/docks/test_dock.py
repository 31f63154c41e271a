"""Docks are told that they are put into a window, and that they are taken out of it."""

import pytest
from qtpy.QtWidgets import QDockWidget

from napari_dinosar.docks.dock import Dock


class Told(Dock):
    def __init__(self):
        super().__init__()
        self.told = []

    def on_docked(self, is_docked):
        self.told.append(is_docked)


@pytest.fixture
def holder(qtbot):
    holder = QDockWidget()
    qtbot.addWidget(holder)
    return holder


def test_it_is_told_of_its_window(qtbot, holder):
    dock = Told()
    qtbot.addWidget(dock)
    assert dock.told == []
    holder.setWidget(dock)
    assert set(dock.told) == {True}
    dock.setParent(None)
    assert dock.told[-1] is False


def test_another_change_is_none_of_the_window(qtbot, holder):
    dock = Told()
    holder.setWidget(dock)
    before = list(dock.told)
    dock.setEnabled(False)
    dock.setStyleSheet("color: red")
    assert dock.told == before

"""What is to be done once a widget is gone is done whole, though Python collects all at once."""

import gc
from functools import partial

from qtpy.QtWidgets import QDockWidget, QMainWindow, QWidget

from napari_dinosar.docks import afterwards
from napari_dinosar.docks.afterwards import when_gone
from napari_dinosar.docks.landmarks.saving.closing import _let_go
from napari_dinosar.editing.editor import Editor
from napari_dinosar.project.store import Project
from panels_made import editing, place


class Owner:
    """Something that a window knows, and that knows the window."""


def left_behind(told):
    """Leave a window to Qt, which deletes it in its next turn; Python may collect it before."""
    window, owner, last = QMainWindow(), Owner(), Owner()
    dock, content = QDockWidget(window), QWidget()
    dock.setWidget(content)
    last.name = "whole"
    owner.last, owner.window, window.owner = last, window, owner
    when_gone(content, partial(lambda one: told.append(one.name), last))
    window.deleteLater()


def test_it_is_done_once_when_a_widget_is_deleted(qtbot):
    told = []
    widget = QWidget()
    when_gone(widget, lambda: told.append("gone"))
    qtbot.wait(10)
    assert told == []
    widget.deleteLater()
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["gone"]
    assert not afterwards._WAITING


def test_what_is_done_is_whole_though_all_was_collected_before(qtbot):
    told = []
    left_behind(told)
    gc.collect()
    assert told == []
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["whole"]


def test_edits_of_a_dock_that_is_gone_are_offered_at_the_next_start(qtbot, tmp_path):
    editor = editing(tmp_path)
    place(editor, "1", "tip")
    _let_go(editor)
    with Project.open(editor.project.path) as project:
        assert len(project.recovered) == 1
    _let_go(Editor())

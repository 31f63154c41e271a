"""Whatever is closed, edits are saved first, or the person says what becomes of them."""

import errno

import pytest
from qtpy.QtWidgets import QDockWidget, QMainWindow, QWidget

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks import dialogs
from napari_dinosar.docks.landmarks.saving.closing import CloseGuard
from napari_dinosar.docks.landmarks.saving.saver import Saver
from napari_dinosar.project.store import Project
from panels_made import change_elsewhere, place


class Asking:
    """Answers what it was given, and keeps what it was asked."""

    def __init__(self):
        self.answers, self.asked = [], []

    def __call__(self, parent, text, details, ways):
        self.asked.append((text, details, ways))
        return self.answers.pop(0) if self.answers else "journal"


@pytest.fixture
def asking():
    return Asking()


@pytest.fixture
def window(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def guard(qtbot, window, editor, asking):
    dock = QWidget()
    saver = Saver(editor, dock)
    guard = CloseGuard(editor, saver, dock, asking)
    frame = QDockWidget("Landmarks", window)
    frame.setWidget(dock)
    window.addDockWidget(dialogs_area(), frame)
    with qtbot.waitExposed(window):
        window.show()
    guard.frame, guard.dock = frame, dock
    yield guard
    saver.close()


def dialogs_area():
    from qtpy.QtCore import Qt

    return Qt.DockWidgetArea.RightDockWidgetArea


@pytest.fixture
def full_disk(monkeypatch):
    def refuse(self):
        raise DinosarError("The disk is full.")

    monkeypatch.setattr(Project, "save", refuse)


def in_file(path):
    with Project.open(path) as project:
        return project.state.specimen("1").point(0).xy


def test_edits_are_saved_before_the_window_closes(guard, window, editor, qtbot, asking):
    path = editor.project.path
    place(editor, "1")
    assert window.close()
    qtbot.waitUntil(lambda: editor.project is None)
    assert in_file(path) == (10.0, 5.0)
    assert asking.asked == []


def test_the_window_stays_where_the_person_wants_that(guard, window, editor, asking, full_disk):
    place(editor, "1")
    asking.answers = ["stay"]
    assert not window.close()
    assert window.isVisible()
    assert editor.project is not None
    text, details, ways = asking.asked[0]
    assert text == "4 edits of leaves.json cannot be saved."
    assert details.startswith("The disk is full.")
    assert ways == ("copy", "journal", "stay")


def test_left_in_the_journal_they_are_offered_again(guard, editor, asking, full_disk):
    path = editor.project.path
    place(editor, "1")
    asking.answers = ["journal"]
    assert guard.leave()
    with Project.open(path) as project:
        assert len(project.recovered[0].steps) == 4


def test_a_copy_may_be_saved_elsewhere(guard, editor, asking, full_disk, tmp_path, monkeypatch):
    place(editor, "1")
    names = [None, editor.project.path, tmp_path / "copy.json"]
    monkeypatch.setattr(dialogs, "file_to_write", lambda *_: names.pop(0))
    asking.answers = ["copy", "copy", "copy"]
    assert guard.may_leave()
    assert in_file(tmp_path / "copy.json") == (10.0, 5.0)
    assert asking.asked[1][1].startswith("The disk is full.")
    assert "exists already" in asking.asked[2][1]


def test_what_is_in_memory_only_is_not_called_safe(guard, editor, asking, full_disk, monkeypatch):
    def refuse(self):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(type(editor.project._session.journal), "_extend", refuse)
    place(editor, "1")
    asking.answers = ["stay"]
    assert not guard.may_leave()
    assert asking.asked[0][2] == ("copy", "lose", "stay")
    assert "nowhere but in memory" in asking.asked[0][1]


def test_somebody_elses_version_is_not_overwritten(guard, editor, asking):
    path = editor.project.path
    change_elsewhere(path, "1", (40, 41))
    place(editor, "1")
    asking.answers = ["journal"]
    assert guard.leave()
    assert in_file(path) == (40, 41)
    assert "somebody else" in asking.asked[0][1]


def test_a_dock_that_is_taken_away_saves(guard, editor, asking):
    path = editor.project.path
    place(editor, "1")
    guard.dock.setParent(None)
    assert editor.project is None
    assert in_file(path) == (10.0, 5.0)


def test_a_dock_that_is_taken_away_cannot_stay(guard, editor, asking, full_disk):
    place(editor, "1")
    asking.answers = ["journal"]
    guard.dock.setParent(None)
    assert asking.asked[0][2] == ("copy", "journal")
    assert editor.project is None


def test_a_dock_that_floats_is_not_closed(guard, editor, window):
    guard.frame.setFloating(True)
    guard.frame.hide()
    guard.frame.show()
    assert editor.project is not None
    place(editor, "1")
    guard.frame.setFloating(False)
    assert editor.project is not None
    assert not editor.project.is_saved


def test_a_window_that_something_else_keeps_open_keeps_the_project(
    guard, editor, window, qtbot, monkeypatch
):
    monkeypatch.setattr(QMainWindow, "closeEvent", lambda _, event: event.ignore())
    window.__class__ = type("Staying", (QMainWindow,), {})
    place(editor, "1")
    guard.eventFilter(window, close_event())
    qtbot.wait(20)
    assert editor.project is not None
    assert editor.project.is_saved


def close_event():
    from qtpy.QtGui import QCloseEvent

    return QCloseEvent()


def test_at_the_end_of_the_program_nothing_is_asked(guard, editor, asking, full_disk):
    path = editor.project.path
    place(editor, "1")
    guard._on_quit()
    assert asking.asked == []
    with Project.open(path) as project:
        assert len(project.recovered[0].steps) == 4


def test_without_a_project_everything_may_close(guard, editor, window):
    editor.close()
    assert guard.may_leave()
    assert window.close()


def _is_free(path):
    with Project.open(path) as again:
        return again.others == () and again.recovered == ()


@pytest.mark.parametrize("way", ["dock", "window"])
def test_in_napari_edits_are_saved_when_the_dock_or_the_viewer_goes(
    make_napari_viewer, qtbot, editor, asking, way
):
    viewer = make_napari_viewer(show=True)
    dock = QWidget()
    saver = Saver(editor, dock)
    CloseGuard(editor, saver, dock, asking)
    viewer.window.add_dock_widget(dock, name="Landmarks")
    path = editor.project.path
    place(editor, "1")
    if way == "dock":
        viewer.window.remove_dock_widget(dock)
    else:
        viewer.close()
    qtbot.waitUntil(lambda: in_file(path) == (10.0, 5.0))
    assert asking.asked == []
    qtbot.waitUntil(lambda: _is_free(path))

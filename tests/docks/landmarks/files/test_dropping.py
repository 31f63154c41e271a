"""What is dropped on the dock is opened: a project, a folder, photos."""

import pytest
from PIL import Image
from qtpy.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from qtpy.QtGui import QDragEnterEvent, QDropEvent
from qtpy.QtWidgets import QApplication, QWidget

from napari_dinosar.docks.landmarks.files.dropping import Dropping
from napari_dinosar.editing.editor import Editor
from napari_dinosar.project.store import Project
from project_made import schema


class Heard:
    """Stands for what opens, and keeps what it was asked for."""

    def __init__(self):
        self.asked = []

    def open_path(self, path):
        self.asked.append(("open", path))

    def new_project(self, photos):
        self.asked.append(("new", photos.files))

    def add_photos(self, files):
        self.asked.append(("add", files))


@pytest.fixture
def editor():
    editor = Editor()
    yield editor
    editor.close(discard=True)


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def dock(qtbot, editor, heard):
    dock = QWidget()
    qtbot.addWidget(dock)
    Dropping(dock, editor, heard)
    return dock


def drop(dock, *paths, urls=()):
    """Return whether what is let go over the dock is taken."""
    data = QMimeData()
    data.setUrls([*(QUrl.fromLocalFile(str(path)) for path in paths), *map(QUrl, urls)])
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton)
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), *how, none)
    enter.ignore()
    QApplication.sendEvent(dock, enter)
    if enter.isAccepted():
        QApplication.sendEvent(dock, QDropEvent(QPointF(5, 5), *how, none))
    return enter.isAccepted()


def test_a_project_or_a_folder_is_opened(dock, heard, tmp_path):
    assert drop(dock, tmp_path / "leaves.json")
    assert drop(dock, tmp_path)
    assert heard.asked == [("open", tmp_path / "leaves.json"), ("open", tmp_path)]


def test_photos_are_the_beginning_of_a_project_or_go_into_the_open_one(
    dock, heard, editor, tmp_path
):
    photos = (tmp_path / "a.jpg", tmp_path / "b.PNG")
    drop(dock, *photos)
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    editor.open(Project.new(tmp_path / "leaves.json", tmp_path, schema()))
    drop(dock, *photos)
    assert heard.asked == [("new", photos), ("add", photos)]


def test_what_is_no_file_is_left_to_others(dock, heard):
    assert not drop(dock, urls=["https://example.org/leaf.jpg"])
    assert not drop(dock)
    assert heard.asked == []

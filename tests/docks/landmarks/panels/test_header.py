"""The head says which project is open and whether it is saved, and hands on the menu."""

import pytest
from qtpy.QtGui import QAction

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.landmarks.panels.header import Header
from napari_dinosar.docks.landmarks.saving.saver import Saver
from napari_dinosar.editing.editor import Editor
from napari_dinosar.project.saving import SaveJob
from napari_dinosar.project.store import Project
from panels_made import change_elsewhere, place


@pytest.fixture
def header(qtbot, editor):
    saver = Saver(editor)
    header = Header(editor, saver)
    header.saver = saver
    qtbot.addWidget(header)
    header.resize(345, 100)
    header.show()
    yield header
    saver.close()


def test_the_state_is_always_to_be_seen(header, editor):
    assert header.text.text().startswith("Saved ")
    assert header.dot.level == "saved"
    assert not header.save.isEnabled()
    place(editor, "1", "tip")
    assert header.text.text() == "Unsaved: 1 edit, in the journal"
    assert header.dot.level == "unsaved"
    header.save.click()
    header.saver.wait(20)
    assert header.text.text().startswith("Saved ")
    assert header.name.toolTip() == str(editor.project.path)


def test_undo_and_redo_name_their_keys(header, editor):
    assert not header.undo.isEnabled()
    place(editor, "1", "tip")
    header.undo.click()
    assert editor.state.specimen("1").point(0).state == "missing"
    header.redo.click()
    assert editor.state.specimen("1").point(0).state == "visible"
    assert "Ctrl+Z" in header.undo.toolTip()
    assert "Ctrl+Shift+Z or Ctrl+Y" in header.redo.toolTip()


def test_the_menu_is_handed_on(header, qtbot):
    names = (
        "new",
        "open",
        "folder",
        "import",
        "export",
        "schema",
        "photos",
        "copy",
        "close",
        "help",
    )
    told = []
    for name in names:
        getattr(header, f"{name}_wanted").connect(lambda name=name: told.append(name))
    for action in header.menu_button.menu().findChildren(QAction):
        action.trigger()
    assert sorted(told) == sorted(names)


def test_without_a_project_there_is_a_way_to_one(qtbot):
    editor = Editor()
    header = Header(editor, Saver(editor))
    qtbot.addWidget(header)
    assert header.name.text() == "No landmark project" or header.name._whole
    assert "Drop one here" in header.text.text()
    actions = {one.text(): one for one in header.menu_button.menu().actions()}
    assert actions["New…"].isEnabled()
    assert not actions["Export…"].isEnabled()
    assert not header.save.isEnabled()


def test_a_conflict_turns_save_into_merge(header, editor):
    change_elsewhere(editor.project.path, "1", (3.0, 4.0))
    place(editor, "2", "tip")
    header.save.click()
    header.saver.wait(20)
    assert header.save.text() == "Merge…"
    assert header.save.isEnabled()
    assert "by somebody else" in header.text.toolTip()
    assert not header.warning.isVisible()


def test_a_failing_disk_is_explained(header, editor, monkeypatch):
    def refuse(_):
        raise DinosarError("The disk is full.")

    monkeypatch.setattr(SaveJob, "write", refuse)
    place(editor, "1", "tip")
    header.save.click()
    header.saver.wait(20)
    assert header.warning.label.text() == "The disk is full."
    assert header.dot.level == "trouble"
    editor.undo()
    assert not header.warning.isVisible()


def test_warnings_are_dismissed_until_there_are_others(header, editor, monkeypatch):
    said = ["The file names no photo of image 7."]
    monkeypatch.setattr(Project, "warnings", property(lambda _: tuple(said)))
    editor.note_saved()
    assert header.warning.isVisible()
    header.dismiss.click()
    assert not header.warning.isVisible()
    place(editor, "1", "tip")
    assert not header.warning.isVisible()
    said.append("Another one.")
    place(editor, "1", "base")
    assert header.warning.isVisible()
    assert header.warning.label.text() == "Another one."


def test_others_who_have_it_open_are_named(qtbot, editor):
    second = Editor()
    saver = Saver(second)
    header = Header(second, saver)
    qtbot.addWidget(header)
    second.open(Project.open(editor.project.path))
    assert header.others.isVisibleTo(header)
    assert "Also open on" in header.others.text()
    second.close()
    assert not header.others.isVisibleTo(header)
    saver.close()

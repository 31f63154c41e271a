"""Two versions of a project are merged by photo; nothing of either is lost unseen."""

import pytest

from napari_dinosar.docks import dialogs
from napari_dinosar.docks.landmarks.saving.merge_dialog import MergeDialog
from napari_dinosar.docks.landmarks.saving.merge_words import difference
from napari_dinosar.docks.landmarks.saving.saver import Saver
from napari_dinosar.editing.editor import Editor
from napari_dinosar.project.edits import Place, Remark
from napari_dinosar.project.store import Project
from panels_made import change_elsewhere, editing


@pytest.fixture
def editor(tmp_path):
    """Photo 1 was changed by both, 2 here alone, 3 elsewhere alone."""
    editor = editing(tmp_path)
    change_elsewhere(editor.project.path, "1", (40, 41))
    change_elsewhere(editor.project.path, "3", (42, 43))
    editor.apply(Place("1", "tip", (1, 2)))
    editor.apply(Place("1", "base", (3, 4)))
    editor.apply(Place("2", "tip", (5, 6)))
    yield editor
    editor.close()


@pytest.fixture
def dialog(qtbot, editor):
    dialog = MergeDialog(editor)
    qtbot.addWidget(dialog)
    return dialog


def tips(editor):
    return [editor.state.specimen(key).point(0).xy for key in "123"]


def test_both_versions_are_told_apart(dialog):
    said = dialog.summary.text().replace("\u200b", "")
    assert "1 photo changed by only you: taken over" in said
    assert "1 photo changed by only the other side" in said
    assert "1 photo changed by both: choose below" in said
    assert dialog.choosing.photos.count() == 1
    assert dialog.choosing.details.text() == (
        "1 landmark placed elsewhere, 1 landmark only in yours."
    )
    assert not dialog.take.isEnabled()


@pytest.mark.parametrize(("side", "tip"), [("mine", (1, 2)), ("theirs", (40, 41))])
def test_the_chosen_version_is_taken(dialog, editor, qtbot, side, tip):
    told = []
    editor.edited.connect(told.append)
    dialog.choosing.choose("1", side)
    assert dialog.take.isEnabled()
    with qtbot.waitSignal(dialog.merged):
        dialog.take.click()
    assert tips(editor) == [tip, (5, 6), (42, 43)]
    assert len(told) == 1
    saver = Saver(editor)
    saver.save_now()
    saver.close()
    with Project.open(editor.project.path) as after:
        assert after.state.specimen("1").point(0).xy == tip
    editor.undo()
    assert tips(editor) == [(1, 2), (5, 6), None]


def test_one_choice_for_all(dialog):
    dialog.choosing.all_theirs.click()
    assert dialog.choosing.choices == {"1": "theirs"}
    assert dialog.choosing.group.button(1).isChecked()
    dialog.choosing.group.button(0).click()
    assert dialog.choosing.choices == {"1": "mine"}
    assert dialog.choosing.photos.item(0).text() == "●  0.jpg"
    assert "0.jpg: yours" in dialog.choosing.photos.item(0).toolTip()


def test_leaving_it_changes_nothing(dialog, editor):
    dialog.choosing.choose_all("theirs")
    dialog.cancel.click()
    assert tips(editor) == [(1, 2), (5, 6), None]
    assert not editor.project.is_saved


def test_a_copy_is_written_elsewhere(dialog, editor, tmp_path, monkeypatch):
    place = tmp_path / "mine.json"
    monkeypatch.setattr(dialogs, "file_to_write", lambda *_: place)
    dialog.copy.click()
    with Project.open(place) as copy:
        assert copy.state.specimen("2").point(0).xy == (5, 6)
    assert str(place) in dialog.message.text().replace("\u200b", "")
    dialog.copy.click()
    assert "exists already" in dialog.message.text()


def test_a_file_that_changes_once_more_is_compared_again(dialog, editor):
    dialog.choosing.choose_all("mine")
    change_elsewhere(editor.project.path, "2", (9, 9))
    dialog.take.click()
    assert "changed once more" in dialog.message.text().replace("\u200b", "")
    assert dialog.choosing.photos.count() == 2
    assert not dialog.take.isEnabled()
    assert tips(editor) == [(1, 2), (5, 6), None]


def test_edits_made_meanwhile_are_not_dropped(dialog, editor):
    dialog.choosing.choose_all("mine")
    editor.apply(Place("2", "base", (7, 8)))
    dialog.take.click()
    assert "went on editing" in dialog.message.text()
    dialog.take.click()
    assert editor.state.specimen("2").point(1).xy == (7, 8)


def test_what_cannot_be_compared_is_said(qtbot, editor):
    editor.project.path.unlink()
    dialog = MergeDialog(editor)
    qtbot.addWidget(dialog)
    assert "cannot be read" in dialog.message.text().replace("\u200b", "")
    assert not dialog.take.isEnabled()
    assert dialog.copy.isEnabled()


def test_versions_without_conflicts_need_no_choice(qtbot, tmp_path):
    editor = editing(tmp_path)
    change_elsewhere(editor.project.path, "1", (40, 41))
    dialog = MergeDialog(editor)
    qtbot.addWidget(dialog)
    assert not dialog.choosing.isVisibleTo(dialog)
    dialog.take.click()
    assert tips(editor) == [(40, 41), None, None]
    assert editor.project.is_saved
    editor.close()


def test_other_notes_are_named(tmp_path):
    editor = editing(tmp_path)
    with Project.open(editor.project.path) as other:
        other.apply(Remark("1", note="theirs"))
        other.save()
    editor.apply(Remark("1", note="mine"))
    (conflict,) = editor.project.merge_with_file().conflicts
    assert difference(conflict) == "other notes, flags or scales."
    editor.close()


def test_without_a_project_nothing_can_be_merged(qtbot):
    dialog = MergeDialog(Editor())
    qtbot.addWidget(dialog)
    assert not dialog.take.isEnabled()
    assert not dialog.copy.isEnabled()


def test_both_versions_are_drawn(dialog, qtbot):
    dialog.choosing.choose_all("mine")
    dialog.show()
    picture = dialog.choosing.drawing.grab().toImage()
    colours = {
        picture.pixelColor(x, y).name()
        for x in range(picture.width())
        for y in range(picture.height())
    }
    assert {"#56b4e9", "#e69f00"} <= colours

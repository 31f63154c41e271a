"""What a session left that ended unexpectedly is offered, shown, taken over or let go."""

import pytest

from napari_dinosar.docks import dialogs
from napari_dinosar.docks.landmarks.saving.recovery_banner import RecoveryBanner
from napari_dinosar.editing.editor import Editor
from napari_dinosar.project.edits import AddSpecimen, Place
from napari_dinosar.project.store import Project
from panels_made import change_elsewhere
from project_made import new_project


def crash(path, *edits):
    """Let a session end with edits that are in its journal alone."""
    project = Project.open(path)
    for edit in edits:
        project.apply(edit)
    project.close()


@pytest.fixture
def path(tmp_path):
    return new_project(tmp_path)


@pytest.fixture
def editor():
    editor = Editor()
    yield editor
    editor.close()


@pytest.fixture
def banner(qtbot, editor):
    banner = RecoveryBanner(editor)
    qtbot.addWidget(banner)
    return banner


def test_without_an_offer_it_is_hidden(banner, editor, path):
    assert banner.isHidden()
    editor.open(Project.open(path))
    assert banner.isHidden()


def test_edits_are_offered_and_recovered(banner, editor, path):
    crash(path, Place("1", "tip", (1, 2)), Place("2", "tip", (3, 4)))
    editor.open(Project.open(path))
    assert not banner.isHidden()
    assert (
        banner.label.text()
        .replace("\u200b", "")
        .startswith("Edits from a session that ended unexpectedly: 2 edits on 2 photos, last at ")
    )
    told, said = [], []
    editor.edited.connect(told.append)
    editor.told.connect(said.append)
    banner.recover.click()
    assert editor.state.specimen("2").point(0).xy == (3, 4)
    assert told == [("1", "2")]
    assert said == ["2 edits recovered. Undo takes them back one by one."]
    assert banner.isHidden()
    assert not editor.project.recovered
    editor.undo()
    assert editor.state.specimen("2").point(0).xy is None


def test_the_photos_are_named_and_gone_to(banner, editor, path):
    crash(path, Place("3", "tip", (1, 2)))
    editor.open(Project.open(path))
    assert banner.photos.isHidden()
    banner.show_which.click()
    assert not banner.photos.isHidden()
    assert banner.photos.text().startswith('<a href="3" ')
    assert banner.photos.text().endswith(">2.jpg</a>")
    banner.photos.linkActivated.emit("3")
    assert editor.photo_id == "3"


def test_edits_of_another_version_are_shown_first(banner, editor, path):
    crash(path, Place("1", "tip", (1, 2)))
    change_elsewhere(path, "2", (8, 9))
    editor.open(Project.open(path))
    assert not banner.photos.isHidden()
    assert "has been changed since" in banner.label.text().replace("\u200b", "")
    banner.recover.click()
    assert editor.state.specimen("1").point(0).xy == (1, 2)
    assert editor.state.specimen("2").point(0).xy == (8, 9)


def test_what_is_refused_is_said(banner, editor, path):
    crash(path, AddSpecimen("4", "1"), Place("4", "tip", (1, 2)))
    with Project.open(path) as other:
        other.apply(AddSpecimen("4", "2"))
        other.save()
    editor.open(Project.open(path))
    banner.recover.click()
    assert "1 edit recovered. What was not:" in banner.label.text()
    assert not banner.close_it.isHidden()
    banner.close_it.click()
    assert banner.isHidden()


def test_letting_go_is_asked_for_and_keeps_the_journal(banner, editor, path, tmp_path, monkeypatch):
    crash(path, Place("1", "tip", (1, 2)))
    editor.open(Project.open(path))
    answers, asked = [False, True], []
    monkeypatch.setattr(dialogs, "agrees", lambda *words: (asked.append(words), answers.pop(0))[1])
    banner.discard.click()
    assert not banner.isHidden()
    banner.discard.click()
    assert banner.isHidden()
    assert "is kept beside the project as" in asked[0][3]
    assert len(list(tmp_path.glob(".*.discarded"))) == 1
    assert editor.state.specimen("1").point(0).xy is None


def test_one_offer_follows_the_other(banner, editor, path):
    first, second = Project.open(path), Project.open(path)
    first.apply(Place("1", "tip", (1, 2)))
    second.apply(Place("2", "tip", (1, 2)))
    first.close()
    second.close()
    editor.open(Project.open(path))
    assert "1 more to come" in banner.label.text()
    banner.recover.click()
    assert not banner.isHidden()
    banner.recover.click()
    assert banner.isHidden()
    assert all(editor.state.specimen(key).point(0).xy == (1, 2) for key in "12")


def test_a_journal_that_cannot_be_removed_takes_no_edit_with_it(banner, editor, path, monkeypatch):
    crash(path, Place("1", "tip", (1, 2)))
    editor.open(Project.open(path))

    def refuse(self, *, remove=False):
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(type(banner.offer.left), "close", refuse)
        banner.recover.click()
    assert editor.specimen.point(0).xy == (1, 2)
    assert "Permission denied" in banner.label.text()


def test_a_journal_that_cannot_be_renamed_is_not_called_discarded(
    banner, editor, path, monkeypatch
):
    crash(path, Place("1", "tip", (1, 2)))
    editor.open(Project.open(path))
    monkeypatch.setattr(dialogs, "agrees", lambda *_: True)

    def refuse(self, offer):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Project, "discard", refuse)
    banner.discard.click()
    assert "cannot be renamed: Permission denied" in banner.label.text()
    banner.close_it.click()
    assert banner.offer is not None
    assert not banner.isHidden()

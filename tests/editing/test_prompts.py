"""The status bar says what is due now, and on which photo."""

from napari_dinosar.editing.editor import Editor
from napari_dinosar.editing.prompts import prompt
from napari_dinosar.project.edits import Propose


def test_without_a_project_it_says_so():
    assert "No landmark project" in prompt(Editor())


def test_a_landmark_is_asked_for_and_what_is_placed_is_said(editor):
    assert prompt(editor) == "Landmark 1, tip: click it."
    editor.click((3.0, 4.0))
    assert prompt(editor) == "Landmark 2, base: click it."
    editor.go_to_landmark(0)
    assert "A click or a drag moves it" in prompt(editor)
    editor.set_mode("sequential")
    assert "Drag it" in prompt(editor)


def test_of_two_photos_it_says_whose_turn_it_is(editor):
    first, second = list(editor.state.specimens)[:2]
    editor.pair_with(second)
    assert prompt(editor) == "Landmark 1, tip: click it on A."
    editor.click((3.0, 4.0))
    assert prompt(editor) == "Landmark 1, tip: click it on B."
    assert editor.cursor.specimen_id == first


def test_what_a_machine_proposed_waits_for_a_person(editor):
    editor.apply(Propose(editor.cursor.specimen_id, "tip", (3.0, 4.0)))
    assert "Return accepts it" in prompt(editor)


def test_an_absent_landmark_is_called_so(editor):
    editor.set_state("absent")
    editor.go_to_landmark(0)
    assert "is absent" in prompt(editor)

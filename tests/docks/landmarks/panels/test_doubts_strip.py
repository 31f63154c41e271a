"""Doubts are said one at a time, until they are settled or called fine."""

import pytest

from napari_dinosar.core.shape_watch import Doubt
from napari_dinosar.docks.landmarks.panels.doubts_strip import DoubtsStrip
from panels_made import Doubting, editing, place

FAR = Doubt("outlier", (1,), "base lies far away.", 4.0)
SWAP = Doubt("swap", (2, 3), "left and right look swapped.", 2.0)


@pytest.fixture
def editor(tmp_path):
    editor = editing(tmp_path)
    place(editor, "1")
    place(editor, "2")
    editor.go_to_photo("1")
    yield editor
    editor.close()


@pytest.fixture
def watch():
    watch = Doubting()
    watch.found["1"] = (FAR, SWAP)
    return watch


@pytest.fixture
def strip(qtbot, editor, watch):
    strip = DoubtsStrip(editor, watch)
    qtbot.addWidget(strip)
    return strip


def look(qtbot, strip):
    """Wait until doubts were looked for."""
    qtbot.waitUntil(lambda: not strip._soon.isActive())


def test_the_first_doubt_is_said(strip):
    assert not strip.isHidden()
    assert strip.sentence.text() == "base lies far away. (1 more)"


def test_show_goes_there_and_changes_nothing(strip, editor):
    before = editor.state
    strip.show_it.click()
    assert editor.cursor.landmark == 1
    assert editor.state is before


def test_fine_is_said_of_one_doubt_while_its_points_stay(qtbot, strip, editor):
    strip.fine.click()
    assert strip.sentence.text() == "left and right look swapped."
    strip.fine.click()
    assert strip.isHidden()
    place(editor, "1", "tip")
    look(qtbot, strip)
    assert strip.isHidden()
    editor.move_point("1", 1, (50.0, 20.0))
    look(qtbot, strip)
    assert strip.sentence.text() == "base lies far away."


def test_fine_is_said_of_one_specimen(qtbot, strip, editor, watch):
    watch.found["2"] = (FAR,)
    strip.fine.click()
    editor.go_to_photo("2")
    look(qtbot, strip)
    assert strip.sentence.text() == "base lies far away."


def test_steps_in_quick_succession_are_looked_at_once(qtbot, strip, editor, monkeypatch):
    asked = []
    found = strip._watch.doubts
    monkeypatch.setattr(strip._watch, "doubts", lambda key: asked.append(key) or found(key))
    for photo_id in ("2", "1", "2"):
        editor.go_to_photo(photo_id)
    assert asked == []
    look(qtbot, strip)
    assert asked == ["2"]


def test_a_doubt_about_another_specimen_has_no_effect_until_it_is_taken_away(qtbot, strip, editor):
    editor.go_to_photo("2")
    landmark = editor.cursor.landmark
    strip.show_it.click()
    strip.fine.click()
    assert editor.cursor.landmark == landmark
    editor.go_to_photo("1")
    look(qtbot, strip)
    assert strip.sentence.text() == "base lies far away. (1 more)"


def test_it_follows_the_watch_and_the_project(qtbot, strip, editor, watch):
    watch.found["1"] = ()
    watch.changed.emit()
    look(qtbot, strip)
    assert strip.isHidden()
    watch.found["1"] = (FAR,)
    watch.changed.emit()
    look(qtbot, strip)
    assert not strip.isHidden()
    editor.close()
    assert strip.isHidden()


def test_doubts_about_landmarks_that_are_gone_are_not_said(qtbot, strip, watch):
    watch.found["1"] = (Doubt("outlier", (9,), "gone", 1.0),)
    watch.changed.emit()
    look(qtbot, strip)
    assert strip.isHidden()

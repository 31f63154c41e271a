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


def test_the_first_doubt_is_said(strip):
    assert not strip.isHidden()
    assert strip.sentence.text() == "base lies far away. (1 more)"


def test_show_goes_there_and_changes_nothing(strip, editor):
    before = editor.state
    strip.show_it.click()
    assert editor.cursor.landmark == 1
    assert editor.state is before


def test_fine_is_said_of_one_doubt_while_its_points_stay(strip, editor):
    strip.fine.click()
    assert strip.sentence.text() == "left and right look swapped."
    strip.fine.click()
    assert strip.isHidden()
    place(editor, "1", "tip")
    assert strip.isHidden()
    editor.move_point("1", 1, (50.0, 20.0))
    assert strip.sentence.text() == "base lies far away."


def test_fine_is_said_of_one_specimen(strip, editor, watch):
    watch.found["2"] = (FAR,)
    strip.fine.click()
    editor.go_to_photo("2")
    assert strip.sentence.text() == "base lies far away."


def test_it_follows_the_watch_and_the_project(strip, editor, watch):
    watch.found["1"] = ()
    watch.changed.emit()
    assert strip.isHidden()
    watch.found["1"] = (FAR,)
    watch.changed.emit()
    assert not strip.isHidden()
    editor.close()
    assert strip.isHidden()


def test_doubts_about_landmarks_that_are_gone_are_not_said(strip, watch):
    watch.found["1"] = (Doubt("outlier", (9,), "gone", 1.0),)
    watch.changed.emit()
    assert strip.isHidden()

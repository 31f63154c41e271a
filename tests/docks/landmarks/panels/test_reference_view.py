"""Where the landmark was placed before is shown with a cross on the very place."""

import numpy as np
import pytest

from napari_dinosar.docks.landmarks.panels.reference_crop import (
    LEAST_PX,
    MOST_PX,
    SHARE,
    Wish,
    cropped,
    side_of,
)
from napari_dinosar.docks.landmarks.panels.reference_view import NOTHING, UNREADABLE, ReferenceView
from napari_dinosar.project.edits import Place
from napari_dinosar.project.store import Project
from panels_made import Shelf, place
from project_made import schema


@pytest.fixture
def view(qtbot, editor):
    view = ReferenceView(editor, Shelf())
    qtbot.addWidget(view)
    yield view
    view.close_worker()


def test_a_piece_has_the_landmark_in_its_middle(tmp_path):
    rgb = np.zeros((100, 200, 3), np.uint8)
    rgb[30, 150] = 255
    piece = cropped(rgb, Wish(tmp_path, (150.2, 29.9), 40))
    assert piece.shape == (41, 41, 3)
    assert piece[20, 20].tolist() == [255, 255, 255]
    assert piece.sum() == 3 * 255


@pytest.mark.parametrize("centre", [(0, 0), (199, 99), (5, 90), (-500, -500)])
def test_beyond_the_photo_it_is_grey(tmp_path, centre):
    rgb = np.full((100, 200, 3), 7, np.uint8)
    piece = cropped(rgb, Wish(tmp_path, centre, 60))
    inside = (piece == 7).all(axis=2)
    grey = (piece == 128).all(axis=2)
    assert (inside ^ grey).all()
    assert inside[30, 30] == (centre[0] >= 0)


def test_a_large_piece_is_thinned_out(tmp_path):
    rgb = np.zeros((3000, 3000, 3), np.uint8)
    piece = cropped(rgb, Wish(tmp_path, (1500, 1500), 2500))
    assert max(piece.shape) <= MOST_PX


def test_the_scale_is_that_of_the_specimen(editor):
    editor.apply(Place("1", "tip", (10, 0)))
    editor.apply(Place("1", "base", (1010, 100)))
    assert side_of(editor.state.specimen("1")) == pytest.approx(1000 * SHARE)
    assert side_of(editor.state.specimen("2")) >= LEAST_PX


def test_the_last_specimen_is_shown(view, editor, qtbot):
    place(editor, "1")
    editor.go_to_photo("2")
    assert (view.title.text(), view.kind.text()) == ("tip", "last specimen")
    assert view.where.text().replace("\u200b", "") == "0.jpg"
    qtbot.waitUntil(lambda: view.piece.image is not None)
    assert view.piece.image.pixelColor(0, 0).red() in (0, 128)


def test_it_waits_for_no_photo(view, editor, qtbot, monkeypatch):
    from threading import Event

    read, may_go_on = Shelf.photo, Event()

    def slow(self, path):
        assert may_go_on.wait(20)
        return read(self, path)

    monkeypatch.setattr(view._maker, "_photo_of", slow.__get__(Shelf()))
    place(editor, "1")
    editor.go_to_photo("2")
    assert view.piece.image is None
    may_go_on.set()
    qtbot.waitUntil(lambda: view.piece.image is not None)


def test_one_of_several_specimens_has_its_number_in_the_list(view, editor):
    editor.add_specimen()
    editor.click((3, 4))
    editor.go_to_photo("2")
    assert view.where.text().replace("\u200b", "").endswith(", specimen 2")


def test_a_pinned_specimen_stays(view, editor):
    place(editor, "1")
    place(editor, "2", "tip")
    editor.go_to_photo("2")
    editor.go_to_landmark(0)
    view.pin.click()
    assert view.kind.text() == "pinned"
    editor.go_to_photo("3")
    assert view.where.text().replace("\u200b", "") == "0.jpg"
    assert view.pin.isChecked()
    view.pin.click()
    assert view.kind.text() == "last specimen"
    assert view.where.text().replace("\u200b", "") == "1.jpg"


def test_a_pinned_specimen_without_the_landmark_gives_way(view, editor):
    place(editor, "1", "tip")
    editor.go_to_photo("2")
    editor.go_to_landmark(0)
    view.pin.click()
    place(editor, "2")
    editor.go_to_photo("3")
    editor.go_to_landmark(1)
    assert "the pinned one has not got it" in view.kind.text()
    assert not view.pin.isChecked()


def test_it_says_when_there_is_nothing(view, editor):
    assert view.where.text() == NOTHING
    editor.close()
    assert view.title.text() == ""


def test_a_photo_that_cannot_be_read_is_called_so(qtbot, tmp_path):
    from napari_dinosar.editing.editor import Editor

    photos = [tmp_path / "bad.jpg", tmp_path / "good.jpg"]
    for photo in photos:
        photo.touch()
    editor = Editor()
    view = ReferenceView(editor, Shelf())
    qtbot.addWidget(view)
    editor.open(Project.new(tmp_path / "p.json", photos, schema()))
    place(editor, "1")
    editor.go_to_photo("2")
    qtbot.waitUntil(lambda: view.kind.text() == UNREADABLE)
    assert view.piece.image is None
    editor.close()
    view.close_worker()

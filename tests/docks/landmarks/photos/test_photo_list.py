"""The list shows every photo as it is, follows the editor, and asks for what is seen alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from qtpy.QtCore import QModelIndex, QPoint, Qt

from napari_dinosar.docks import dialogs
from napari_dinosar.docks.landmarks.photos import menu as photo_menu
from napari_dinosar.docks.landmarks.photos import model as photo_model
from napari_dinosar.docks.landmarks.photos import photo_list
from napari_dinosar.docks.landmarks.photos.menu import PhotoMenu
from napari_dinosar.docks.landmarks.photos.photo_list import PhotoList
from napari_dinosar.editing.editor import Editor
from napari_dinosar.editing.thumbnails import Thumbnails
from napari_dinosar.project.edits import (
    AddPhotos,
    AddSpecimen,
    Clear,
    Place,
    Propose,
    Remark,
    RemovePhotos,
    RemoveSpecimen,
    SetState,
    Together,
)
from napari_dinosar.project.state import PhotoEntry
from napari_dinosar.project.store import Project
from project_made import NAMES, schema

N_PHOTOS = 6


class Asked(Thumbnails):
    """Thumbnails that note what they were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def get(self, path: Path) -> np.ndarray | None:
        self.asked.append(path.name)
        return super().get(path)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    (tmp_path / "photos").mkdir()
    for number in range(N_PHOTOS):
        pixels = np.full((48, 64, 3), 40 * number, np.uint8)
        Image.fromarray(pixels).save(tmp_path / "photos" / f"leaf {chr(97 + number)}.png")
    project = Project.new(tmp_path / "landmarks.json", tmp_path / "photos", schema())
    yield project
    project.close(discard=True)


@pytest.fixture
def editor(project: Project) -> Editor:
    editor = Editor()
    editor.open(project)
    return editor


@pytest.fixture
def thumbnails() -> Iterator[Asked]:
    thumbnails = Asked()
    yield thumbnails
    thumbnails.close()


@pytest.fixture
def photos(qtbot, editor: Editor, thumbnails: Asked) -> PhotoList:
    photos = PhotoList(editor, thumbnails)
    qtbot.addWidget(photos)
    photos.resize(300, 500)
    return photos


def names(photos: PhotoList) -> list[str]:
    """Return the lines from top to bottom, as they are called."""
    lines = [photos.model.line(photos.model.index(row, 0)) for row in range(n_lines(photos))]
    return [line.name.removesuffix(".png").removeprefix("leaf ") for line in lines]


def n_lines(photos: PhotoList) -> int:
    return photos.model.rowCount()


def line(photos: PhotoList, photo_id: str, specimen_id: str = ""):
    return photos.model.line(photos.model.place_of(photo_id, specimen_id))


def complete(editor: Editor, specimen_id: str) -> None:
    editor.apply(Together(tuple(SetState(specimen_id, name, "absent") for name in NAMES)))


def choose(photos: PhotoList, which: str) -> None:
    photos.filter.setCurrentIndex(photos.filter.findData(which))


def menu(photos: PhotoList, editor: Editor, photo_id: str, specimen_id: str = "") -> dict:
    """Return the actions of a line's menu by their names."""
    made = PhotoMenu(editor, line(photos, photo_id, specimen_id), photos)
    return {one.objectName(): one for one in made.actions() if one.objectName()}


# --- what a line says


def test_a_line_says_how_far_a_photo_is_and_what_else_is_known(photos, editor):
    editor.apply(Place("1", "tip", (1, 1)))
    editor.apply(Propose("1", "base", (1, 1)))
    editor.apply(Remark("2", is_flagged=True))
    complete(editor, "2")
    assert names(photos) == ["a", "b", "c", "d", "e", "f"]
    assert line(photos, "1").words == "1/4 · 1 proposed · partial"
    assert line(photos, "2").words == "4/4 · flagged · complete"
    assert line(photos, "3").words == "0/4 · not begun"
    assert photos.totals.text() == "1 of 6 complete, 1 flagged"
    found = [photos.filter.itemText(place) for place in range(photos.filter.count())]
    assert found == [
        "All (6)", "Incomplete (5)", "Not begun (4)", "Partial (1)", "Complete (1)", "Flagged (1)",
    ]  # fmt: skip


def test_a_tooltip_has_the_whole_path_and_screen_readers_have_the_words(photos, editor):
    place = photos.model.place_of("3")
    tooltip = photos.model.data(place, Qt.ItemDataRole.ToolTipRole)
    assert str(editor.photo_path("3")) in tooltip
    assert "0/4" in tooltip
    assert photos.model.data(place) == "leaf c.png, 0/4 · not begun"
    assert photos.model.data(QModelIndex()) is None


def test_several_specimens_are_listed_beneath_their_photo(photos, editor):
    editor.apply(AddSpecimen("20", "2"))
    assert names(photos) == ["a", "b", "specimen 1", "specimen 2", "c", "d", "e", "f"]
    editor.apply(Place("20", "tip", (1, 1)))
    assert line(photos, "2").words == "1/8 · partial"
    assert line(photos, "2", "2").words == "0/4 · not begun"
    assert line(photos, "2", "20").words == "1/4 · partial"
    assert photos.shown_photo_ids() == ["1", "2", "3", "4", "5", "6"]
    editor.apply(RemoveSpecimen("2"))
    assert names(photos) == ["a", "b", "c", "d", "e", "f"]
    editor.undo()
    assert names(photos)[1:4] == ["b", "specimen 1", "specimen 2"]


def test_a_folder_is_named_where_the_photos_are_in_several(photos, editor):
    editor.apply(AddPhotos((PhotoEntry("9", "others/x.png"),), ("9",)))
    assert names(photos)[0] == "photos/leaf a"
    assert names(photos)[-1] == "others/x"


def test_the_current_line_is_that_of_the_specimen(photos, editor):
    editor.apply(AddSpecimen("20", "2"))
    editor.go_to_specimen("20")
    assert [line(photos, "2", key).side for key in ("", "2", "20")] == ["a", "", "a"]
    editor.pair_with("4")
    assert line(photos, "4").side == "b"
    assert line(photos, "1").side == ""


# --- without a project, without photos


def ways(photos):
    return [one.text() for one in photos.empty.buttons if not one.isHidden()]


def test_without_a_project_it_says_what_to_do(qtbot, thumbnails, editor):
    photos = PhotoList(Editor(), thumbnails)
    qtbot.addWidget(photos)
    assert photos.stack.currentWidget() is photos.empty
    assert photos.message.text() == photo_list.NO_PROJECT
    assert ways(photos) == ["New project…", "Open…", "Open folder…"]
    assert not photos.search.isEnabled()
    assert not photos.filter.isEnabled()
    assert photos.shown_photo_ids() == []


def test_the_buttons_of_the_empty_list_are_handed_on(qtbot, thumbnails):
    photos = PhotoList(Editor(), thumbnails)
    qtbot.addWidget(photos)
    empty, told = photos.empty, []
    names = ("new", "open", "folder", "photos")
    for name in names:
        getattr(empty, f"{name}_wanted").connect(lambda name=name: told.append(name))
    for button in empty.buttons:
        button.click()
    assert tuple(told) == names


def test_opening_and_closing_is_followed(photos, editor, project):
    choose(photos, "flagged")
    assert photos.message.text() == photo_list.NOT_FOUND
    assert ways(photos) == []
    editor.close(discard=True)
    assert photos.message.text() == photo_list.NO_PROJECT
    assert n_lines(photos) == 0
    assert photos.totals.text() == ""
    with Project.open(project.path) as again:
        editor.open(again)
        assert photos.filter.which == "all"
        assert n_lines(photos) == N_PHOTOS


def test_a_project_without_photos_is_said_to_have_none(photos, editor):
    editor.apply(RemovePhotos(tuple(editor.state.photos)))
    assert photos.stack.currentWidget() is photos.empty
    assert photos.message.text() == photo_list.NO_PHOTOS
    assert ways(photos) == ["Add photos…"]
    editor.undo()
    assert photos.stack.currentWidget() is photos.view
    assert names(photos) == ["a", "b", "c", "d", "e", "f"]


# --- filter and search


def test_filter_and_search_together(photos, editor):
    complete(editor, "2")
    complete(editor, "3")
    choose(photos, "complete")
    assert photos.shown_photo_ids() == ["2", "3"]
    photos.search.setText("LEAF C.PNG")
    assert photos.shown_photo_ids() == ["3"]
    assert photos.totals.text() == "2 of 6 complete, 1 listed"
    choose(photos, "none")
    assert photos.shown_photo_ids() == []
    assert photos.message.text() == photo_list.NOT_FOUND
    photos.search.clear()
    assert photos.shown_photo_ids() == ["1", "4", "5", "6"]


def test_a_photo_that_is_worked_on_stays_until_one_leaves_it(photos, editor):
    choose(photos, "incomplete")
    editor.go_to_photo("3")
    complete(editor, "3")
    assert photos.shown_photo_ids() == ["1", "2", "3", "4", "5", "6"]
    editor.step_photo(1, photos.shown_photo_ids())
    assert editor.photo_id == "4"
    assert photos.shown_photo_ids() == ["1", "2", "4", "5", "6"]
    complete(editor, "6")
    assert photos.shown_photo_ids() == ["1", "2", "4", "5"]
    editor.undo()
    assert photos.shown_photo_ids() == ["1", "2", "4", "5", "6"]


def test_photos_that_come_and_go_keep_their_places(photos, editor):
    choose(photos, "none")
    editor.apply(Place("5", "tip", (1, 1)))
    editor.apply(RemovePhotos(("2", "4")))
    assert photos.shown_photo_ids() == ["1", "3", "6"]
    editor.apply(Clear("5", "tip"))
    editor.undo()
    editor.undo()
    assert set(photos.shown_photo_ids()) == {"1", "2", "3", "4", "6"}
    editor.apply(AddPhotos((PhotoEntry("9", "photos/x.png"),), ("9",)))
    for key in ("6", "1", "2"):  # out of the list, and into it again
        editor.apply(Place(key, "tip", (1, 1)))
    for key in ("1", "2", "6"):
        editor.apply(Clear(key, "tip"))
    assert photos.shown_photo_ids() == [key for key in editor.state.photos if key != "5"]


def test_an_edit_touches_the_lines_of_its_photo_alone(photos, editor, qtbot):
    touched = []
    photos.model.dataChanged.connect(lambda top, bottom: touched.append((top.row(), bottom.row())))
    with qtbot.assertNotEmitted(photos.model.modelReset):
        editor.apply(Place("4", "tip", (1, 1)))
        assert touched == [(3, 3)]
        editor.apply(AddSpecimen("20", "2"))
        del touched[:]
        editor.apply(Place("20", "tip", (1, 1)))
    assert set(touched) == {(1, 3), (3, 3)}


def test_an_edit_of_very_many_photos_lists_them_anew(photos, editor, qtbot, monkeypatch):
    monkeypatch.setattr(photo_model, "MANY", 2)
    edits = Together(tuple(Place(key, "tip", (1, 1)) for key in ("1", "2", "3")))
    with qtbot.waitSignal(photos.model.modelReset):
        editor.apply(edits)
    assert [line(photos, key).row.n_done for key in ("3", "4")] == [1, 0]


# --- going there


def test_a_click_goes_there_and_keeps_the_keyboard_where_it_is(photos, editor, qtbot):
    qtbot.mouseClick(
        photos.view.viewport(),
        Qt.MouseButton.LeftButton,
        pos=photos.view.visualRect(photos.model.place_of("5")).center(),
    )
    assert editor.photo_id == "5"
    editor.apply(AddSpecimen("20", "2"))
    photos._on_clicked(photos.model.place_of("2", "20"))
    assert editor.on("a").specimen_id == "20"
    for part in (photos.view, photos.filter):
        assert part.focusPolicy() == Qt.FocusPolicy.NoFocus


def test_enter_in_the_search_field_goes_to_the_first_found(photos, editor, qtbot):
    photos.search.setText("E.png")
    qtbot.keyClick(photos.search, Qt.Key.Key_Return)
    assert editor.photo_id == "5"
    qtbot.keyClick(photos.search, Qt.Key.Key_Escape)
    assert photos.search.text() == ""
    photos.search.setText("nothing")
    qtbot.keyClick(photos.search, Qt.Key.Key_Enter)
    assert editor.photo_id == "5"


def test_the_list_scrolls_to_where_the_editor_goes(qtbot, photos, editor):
    photos.resize(300, 220)
    photos.show()
    seen = photos.view.viewport().rect()
    for key in ("6", "1", "4"):
        editor.go_to_photo(key)
        assert seen.contains(photos.view.visualRect(photos.model.place_of(key)))


# --- previews


def test_previews_are_asked_for_visible_lines_alone(photos, editor, thumbnails, qtbot):
    assert thumbnails.asked == []
    photos.resize(300, 220)
    photos.show()
    qtbot.waitUntil(lambda: bool(thumbnails.asked))
    photos.grab()
    assert "leaf a.png" in thumbnails.asked
    assert "leaf f.png" not in thumbnails.asked


def test_thousands_of_photos_make_no_widgets_and_no_previews(photos, editor, thumbnails, qtbot):
    many = tuple(PhotoEntry(str(n), f"photos/{n}.png") for n in range(100, 5100))
    n_parts = len(photos.findChildren(photo_list.QWidget))
    photos.show()
    editor.apply(AddPhotos(many, tuple(one.photo_id for one in many)))
    photos.grab()
    assert n_lines(photos) == N_PHOTOS + len(many)
    assert len(photos.findChildren(photo_list.QWidget)) == n_parts
    assert len(set(thumbnails.asked)) < 20


def test_a_photo_whose_preview_is_made_is_painted_again(photos, editor, thumbnails, qtbot):
    photos.show()
    path = editor.photo_path("6")

    def is_painted() -> bool:
        place = photos.view.visualRect(photos.model.place_of("6"))
        colour = photos.view.grab(place).toImage().pixelColor(QPoint(30, place.height() // 2))
        return (colour.red(), colour.green(), colour.blue()) == (200, 200, 200)

    qtbot.waitUntil(is_painted, timeout=10_000)
    assert thumbnails.problem(path) == ""


def test_a_missing_photo_is_shown_as_such_until_it_is_back(photos, editor, thumbnails, qtbot):
    path = editor.photo_path("1")
    away = path.with_suffix(".away")
    shutil.move(path, away)
    with qtbot.waitSignal(photos._preview_made):
        assert photos.model.preview(line(photos, "1")) == (None, "")
    assert photos.model.preview(line(photos, "1")) == (None, "photo missing")
    tooltip = photos.model.data(photos.model.place_of("1"), Qt.ItemDataRole.ToolTipRole)
    assert "There is no file" in tooltip
    shutil.move(away, path)
    thumbnails.forget_problems()
    with qtbot.waitSignal(photos._preview_made):
        photos.model.preview(line(photos, "1"))
    assert photos.model.preview(line(photos, "1"))[0] is not None


def test_a_file_that_is_no_photo_and_a_name_that_leads_nowhere(photos, editor, qtbot):
    editor.photo_path("1").write_bytes(b"no photo")
    with qtbot.waitSignal(photos._preview_made):
        photos.model.preview(line(photos, "1"))
    assert photos.model.preview(line(photos, "1")) == (None, "unreadable")
    editor.apply(AddPhotos((PhotoEntry("9", "../x.png"),), ("9",)))
    assert photos.model.preview(line(photos, "9")) == (None, "no photo")
    tooltip = photos.model.data(photos.model.place_of("9"), Qt.ItemDataRole.ToolTipRole)
    assert "leads out of the folder" in tooltip
    photos.show()
    photos.grab()


# --- the menu


def test_a_photo_is_shown_beside_the_current_one_and_taken_away_again(photos, editor):
    actions = menu(photos, editor, "3")
    assert actions["photo_beside"].isEnabled()
    actions["photo_beside"].trigger()
    assert editor.cursor.partner_id == "3"
    menu(photos, editor, "3")["photo_alone"].trigger()
    assert editor.cursor.partner_id is None
    assert not menu(photos, editor, "1")["photo_beside"].isEnabled()
    menu(photos, editor, "4")["photo_go"].trigger()
    assert editor.photo_id == "4"


def test_a_photo_is_flagged_without_going_there(photos, editor):
    editor.apply(AddSpecimen("20", "2"))
    menu(photos, editor, "2")["photo_flag"].trigger()
    assert [one.digitised.is_flagged for one in editor.state.on_photo("2")] == [True, True]
    menu(photos, editor, "2", "20")["photo_flag"].trigger()
    assert [one.digitised.is_flagged for one in editor.state.on_photo("2")] == [True, False]
    assert editor.photo_id == "1"
    editor.undo()
    editor.undo()
    assert not line(photos, "2").row.is_flagged


def test_a_reference_is_pinned_and_marked(photos, editor):
    menu(photos, editor, "3")["photo_pin"].trigger()
    assert editor.trail.pinned_id == "3"
    assert line(photos, "3").words == "0/4 · reference · not begun"
    action = menu(photos, editor, "3")["photo_pin"]
    assert action.text() == "No longer the reference"
    action.trigger()
    assert editor.trail.pinned_id is None


def test_a_specimen_is_added_and_removed(photos, editor, monkeypatch):
    assert not menu(photos, editor, "3")["photo_remove_specimen"].isEnabled()
    menu(photos, editor, "3")["photo_add_specimen"].trigger()
    new = editor.on("a").specimen_id
    assert editor.state.ids_by_photo["3"] == ("3", new)
    assert not menu(photos, editor, "3")["photo_remove_specimen"].isEnabled()
    asked = []
    monkeypatch.setattr(dialogs, "agrees", lambda *words: asked.append(words[2]))
    editor.click((3, 3))
    menu(photos, editor, "3", new)["photo_remove_specimen"].trigger()
    assert asked == ["Remove specimen 2 of photos/leaf c.png?"]
    assert new in editor.state.specimens
    menu(photos, editor, "3", "3")["photo_remove_specimen"].trigger()
    assert len(asked) == 1  # nothing is noted of it
    assert editor.state.ids_by_photo["3"] == (new,)


def test_the_folder_of_a_photo_is_opened(photos, editor, monkeypatch):
    opened, told = [], []
    monkeypatch.setattr(
        photo_menu.QDesktopServices, "openUrl", lambda url: bool(opened.append(url.toLocalFile()))
    )
    editor.told.connect(told.append)
    menu(photos, editor, "3")["photo_reveal"].trigger()
    assert opened == [str(editor.photo_path("3").parent)]
    assert "file manager" in told[0]


def test_the_menu_opens_where_it_is_asked_for(photos, editor, qtbot):
    photos.show()
    place = photos.view.visualRect(photos.model.place_of("3")).center()
    photos.view.customContextMenuRequested.emit(place)
    made = photos.findChild(PhotoMenu)
    assert made is not None
    assert all(one.toolTip() for one in made.actions() if one.objectName())
    made.close()
    photos.view.customContextMenuRequested.emit(QPoint(5, 5000))
    qtbot.waitUntil(lambda: photos.findChild(PhotoMenu) is None)

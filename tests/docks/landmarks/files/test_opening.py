"""Projects are opened and made, photos added, and landmarks taken out, each by its dialog."""

import json
from threading import Event

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.utils.notifications import notification_manager
from PIL import Image
from qtpy.QtWidgets import QWidget

from answers_given import Answers
from napari_dinosar.core.schema import Schema
from napari_dinosar.docks.landmarks.files.opening import Opening
from napari_dinosar.editing.editor import Editor
from napari_dinosar.io.landmark_files import read_landmarks
from napari_dinosar.io.photos import read_photo
from napari_dinosar.project.edits import Place
from napari_dinosar.project.store import Project
from napari_dinosar.showing import show_photo
from project_made import schema


@pytest.fixture
def photos(tmp_path):
    for name in ("a.png", "b.png", "c.png"):
        Image.new("RGB", (60, 40), "white").save(tmp_path / name)
    return tmp_path


@pytest.fixture
def project_file(photos):
    path = photos / "leaves.json"
    Project.new(path, [photos / "a.png", photos / "b.png"], schema()).close()
    return path


@pytest.fixture
def editor():
    editor = Editor()
    yield editor
    editor.close(discard=True)


@pytest.fixture
def opening(qtbot, editor):
    window = QWidget()
    qtbot.addWidget(window)
    opening = Opening(editor, ViewerModel(), window, Answers())
    yield opening
    assert not opening.exchange.jobs.busy


@pytest.fixture
def told(editor):
    said = []
    editor.told.connect(said.append)
    return said


def refusal():
    return notification_manager.records[-1].message


def from_napari(opening):
    opening.new_project()
    opening.dialog.photos.layers.click()
    return opening.dialog


def dialog_of(opening, qtbot):
    qtbot.waitUntil(lambda: opening.dialog is not None)
    return opening.dialog


# --- opening


def test_a_project_is_opened(opening, editor, project_file):
    opening.ask.given["file"] = project_file
    opening.open()
    assert editor.project.path == project_file
    assert editor.cursor is not None


def test_the_same_project_is_not_opened_twice(opening, editor, project_file, told):
    opening.open_path(project_file)
    project = editor.project
    opening.open_path(str(project_file))
    assert editor.project is project
    assert told == ["leaves.json is open already."]


def test_another_project_takes_its_place_when_it_may_be_left(opening, editor, project_file, photos):
    opening.open_path(project_file)
    other = photos / "other.json"
    Project.new(other, [photos / "c.png"], schema()).close()
    opening.may_leave = lambda: False
    opening.open_path(other)
    assert editor.project.path == project_file
    opening.may_leave = lambda: True
    opening.open_path(other)
    assert editor.project.path == other
    # what was refused or left holds no file for itself
    with Project.open(project_file) as again:
        assert again.others == ()


@pytest.fixture
def large(project_file, monkeypatch):
    """Let the project be too large to be read at once."""
    monkeypatch.setattr("napari_dinosar.docks.landmarks.files.opening.AT_ONCE_BYTES", 1)
    return project_file


def test_a_large_project_is_read_in_a_worker(opening, editor, large, qtbot):
    opening.open_path(large)
    assert editor.project is None
    qtbot.waitUntil(lambda: editor.project is not None)
    assert editor.project.path == large


def test_a_large_project_can_be_given_up_while_it_is_read(opening, editor, large, qtbot):
    opening.open_path(large)
    with qtbot.waitSignal(opening.exchange.jobs.cancelled):
        opening.exchange.jobs.cancel()
    assert editor.project is None
    with Project.open(large) as again:
        assert again.others == ()


def test_a_folder_with_one_project_opens_it(opening, editor, project_file, photos):
    (photos / "other.json").write_text('{"a": 1}')
    opening.ask.given["folder"] = photos
    opening.open_folder()
    assert editor.project.path == project_file


@pytest.mark.parametrize(("answer", "name"), [(0, "landmarks.json"), (1, "leaves.json")])
def test_several_projects_in_a_folder_are_offered(
    opening, editor, project_file, photos, answer, name
):
    Project.new(photos / "landmarks.json", [photos / "c.png"], schema()).close()
    opening.ask.given["one_of"] = answer
    opening.open_path(photos)
    answers = ("landmarks.json", "leaves.json", "A new project of the photos")
    assert opening.ask.asked[-1] == ("one_of", answers)
    assert editor.project.path.name == name


def test_a_folder_of_photos_offers_a_new_project(opening, photos):
    opening.open_path(photos)
    assert opening.dialog.photos.count.text().replace("\u200b", "") == f"3 photos in {photos}"


def test_what_cannot_be_opened_is_said(opening, editor, tmp_path):
    broken = tmp_path / "broken.json"
    broken.write_text('{"images": [], "annotations": 3, "napari_dinosar": {}}')
    opening.open_path(broken)
    assert "broken.json" in refusal()
    assert editor.project is None


# --- new projects


def fill(dialog, names="tip\nbase"):
    dialog.choice.names.setPlainText(names)
    dialog.category.setText("leaf")


def test_a_project_is_made_of_a_folder(opening, editor, photos):
    opening.new_project()
    dialog = opening.dialog
    assert not dialog.make.isEnabled()
    opening.ask.given["folder"] = photos
    dialog.photos.folder.click()
    assert dialog.place.text() == str(photos / "landmarks.json")
    assert not dialog.make.isEnabled()
    fill(dialog)
    dialog.make.click()
    assert opening.dialog is None
    assert editor.project.path == photos / "landmarks.json"
    assert editor.schema.names == ("tip", "base")
    assert editor.schema.category == "leaf"
    assert [one.file_name for one in editor.state.photos.values()] == ["a.png", "b.png", "c.png"]


def test_a_file_that_is_there_is_never_written_over(opening, editor, photos):
    (photos / "landmarks.json").write_text("mine")
    opening.new_project(folder=photos)
    dialog = opening.dialog
    assert dialog.place.text() == str(photos / "landmarks_2.json")
    fill(dialog)
    opening.ask.given["new_file"] = photos / "landmarks.json"
    dialog.browse.click()
    assert not dialog.make.isEnabled()
    assert "exists already" in dialog.lacking.text()
    assert (photos / "landmarks.json").read_text() == "mine"


def test_some_files_are_taken_and_photos_elsewhere_refused(opening, editor, photos):
    opening.ask.given |= {"files": (photos / "b.png",), "new_file": photos / "sub" / "p.json"}
    (photos / "sub").mkdir()
    opening.new_project()
    dialog = opening.dialog
    dialog.photos.files.click()
    fill(dialog)
    dialog.browse.click()
    dialog.make.click()
    assert dialog.isVisible()
    assert "Put the file of the project beside" in dialog.banner.label.text()
    assert not (photos / "sub" / "p.json").exists()
    dialog.place.setText(str(photos / "p.json"))
    dialog.make.click()
    assert [one.file_name for one in editor.state.photos.values()] == ["b.png"]


def test_a_folder_without_photos_is_refused(opening, tmp_path):
    opening.new_project(folder=tmp_path)
    assert "There are no photos" in opening.dialog.banner.label.text()


@pytest.mark.parametrize(("names", "problem"), [("a\na", "'a' twice"), (" \n", "at least one")])
def test_unfinished_landmarks_are_said(opening, photos, names, problem):
    opening.new_project(folder=photos)
    fill(opening.dialog, names)
    assert problem in opening.dialog.lacking.text()
    assert not opening.dialog.make.isEnabled()


def test_landmarks_are_numbered(opening, photos):
    opening.new_project(folder=photos)
    opening.dialog.choice.count.setValue(3)
    assert opening.dialog.schema().names == ("1", "2", "3")


def test_landmarks_come_from_a_file(opening, photos, project_file):
    opening.new_project(folder=photos)
    dialog = opening.dialog
    opening.ask.given["file"] = project_file
    dialog.choice.choose.click()
    assert dialog.schema() == schema()
    assert "4 landmarks, from leaves.json" in dialog.choice.file_name.text().replace("\u200b", "")
    (photos / "bad.txt").write_text("dear all")
    opening.ask.given["file"] = photos / "bad.txt"
    dialog.choice.choose.click()
    assert dialog.banner.isVisible()
    assert dialog.schema() == schema()


def test_landmarks_are_described_in_a_window_of_their_own(opening, photos):
    opening.new_project(folder=photos)
    dialog = opening.dialog
    fill(dialog)
    dialog.choice.detail.click()
    model = dialog.described.model
    model.setData(model.index(0, 2), "the very end")
    dialog.described.ok.click()
    assert dialog.schema().landmarks[0].definition == "the very end"
    assert dialog.schema().category == "leaf"


def test_photos_of_napari_without_a_file_are_saved_beside_the_project(opening, editor, photos):
    pixels = np.arange(40 * 60 * 3).astype(np.uint8).reshape(40, 60, 3)
    viewer = opening._viewer
    viewer.add_image(pixels, name="a/b: c", rgb=True)
    viewer.add_labels(np.zeros((4, 4), int))
    show_photo(viewer, read_photo(photos / "a.png"), None)
    dialog = from_napari(opening)
    assert dialog.photos.save_pixels.isVisible()
    assert dialog.place.text() == str(photos / "landmarks.json")
    fill(dialog)
    assert sorted(one.name for one in photos.iterdir()) == ["a.png", "b.png", "c.png"]
    dialog.make.click()
    names = [one.file_name for one in editor.state.photos.values()]
    assert names[0] == "a.png"
    np.testing.assert_array_equal(np.array(Image.open(photos / names[1])), pixels)
    assert names[1].endswith("c.png")
    # the editor shows the photos from now on
    images = [one for one in viewer.layers if one.name in ("a/b: c", "a.png")]
    assert images
    assert not any(one.visible for one in images)


def test_they_are_left_out_when_they_are_not_to_be_saved(opening, editor, photos):
    opening._viewer.add_image(np.zeros((40, 60, 3), np.uint8), rgb=True)
    dialog = from_napari(opening)
    fill(dialog)
    dialog.place.setText(str(photos / "p.json"))
    dialog.photos.save_pixels.setChecked(False)
    assert not dialog.make.isEnabled()


def test_what_is_no_photo_is_named(opening):
    opening._viewer.add_image(np.zeros((2, 6, 8)), name="stack")
    dialog = from_napari(opening)
    assert "'stack' is a stack" in dialog.photos.count.text()
    assert not dialog.photos.has_any


# --- what comes in and goes out


def test_a_file_of_landmarks_becomes_a_project(opening, editor, photos, qtbot):
    (photos / "m.tps").write_text("LM=1\n10 5\nIMAGE=a.png\nID=7\n")
    opening.open_path(photos / "m.tps")
    dialog_of(opening, qtbot).agree.click()
    assert editor.state.point("7", "1").xy == (10, 35)


def test_landmarks_come_into_the_open_project(
    opening, editor, project_file, photos, qtbot, told, tmp_path_factory
):
    opening.open_path(project_file)
    # the photos are looked for where the project has them
    table = tmp_path_factory.mktemp("download") / "m.csv"
    table.write_text("specimen,photo,landmark,x,y\ns,b.png,tip,3,4\n")
    opening.ask.given["file"] = table
    opening.import_landmarks()
    dialog = dialog_of(opening, qtbot)
    assert dialog.target.add.isChecked()
    dialog.agree.click()
    assert editor.state.point("s", "tip").xy == (3, 4)
    assert told[-1] == "Imported. One undo takes it back."


def test_photos_of_an_import_are_looked_for_elsewhere(opening, photos, qtbot, tmp_path_factory):
    table = tmp_path_factory.mktemp("download") / "m.tps"
    table.write_text("LM=1\n10 5\nIMAGE=a.png\nID=7\n")
    opening.open_path(table)
    dialog = dialog_of(opening, qtbot)
    assert not dialog.agree.isEnabled()
    opening.ask.given["folder"] = photos
    dialog.folder.click()
    qtbot.waitUntil(dialog.agree.isEnabled)
    dialog.reject()


def test_a_file_of_no_format_is_refused(opening, photos, qtbot):
    (photos / "notes.txt").write_text("dear all")
    n_before = len(notification_manager.records)
    opening.open_path(photos / "notes.txt")
    qtbot.waitUntil(lambda: len(notification_manager.records) > n_before)
    assert "none of the formats" in refusal()


def test_a_copy_is_saved_elsewhere_and_the_project_stays(opening, editor, project_file, told):
    opening.exchange.save_copy()
    assert "No landmark project is open" in refusal()
    opening.open_path(project_file)
    editor.click((3.0, 4.0))
    copy = project_file.with_name("leaves_copy.json")
    opening.ask.given["new_file"] = copy
    opening.exchange.save_copy()
    assert opening.ask.asked[-1][2] == copy
    assert told[-1] == f"A copy is in {copy}."
    assert json.loads(copy.read_text())["annotations"][0]["keypoints"][:2] == [3.0, 4.0]
    assert (editor.project.path, editor.project.n_unsaved) == (project_file, 1)
    opening.exchange.save_copy()
    assert "exists already" in refusal()


def test_landmarks_are_exported_and_losses_said_before(
    opening, editor, project_file, photos, qtbot, told
):
    opening.open_path(project_file)
    editor.apply(Place("1", "tip", (10, 35)))
    opening.export_landmarks()
    dialog = dialog_of(opening, qtbot)
    dialog.kind.setCurrentIndex(dialog.kind.findData("tps"))
    said = dialog.losses.text()
    assert said.startswith("1 specimen would be written.")
    assert "cannot hold the skeleton" in said
    dialog.blank.click()
    assert dialog.losses.text().startswith("2 specimens")
    opening.ask.given["new_file"] = photos / "out.tps"
    dialog.write.click()
    assert told == ["out.tps is written."]
    again = read_landmarks(photos / "out.tps", photo_sizes={"a.png": (60, 40)})
    assert again.specimens[0].xy[0].tolist() == [10, 35]


def test_the_project_itself_is_never_written_over(opening, editor, project_file, qtbot):
    opening.open_path(project_file)
    editor.apply(Place("1", "tip", (10, 35)))
    opening.ask.given["new_file"] = project_file
    before = project_file.read_bytes()
    opening.export_landmarks()
    dialog = dialog_of(opening, qtbot)
    dialog.write.click()
    assert "is the project itself" in dialog.banner.label.text()
    assert project_file.read_bytes() == before
    opening.ask.given["new_file"] = None
    dialog.write.click()
    assert dialog.isVisible()


def test_photos_are_added_once(opening, editor, project_file, photos, told):
    opening.open_path(project_file)
    opening.ask.given["files"] = (photos / "b.png", photos / "c.png")
    opening.add_photos()
    names = [one.file_name for one in editor.state.photos.values()]
    assert names == ["a.png", "b.png", "c.png"]
    assert told == ["1 photo added, 1 listed already."]
    editor.undo()
    assert len(editor.state.photos) == 2


def test_photos_elsewhere_are_refused(opening, editor, project_file, tmp_path_factory):
    opening.open_path(project_file)
    other = tmp_path_factory.mktemp("other") / "x.png"
    other.touch()
    opening.add_photos((other,))
    assert "x.png is not in" in refusal()
    assert len(editor.state.photos) == 2


def test_the_schema_is_changed_by_one_edit(opening, editor, project_file):
    opening.open_path(project_file)
    opening.edit_schema()
    dialog = opening.dialog
    dialog.model.setData(dialog.model.index(0, 1), "apex")
    dialog.ok.click()
    assert editor.schema.names[0] == "apex"
    editor.undo()
    assert editor.schema == schema()


@pytest.mark.parametrize("name", ["edit_schema", "add_photos", "export_landmarks"])
def test_without_a_project_it_is_said(opening, name):
    getattr(opening, name)()
    assert "No landmark project is open" in refusal()
    assert opening.dialog is None


def test_questions_that_are_not_answered_do_nothing(opening, editor):
    for ask in (opening.open, opening.open_folder, opening.import_landmarks):
        ask()
    assert opening.dialog is None
    assert editor.project is None


def test_a_new_project_is_a_plain_coco_file(opening, editor, photos):
    opening.new_project(folder=photos)
    fill(opening.dialog)
    opening.dialog.make.click()
    document = json.loads(editor.project.path.read_text())
    assert document["categories"][0]["keypoints"] == ["tip", "base"]
    assert isinstance(editor.schema, Schema)


def test_progress_is_shown_and_stops_the_reading(opening, qtbot):
    jobs, progress = opening.exchange.jobs, opening.exchange.progress
    stages = []
    jobs.progressed.connect(lambda *stage: stages.append(stage))

    def endless():
        while True:
            yield "Reading", 3, 7
            Event().wait(0.005)  # as reading takes its time

    jobs.start(endless, on_result=lambda _: None)
    qtbot.waitUntil(lambda: bool(stages))
    assert progress.labelText() == "Reading…"
    assert (progress.value(), progress.maximum()) == (3, 7)
    with qtbot.waitSignal(jobs.cancelled):
        progress.canceled.emit()
    assert not progress.isVisible()

"""An import is seen on its photos, repaired as somebody agrees to, and only then carried out."""

import pytest
from PIL import Image

from napari_dinosar.core.schema import LandmarkDefinition, Schema
from napari_dinosar.docks.landmarks.files.import_dialog import ImportDialog
from napari_dinosar.docks.landmarks.panels.colours import first_colours
from napari_dinosar.editing.editor import Editor
from napari_dinosar.editing.importing import read_for_import
from napari_dinosar.project.edits import Place
from napari_dinosar.project.store import Project

WIDTH, HEIGHT = 60, 40
ODD = """LM=2
10 5
50 35
IMAGE=a.png
ID=0
LM=2
12 5
-1 -1
IMAGE=b.png
ID=0
LM=2
14 5
50 30
IMAGE=gone.png
ID=2
"""


@pytest.fixture
def folder(tmp_path):
    for name in ("a.png", "b.png"):
        Image.new("RGB", (WIDTH, HEIGHT), (200, 220, 255)).save(tmp_path / name)
    (tmp_path / "marks.tps").write_text(ODD)
    return tmp_path


@pytest.fixture
def editor(folder):
    names = [LandmarkDefinition("tip"), LandmarkDefinition("base")]
    project = Project.new(folder / "open.json", [folder / "a.png"], Schema(tuple(names)))
    editor = Editor()
    editor.open(project)
    yield editor
    project.close(discard=True)


@pytest.fixture
def make(qtbot, folder):
    """Return a function that makes a dialog, with what came out of it."""

    def make(editor=None, ask_place=lambda _: None):
        dialog = ImportDialog(editor or Editor(), first_colours(), ask_place)
        qtbot.addWidget(dialog)
        done = []
        dialog.imported.connect(done.append)
        dialog.show_import(read_for_import(folder / "marks.tps"))
        dialog.show()
        return dialog, done

    return make


def repairs(dialog):
    return {
        row.finding.kind: row.box.isChecked() for row in dialog.findings.rows if row.box is not None
    }


def row_of(dialog, kind):
    return next(row for row in dialog.findings.rows if row.finding.kind == kind)


def plain(label):
    return label.text().replace("\u200b", "")


def test_it_says_what_was_read_and_found(make, folder):
    dialog, _ = make()
    assert plain(dialog.facts).splitlines() == [
        "marks.tps (TPS)",
        "3 specimens of 2 landmarks",
        f"2 of 3 photos found in {folder}",
    ]
    assert repairs(dialog) == {"negatives": True, "y_flip": True, "duplicate_ids": True}
    assert row_of(dialog, "missing_photo").box is None


def test_the_overlay_shows_at_once_what_a_repair_does(make):
    dialog, _ = make()
    overlay = dialog.browser.preview.overlay
    assert overlay.now_xy[0].tolist() == [10, 35]
    assert overlay.before_xy[0].tolist() == [10, 5]
    row_of(dialog, "y_flip").box.click()
    assert repairs(dialog)["y_flip"] is False
    assert dialog.browser.preview.overlay.now_xy[0].tolist() == [10, 5]
    assert not dialog.browser.preview.overlay.is_moved
    row_of(dialog, "y_flip").box.click()
    assert dialog.browser.preview.overlay.now_xy[0].tolist() == [10, 35]


def test_the_photo_is_painted_with_the_landmarks_where_they_belong(make, qtbot):
    dialog, _ = make()
    preview = dialog.browser.preview
    qtbot.waitUntil(lambda: preview._image is not None)
    picture = preview.grab().toImage()

    def colour(x, y):
        at = preview.place(x, y).toPoint()
        ratio = picture.devicePixelRatio()
        return picture.pixelColor(int(at.x() * ratio), int(at.y() * ratio)).name()

    photo, disc = "#c8dcff", "#e69f00"
    assert colour(30, 20) == photo
    assert colour(10, 35) == disc
    assert colour(10, 5) not in (photo, disc)
    dialog.browser.before.setChecked(False)
    picture = preview.grab().toImage()
    assert colour(10, 5) == photo


def test_one_goes_through_the_specimens_that_a_finding_is_about(make):
    dialog, _ = make()
    browser = dialog.browser
    assert browser.count.text() == "1 of 3"
    browser.previous.click()
    assert browser.place == 2
    assert "was not found" in browser.preview.message
    row_of(dialog, "negatives").show_button.click()
    assert (browser.place, browser.count.text()) == (1, "1 of 1")
    assert not browser.next.isEnabled()
    assert "Specimen 0_2 on b.png" in plain(browser.caption)


def test_a_new_project_is_made_of_it(make, folder):
    dialog, done = make()
    assert dialog.target.place.text() == str(folder / "landmarks.json")
    assert "Left out, since their photos were not found: 2." in plain(dialog.target.summary)
    assert not (folder / "landmarks.json").exists()
    dialog.agree.click()
    with done[0] as project:
        assert [*project.state.specimens] == ["0", "0_2"]
        assert project.state.point("0", "1").xy == (10, 35)
        assert project.state.point("0_2", "2").state == "missing"


def test_a_file_that_is_there_is_never_written_over(make, folder):
    there = folder / "there.json"
    there.write_text("mine")
    dialog, done = make(ask_place=lambda _: there)
    dialog.target.browse.click()
    assert not dialog.agree.isEnabled()
    assert "exists already" in dialog.banner.label.text()
    there.unlink()
    dialog.target.place.setText(str(folder / "landmarks.json"))
    (folder / "landmarks.json").write_text("somebody was quicker")
    dialog.accept()
    assert dialog.isVisible()
    assert "exists already" in dialog.banner.label.text()
    assert done == []


def test_nothing_happens_before_somebody_agrees(make, folder, editor):
    before = sorted(folder.iterdir())
    state = editor.state
    dialog, done = make(editor)
    dialog.reject()
    assert (editor.state, done, sorted(folder.iterdir())) == (state, [], before)


def test_it_goes_into_the_open_project_as_one_step(make, editor):
    dialog, done = make(editor)
    assert dialog.target.add.isChecked()
    assert "1 photo and 1 specimen come in; 3 landmarks would be set" in plain(
        dialog.target.summary
    )
    dialog.agree.click()
    assert done == [None]
    assert editor.state.point("0_2", "tip").xy == (12, 35)
    editor.undo()
    assert len(editor.state.photos) == 1


def test_an_edit_that_came_meanwhile_stays(make, editor):
    dialog, _ = make(editor)
    editor.remark(note="torn")
    dialog.agree.click()
    assert editor.state.specimens["1"].digitised.note == "torn"
    assert editor.state.specimens["1"].digitised.placed.all()


def test_what_is_there_already_is_not_imported_again(make, editor):
    dialog, _ = make(editor)
    dialog.agree.click()
    again, _ = make(editor)
    assert "nothing would change" in again.target.summary.text()
    assert not again.agree.isEnabled()


def test_what_a_person_placed_is_asked_for(make, editor):
    editor.apply(Place("1", "tip", (11, 20)))
    dialog, _ = make(editor)
    conflicts = dialog.target.conflicts
    assert conflicts.isVisible()
    row = [conflicts.table.item(0, column).text() for column in range(3)]
    assert row == ["a.png", "tip", "15 px"]
    assert conflicts.choices() == {"1": "mine"}
    conflicts.buttons["theirs"].click()
    assert conflicts.table.cellWidget(0, 3).currentText() == "Take theirs"
    conflicts.table.cellWidget(0, 3).setCurrentText("Keep mine")
    assert conflicts.choices() == {"1": "mine"}
    dialog.agree.click()
    assert editor.state.point("1", "tip").xy == (11, 20)
    assert editor.state.point("1", "base").xy == (50, 5)


def test_theirs_is_taken_when_it_is_chosen(make, editor):
    editor.apply(Place("1", "tip", (11, 20)))
    dialog, _ = make(editor)
    dialog.target.conflicts.buttons["theirs"].click()
    dialog.agree.click()
    assert editor.state.point("1", "tip").xy == (10, 35)


def test_landmarks_that_the_project_lacks_are_added_when_they_are_wanted(make, editor, folder):
    (folder / "marks.tps").write_text(ODD.replace("LM=2", "LM=3").replace("IMAGE", "20 20\nIMAGE"))
    dialog, _ = make(editor)
    box = dialog.target.with_new
    assert box.isVisible()
    assert not box.isChecked()
    assert box.text() == "Add the landmarks that it lacks: 1, 2, 3"
    box.click()
    dialog.agree.click()
    assert editor.schema.names == ("tip", "base", "1", "2", "3")


def test_without_any_photo_the_folder_is_asked_for(make, qtbot, folder, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("photos")
    for name in ("a.png", "b.png"):
        (folder / name).rename(elsewhere / name)
    dialog, _ = make()
    assert not dialog.agree.isEnabled()
    with qtbot.waitSignal(dialog.folder_wanted):
        dialog.folder.click()
    dialog.show_import(read_for_import(folder / "marks.tps", elsewhere))
    assert dialog.agree.isEnabled()
    assert dialog.target.place.text() == str(elsewhere / "landmarks.json")


def test_it_fits_a_small_screen(make):
    dialog, _ = make()
    assert dialog.minimumSizeHint().width() < 1300
    assert dialog.minimumSizeHint().height() < 650

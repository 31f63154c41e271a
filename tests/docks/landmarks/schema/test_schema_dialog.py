"""Landmarks are changed in a window, and the result is one edit."""

import pytest
from qtpy.QtCore import QModelIndex, Qt
from qtpy.QtWidgets import QLineEdit

from answers_given import Answers
from napari_dinosar.core.schema import LandmarkDefinition, Schema
from napari_dinosar.docks.landmarks.panels.colours import first_colours
from napari_dinosar.docks.landmarks.schema.model import DEFINITION, NAME, PARTNER, SWATCH
from napari_dinosar.docks.landmarks.schema.schema_dialog import SchemaDialog
from napari_dinosar.editing.schema_files import read_schema, write_schema
from napari_dinosar.project.edits import Place
from project_made import schema, state

MOVE = Qt.DropAction.MoveAction


@pytest.fixture
def project():
    return Place("1", "tip", (5, 6)).apply(state())


@pytest.fixture
def make(qtbot, project):
    """Return a function that makes a dialog, with the edits that come out of it."""

    def make(start=project, **answers):
        dialog = SchemaDialog(start, first_colours(), Answers(**answers))
        qtbot.addWidget(dialog)
        edits = []
        dialog.changed.connect(edits.append)
        dialog.show()
        return dialog, edits

    return make


def write(dialog, row, column, value):
    dialog.model.setData(dialog.model.index(row, column), value)


def shown(dialog, column):
    model = dialog.model
    return [model.index(row, column).data() for row in range(model.rowCount())]


def test_it_shows_the_schema_and_changes_nothing_by_itself(make):
    dialog, edits = make()
    assert shown(dialog, NAME) == ["tip", "base", "left", "right"]
    assert shown(dialog, PARTNER) == ["", "", "right", "left"]
    assert dialog.edges.list.item(0).text() == "tip — base"
    dialog.ok.click()
    assert edits == []
    assert not dialog.isVisible()


@pytest.mark.parametrize("name", ["Ok", "Add", "Down"])
def test_a_cell_that_is_still_written_into_counts(make, project, name):
    dialog, edits = make()
    view, index = dialog.table.view, dialog.model.index(0, NAME)
    view.setCurrentIndex(index)
    view.edit(index)
    view.findChild(QLineEdit).setText("apex")
    # as a click where buttons take no focus
    (dialog.table.buttons.get(name) or dialog.ok).click()
    dialog.ok.click()
    assert "apex" in edits[0].schema.names
    assert "tip" not in edits[0].schema.names


def test_what_is_written_into_cells_is_one_edit(make, project):
    dialog, (edits) = make(colour="#112233")
    write(dialog, 0, NAME, "apex")
    write(dialog, 0, DEFINITION, "the very end")
    write(dialog, 0, PARTNER, dialog.draft.rows[1].key)
    dialog.table.select([0])
    dialog.table.buttons["Colour"].click()
    dialog.category.setText("")
    dialog.category.textEdited.emit("wing")
    dialog.ok.click()
    (edit,) = edits
    after = edit.apply(project)
    assert after.schema.landmarks[0] == LandmarkDefinition(
        "apex", "#112233", "the very end", "base"
    )
    assert after.schema.category == "wing"
    assert after.point("1", "apex").xy == (5, 6)


def test_a_partner_is_chosen_from_the_others(make):
    dialog, _ = make()
    delegate = dialog.table.view.itemDelegateForColumn(PARTNER)
    index = dialog.model.index(2, PARTNER)
    box = delegate.createEditor(dialog, None, index)
    assert [box.itemText(n) for n in range(box.count())] == [
        "none (midline)",
        "tip",
        "base",
        "right",
    ]
    delegate.setEditorData(box, index)
    assert box.currentText() == "right"
    box.setCurrentText("tip")
    delegate.setModelData(box, dialog.model, index)
    assert shown(dialog, PARTNER) == ["left", "", "tip", ""]


def test_a_double_click_on_a_swatch_asks_for_a_colour(make):
    dialog, _ = make(colour="#abcdef")
    dialog.table.view.doubleClicked.emit(dialog.model.index(1, SWATCH))
    assert dialog.draft.rows[1].colour == "#abcdef"
    dialog._ask.given["colour"] = None
    dialog.table.view.doubleClicked.emit(dialog.model.index(1, SWATCH))
    assert dialog.draft.rows[1].colour == "#abcdef"


def test_rows_move_by_buttons_and_by_dragging(make):
    dialog, _ = make()
    table, model = dialog.table, dialog.model
    table.select([0])
    table.buttons["Down"].click()
    assert shown(dialog, NAME) == ["base", "tip", "left", "right"]
    assert table.selected() == [1]
    table.buttons["Up"].click()
    table.buttons["Up"].click()
    assert shown(dialog, NAME) == ["tip", "base", "left", "right"]
    dragged = model.mimeData([model.index(3, NAME), model.index(3, PARTNER)])
    assert not model.dropMimeData(dragged, MOVE, 1, 0, QModelIndex())
    assert shown(dialog, NAME) == ["tip", "right", "base", "left"]
    assert table.selected() == [1]
    model.dropMimeData(model.mimeData([model.index(0, NAME)]), MOVE, -1, -1, QModelIndex())
    assert shown(dialog, NAME)[-1] == "tip"


def test_what_is_unfinished_is_said_at_once(make):
    dialog, edits = make()
    write(dialog, 0, NAME, "base")
    assert not dialog.ok.isEnabled()
    assert dialog.banner.isVisible()
    assert "'base' twice" in dialog.banner.label.text()
    dialog.accept()
    assert dialog.isVisible()
    assert edits == []
    write(dialog, 0, NAME, "tip")
    assert dialog.ok.isEnabled()
    assert not dialog.banner.isVisible()


@pytest.mark.parametrize("agrees", [True, False])
def test_points_go_only_when_the_user_agrees(make, project, agrees):
    dialog, edits = make(agrees=agrees)
    dialog.table.select([0])
    dialog.table.buttons["Remove"].click()
    dialog.ok.click()
    assert "tip: on 1 specimen" in dialog._ask.asked[-1][1]
    assert len(edits) == agrees
    assert dialog.isVisible() != agrees


def test_landmarks_without_points_go_without_a_question(make):
    dialog, edits = make()
    dialog.table.select([1])
    dialog.table.buttons["Remove"].click()
    dialog.ok.click()
    assert dialog._ask.asked == []
    assert edits[0].schema.names == ("tip", "left", "right")


def test_a_landmark_is_added_and_named(make):
    dialog, edits = make()
    dialog.table.buttons["Add"].click()
    write(dialog, 4, NAME, "eye")
    dialog.ok.click()
    assert edits[0].schema.names[-1] == "eye"


def test_lines_are_joined_and_removed(make):
    dialog, edits = make()
    edges = dialog.edges
    edges.list.selectAll()
    edges.remove_button.click()
    edges.first.setCurrentText("tip")
    edges.second.setCurrentText("left")
    edges.join_button.click()
    # the end of a line is where the next one begins
    assert (edges.first.currentText(), edges.second.currentText()) == ("left", "right")
    edges.join_button.click()
    dialog.ok.click()
    assert edits[0].schema.skeleton == ((0, 2), (2, 3))


def test_landmarks_are_joined_in_order(make):
    dialog, _ = make()
    dialog.draft.edges.clear()
    dialog.table.select([0, 2, 3])
    dialog.edges.order_button.click()
    assert dialog.schema().skeleton == ((0, 2), (2, 3))
    dialog.draft.edges.clear()
    dialog.table.select([])
    dialog.edges.order_button.click()
    assert dialog.schema().skeleton == ((0, 1), (1, 2), (2, 3))


def test_sides_are_paired_by_name(make):
    names = ("eye_L", "eye_R", "tail")
    dialog, _ = make(Schema(tuple(map(LandmarkDefinition, names))))
    dialog.table.buttons["Pair"].click()
    assert shown(dialog, PARTNER) == ["eye_R", "eye_L", ""]


def test_a_schema_is_saved_and_loaded(make, tmp_path):
    path = tmp_path / "schema.json"
    dialog, edits = make(new_file=path)
    dialog.save_button.click()
    assert read_schema(path) == schema()
    write_schema(
        path, Schema((LandmarkDefinition("tip"), LandmarkDefinition("eye"))), overwrite=True
    )
    dialog._ask.given |= {"file": path, "agrees": True}
    dialog.load_button.click()
    assert shown(dialog, NAME) == ["tip", "eye"]
    dialog.ok.click()
    assert edits[0].schema.names == ("tip", "eye")


def test_a_file_that_cannot_be_read_is_said(make, tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("dear all")
    dialog, _ = make(file=path, new_file=path)
    dialog.load_button.click()
    assert "none of the formats" in dialog.banner.label.text().replace("\u200b", "")
    dialog.save_button.click()
    assert path.read_text() == "dear all"
    assert "not overwritten" in dialog.banner.label.text()


def test_a_schema_of_no_project_loses_nothing(make):
    dialog, _ = make(schema())
    dialog.table.select([0])
    dialog.table.buttons["Remove"].click()
    dialog.ok.click()
    assert dialog._ask.asked == []
    assert dialog.schema().names == ("base", "left", "right")

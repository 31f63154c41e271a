"""The table shows what is placed, draws anew what changed alone, and acts on the editor."""

import pytest
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QAbstractButton, QWidget

from napari_dinosar.core.schema import LandmarkDefinition, Schema
from napari_dinosar.docks.landmarks.table import landmark_table
from napari_dinosar.docks.landmarks.table.landmark_table import LandmarkTable
from napari_dinosar.editing.editor import Editor
from napari_dinosar.editing.keys import key
from napari_dinosar.project.edits import ChangeSchema, Propose, RemoveSpecimen
from napari_dinosar.project.store import Project
from panels_made import place
from project_made import new_project


@pytest.fixture
def table(qtbot, editor):
    table = LandmarkTable(editor)
    qtbot.addWidget(table)
    table.resize(300, 500)
    table.show()
    return table


def words(table, column=1):
    model = table.model
    return [model.index(row, column).data() for row in range(model.rowCount())]


def test_each_landmark_has_a_row_with_its_state(table, editor):
    place(editor, "1", "tip base")
    editor.go_to_landmark(1)
    editor.set_state("occluded")
    editor.go_to_landmark(2)
    editor.set_state("absent")
    editor.apply(Propose("1", "right", (1, 2)))
    assert words(table, 0) == ["1  tip", "2  base", "3  left", "4  right"]
    assert words(table) == ["placed", "occluded", "absent", "proposed"]
    assert table.count.text() == "2/4 placed, 1 absent, 1 proposed"


def test_accepted_is_told_from_what_a_person_placed(table, editor):
    editor.apply(Propose("1", "tip", (1, 2)))
    editor.go_to_landmark(0)
    assert table.states.accept.isEnabled()
    table.states.accept.click()
    assert words(table)[0] == "accepted"
    editor.go_to_landmark(0)
    assert not table.states.accept.isEnabled()


def test_definition_and_partner_stand_below(table, editor):
    editor.go_to_landmark(0)
    assert table.definition.text() == "the far end"
    editor.go_to_landmark(2)
    assert table.definition.text() == "Partner: right."
    names = [LandmarkDefinition(name) for name in editor.schema.names]
    editor.apply(ChangeSchema(Schema(tuple(names))))
    assert table.definition.isHidden()


def test_a_click_on_a_row_makes_it_current_on_its_side(table, editor, qtbot):
    editor.pair_with("2")
    box = table.view.visualRect(table.model.index(2, 2))
    assert box.isValid()
    qtbot.mouseClick(table.view.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    assert (editor.cursor.landmark, editor.cursor.side) == (2, "b")


def test_the_second_column_is_there_for_two_specimens_alone(table, editor):
    assert table.view.isColumnHidden(2)
    place(editor, "2", "tip")
    editor.pair_with("2")
    assert not table.view.isColumnHidden(2)
    assert (words(table, 1)[0], words(table, 2)[0]) == ("missing", "placed")
    assert table.count.text() == "A: 0/4 placed\nB: 1/4 placed"


def test_only_what_changed_is_drawn_anew(table, editor):
    told = []
    table.model.dataChanged.connect(
        lambda first, last: told.append((first.row(), last.row(), first.column(), last.column()))
    )
    table.model.modelReset.connect(lambda: told.append("all"))
    place(editor, "3", "tip")
    assert told == []
    editor.step_landmark(1)
    assert sorted(told) == [(0, 0, 0, 2), (1, 1, 0, 2)]
    told.clear()
    place(editor, "1", "left")
    assert told == [(0, 3, 1, 1)]


def test_buttons_do_what_their_keys_do_and_name_them(table, editor):
    place(editor, "1", "tip")
    editor.go_to_landmark(0)
    table.states.occluded.click()
    assert editor.point.state == "occluded"
    assert table.states.occluded.isChecked()
    table.states.clear.click()
    assert editor.point.state == "missing"
    assert not table.states.clear.isEnabled()
    table.states.absent.click()
    assert editor.specimen.point(0).state == "absent"
    assert editor.cursor.landmark == 1
    assert table.states.absent.toolTip() == f"Absent (X)\n{key('absent').more}"
    assert "Backspace or Delete" in table.states.clear.toolTip()


def test_modes_are_three_buttons(table, editor, qtbot):
    table.findChild(QAbstractButton, "mode_through").click()
    assert editor.mode == "through"
    editor.set_mode("sequential")
    assert table.findChild(QAbstractButton, "mode_sequential").isChecked()


def test_nothing_takes_the_keys(table):
    parts = [table, *table.findChildren(QWidget)]
    greedy = [
        part.objectName()
        for part in parts
        if part.focusPolicy() != Qt.FocusPolicy.NoFocus
        and isinstance(part, (QAbstractButton, type(table.view)))
    ]
    assert greedy == []


def test_without_a_project_it_says_what_to_do(qtbot, tmp_path):
    editor = Editor()
    table = LandmarkTable(editor)
    qtbot.addWidget(table)
    assert table.count.text() == landmark_table.EMPTY
    assert not table.states.isVisibleTo(table)
    with Project.open(new_project(tmp_path)) as project:
        editor.open(project)
        assert table.count.text() == "0/4 placed"
        editor.close()
    assert table.count.text() == landmark_table.EMPTY


def test_it_survives_specimens_and_landmarks_that_go(table, editor):
    editor.add_specimen()
    editor.go_to_landmark(3)
    editor.apply(RemoveSpecimen(editor.cursor.specimen_id))
    assert words(table) == ["missing"] * 4
    editor.go_to_landmark(3)
    schema = editor.schema
    editor.apply(ChangeSchema(type(schema)(schema.landmarks[:2], (), schema.category)))
    assert words(table, 0) == ["1  tip", "2  base"]
    assert editor.cursor.landmark == 1


def test_the_current_row_is_scrolled_to(table, editor):
    many = Schema(tuple(LandmarkDefinition(f"L{number}") for number in range(100)))
    editor.apply(ChangeSchema(many))
    editor.go_to_landmark(80)
    box = table.view.visualRect(table.model.index(80, 0))
    assert table.view.viewport().rect().contains(box.center())


def test_on_a_low_screen_it_asks_for_a_few_rows_only(table):
    assert table.view.sizeHint().height() == table.view.minimumHeight()
    assert table.view.height() > table.view.minimumHeight()

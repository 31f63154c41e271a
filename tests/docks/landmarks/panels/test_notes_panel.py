"""What is noted of a specimen becomes edits: a note as one, for the specimen it was typed for."""

import pytest

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.docks.landmarks.panels.notes_panel import NotesPanel
from napari_dinosar.docks.landmarks.panels.notes_words import pixels_text, read_scale, scale_text


@pytest.fixture
def panel(qtbot, editor):
    panel = NotesPanel(editor)
    qtbot.addWidget(panel)
    panel.show()
    return panel


def notes(editor):
    return [editor.state.specimen(key).digitised.note for key in "123"]


def n_edits(editor):
    return len(editor.project.history.done)


def test_it_says_which_of_several_specimens_is_meant(panel, editor):
    assert panel.name.text() == "1"
    editor.add_specimen()
    key = editor.specimen.specimen_id
    assert panel.name.text() == f"{key} (2 of 2)"


def test_a_note_is_one_edit(panel, editor, qtbot):
    panel.note.pause.setInterval(30)
    for text in ("t", "to", "torn"):
        panel.note.setPlainText(text)
    assert n_edits(editor) == 0
    qtbot.waitUntil(lambda: n_edits(editor) == 1)
    assert notes(editor) == ["torn", "", ""]


def test_a_note_belongs_to_the_specimen_it_was_typed_for(panel, editor):
    panel.note.setPlainText("torn")
    editor.go_to_photo("2")
    assert notes(editor) == ["torn", "", ""]
    assert panel.note.toPlainText() == ""
    panel.note.commit()
    assert notes(editor) == ["torn", "", ""]
    assert n_edits(editor) == 1


def test_an_edit_elsewhere_does_not_take_what_is_being_typed(panel, editor):
    panel.note.setPlainText("to")
    editor.click((3, 4))
    assert panel.note.toPlainText() == "to"
    panel.commit()
    assert notes(editor)[0] == "to"


def test_undo_takes_a_note_back(panel, editor):
    panel.note.setPlainText("torn")
    panel.commit()
    editor.undo()
    assert panel.note.toPlainText() == ""
    assert not panel.note.pause.isActive()
    editor.redo()
    assert panel.note.toPlainText() == "torn"


def test_the_flag_follows_and_leads(panel, editor):
    panel.flag.click()
    assert editor.specimen.digitised.is_flagged
    editor.toggle_flag()
    assert not panel.flag.isChecked()
    assert "(F)" in panel.flag.toolTip()


def test_a_scale_is_units_per_pixel(panel, editor, qtbot):
    panel.scale.number.setText("0,0125")
    panel.scale.unit.setText("mm")
    panel.scale.unit.editingFinished.emit()
    marks = editor.specimen.digitised
    assert (marks.scale, marks.unit) == (0.0125, "mm")
    assert panel.pixels.text() == "80 px per mm"
    assert panel.scale.number.text() == "0.0125"
    panel.scale.number.editingFinished.emit()
    assert n_edits(editor) == 1
    panel.clear_scale.click()
    assert editor.specimen.digitised.scale is None
    assert not panel.clear_scale.isEnabled()


def test_a_scale_belongs_to_the_specimen_it_was_typed_for(panel, editor):
    panel.scale.number.setText("0.5")
    editor.click((3, 4))  # without leaving the field: no button here takes the focus
    assert panel.scale.number.text() == "0.5"
    editor.go_to_photo("2")
    assert [editor.state.specimen(key).digitised.scale for key in "12"] == [0.5, None]
    assert panel.scale.number.text() == ""
    panel.commit()
    assert n_edits(editor) == 2


@pytest.mark.parametrize("text", ["-1", "0", "nan", "1e999", "wide"])
def test_what_is_no_scale_is_refused(panel, editor, text):
    told = []
    editor.told.connect(told.append)
    panel.scale.number.setText(text)
    panel.scale.number.editingFinished.emit()
    assert "is no scale" in told[0]
    assert editor.specimen.digitised.scale is None
    assert panel.scale.number.text() == ""
    with pytest.raises(DinosarError):
        read_scale(text)


@pytest.mark.parametrize("scale", [0.1, 1 / 3, 1e-9, 12.0, 123456789.125])
def test_a_scale_is_read_as_it_is_shown(scale):
    assert read_scale(scale_text(scale)) == scale


def test_pixels_of_a_unit():
    assert pixels_text(0.02, "") == "50 px per unit"
    assert pixels_text(None, "mm") == ""


def test_the_seed_of_the_mask_is_shown_and_cleared(panel, editor):
    editor.remark(extras={"mask_seed_xy": "12.5 30.25", "Variable": "x"})
    assert panel.seed.text() == "x 12.5, y 30.2"
    assert panel.kept.text() == "Variable: x"
    panel.clear_seed.click()
    assert dict(editor.specimen.digitised.extras) == {"Variable": "x"}
    assert panel.seed.text() == "none"


def test_the_canvas_is_asked_for_ruler_and_seed(panel, qtbot):
    with qtbot.waitSignal(panel.ruler_wanted):
        panel.ruler.click()
    with qtbot.waitSignal(panel.seed_wanted):
        panel.set_seed.click()


def test_without_a_project_it_is_disabled(panel, editor):
    editor.close()
    assert not panel.isEnabled()
    assert panel.note.toPlainText() == ""

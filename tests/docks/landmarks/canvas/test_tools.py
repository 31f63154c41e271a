"""The ruler gives a scale, the seed tool a place, and Escape leaves both."""

import pytest

from napari_dinosar.editing.seeds import seed_of
from napari_dinosar.layers import role_of


@pytest.fixture
def rig(rig):
    yield rig
    rig.canvas.set_tool("place")


def lines(rig):
    return [layer for layer in rig.viewer.layers if role_of(layer) == "ruler"]


def measured(rig, length, unit):
    dialog = rig.canvas._pointing.ruler.dialog
    dialog.length.setValue(length)
    dialog.unit.setCurrentText(unit)
    dialog._accept()


def test_two_clicks_and_a_length_give_the_scale(rig):
    rig.canvas.set_tool("ruler")
    rig.click((10.0, 20.0))
    rig.click((40.0, 20.0))
    assert lines(rig)[0].data.tolist() == [[[20.0, 10.0], [0.0, pytest.approx(30.0)]]]
    assert rig.viewer.layers.selection.active is rig.layer()
    measured(rig, 6.0, "cm")
    marks = rig.editor.on("a").digitised
    assert marks.scale == pytest.approx(0.2)
    assert marks.unit == "cm"
    assert rig.canvas.tool == "place"
    assert lines(rig) == []
    rig.editor.undo()
    assert rig.editor.on("a").digitised.scale is None


def test_another_line_may_be_drawn_while_the_length_is_asked_for(rig):
    rig.canvas.set_tool("ruler")
    for x in (40.0, 50.0):
        rig.click((10.0, 20.0))
        rig.click((x, 20.0))
    assert rig.editor.state.point("1", "tip").xy is None
    measured(rig, 4.0, "mm")
    assert rig.editor.on("a").digitised.scale == pytest.approx(0.1)
    rig.canvas.set_tool("ruler")
    rig.click((10.0, 20.0))
    rig.click((20.0, 20.0))
    rig.canvas.set_tool("ruler")
    assert rig.canvas.tool == "ruler"


def test_the_unit_is_proposed_again(rig):
    for number, wanted in ((1, "mm"), (2, "µm")):
        rig.canvas.set_tool("ruler")
        rig.click((10.0, 20.0))
        rig.click((40.0, 20.0))
        dialog = rig.canvas._pointing.ruler.dialog
        assert dialog.unit.currentText() == wanted
        measured(rig, 1.0, "µm")
        if number == 1:
            rig.editor.step_photo(1)


def test_a_dialog_that_is_closed_sets_no_scale(rig):
    rig.canvas.set_tool("ruler")
    rig.click((10.0, 20.0))
    rig.click((40.0, 20.0))
    rig.canvas._pointing.ruler.dialog.reject()
    assert rig.editor.on("a").digitised.scale is None
    assert rig.canvas.tool == "place"
    assert lines(rig) == []


def test_two_clicks_on_one_place_are_no_ruler(rig):
    rig.canvas.set_tool("ruler")
    rig.click((10.0, 20.0))
    rig.click((10.2, 20.0))
    assert "other end" in rig.told[-1]
    assert rig.canvas._pointing.ruler.dialog is None


def test_of_two_photos_both_ends_are_on_one(rig):
    rig.editor.pair_with("2")
    rig.canvas.set_tool("ruler")
    rig.click((10.0, 20.0), "a")
    rig.click((10.0, 20.0), "b")
    assert rig.canvas._pointing.ruler.dialog is None
    assert "same photo" in rig.told[-1]
    rig.click((40.0, 20.0), "a")
    measured(rig, 3.0, "mm")
    assert rig.editor.on("a").digitised.scale == pytest.approx(0.1)
    assert rig.editor.on("b").digitised.scale is None


def test_the_seed_is_set_moved_and_taken_away(rig, qtbot):
    rig.canvas.set_tool("seed")
    rig.click((10.5, 20.25))
    assert seed_of(rig.editor.on("a")) == pytest.approx((10.5, 20.25))
    qtbot.waitUntil(lambda: len(rig.layer("marks").data) == 1)
    assert rig.layer("marks").features["mark"].tolist() == ["seed"]
    rig.click((50.0, 20.0))
    assert seed_of(rig.editor.on("a")) == pytest.approx((50.0, 20.0))
    rig.click((50.2, 20.1))
    assert seed_of(rig.editor.on("a")) is None
    assert rig.editor.state.point("1", "tip").xy is None


def test_escape_goes_back_to_placing(rig):
    for tool in ("ruler", "seed"):
        rig.canvas.set_tool(tool)
        assert tool in rig.viewer.status.lower()
        rig.press("Escape")
        assert rig.canvas.tool == "place"
    rig.click((10.0, 20.0))
    assert rig.editor.state.point("1", "tip").xy is not None


def test_another_photo_ends_the_measuring(rig):
    rig.canvas.set_tool("ruler")
    rig.click((10.0, 20.0))
    rig.editor.step_photo(1)
    assert rig.canvas.tool == "place"
    assert lines(rig) == []


def test_points_are_not_dragged_while_one_measures(rig):
    rig.editor.click((10.0, 20.0))
    rig.canvas.set_tool("ruler")
    rig.click((10.0, 20.0))
    assert len(lines(rig)) == 1
    assert rig.editor.cursor.landmark == 1

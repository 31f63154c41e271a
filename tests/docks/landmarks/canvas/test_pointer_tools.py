"""What napari's own tools do to the landmarks is an edit of the project, or undone."""

import numpy as np
import pytest


@pytest.fixture
def rig(rig):
    for xy in ((10.0, 20.0), (30.0, 20.0), (20.0, 10.0)):
        rig.editor.click(xy)
    return rig


def xy(rig, name):
    return rig.editor.state.point("1", name).xy


def test_deleted_points_are_missing_as_one_edit(rig, qtbot):
    layer = rig.layer()
    layer.selected_data = {0, 2}
    layer.remove_selected()
    qtbot.waitUntil(lambda: xy(rig, "tip") is None)
    assert xy(rig, "left") is None
    assert xy(rig, "base") == (30.0, 20.0)
    qtbot.waitUntil(lambda: len(rig.layer().data) == 1)
    rig.editor.undo()
    assert xy(rig, "tip") == (10.0, 20.0)
    assert xy(rig, "left") == (20.0, 10.0)


def test_an_added_point_is_the_current_landmark(rig, qtbot):
    rig.layer().add([7.0, 5.5])
    qtbot.waitUntil(lambda: xy(rig, "right") is not None)
    assert xy(rig, "right") == (5.5, 7.0)
    qtbot.waitUntil(
        lambda: rig.layer().features["name"].tolist() == ["tip", "base", "left", "right"]
    )


def test_a_point_is_not_added_outside_of_the_photo(rig, qtbot):
    rig.layer().add([7.0, 500.0])
    qtbot.waitUntil(lambda: len(rig.layer().data) == 3)
    assert "outside" in rig.told[-1]
    assert xy(rig, "right") is None


def test_several_points_at_once_are_refused_and_taken_away_again(rig, qtbot):
    rig.layer().add([[7.0, 5.0], [8.0, 6.0]])
    qtbot.waitUntil(lambda: len(rig.layer().data) == 3)
    assert "one point at a time" in rig.told[-1]
    assert xy(rig, "right") is None


def test_moved_points_are_moved_as_one_edit(rig, qtbot):
    layer = rig.layer()
    layer.data = np.add(layer.data, [[1.0, 2.0], [0.0, 0.0], [1.0, 2.0]])
    qtbot.waitUntil(lambda: xy(rig, "tip") == (12.0, 21.0))
    assert xy(rig, "left") == (22.0, 11.0)
    rig.editor.undo()
    assert xy(rig, "tip") == (10.0, 20.0)
    assert xy(rig, "left") == (20.0, 10.0)


def test_a_layer_that_was_filled_with_something_else_shows_the_project_again(rig, qtbot):
    rig.layer().data = [[1.0, 1.0], [2.0, 2.0]]
    qtbot.waitUntil(lambda: rig.layer().data.tolist() == [[20, 10], [20, 30], [10, 20]])
    assert xy(rig, "tip") == (10.0, 20.0)


def test_what_the_editor_draws_is_no_edit(rig, qtbot):
    edits = []
    rig.editor.edited.connect(edits.append)
    rig.editor.step_photo(1)
    rig.editor.step_photo(-1)
    rig.editor.go_to_landmark(0)
    qtbot.wait(10)
    assert edits == []

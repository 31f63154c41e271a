"""Many cells are drawn in several turns of the event loop, few at once."""

from functools import partial

from qtpy.QtCore import QObject

from napari_dinosar.docks.inspect.canvas.turns import Turns
from napari_dinosar.docks.live_rebuild import MOST_CELLS_AT_ONCE

MANY = MOST_CELLS_AT_ONCE + 1


def steps(done, names):
    return [partial(done.append, name) for name in names]


def test_few_cells_are_drawn_at_once(qtbot):
    parent, done = QObject(), []
    turns = Turns(parent)
    turns.begin(steps(done, "abc"), MOST_CELLS_AT_ONCE)
    assert done == ["a", "b", "c"]
    assert not turns.is_busy


def test_many_cells_leave_the_window_time_between_their_layers(qtbot):
    parent, done = QObject(), []
    turns = Turns(parent)
    turns.begin(steps(done, "abc"), MANY)
    assert done == ["a"]
    qtbot.waitUntil(lambda: not turns.is_busy)
    assert done == ["a", "b", "c"]


def test_what_is_begun_takes_the_place_of_what_is_left(qtbot):
    parent, done = QObject(), []
    turns = Turns(parent)
    turns.begin(steps(done, "abc"), MANY)
    turns.begin(steps(done, "xy"), MANY)
    qtbot.waitUntil(lambda: not turns.is_busy)
    assert done == ["a", "x", "y"]


def test_what_is_left_can_be_dropped(qtbot):
    parent, done = QObject(), []
    turns = Turns(parent)
    turns.begin(steps(done, "abc"), MANY)
    turns.stop()
    qtbot.wait(1)
    assert done == ["a"]
    assert not turns.is_busy


def test_nothing_to_do_is_nothing(qtbot):
    parent = QObject()
    turns = Turns(parent)
    turns.begin([], MANY)
    assert not turns.is_busy


def test_what_is_not_done_goes_on_in_the_next_turn(qtbot):
    parent, done = QObject(), []
    turns = Turns(parent)
    parts = iter("abc")

    def some():
        done.append(next(parts))
        return done[-1] != "c"

    turns.begin([some, partial(done.append, "d")], MANY)
    assert done == ["a"]
    qtbot.waitUntil(lambda: not turns.is_busy)
    assert done == ["a", "b", "c", "d"]

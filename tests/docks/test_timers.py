"""What comes in quick succession is done one time, as long as there is somebody to do it for."""

from qtpy.QtCore import QObject

from napari_dinosar.docks.timers import single_shot


def test_what_is_started_several_times_is_done_once(qtbot):
    parent, done = QObject(), []
    timer = single_shot(parent, 5, lambda: done.append("done"))
    assert not timer.isActive()
    for _ in range(3):
        timer.start()
    qtbot.waitUntil(lambda: bool(done))
    assert not timer.isActive()
    assert done == ["done"]


def test_whoever_starts_it_may_say_when(qtbot):
    parent, done = QObject(), []
    timer = single_shot(parent, 60_000, lambda: done.append("done"))
    timer.start(0)
    qtbot.waitUntil(lambda: done == ["done"])

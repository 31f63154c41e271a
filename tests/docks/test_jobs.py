"""One job at a time: result, error or cancellation, and always an end."""

from threading import Event

import pytest
from napari.utils.notifications import notification_manager

from napari_dinosar import DinosarError
from napari_dinosar.docks.jobs import Jobs


def counting(n):
    for i in range(n):
        yield "Counting", i, n
    return n


def failing(error):
    yield "Failing", 0, 1
    raise error


def endless():
    while True:
        yield "Going on", 0, 0


def reporting(report):
    yield "Reporting", 0, 0
    while True:
        report("Still at it", 1, 2)


@pytest.fixture
def jobs(qtbot):
    return Jobs()


def test_a_result_arrives_when_the_job_has_ended(jobs, qtbot):
    seen, busy, stages = [], [], []
    jobs.busy_changed.connect(busy.append)
    jobs.progressed.connect(lambda *progress: stages.append(progress))
    jobs.start(counting, 3, on_result=lambda n: seen.append((n, jobs.busy)))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [(3, False)]
    assert busy == [True, False]
    assert stages == [("Counting", i, 3) for i in range(3)]


def test_a_second_job_waits_for_the_first(jobs, qtbot):
    jobs.start(endless, on_result=print)
    with pytest.raises(DinosarError, match="still running"):
        jobs.start(counting, 1, on_result=print)
    with qtbot.waitSignal(jobs.cancelled):
        jobs.cancel()
    assert not jobs.busy


def test_an_error_that_the_user_can_mend_is_a_notification(jobs, qtbot):
    with qtbot.waitSignal(jobs.failed) as caught:
        jobs.start(failing, DinosarError("photo A is empty"), on_result=print)
    assert str(caught.args[0]) == "photo A is empty"
    assert not jobs.busy
    assert notification_manager.records[-1].message == "photo A is empty"


@pytest.mark.parametrize("error", [RuntimeError("out of memory"), KeyError("x")])
def test_any_other_error_reaches_the_handler_of_the_application(jobs, qtbot, error):
    with qtbot.captureExceptions() as caught, qtbot.waitSignal(jobs.failed):
        jobs.start(failing, error, on_result=print)
    qtbot.waitUntil(lambda: not jobs.busy)
    assert any(value is error for _, value, _ in caught)


def test_a_long_step_is_stopped_through_its_reporter(jobs, qtbot):
    stages = []
    jobs.progressed.connect(lambda *progress: stages.append(progress))
    jobs.start_reporting(reporting, on_result=print)
    qtbot.waitUntil(lambda: ("Still at it", 1, 2) in stages)
    with qtbot.waitSignal(jobs.cancelled):
        jobs.cancel()
    assert not jobs.busy
    jobs.start(counting, 1, on_result=stages.append)
    qtbot.waitUntil(lambda: stages[-1] == 1)


def test_a_result_that_came_too_late_is_dropped(jobs, qtbot):
    seen, gate = [], Event()

    def waiting():
        gate.wait()
        yield "Through", 1, 1

    jobs.start(waiting, on_result=seen.append)
    jobs._worker.returned.connect(jobs.cancel)
    with qtbot.waitSignal(jobs.cancelled):
        gate.set()
    assert seen == []

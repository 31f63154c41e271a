"""A move leaves the window as much time as it took, and never waits longer than is allowed."""

import pytest

from napari_dinosar.docks import live_pace
from napari_dinosar.docks.live_pace import Pace


@pytest.fixture
def clock(monkeypatch):
    """Return a clock that is set by hand, in seconds."""
    now = [100.0]
    monkeypatch.setattr(live_pace.time, "perf_counter", lambda: now[0])
    return now


def followed(pace, clock, seconds):
    pace.begin()
    clock[0] += seconds
    pace.end()


def test_the_next_move_waits_as_long_as_the_last_one_took(clock):
    pace = Pace()
    followed(pace, clock, 0.5)
    assert pace.wait_ms() == 501
    clock[0] += 0.6
    assert pace.wait_ms() == 0


def test_a_slow_first_move_does_not_hold_up_the_next(clock):
    pace = Pace(60)
    followed(pace, clock, 2.0)
    assert pace.wait_ms() == 60
    followed(pace, clock, 0.01)
    assert pace.wait_ms() == 11

"""Words of the panels: keys, counts, times."""

from datetime import datetime

import pytest

from napari_dinosar.docks.landmarks.panels.words import (
    caps,
    clock_time,
    clock_time_of,
    state_sentence,
    state_word,
    tooltip,
)
from napari_dinosar.project.state import Point


@pytest.mark.parametrize(
    ("point", "word"),
    [
        (Point(), "missing"),
        (Point("absent"), "absent"),
        (Point("visible", "manual", (0, 0)), "placed"),
        (Point("occluded", "manual", (0, 0)), "occluded"),
        (Point("visible", "accepted", (0, 0)), "accepted"),
        (Point("occluded", "accepted", (0, 0)), "occluded"),
        (Point("visible", "proposed", (0, 0)), "proposed"),
        (Point("occluded", "estimated", (0, 0)), "estimated"),
    ],
)
def test_a_state_is_one_word(point, word):
    assert state_word(point) == word


def test_a_sentence_says_all():
    said = state_sentence(Point("occluded", "proposed", (0, 0)))
    assert "hidden" in said
    assert "nobody has accepted" in said


def test_keys_are_read_as_on_the_keyboard():
    assert caps("Control-Shift-Z") == ("Ctrl", "Shift", "Z")
    assert caps("Alt-Left") == ("Alt", "←")
    assert caps("x") == ("X",)
    assert caps("Control-Shift-Z", is_mac=True) == ("⌘", "⇧", "Z")
    assert tooltip("accept").splitlines()[0] == "Accept the proposal (Enter)"


def test_times_have_a_day_where_it_is_not_today():
    when = datetime(2026, 3, 4, 14, 3).astimezone()
    assert clock_time(when, when) == "14:03"
    assert clock_time(when, datetime(2026, 3, 9, 1, 0)) == "4 Mar, 14:03"
    assert clock_time(when, datetime(2027, 3, 9, 1, 0)) == "4 Mar 2026, 14:03"
    assert clock_time_of("soon") == "soon"

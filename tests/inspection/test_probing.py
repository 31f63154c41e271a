"""The probe as it is held: frozen, kept, followed, and carried into the next comparison."""

from dataclasses import replace

import numpy as np
import pytest

from drawn import NAMES, draw
from napari_dinosar import DinosarError, Landmarks, Settings, compare
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.inspection.probing import NO_TOKENS, NOTHING, Probing
from napari_dinosar.specimen import Cache

SETTINGS = Settings(fg_mode="thresh", img_size=256, border_patches=1)
ONE, OTHER = draw(1), draw(1, angle_deg=4, shift_xy=(6, -3))
CACHE = Cache()
OFF = (1.0, 1.0)
"""A place without any specimen."""


def compared(names=NAMES, shift_px=0.0, one=ONE):
    marks = tuple(
        Landmarks.from_points(side.landmarks_xy + shift_px, names=names) for side in (one, OTHER)
    )
    return compare(
        one.rgb, OTHER.rgb, SETTINGS, backbone="daisy", landmarks=marks, cache=CACHE, store=None
    )


@pytest.fixture(scope="module")
def comparison():
    return compared()


@pytest.fixture(scope="module")
def places(comparison):
    """Return places of A in patches that have matches, far from each other."""
    found = comparison.patches_a_to_b
    return [(row.x, row.y) for row in found.iloc[:: len(found) // 4].itertuples()]


class Told(list):
    def __call__(self):
        self.append(True)

    def times(self):
        count = len(self)
        self.clear()
        return count


@pytest.fixture
def held(comparison):
    probing = Probing()
    probing.show(comparison)
    told = Told()
    probing.changed.connect(told)
    return probing, told


def test_a_place_is_asked_once_for_each_patch(held, places):
    probing, told = held
    x, y = places[0]
    probing.point("a", (x, y))
    first = probing.result
    assert first.side == "a"
    assert first.match is not None
    probing.point("a", (x + 1, y - 1))
    assert probing.result is first
    assert told.times() == 1
    probing.point("a", places[1])
    assert probing.result.patch != first.patch
    probing.point("b", (x, y))
    assert probing.result.side == "b"
    assert told.times() == 2


def test_the_same_place_of_the_other_photo_is_another_one(places):
    """Also where both photos are one and the same."""
    probing = Probing()
    probing.show(compared(one=OTHER))
    for side in "ab":
        probing.point(side, places[1])
        assert probing.result.side == side


def test_off_the_specimen_says_why(held):
    probing, _ = held
    probing.point("a", OFF)
    assert probing.result.match is None
    assert probing.result.patch.reason
    with pytest.raises(DinosarError, match="no match here"):
        probing.keep()


def test_a_frozen_probe_stays(held, places):
    probing, told = held
    probing.freeze()
    assert not probing.is_frozen  # there is nothing to hold
    probing.point("a", places[0])
    probing.freeze()
    probing.freeze()
    probing.point("a", places[1])
    assert told.times() == 2
    assert probing.result.at_xy == places[0]
    probing.freeze(False)
    probing.point("a", places[1])
    assert probing.result.at_xy == places[1]


def test_two_are_compared(held, places):
    probing, told = held
    probing.point("a", places[0])
    probing.freeze()
    probing.keep()
    assert not probing.is_frozen
    assert probing.difference is None
    assert len(probing.results) == 1
    probing.point("a", places[1])
    kept, now = probing.results
    difference = probing.difference
    np.testing.assert_array_equal(difference.map.values, now.map.values - kept.map.values)
    assert probing.difference is difference
    probing.point("a", places[2])
    later = probing.difference
    np.testing.assert_array_equal(
        later.map.values, probing.result.map.values - probing.kept.map.values
    )
    probing.point("a", OFF)
    assert probing.difference is None
    probing.point("b", places[0])
    assert probing.difference is None
    told.times()
    probing.forget_kept()
    probing.forget_kept()
    assert (told.times(), probing.kept_landmark) == (1, None)
    assert probing.results == (probing.result,)


def test_a_landmark_is_followed_and_held(held):
    probing, _ = held
    probing.follow(NAMES[2], "b")
    assert (probing.landmark, probing.is_frozen, probing.result.side) == (NAMES[2], True, "b")
    probing.point("a", (5.0, 5.0))
    assert probing.result.side == "b"
    probing.keep()
    assert probing.kept_landmark == NAMES[2]
    probing.forget_kept()
    assert probing.kept_landmark is None
    with pytest.raises(DinosarError, match="no landmark nose"):
        probing.follow("nose")
    probing.point("b", probing.result.at_xy)
    assert probing.landmark is None


def test_what_is_asked_can_be_changed(held, places):
    probing, told = held
    probing.point("a", places[0])
    probing.keep()
    probing.ask_self(True)
    assert probing.result.self_map is not None
    assert probing.kept is probing.result
    probing.ask_layers(probing.probe.layers)
    assert probing.result.layers == probing.probe.layers
    before = told.times()
    with pytest.raises(DinosarError, match="not 99"):
        probing.ask_layers([99])
    assert probing.layers == probing.probe.layers
    probing.show(probing.probe.comparison)
    assert probing.kept is probing.result, "still one and the same"
    assert probing.layers == probing.probe.layers
    told.times()
    probing.ask_self(True)
    probing.scale_by("fixed")
    probing.scale_by("fixed")
    assert (before, told.times()) == (4, 1)
    with pytest.raises(DinosarError, match="'wide'"):
        probing.scale_by("wide")


def test_clearing_is_told_once(held, places):
    probing, told = held
    probing.point("a", places[0])
    probing.keep()
    told.times()
    probing.clear()
    probing.clear()
    assert told.times() == 1
    assert (probing.result, probing.kept, probing.results) == (None, None, ())


def test_a_moved_landmark_leaves_the_probe_where_it_is(held, comparison, places):
    probing, told = held
    probing.point("a", places[0])
    probing.keep()
    probing.point("a", places[1])
    probing.freeze()
    told.times()
    probing.show(replace(comparison))
    assert told.times() == 1
    assert [one.at_xy for one in probing.results] == places[:2]
    assert probing.is_frozen
    probing.layers = (7,)  # of a network that was deeper
    probing.show(comparison)
    assert probing.layers is None


def test_a_followed_landmark_is_followed_to_its_new_place(held):
    probing, _ = held
    probing.follow(NAMES[1])
    before = probing.result.at_xy
    probing.show(compared(shift_px=7.0))
    assert probing.result.at_xy == (before[0] + 7.0, before[1] + 7.0)
    probing.show(compared(names=[f"other {name}" for name in NAMES]))
    assert (probing.result, probing.landmark, probing.is_frozen) == (None, None, False)


def test_another_pair_keeps_nothing_but_a_followed_landmark(held, places):
    probing, _ = held
    another = compared(one=draw(2))
    probing.point("a", places[0])
    probing.keep()
    probing.show(another)
    assert probing.results == ()
    probing.follow(NAMES[0])
    probing.keep()
    probing.show(compared())
    assert (probing.landmark, probing.kept) == (NAMES[0], None)
    assert probing.result.source["sha256_a"] != another.findings.a.sha256


def test_without_tokens_it_says_what_to_do(comparison, places):
    inspection = Inspection()
    probing = inspection.probing
    assert probing.obstacle == NOTHING
    inspection.show(comparison.findings, comparison)
    probing.point("a", places[0])
    inspection.show(comparison.findings)
    assert (probing.obstacle, probing.results) == (NO_TOKENS, ())
    for ask in (lambda: probing.point("a", places[0]), lambda: probing.follow(NAMES[0])):
        with pytest.raises(DinosarError, match="runs keep no tokens"):
            ask()
    probing.ask_self(True)
    probing.freeze()
    assert probing.with_self
    assert not probing.is_frozen

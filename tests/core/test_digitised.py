"""What was placed, what is absent, and that the two never mix."""

import numpy as np
import pytest

from napari_dinosar import DinosarError
from napari_dinosar.core.digitised import Dataset, Digitised
from napari_dinosar.core.schema import LandmarkDefinition, Schema

SCHEMA = Schema(tuple(LandmarkDefinition(name) for name in "abc"), ((0, 1),))
XY = np.array([[1.0, 2.0], [np.nan, np.nan], [5.0, 6.0]])


def test_positions_say_what_is_missing():
    one = Digitised.from_points("s1", "s1.jpg", XY)
    assert one.states == ("visible", "missing", "visible")
    assert one.sources == ("manual", "", "manual")
    assert one.placed.tolist() == [True, False, True]
    assert not one.is_complete
    with pytest.raises(ValueError, match="read-only"):
        one.xy[0] = 0


def test_an_absent_landmark_has_no_position_and_completes_a_specimen():
    states = ("visible", "absent", "occluded")
    one = Digitised.from_points("s1", "s1.jpg", np.ones((3, 2)), states=states, source="accepted")
    assert one.is_complete
    assert np.isnan(one.xy[1]).all()
    assert one.sources == ("accepted", "", "accepted")
    marks = one.landmarks(SCHEMA)
    assert marks.visibility.tolist() == [2, 0, 1]
    assert marks.skeleton == ((0, 1),)


def test_what_a_machine_placed_is_open_until_a_person_decides():
    made = {
        source: Digitised.from_points("s", "", np.ones((2, 2)), source=source)
        for source in ("manual", "accepted", "proposed", "estimated")
    }
    assert {source: one.n_open for source, one in made.items()} == {
        "manual": 0,
        "accepted": 0,
        "proposed": 2,
        "estimated": 2,
    }
    assert [one.is_complete for one in made.values()] == [True, True, False, False]


@pytest.mark.parametrize(
    ("states", "sources", "said"),
    [
        (("visible", "visible", "visible"), ("manual",) * 3, "needs a position"),
        (("visible", "missing", "missing"), ("manual", "", ""), "has none"),
        (("visible", "gone", "visible"), ("manual", "", "manual"), "'gone'"),
        (("visible", "missing", "visible"), ("manual", "", "robot"), "'robot'"),
        (("visible", "missing"), ("manual", ""), "3 positions, 2 states"),
    ],
)
def test_contradictions_are_refused(states, sources, said):
    with pytest.raises(DinosarError, match=said):
        Digitised("s1", "s1.jpg", XY, states, sources)


def test_a_dataset_refuses_ragged_specimens_by_their_ids():
    good, short = Digitised.from_points("s1", "", XY), Digitised.from_points("s2", "", XY[:2])
    assert len(Dataset(SCHEMA, (good,)).specimens) == 1
    with pytest.raises(DinosarError, match=r"3 landmarks.*s2 \(2\)"):
        Dataset(SCHEMA, (good, short))

"""A layer is changed in place: only what differs, told once, and never by its old looks."""

from dataclasses import replace

import numpy as np
import pytest

from editor_layers_made import XY, grey, marks, sheet
from napari_dinosar.core.photo import photo_from_array
from napari_dinosar.editor_layers import specs, updating
from napari_dinosar.layers import tag_of
from napari_dinosar.project.state import Specimen


def with_places(*places: tuple[float, float]) -> specs.Sheet:
    """Return a sheet whose first landmarks are placed, and whose others are missing."""
    left = 4 - len(places)
    xy = np.array([*places, *[(np.nan, np.nan)] * left])
    states = ("visible",) * len(places) + ("missing",) * left
    sources = ("manual",) * len(places) + ("",) * left
    return sheet(specimen=Specimen("1", marks(xy=xy, states=states, sources=sources)))


def shows(layer, spec):
    assert np.array_equal(layer.data, spec.data)
    assert layer.features["name"].tolist() == spec.kwargs["features"]["name"]
    assert np.allclose(layer.face_color, spec.kwargs["face_color"])
    assert np.allclose(layer.border_color, spec.kwargs["border_color"])
    assert [str(one) for one in layer.symbol] == spec.kwargs["symbol"]
    assert layer.text.values.tolist() == spec.kwargs["text"]["string"]
    assert np.allclose(layer.text.color._values, spec.kwargs["text"]["color"])
    assert np.allclose(layer.size, spec.kwargs["size"])


STEPS = [
    (),
    ((1.0, 2.0),),
    ((1.0, 2.0), (3.0, 4.0), (5.0, 6.0)),
    ((1.0, 2.0), (3.5, 4.0), (5.0, 6.0)),
    ((9.0, 9.0),),
    (),
    ((1.0, 2.0), (3.0, 4.0)),
]


def test_a_layer_shows_each_spec_as_a_new_layer_would():
    last = specs.landmarks_layer(with_places(*STEPS[0]))
    layer = updating.make(last)
    for places in STEPS[1:]:
        spec = specs.landmarks_layer(with_places(*places))
        updating.update(layer, spec, last)
        if places:
            shows(layer, spec)
        assert len(layer.data) == len(places)
        last = spec


def test_what_somebody_else_did_is_undone():
    spec = specs.landmarks_layer(sheet())
    layer = updating.make(spec)
    layer.add([3.0, 3.0])
    layer.face_color = "black"
    updating.update(layer, spec, None)
    shows(layer, spec)


def test_a_change_is_told_once_and_nothing_without_one():
    spec = specs.landmarks_layer(with_places((1.0, 2.0)))
    layer = updating.make(spec)
    told = []
    layer.events.data.connect(lambda event: told.append(str(event.action)))
    updating.update(layer, specs.landmarks_layer(with_places((1.0, 2.0))), spec)
    assert told == []
    updating.update(layer, specs.landmarks_layer(with_places((1.5, 2.0))), spec)
    assert len(told) == 1
    assert "CHANGED" in told[0].upper()


def test_another_state_of_a_landmark_is_told_to_whoever_compares_it():
    spec = specs.landmarks_layer(sheet())
    layer = updating.make(spec)
    told = []
    layer.events.features.connect(told.append)
    seen = marks(states=("visible", "visible", "missing", "visible"))
    updating.update(layer, specs.landmarks_layer(sheet(specimen=Specimen("1", seen))), spec)
    assert len(told) == 1
    assert layer.features["visibility"].tolist() == [2, 2, 2]


def test_points_that_were_dragged_are_set_again():
    spec = specs.landmarks_layer(sheet())
    layer = updating.make(spec)
    layer.data[0] = (1.0, 1.0)
    updating.update(layer, spec, replace(spec, data=None))
    assert layer.data[0].tolist() == list(XY[0][::-1])


def test_a_photo_takes_the_place_of_another_and_leaves_the_user_s_choices():
    first = specs.photo_layer(sheet())
    layer = updating.make(first)
    layer.opacity = 0.5
    other = sheet(
        photo=photo_from_array(grey(90), "other.png"),
        origin={"project": "/leaves.json", "photo_id": "2", "specimen_id": "8"},
    )
    updating.update(layer, specs.photo_layer(other, 40.0), first)
    assert int(layer.data[0, 0, 0]) == 90
    assert layer.name == "A: other.png"
    assert tag_of(layer)["photo_id"] == "2"
    assert layer.translate.tolist() == [0.0, 40.0]
    assert layer.opacity == pytest.approx(0.5)


def test_lines_come_and_go_with_their_ends():
    one, two = with_places((1.0, 2.0)), with_places((1.0, 2.0), (4.0, 6.0))
    none, line = specs.skeleton_layer(one), specs.skeleton_layer(two)
    layer = updating.make(none)
    updating.update(layer, line, none)
    assert layer.data.tolist() == [[[2.0, 1.0], [4.0, 3.0]]]
    updating.update(layer, none, line)
    assert len(layer.data) == 0

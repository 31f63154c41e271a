"""A second pair in one window: the first steps aside, and comes back. No window."""

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.layers import Image, Points

from napari_dinosar.docks.pair_room import make_room
from napari_dinosar.layers import LAYER_KEY, side_of


def tag(role, side):
    return {LAYER_KEY: {"role": role, "side": side}}


@pytest.fixture
def pairs():
    """Return a viewer and two pairs of photos and landmarks, the results of the first between."""
    viewer, found = ViewerModel(), []
    for number in (1, 2):
        photos, marks = [], []
        for side in "ab":
            photo = Image(np.zeros((4, 4)), name=f"{side}{number}", metadata=tag("photo", side))
            photos.append(viewer.add_layer(photo))
        for side in "ab":
            points = Points(np.eye(2), name=f"m{side}{number}", metadata=tag("landmarks", side))
            marks.append(viewer.add_layer(points))
        found.append((tuple(photos), tuple(marks)))
        if number == 1:
            viewer.add_layer(Image(np.zeros((2, 2)), name="map", metadata=tag("cell_map", None)))
    return viewer, *found


def test_an_earlier_pair_steps_aside_and_comes_back(pairs):
    viewer, first, second = pairs
    for here, away in ((second, first), (first, second)):
        make_room(viewer.layers, *here)
        assert [side_of(layer) for pair in here for layer in pair] == ["a", "b"] * 2
        assert all(layer.visible for pair in here for layer in pair)
        assert [side_of(layer) for pair in away for layer in pair] == [None] * 4
        assert not any(layer.visible for pair in away for layer in pair)
        place = viewer.layers.index(viewer.layers["map"])
        assert set(viewer.layers[place - 2 : place]) == set(here[0])


def test_the_same_pair_again_moves_nothing_and_shows_nothing(pairs):
    viewer, _, second = pairs
    make_room(viewer.layers, *second)
    second[1][0].visible = False
    before = list(viewer.layers)
    make_room(viewer.layers, *second)
    assert list(viewer.layers) == before
    assert not second[1][0].visible


def test_photos_of_others_go_below_what_was_found_too(pairs):
    viewer, _, second = pairs
    own = viewer.add_image(np.zeros((4, 4)), name="own")
    make_room(viewer.layers, (own, second[0][1]), (None, None))
    assert viewer.layers.index(own) < viewer.layers.index(viewer.layers["map"])
    assert (second[0][0].visible, side_of(second[0][0])) == (False, None)


def test_landmarks_of_an_earlier_photo_step_aside_where_none_are_chosen(pairs):
    viewer, first, second = pairs
    marks_a, marks_b = first[1]
    own = second[0][1]
    marks_b.metadata = {LAYER_KEY: {**marks_b.metadata[LAYER_KEY], "photo": own.name}}
    make_room(viewer.layers, second[0], (None, None))
    assert (marks_a.visible, side_of(marks_a)) == (False, None)
    assert (marks_b.visible, side_of(marks_b)) == (True, "b"), "they were read for this photo"
    make_room(viewer.layers, *first)
    assert (marks_a.visible, side_of(marks_a)) == (True, "a")

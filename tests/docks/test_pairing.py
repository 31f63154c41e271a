"""Which layers belong together, and where points lie on a photo. No window."""

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.layers import Image, Labels, Points

from napari_dinosar import DinosarError, Landmarks
from napari_dinosar.core.photo import photo_from_array
from napari_dinosar.docks import pairing
from napari_dinosar.layers import frame_of, landmarks_spec, photo_identity
from napari_dinosar.showing import show, show_landmarks, show_photo


@pytest.fixture
def viewer(drawn_pair, fill):
    viewer = ViewerModel()
    fill(viewer, drawn_pair)
    return viewer


def test_results_are_offered_for_nothing(viewer):
    photo, points = viewer.layers["A: a.png"], viewer.layers["A landmarks"]
    assert pairing.can_be_photo(photo)
    assert not pairing.can_be_landmarks(photo)
    assert pairing.can_be_landmarks(points)
    result = Image(np.zeros((4, 4)), metadata={"napari-dinosar": {"role": "cell_map"}})
    assert not pairing.can_be_photo(result)
    assert pairing.is_result(result)
    assert not pairing.is_result(photo)
    assert not pairing.can_be_landmarks(Points(ndim=3))
    assert pairing.can_be_mask(Labels(np.zeros((4, 4), int)))


def test_marked_photos_take_their_side_and_others_the_free_one(viewer):
    a, b = viewer.layers["A: a.png"], viewer.layers["B: b.png"]
    assert pairing.photo_of_side([b, a], "a", None) is a
    assert pairing.photo_of_side([a, b], "b", a) is b
    foreign = Image(np.zeros((4, 4)))
    assert pairing.photo_of_side([a, foreign], "b", a) is foreign
    assert pairing.photo_of_side([a], "b", a) is None


def test_landmarks_are_found_by_the_name_of_their_photo(viewer):
    a = viewer.layers["A: a.png"]
    marks = [viewer.layers["B landmarks"], viewer.layers["A landmarks"]]
    assert pairing.landmarks_of_photo(a, "a", marks) is viewer.layers["A landmarks"]
    assert pairing.landmarks_of_photo(a, "a", marks[:1]) is None
    dropped = show(viewer, landmarks_spec(
        Landmarks.from_points(np.eye(3, 2), file_name="folder/A.JPG"), None
    ))  # fmt: skip
    assert pairing.belongs(dropped, a)
    assert pairing.is_of_a_photo(dropped)
    assert not pairing.is_of_a_photo(Points(np.zeros((1, 2))))


def test_landmarks_are_of_a_photo_that_has_another_name_where_its_checksum_is_theirs(viewer):
    a, b = viewer.layers["A: a.png"], viewer.layers["B: b.png"]
    marks = Landmarks.from_points(np.eye(3, 2), file_name="as it was called.jpg")
    of_a = show(viewer, landmarks_spec(marks, None, of_photo=photo_identity(a)))
    assert pairing.belongs(of_a, a)
    assert not pairing.belongs(of_a, b)


def test_both_photos_must_be_there_and_differ(viewer):
    a, b = viewer.layers["A: a.png"], viewer.layers["B: b.png"]
    assert pairing.chosen_photos(a, b) == (a, b)
    with pytest.raises(DinosarError, match="specimen B"):
        pairing.chosen_photos(a, None)
    with pytest.raises(DinosarError, match="A and B"):
        pairing.chosen_photos(None, None)
    with pytest.raises(DinosarError, match="chosen for both"):
        pairing.chosen_photos(a, a)


def test_what_lies_on_b_moves_with_it(drawn_pair):
    viewer = ViewerModel()
    a, b = (viewer.add_image(one.rgb, rgb=True, name=name) for one, name in zip(drawn_pair, "ab"))  # noqa: B905
    ours = show_landmarks(viewer, Landmarks.from_points(drawn_pair[1].landmarks_xy), "b", b)
    foreign = viewer.add_points(drawn_pair[1].landmarks_xy[:, ::-1], scale=(2, 2), translate=(3, 4))
    foreign.data = (foreign.data - (3, 4)) / 2
    pairing.arrange(a, b, [(ours, b), (foreign, b), (None, a)])
    assert b.translate[1] > a.data.shape[1]
    for layer in (ours, foreign):
        found = pairing.landmarks_on(b, layer)
        np.testing.assert_allclose(found.xy, drawn_pair[1].landmarks_xy, atol=1e-9)
        seen = np.array([layer.data_to_world(point) for point in layer.data])
        at = np.array([b.data_to_world(xy[::-1]) for xy in drawn_pair[1].landmarks_xy])
        np.testing.assert_allclose(seen, at, atol=1e-9)
    before = frame_of(b)
    pairing.arrange(a, b, [(ours, b), (foreign, b)])
    np.testing.assert_array_equal(frame_of(b), before)


def test_points_that_were_placed_over_b_are_in_its_pixels(viewer):
    b = viewer.layers["B: b.png"]
    clicked = viewer.add_points([b.data_to_world((20, 30)), b.data_to_world((50, 60))])
    np.testing.assert_allclose(pairing.landmarks_on(b, clicked).xy, [(30, 20), (60, 50)])
    assert pairing.landmarks_on(b, None) is None


def test_a_photo_is_called_by_its_file_where_it_has_one():
    viewer = ViewerModel()
    layer = viewer.add_image(np.zeros((9, 9)), name="something")
    assert pairing.photo_name(layer) == "something"
    photo = photo_from_array(np.zeros((64, 64, 3), np.uint8), "hopper.jpg")
    assert pairing.photo_name(show_photo(viewer, photo, "a")) == "hopper.jpg"


def test_landmarks_of_other_photos_are_hidden(viewer):
    read = Landmarks.from_points(np.eye(3, 2), file_name="c.png")
    stray = show(viewer, landmarks_spec(read, None))
    own = viewer.add_points(np.eye(3, 2))
    chosen = (viewer.layers["A landmarks"], None)
    pairing.hide_strays(viewer.layers, chosen)
    assert not stray.visible
    assert all(layer.visible for layer in (own, *viewer.layers[:4]))
    stray.visible = True
    pairing.hide_strays(viewer.layers, (stray, None))
    assert stray.visible

"""Layers say what they are, lie on their photos, and come back as what they were."""

from dataclasses import replace

import numpy as np
import PIL.Image
import pytest
from napari.layers import Image, Layer, Points
from napari.layers._source import layer_source

from drawn import draw
from napari_dinosar import DinosarError, Landmarks
from napari_dinosar.core.photo import photo_from_array
from napari_dinosar.io.photos import read_photo
from napari_dinosar.layers import (
    frame_of,
    landmarks_from_layer,
    landmarks_spec,
    photo_from_layer,
    photo_spec,
)


def test_a_photo_survives_the_way_through_a_layer(tmp_path):
    photo = replace(photo_from_array(draw(1).rgb, "A.png"), sha256="of the file", n_bytes=7)
    layer = Layer.create(*photo_spec(photo, "a").as_tuple())
    back = photo_from_layer(layer)
    assert (back.name, back.sha256, back.n_bytes) == ("A.png", "of the file", 7)
    painted = layer.data.copy()
    painted[0, 0] = 0
    layer.data = painted
    assert photo_from_layer(layer).sha256 != "of the file"


def test_a_photo_that_napari_opened_keeps_its_file(tmp_path):
    path = tmp_path / "dropped.png"
    PIL.Image.fromarray(draw(1).rgb).save(path)
    with layer_source(path=str(path), reader_plugin="napari"):
        layer = Image(draw(1).rgb, rgb=True)
    photo = photo_from_layer(layer)
    assert (photo.path, photo.sha256) == (path, read_photo(path).sha256)
    layer.data = layer.data[::-1]
    assert photo_from_layer(layer).path is None


@pytest.mark.parametrize(
    "pixels",
    [
        np.random.default_rng(0).integers(0, 255, (40, 60), dtype=np.uint8),
        np.random.default_rng(0).random((40, 60)),
        np.random.default_rng(0).integers(0, 65535, (40, 60), dtype=np.uint16),
    ],
)
def test_a_grey_layer_of_anyone_is_a_photo(pixels):
    photo = photo_from_layer(Image(pixels, name="scan"))
    assert photo.rgb.shape == (40, 60, 3)
    assert photo.name == "scan"


def test_a_stack_is_refused_by_the_name_of_its_layer():
    with pytest.raises(DinosarError, match="'stack'"):
        photo_from_layer(Image(np.zeros((3, 40, 60)), name="stack"))


def test_landmarks_survive_the_way_through_a_layer():
    marks = Landmarks.from_points(
        [(1, 2), (30.25, 4), (5, 60)], names=("a", "b", "c"), visibility=(2, 0, 1)
    )
    layer = Layer.create(*landmarks_spec(marks, "a").as_tuple())
    assert len(layer.data) == 2
    back = landmarks_from_layer(layer)
    assert back.names == ("a", "c")
    np.testing.assert_allclose(back.xy, [(1, 2), (5, 60)])
    np.testing.assert_array_equal(back.visibility, [2, 1])


def test_plain_points_are_landmarks_by_their_order():
    back = landmarks_from_layer(Points([(2, 1), (4, 3)], name="points"))
    assert back.names == ()
    np.testing.assert_allclose(back.xy, [(1, 2), (3, 4)])


def test_two_landmarks_of_one_name_are_refused_by_layer_and_name():
    layer = Points([(2, 1), (4, 3)], features={"name": ["eye", "eye"]}, name="marks")
    with pytest.raises(DinosarError, match=r"'marks'.*eye"):
        landmarks_from_layer(layer)


def test_a_frame_is_where_the_layer_puts_its_pixels():
    layer = Image(np.zeros((4, 5)), scale=(2, 3), translate=(10, 20), rotate=30)
    frame = frame_of(layer)
    for point in ((0, 0), (3, 1), (1.5, 4)):
        expected = layer.data_to_world(point)
        np.testing.assert_allclose(frame @ [*point, 1], [*expected, 1], atol=1e-9)

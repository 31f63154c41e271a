"""Arrays of every common kind become one 8-bit photo, or one clear error."""

from __future__ import annotations

import numpy as np
import pytest

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.photo import MAX_PIXELS, photo_from_array

SIZE = (40, 60)


def ramp(top: int, dtype: type) -> np.ndarray:
    return np.linspace(0, top, SIZE[0] * SIZE[1]).reshape(SIZE).astype(dtype)


@pytest.mark.parametrize("shape", [SIZE, (*SIZE, 1)])
def test_grey_becomes_three_equal_channels(shape):
    grey = ramp(255, np.uint8).reshape(shape)
    photo = photo_from_array(grey, "grey")
    assert photo.rgb.shape == (*SIZE, 3)
    assert photo.size_xy == (SIZE[1], SIZE[0])
    for channel in range(3):
        np.testing.assert_array_equal(photo.rgb[..., channel], grey.reshape(SIZE))


def test_alpha_lies_over_white():
    rgba = np.zeros((*SIZE, 4), np.uint8)
    rgba[..., 0] = 200
    rgba[:, 20:40, 3] = 128
    rgba[:, 40:, 3] = 255
    rgb = photo_from_array(rgba, "rgba").rgb
    assert rgb[0, 0].tolist() == [255, 255, 255]
    assert rgb[0, 30].tolist() == [round((200 * 128 + 255 * 127) / 255), 127, 127]
    assert rgb[0, 50].tolist() == [200, 0, 0]


@pytest.mark.parametrize(
    ("values", "divisor"),
    [
        (ramp(65535, np.uint16), 257.0),
        (ramp(8192, np.uint16), 257.0),
        (ramp(4095, np.uint16), 4095 / 255),
        (ramp(4095, np.uint16).astype(">u2"), 4095 / 255),
        (ramp(32767, np.int16), 32767 / 255),
        (ramp(65535, np.int64), 257.0),
        (ramp(10**6, np.uint32), 10**6 / 255),
    ],
)
def test_more_than_8_bits_are_divided_and_recorded(values, divisor):
    photo = photo_from_array(values, "deep")
    assert photo.provenance["sixteen_bit_divisor"] == pytest.approx(divisor)
    expected = np.rint(values / divisor)
    np.testing.assert_allclose(photo.rgb[..., 1], expected, atol=1)


def test_dark_colour_does_not_stretch_alpha():
    rgba = np.zeros((*SIZE, 4), np.uint16)
    rgba[..., :3] = 1000
    rgba[..., 3] = 4000
    rgb = photo_from_array(rgba, "dark").rgb
    alpha = round(4000 / 257) / 255
    assert rgb[0, 0, 0] == pytest.approx(255 * alpha + 255 * (1 - alpha))
    rgba[..., 0] = 0
    assert photo_from_array(rgba, "dark").rgb[0, 0, 0] == pytest.approx(255 * (1 - alpha), abs=1)


@pytest.mark.parametrize(
    "values",
    [ramp(255, np.uint8) / 255, (ramp(255, np.uint8) / 255).astype(np.float32)],
    ids=["float64", "float32"],
)
def test_floats_of_0_to_1(values):
    np.testing.assert_array_equal(photo_from_array(values, "f").rgb[..., 0], ramp(255, np.uint8))


def test_bool_and_plain_integers():
    assert photo_from_array(ramp(255, np.int64), "int").rgb.max() == 255
    half = np.zeros(SIZE, bool)
    half[:, 30:] = True
    assert photo_from_array(half, "bool").rgb[0, [0, -1], 0].tolist() == [0, 255]


@pytest.mark.parametrize(
    ("array", "says"),
    [
        (np.zeros((1, 1, 3), np.uint8), "1 x 1"),
        (np.zeros((20, 600), np.uint8), "at least 32"),
        (np.zeros((0, 0, 3), np.uint8), "0 x 0"),
        (np.broadcast_to(np.uint8(0), (20_000, 20_000, 3)), "limit of 200 megapixels"),
        (np.zeros((5, 40, 60, 3), np.uint8), "shape"),
        (np.zeros((40, 60, 2), np.uint8), "channels"),
        (np.zeros((3, 40, 60), np.uint8), "channels last"),
        (np.full(SIZE, np.nan), "NaN"),
        (np.full(SIZE, np.inf), "infinite"),
        (ramp(255, np.float32), "0 to 1"),
        (np.full(SIZE, -1), "negative"),
        (np.full(SIZE, 1j), "complex"),
        (np.full(SIZE, "a"), "type"),
        ([[1, 2], [3]], "differ in length"),
    ],
)
def test_what_is_no_photo_is_one_clear_error(array, says):
    with pytest.raises(DinosarError, match=says) as caught:
        photo_from_array(array, "moth.png")
    assert "moth.png" in str(caught.value)


def test_pixels_are_a_copy_that_cannot_be_written():
    source = np.zeros((*SIZE, 3), np.uint8)
    photo = photo_from_array(source, "copy")
    source[:] = 9
    assert photo.rgb.max() == 0
    assert photo.rgb.flags.c_contiguous
    with pytest.raises(ValueError, match="read-only"):
        photo.rgb[0, 0] = 1


def test_checksum_tells_type_shape_and_pixels_apart():
    zeros = np.zeros(SIZE, np.uint8)
    spot = zeros.copy()
    spot[3, 4] = 1
    arrays = [zeros, zeros.reshape(60, 40), zeros.astype(bool), spot, zeros[..., np.newaxis]]
    assert len({photo_from_array(array, "x").sha256 for array in arrays}) == len(arrays)
    again = np.asfortranarray(spot)
    assert photo_from_array(again, "y").sha256 == photo_from_array(spot, "x").sha256
    assert photo_from_array(spot, "x").n_bytes == spot.nbytes


def test_the_limit_is_the_stated_one():
    assert MAX_PIXELS == 200_000_000

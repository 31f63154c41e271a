"""One resampling by any map agrees with Pillow's where Pillow can, and never aliases or shifts."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from napari_dinosar.core.canvas_map import map_points
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.projective_resampling import on_photo, warp_mask, warp_rgb


def turn(angle_deg: float, scale: float, photo_shape, shape) -> np.ndarray:
    """Return the similarity that lays the middle of a photo on the middle of a frame."""
    angle = np.deg2rad(angle_deg)
    matrix = np.eye(3)
    matrix[:2, :2] = scale * np.array(
        [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    )
    middle, middle_of_photo = (np.array([s[1] - 1, s[0] - 1]) / 2 for s in (shape, photo_shape))
    matrix[:2, 2] = middle - matrix[:2, :2] @ middle_of_photo
    return matrix


def smooth(shape: tuple[int, int], step: int = 6) -> np.ndarray:
    """Draw a photo whose finest detail spans `step` pixels."""
    rough = np.random.default_rng(0).integers(0, 256, (shape[0] // step, shape[1] // step, 3))
    image = Image.fromarray(rough.astype(np.uint8))
    return np.asarray(image.resize((shape[1], shape[0]), Image.Resampling.BICUBIC))


@pytest.mark.parametrize(
    ("shape", "method", "mean", "most"),
    [
        ((160, 230), "LANCZOS", 1.0, 8),
        ((70, 100), "LANCZOS", 0.6, 3),
        ((24, 34), "LANCZOS", 0.8, 4),
        ((400, 500), "BICUBIC", 0.25, 2),
        ((210, 300), "BICUBIC", 0.0, 0),
    ],
)
def test_a_plain_scaling_is_pillows(shape, method, mean, most):
    photo = smooth((210, 300), step=15)
    matrix = np.diag([shape[1] / 300, shape[0] / 210, 1.0])
    matrix[:2, 2] = 0.5 * np.diag(matrix)[:2] - 0.5
    laid = warp_rgb(photo, matrix, np.ones(shape, bool))
    expected = Image.fromarray(photo).resize(shape[::-1], Image.Resampling[method])
    difference = np.abs(laid.astype(int) - np.asarray(expected))
    assert difference.mean() <= mean
    assert difference.max() <= most


@pytest.mark.parametrize("scale", [0.04, 0.13, 0.4, 0.8, 1.0, 2.5])
def test_a_feature_lands_where_the_map_says_at_any_scale(scale):
    shape = (160, 180)
    photo_shape = tuple(round(side / scale) for side in (120, 120))
    matrix = turn(33.0, scale, photo_shape, shape)
    rows, cols = np.mgrid[: photo_shape[0], : photo_shape[1]]
    spot_xy = np.array([photo_shape[1] * 0.62, photo_shape[0] * 0.41])
    spot = np.exp(-((cols - spot_xy[0]) ** 2 + (rows - spot_xy[1]) ** 2) * (scale / 5.0) ** 2 / 2)
    photo = np.repeat(np.rint(200 * spot).astype(np.uint8)[..., None], 3, axis=2)
    laid = warp_rgb(photo, matrix, np.ones(shape, bool))[..., 0].astype(float)
    y, x = np.mgrid[: shape[0], : shape[1]]
    found = np.array([(laid * x).sum(), (laid * y).sum()]) / laid.sum()
    np.testing.assert_allclose(found, map_points(matrix, spot_xy), atol=0.05)
    assert laid.max() == pytest.approx(200, abs=6)


@pytest.mark.parametrize("scale", [0.45, 0.2, 0.07])
@pytest.mark.parametrize("angle", [0.0, 30.0])
def test_what_the_frame_cannot_resolve_turns_grey_and_is_not_aliased(scale, angle):
    side = round(100 / scale)
    checks = np.indices((side, side)).sum(axis=0) % 2 * 255
    photo = np.repeat(checks.astype(np.uint8)[..., None], 3, axis=2)
    laid = warp_rgb(photo, turn(angle, scale, (side, side), (100, 100)), np.ones((100, 100), bool))
    inner = laid[25:75, 25:75].astype(float)
    assert inner.mean() == pytest.approx(127.5, abs=1.5)
    assert inner.std() < 4


def test_a_turn_there_and_back_gives_the_photo_again():
    photo = smooth((150, 150))
    there = turn(20.0, 1.0, (150, 150), (220, 220))
    laid = warp_rgb(photo, there, np.ones((220, 220), bool))
    back = warp_rgb(laid, np.linalg.inv(there), np.ones((150, 150), bool))
    difference = np.abs(back.astype(int) - photo)[5:-5, 5:-5]
    assert difference.mean() < 1.5


def test_a_projective_map_is_applied_as_such():
    y, x = np.mgrid[:200, :260]
    photo = np.stack([x, y, np.full_like(x, 7)], axis=-1).clip(0, 255).astype(np.uint8)
    matrix = np.array([[1.1, 0.1, -20.0], [-0.1, 0.9, 25.0], [6e-4, -4e-4, 1.0]])
    shape = (150, 170)
    laid = warp_rgb(photo, matrix, np.ones(shape, bool))
    rows, cols = np.mgrid[: shape[0], : shape[1]]
    photo_xy = map_points(np.linalg.inv(matrix), np.stack([cols, rows], axis=-1))
    inside = ((photo_xy > 4) & (photo_xy < (250, 195))).all(axis=-1)
    assert inside.mean() > 0.5
    np.testing.assert_allclose(laid[inside][:, :2], photo_xy[inside], atol=1.2)
    # Pillow's filters round ramps down by up to half a grey level
    assert abs((laid[inside][:, :2] - photo_xy[inside]).mean()) < 0.25


def test_tiles_leave_no_seams_and_what_nobody_wants_is_left_out():
    photo = smooth((600, 600))
    matrix = turn(12.0, 0.7, (600, 600), (300, 300))
    whole = warp_rgb(photo, matrix, np.ones((300, 300), bool))
    corner = turn(12.0, 0.7, (600, 600), (300, 300))
    corner[:2, 2] -= (90, 70)
    shifted = warp_rgb(photo, corner, np.ones((200, 200), bool))
    np.testing.assert_allclose(shifted.astype(int), whole[70:270, 90:290], atol=1)
    wanted = np.zeros((300, 300), bool)
    wanted[10:40, 10:50] = True
    some = warp_rgb(photo, matrix, wanted)
    np.testing.assert_array_equal(some[wanted], whole[wanted])
    assert not some[128:].any()


def test_no_foreign_colour_bleeds_in_at_the_edge_of_the_photo():
    for scale in (0.1, 0.6, 1.7):
        photo = np.full((300, 400, 3), 200, np.uint8)
        matrix = turn(25.0, scale, (300, 400), (200, 200))
        inside = on_photo(matrix, (200, 200), (400, 300))
        assert inside.any()
        laid = warp_rgb(photo, matrix, inside)
        assert (laid[inside] == 200).all()


def test_the_area_of_a_mask_follows_the_scale_and_ends_with_the_photo():
    mask = np.zeros((400, 500), bool)
    mask[100:300, 150:450] = True
    for scale in (0.05, 0.3, 0.9, 1.6):
        matrix = turn(40.0, scale, mask.shape, (700, 900))
        laid = warp_mask(mask, matrix, (700, 900))
        assert laid.sum() == pytest.approx(mask.sum() * scale**2, rel=0.01 / scale)
    full = np.ones((50, 60), bool)
    matrix = turn(0.0, 2.0, full.shape, (200, 200))
    np.testing.assert_array_equal(
        warp_mask(full, matrix, (200, 200)), on_photo(matrix, (200, 200), (60, 50))
    )


def test_a_photo_far_away_leaves_the_frame_empty():
    matrix = np.eye(3)
    matrix[0, 2] = 5000
    assert not warp_rgb(smooth((60, 60)), matrix, np.ones((50, 50), bool)).any()
    assert not warp_mask(np.ones((60, 60), bool), matrix, (50, 50)).any()
    assert not on_photo(matrix, (50, 50), (60, 60)).any()


def test_a_horizon_in_the_frame_is_survived():
    matrix = np.array([[1.0, 0, 0], [0, 1.0, 0], [1 / 50, 0, 1.0]])
    laid = warp_mask(np.ones((60, 200), bool), matrix, (60, 90))
    assert laid[0, 0]
    assert not laid[:, 55:].any()
    warp_rgb(smooth((60, 200)), matrix, np.ones((60, 90), bool))


def test_a_matrix_that_cannot_be_inverted_is_one_clear_error():
    with pytest.raises(DinosarError, match="invertible"):
        warp_rgb(smooth((60, 60)), np.zeros((3, 3)), np.ones((50, 50), bool))

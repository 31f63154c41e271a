"""A copy is what its draws say: turned, enlarged and relit about the middle of the mask."""

import numpy as np
import pytest

from drawn import draw
from napari_dinosar.core.foreground import Foreground
from napari_dinosar.core.photo import photo_from_array
from napari_dinosar.core.resampling import CROP_MARGIN
from napari_dinosar.core.shape import centroid_size
from napari_dinosar.inspection.jitter import Jitter, jittered_copy

STILL = Jitter(0.0, 0.0, 0.0, 0.0, 0.0)
AMPLE = Jitter(12.0, 0.3, 0.2, 0.4, 0.03)


@pytest.fixture(scope="module")
def specimen():
    return draw(3, (130, 90), angle_deg=20, scale=0.8, shift_xy=(9, -4))


def copy_of(specimen, jitter, seed=0, **options):
    return jittered_copy(
        photo_from_array(specimen.rgb, "one"), Foreground(specimen.mask, "thresh"),
        specimen.landmarks_xy, jitter, np.random.default_rng(seed), **options,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_place_and_landmarks_are_those_of_the_draws(specimen, seed):
    rng = np.random.default_rng(seed)
    turn, enlarge, *_ = rng.uniform(-1.0, 1.0, 4)
    moved_by = rng.standard_normal(specimen.landmarks_xy.shape)
    copy = copy_of(specimen, AMPLE, seed)
    angle, scale = np.deg2rad(12.0 * turn), 1.0 + 0.3 * enlarge
    linear = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    np.testing.assert_allclose(copy.matrix[:2, :2], linear, atol=1e-12)
    # the middle of the mask's box stays, but for the new frame of whole pixels
    y, x = np.nonzero(specimen.mask)
    middle = np.array([x.min() + x.max(), y.min() + y.max()]) / 2
    shift = linear @ middle + copy.matrix[:2, 2] - middle
    np.testing.assert_allclose(shift, np.rint(shift), atol=1e-9)
    there = specimen.landmarks_xy @ linear.T + copy.matrix[:2, 2]
    sigma = 0.03 * centroid_size(there) / np.sqrt(2)
    np.testing.assert_allclose(copy.landmarks_xy, there + sigma * moved_by, atol=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_light_and_contrast_are_those_of_the_draws(specimen, seed):
    *_, light, contrast = np.random.default_rng(seed).uniform(-1.0, 1.0, 4)
    before = copy_of(specimen, STILL, seed).photo.rgb.astype(float)
    relit = copy_of(specimen, Jitter(0.0, 0.0, 0.2, 0.4, 0.0), seed).photo.rgb
    expected = (before - 127.5) * (1 + 0.4 * contrast) + 127.5 + 255 * 0.2 * light
    np.testing.assert_allclose(relit, expected.clip(0, 255), atol=0.5 + 1e-9)


@pytest.mark.parametrize("img_size", [25, 512])
def test_a_copy_that_is_not_moved_keeps_the_edges_of_pixels(specimen, img_size):
    """Reduced or not: where the photo begins, a pixel of the copy begins."""
    copy = copy_of(specimen, STILL, img_size=img_size)
    y, x = np.nonzero(specimen.mask)
    share = min(1.0, 2 * img_size / max(np.ptp(x) + 1, np.ptp(y) + 1))
    np.testing.assert_allclose(np.diag(copy.matrix)[:2], share, rtol=0.02)
    corner = copy.matrix[:2] @ (-0.5, -0.5, 1.0) + 0.5
    np.testing.assert_allclose(corner, np.rint(corner), atol=1e-9)


def test_the_frame_holds_the_mask_and_what_the_canvas_shows_round_it(specimen):
    copy = copy_of(specimen, AMPLE)
    y, x = np.nonzero(copy.foreground.mask)
    room = CROP_MARGIN * max(np.ptp(x) + 1, np.ptp(y) + 1)
    height, width = copy.foreground.mask.shape
    assert min(x.min(), y.min(), width - 1 - x.max(), height - 1 - y.max()) >= room
    whole = copy_of(specimen, AMPLE, crop=False)
    assert whole.photo.size_xy == (130, 90)
    assert copy.photo.size_xy != whole.photo.size_xy

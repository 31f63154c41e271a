"""Masks by colour or by hand, and the patches that they leave."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from napari_dinosar.core.canvas import Canvas, CanvasMap
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.foreground import (
    Foreground,
    labels_foreground,
    landmarks_outside_warning,
    threshold_foreground,
    valid_patches,
)
from napari_dinosar.core.photo import Photo, photo_from_array


def disc(shape: tuple[int, int], x: float, y: float, radius: float) -> np.ndarray:
    rows, cols = np.mgrid[: shape[0], : shape[1]]
    return np.hypot(cols - x, rows - y) <= radius


def draw(mask: np.ndarray, contrast: int = 150, noise: int = 6) -> Photo:
    """Draw a specimen, lighter and darker in places, on a shaded backdrop with noise."""
    rng = np.random.default_rng(0)
    rows, cols = np.mgrid[: mask.shape[0], : mask.shape[1]]
    backdrop = 235 - 20 * (cols / mask.shape[1]) - 10 * (rows / mask.shape[0]) ** 2
    pattern = 12 * np.sin(cols / 7)
    grey = np.where(mask, backdrop - contrast + pattern, backdrop)
    grey = grey + rng.uniform(-noise, noise, mask.shape)
    return photo_from_array(np.clip(grey, 0, 255).astype(np.uint8), "beetle.jpg")


def iou(a: np.ndarray, b: np.ndarray) -> float:
    return float((a & b).sum() / (a | b).sum())


def canvas_of(mask: np.ndarray, patch_size: int = 16) -> Canvas:
    rgb = np.full((*mask.shape, 3), 255, np.uint8)
    return Canvas(rgb, mask, CanvasMap((0, 0), (1, 1), (0, 0)), patch_size)


def test_the_largest_part_is_kept_and_its_holes_filled():
    shape = (240, 360)
    body = disc(shape, 180, 120, 80)
    drawn = body & ~disc(shape, 190, 120, 15)
    drawn |= disc(shape, 40, 200, 12)
    found = threshold_foreground(draw(drawn))
    assert iou(found.mask, body) > 0.97
    assert found.mode == "thresh"
    assert found.separability > 0.9
    assert found.warnings == ()


def test_a_large_photo_is_masked_reduced_and_brought_back():
    shape = (1500, 2200)
    body = disc(shape, 1000, 800, 500)
    found = threshold_foreground(draw(body))
    assert found.mask.shape == shape
    assert iou(found.mask, body) > 0.99


def test_poor_contrast_warns_and_points_on():
    found = threshold_foreground(draw(disc((200, 300), 150, 100, 60), contrast=10, noise=12))
    assert found.separability < 0.85
    told = " ".join(found.warnings)
    assert "beetle.jpg" in told
    assert "separability" in told
    assert "rembg" in told
    assert "Labels" in told


def test_a_mask_at_the_edge_warns():
    body = disc((200, 300), 150, 100, 60)
    body[:100, 145:155] = True
    found = threshold_foreground(draw(body))
    assert found.mask[0].any()
    assert any("reaches the edge" in warning for warning in found.warnings)


def test_one_colour_is_an_error_that_names_the_photo():
    with pytest.raises(DinosarError, match=r"blank\.png: no specimen"):
        threshold_foreground(photo_from_array(np.full((60, 80), 200, np.uint8), "blank.png"))


@pytest.mark.needs_data
@pytest.mark.parametrize(
    ("folder", "expected"),
    [("planthoppers", 0.92), ("grapeleaf/images", 0.98), ("fly_wings/images", 0.68)],
)
def test_separability_on_real_photos(shared: Path, folder, expected):
    photos = sorted((shared / "data" / folder).glob("*.jpg"))[:6]
    values = [
        threshold_foreground(photo_from_array(np.asarray(Image.open(path)), path.name)).separability
        for path in photos
    ]
    assert np.median(values) == pytest.approx(expected, abs=0.03)


def test_labels_above_zero_are_the_specimen():
    photo = draw(disc((60, 80), 40, 30, 20))
    labels = np.zeros((60, 80), int)
    labels[10:20, 5:9] = 3
    labels[30:40, 5:9] = -1
    found = labels_foreground(labels, photo)
    assert found.mode == "layer"
    assert found.separability is None
    np.testing.assert_array_equal(found.mask, labels == 3)


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        (None, "needs a Labels layer"),
        (np.zeros((60, 80), int), "nothing is painted"),
        (np.ones((80, 60), int), "must be numbers of the photo's own shape"),
        (np.ones((1, 60, 80), int), "must be numbers of the photo's own shape"),
        (np.full((60, 80), "x"), "must be numbers"),
    ],
)
def test_labels_that_cannot_be_used(labels, says):
    with pytest.raises(DinosarError, match=f"beetle.jpg: .*{says}"):
        labels_foreground(labels, draw(disc((60, 80), 40, 30, 20)))


def test_landmarks_far_from_the_mask_warn():
    mask = np.zeros((300, 400), bool)
    mask[100:200, 100:300] = True  # 2 % of the longer side are 4 px
    on_it = np.array([[100, 100], [299, 199], [150, 150], [104.0, 196], [303, 150], [200, 202.9]])
    for mode in ("thresh", "rembg:u2net", "layer"):
        assert landmarks_outside_warning(Foreground(mask, mode), on_it, "x") is None
        off = np.array([[95.0, 150], [200, 205], [900, -50]])
        told = landmarks_outside_warning(Foreground(mask, mode), np.r_[on_it, off], "moth.jpg")
        assert "moth.jpg: 3 of 9 landmarks" in told
    one_of_ten = np.r_[on_it, on_it[:3], [[0, 0]]]
    assert landmarks_outside_warning(Foreground(mask, "thresh"), one_of_ten, "x") is None


def test_landmarks_that_are_missing_do_not_count():
    mask = disc((60, 80), 40, 30, 3)
    foreground = Foreground(mask, "thresh")
    assert landmarks_outside_warning(foreground, np.full((4, 2), np.nan), "x") is None
    assert landmarks_outside_warning(foreground, np.zeros((0, 2)), "x") is None
    assert landmarks_outside_warning(foreground, [[40.4, 29.6], [np.nan, 0]], "x") is None


def test_fill_is_the_share_of_the_patch_in_the_mask():
    mask = np.zeros((96, 128), bool)
    mask[32:48, 32:48] = True
    mask[48:56, 32:36] = True
    found = valid_patches(canvas_of(mask), fg_thresh=0.15, border_patches=2, name="x")
    assert found.fill.shape == (6, 8)
    assert found.fill.dtype == np.float32
    assert found.fill[2, 2] == 1
    assert found.fill[3, 2] == pytest.approx(8 * 4 / 256)
    assert np.argwhere(found.valid).tolist() == [[2, 2]]
    assert found.warnings == ()


def test_the_threshold_is_strict():
    mask = np.zeros((48, 48), bool)
    mask[16:32, 16:20] = True
    canvas = canvas_of(mask)
    assert valid_patches(canvas, fg_thresh=0.24, border_patches=1, name="x").valid.sum() == 1
    with pytest.raises(DinosarError, match=r"moth\.jpg: no patch is left"):
        valid_patches(canvas, fg_thresh=0.25, border_patches=1, name="moth.jpg")


def test_rings_that_take_foreground_warn_with_the_share():
    mask = np.zeros((160, 160), bool)
    mask[16:144, 16:144] = True
    found = valid_patches(canvas_of(mask), fg_thresh=0.15, border_patches=2, name="moth.jpg")
    assert found.valid.sum() == 36
    assert "moth.jpg: 44% of the foreground" in found.warnings[0]
    assert valid_patches(canvas_of(mask), fg_thresh=0.15, border_patches=1, name="x").warnings == ()


def test_rings_that_cover_the_canvas_leave_no_patch():
    with pytest.raises(DinosarError, match="no patch is left"):
        valid_patches(canvas_of(np.ones((64, 64), bool)), fg_thresh=0, border_patches=2, name="x")

"""Alignments by landmarks and by outlines are right, measured in B's pixels, or refused."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from skimage.transform import estimate_transform

from drawn import draw
from napari_dinosar.core.alignment import Alignment, align_landmarks, align_masks
from napari_dinosar.core.canvas import CanvasMap, aligned_canvas, make_canvas
from napari_dinosar.core.canvas_map import map_points
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.foreground import threshold_foreground
from napari_dinosar.core.overlap import overlap_share
from napari_dinosar.core.photo import photo_from_array
from napari_dinosar.io.photos import read_photo

PLAIN = CanvasMap((0, 0), (1, 1), (0, 0))
TILT = np.array([[0.9, 0.25, 30.0], [-0.2, 1.05, 60.0], [4e-4, -2e-4, 1.0]])


def scattered(n: int = 9, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(60, 440, (n, 2))


def noise(n: int = 9, size: float = 5.0) -> np.ndarray:
    return np.random.default_rng(3).normal(0, size, (n, 2))


def turned(xy: np.ndarray, angle_deg: float, scale: float) -> np.ndarray:
    angle = np.deg2rad(angle_deg)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return scale * xy @ rotation.T + (250, -40)


def wedge(angle_deg: float = 0.0, flip: bool = False, side: int = 200) -> np.ndarray:
    """Draw an outline without any symmetry: a thick L with a short foot."""
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    plane = (x + 1j * y) * np.exp(-1j * np.deg2rad(angle_deg))
    x, y = plane.real, -plane.imag if flip else plane.imag
    upright = (np.abs(x + 20) < 15) & (np.abs(y) < 60)
    return upright | ((np.abs(x - 10) < 30) & (np.abs(y - 45) < 15))


def test_similarity_is_the_least_squares_one():
    a = scattered()
    b = turned(a, 40.0, 1.3) + noise()
    found = align_landmarks(a, b, method="similarity", b_to_photo=PLAIN)
    np.testing.assert_allclose(found.matrix, estimate_transform("similarity", a, b).params)
    assert (found.method, found.source, found.stage) == ("similarity", "landmarks", None)
    assert found.n_landmarks == 9
    assert not found.mirrored
    assert found.warnings == ()
    assert found.angle_deg == pytest.approx(40.0, abs=2.0)
    assert found.scale == pytest.approx(1.3, abs=0.05)


def test_procrustes_is_the_best_rotation_and_says_what_its_scale_rests_on():
    a = scattered()
    b = turned(a, -75.0, 1.2) + noise()
    found = align_landmarks(a, b, method="procrustes", b_to_photo=PLAIN)
    flat = np.zeros((9, 1))
    expected, _ = Rotation.align_vectors(
        np.hstack([b - b.mean(axis=0), flat]), np.hstack([a - a.mean(axis=0), flat])
    )
    np.testing.assert_allclose(found.matrix[:2, :2], expected.as_matrix()[:2, :2], atol=1e-9)
    np.testing.assert_allclose(map_points(found.matrix, a).mean(axis=0), b.mean(axis=0))
    assert found.scale == pytest.approx(1.0)
    assert "cropped" in found.warnings[0]


def test_a_homography_is_applied_as_projective_and_names_who_does_not_agree():
    a = scattered(10)
    b = map_points(TILT, a)
    b[6] += (80, -50)
    labels = [f"vein {k}" for k in range(10)]
    found = align_landmarks(
        a, b, method="homography", b_to_photo=PLAIN, mask_a=np.ones((512, 512), bool), labels=labels
    )
    np.testing.assert_allclose(found.matrix / found.matrix[2, 2], TILT, rtol=1e-6)
    assert (found.n_landmarks, found.n_inliers) == (10, 9)
    assert found.residual_px == pytest.approx(np.hypot(80, 50) / np.sqrt(10), rel=1e-6)
    (warning,) = found.warnings
    assert warning.endswith("9 of 10 common landmarks; those that do not agree with it are vein 6.")
    assert found.angle_deg is None
    assert found.scale is None


def test_the_residual_is_in_the_pixels_of_bs_photo_and_a_share_of_its_size():
    to_photo = CanvasMap((-30.0, 12.0), (0.25, 0.25), (0.0, 80.0))
    a = scattered()
    b = a + noise()
    found = align_landmarks(a, b, b_to_photo=to_photo)
    on_canvas = align_landmarks(a, b, b_to_photo=lambda xy: xy)
    gap = map_points(found.matrix, a) - b
    assert on_canvas.residual_px == pytest.approx(np.sqrt((gap**2).sum(axis=1).mean()))
    assert found.residual_px == pytest.approx(4 * on_canvas.residual_px)
    assert found.residual_share == pytest.approx(on_canvas.residual_share)
    size = np.linalg.norm(b - b.mean(axis=0))
    assert on_canvas.residual_share == pytest.approx(on_canvas.residual_px / size)


def test_landmarks_that_one_specimen_lacks_are_left_out():
    a, b = scattered(), scattered() + noise()
    fewer = align_landmarks(a[2:], b[2:], b_to_photo=PLAIN)
    a[0], b[1] = np.nan, np.nan
    found = align_landmarks(a, b, b_to_photo=PLAIN)
    np.testing.assert_array_equal(found.matrix, fewer.matrix)
    assert found.n_landmarks == 7


def test_landmarks_never_mirror_but_say_that_they_should():
    a = scattered()
    found = align_landmarks(a, a * (-1, 1), b_to_photo=PLAIN)
    assert np.linalg.det(found.matrix) > 0
    assert not found.mirrored
    assert any("mirrored" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    ("n", "method", "says"),
    [
        (2, "similarity", "similarity needs at least 3 .* there are 2.*masks"),
        (2, "procrustes", "procrustes needs at least 3"),
        (0, "similarity", "there are 0"),
        (5, "homography", "homography needs at least 6 .* there are 5.*similarity"),
        (9, "affine", "align_method is 'affine'"),
    ],
)
def test_too_few_landmarks_are_one_clear_error(n, method, says):
    with pytest.raises(DinosarError, match=says):
        align_landmarks(scattered(n), scattered(n, 1), method=method, b_to_photo=PLAIN)


@pytest.mark.parametrize("method", ["similarity", "procrustes"])
def test_landmarks_without_a_rotation_are_refused(method):
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * 100.0
    with pytest.raises(DinosarError, match="no rotation"):
        align_landmarks(square, square[:, ::-1], method=method, b_to_photo=PLAIN)
    with pytest.raises(DinosarError, match="coincide"):
        align_landmarks(square, np.ones((4, 2)), method=method, b_to_photo=PLAIN)
    with pytest.raises(DinosarError, match="A has 4 and B 3"):
        align_landmarks(square, square[:3], method=method, b_to_photo=PLAIN)


def test_a_homography_is_refused_where_it_tears_the_mask():
    a = scattered(8)
    tilt = np.array([[1.0, 0, 0], [0, 1.0, 0], [-1 / 600, 0, 1.0]])
    mask = np.zeros((512, 900), bool)
    mask[200:300, 50:400] = True
    align = {"method": "homography", "b_to_photo": PLAIN}
    near = np.linalg.inv(np.diag([2.0, 2.0, 1.0])) @ tilt
    assert align_landmarks(a / 2, map_points(near, a / 2), **align).n_inliers == 8
    mask[200:300, 50:800] = True
    with pytest.raises(DinosarError, match="horizon"):
        align_landmarks(a / 2, map_points(near, a / 2), mask_a=mask, **align)


def test_outlines_are_laid_on_each_other_and_their_iou_rises():
    a, b = wedge(), wedge(65.0)
    before = overlap_share(a, b, np.eye(3))
    found = align_masks(a, b)
    assert found.iou > 0.97 > before
    assert found.angle_deg == pytest.approx(65.0, abs=0.3)
    assert found.scale == pytest.approx(1.0, abs=0.005)
    assert (found.source, found.method, found.residual_px) == ("masks", "similarity", None)
    assert found.loss < found.runner_up.loss
    assert found.runner_up.iou < found.iou


def test_the_mirror_image_is_taken_only_when_asked_for():
    a, b = wedge(), wedge(30.0, flip=True)
    found = align_masks(a, b, mirror=True)
    assert found.mirrored
    assert found.iou > 0.97
    assert np.linalg.det(found.matrix) < 0
    assert "mirror image" in found.warnings[0]
    try:
        plain = align_masks(a, b)
    except DinosarError:
        return
    assert not plain.mirrored
    assert plain.iou < 0.9


def test_symmetric_outlines_are_refused_with_both_numbers():
    y, x = np.mgrid[:160, :160] - 79.5
    circle = np.hypot(x, y) < 50
    with pytest.raises(DinosarError, match=r"fit equally well.*[Pp]lace at least 3 landmarks"):
        align_masks(circle, np.roll(circle, (7, 4), (0, 1)))
    with pytest.raises(DinosarError, match=r"turned by (20|-160) degrees .* and turned by"):
        align_masks(draw().mask, draw(angle_deg=20.0).mask)


def test_a_shape_and_its_mirror_image_are_rivals_when_mirroring_is_allowed():
    heart = wedge() | wedge()[:, ::-1]
    heart[:60] = False
    assert align_masks(heart, np.roll(heart, 5, axis=1)).iou > 0.97
    with pytest.raises(DinosarError, match="mirrored and turned"):
        align_masks(heart, np.roll(heart, 5, axis=1), mirror=True)


def test_outlines_that_share_too_little_are_refused_with_their_iou():
    star = np.zeros((200, 200), bool)
    star[96:104, 10:190] = star[10:100, 60:68] = True
    with pytest.raises(DinosarError, match=r"IoU 0\.[0-5]\d\).*0\.6 is the least"):
        align_masks(star, wedge())


def test_an_empty_mask_is_one_clear_error():
    nothing = np.zeros((9, 9), bool)
    for a, b, name in ((nothing, wedge(), "A"), (wedge(), nothing, "B")):
        with pytest.raises(DinosarError, match=f"foreground of {name} is empty"):
            align_masks(a, b)


def test_applying_reports_what_falls_outside():
    mask = np.zeros((100, 100), bool)
    mask[40:60, 40:60] = True
    shift = np.array([[1.0, 0, 45.0], [0, 1.0, 0], [0, 0, 1.0]])
    found = Alignment(None, "similarity", "landmarks", shift)
    applied = found.applied("image", mask, (100, 100))
    assert (applied.stage, applied.outside_share) == ("image", 0.25)
    assert "25%" in applied.warnings[0]
    assert found.applied("mask", mask, (100, 100)).outside_share is None
    shift[0, 2] = 60.0
    with pytest.raises(DinosarError, match="outside the canvas of B"):
        found.applied("both", mask, (100, 100))
    with pytest.raises(DinosarError, match="align_stage is 'none'"):
        found.applied("none", mask, (100, 100))


def test_the_record_is_plain_values():
    a, b = wedge(), wedge(65.0)
    by_masks = align_masks(a, b).applied("image", a, b.shape)
    xy = scattered()
    tilted = map_points(TILT, xy)
    by_landmarks = align_landmarks(xy, tilted, method="homography", b_to_photo=PLAIN)
    for alignment in (by_masks, by_landmarks):
        record = alignment.record()
        assert json.loads(json.dumps(record, allow_nan=False)) == record
        np.testing.assert_array_equal(record["matrix"], alignment.matrix)
    assert by_masks.record()["runner_up"]["iou"] == by_masks.runner_up.iou
    assert by_masks.record()["stage"] == "image"


def test_landmarks_and_outline_agree_on_a_photographed_pair():
    a, b = draw(angle_deg=-8.0, scale=0.8), draw(angle_deg=25.0, shift_xy=(10, -6))
    canvases = [
        make_canvas(photo_from_array(one.rgb, "drawn"), one.mask, patch_size=16, img_size=256)
        for one in (a, b)
    ]
    found = align_landmarks(
        canvases[0].map.to_canvas(a.landmarks_xy),
        canvases[1].map.to_canvas(b.landmarks_xy),
        b_to_photo=canvases[1].map,
    )
    assert found.angle_deg == pytest.approx(33.0, abs=0.3)
    assert found.residual_px < 0.3
    assert overlap_share(canvases[0].mask, canvases[1].mask, found.matrix) > 0.97


@pytest.mark.needs_data
def test_outlines_of_planthoppers_overlap_more_once_aligned(planthoppers):
    canvases = []
    for name in ("col-fusca_(L).jpg", "col-macu-spp_maculata_(L).jpg"):
        photo = read_photo(planthoppers / name)
        mask = threshold_foreground(photo).mask
        canvases.append((photo, mask, make_canvas(photo, mask, patch_size=16)))
    (photo, mask, a), (_, _, b) = canvases
    found = align_masks(a.mask, b.mask)
    laid = aligned_canvas(photo, mask, a, b, found.matrix)
    shared, either = (laid.mask & b.mask).sum(), (laid.mask | b.mask).sum()
    assert shared / either == pytest.approx(found.iou, abs=0.01)
    assert found.iou > overlap_share(a.mask, b.mask, np.eye(3)) + 0.15
    back = align_masks(b.mask, a.mask)
    assert back.angle_deg == pytest.approx(-found.angle_deg, abs=1.0)

"""Comparisons of a photo with a changed copy of itself, where the right answer is known."""

import numpy as np
import pytest
from scipy.ndimage import map_coordinates

import matching_truth
from drawn import LANDMARKS_UNIT_XY, NAMES, draw
from napari_dinosar import Landmarks, Settings, compare
from napari_dinosar.backbones import load_backbone
from napari_dinosar.core.spline import ThinPlateSpline
from napari_dinosar.io.photos import read_photo
from napari_dinosar.specimen import Cache

MORE_XY = np.array([(-0.5, 0.3), (0.5, 0.45), (-0.6, -0.4), (0.55, -0.6), (0.0, 0.4)])


def warped_copy(rgb, to_copy, to_photo):
    """Return the photo carried by a thin-plate spline, sampled through its inverse spline."""
    height, width = rgb.shape[:2]
    grid_xy = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=-1).astype(float)
    source_xy = to_photo(grid_xy)
    for _ in range(20):  # the spline back is not the inverse: Newton's steps make it one
        source_xy -= 0.9 * (to_copy(source_xy) - grid_xy)
    channels = [
        map_coordinates(
            rgb[..., c].astype(float), np.moveaxis(source_xy[..., ::-1], -1, 0), cval=236
        )
        for c in range(3)
    ]
    return np.stack(channels, axis=-1).clip(0, 255).round().astype(np.uint8)


def test_homologous_cells_of_a_warped_copy_correspond():
    """Cell centres carried by the true warp meet the cells that the landmarks give."""
    one = draw(5)
    unit = np.concatenate([LANDMARKS_UNIT_XY, MORE_XY])
    xy = unit * [0.40 * 320, 0.30 * 220] + [(320 - 1) / 2, (220 - 1) / 2]
    moved = xy + np.random.default_rng(3).normal(0, 4, xy.shape)
    to_copy, to_photo = ThinPlateSpline(xy, moved), ThinPlateSpline(moved, xy)
    copy = warped_copy(one.rgb, to_copy, to_photo)
    names = (*NAMES, *(f"more {i}" for i in range(len(MORE_XY))))
    marks = tuple(Landmarks.from_points(points, names=names) for points in (xy, moved))
    found = compare(
        one.rgb, copy, Settings(fg_mode="thresh"), backbone="daisy", landmarks=marks, cache=Cache()
    )
    cells = found.cells[found.cells["used"]]
    centre = {
        side: np.stack(
            [cells[[f"{axis}{k}_{side}" for k in range(1, 5)]].mean(axis=1) for axis in "xy"],
            axis=-1,
        )
        for side in "ab"
    }
    error_px = np.linalg.norm(to_copy(centre["a"]) - centre["b"], axis=1)
    patch_px = 16 / np.mean(found.b.canvas.map.scale_xy)
    assert len(cells) > 50
    assert np.median(error_px) < 0.1 * patch_px
    assert found.summary["homology"]["dissimilarity"]["median"] < 0.05


@pytest.mark.parametrize(("angle_deg", "scale"), [(-10.0, 0.8), (10.0, 1.25)])
def test_matches_of_a_turned_copy_find_their_place_with_the_descriptor(angle_deg, scale):
    backbone = load_backbone("daisy")
    rgb = draw(6, size_xy=(480, 330)).rgb
    outcome = matching_truth.share_right(rgb, angle_deg, scale, backbone, None)
    assert outcome.n > 50
    assert outcome.share >= 0.5


@pytest.mark.needs_data
@pytest.mark.parametrize(("angle_deg", "scale"), [(-10.0, 0.8), (5.0, 1.25)])
def test_matches_of_a_turned_copy_find_their_place_with_a_real_network(
    planthoppers, dinov2_weights, angle_deg, scale
):
    backbone = load_backbone(dinov2_weights)
    rgb = read_photo(planthoppers / "col-fusca_(L).jpg").rgb
    outcome = matching_truth.share_right(rgb, angle_deg, scale, backbone, [6, 7, 8, 9])
    assert outcome.n > 50
    assert outcome.share >= 0.65

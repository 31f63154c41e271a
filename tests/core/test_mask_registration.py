"""Known similarities between outlines are found again from the masks alone."""

from __future__ import annotations

import numpy as np
import pytest

from napari_dinosar.core.canvas_map import map_points
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.mask_registration import register_masks

LOPSIDED = ((2, 0.25, 0.3), (3, 0.12, 1.0), (5, 0.05, 2.0))


def blob(
    angle_deg: float = 0.0,
    scale: float = 1.0,
    shift_xy: tuple[float, float] = (0.0, 0.0),
    mirror: bool = False,
    harmonics: tuple[tuple[int, float, float], ...] = LOPSIDED,
    side: int = 256,
) -> np.ndarray:
    """Draw a closed outline whose radius is a sum of cosines."""
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    plane = ((x - shift_xy[0]) + 1j * (y - shift_xy[1])) * np.exp(-1j * np.deg2rad(angle_deg))
    plane = plane.conj() if mirror else plane
    swing = sum(size * np.cos(k * np.angle(plane) + phase) for k, size, phase in harmonics)
    return np.abs(plane) <= 0.26 * side * scale * (1 + swing)


def true_matrix(angle_deg, scale, shift_xy, mirror=False, side=256) -> np.ndarray:
    turn = scale * np.exp(1j * np.deg2rad(angle_deg))
    linear = np.array([[turn.real, -turn.imag], [turn.imag, turn.real]]) @ np.diag(
        [1, -1 if mirror else 1]
    )
    centre = np.full(2, (side - 1) / 2)
    matrix = np.eye(3)
    matrix[:2, :2] = linear
    matrix[:2, 2] = centre + shift_xy - linear @ centre
    return matrix


def corner_error_px(found: np.ndarray, true: np.ndarray, mask: np.ndarray) -> float:
    xy = np.argwhere(mask)[::50, ::-1]
    return float(np.linalg.norm(map_points(found, xy) - map_points(true, xy), axis=1).max())


@pytest.mark.parametrize(
    ("angle", "scale", "shift_xy"),
    [
        (37.0, 1.2, (9.0, -5.0)),
        (-140.0, 0.7, (20.4, 13.2)),
        (95.0, 1.0, (0.0, 0.0)),
        (180.0, 1.1, (0.0, 5.0)),
    ],
)
def test_a_turned_and_scaled_outline_is_found_to_a_fraction_of_a_pixel(angle, scale, shift_xy):
    found = register_masks(blob(), blob(angle, scale, shift_xy))
    assert not found.best.mirrored
    turn = (found.best.angle_deg - angle + 180) % 360 - 180
    assert abs(turn) < 0.2
    true = true_matrix(angle, scale, shift_xy)
    assert corner_error_px(found.best.matrix, true, blob()) < 0.5


def test_canvases_of_other_sizes_are_registered_in_their_own_pixels():
    small, big = blob(side=200), blob(25.0, side=1100)
    found = register_masks(small, big).best
    to_big = true_matrix(25.0, 5.5, (0, 0), side=0)
    centred = np.eye(3)
    centred[:2, 2] = -(200 - 1) / 2
    back = np.eye(3)
    back[:2, 2] = (1100 - 1) / 2
    to_big[:2, 2] = 0
    assert corner_error_px(found.matrix, back @ to_big @ centred, small) < 2.5


def test_a_mirror_image_is_found_only_when_asked_for():
    a, b = blob(), blob(-50.0, 0.9, (8.0, 3.0), mirror=True)
    plain, mirrored = register_masks(a, b), register_masks(a, b, mirror=True)
    assert not plain.best.mirrored
    assert mirrored.best.mirrored
    assert mirrored.best.loss < 0.05 * plain.best.loss
    true = true_matrix(-50.0, 0.9, (8.0, 3.0), mirror=True)
    assert corner_error_px(mirrored.best.matrix, true, a) < 0.5
    assert abs(mirrored.best.angle_deg + 50.0) < 0.2
    assert mirrored.runner_up is not None
    assert not mirrored.runner_up.mirrored


def test_the_runner_up_is_another_pose():
    found = register_masks(blob(), blob(20.0))
    assert found.runner_up is not None
    apart = abs((found.runner_up.angle_deg - found.best.angle_deg + 180) % 360 - 180)
    assert apart > 30
    assert found.runner_up.loss > 100 * found.best.loss


@pytest.mark.parametrize("harmonics", [(), ((2, 0.2, 0.0),), ((3, 0.2, 0.0),)])
def test_the_poses_of_a_symmetric_outline_differ_by_no_more_than_the_raster(harmonics):
    found = register_masks(
        blob(harmonics=harmonics), blob(10.0, 0.8, (3.3, 7.7), harmonics=harmonics)
    )
    assert found.runner_up is not None
    assert found.runner_up.loss - found.best.loss < found.raster_loss


def test_the_way_back_is_the_inverse():
    a, b = blob(), blob(70.0, 0.8, (5.0, 5.0))
    there, back = register_masks(a, b).best.matrix, register_masks(b, a).best.matrix
    assert corner_error_px(back @ there, np.eye(3), a) < 0.5


@pytest.mark.parametrize(
    "mask",
    [
        np.eye(64, dtype=bool),
        np.pad(np.ones((1, 1), bool), 20),
        np.pad(np.ones((1, 500), bool), 6),
        np.random.default_rng(0).random((80, 90)) > 0.97,
        np.ones((48, 48), bool),
    ],
    ids=["diagonal", "one pixel", "line", "specks", "full"],
)
def test_odd_masks_are_registered_or_refused_but_never_crash(mask):
    for a, b in ((mask, blob(side=96)), (blob(side=96), mask)):
        try:
            found = register_masks(a, b)
        except DinosarError:
            continue
        assert np.isfinite(found.best.matrix).all()

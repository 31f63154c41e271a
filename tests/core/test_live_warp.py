"""The wire grid has the nodes of the cells, and says what is doubtful about the landmarks."""

import numpy as np
import pytest

from drawn import LANDMARKS_UNIT_XY, NAMES
from napari_dinosar import DinosarError, Landmarks
from napari_dinosar.core.cells import CellSide
from napari_dinosar.core.homology import HomologyOptions, compute_homology
from napari_dinosar.core.live_warp import MOST_LINES, LiveSide, LiveWarp, drawn_nodes

SCALE = np.diag([0.5, 0.25, 1.0])
"""From photo to canvas."""
A_XY = LANDMARKS_UNIT_XY * (200, 120) + (250, 160)
B_XY = A_XY @ np.array([[0.98, 0.1], [-0.1, 0.98]]) + (12, -4)


def marks(xy, names=NAMES):
    return Landmarks.from_points(xy, names=names[: len(xy)])


def warp(saved=None, **options):
    side_a, side_b = LiveSide("A.png", SCALE), LiveSide("B.png", np.eye(3))
    return LiveWarp(side_a, side_b, HomologyOptions(**options), 16, saved)


def homology(a_xy, b_xy, saved=None, **options):
    side = CellSide(
        np.ones((1, 32, 40, 2), np.float32),
        np.ones((32, 40), bool),
        np.ones((512, 640), bool),
        16,
    )
    options = HomologyOptions(**options)
    return compute_homology(a_xy, b_xy, side, side, options=options, saved=saved)


@pytest.mark.parametrize("options", [{}, {"rows": 9, "cols": 5}, {"smoothing": 0.1}])
def test_the_wires_are_the_grid_of_the_cells(options):
    wire = warp(**options).wire(marks(A_XY), marks(B_XY))
    found = homology(A_XY * (0.5, 0.25), B_XY, **options)
    np.testing.assert_allclose(wire.nodes_a_xy * (0.5, 0.25), found.nodes_a_xy, atol=1e-9)
    np.testing.assert_allclose(wire.nodes_b_xy, found.nodes_b_xy, atol=1e-9)
    assert wire.warning == ""


def test_a_saved_consensus_brings_its_grid():
    saved = homology(A_XY, B_XY).saved(NAMES)
    wire = warp(saved).wire(marks(A_XY), marks(B_XY + np.array([3, 0])))
    found = homology(A_XY * (0.5, 0.25), B_XY + np.array([3, 0]), saved)
    np.testing.assert_allclose(wire.nodes_b_xy, found.nodes_b_xy, atol=1e-9)


def test_only_landmarks_that_both_have_count():
    fewer = marks(B_XY[:5])
    wire = warp().wire(marks(A_XY), fewer)
    alike = warp().wire(marks(A_XY[:5]), fewer)
    np.testing.assert_array_equal(wire.nodes_a_xy, alike.nodes_a_xy)


def test_of_a_fine_grid_only_some_lines_are_drawn():
    nodes = np.stack(np.meshgrid(np.arange(301.0), np.arange(40.0)), axis=-1)
    drawn = drawn_nodes(nodes)
    assert drawn.shape[0] == 40
    assert drawn.shape[1] <= MOST_LINES + 1
    np.testing.assert_array_equal(drawn[[0, -1], [0, -1]], [[0, 0], [300, 39]])
    assert np.ptp(np.diff(drawn[0, :, 0])) <= 1


def test_a_fold_is_told():
    swapped = B_XY.copy()
    swapped[[2, 5]] = swapped[[5, 2]]
    assert "folds over" in warp().wire(marks(B_XY), marks(swapped)).warning


def test_a_mirrored_specimen_is_told():
    mirrored = A_XY * (-1, 1)
    side = LiveSide("A.png", np.eye(3))
    wire = LiveWarp(side, side, HomologyOptions(), 16).wire(marks(A_XY), marks(mirrored))
    assert "mirrored" in wire.warning


@pytest.mark.parametrize(
    ("xy", "said"),
    [
        (np.column_stack([A_XY[:, 0], A_XY[:, 0]]), "on one line"),
        (np.repeat(A_XY[:2], 3, axis=0), "same spot"),
        (A_XY[:2], "2 landmarks in common"),
    ],
)
def test_landmarks_without_a_grid_are_refused(xy, said):
    with pytest.raises(DinosarError, match=said):
        warp().wire(marks(A_XY), marks(xy))

import subprocess
import sys

import numpy as np
import pytest
from scipy.interpolate import RBFInterpolator

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.shape import generalised_procrustes
from napari_dinosar.core.spline import ThinPlateSpline

REFERENCE_PAIRS = {
    "all": [0, 1, 2],
    "fusca_fusca2": [0, 1],
    "fusca_maculata": [0, 2],
    "fusca2_maculata": [1, 2],
}


@pytest.fixture
def landmarks():
    random = np.random.default_rng(3)
    source = random.uniform(50, 450, size=(10, 2))
    return source, source @ [[1.1, 0.1], [-0.2, 0.9]] + random.normal(scale=12, size=(10, 2))


@pytest.fixture
def points():
    return np.random.default_rng(4).uniform(-100, 600, size=(6, 7, 2))


@pytest.mark.needs_data
@pytest.mark.parametrize("name", REFERENCE_PAIRS)
def test_warped_nodes_and_bending_energy_equal_the_reference(shared, name):
    with np.load(shared / "reference" / "planthopper_geometry.npz") as arrays:
        reference = dict(arrays)
    specimens = reference["landmarks_xy"][REFERENCE_PAIRS[name]]
    gpa = generalised_procrustes(specimens)
    consensus_px = gpa.consensus_unit * np.exp(np.log(gpa.centroid_sizes).mean())
    for number, specimen in enumerate(specimens):
        nodes = ThinPlateSpline(consensus_px, specimen)(reference[f"{name}/grid_nodes_xy"])
        expected = reference[f"{name}/warped_nodes_xy"][number]
        np.testing.assert_allclose(nodes, expected, rtol=1e-9, atol=1e-9)
        energy = ThinPlateSpline(gpa.consensus_unit, gpa.aligned_unit[number]).bending_energy
        assert energy == pytest.approx(reference[f"{name}/bending_energy"][number], rel=1e-9)


def test_equals_scipy(landmarks, points):
    source, target = landmarks
    expected = RBFInterpolator(source, target, kernel="thin_plate_spline", degree=1)
    np.testing.assert_allclose(
        ThinPlateSpline(source, target)(points).reshape(-1, 2),
        expected(points.reshape(-1, 2)),
        rtol=1e-9,
        atol=1e-7,
    )


def test_smoothing_equals_scipy_at_unit_size(landmarks):
    source, target = landmarks
    unit = (source - source.mean(axis=0)) / np.linalg.norm(source - source.mean(axis=0))
    # scipy's kernel r^2 log r is half of ours, and so is what it adds to the diagonal
    expected = RBFInterpolator(unit, target, kernel="thin_plate_spline", degree=1, smoothing=0.25)
    found = ThinPlateSpline(source, target, smoothing=0.5)
    np.testing.assert_allclose(found(source), expected(unit), rtol=1e-8)
    assert np.abs(found(source) - target).max() > 0.1
    assert found.bending_energy < ThinPlateSpline(source, target).bending_energy


def test_smoothing_means_the_same_at_any_size(landmarks):
    source, target = landmarks
    one = ThinPlateSpline(source, target, smoothing=0.1)(source)
    other = ThinPlateSpline(7 * source, target, smoothing=0.1)(7 * source)
    np.testing.assert_allclose(one, other, rtol=1e-9)


def test_exact_at_the_landmarks(landmarks):
    source, target = landmarks
    np.testing.assert_allclose(ThinPlateSpline(source, target)(source), target, atol=1e-9)


def test_affine_maps_are_reproduced_and_cost_nothing(landmarks, points):
    source, _ = landmarks
    matrix, shift = np.array([[1.3, -0.4], [0.2, 0.7]]), np.array([30.0, -80.0])
    spline = ThinPlateSpline(source, source @ matrix.T + shift)
    np.testing.assert_allclose(spline(points), points @ matrix.T + shift, atol=1e-9)
    np.testing.assert_allclose(spline.jacobian(points), np.broadcast_to(matrix, (6, 7, 2, 2)))
    np.testing.assert_allclose(spline.jacobian_det(points), np.linalg.det(matrix))
    assert abs(spline.bending_energy) < 1e-20


def test_three_landmarks_make_an_affine_map(points):
    source = np.array([[0.0, 0], [10, 0], [0, 20]])
    spline = ThinPlateSpline(source, source[[1, 2, 0]])
    np.testing.assert_allclose(
        spline.jacobian(points), spline.jacobian(source[:1])[0] + 0 * points[..., None], atol=1e-9
    )


def test_bending_energy_is_that_of_the_textbook_system():
    """The published definition at the given size: trace(W^T K W) with K of the source itself."""
    random = np.random.default_rng(5)
    source, target = random.normal(size=(2, 7, 2))
    squared = ((source[:, None] - source) ** 2).sum(axis=-1)
    kernel = squared * np.log(squared + np.eye(7))
    affine = np.column_stack([np.ones(7), source])
    system = np.block([[kernel, affine], [affine.T, np.zeros((3, 3))]])
    weights = np.linalg.solve(system, np.vstack([target, np.zeros((3, 2))]))[:7]
    expected = np.trace(weights.T @ kernel @ weights)
    assert ThinPlateSpline(source, target).bending_energy == pytest.approx(expected, rel=1e-9)


def test_jacobian_equals_finite_differences(landmarks, points):
    spline = ThinPlateSpline(*landmarks)
    step = 1e-4
    columns = [
        (spline(points + offset) - spline(points - offset)) / (2 * step)
        for offset in (np.array([step, 0]), np.array([0, step]))
    ]
    expected = np.stack(columns, axis=-1)
    np.testing.assert_allclose(spline.jacobian(points), expected, atol=1e-6)
    np.testing.assert_allclose(spline.jacobian_det(points), np.linalg.det(expected), atol=1e-6)


def test_jacobian_at_a_landmark_is_finite(landmarks):
    spline = ThinPlateSpline(*landmarks)
    near = spline.jacobian(landmarks[0] + 1e-7)
    np.testing.assert_allclose(spline.jacobian(landmarks[0]), near, atol=1e-5)


def test_a_fold_turns_the_plane_over():
    source = np.array([[0.0, 0], [100, 0], [0, 100], [100, 100], [40, 50], [60, 50]])
    spline = ThinPlateSpline(source, source[[0, 1, 2, 3, 5, 4]])
    assert spline.jacobian_det(np.array([50.0, 50])) < 0 < spline.jacobian_det(np.array([5.0, 5]))


def test_many_points_equal_few(landmarks):
    spline = ThinPlateSpline(*landmarks)
    many = np.random.default_rng(6).uniform(0, 500, size=(120_000, 2))
    np.testing.assert_array_equal(spline(many)[70_000:], spline(many[70_000:]))
    assert spline(np.empty((0, 2))).shape == (0, 2)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ([[0, 0], [1, 1], [2, 2], [5, 5]], "one line"),
        ([[0, 0], [1, 1]], "three landmarks"),
        ([[0, 0], [1, 0], [0, 1], [1, 0]], "same spot"),
    ],
)
def test_landmarks_without_a_spline_are_refused(source, message):
    with pytest.raises(DinosarError, match=message):
        ThinPlateSpline(source, np.random.default_rng(0).normal(size=(len(source), 2)))


def test_the_geometry_needs_no_scipy_interpolate():
    code = (
        "import sys, napari_dinosar.core.homology, napari_dinosar.core.matching;"
        "heavy = {'scipy.interpolate', 'skimage', 'torch', 'matplotlib', 'pandas', 'scipy.sparse'};"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)

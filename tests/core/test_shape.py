import morphops
import numpy as np
import pytest
from scipy.spatial import procrustes as scipy_procrustes

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.shape import (
    centroid_size,
    fit_similarity,
    generalised_procrustes,
    procrustes_distance,
    riemannian_distance,
    rotate_onto,
    unit_shape,
)

REFERENCE_PAIRS = {
    "all": [0, 1, 2],
    "fusca_fusca2": [0, 1],
    "fusca_maculata": [0, 2],
    "fusca2_maculata": [1, 2],
}


def random_shapes(n_shapes=4, n_landmarks=9, noise=0.1, seed=0):
    random = np.random.default_rng(seed)
    mean = random.normal(size=(n_landmarks, 2))
    return mean + noise * random.normal(size=(n_shapes, n_landmarks, 2))


def moved(shape, angle=0.7, scale=3.0, shift=(40.0, -7.0), mirrored=False):
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    flipped = shape * [1, -1] if mirrored else shape
    return scale * flipped @ turn.T + shift


@pytest.fixture(scope="module")
def reference(shared):
    with np.load(shared / "reference" / "planthopper_geometry.npz") as arrays:
        return dict(arrays)


@pytest.mark.needs_data
@pytest.mark.parametrize("name", REFERENCE_PAIRS)
def test_consensus_equals_the_reference(reference, name):
    found = generalised_procrustes(reference["landmarks_xy"][REFERENCE_PAIRS[name]])
    size = np.exp(np.log(found.centroid_sizes).mean())
    np.testing.assert_allclose(
        found.consensus_unit, reference[f"{name}/consensus_unit"], rtol=1e-9, atol=1e-12
    )
    np.testing.assert_allclose(
        found.aligned_unit, reference[f"{name}/aligned_unit"], rtol=1e-9, atol=1e-12
    )
    np.testing.assert_allclose(
        found.consensus_unit * size, reference[f"{name}/consensus_px"], rtol=1e-9, atol=1e-9
    )


@pytest.mark.needs_data
def test_distances_equal_the_reference(reference):
    landmarks = reference["landmarks_xy"]
    sizes = [centroid_size(shape) for shape in landmarks]
    np.testing.assert_allclose(sizes, reference["centroid_size"], rtol=1e-12)
    for function, key in (
        (procrustes_distance, "procrustes_distance_partial"),
        (riemannian_distance, "riemannian_distance"),
    ):
        found = [[function(a, b) for b in landmarks] for a in landmarks]
        np.testing.assert_allclose(found, reference[key], rtol=1e-9, atol=1e-12)


def test_consensus_equals_morphops():
    shapes = random_shapes()
    expected = morphops.gpa(shapes)
    found = generalised_procrustes(shapes)
    mean = rotate_onto(unit_shape(expected["mean"]), found.consensus_unit)
    np.testing.assert_allclose(mean, found.consensus_unit, atol=1e-5)
    np.testing.assert_allclose(found.centroid_sizes, np.ravel(expected["b"]) ** -1.0, rtol=1e-9)


def test_rotated_copies_have_one_shape():
    shape = random_shapes(1)[0]
    copies = [moved(shape, angle, scale) for angle, scale in ((0, 1), (0.35, 2), (2.8, 0.3))]
    found = generalised_procrustes(copies)
    for aligned in found.aligned_unit:
        np.testing.assert_allclose(aligned, unit_shape(shape), atol=1e-12)
    assert procrustes_distance(copies[0], copies[2]) < 1e-12


def test_the_first_specimen_is_not_turned():
    shapes = random_shapes()
    found = generalised_procrustes(shapes)
    np.testing.assert_allclose(found.aligned_unit[0], unit_shape(shapes[0]), atol=1e-9)
    assert centroid_size(found.consensus_unit) == pytest.approx(1)


def test_the_order_of_the_others_does_not_matter():
    shapes = random_shapes(5)
    one = generalised_procrustes(shapes)
    other = generalised_procrustes(shapes[[0, 3, 1, 4, 2]])
    np.testing.assert_allclose(one.consensus_unit, other.consensus_unit, atol=1e-9)


def test_nothing_is_ever_reflected():
    shape = random_shapes(1)[0]
    mirror = moved(shape, mirrored=True)
    assert procrustes_distance(shape, mirror) > 0.1
    assert scipy_procrustes(shape, mirror)[2] < 1e-12, "the pair is a mirrored one"
    found = generalised_procrustes([shape, mirror])
    assert procrustes_distance(found.aligned_unit[1], mirror) < 1e-12


def test_riemannian_distance_keeps_its_digits_when_small():
    shape = random_shapes(1)[0]
    other = shape.copy()
    other[0, 0] += 1e-9
    assert riemannian_distance(shape, other) == pytest.approx(procrustes_distance(shape, other))
    assert 0 < riemannian_distance(shape, other) < 1e-9


@pytest.mark.parametrize("mirrored", [False, True])
def test_similarity_is_found_again(mirrored):
    shape = random_shapes(1)[0]
    target = moved(shape, angle=0.7, scale=3.0, mirrored=mirrored)
    found = fit_similarity(shape, target, reflection=mirrored)
    np.testing.assert_allclose(found(shape), target, atol=1e-12)
    assert found.scale == pytest.approx(3)
    assert found.angle == pytest.approx(0.7)
    assert found.residual_rms < 1e-12
    assert found.reflected == mirrored
    assert np.sign(np.linalg.det(found.matrix)) == (-1 if mirrored else 1)
    assert fit_similarity(shape, target, reflection=not mirrored).residual_rms > 0.5


def test_similarity_is_the_least_squares_one():
    """Against the normal equations of x' = a x - b y + u, y' = b x + a y + v."""
    source, target = random_shapes(2, noise=0.5)
    x, y = source.T
    one, nil = np.ones(len(x)), np.zeros(len(x))
    design = np.concatenate([np.column_stack([x, -y, one, nil]), np.column_stack([y, x, nil, one])])
    (a, b, u, v), residuals, *_ = np.linalg.lstsq(design, target.T.ravel())
    found = fit_similarity(source, target)
    np.testing.assert_allclose(found.matrix, [[a, -b, u], [b, a, v], [0, 0, 1]], atol=1e-12)
    assert found.residual_rms == pytest.approx(np.sqrt(residuals[0] / len(x)))


def test_rotation_and_shift_alone_keep_the_size():
    source, target = random_shapes(2)
    found = fit_similarity(source, 5 * target, scaling=False)
    assert found.scale == pytest.approx(1)
    assert found.angle == pytest.approx(fit_similarity(source, target).angle)


@pytest.mark.parametrize(
    ("source", "target"),
    [([[1, 1]], [[2, 2]]), ([[1, 1], [1, 1], [1, 1]], [[0, 0], [1, 0], [2, 0]])],
)
def test_a_similarity_that_is_not_defined_is_refused(source, target):
    with pytest.raises(DinosarError, match="similarity"):
        fit_similarity(source, target)


@pytest.mark.parametrize(
    ("shape", "message"),
    [(np.ones((4, 2)), "coincide"), ([[0, 0], [1, np.nan], [2, 2]], "finite")],
)
def test_landmarks_without_a_shape_are_refused(shape, message):
    with pytest.raises(DinosarError, match=message):
        unit_shape(shape)
    with pytest.raises(DinosarError, match=message):
        generalised_procrustes([shape, shape])

import numpy as np
import pytest

from napari_dinosar.core.consensus import SavedConsensus, pair_consensus
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.grid import consensus_grid
from napari_dinosar.core.shape import centroid_size, procrustes_distance, unit_shape

NAMES = ("head", "wing base", "wing tip", "margin", "tail", "notch")


@pytest.fixture
def landmarks():
    random = np.random.default_rng(8)
    shape = np.array([[0.0, 60], [80, 20], [300, 40], [260, 110], [120, 150], [200, 20]]) + 100
    return shape, 1.2 * shape + random.normal(scale=4, size=shape.shape)


@pytest.fixture
def saved(landmarks):
    unit = unit_shape(landmarks[0])
    return SavedConsensus(unit, NAMES, consensus_grid(unit, cell_size=0.05))


def test_consensus_pixels_are_the_geometric_mean_size(landmarks):
    found = pair_consensus(*landmarks, None)
    sizes = [centroid_size(shape) for shape in landmarks]
    assert (found.size_a, found.size_b) == pytest.approx(sizes)
    assert centroid_size(found.px) == pytest.approx(np.sqrt(sizes[0] * sizes[1]))
    np.testing.assert_allclose(found.aligned[0], unit_shape(landmarks[0]), atol=1e-9)
    assert found.warnings == ()


def test_a_saved_consensus_is_used_as_it_is(landmarks, saved):
    a, b = landmarks
    turned = a @ [[0, 1], [-1, 0]]
    found = pair_consensus(turned, b, saved)
    np.testing.assert_array_equal(found.unit, saved.unit_xy)
    np.testing.assert_allclose(found.aligned[0], saved.unit_xy, atol=1e-12)
    assert procrustes_distance(found.aligned[1], b) < 1e-12


def test_a_mirror_image_has_no_mean(landmarks):
    a, _ = landmarks
    found = pair_consensus(a, a * [-1, 1] + [500, 0], None)
    np.testing.assert_allclose(found.unit, unit_shape(a), atol=1e-12)
    assert "mirrored specimen or swapped landmarks?" in found.warnings[0]


def test_swapped_landmarks_of_like_specimens_have_one_mean(landmarks):
    a, _ = landmarks
    found = pair_consensus(a, 1.3 * a[[0, 1, 3, 2, 4, 5]], None)
    np.testing.assert_allclose(found.unit, unit_shape(a), atol=1e-12)
    assert "swapped" in found.warnings[0]


def test_different_counts_are_refused(landmarks, saved):
    a, b = landmarks
    with pytest.raises(DinosarError, match="6 landmarks and B has 5"):
        pair_consensus(a, b[:5], None)
    with pytest.raises(DinosarError, match="6 landmarks and this pair 5"):
        pair_consensus(a[:5], b[:5], saved)


def test_landmarks_are_put_into_the_order_of_the_saved_consensus(saved):
    labels = ("eye", *reversed(NAMES))
    order = saved.order(labels)
    assert [labels[place] for place in order] == list(NAMES)
    with pytest.raises(DinosarError, match=r"lacks: head, notch.*has wing base, wing tip"):
        saved.order(NAMES[1:-1])


def test_arrays_and_back(tmp_path, saved):
    np.savez(tmp_path / "consensus.npz", **saved.as_arrays())
    with np.load(tmp_path / "consensus.npz", allow_pickle=False) as arrays:
        found = SavedConsensus.from_arrays(arrays)
    assert found.names == saved.names
    np.testing.assert_allclose(found.unit_xy, saved.unit_xy, atol=1e-14)
    np.testing.assert_allclose(found.grid.nodes_xy, saved.grid.nodes_xy, atol=1e-14)
    np.testing.assert_allclose(found.grid.cell_xy, saved.grid.cell_xy)


@pytest.mark.parametrize(
    "change",
    [
        {"names": None},
        {"names": np.array(["a", "b"])},
        {"names": np.array(["a"] * 6)},
        {"names": np.array("head")},
        {"consensus_unit_xy": np.array(["x"] * 12).reshape(6, 2)},
        {"consensus_unit_xy": np.full((6, 2), np.nan)},
        {"consensus_unit_xy": np.ones((6, 2))},
        {"grid_nodes_unit_xy": np.zeros((4, 5))},
        {"grid_nodes_unit_xy": np.zeros((1, 5, 2))},
        {"grid_nodes_unit_xy": np.zeros((4, 5, 2))},
        {"grid_nodes_unit_xy": np.full((4, 5, 2), np.nan)},
        {"grid_nodes_unit_xy": np.random.default_rng(0).normal(size=(4, 5, 2))},
        {"grid_nodes_unit_xy": np.zeros((400, 500, 2))},
        {"grid_nodes_unit_xy": 1e300 * np.stack(np.meshgrid(range(4), range(3)), axis=-1)},
        {"consensus_unit_xy": 1e200 * np.eye(6, 2)},
        {"consensus_unit_xy": np.eye(6, 2)},
        {"consensus_unit_xy": 1 + 0.1 * unit_shape(np.eye(6, 2))},
    ],
)
def test_damaged_files_are_refused(saved, change):
    arrays = {
        key: value for key, value in (saved.as_arrays() | change).items() if value is not None
    }
    with pytest.raises(DinosarError):
        SavedConsensus.from_arrays(arrays)

import numpy as np

from napari_dinosar.core.cells import CellSide, cell_similarity, cell_tokens, joined_cells
from napari_dinosar.core.similarity import unit_tokens

PATCH = 16
N_ROWS, N_COLS = 8, 9


def make_side(seed=0, valid_share=0.7, n_layers=2, width=5):
    random = np.random.default_rng(seed)
    tokens = unit_tokens(random.normal(size=(n_layers, N_ROWS, N_COLS, width)))
    mask = random.random((N_ROWS * PATCH, N_COLS * PATCH)) < 0.8
    return CellSide(tokens, random.random((N_ROWS, N_COLS)) < valid_share, mask, PATCH)


def make_samples(seed=1, rows=6, cols=7):
    """Return samples of cells that reach over every edge of the canvas."""
    random = np.random.default_rng(seed)
    centres = random.uniform(-30, 170, size=(rows, cols, 1, 2))
    return centres + random.uniform(-12, 12, size=(rows, cols, 16, 2))


def brute_force_sample(side, x, y):
    """Return the token (L, D) of one sample, or None where it does not count."""
    column, row = int(np.floor(x + 0.5)), int(np.floor(y + 0.5))
    height, width = side.mask.shape
    if not (0 <= column < width and 0 <= row < height) or not side.mask[row, column]:
        return None
    u, v = (x - (PATCH - 1) / 2) / PATCH, (y - (PATCH - 1) / 2) / PATCH
    nearest = min(((abs(r - v), abs(c - u)), (r, c)) for r in range(N_ROWS) for c in range(N_COLS))[
        1
    ]
    if not side.valid[nearest]:
        return None
    total, token = 0.0, 0.0
    for r in (int(np.floor(v)), int(np.floor(v)) + 1):
        for c in (int(np.floor(u)), int(np.floor(u)) + 1):
            if 0 <= r < N_ROWS and 0 <= c < N_COLS and side.valid[r, c]:
                weight = (1 - abs(r - v)) * (1 - abs(c - u))
                total += weight
                token = token + weight * side.tokens[:, r, c].astype(float)
    return token / total


def brute_force_cells(side, samples):
    rows, cols = samples.shape[:2]
    coverage = np.zeros((rows, cols))
    means = np.full((len(side.tokens), rows, cols, side.tokens.shape[-1]), np.nan)
    for r in range(rows):
        for c in range(cols):
            found = [brute_force_sample(side, x, y) for x, y in samples[r, c]]
            counted = [token for token in found if token is not None]
            coverage[r, c] = len(counted) / 16
            if counted:
                means[:, r, c] = np.mean(counted, axis=0)
    return means, coverage


def test_cell_tokens_are_those_of_brute_force():
    side, samples = make_side(), make_samples()
    means, coverage = brute_force_cells(side, samples)
    found = cell_tokens(side, samples)
    np.testing.assert_array_equal(found.coverage, coverage)
    assert {0.0} < set(coverage.ravel().tolist())
    cells = np.flatnonzero(coverage.ravel() > 0)
    assert len(cells) > 15
    for layer in range(2):
        expected = means[layer].reshape(-1, means.shape[-1])[cells]
        np.testing.assert_allclose(found.mean(layer, cells), expected, atol=1e-6)


def test_similarity_of_each_layer_is_that_of_brute_force():
    samples_a, samples_b = make_samples(1), make_samples(2)
    side_a, side_b = make_side(0, n_layers=3), make_side(5, n_layers=3)
    means_a, coverage_a = brute_force_cells(side_a, samples_a)
    means_b, coverage_b = brute_force_cells(side_b, samples_b)
    used = (coverage_a > 0.2) & (coverage_b > 0.2)
    cosine = (means_a * means_b).sum(-1) / (
        np.linalg.norm(means_a, axis=-1) * np.linalg.norm(means_b, axis=-1)
    )
    expected = np.where(used, cosine, np.nan)
    found = cell_similarity(cell_tokens(side_a, samples_a), cell_tokens(side_b, samples_b), used)
    assert found.shape == (3, *used.shape)
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert used.sum() > 5


def test_a_sample_is_normalised_with_its_cell_and_not_before():
    """Between two opposed tokens the mean is short, and a short token weighs less in its cell."""
    tokens = np.zeros((1, 1, 3, 2), dtype=np.float32)
    tokens[0, 0] = [[1, 0], [-0.6, 0.8], [0, 1]]
    side = CellSide(tokens, np.ones((1, 3), dtype=bool), np.ones((16, 48), dtype=bool), PATCH)
    between, centre = [15.5, 7.5], [39.5, 7.5]
    found = cell_tokens(side, np.array([[[between, centre]]])).mean(0, np.array([0]))
    np.testing.assert_allclose(found, [[0.1, 0.7]], atol=1e-6)


def test_at_a_patch_centre_the_token_is_the_patchs():
    side = make_side(valid_share=1.1)
    side = CellSide(side.tokens, side.valid, np.ones_like(side.mask), PATCH)
    found = cell_tokens(side, np.full((1, 1, 16, 2), [3 * 16 + 7.5, 5 * 16 + 7.5]))
    np.testing.assert_allclose(found.mean(1, np.array([0]))[0], side.tokens[1, 5, 3], atol=1e-6)


def test_samples_far_off_the_canvas_do_not_count():
    samples = np.full((1, 2, 16, 2), 1e300)
    samples[0, 1] = [-1e18, 40]
    found = cell_tokens(make_side(), samples)
    assert not found.coverage.any()
    unused = np.zeros((1, 2), dtype=bool)
    assert np.isnan(cell_similarity(found, found, unused)).all()


def test_the_edge_pixels_belong_to_the_canvas():
    side = CellSide(
        np.ones((1, 2, 2, 3), np.float32), np.ones((2, 2), bool), np.ones((32, 32), bool), 16
    )
    edges = np.array([[-0.5, 0], [-0.51, 0], [31.49, 31.49], [31.5, 31]])
    found = cell_tokens(side, edges.reshape(1, 4, 1, 2))
    assert found.coverage[0].tolist() == [1, 0, 1, 0]


def test_equal_cells_are_never_more_than_equal():
    side, samples = make_side(), make_samples()
    found = cell_tokens(side, samples)
    used = found.coverage > 0
    similarity = cell_similarity(found, found, used)[:, used]
    assert similarity.max() <= 1
    assert similarity.min() > 1 - 1e-6


def test_cells_gathered_in_parts_are_those_gathered_at_once():
    side, samples = make_side(), make_samples()
    whole = cell_tokens(side, samples)
    flat = samples.reshape(-1, 16, 2)
    parts = [cell_tokens(side, block) for block in (flat[:5], flat[5:6], flat[6:])]
    found = joined_cells(parts, samples.shape[:2])
    np.testing.assert_array_equal(found.coverage, whole.coverage)
    cells = np.flatnonzero(whole.coverage)
    np.testing.assert_array_equal(found.mean(1, cells), whole.mean(1, cells))
    alone = joined_cells([cell_tokens(side, flat)], samples.shape[:2])
    np.testing.assert_array_equal(alone.coverage, whole.coverage)

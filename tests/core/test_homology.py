from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from napari_dinosar.core import grid
from napari_dinosar.core.canvas import make_canvas
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.foreground import threshold_foreground, valid_patches
from napari_dinosar.core.homology import (
    CellSide,
    HomologyOptions,
    SavedConsensus,
    compute_homology,
)
from napari_dinosar.core.shape import procrustes_distance
from napari_dinosar.core.similarity import unit_tokens
from napari_dinosar.core.spline import ThinPlateSpline
from napari_dinosar.io.photos import read_photo

PATCH = 16
N_PATCHES = 32
SIZE = N_PATCHES * PATCH
CENTRE = (SIZE - 1) / 2
NAMES = tuple(f"landmark {number}" for number in range(11))


def landmarks():
    """Return eleven landmarks on and in an ellipse of 380 x 200 px."""
    angles = np.linspace(0, 2 * np.pi, 9)[:-1] + 0.1
    outline = np.stack([190 * np.cos(angles), 100 * np.sin(angles)], axis=-1)
    return np.vstack([outline, [[-60, 10], [40, -25], [90, 30]]]) + CENTRE


def similar(xy, angle=0.0, scale=1.0, shift=(0.0, 0.0)):
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return scale * (xy - CENTRE) @ turn.T + CENTRE + np.array(shift)


class Field:
    """A smooth random field of tokens over A's canvas, with waves of 120 px and longer."""

    def __init__(self, seed=0, n_layers=3, width=32):
        random = np.random.default_rng(seed)
        self.waves = random.normal(scale=2 * np.pi / 240, size=(n_layers, 2, width))
        self.phase = random.uniform(0, 2 * np.pi, size=(n_layers, 1, 1, width))

    def __call__(self, xy):
        return unit_tokens(np.cos(np.einsum("rcs,lsd->lrcd", xy, self.waves) + self.phase))


def grid_xy(step):
    start = (step - 1) / 2
    places = np.arange(SIZE // step) * step + start
    return np.stack(np.meshgrid(places, places), axis=-1)


def make_side(field, to_a=lambda xy: xy):
    """Return a canvas that shows at (x, y) what the field holds at `to_a` of it."""
    pixels = to_a(grid_xy(1)) - CENTRE
    mask = (pixels[..., 0] / 205) ** 2 + (pixels[..., 1] / 115) ** 2 <= 1
    fill = mask.reshape(N_PATCHES, PATCH, N_PATCHES, PATCH).mean(axis=(1, 3))
    return CellSide(field(to_a(grid_xy(PATCH))), fill > 0.15, mask, PATCH)


@pytest.fixture(scope="module")
def field():
    return Field()


@pytest.fixture(scope="module")
def pair(field):
    """A specimen and its copy, turned by 8 degrees, reduced, and bent by a thin-plate spline."""
    xy_a = landmarks()
    bent = xy_a + np.random.default_rng(4).normal(scale=5, size=xy_a.shape)
    xy_b = similar(bent, np.deg2rad(8), 0.85, (10, -6))
    to_a = ThinPlateSpline(xy_b, xy_a)
    return xy_a, xy_b, make_side(field), make_side(field, to_a), to_a


def samples_of(found, per_side=4):
    """Return the samples of all cells in consensus pixels, (rows, cols, n, 2)."""
    blocks = list(found.grid.sample_blocks(per_side))
    return np.concatenate(blocks).reshape(*found.used.shape, -1, 2)


def cell_centres(grid_nodes):
    return (
        grid_nodes[:-1, :-1] + grid_nodes[:-1, 1:] + grid_nodes[1:, :-1] + grid_nodes[1:, 1:]
    ) / 4


@pytest.mark.needs_data
@pytest.mark.parametrize(
    ("name", "which"),
    [("fusca_fusca2", [0, 1]), ("fusca_maculata", [0, 2]), ("fusca2_maculata", [1, 2])],
)
def test_the_geometry_equals_the_reference(shared, field, name, which):
    with np.load(shared / "reference" / "planthopper_geometry.npz") as arrays:
        reference = dict(arrays)
    side = make_side(field)
    xy_a, xy_b = reference["landmarks_xy"][which]
    found = compute_homology(xy_a, xy_b, side, side)
    nodes_a, nodes_b = reference[f"{name}/warped_nodes_xy"]
    for value, expected in (
        (found.consensus_unit, reference[f"{name}/consensus_unit"]),
        (found.aligned_unit, reference[f"{name}/aligned_unit"]),
        (found.consensus_px, reference[f"{name}/consensus_px"]),
        (found.grid.nodes_xy, reference[f"{name}/grid_nodes_xy"]),
        (found.nodes_a_xy, nodes_a),
        (found.nodes_b_xy, nodes_b),
        ([found.bending_energy_a, found.bending_energy_b], reference[f"{name}/bending_energy"]),
        (found.procrustes_distance, reference["procrustes_distance_partial"][tuple(which)]),
        (found.riemannian_distance, reference["riemannian_distance"][tuple(which)]),
        ([found.centroid_size_a, found.centroid_size_b], reference["centroid_size"][which]),
    ):
        np.testing.assert_allclose(value, expected, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("agg", ["mean", "median"])
def test_cells_of_a_warped_copy_correspond_and_do_not_differ(pair, agg):
    xy_a, xy_b, side_a, side_b, to_a = pair
    found = compute_homology(xy_a, xy_b, side_a, side_b, agg)
    centres_a, centres_b = cell_centres(found.nodes_a_xy), cell_centres(found.nodes_b_xy)
    error_patch = np.linalg.norm(to_a(centres_b) - centres_a, axis=-1)[found.used] / PATCH
    assert found.used.sum() > 150
    assert np.median(error_patch) < 0.1
    assert found.dissimilarity[found.used].max() < 0.02
    assert np.median(found.dissimilarity[found.used]) < 0.001
    assert found.warnings == ()
    assert not found.folded.any()


def test_the_cells_of_one_and_the_same_specimen_are_equal(pair):
    xy_a, _, side_a, _, _ = pair
    found = compute_homology(xy_a, xy_a, side_a, side_a)
    assert found.dissimilarity[found.used].min() >= 0
    assert found.dissimilarity[found.used].max() < 1e-6
    assert found.bending_energy_a < 1e-20
    assert found.procrustes_distance < 1e-12


@pytest.mark.parametrize("seed", range(4))
def test_a_planted_change_is_the_highest_cell(pair, seed):
    xy_a, xy_b, side_a, side_b, _ = pair
    plain = compute_homology(xy_a, xy_b, side_a, side_b)
    random = np.random.default_rng(seed)
    row, col = random.permutation(np.argwhere(plain.used & (plain.weights == 1)))[0]
    centre_b = cell_centres(plain.nodes_b_xy)[row, col]
    near = np.exp(-((grid_xy(PATCH) - centre_b) ** 2).sum(-1) / (2 * 10**2))[..., None]
    other = random.normal(size=side_b.tokens.shape[-1])
    changed = unit_tokens(side_b.tokens + near * other / np.linalg.norm(other) * 2)
    found = compute_homology(
        xy_a, xy_b, side_a, CellSide(changed, side_b.valid, side_b.mask, PATCH)
    )
    assert np.unravel_index(np.nanargmax(found.dissimilarity), found.used.shape) == (row, col)
    assert found.dissimilarity[row, col] > 10 * plain.dissimilarity[row, col]


def test_what_is_not_used_has_a_reason_and_no_value(pair):
    xy_a, xy_b, side_a, side_b, _ = pair
    found = compute_homology(xy_a, xy_b, side_a, side_b)
    low_a, low_b = found.coverage_a < 0.5, found.coverage_b < 0.5
    np.testing.assert_array_equal(found.used, ~low_a & ~low_b & ~found.folded & found.in_hull)
    np.testing.assert_array_equal(found.used, found.reason == "")
    np.testing.assert_array_equal(np.isnan(found.dissimilarity), ~found.used)
    np.testing.assert_array_equal(
        found.weights, np.where(found.used, np.minimum(found.coverage_a, found.coverage_b), 0)
    )
    assert set(found.reason[low_a & ~low_b & found.in_hull]) <= {"coverage below 0.5 in A"}
    assert set(found.reason[~low_a & low_b & found.in_hull]) <= {"coverage below 0.5 in B"}
    assert set(found.reason[low_a & low_b & ~found.in_hull]) == {
        "coverage below 0.5 in A and B; outside the landmarks"
    }


def test_cells_in_the_hull_are_those_near_the_landmarks(pair):
    xy_a, xy_b, side_a, side_b, _ = pair
    found = compute_homology(xy_a, xy_b, side_a, side_b, options=HomologyOptions(pad_cells=2))
    samples = samples_of(found)
    outline = found.consensus_px[:8]
    steps = np.linspace(0, 1, 100)[:, None]
    ends = np.roll(outline, -1, axis=0)
    drawn = np.concatenate([a + steps * (b - a) for a, b in zip(outline, ends, strict=True)])
    distance = np.linalg.norm(samples[..., None, :] - drawn, axis=-1).min(axis=-1)
    edges = ends - outline
    offsets = samples[..., None, :] - outline
    inside = (edges[:, 0] * offsets[..., 1] - edges[:, 1] * offsets[..., 0] >= 0).all(axis=-1)
    expected = (inside | (distance <= 16)).sum(axis=-1) >= 8
    assert (found.in_hull != expected).sum() <= 1
    assert 0.1 < (~found.in_hull).mean() < 0.7


def test_cells_beyond_the_landmarks_can_be_restored(field):
    xy = landmarks()[[8, 9, 10]]
    side = make_side(field)
    strict = compute_homology(xy, xy, side, side, options=HomologyOptions(pad_cells=4))
    wide = compute_homology(
        xy, xy, side, side, options=HomologyOptions(pad_cells=4, use_outside_hull=True)
    )
    np.testing.assert_array_equal(strict.in_hull, wide.in_hull)
    np.testing.assert_array_equal(wide.used, (wide.coverage_a >= 0.5) & (wide.coverage_b >= 0.5))
    np.testing.assert_array_equal(strict.used, wide.used & wide.in_hull)
    assert strict.used.sum() < wide.used.sum()
    assert "outside the landmarks" in set(strict.reason.ravel())
    assert "outside the landmarks" not in " ".join(wide.reason.ravel())


@pytest.mark.parametrize(("min_coverage", "word"), [(0.0, "no coverage in A"), (1.0, "below 1 in")])
def test_coverage_asked_for(pair, min_coverage, word):
    xy_a, xy_b, side_a, side_b, _ = pair
    options = HomologyOptions(min_coverage=min_coverage, pad_cells=2)
    found = compute_homology(xy_a, xy_b, side_a, side_b, options=options)
    least = np.minimum(found.coverage_a, found.coverage_b)
    enough = (least >= min_coverage) & (least > 0)
    np.testing.assert_array_equal(found.used, enough & found.in_hull)
    assert np.isfinite(found.dissimilarity[found.used]).all()
    assert any(word in reason for reason in found.reason.ravel())


def test_the_grid_follows_the_options(pair):
    xy_a, xy_b, side_a, side_b, _ = pair

    def shape(**options):
        found = compute_homology(xy_a, xy_b, side_a, side_b, options=HomologyOptions(**options))
        assert found.reason.shape == found.dissimilarity.shape == (found.grid.rows, found.grid.cols)
        return found.grid

    plain = shape()
    assert shape(pad_cells=3).cols == plain.cols + 4
    assert (shape(rows=9, cols=14).rows, shape(rows=9, cols=14).cols) == (9, 14)
    assert shape(cell_size=21, snap=True).cell_xy.tolist() == [16, 16]
    assert shape(cell_size=40, snap=True).cell_xy.tolist() == [48, 48]


def test_smoothing_leaves_the_landmarks_a_little(pair):
    xy_a, xy_b, side_a, side_b, _ = pair
    exact = compute_homology(xy_a, xy_b, side_a, side_b)
    smooth = compute_homology(xy_a, xy_b, side_a, side_b, options=HomologyOptions(smoothing=0.5))
    gap = np.linalg.norm(smooth.nodes_b_xy - exact.nodes_b_xy, axis=-1)
    assert 0.1 < gap.max() < 30
    assert smooth.bending_energy_b == exact.bending_energy_b


@pytest.mark.parametrize("cell_size", [16, 80])
def test_folded_cells_are_those_where_the_plane_turns_over(field, cell_size):
    """Against the signed area of small triangles, warped, at every sample and corner."""
    xy_a = landmarks()
    xy_b = xy_a.copy()
    xy_b[9] = xy_a[10] + np.array([40, 12])
    side = make_side(field)
    options = HomologyOptions(cell_size=cell_size)
    found = compute_homology(xy_a, xy_b, side, side, options=options)
    samples = samples_of(found)
    nodes = found.grid.nodes_xy
    corners = [nodes[:-1, :-1], nodes[:-1, 1:], nodes[1:, :-1], nodes[1:, 1:]]
    points = np.concatenate([samples, np.stack(corners, axis=2)], axis=2)
    for landmarks_xy, folded in ((xy_a, found.folded_a), (xy_b, found.folded_b)):
        spline = ThinPlateSpline(found.consensus_px, landmarks_xy)
        right = spline(points + np.array([1e-3, 0])) - spline(points)
        down = spline(points + np.array([0, 1e-3])) - spline(points)
        area = right[..., 0] * down[..., 1] - right[..., 1] * down[..., 0]
        np.testing.assert_array_equal(folded, (area <= 0).any(axis=-1))
    only_corner = found.folded_b & ~(area[..., :16] <= 0).any(axis=-1)
    only_sample = found.folded_b & ~(area[..., 16:] <= 0).any(axis=-1)
    assert (only_corner if cell_size == 16 else only_sample).any()
    assert set(found.reason[found.folded & found.in_hull]) <= {
        "folded in A",
        "folded in B",
        "folded in A and B",
    }
    covered = np.maximum(found.coverage_a, found.coverage_b) >= 0.5
    share = found.folded[covered].mean()
    assert 0.05 < share < 0.3
    (warning,) = found.warnings
    assert f"folds over in {share:.0%} of the covered cells" in warning
    assert "mirrored specimen or swapped landmarks?" in warning


@pytest.mark.parametrize("noise", [0.0, 3.0])
def test_a_mirrored_specimen_is_warned_about(field, noise):
    """Its cells are folded and none is compared, however exact the mirror image."""
    xy = landmarks()
    mirrored = xy * [-1, 1] + [SIZE - 1, 0]
    mirrored = mirrored + np.random.default_rng(0).normal(scale=noise, size=xy.shape)
    side = make_side(field)
    flipped = CellSide(side.tokens[:, :, ::-1], side.valid[:, ::-1], side.mask[:, ::-1], PATCH)
    found = compute_homology(xy, mirrored, side, flipped)
    assert any("mirrored specimen or swapped landmarks?" in text for text in found.warnings)
    assert any("None of the" in text and "folded in" in text for text in found.warnings)
    assert not found.used.any()
    assert np.isnan(found.dissimilarity).all()
    assert np.isfinite(found.nodes_b_xy).all()


@pytest.mark.parametrize("noise", [0.0, 3.0])
@pytest.mark.parametrize("swapped", [(0, 4), (1, 2), (8, 9), (2, 10), (5, 6)])
def test_swapped_landmarks_are_warned_about(field, swapped, noise):
    xy = landmarks()
    wrong = xy.copy()
    wrong[list(swapped)] = xy[list(swapped[::-1])]
    wrong = wrong + np.random.default_rng(0).normal(scale=noise, size=xy.shape)
    side = make_side(field)
    found = compute_homology(xy, wrong, side, side)
    assert any("mirrored specimen or swapped landmarks?" in text for text in found.warnings)
    assert found.folded.any()
    assert not (found.used & found.folded).any()
    assert any("folded in" in reason for reason in found.reason.ravel())


@pytest.fixture(scope="module")
def planthopper_sides(shared, planthoppers):
    """The three real specimens on their canvases, with blank tokens, and their landmarks there."""
    with np.load(shared / "reference" / "planthopper_geometry.npz") as reference:
        names, landmarks_xy = reference["image_ids"].tolist(), reference["landmarks_xy"]
    found = []
    for name, xy in zip(names, landmarks_xy, strict=True):
        (path,) = (one for one in planthoppers.rglob(f"{name}.*") if one.suffix != ".json")
        photo = read_photo(path)
        canvas = make_canvas(photo, threshold_foreground(photo).mask, patch_size=PATCH)
        patches = valid_patches(canvas, fg_thresh=0.15, border_patches=2, name=name)
        tokens = np.ones((1, *patches.valid.shape, 2), dtype=np.float32)
        side = CellSide(tokens, patches.valid, canvas.mask, PATCH)
        found.append((canvas.map.to_canvas(xy), side))
    return found


@pytest.mark.needs_data
@pytest.mark.parametrize("which", [(0, 1), (0, 2), (1, 2)])
def test_every_swap_of_two_real_landmarks_is_warned_about(planthopper_sides, which):
    (xy_a, side_a), (xy_b, side_b) = (planthopper_sides[number] for number in which)
    right = compute_homology(xy_a, xy_b, side_a, side_b)
    assert right.warnings == ()
    assert right.used.sum() > 150
    for swapped in combinations(range(8), 2):
        wrong = xy_b.copy()
        wrong[list(swapped)] = xy_b[list(swapped[::-1])]
        found = compute_homology(xy_a, wrong, side_a, side_b)
        assert any("swapped landmarks?" in text for text in found.warnings), swapped


def test_a_saved_consensus_makes_cells_of_many_pairs_the_same(pair, field):
    xy_a, xy_b, side_a, side_b, _ = pair
    first = compute_homology(xy_a, xy_b, side_a, side_b)
    saved = SavedConsensus.from_arrays(first.saved(NAMES).as_arrays())
    again = compute_homology(xy_a, xy_b, side_a, side_b, saved=saved)
    np.testing.assert_allclose(again.nodes_b_xy, first.nodes_b_xy, rtol=1e-9)
    np.testing.assert_array_equal(again.used, first.used)
    np.testing.assert_allclose(
        again.dissimilarity[first.used], first.dissimilarity[first.used], atol=1e-6
    )
    xy_c = similar(xy_b, 0.2, 0.8)
    side_c = make_side(field, ThinPlateSpline(xy_c, xy_a))
    other = compute_homology(
        xy_c, xy_b, side_c, side_b, options=HomologyOptions(cell_size=50), saved=saved
    )
    assert other.grid.nodes_xy.shape == first.grid.nodes_xy.shape
    np.testing.assert_array_equal(other.consensus_unit, saved.unit_xy)
    ratio = np.sqrt(other.centroid_size_a * other.centroid_size_b) / np.sqrt(
        first.centroid_size_a * first.centroid_size_b
    )
    np.testing.assert_allclose(other.grid.cell_xy, 16 * ratio)
    assert procrustes_distance(other.aligned_unit[0], xy_c) < 1e-9
    shared = other.used & first.used
    gap = np.linalg.norm(other.nodes_b_xy - first.nodes_b_xy, axis=-1)
    assert shared.sum() > 100
    assert gap.max() < 1e-6


def test_a_consensus_is_saved_with_distinct_names(pair):
    xy_a, xy_b, side_a, side_b, _ = pair
    found = compute_homology(xy_a, xy_b, side_a, side_b)
    with pytest.raises(DinosarError, match="11 landmarks"):
        found.saved(NAMES[:5])
    with pytest.raises(DinosarError, match="different names"):
        found.saved(("a",) * 11)


@pytest.mark.parametrize(
    ("xy", "message"),
    [
        ([[0, 0], [100, 100], [200, 200]], "one line"),
        ([[0, 0], [0, 100], [np.nan, 200]], "finite"),
        (np.full((4, 2), 50.0), "coincide"),
        ([[0, 0], [100, 0], [0, 100], [100, 0]], "same spot"),
    ],
)
def test_landmarks_without_a_grid_are_refused(field, xy, message):
    side = make_side(field)
    with pytest.raises(DinosarError, match=message):
        compute_homology(xy, np.add(xy, 5), side, side)


@pytest.mark.parametrize("agg", ["mean", "median"])
def test_the_spread_of_the_layers(pair, agg):
    xy_a, xy_b, side_a, side_b, _ = pair
    found = compute_homology(xy_a, xy_b, side_a, side_b, agg)
    alone = [
        compute_homology(
            xy_a,
            xy_b,
            replace(side_a, tokens=side_a.tokens[[layer]]),
            replace(side_b, tokens=side_b.tokens[[layer]]),
        )
        for layer in range(3)
    ]
    per_layer = np.stack([one.dissimilarity for one in alone])
    np.testing.assert_allclose(found.dissimilarity_per_layer, per_layer, atol=1e-6)
    np.testing.assert_allclose(found.layer_std, per_layer.std(axis=0), atol=1e-6)
    together = getattr(np, agg)(found.dissimilarity_per_layer, axis=0)
    np.testing.assert_allclose(found.dissimilarity, together, atol=1e-6)
    np.testing.assert_array_equal(np.isnan(found.layer_std), ~found.used)
    assert found.layer_std[found.used].max() > 1e-4
    assert not alone[0].layer_std[found.used].any()


def test_denser_samples_converge(pair):
    xy_a, xy_b, side_a, side_b, _ = pair

    def sampled(n):
        options = HomologyOptions(samples=n, cell_size=24)
        return compute_homology(xy_a, xy_b, side_a, side_b, options=options)

    reference = sampled(16)
    errors = []
    for n in (2, 4, 8):
        found = sampled(n)
        for coverage in (found.coverage_a, found.coverage_b):
            counted = coverage * n**2
            np.testing.assert_allclose(counted, np.rint(counted), atol=1e-9)
        both = found.used & reference.used
        assert both.sum() > 60
        errors.append(
            [
                np.abs(found.coverage_a - reference.coverage_a).mean(),
                np.abs(found.dissimilarity - reference.dissimilarity)[both].mean(),
            ]
        )
        assert (found.in_hull != reference.in_hull).mean() < 0.25 / n
    two, four, eight = np.array(errors)
    assert (eight < four).all()
    assert (four < two).all()
    assert eight[0] < 0.01


def test_four_samples_a_side_unless_asked(pair):
    xy_a, xy_b, side_a, side_b, _ = pair
    plain = compute_homology(xy_a, xy_b, side_a, side_b)
    four = compute_homology(xy_a, xy_b, side_a, side_b, options=HomologyOptions(samples=4))
    np.testing.assert_array_equal(four.dissimilarity, plain.dissimilarity)
    assert set((plain.coverage_a * 16 % 1).ravel()) == {0}
    assert len(np.unique(plain.coverage_a)) > 5


@pytest.mark.parametrize("samples", [0, 17])
def test_samples_out_of_range_are_refused(pair, samples):
    xy_a, xy_b, side_a, side_b, _ = pair
    with pytest.raises(DinosarError, match=f"{samples} samples"):
        compute_homology(xy_a, xy_b, side_a, side_b, options=HomologyOptions(samples=samples))


def test_a_fold_between_coarse_samples_is_seen_by_dense_ones(field):
    """At least where the coarse samples find one, in cells that they share with the dense ones."""
    xy_a = landmarks()
    xy_b = xy_a.copy()
    xy_b[9] = xy_a[10] + np.array([40, 12])
    side = make_side(field)
    folded = {}
    for samples in (1, 3, 9):
        options = HomologyOptions(cell_size=80, samples=samples)
        folded[samples] = compute_homology(xy_a, xy_b, side, side, options=options).folded_b
    # the samples of 1 are among those of 3, and these among those of 9
    assert not (folded[1] & ~folded[3]).any()
    assert not (folded[3] & ~folded[9]).any()
    assert folded[9].sum() > folded[1].sum()


def test_cells_that_are_gathered_in_blocks_are_the_same(pair, monkeypatch):
    xy_a, xy_b, side_a, side_b, _ = pair
    whole = compute_homology(xy_a, xy_b, side_a, side_b)
    monkeypatch.setattr(grid, "_BLOCK_SAMPLES", 16 * 37)
    found = compute_homology(xy_a, xy_b, side_a, side_b)
    np.testing.assert_array_equal(found.used, whole.used)
    np.testing.assert_array_equal(found.folded, whole.folded)
    np.testing.assert_array_equal(found.coverage_b, whole.coverage_b)
    np.testing.assert_allclose(found.dissimilarity, whole.dissimilarity, atol=1e-6)


def test_a_saved_consensus_of_some_landmarks_in_another_order(pair):
    """Named landmarks are put into the order of the file; those it lacks play no part."""
    xy_a, xy_b, side_a, side_b, _ = pair
    chosen = [7, 2, 4, 9, 0, 5]
    names = tuple(NAMES[index] for index in chosen)
    first = compute_homology(xy_a[chosen], xy_b[chosen], side_a, side_b)
    saved = SavedConsensus.from_arrays(first.saved(names).as_arrays())
    order = saved.order(NAMES)
    assert order.tolist() == chosen
    again = compute_homology(xy_a[order], xy_b[order], side_a, side_b, saved=saved)
    np.testing.assert_allclose(again.nodes_a_xy, first.nodes_a_xy, atol=1e-9)
    np.testing.assert_array_equal(again.used, first.used)
    wrong = compute_homology(xy_a[chosen[::-1]], xy_b[chosen[::-1]], side_a, side_b, saved=saved)
    assert any("swapped landmarks?" in text for text in wrong.warnings)


def test_beside_a_saved_consensus_the_options_of_the_grid_do_nothing(pair):
    xy_a, xy_b, side_a, side_b, _ = pair
    saved = compute_homology(xy_a, xy_b, side_a, side_b).saved(NAMES)
    plain = compute_homology(xy_a, xy_b, side_a, side_b, saved=saved)
    options = HomologyOptions(cell_size=99, rows=3, cols=7, pad_cells=0, snap=True)
    found = compute_homology(xy_a, xy_b, side_a, side_b, options=options, saved=saved)
    np.testing.assert_array_equal(found.grid.nodes_xy, plain.grid.nodes_xy)
    np.testing.assert_array_equal(found.dissimilarity, plain.dissimilarity)
    denser = HomologyOptions(samples=8, min_coverage=0.9)
    found = compute_homology(xy_a, xy_b, side_a, side_b, options=denser, saved=saved)
    assert found.used.sum() < plain.used.sum()


def test_a_pair_that_mirrors_the_saved_consensus_is_warned_about(pair, field):
    """Both specimens alike, so that only the consensus shows it."""
    xy_a, xy_b, side_a, side_b, _ = pair
    saved = compute_homology(xy_a, xy_b, side_a, side_b).saved(NAMES)
    flip = np.array([-1, 1])
    mirrored = [xy * flip + [SIZE - 1, 0] for xy in (xy_a, xy_b)]
    side_a, side_b = (
        CellSide(side.tokens[:, :, ::-1], side.valid[:, ::-1], side.mask[:, ::-1], PATCH)
        for side in (side_a, side_b)
    )
    found = compute_homology(*mirrored, side_a, side_b, saved=saved)
    assert not found.used.any()
    assert any("mirrored specimen or swapped landmarks?" in text for text in found.warnings)


def test_a_specimen_off_its_landmarks_has_no_cells(pair):
    xy_a, xy_b, side_a, side_b, _ = pair
    bare = CellSide(side_b.tokens, side_b.valid, np.zeros_like(side_b.mask), PATCH)
    found = compute_homology(xy_a, xy_b, side_a, bare)
    assert not found.used.any()
    assert "coverage below 0.5 in B" in found.warnings[0]
    assert found.warnings[0].startswith(f"None of the {found.used.size} homologous cells")

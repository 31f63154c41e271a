"""The noise floor hides what is noise and leaves what was planted; it is the same for a seed."""

from dataclasses import replace

import numpy as np
import pytest
from skimage.color import rgb2lab

from napari_dinosar import DinosarError, Settings, compare, load_backbone
from napari_dinosar.core.consensus import SavedConsensus
from napari_dinosar.core.shape import centroid_size, unit_shape
from napari_dinosar.core.spline import ThinPlateSpline
from napari_dinosar.core.steps import ended
from napari_dinosar.inspection import noise
from napari_dinosar.inspection.baselines import colour_baseline, shape_baseline
from napari_dinosar.inspection.baselines_context import (
    Column,
    context,
    shown_context,
    statistics_of,
)
from napari_dinosar.inspection.inspected import Inspection
from napari_dinosar.inspection.jitter import Jitter, jittered_copy
from napari_dinosar.inspection.noise import iter_noise_floor, noise_floor
from napari_dinosar.specimen import Cache
from napari_dinosar.synthetic import draw_specimen
from planted_changes import covered_share

SIZE = (480, 360)
SETTINGS = Settings(fg_mode="thresh", match_flavor="demo")
CELLS_ONLY = Settings(fg_mode="thresh", matching_mode="tps_homology", img_size=256)
NOTHING = Jitter(0.0, 0.0, 0.0, 0.0, 0.0)


@pytest.fixture(scope="module")
def daisy():
    return load_backbone("daisy")


@pytest.fixture(scope="module")
def compared(specimens, daisy):
    def compared(settings, first=None, second=None, consensus=None):
        a, b = first or specimens[0], second or specimens[1]
        return compare(
            a.rgb, b.rgb, settings, backbone=daisy, landmarks=(a.landmarks, b.landmarks),
            cache=Cache(), store=None, consensus=consensus,
        )  # fmt: skip

    return compared


@pytest.fixture(scope="module")
def comparison(compared):
    return compared(SETTINGS)


@pytest.fixture(scope="module")
def small(compared):
    return compared(CELLS_ONLY)


@pytest.fixture(scope="module")
def floor(comparison):
    return noise_floor(comparison, draws=2)


def test_a_planted_spot_is_above_the_floor_and_most_others_are_under_it(
    comparison, floor, specimens
):
    used = comparison.homology.used
    share = covered_share(specimens[1].changed_regions[0], comparison.cells).reshape(used.shape)
    planted = used & (share >= 0.25)
    assert planted.sum() >= 2
    highest = np.argsort(-np.where(used, comparison.homology.dissimilarity, -1.0), axis=None)
    assert planted.ravel()[highest[0]]
    assert planted.ravel()[highest[:3]].sum() == 2
    assert floor.is_known[planted].all()
    assert not floor.is_noise[planted].any()
    others = floor.is_known & (share == 0.0)
    assert floor.is_noise[others].mean() > 0.9


def test_another_species_is_not_noise(compared, specimens):
    other = draw_specimen("marmorata", 3, size_xy=SIZE)
    result = compared(CELLS_ONLY, second=other)
    found = noise_floor(result, draws=2)
    assert found.share_of_noise < 0.1
    # what one of the two alone covers is compared with its copy, and left out
    assert np.isnan(found.dissimilarity[:, :, ~result.homology.used]).all()
    n_used = [summary["homology"]["n_used"] for summary in found.summaries]
    assert n_used == np.isfinite(found.dissimilarity).sum(axis=(2, 3)).ravel().tolist()


def test_what_is_said_of_a_cell_is_that_of_its_pooled_copies(floor):
    known = np.argwhere(floor.is_known)
    row, col = known[len(known) // 2]
    values = floor.dissimilarity[:, :, row, col].ravel()
    values = values[np.isfinite(values)]
    assert floor.n_values[row, col] == len(values)
    assert floor.mean[row, col] == pytest.approx(values.mean(), abs=1e-15)
    assert floor.maximum[row, col] == values.max()
    ordered = np.sort(values)
    place = 0.95 * (len(ordered) - 1)
    below = ordered[int(place)]
    expected = below + (place - int(place)) * (
        ordered[min(int(place) + 1, len(ordered) - 1)] - below
    )
    assert floor.floor[row, col] == pytest.approx(expected, abs=1e-15)
    unknown = ~floor.is_known
    assert np.isnan(floor.floor[unknown]).all()
    assert not floor.is_noise[unknown].any()
    assert "4 copies" in floor.warnings[0]


def test_copies_are_summed_up_each_with_its_own_values(comparison, floor):
    assert np.isnan(floor.dissimilarity[:, :, ~comparison.homology.used]).all()
    copies = floor.dissimilarity.reshape(4, -1)
    for values, summary in zip(copies, floor.summaries, strict=True):
        assert summary["homology"]["n_used"] == np.isfinite(values).sum()
        assert summary["homology"]["dissimilarity"]["max"] == np.nanmax(values)


@pytest.mark.parametrize("crop", [True, False])
def test_each_copy_is_drawn_for_itself_with_the_settings_of_the_comparison(
    small, monkeypatch, crop
):
    drawn = []

    def noted(photo, foreground, landmarks_xy, jitter, rng, **options):
        drawn.append((photo, rng.bit_generator.state, options))
        return jittered_copy(photo, foreground, landmarks_xy, jitter, rng, **options)

    monkeypatch.setattr(noise, "jittered_copy", noted)
    record = small.findings.record
    record = {**record, "settings": {**record["settings"], "crop": crop}}
    steps = iter_noise_floor(replace(small, findings=replace(small.findings, record=record)))
    next(steps)
    next(steps)
    steps.close()
    for side, (photo, state, options) in enumerate(drawn):
        assert photo is (small.a, small.b)[side].photo
        assert state == np.random.PCG64([0, 0, side]).state
        assert options == {"img_size": 256, "crop": crop}


def test_jitter_of_nothing_is_no_noise(comparison):
    floor = noise_floor(comparison, draws=1, jitter=NOTHING)
    assert np.nanmax(floor.dissimilarity) == 0.0
    for numbers in floor.summaries:
        assert numbers["scores"]["foreground"]["a_to_b"]["max"] == pytest.approx(0.0, abs=1e-6)
        assert numbers["homology"]["procrustes_distance"] == pytest.approx(0.0, abs=1e-12)


def test_the_grid_is_that_of_the_comparison(small):
    """Jitter moves no cell of the specimen itself: coverage is that of the comparison."""
    floor = noise_floor(small, draws=1, jitter=NOTHING)
    used = small.homology.used
    assert floor.dissimilarity.shape == (2, 1, *used.shape)
    assert np.isfinite(floor.dissimilarity[:, 0, used]).all()


def test_a_seed_draws_the_same_noise_and_more_draws_keep_the_first(small):
    first = noise_floor(small, draws=1, seed=4)
    again = noise_floor(small, draws=2, seed=4)
    np.testing.assert_array_equal(first.dissimilarity[:, 0], again.dissimilarity[:, 0])
    assert not np.array_equal(again.dissimilarity[0, 0], again.dissimilarity[0, 1])
    other = noise_floor(small, draws=1, seed=5)
    assert not np.array_equal(first.dissimilarity, other.dissimilarity)


def test_it_tells_its_progress_and_can_be_left(small):
    steps = list(iter_noise_floor(small, draws=1))
    assert [step.done for step in steps] == list(range(steps[0].total))
    begun = iter_noise_floor(small, draws=3)
    assert next(begun).stage == "Drawing copies, 1 of 3"
    begun.close()


@pytest.mark.parametrize("stage", ["image", "mask"])
def test_copies_are_aligned_as_the_specimens_were(compared, stage):
    result = compared(replace(CELLS_ONLY, align_stage=stage))
    steps = iter_noise_floor(result, draws=1, jitter=NOTHING)
    assert next(steps).total == 8
    assert np.nanmax(ended(steps).dissimilarity) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("options", [{"draws": 0}, {"draws": 100_000}, {"seed": -1}])
def test_odd_numbers_are_refused(small, options):
    with pytest.raises(DinosarError, match="noise floor"):
        noise_floor(small, **options)


def test_without_cells_there_is_no_floor(compared):
    with pytest.raises(DinosarError, match="no homologous cells"):
        noise_floor(compared(replace(CELLS_ONLY, matching_mode="similarity")))


@pytest.mark.parametrize("odd", [{"scale": -0.1}, {"rotation_deg": np.nan}, {"contrast": 1.0}])
def test_odd_jitter_is_refused(odd):
    with pytest.raises(DinosarError, match=next(iter(odd))):
        Jitter(**odd)


def test_a_copy_shows_the_specimen_where_its_landmarks_are(small):
    """The copy's mask and light lie where its matrix says, and the landmarks go with them."""
    a, xy = small.a, small.pair.xy_a
    jitter = Jitter(10.0, 0.1, 0.0, 0.0, 0.0)
    rng = np.random.default_rng(1)
    copy = jittered_copy(a.photo, a.foreground, xy, jitter, rng, img_size=512)
    turned = np.column_stack([xy, np.ones(len(xy))]) @ copy.matrix[:2].T
    np.testing.assert_allclose(copy.landmarks_xy, turned, atol=1e-9)
    scale = np.sqrt(np.linalg.det(copy.matrix[:2, :2]))
    assert 0.9 <= scale <= 1.1
    assert copy.foreground.mask.sum() == pytest.approx(scale**2 * a.foreground.mask.sum(), rel=0.01)
    y, x = np.argwhere(a.foreground.mask)[::97].T
    ends = np.column_stack([x, y, np.ones(len(x))]) @ copy.matrix[:2].T
    column, row = np.rint(ends).astype(int).T
    here, there = a.photo.rgb[y, x].astype(float), copy.photo.rgb[row, column].astype(float)
    assert np.corrcoef(here.ravel(), there.ravel())[0, 1] > 0.9


def test_a_large_photo_is_reduced_for_its_copy(small):
    a, xy = small.a, small.pair.xy_a
    copy = jittered_copy(a.photo, a.foreground, xy, NOTHING, np.random.default_rng(1), img_size=100)
    assert max(copy.photo.size_xy) < 240
    scale = np.diag(copy.matrix)[:2]
    assert (scale < 0.7).all()
    np.testing.assert_allclose(copy.landmarks_xy, xy * scale + copy.matrix[:2, 2], atol=1e-9)


def test_landmark_noise_has_the_size_that_it_says(small):
    a = small.a
    angle = np.linspace(0, 2 * np.pi, 4000, endpoint=False)
    xy = np.stack([np.cos(angle), np.sin(angle)], axis=-1) * 50 + 150
    copy = jittered_copy(
        a.photo, a.foreground, xy, replace(NOTHING, landmark_noise=0.005),
        np.random.default_rng(2),
    )  # fmt: skip
    moved = copy.landmarks_xy - (xy + copy.matrix[:2, 2])
    rms = np.sqrt((moved**2).sum(axis=1).mean())
    assert rms == pytest.approx(0.005 * centroid_size(xy), rel=0.05)


def test_colour_is_that_of_the_cells_in_the_photo(compared, specimens):
    """A specimen and its darker copy: colour differs as the photos do, shape not at all."""
    first = specimens[0]
    darker = replace(first, rgb=(first.rgb * 0.9).astype(np.uint8))
    result = compared(CELLS_ONLY, second=darker)
    colours = colour_baseline(result)
    used = result.homology.used
    assert np.isfinite(colours.difference[used]).all()
    assert np.isnan(colours.difference[~used]).all()
    assert (colours.lab_b[used][:, 0] < colours.lab_a[used][:, 0]).all()
    distance = np.sqrt(((colours.lab_a - colours.lab_b) ** 2).sum(axis=-1))[used]
    weights = np.minimum(result.homology.coverage_a, result.homology.coverage_b)[used]
    assert colours.statistics["mean"] == pytest.approx(np.average(distance, weights=weights))
    assert shape_baseline(result).distance == pytest.approx(0.0, abs=1e-6)


def test_colour_takes_the_samples_of_the_token(small):
    """A cell has a colour exactly where its token has a sample."""
    colours = colour_baseline(small)
    homology = small.homology
    for lab, coverage in (
        (colours.lab_a, homology.coverage_a),
        (colours.lab_b, homology.coverage_b),
    ):
        np.testing.assert_array_equal(np.isfinite(lab).all(axis=-1), coverage > 0)


def test_colour_and_shape_follow_the_splines_of_the_cells(compared, small):
    """Worked out anew, where landmarks stand in another order, smoothed, with few samples."""
    saved = small.saved_consensus()
    some = slice(None, 4, -1)
    unit = unit_shape(saved.unit_xy[some])
    saved = SavedConsensus(unit, saved.names[some], saved.grid)
    settings = replace(CELLS_ONLY, tps_smoothing=0.2, tps_samples=2)
    result = compared(settings, draw_specimen("marmorata", 3, size_xy=SIZE), consensus=saved)
    homology, labs, units = result.homology, [], []
    order = [result.pair.labels.index(name) for name in saved.names]
    for specimen, xy in ((result.a, result.pair.xy_a), (result.b, result.pair.xy_b)):
        canvas_xy = specimen.canvas.map.to_canvas(xy[order])
        units.append((canvas_xy - canvas_xy.mean(axis=0)) / centroid_size(canvas_xy))
        spline = ThinPlateSpline(homology.consensus_px, canvas_xy, 0.2)
        (samples_xy,) = homology.grid.sample_blocks(2)
        x, y = np.moveaxis(np.rint(spline(samples_xy)).astype(int).clip(0, 255), -1, 0)
        counts = specimen.canvas.mask[y, x] & specimen.patches.valid[y // 16, x // 16]
        weights = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        lab = np.einsum("cs,csk->ck", weights, rgb2lab(specimen.canvas.rgb)[y, x])
        labs.append(lab.reshape(*homology.used.shape, 3))
    found, used = colour_baseline(result), homology.used
    assert used.sum() > 20
    np.testing.assert_allclose(found.lab_a[used], labs[0][used], atol=0.01)
    np.testing.assert_allclose(found.lab_b[used], labs[1][used], atol=0.01)
    shapes = shape_baseline(result)
    left, _, right = np.linalg.svd(units[0].T @ units[1])
    residual_xy = units[0] @ left @ right - units[1]
    np.testing.assert_allclose(shapes.residual_xy, residual_xy, atol=1e-9)
    assert shapes.statistics["mean"] == pytest.approx(np.hypot(*residual_xy.T).mean())
    column = {one.name: one.values for one in context(result).columns}
    name = "homology.dissimilarity.mean"
    assert column["colour"][name] == found.statistics["mean"]
    assert column["shape"][name] == shapes.statistics["mean"]


def test_residuals_add_up_to_the_procrustes_distance(small):
    shapes = shape_baseline(small)
    assert shapes.distance == small.summary["homology"]["procrustes_distance"]
    assert np.sqrt((shapes.residual**2).sum()) == pytest.approx(shapes.distance)
    assert len(shapes.names) == len(shapes.residual)


def test_the_context_holds_every_statistic_of_the_summary(comparison, floor):
    whole = context(comparison, floor)
    names = [column.name for column in whole.columns]
    assert names == ["comparison", "noise", "noise_p95", "colour", "shape"]
    cells = comparison.summary["homology"]["dissimilarity"]
    for name, value in cells.items():
        assert whole.value(f"homology.dissimilarity.{name}", "comparison") == value
    forward = comparison.summary["scores"]["foreground"]["a_to_b"]["mean"]
    assert whole.value("scores.foreground.a_to_b.mean", "comparison") == forward
    means = [one["homology"]["dissimilarity"]["mean"] for one in floor.summaries]
    assert whole.value("homology.dissimilarity.mean", "noise") == pytest.approx(np.mean(means))
    assert whole.value("homology.dissimilarity.mean", "colour") > 0
    assert whole.value("scores.foreground.a_to_b.mean", "colour") is None
    assert whole.value("homology.dissimilarity.share_above_0_3", "colour") is None
    distance = whole.value("homology.procrustes_distance", "comparison")
    assert whole.value("homology.procrustes_distance", "shape") == pytest.approx(distance)
    inspection = Inspection.of(comparison)
    inspection.judge(floor)
    assert shown_context(inspection).table().equals(whole.table())
    table = whole.table()
    assert list(table["statistic"]) == list(statistics_of(comparison.summary))
    assert list(table.columns) == ["statistic", *names]


def test_further_columns_stand_beside_and_are_told_apart(small):
    reference = Column("12 pairs of one species", "1 - cosine", "Mean.", {})
    whole = context(small).beside(reference)
    assert whole.table()["12 pairs of one species"].isna().all()
    assert [one.name for one in whole.columns] == [
        "comparison", "colour", "shape", "12 pairs of one species",
    ]  # fmt: skip
    with pytest.raises(DinosarError, match="different names"):
        whole.beside(reference)
    with pytest.raises(DinosarError, match="no column 'noise'"):
        whole.value("homology.dissimilarity.mean", "noise")

"""Probes of a drawn pair, against the comparison's own tables."""

import json
from dataclasses import replace

import numpy as np
import pytest

from drawn import NAMES, draw
from napari_dinosar import DinosarError, Landmarks, Settings, compare
from napari_dinosar.core.matching import demo_matches
from napari_dinosar.core.similarity import best_matches, unit_tokens
from napari_dinosar.findings import mapped
from napari_dinosar.inspection.probe import Probe
from napari_dinosar.inspection.probe_difference import probe_difference
from napari_dinosar.specimen import Cache

SETTINGS = Settings(fg_mode="thresh", img_size=256, border_patches=1)
WAYS = (("a", "patches_a_to_b"), ("b", "patches_b_to_a"))


def pixels(one):
    return Landmarks.from_points(one.landmarks_xy, names=NAMES)


ONE, OTHER = draw(1), draw(1, angle_deg=4, shift_xy=(6, -3))
CACHE = Cache()


def compared(settings=SETTINGS, other=OTHER):
    marks = (pixels(ONE), pixels(other))
    return compare(
        ONE.rgb, other.rgb, settings, backbone="daisy", landmarks=marks, cache=CACHE, store=None
    )


@pytest.fixture(scope="module")
def result():
    return compared()


@pytest.fixture(scope="module")
def smaller():
    other = draw(1, size_xy=(213, 160), angle_deg=4)
    other.landmarks_xy[1] = (-150.0, 9.0)  # off the photo
    return compared(other=other)


@pytest.fixture(scope="module")
def aligned():
    return compared(replace(SETTINGS, align_stage="image"))


def layered(comparison, agg, n_layers=3):
    """Return a comparison whose tokens have several layers, and no best matches yet."""
    rng = np.random.default_rng(4)
    sides = {}
    for name in "ab":
        side = getattr(comparison, name)
        tokens = side.side.tokens
        noisy = [tokens[0] + 0.05 * k * rng.normal(size=tokens[0].shape) for k in range(n_layers)]
        patches = replace(side.side, tokens=unit_tokens(np.stack(noisy)))
        encoding = replace(side.encoding, layers=(4, 5, 6)[:n_layers])
        sides[name] = replace(side, side=patches, encoding=encoding)
    record = dict(comparison.findings.record)
    record["settings"] = {**record["settings"], "layer_agg": agg}
    record["backbone"] = {**record["backbone"], "depth": 8}
    return replace(
        comparison, findings=replace(comparison.findings, record=record), best=None, **sides
    )


def match_of(probe, side, row):
    found = probe.at(side, (row.x, row.y))
    assert (found.patch.row, found.patch.col, found.patch.valid) == (row.row, row.col, True)
    np.testing.assert_allclose(found.patch.xy, (row.x, row.y))
    return found


@pytest.mark.parametrize(("side", "table"), WAYS)
@pytest.mark.parametrize("which", ["result", "aligned"])
def test_every_valid_patch_has_the_match_of_the_table(request, side, table, which):
    result = request.getfixturevalue(which)
    probe = Probe(result)
    assert len(getattr(result, table)) > 30
    for row in getattr(result, table).itertuples():
        found = match_of(probe, side, row)
        assert (found.match.row, found.match.col) == (row.match_row, row.match_col)
        np.testing.assert_allclose(found.match.xy, (row.match_x, row.match_y))
        assert found.match.similarity == pytest.approx(row.similarity, abs=1e-6)
        assert found.map.values.shape == result.findings.side(found.other_side).valid.shape
        assert np.nanmax(found.map.values) == pytest.approx(row.similarity, abs=1e-6)
        assert found.is_mutual == row.mutual
        assert (found.cycle_px == 0) == row.mutual


@pytest.mark.parametrize("agg", ["mean", "median"])
@pytest.mark.parametrize("side", ["a", "b"])
def test_layers_are_aggregated_as_the_settings_say(result, agg, side):
    probe = Probe(layered(result, agg))
    here, there = (getattr(probe.comparison, name).side for name in (side, "ba"["ab".index(side)]))
    per_layer = np.einsum("lnd,lmd->lnm", here.flat_tokens, there.flat_tokens)
    whole = getattr(np, agg)(per_layer, axis=0)
    for index in range(0, len(here.rows_cols), 7):
        row, col = here.rows_cols[index]
        found = probe.at(side, probe.side(side).xy(row, col), with_self=True)
        valid = found.map.values[there.valid]
        np.testing.assert_allclose(valid, whole[index], atol=1e-6)
        assert np.isnan(found.map.values[~there.valid]).all()
        best = there.index[found.match.row, found.match.col]
        assert whole[index, best] == pytest.approx(whole[index].max(), abs=1e-6)
        np.testing.assert_allclose(found.match_per_layer, per_layer[:, index, best], atol=1e-6)
        back = here.index[found.back.row, found.back.col]
        assert whole[back, best] == pytest.approx(whole[:, best].max(), abs=1e-6)
        assert found.self_map.values[row, col] == pytest.approx(1.0, abs=1e-6)


def test_some_layers_can_be_asked_alone(result):
    probe = Probe(layered(result, "median"))
    here, there = probe.comparison.a.side, probe.comparison.b.side
    row, col = here.rows_cols[9]
    at_xy = probe.side("a").xy(row, col)
    found = probe.at("a", at_xy, layers=[5])
    np.testing.assert_allclose(
        found.map.values[there.valid], there.flat_tokens[1] @ here.flat_tokens[1, 9], atol=1e-6
    )
    assert found.layers == (5,)
    known = best_matches(here.flat_tokens, there.flat_tokens, "median")
    some = Probe(replace(probe.comparison, best=known))
    for row, col in here.rows_cols[::5]:
        alone = some.at("a", probe.side("a").xy(row, col), layers=[6])
        assert alone.similarity == pytest.approx(np.nanmax(alone.map.values), abs=1e-6)
    assert probe.at("a", at_xy, layers=[-3]).layers == (5,), "counted from the network's end"
    with pytest.raises(DinosarError, match="layers 4, 5, 6"):
        probe.at("a", at_xy, layers=[7])
    with pytest.raises(DinosarError, match="not none"):
        probe.at("a", at_xy, layers=[])


def test_the_ratio_and_the_refined_place_are_those_of_the_demo_matches(result):
    a, b = result.a.side, result.b.side
    probe = Probe(result)
    limit = 0.8
    kept = demo_matches(a, b, result.best, mutual=False, ratio=limit, topn=10**6)
    refined = dict(zip(kept.index_a.tolist(), kept.xy_b, strict=True))
    clear = set()
    for index, (row, col) in enumerate(a.rows_cols):
        found = probe.at("a", probe.side("a").xy(row, col))
        if not found.ratio > limit:
            clear.add(index)
        if index in refined:
            expected = result.b.canvas.map.to_photo(refined[index])
            np.testing.assert_allclose(found.match.refined_xy, expected, atol=1e-3)
            assert found.distinctness == 1 - found.ratio
    assert refined
    assert set(refined) <= clear


def test_the_second_peak_is_lower_and_not_beside_the_match(result):
    probe = Probe(result)
    seconds = 0
    for row in result.patches_a_to_b.itertuples():
        found = match_of(probe, "a", row)
        if found.second is None:
            assert np.isnan(found.peak_ratio)
            continue
        seconds += 1
        gap = abs(found.second.row - found.match.row), abs(found.second.col - found.match.col)
        assert max(gap) > 2
        assert found.second.similarity <= found.runner_up <= found.similarity
        elsewhere = found.map.values.copy()
        top, left = max(found.match.row - 2, 0), max(found.match.col - 2, 0)
        elsewhere[top : found.match.row + 3, left : found.match.col + 3] = np.nan
        assert found.runner_up == np.nanmax(elsewhere)
        assert found.ratio >= found.peak_ratio > 0
    assert seconds > 10


def test_the_map_lies_on_the_photo_where_its_patches_lie(result):
    found = Probe(result).at("a", tuple(result.patches_a_to_b[["x", "y"]].iloc[4]))
    table = result.patches_b_to_a
    row_col_1 = np.column_stack([table["row"], table["col"], np.ones(len(table))])
    laid = row_col_1 @ found.map.to_photo_yx.T
    np.testing.assert_allclose(laid[:, :2], table[["y", "x"]], atol=1e-9)
    np.testing.assert_array_equal(laid[:, 2], 1)


def test_a_tilted_photo_is_probed_in_its_own_pixels():
    tilt = np.array([[1.0, 0.0, 4.0], [0.0, 1.0, -2.0], [2e-4, 1e-4, 1.0]])
    tilted = replace(ONE, landmarks_xy=mapped(tilt, ONE.landmarks_xy))
    result = compared(replace(SETTINGS, align_stage="image", align_method="homography"), tilted)
    assert not result.findings.a.is_affine
    probe = Probe(result)
    row = next(result.patches_a_to_b.iloc[len(result.patches_a_to_b) // 2 :].itertuples())
    found = match_of(probe, "a", row)
    back = probe.at("b", found.match.xy)
    laid = mapped(back.map.to_photo_yx, np.array([row.row, row.col]))
    np.testing.assert_allclose(laid, (row.y, row.x))
    beyond = probe.at("a", (-2e5, -2e5))
    assert "horizon" in beyond.patch.reason
    assert beyond.match is None


@pytest.mark.parametrize(
    ("xy", "reason"),
    [
        ((-4000.0, 20.0), "outside the canvas"),
        ((30.0, 30.0), "no specimen here"),
    ],
)
def test_a_place_off_the_specimen_says_why_it_has_no_match(result, xy, reason):
    found = Probe(result).at("a", xy, with_self=True)
    assert not found.patch.valid
    assert reason in found.patch.reason
    assert found.match is found.second is found.back is None
    assert np.isnan(found.map.values).all()
    assert np.isnan(found.self_map.values).all()
    assert np.isnan([found.similarity, found.ratio, found.peak_ratio, found.cycle_px]).all()
    assert found.map.limits == (0.0, 1.0)
    assert json.loads(json.dumps(found.as_dict(), allow_nan=False))["match"] is None


def test_the_patch_below_the_canvas_lies_outside(result):
    side = Probe(result).side("a")
    rows, cols = side.specimen.side.valid.shape
    for row, col in ((rows, 3), (3, cols), (-1, 3), (3, -1)):
        assert side.patch_at(side.xy(row, col)).reason == "outside the canvas"
    for row, col in ((0, 0), (rows - 1, cols - 1)):
        assert side.patch_at(side.xy(row, col)).reason == "no specimen here"


def test_a_patch_reaches_from_edge_to_edge(result):
    side = Probe(result).side("a")
    for inside in (-0.499, 0.499):
        patch = side.patch_at(side.xy(5 + inside, 6 - inside))
        assert (patch.row, patch.col) == (5, 6)


def test_what_the_two_do_not_share_is_told_where_masks_were_cut():
    probe = Probe(compared(replace(SETTINGS, align_stage="mask")))
    assert "have in common" in probe.at("a", (30.0, 30.0)).patch.reason


def test_patches_that_are_filled_too_little_or_lie_in_the_rings_say_so(result):
    reasons = {}
    for wanted in (SETTINGS, replace(SETTINGS, border_patches=4)):
        probe = Probe(compared(wanted))
        side = probe.side("a")
        fill = side.specimen.patches.fill
        for row, col in np.argwhere((fill > 0) & ~side.specimen.side.valid):
            patch = side.patch_at(side.xy(row, col))
            reasons[patch.reason.split()[0], fill[row, col] > wanted.fg_thresh] = patch.reason
    assert set(reasons) == {("too", False), ("in", True)}
    assert "15% needed" in reasons["too", False]
    assert "outer 4 rings" in reasons["in", True]


@pytest.mark.parametrize("xy", [(np.nan, 3.0), (np.inf, 3.0), (3.0,), "xy", None])
def test_what_is_no_place_is_refused(result, xy):
    with pytest.raises(DinosarError, match="x and y in photo pixels"):
        Probe(result).at("a", xy)


def test_another_side_is_refused(result):
    with pytest.raises(DinosarError, match="'A'"):
        Probe(result).at("A", (3, 4))


def test_landmarks_of_the_same_specimen_turned_are_found_again(result):
    table = Probe(result).landmarks()
    assert list(table["landmark"]) == [name for name in NAMES for _ in "ab"]
    assert list(table["from"]) == ["a", "b"] * len(NAMES)
    at_spot = table[table["landmark"].isin(["waist", "head"]) & table["valid"]]
    assert len(at_spot) >= 2
    assert (at_spot["distance_patches"] < 1.5).all()
    seen = table[table["valid"]]
    gap = np.hypot(seen["match_x"] - seen["placed_x"], seen["match_y"] - seen["placed_y"])
    np.testing.assert_allclose(seen["distance_px"], gap)
    assert (seen["similarity_placed"].dropna() <= seen["similarity"] + 1e-6).all()


@pytest.mark.parametrize("layers", [None, [5]])
def test_each_landmark_is_probed_and_held_against_its_partner_in_the_other_photo(smaller, layers):
    """Of two photos of which one is smaller by a third, so that their pixels are told apart."""
    probe = Probe(smaller if layers is None else layered(smaller, "mean"))
    xy = {"a": smaller.pair.xy_a, "b": smaller.pair.xy_b}
    table = probe.landmarks(layers=layers)
    for number, row in enumerate(table.to_dict("records")):
        side, other = ("a", "b") if number % 2 == 0 else ("b", "a")
        own, placed = xy[side][number // 2], xy[other][number // 2]
        found = probe.at(side, tuple(own), layers=layers)
        assert (row["x"], row["y"], row["placed_x"], row["placed_y"]) == (*own, *placed)
        assert row["valid"] == found.patch.valid
        for name in ("similarity", "ratio", "peak_ratio", "cycle_px"):
            np.testing.assert_equal(row[name], getattr(found, name))
        assert row["mutual"] == found.is_mutual
        there = getattr(smaller, other)
        column, line = ((there.canvas.map.to_canvas(placed) + 0.5) // 16).astype(int)
        expected = np.nan if column < 0 else float(found.map.values[line, column])
        np.testing.assert_equal(row["similarity_placed"], expected)
        if not row["valid"]:
            assert np.isnan(row["distance_px"])
            continue
        gap = np.hypot(*(np.array(found.match.refined_xy) - placed))
        size = np.sqrt(((xy[other] - xy[other].mean(axis=0)) ** 2).sum())
        patch_px = 16 / np.sqrt(np.prod(there.canvas.map.scale_xy))
        assert row["distance_px"] == pytest.approx(gap)
        assert row["distance_share"] == pytest.approx(gap / size)
        assert row["distance_patches"] == pytest.approx(gap / patch_px)
    assert table["valid"].sum() > 4
    assert table["similarity_placed"].isna().any()
    assert layers is not None or (table["ratio"] > table["peak_ratio"] + 0.001).any()


def test_a_misplaced_landmark_stands_out():
    wrong = ONE.landmarks_xy.copy()
    wrong[5] += (50.0, 18.0)
    result = compared(other=replace(ONE, landmarks_xy=wrong))
    table = Probe(result).landmarks()
    worst = table.loc[table["distance_px"].idxmax()]
    assert worst["landmark"] == NAMES[5]
    assert worst["distance_px"] == pytest.approx(np.hypot(50, 18), abs=12)


def test_a_landmark_is_followed_by_its_name(result):
    probe = Probe(result)
    found = probe.follow("waist", "b")
    assert found.at_xy == tuple(result.pair.xy_b[NAMES.index("waist")])
    assert found.side == "b"
    with pytest.raises(DinosarError, match=r"no landmark wing.*head, tail"):
        probe.follow("wing")
    xy = result.a.landmarks.xy.copy()
    xy[NAMES.index("waist")] = np.nan
    marks = Landmarks.from_points(xy, names=NAMES, visibility=[2] * 5 + [0])
    unplaced = Probe(replace(result, a=replace(result.a, landmarks=marks)))
    with pytest.raises(DinosarError, match="no landmark waist"):
        unplaced.follow("waist")


def test_without_landmarks_there_is_nothing_to_follow():
    result = compare(ONE.rgb, OTHER.rgb, SETTINGS, backbone="daisy", cache=CACHE, store=None)
    with pytest.raises(DinosarError, match="Placed there: none"):
        Probe(result).follow("head")
    with pytest.raises(DinosarError, match="no landmarks"):
        Probe(result).landmarks()


def test_two_probes_are_compared_where_they_searched_the_same_photo(result):
    probe = Probe(result)
    one, other = probe.follow("waist"), probe.follow("head")
    found = probe_difference(one, other)
    np.testing.assert_array_equal(found.map.values, other.map.values - one.map.values)
    assert found.largest == np.nanmax(np.abs(found.map.values)) > 0
    both = [one.map.values[result.b.side.valid], other.map.values[result.b.side.valid]]
    assert found.correlation == pytest.approx(np.corrcoef(both)[0, 1], abs=1e-6)
    same = probe_difference(one, one)
    assert (same.largest, same.correlation) == (0, pytest.approx(1))
    foreign = replace(other, source={**other.source, "sha256_b": "f" * 64})
    elsewhere = replace(other.map, to_photo_yx=other.map.to_photo_yx + 1.0)
    for another in (probe.follow("waist", "b"), foreign, replace(other, map=elsewhere)):
        with pytest.raises(DinosarError, match="different photos"):
            probe_difference(one, another)


def test_a_probe_off_the_specimen_differs_from_nothing(result):
    probe = Probe(result)
    found = probe_difference(probe.follow("waist"), probe.at("a", (-4000.0, 0.0)))
    assert np.isnan([found.largest, found.correlation]).all()


def test_a_probe_is_exported_as_plain_values_and_arrays(result):
    found = Probe(result).at("a", (160.0, 110.0), with_self=True)
    values = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert values["match"]["x"] == found.match.xy[0]
    assert (values["x"], values["y"], values["runner_up"]) == (160.0, 110.0, found.runner_up)
    assert values["patch"]["row"] == found.patch.row
    assert values["layers"] == list(result.a.encoding.layers)
    row = found.as_row()
    assert row["match_refined_y"] == found.match.refined_xy[1]
    assert all(isinstance(value, str | float | int | bool | None) for value in row.values())
    assert set(Probe(result).at("a", (-4000.0, 0.0)).as_row()) == set(row), "one table for all"
    arrays = found.arrays()
    np.testing.assert_array_equal(arrays["similarity"], found.map.values)
    np.testing.assert_array_equal(arrays["self_similarity"], found.self_map.values)
    for name, side in (("to_photo_yx", "b"), ("self_to_photo_yx", "a")):
        x_y = mapped(result.findings.side(side).patch_to_photo, (3, 2))
        np.testing.assert_allclose(arrays[name] @ (2, 3, 1), [x_y[1], x_y[0], 1])

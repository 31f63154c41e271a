"""Doubts about landmarks: quiet on careful work, clear on planted mistakes."""

from __future__ import annotations

import json
from pathlib import Path

import morphops
import numpy as np
import pytest
from numpy.typing import NDArray

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.shape_watch import Doubt, MeanShape, doubts, fit_mean_shape

NAMES = ("tip", "base", "left a", "right a", "left b", "right b", "left c", "right c")
PARTNERS = ((2, 3), (4, 5), (6, 7))
PLAN = np.array([[0, 9], [0, -9], [-3, 5], [3, 5], [-6, 0], [6, 0], [-2, -5], [2, -5]], float)


def drawn(n: int, seed: int = 0, noise: float = 0.25) -> NDArray[np.float64]:
    """Specimens of all sizes, places and turns."""
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(n):
        angle, size = rng.uniform(0, 2 * np.pi), rng.uniform(5, 80)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        shape = PLAN + noise * rng.normal(size=PLAN.shape)
        made.append(size * shape @ turn.T + rng.uniform(0, 4000, 2))
    return np.array(made)


@pytest.fixture(scope="module")
def mean() -> MeanShape:
    found = fit_mean_shape(drawn(34))
    assert found is not None
    return found


def asked(mean: MeanShape, xy: NDArray[np.float64]) -> tuple[Doubt, ...]:
    return doubts(mean, xy, NAMES, PARTNERS)


class TestTheMean:
    def test_is_the_generalised_procrustes_mean(self) -> None:
        rng = np.random.default_rng(4)
        # all landmarks lie equally far off, so that none is held back
        angles = rng.uniform(0, 2 * np.pi, size=(40, len(PLAN)))
        xy = PLAN + 0.2 * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
        found = fit_mean_shape(xy)
        assert found is not None
        theirs = morphops.gpa(xy)["mean"]
        theirs = theirs / np.linalg.norm(theirs)
        ours, theirs = found.xy_unit @ [1, 1j], theirs @ [1, 1j]
        assert abs(np.vdot(ours, theirs)) == pytest.approx(1, abs=1e-9)
        assert (found.n, len(found)) == (40, 8)

    def test_scatter_is_told_of_each_landmark(self) -> None:
        noise = np.full(PLAN.shape, 0.05)
        noise[4] = 0.8
        rng = np.random.default_rng(5)
        xy = PLAN + noise * rng.normal(size=(400, *PLAN.shape))
        found = fit_mean_shape(xy)
        assert found is not None
        others = np.delete(found.scatter, 4)
        assert found.scatter[4] > 3 * others.max()
        aligned = found.aligned_unit[:, 4] - found.xy_unit[4]
        assert found.scatter[4] == pytest.approx(np.median(np.hypot(*aligned.T)), rel=0.02)

    def test_one_bad_specimen_hardly_moves_it(self) -> None:
        xy = drawn(9)
        spoilt = xy.copy()
        spoilt[3, 6] += 0.5 * np.ptp(xy[3], axis=0)
        good, bad = fit_mean_shape(xy), fit_mean_shape(spoilt)
        assert good is not None
        assert bad is not None
        turned = good.xy_unit @ [1, 1j]
        moved = bad.xy_unit @ [1, 1j]
        moved = moved * np.vdot(moved, turned) / abs(np.vdot(moved, turned))
        assert np.abs(moved - turned).max() < 0.02
        assert asked(bad, drawn(1, seed=8)[0]) == ()

    def test_leaves_a_specimen_out_as_if_it_had_not_been_there(self) -> None:
        xy = drawn(12)
        whole, less = fit_mean_shape(xy), fit_mean_shape(xy[1:])
        assert whole is not None
        assert less is not None
        left = whole.without(0)
        assert left is not None
        assert left.n == 11
        ours, theirs = left.xy_unit @ [1, 1j], less.xy_unit @ [1, 1j]
        assert abs(np.vdot(ours, theirs)) == pytest.approx(1, abs=1e-6)
        np.testing.assert_allclose(left.scatter, less.scatter, rtol=0.03)

    def test_says_nothing_of_too_few(self) -> None:
        assert fit_mean_shape(drawn(4)) is None
        assert fit_mean_shape(drawn(9)[:, :3]) is None
        five = fit_mean_shape(drawn(5))
        assert five is not None
        assert five.without(2) is None

    def test_refuses_what_is_not_placed(self) -> None:
        xy = drawn(6)
        xy[2, 3] = np.nan
        with pytest.raises(DinosarError, match="finite"):
            fit_mean_shape(xy)

    def test_identical_specimens_scatter_as_a_hand_does(self) -> None:
        same = fit_mean_shape(np.repeat(PLAN[None], 6, axis=0))
        assert same is not None
        size = np.linalg.norm(PLAN - PLAN.mean(axis=0))
        for share, wanted in ((0.002, 0), (0.05, 1)):
            xy = PLAN.copy()
            xy[5, 0] += share * size
            assert len(asked(same, xy)) == wanted


class TestOutliers:
    def test_careful_work_is_not_doubted(self, mean: MeanShape) -> None:
        said = [asked(mean, xy) for xy in drawn(100, seed=1)]
        assert sum(map(bool, said)) <= 3

    def test_names_the_one_that_lies_off_and_how_far(self, mean: MeanShape) -> None:
        xy = drawn(1, seed=2)[0]
        xy[6] += 0.15 * np.linalg.norm(xy - xy.mean(axis=0))
        (doubt,) = asked(mean, xy)
        assert (doubt.kind, doubt.landmarks) == ("outlier", (6,))
        assert doubt.severity > 5
        assert doubt.sentence == (
            f"Landmark 7 (left c) lies {doubt.severity:.0f} times the usual scatter from where it "
            "is on the 34 finished specimens."
        )

    @pytest.mark.parametrize("far", [1e3, 1e6])
    def test_a_gross_one_does_not_drag_the_others(self, mean: MeanShape, far: float) -> None:
        for place, xy in enumerate(drawn(8, seed=3)):
            xy[place] += far
            assert [doubt.landmarks for doubt in asked(mean, xy)] == [(place,)]

    def test_two_of_them(self, mean: MeanShape) -> None:
        xy = drawn(1, seed=4)[0]
        xy[1] += 9000
        xy[4] -= [7000, -3000]
        assert {doubt.landmarks for doubt in asked(mean, xy)} == {(1,), (4,)}

    def test_says_where_a_landmark_was_skipped(self, mean: MeanShape) -> None:
        xy = drawn(1, seed=5)[0]
        xy[2], xy[4] = xy[4], np.nan
        (doubt,) = asked(mean, xy)
        assert doubt.landmarks == (2,)
        assert "about where 5 (left b) belongs" in doubt.sentence

    def test_judges_what_is_placed_so_far(self, mean: MeanShape) -> None:
        xy = drawn(1, seed=6)[0]
        xy[5:] = np.nan
        assert asked(mean, xy) == ()
        xy[3] += 0.5 * np.ptp(xy[:5], axis=0)
        assert any(3 in doubt.landmarks for doubt in asked(mean, xy))
        xy[3] = np.nan
        assert asked(mean, xy) == ()
        xy[2] = np.nan
        assert asked(mean, xy) == ()

    def test_one_sentence_where_nothing_fits(self, mean: MeanShape) -> None:
        rng = np.random.default_rng(7)
        (doubt,) = asked(mean, rng.uniform(0, 1000, PLAN.shape))
        assert doubt.kind == "outlier"
        assert "another order" in doubt.sentence

    @pytest.mark.parametrize("scale", [0.0, 1e-300])
    def test_landmarks_on_one_spot_are_no_shape(self, mean: MeanShape, scale: float) -> None:
        assert asked(mean, 5 + scale * PLAN) == ()

    def test_a_landmark_twice_on_one_spot(self, mean: MeanShape) -> None:
        xy = drawn(1, seed=9)[0]
        xy[2] = xy[5]
        (doubt,) = asked(mean, xy)
        assert (doubt.kind, doubt.landmarks) == ("outlier", (2,))


class TestSwaps:
    def test_finds_every_pair(self, mean: MeanShape) -> None:
        shape = drawn(1, seed=10)[0]
        for one in range(8):
            for other in range(one):
                xy = shape.copy()
                xy[[one, other]] = shape[[other, one]]
                (doubt,) = asked(mean, xy)
                assert (doubt.kind, doubt.landmarks) == ("swap", (other, one))

    def test_says_what_it_would_mend(self, mean: MeanShape) -> None:
        xy = drawn(1, seed=11)[0]
        xy[[0, 1]] = xy[[1, 0]]
        (doubt,) = asked(mean, xy)
        assert doubt.sentence.startswith("Landmarks 1 (tip) and 2 (base) may be exchanged:")
        assert doubt.severity > 5

    def test_beside_a_gross_outlier(self, mean: MeanShape) -> None:
        xy = drawn(1, seed=12)[0]
        xy[[2, 5]] = xy[[5, 2]]
        xy[7] += 5000
        found = {(doubt.kind, doubt.landmarks) for doubt in asked(mean, xy)}
        assert found == {("swap", (2, 5)), ("outlier", (7,))}

    def test_with_four_landmarks(self, mean: MeanShape) -> None:
        xy = drawn(1, seed=13)[0]
        xy[[0, 1]] = xy[[1, 0]]
        xy[[3, 5, 6, 7]] = np.nan
        (doubt,) = asked(mean, xy)
        assert (doubt.kind, doubt.landmarks) == ("swap", (0, 1))

    def test_left_and_right_all_exchanged(self, mean: MeanShape) -> None:
        xy = drawn(1, seed=14)[0]
        for pair in PARTNERS:
            xy[list(pair)] = xy[list(pair)[::-1]]
        (doubt,) = asked(mean, xy)
        assert (doubt.kind, doubt.landmarks) == ("swap", (2, 3, 4, 5, 6, 7))
        assert "all 3 pairs of partners" in doubt.sentence

    def test_a_mirrored_photo_without_partners(self) -> None:
        lopsided = PLAN + np.random.default_rng(15).normal(size=PLAN.shape) * 3
        rng = np.random.default_rng(16)
        found = fit_mean_shape(lopsided + 0.1 * rng.normal(size=(9, *PLAN.shape)))
        assert found is not None
        (doubt,) = doubts(found, lopsided * [-40, 40], NAMES)
        assert (doubt.kind, doubt.landmarks) == ("swap", tuple(range(8)))
        assert "mirrored" in doubt.sentence

    def test_changes_nothing(self, mean: MeanShape) -> None:
        xy = drawn(1, seed=17)[0]
        xy[[0, 1]] = xy[[1, 0]]
        before = xy.copy()
        asked(mean, xy)
        np.testing.assert_array_equal(xy, before)


@pytest.mark.needs_data
class TestRealLeaves:
    """Grape leaves differ much; whoever placed 16 landmarks on 128 of them was careful."""

    @pytest.fixture
    def leaves(self, shared: Path) -> NDArray[np.float64]:
        document = json.loads((shared / "data/grapeleaf/annotations.json").read_text())
        table = np.array([one["keypoints"] for one in document["annotations"]], dtype=float)
        table = table.reshape(-1, 30, 3)[:, :16]
        return table[(table[..., 2] > 0).all(axis=1)][..., :2]

    def test_few_are_doubted_and_most_mistakes_are(self, leaves: NDArray[np.float64]) -> None:
        found = fit_mean_shape(leaves)
        assert found is not None
        names = [str(number + 1) for number in range(16)]
        rng = np.random.default_rng(0)
        alarms = swaps = shifts = 0
        for place, leaf in enumerate(leaves[::2]):
            others = found.without(2 * place)
            assert others is not None
            alarms += bool(doubts(others, leaf, names))
            one, other = rng.choice(16, 2, replace=False)
            swapped = leaf.copy()
            swapped[[one, other]] = leaf[[other, one]]
            said = doubts(others, swapped, names)
            swaps += any(set(doubt.landmarks) == {one, other} for doubt in said)
            angle = rng.uniform(0, 2 * np.pi)
            size = np.linalg.norm(leaf - leaf.mean(axis=0))
            shifted = leaf.copy()
            shifted[one] += 0.1 * size * np.array([np.cos(angle), np.sin(angle)])
            shifts += any(one in doubt.landmarks for doubt in doubts(others, shifted, names))
        assert alarms <= 3
        assert swaps >= 62
        assert shifts >= 42

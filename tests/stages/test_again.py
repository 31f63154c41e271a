"""A comparison with other landmarks is that of a fresh run, and encodes nothing."""

from dataclasses import replace

import numpy as np
import pytest

from drawn import NAMES, draw
from napari_dinosar import DinosarError, Landmarks, Settings, compare
from napari_dinosar.backbones import load_backbone
from napari_dinosar.comparison import rehomologised
from napari_dinosar.io.consensus_files import write_consensus
from napari_dinosar.specimen import Cache
from networks import Counting

SETTINGS = Settings(fg_mode="thresh", img_size=256, border_patches=1)
GRID = ("consensus_unit_xy", "consensus_px_xy", "nodes_xy", "nodes_a_xy", "nodes_b_xy",
        "dissimilarity", "coverage_a", "coverage_b")  # fmt: skip


@pytest.fixture(scope="module")
def pair():
    return draw(1, notched=True), draw(1, notched=True, angle_deg=4, shift_xy=(6, -3))


@pytest.fixture(scope="module")
def backbone():
    return Counting(load_backbone("daisy"))


@pytest.fixture(scope="module")
def cache():
    return Cache()


@pytest.fixture
def run(pair, backbone, cache):
    def run(landmarks, settings=SETTINGS, **more):
        a, b = (one.rgb for one in pair)
        return compare(
            a, b, settings, backbone=backbone, landmarks=landmarks, cache=cache, store=None, **more
        )

    return run


@pytest.fixture
def marks(pair):
    a, b = pair
    return tuple(Landmarks.from_points(one.landmarks_xy, names=NAMES) for one in (a, b))


def moved(marks, by=(9.0, -5.0), index=2):
    xy = marks.xy.copy()
    xy[index] += by
    return Landmarks.from_points(xy, names=NAMES, visibility=marks.visibility)


def without(marks, index):
    visibility = marks.visibility.copy()
    visibility[index] = 0
    return replace(marks, visibility=visibility)


def assert_equal(again, fresh):
    found, expected = again.findings, fresh.findings
    assert found.summary == expected.summary
    no_times = {"created", "timings_s"}
    assert {k: v for k, v in found.record.items() if k not in no_times} == {
        k: v for k, v in expected.record.items() if k not in no_times
    }
    assert list(found.tables) == list(expected.tables)
    for name, table in expected.tables.items():
        assert found.tables[name].equals(table), name
    for side in "ab":
        here, there = found.side(side), expected.side(side)
        np.testing.assert_array_equal(here.landmarks.xy, there.landmarks.xy)
        np.testing.assert_array_equal(here.preview, there.preview)
    assert (found.cells is None) == (expected.cells is None)
    if expected.cells is not None:
        assert found.cells.names == expected.cells.names
        for name in GRID:
            here, there = getattr(found.cells, name), getattr(expected.cells, name)
            np.testing.assert_allclose(here, there, rtol=0, atol=1e-12)
        np.testing.assert_array_equal(found.cells.reason, expected.cells.reason)


def test_moved_landmarks_give_what_a_fresh_run_gives(run, marks, backbone):
    first = run(marks)
    there = (marks[0], moved(marks[1]))
    runs = backbone.runs
    again = rehomologised(first, *there)
    assert backbone.runs == runs
    assert again.summary["homology"] != first.summary["homology"]
    assert_equal(again, run(there))
    assert again.best is first.best


def test_what_was_moved_comes_back(run, marks):
    first = run(marks)
    again = rehomologised(rehomologised(first, marks[0], moved(marks[1])), *marks)
    assert_equal(again, first)


@pytest.mark.parametrize(
    "settings",
    [
        replace(SETTINGS, matching_mode="tps_homology"),
        replace(SETTINGS, matching_mode="similarity"),
        replace(SETTINGS, score_mode=("foreground", "bidirectional"), report_layer_std=True),
        replace(SETTINGS, align_stage="image", align_by="masks"),
    ],
)
def test_each_mode_is_found_again(run, marks, settings):
    there = (moved(marks[0], (-4.0, 3.0), 0), marks[1])
    assert_equal(rehomologised(run(marks, settings), *there), run(there, settings))


def test_warnings_and_notes_are_those_of_a_fresh_run(run, marks):
    settings = replace(SETTINGS, hist_min_joint=10_000, rembg_session="isnet-general-use")
    few = tuple(without(without(one, 1), 3) for one in marks)
    outside = (few[0], moved(few[1], (0.0, -900.0), 2))
    again = rehomologised(run(marks, settings), *outside)
    assert any("outside the photo" in warning for warning in again.warnings)
    assert_equal(again, run(outside, settings))


def test_a_landmark_that_was_cleared_is_left_out(run, marks):
    fewer = (without(marks[0], 1), marks[1])
    again = rehomologised(run(marks), *fewer)
    assert NAMES[1] not in again.findings.cells.names
    assert_equal(again, run(fewer))


def test_cells_appear_with_the_first_landmarks(run, marks):
    bare = run(None)
    assert bare.findings.cells is None
    assert_equal(rehomologised(bare, *marks), run(marks))


def test_a_saved_consensus_and_masks_stay(run, marks, tmp_path):
    path = write_consensus(tmp_path / "mean.npz", run(marks).saved_consensus())
    settings = replace(SETTINGS, fg_mode="layer")
    masks = {"mask_a": run(marks).mask_a, "mask_b": run(marks).mask_b}
    there = (marks[0], moved(marks[1]))
    again = rehomologised(run(marks, settings, consensus=path, **masks), *there)
    assert again.findings.record["inputs"]["consensus"]["path"] == str(path)
    assert_equal(again, run(there, settings, consensus=path, **masks))


def test_unusable_landmarks_are_refused(run, marks):
    first = run(marks)
    two = (Landmarks.from_points(marks[0].xy[:2], names=NAMES[:2]), marks[1])
    with pytest.raises(DinosarError, match="2 landmarks in common"):
        rehomologised(first, *two)


def test_an_alignment_by_landmarks_needs_a_run(run, marks):
    first = run(marks, replace(SETTINGS, align_stage="image"))
    with pytest.raises(DinosarError, match="run it again"):
        rehomologised(first, marks[0], moved(marks[1]))


def test_a_seed_stays_and_another_needs_a_run(run, marks):
    seeded = tuple(replace(one, mask_seed_xy=(160.0, 110.0)) for one in marks)
    first, there = run(seeded), (seeded[0], replace(moved(marks[1]), mask_seed_xy=(160.0, 110.0)))
    assert_equal(rehomologised(first, *there), run(there))
    other = replace(seeded[1], mask_seed_xy=(150.0, 110.0))
    with pytest.raises(DinosarError, match="run the comparison again"):
        rehomologised(first, seeded[0], other)

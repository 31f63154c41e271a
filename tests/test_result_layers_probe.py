"""Layers of a probe lie where their patches lie, on straight, turned and tilted photos alike."""

import math
from dataclasses import replace

import numpy as np
import pytest

from findings_made import made
from napari_dinosar.core.landmarks import Landmarks
from napari_dinosar.findings import mapped
from napari_dinosar.inspection.probe_difference import ProbeDifference
from napari_dinosar.inspection.probe_result import Found, Patch, PatchMap, Peak, ProbeResult
from napari_dinosar.result_layers.patch_place import SWAP, PatchPlace
from napari_dinosar.result_layers.probe import (
    MOST_PX,
    map_limits,
    probe_difference_spec,
    probe_map_spec,
)
from napari_dinosar.result_layers.probe_marks import (
    MARKS,
    PARTS,
    View,
    mark_spots,
    probe_marks_spec,
)
from napari_dinosar.result_layers.probe_words import (
    GAP_PX,
    HIGH_PX,
    LETTER_PX,
    PLATE,
    Marked,
    word_places,
)

FRAME = np.array([[0.5, 0.0, 10.0], [0.0, 0.5, -3.0], [0.0, 0.0, 1.0]])


def xy(findings, side, row, col):
    return tuple(mapped(findings.side(side).patch_to_photo, (col, row)))


def probed(findings, here="a", there="b", match=(3, 4), second=(6, 1), back=(2, 2)):
    """Return a probe at patch 2, 2 of a photo."""
    specimen = findings.side(there)
    values = np.random.default_rng(3).random(specimen.valid.shape, dtype=np.float32)
    values[0, 0] = np.nan
    found = PatchMap(there, values, SWAP @ specimen.patch_to_photo @ SWAP)
    own_xy = xy(findings, here, 2, 2)
    peaks = [Peak(*one, xy(findings, there, *one), 0.75, (1.0, 1.0)) for one in (match, second)]
    return ProbeResult(
        side=here,
        at_xy=own_xy,
        patch=Patch(2, 2, own_xy),
        layers=(9, 10),
        agg="mean",
        map=found,
        match=peaks[0],
        match_per_layer=(0.7, 0.8),
        runner_up=0.5,
        second=peaks[1],
        back=Found(*back, xy(findings, here, *back), 0.75),
        self_map=None,
        source={},
    )


def at(spec, row, col):
    """Return where a pixel of an image layer lies in the world, as x and y."""
    affine = np.asarray(spec.kwargs["affine"])
    own = np.array(spec.kwargs["scale"]) * (row, col) + spec.kwargs["translate"]
    return (affine[:2, :2] @ own + affine[:2, 2])[::-1]


def in_world(place_xy):
    return (FRAME[:2, :2] @ np.array(place_xy)[::-1] + FRAME[:2, 2])[::-1]


def test_a_pixel_of_a_map_is_a_patch():
    findings = made()
    result = probed(findings)
    spec = probe_map_spec(findings, result.map, FRAME, (0.2, 0.9))
    assert (spec.name, spec.role, spec.side) == ("B probe map", "probe_map", "b")
    assert spec.kwargs["contrast_limits"] == (0.2, 0.9)
    np.testing.assert_array_equal(spec.data, result.map.values)
    assert not np.shares_memory(spec.data, result.map.values)  # the layer writes into it
    for row, col in ((0, 0), (3, 5)):
        expected = in_world(xy(findings, "b", row, col))
        np.testing.assert_allclose(at(spec, row, col), expected)


def test_limits_are_round_and_hold_all_values():
    findings = made()
    found = probed(findings).map
    for values, limits in (((0.131, 0.949), (0.1, 0.95)), ((0.912, 0.987), (0.91, 0.99))):
        spread = np.full(found.values.shape, np.nan, np.float32)
        spread[1, :2] = values
        one = replace(found, values=spread)
        assert map_limits(one) == pytest.approx(limits)


def test_a_turned_photo_is_laid_over_by_an_affine():
    findings = made()
    turned = findings.b.photo_to_canvas @ np.array([[0.9, -0.2, 3], [0.2, 0.9, 5], [0, 0, 1]])
    findings = replace(findings, b=replace(findings.b, photo_to_canvas=turned))
    spec = probe_map_spec(findings, probed(findings).map, FRAME, (0.0, 1.0))
    np.testing.assert_allclose(at(spec, 4, 1), in_world(xy(findings, "b", 4, 1)))


def test_a_tilted_photo_has_its_patches_drawn_small():
    findings = made(projective=True)
    values = np.arange(64, dtype=np.float32).reshape(8, 8)
    place = PatchPlace.of(findings.a, 100)
    assert max(place.pixels(values).shape) == 100
    found = PatchMap("a", values, SWAP @ findings.a.patch_to_photo @ SWAP)
    spec = probe_map_spec(findings, found, np.eye(3), (0.0, 63.0))
    assert max(spec.data.shape) <= MOST_PX
    step = np.array(spec.kwargs["scale"])
    hits = 0
    for row, col in np.argwhere(findings.a.valid):
        x, y = xy(findings, "a", row, col)
        i, j = np.rint((np.array([y, x]) - spec.kwargs["translate"]) / step).astype(int)
        hits += spec.data[i, j] == values[row, col]
    assert hits == findings.a.valid.sum()
    assert np.isnan(spec.data[~np.isin(spec.data, values)]).all()


def test_zero_is_in_the_middle_of_a_difference():
    findings = made()
    found = probed(findings).map
    for largest, most in ((0.4, 0.4), (0.001, 0.02)):
        difference = ProbeDifference(found, largest, 0.5)
        spec = probe_difference_spec(findings, difference, FRAME)
        assert spec.kwargs["contrast_limits"] == (-most, most)
    assert (spec.name, spec.side, spec.metadata["on"]) == ("Probe difference", None, "b")


def frames_of(findings):
    """Return frames that lay B to the right of A, at half size."""
    left = FRAME.copy()
    left[1, 2] += findings.a.size_xy[0]
    return {"a": FRAME, "b": left}


def row(spec, name):
    return list(spec.kwargs["features"]["mark"]).index(name)


def in_world_of(frame, place_xy):
    return (frame @ (place_xy[1], place_xy[0], 1.0))[:2]


def word_box(spec, name, zoom):
    """Return left, top, right and bottom of a word in the world."""
    y, x = spec.data[row(spec, f"{name} word")]
    letters = len(spec.kwargs["features"]["label"][row(spec, f"{name} plate")])
    wide, high = letters * LETTER_PX / zoom / 2, HIGH_PX / zoom / 2
    return x - wide, y - high, x + wide, y + high


@pytest.mark.parametrize("here", ["a", "b"])
def test_each_photo_has_the_marks_of_its_part(here):
    findings = made()
    there = "ba"["ab".index(here)]
    result = probed(findings, here, there)
    kept = probed(findings, here, there, match=(1, 1))
    spec = probe_marks_spec(findings, frames_of(findings), result, kept)
    features = spec.kwargs["features"]
    assert (spec.name, spec.side) == ("Probe marks", None)
    assert len(spec.data) == len(PARTS) * len(MARKS)
    photos = {mark.name: features["photo"][row(spec, mark.name)] for mark in MARKS}
    on_own, on_other = {"probe", "back", "kept"}, {"match", "2nd", "kept match"}
    assert photos == dict.fromkeys(on_own, here) | dict.fromkeys(on_other, there)
    assert {label for label in features["label"] if label.strip(PLATE)} == on_own | on_other
    alone = probe_marks_spec(findings, frames_of(findings), result)
    for name in ("kept", "kept match"):
        assert alone.kwargs["border_color"][row(alone, name), 3] == 0
        assert alone.kwargs["features"]["label"][row(alone, f"{name} word")] == ""


def test_an_outline_is_as_large_as_its_patch():
    findings = made()
    frames = frames_of(findings)
    spec = probe_marks_spec(findings, frames, probed(findings))
    place = row(spec, "match")
    scale = math.sqrt(abs(np.linalg.det(findings.b.photo_to_canvas[:2, :2])))
    half = math.sqrt(np.linalg.det(FRAME[:2, :2]))
    assert spec.kwargs["size"][place] == pytest.approx(half * findings.b.patch_size / scale)
    np.testing.assert_allclose(spec.data[place], in_world_of(frames["b"], xy(findings, "b", 3, 4)))
    assert spec.kwargs["features"]["similarity"][place] == 0.75


@pytest.mark.parametrize("zoom", [1.5, 8.0])
@pytest.mark.parametrize("place", [(0, 0), (0, 7), (7, 0), (7, 7), (3, 0), (3, 7), (0, 3), (7, 3)])
def test_words_stay_on_their_photo_and_apart(place, zoom):
    findings = made(landmarks=False)
    frames = frames_of(findings)
    across, down = place[1] / 7, place[0] / 7
    boxes = {}
    near = replace(
        probed(findings),
        patch=Patch(2, 2, on_photo(findings, "a", across, down)),
        back=Found(2, 2, on_photo(findings, "a", across, down), 0.5),
        match=Peak(2, 2, on_photo(findings, "b", across, down), 0.5, (1.0, 1.0)),
        second=Peak(2, 2, on_photo(findings, "b", across, down, 9), 0.5, (1.0, 1.0)),
    )
    spec = probe_marks_spec(findings, frames, near, None, View(zoom))
    for name, side in (("probe", "a"), ("back", "a"), ("match", "b"), ("2nd", "b")):
        width, height = findings.side(side).size_xy
        top, left = in_world_of(frames[side], (-0.5, -0.5))
        bottom, right = in_world_of(frames[side], (width - 0.5, height - 0.5))
        box = boxes[name] = word_box(spec, name, zoom)
        assert left <= box[0] < box[2] <= right, name
        assert top <= box[1] < box[3] <= bottom, name
        np.testing.assert_array_equal(
            spec.data[row(spec, f"{name} plate")], spec.data[row(spec, f"{name} word")]
        )
    for one, other in (("probe", "back"), ("match", "2nd")):
        (a, b, c, d), (e, f, g, h) = boxes[one], boxes[other]
        assert min(c, g) <= max(a, e) or min(d, h) <= max(b, f)


def test_words_stay_in_what_is_seen_of_their_photo():
    findings = made(landmarks=False)
    frames = frames_of(findings)
    result = probed(findings)
    y, x = in_world_of(frames["a"], result.patch.xy)
    seen = (x - 200, y - 200, x + 20, y + 200)
    for view, is_left in ((View(2.0), False), (View(2.0, seen), True)):
        spec = probe_marks_spec(findings, frames, result, None, view)
        assert (word_box(spec, "probe", 2.0)[2] < x) == is_left
    out_of_sight = probe_marks_spec(findings, frames, result, None, View(2.0, (-9, -9, 0, 0)))
    np.testing.assert_array_equal(
        out_of_sight.data, probe_marks_spec(findings, frames, result, None, View(2.0)).data
    )


def test_words_do_not_lie_under_landmarks():
    findings = made()
    frames = frames_of(findings)
    result = replace(probed(findings), back=None)
    bare = replace(findings, a=replace(findings.a, landmarks=None))
    spec = probe_marks_spec(bare, frames, result, None, View(4.0))
    y, x = spec.data[row(spec, "probe word")]
    _, _, right, _ = word_box(spec, "probe", 4.0)
    marks = Landmarks.from_points([np.linalg.solve(frames["a"], (y, right, 1.0))[1::-1]])
    on = replace(findings, a=replace(findings.a, landmarks=marks))
    spec = probe_marks_spec(on, frames, result, None, View(4.0))
    assert tuple(spec.data[row(spec, "probe word")]) != (y, x)


@pytest.mark.parametrize("dots_yx", [(), [(-4.0, -4.0)]])
def test_a_word_does_not_seem_to_name_another_mark(dots_yx):
    within = (-500.0, -500.0, 500.0, 500.0)
    marked = {"probe": Marked((0.0, 0.0), 20.0, within), "back": Marked((20.0, 20.0), 14.0, within)}
    found = word_places(marked, 1.0, dots_yx)
    half = {name: np.array([HIGH_PX, LETTER_PX * len(name)]) / 2 for name in found}
    for name, place in found.items():
        away = {
            other: np.linalg.norm(
                np.maximum(np.abs(np.subtract(place, one.centre_yx)) - half[name], 0)
            )
            for other, one in marked.items()
        }
        assert away[name] == min(away.values()), name


def test_a_word_keeps_close_where_two_marks_are_on_one_patch():
    within = (-500.0, -500.0, 500.0, 500.0)
    marked = {"probe": Marked((0.0, 0.0), 60.0, within), "back": Marked((0.0, 0.0), 42.0, within)}
    left_of_both = -30.0 - GAP_PX - LETTER_PX * len("back") / 2
    assert word_places(marked, 1.0)["back"] == (0.0, left_of_both)


def test_a_word_keeps_off_the_outline_of_its_mark_and_has_its_colour():
    findings = made(landmarks=False)
    spec = probe_marks_spec(findings, frames_of(findings), probed(findings), None, View(100.0))
    drawn, word = row(spec, "probe shadow"), word_box(spec, "probe", 100.0)
    middle, size = spec.data[drawn], spec.kwargs["size"][drawn]
    assert word[0] > middle[1] + size * (1 + spec.kwargs["border_width"][drawn]) / 2
    colours = spec.kwargs["text"]["color"]
    for mark in MARKS:
        drawn = spec.kwargs["border_color"][row(spec, mark.name)][:3]
        word = colours[row(spec, f"{mark.name} word")][:3]
        assert word.argmax() == drawn.argmax()


def on_photo(findings, side, across, down, off_px=0.0):
    """Return a place of a photo by shares of its size, some pixels further in."""
    width, height = findings.side(side).size_xy
    x, y = across * (width - 1), down * (height - 1)
    return x, y + (off_px if down < 0.5 else -off_px)


def test_a_place_without_a_match_is_marked_alone():
    findings = made()
    frames = frames_of(findings)
    result = replace(
        probed(findings), patch=Patch(-1, -1, (9.0, 9.0), False, "off"),
        match=None, second=None, back=None,
    )  # fmt: skip
    assert set(mark_spots(findings, frames, result)) == {"probe"}
    beyond = replace(result, patch=Patch(-1, -1, (np.nan, np.nan), False, "beyond"))
    assert not mark_spots(findings, frames, beyond)
    spec = probe_marks_spec(findings, frames, beyond)
    assert not spec.kwargs["border_color"][:, 3].any()
    assert not any(spec.kwargs["features"]["label"])

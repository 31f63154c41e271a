"""Layers of a probe lie where their patches lie, on straight, turned and tilted photos alike."""

import math
from dataclasses import replace

import numpy as np
import pytest

from findings_made import made
from napari_dinosar.findings import mapped
from napari_dinosar.inspection.probe_result import (
    Found,
    Patch,
    PatchMap,
    Peak,
    ProbeDifference,
    ProbeResult,
)
from napari_dinosar.result_layers.patch_place import SWAP, PatchPlace
from napari_dinosar.result_layers.probe import (
    MOST_PX,
    map_limits,
    probe_difference_spec,
    probe_map_spec,
)
from napari_dinosar.result_layers.probe_marks import MARKS, mark_places, probe_marks_spec

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


@pytest.mark.parametrize("here", ["a", "b"])
def test_each_photo_has_the_marks_of_its_part(here):
    findings = made()
    there = "ba"["ab".index(here)]
    result = probed(findings, here, there)
    kept = probed(findings, here, there, match=(1, 1))
    for side, names in ((here, {"probe", "back", "kept"}),
                        (there, {"match", "2nd", "kept match"})):  # fmt: skip
        places = mark_places(findings, side, result, kept)
        spec = probe_marks_spec(findings, side, places, FRAME)
        assert spec.name == f"{side.upper()} probe marks"
        labels = [label.strip() for label in spec.kwargs["features"]["label"]]
        assert set(labels) - {""} == names
        shown = {
            name for name, colour in zip(
                spec.kwargs["features"]["mark"], spec.kwargs["border_color"], strict=True)
            if colour[3] and not name.endswith("shadow")
        }  # fmt: skip
        assert shown == names
        assert len(spec.data) == 2 * len(MARKS)


def test_an_outline_is_as_large_as_its_patch():
    findings = made()
    result = probed(findings)
    places = mark_places(findings, "b", result)
    row = len(MARKS) + [mark.name for mark in MARKS].index("match")
    scale = math.sqrt(abs(np.linalg.det(findings.b.photo_to_canvas[:2, :2])))
    assert places.size[row] == pytest.approx(findings.b.patch_size / scale)
    np.testing.assert_allclose(places.data_yx[row, ::-1], xy(findings, "b", 3, 4))
    assert places.similarity[row] == 0.75


def test_words_are_dark_where_it_is_bright():
    findings = made()
    white = np.full_like(findings.a.preview, 255)
    result = probed(findings)
    for preview, is_bright in ((white, True), (white // 9, False)):
        on = replace(findings, a=replace(findings.a, preview=preview))
        assert (mark_places(on, "a", result).is_bright == is_bright).all()
    assert mark_places(findings, "b", result).is_bright.all()  # on the bright end of the map
    # each word by what lies beside it: a probe on the dark specimen, a kept one on its backdrop
    half = white.copy()
    half[:, : half.shape[1] // 2] = 20
    on = replace(findings, a=replace(findings.a, preview=half))
    width, height = findings.a.size_xy
    result = replace(result, patch=Patch(0, 0, (0.2 * width, height / 2), True, ""), back=None)
    kept = replace(result, patch=Patch(0, 0, (0.6 * width, height / 2), True, ""))
    places = mark_places(on, "a", result, kept)
    names = [mark.name for mark in MARKS]
    assert not places.is_bright[names.index("probe")]
    assert places.is_bright[names.index("kept")]


def test_words_stay_on_the_photo():
    findings = made()
    width, height = findings.a.size_xy
    rows = {mark.name: row for row, mark in enumerate(MARKS)}
    for share, is_left in ((0.02, False), (0.5, False), (0.98, True)):
        patch = Patch(0, 0, (share * width, height / 2), True, "")
        far = Found(0, 0, ((1 - share) * width, height / 2), 0.5)
        result = replace(probed(findings), patch=patch, back=far if share != 0.5 else None)
        assert mark_places(findings, "a", result).is_left[rows["probe"]] == is_left
    # of two marks that are near one has its word at the left
    near = Found(0, 0, (0.52 * width, height / 2), 0.5)
    patch = Patch(0, 0, (0.5 * width, height / 2), True, "")
    places = mark_places(findings, "a", replace(result, patch=patch, back=near))
    assert places.is_left[rows["probe"]]
    assert not places.is_left[rows["back"]]


def test_a_place_without_a_match_is_marked_alone():
    findings = made()
    result = replace(
        probed(findings), patch=Patch(-1, -1, (9.0, 9.0), False, "off"),
        match=None, second=None, back=None,
    )  # fmt: skip
    places = mark_places(findings, "a", result)
    assert places.shown.sum() == 2
    assert not mark_places(findings, "b", result).shown.any()
    beyond = replace(result, patch=Patch(-1, -1, (np.nan, np.nan), False, "beyond"))
    assert not mark_places(findings, "a", beyond).shown.any()

"""Both ends of a match at one scale and turned alike, and the way back."""

from dataclasses import replace

import numpy as np
import pytest

from drawn import NAMES, draw
from findings_made import PATCH, made, specimen
from napari_dinosar import DinosarError, Landmarks, Settings, compare
from napari_dinosar.inspection.match_pieces import MatchPieces, patch_px, way_back
from napari_dinosar.specimen import Cache


@pytest.fixture(scope="module")
def turned():
    """Return a comparison of a photo and itself, larger by half and turned by a quarter."""
    one = draw(1, size_xy=(420, 300))
    twice = one.rgb.repeat(2, axis=0).repeat(2, axis=1)
    there = np.ascontiguousarray(np.rot90(twice))  # anticlockwise: x goes up, y to the right
    width = twice.shape[1]
    x, y = (one.landmarks_xy * 2 + 0.5).T
    marks = [one.landmarks_xy, np.stack([y, width - 1 - x], axis=1)]
    settings = Settings(fg_mode="thresh", img_size=256, border_patches=1, matching_mode="both")
    return compare(
        one.rgb,
        there,
        settings,
        backbone="daisy",
        landmarks=tuple(Landmarks.from_points(xy, names=NAMES) for xy in marks),
        cache=Cache(),
        store=None,
    )


def with_ends(findings, xy_a, xy_b):
    matches = findings.tables["matches"].iloc[:1].copy()
    matches[["x_a", "y_a"]], matches[["x_b", "y_b"]] = [xy_a], [xy_b]
    return replace(findings, tables={**findings.tables, "matches": matches})


def test_a_turned_and_enlarged_photo_is_shown_as_the_other_one_lies(turned):
    xy_a = np.array([180.0, 130.0])
    width = turned.b.photo.rgb.shape[0]
    xy_b = (2 * xy_a[1] + 0.5, width - 1 - (2 * xy_a[0] + 0.5))
    findings = with_ends(turned.findings, xy_a, xy_b)
    pieces = MatchPieces(findings, turned.a.photo.rgb, turned.b.photo.rgb)
    pair = pieces.pair(0, surroundings=2.0, side_px=120)
    assert pair.turned_deg == pytest.approx(90, abs=1e-6)
    gap = np.abs(pair.a.rgb.astype(int) - pair.b.rgb).mean(axis=-1)
    assert pair.a.rgb.std() > 15, "there is something to see"
    assert gap.mean() < 2
    for piece in (pair.a, pair.b):
        assert piece.rgb.shape == (120, 120, 3)
        np.testing.assert_allclose(piece.outline_xy.mean(axis=0), 59.5, atol=1e-9)
        np.testing.assert_allclose(np.ptp(piece.outline_xy, axis=0), 24, atol=0.05)


def test_a_mirrored_place_is_not_turned():
    findings = made()
    marks = findings.b.landmarks
    flipped = Landmarks.from_points(marks.xy * (-1, 1) + (299, 0), names=marks.names)
    findings = replace(findings, b=replace(findings.b, landmarks=flipped))
    pair = MatchPieces(findings, specimen("a").rgb, specimen("b").rgb).pair(0, side_px=60)
    assert pair.turned_deg is None


def test_landmarks_are_paired_by_name(turned):
    """The same comparison says the same where B lists its landmarks the other way round."""
    marks = turned.findings.b.landmarks
    other = Landmarks.from_points(marks.xy[::-1], names=marks.names[::-1])
    findings = replace(turned.findings, b=replace(turned.findings.b, landmarks=other))
    pair = MatchPieces(findings, turned.a.photo.rgb, turned.b.photo.rgb).pair(0, side_px=60)
    assert pair.turned_deg == pytest.approx(90, abs=1e-6)


def test_without_landmarks_both_are_upright():
    findings = made(landmarks=False)
    pair = MatchPieces(findings, specimen("a").rgb, specimen("b").rgb).pair(0, side_px=60)
    assert pair.turned_deg is None
    np.testing.assert_allclose(pair.b.outline_xy[0], (25.2, 25.2), atol=0.3)


def test_the_way_back_is_measured_in_pixels_and_patches_of_a():
    findings = made()
    match = findings.tables["matches"].iloc[2]
    there, back = (findings.tables[f"patches_{way}"].copy() for way in ("a_to_b", "b_to_a"))
    own = there[np.isclose(there["x"], match["x_a"]) & np.isclose(there["y"], match["y_a"])].iloc[0]
    of_match = (back["row"] == own["match_row"]) & (back["col"] == own["match_col"])
    back.loc[of_match, ["match_x", "match_y"]] = [match["x_a"] + 30, match["y_a"] - 40]
    findings = replace(findings, tables={**findings.tables, "patches_b_to_a": back})
    found = way_back(findings, 2)
    assert found.distance_px == pytest.approx(50)
    width = patch_px(findings.a, np.array([match["x_a"], match["y_a"]]))
    assert width == pytest.approx(PATCH * 320 / 128)
    assert found.distance_patch == pytest.approx(50 / width)
    pair = MatchPieces(findings, specimen("a").rgb, specimen("b").rgb).pair(2, 3.0, 70)
    np.testing.assert_allclose(pair.back_xy, np.array([30, -40]) / width * 10 + 34.5, atol=1e-6)


def test_an_end_that_was_refined_into_the_next_patch_has_the_way_back_of_its_patch(turned):
    findings, best = turned.findings, turned.best
    matches = findings.tables["matches"].copy()
    step = patch_px(findings.b, matches.loc[0, ["x_b", "y_b"]].to_numpy(float))
    matches[["x_b", "y_b"]] += 0.6 * step * np.array([1, -1])
    moved = replace(findings, tables={**findings.tables, "matches": matches})
    for match, patch in enumerate(turned.correspondences.index_b):
        ends_at = turned.a.canvas.map.to_photo(turned.a.side.xy[best.a_of_b[patch]])
        np.testing.assert_allclose(way_back(moved, match).xy, ends_at)


def test_other_matches_and_photos_are_refused():
    findings = made()
    a, b = specimen("a").rgb, specimen("b").rgb
    with pytest.raises(DinosarError, match="count from 0"):
        MatchPieces(findings, a, b).pair(len(findings.tables["matches"]))
    with pytest.raises(DinosarError, match="Give that photo"):
        MatchPieces(findings, a, b[:-1])

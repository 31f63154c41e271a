from __future__ import annotations

import numpy as np
import pytest

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.landmarks import (
    MAX_COMMON_LANDMARKS,
    Landmarks,
    outside_warning,
    pair_landmarks,
)

SPREAD_XY = np.array([[10.0, 10], [90, 20], [80, 70], [20, 60], [50, 40], [60, 15]])
NAMES = ("head", "tip", "tail", "leg", "eye", "vein")


def landmarks(count: int = 6, *, named: bool = True, **changes: object) -> Landmarks:
    given = {"names": NAMES[:count] if named else (), "visibility": [2] * count, **changes}
    return Landmarks.from_points(given.pop("xy", SPREAD_XY[:count]), **given)


def test_positions_are_copied_and_cannot_be_changed() -> None:
    xy = SPREAD_XY.copy()
    marks = Landmarks.from_points(xy, NAMES)
    xy[0] = -1
    assert marks.xy[0].tolist() == [10, 10]
    with pytest.raises(ValueError, match="read-only"):
        marks.xy[0] = 0


def test_labels_are_names_or_numbers_from_one() -> None:
    assert landmarks(3).labels == ("head", "tip", "tail")
    assert landmarks(3, named=False).labels == ("1", "2", "3")
    assert len(landmarks(3)) == 3


def test_absent_landmarks_have_no_position() -> None:
    marks = landmarks(3, visibility=[2, 0, 1])
    assert np.isnan(marks.xy[1]).all()
    assert marks.present.tolist() == [True, False, True]
    assert marks.visibility.tolist() == [2, 0, 1]


def test_a_row_of_nan_is_an_absent_landmark() -> None:
    marks = Landmarks.from_points([[1, 2], [np.nan, np.nan]])
    assert marks.visibility.tolist() == [2, 0]


def test_no_landmarks_at_all_are_fine() -> None:
    marks = Landmarks.from_points([])
    assert len(marks) == 0
    assert marks.labels == ()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"xy": [[1, 2, 3]]}, "table of x and y"),
        ({"xy": [["a", 2]]}, "not all numbers"),
        ({"xy": [[1, 2], [3]]}, "not all numbers"),
        ({"xy": [[1, np.nan], [2, 2]], "names": (), "visibility": None}, "landmark 1"),
        ({"xy": [[1, np.inf], [2, 2]], "names": (), "visibility": None}, "landmark 1"),
        ({"xy": [[1, 1e300], [2, 2]], "names": (), "visibility": None}, "no position in a photo"),
        ({"names": ("a", "b")}, "2 names for 6 landmarks"),
        ({"names": ("a", "a", "b", "c", "d", "e")}, "more than once: a"),
        ({"names": (1, 2, 3, 4, 5, 6)}, "must all be text"),
        ({"visibility": [2, 2]}, "2 visibility flags for 6"),
        ({"visibility": [2, 2, 2, 2, 2, 3]}, "visibility 3 of landmark vein"),
        ({"visibility": [2, 2, 0.5, 2, 2, 2]}, "visibility 0.5 of landmark tail"),
        ({"skeleton": [(0, 6)]}, "skeleton"),
    ],
)
def test_what_is_no_landmark_is_refused(changes: dict[str, object], says: str) -> None:
    with pytest.raises(DinosarError, match=says):
        landmarks(**changes)


def test_pairs_by_name_in_the_order_of_the_first() -> None:
    shuffled = [5, 3, 1, 0, 2, 4]
    b = Landmarks.from_points(SPREAD_XY[shuffled] + 1, [NAMES[i] for i in shuffled])
    pair = pair_landmarks(landmarks(), b)
    assert pair.labels == NAMES
    np.testing.assert_array_equal(pair.xy_a, SPREAD_XY)
    np.testing.assert_array_equal(pair.xy_b, SPREAD_XY + 1)
    assert pair.warnings == ()


def test_only_landmarks_present_in_both_count() -> None:
    a = landmarks(visibility=[0, 2, 2, 2, 2, 1])
    b = landmarks(visibility=[2, 0, 1, 2, 2, 2])
    pair = pair_landmarks(a, b)
    assert pair.labels == ("tail", "leg", "eye", "vein")
    assert np.isfinite(pair.xy_a).all()
    assert np.isfinite(pair.xy_b).all()


def test_without_names_the_place_in_the_list_counts() -> None:
    a = landmarks(named=False, visibility=[2, 0, 2, 2, 2, 2])
    pair = pair_landmarks(a, landmarks(named=False))
    assert pair.labels == ("1", "3", "4", "5", "6")


@pytest.mark.parametrize(
    ("a", "b", "says"),
    [
        (landmarks(), landmarks(named=False), "B.jpg has 6 without names"),
        (landmarks(named=False), landmarks(), "head, tip, tail"),
        (landmarks(5, named=False), landmarks(6, named=False), "A.jpg has 5 .*B.jpg has 6"),
    ],
)
def test_landmarks_that_cannot_be_matched_are_listed(a: Landmarks, b: Landmarks, says: str) -> None:
    with pytest.raises(DinosarError, match=says) as caught:
        pair_landmarks(a, b, "A.jpg", "B.jpg")
    assert "cannot be matched" in str(caught.value)


def test_fewer_than_three_in_common_is_an_error_that_lists_both() -> None:
    a = landmarks(visibility=[2, 2, 0, 0, 0, 2])
    b = landmarks(visibility=[2, 2, 2, 2, 0, 0])
    with pytest.raises(DinosarError, match="2 landmarks in common") as caught:
        pair_landmarks(a, b)
    assert "Present in A: head, tip, vein." in str(caught.value)
    assert "Present in B: head, tip, tail, leg." in str(caught.value)


def test_three_or_four_in_common_are_used_with_a_warning() -> None:
    assert "only 4 landmarks" in pair_landmarks(landmarks(4), landmarks(4)).warnings[0]
    assert "only 3 landmarks" in pair_landmarks(landmarks(3), landmarks(3)).warnings[0]
    assert pair_landmarks(landmarks(5), landmarks(5)).warnings == ()


def test_names_that_only_one_specimen_has_are_told() -> None:
    renamed = landmarks(names=(*NAMES[:5], "Vein"))
    pair = pair_landmarks(landmarks(), renamed, "A.jpg", "B.jpg")
    assert len(pair) == 5
    assert any("those of A.jpg are not used: vein" in text for text in pair.warnings)
    assert any("those of B.jpg are not used: Vein" in text for text in pair.warnings)


def on_a_line(width: float, count: int = 6) -> np.ndarray:
    """Points along a slanted line 100 px long, every other one moved off it by ``width``."""
    along = np.linspace(0, 100, count)
    off = width * (np.arange(count) % 2)
    direction = np.array([0.8, 0.6])
    return along[:, None] * direction + off[:, None] * np.array([-0.6, 0.8]) + 7


@pytest.mark.parametrize("side", ["A", "B"])
@pytest.mark.parametrize("width", [0, 1e-9, 0.01])
def test_collinear_landmarks_of_either_specimen_are_an_error(side: str, width: float) -> None:
    line = landmarks(xy=on_a_line(width))
    pair = (line, landmarks()) if side == "A" else (landmarks(), line)
    with pytest.raises(DinosarError, match=f"landmarks of {side} .* on one line"):
        pair_landmarks(*pair)


def test_a_narrow_band_warns_and_a_wide_one_does_not() -> None:
    narrow = pair_landmarks(landmarks(xy=on_a_line(5)), landmarks())
    assert len(narrow.warnings) == 1
    assert "landmarks of A are badly spread" in narrow.warnings[0]
    assert pair_landmarks(landmarks(xy=on_a_line(25)), landmarks()).warnings == ()


def test_spread_is_judged_on_common_landmarks_only() -> None:
    xy = on_a_line(0)
    xy[5] += [-60, 80]
    whole = landmarks(xy=xy)
    assert len(pair_landmarks(whole, landmarks())) == 6
    with pytest.raises(DinosarError, match="on one line"):
        pair_landmarks(whole, landmarks(visibility=[2, 2, 2, 2, 2, 0]))


@pytest.mark.parametrize("gap", [0.0, 1e-4])
def test_coincident_landmarks_are_an_error_that_names_them(gap: float) -> None:
    xy = SPREAD_XY.copy()
    xy[4] = xy[2] + gap
    with pytest.raises(DinosarError, match=r"B\.jpg lie on the same spot: tail and eye"):
        pair_landmarks(landmarks(), landmarks(xy=xy), "A.jpg", "B.jpg")


def test_landmarks_a_pixel_apart_do_not_coincide() -> None:
    xy = SPREAD_XY.copy()
    xy[4] = xy[2] + 1
    assert len(pair_landmarks(landmarks(), landmarks(xy=xy))) == 6


def test_more_landmarks_than_a_spline_can_hold_are_refused() -> None:
    xy = np.random.default_rng(0).uniform(0, 1000, (MAX_COMMON_LANDMARKS + 1, 2))
    many = Landmarks.from_points(xy)
    with pytest.raises(DinosarError, match="2000 are the most"):
        pair_landmarks(many, many)


def test_landmarks_outside_the_photo_are_named() -> None:
    xy = [[-0.5, 0], [99.5, 49.5], [-0.6, 0], [0, 49.6], [np.nan, np.nan]]
    marks = Landmarks.from_points(xy, names=("a", "b", "c", "d", "e"))
    warning = outside_warning(marks, (100, 50), "leaf.jpg")
    assert warning is not None
    assert "leaf.jpg (100 x 50 px)" in warning
    assert ": c, d. Check" in warning
    assert outside_warning(marks, (1000, 1000), "leaf.jpg") is not None
    assert outside_warning(landmarks(), (100, 100), "leaf.jpg") is None
    assert outside_warning(Landmarks.from_points([]), (100, 100), "leaf.jpg") is None


def test_the_planthopper_landmarks_make_a_pair(planthoppers) -> None:
    file = Landmarks.from_coco(planthoppers / "working_copy_maculata_maculata_kpts_V2.json")
    a, b = file["col-fusca_(L).jpg"], file["col-macu-spp_maculata_(L)"]
    pair = pair_landmarks(a, b)
    assert pair.labels == ("1", "2", "3", "4", "5", "6", "7", "8")
    np.testing.assert_allclose(pair.xy_a[-1], [478, 127])
    np.testing.assert_allclose(pair.xy_b[-1], [474, 80])
    assert pair.warnings == ()

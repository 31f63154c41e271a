"""A seed says which part of a mask is the specimen."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from napari_dinosar.core.digitised import Digitised
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.foreground import Foreground, seeded_foreground, threshold_foreground
from napari_dinosar.core.landmarks import Landmarks
from napari_dinosar.core.mask_seed import MASK_SEED, checked_seed, noted_seed, part_at
from napari_dinosar.core.photo import Photo, photo_from_array
from napari_dinosar.core.schema import LandmarkDefinition, Schema


def disc(shape: tuple[int, int], x: float, y: float, radius: float) -> NDArray[np.bool_]:
    rows, cols = np.mgrid[: shape[0], : shape[1]]
    return np.asarray(np.hypot(cols - x, rows - y) <= radius)


SHAPE = (200, 300)
LARGE = disc(SHAPE, 90, 100, 60)
SMALL = disc(SHAPE, 230, 100, 30)


def photo(scale: int = 1) -> Photo:
    """Two specimens on one photo."""
    grey = np.where(LARGE | SMALL, 60, 230).astype(np.uint8)
    return photo_from_array(np.kron(grey, np.ones((scale, scale), np.uint8)), "two.jpg")


class TestThePart:
    def test_is_the_one_that_holds_the_seed(self) -> None:
        both = LARGE | SMALL
        np.testing.assert_array_equal(part_at(both, (230, 100)), SMALL)
        np.testing.assert_array_equal(part_at(both, (90.4, 99.6)), LARGE)

    def test_a_hole_belongs_to_what_is_around_it(self) -> None:
        ring = LARGE & ~disc(SHAPE, 90, 100, 20)
        np.testing.assert_array_equal(part_at(ring | SMALL, (90, 100)), LARGE)

    def test_a_near_miss_takes_the_nearest(self) -> None:
        both = LARGE | SMALL
        assert part_at(both, (195.0, 100)) is not None  # 5 px off, of 6
        np.testing.assert_array_equal(part_at(both, (195.0, 100)), SMALL)
        assert part_at(both, (193.0, 100)) is None

    @pytest.mark.parametrize("seed", [(-500.0, 3.0), (1e9, 1e9), (3.0, 3.0), (150.0, 400.0)])
    def test_none_where_nothing_is_near(self, seed: tuple[float, float]) -> None:
        assert part_at(LARGE | SMALL, seed) is None

    def test_corners_join(self) -> None:
        mask = np.eye(9, dtype=bool)
        np.testing.assert_array_equal(part_at(mask, (0, 0)), mask)


class TestByColour:
    @pytest.mark.parametrize("scale", [1, 6])
    def test_the_seed_is_in_the_pixels_of_the_photo(self, scale: int) -> None:
        large = threshold_foreground(photo(scale)).mask
        small = threshold_foreground(photo(scale), (230.0 * scale, 100.0 * scale)).mask
        assert not (large & small).any()
        assert small.sum() / large.sum() == pytest.approx(0.25, abs=0.02)
        assert small[100 * scale, 230 * scale]
        again = threshold_foreground(photo(scale), (90.0 * scale, 100.0 * scale)).mask
        np.testing.assert_array_equal(again, large)

    def test_a_seed_on_the_backdrop_is_told(self) -> None:
        found = threshold_foreground(photo(), (160.0, 10.0))
        np.testing.assert_array_equal(found.mask, threshold_foreground(photo()).mask)
        (warning,) = found.warnings
        assert warning.startswith(
            "two.jpg: nothing of the mask (thresh) is near its seed (160, 10)"
        )
        assert "the largest part was taken" in warning


class TestOtherMasks:
    def test_keep_one_part_with_its_holes(self) -> None:
        ring = LARGE & ~disc(SHAPE, 90, 100, 20)
        found = seeded_foreground(Foreground(ring | SMALL, "rembg:isnet"), (90.0, 100.0), "two.jpg")
        np.testing.assert_array_equal(found.mask, ring)
        assert found.mode == "rembg:isnet"
        assert found.warnings == ()

    def test_without_a_seed_nothing_changes(self) -> None:
        given = Foreground(LARGE | SMALL, "attn")
        assert seeded_foreground(given, None, "two.jpg") is given

    def test_a_missed_seed_is_told(self) -> None:
        given = Foreground(LARGE | SMALL, "attn", warnings=("before",))
        found = seeded_foreground(given, (2.0, 2.0), "two.jpg")
        np.testing.assert_array_equal(found.mask, given.mask)
        assert found.warnings[0] == "before"
        assert "all of it was taken" in found.warnings[1]


class TestWords:
    def test_a_note_is_two_numbers(self) -> None:
        assert noted_seed("12.5 -3") == (12.5, -3.0)
        for text in ("", "1", "1 2 3", "a b", "nan 1", "1 inf"):
            assert noted_seed(text) is None

    def test_what_is_given_is_checked(self) -> None:
        assert checked_seed(None, "x") is None
        assert checked_seed([np.float32(1), 2], "x") == (1.0, 2.0)
        for value in (3, "12", (1,), (1, 2, 3), (1, float("nan")), ("1", "2"), {1: 2}):
            with pytest.raises(DinosarError, match="The seed"):
                checked_seed(value, "The seed")

    def test_a_specimen_hands_its_seed_to_its_landmarks(self) -> None:
        schema = Schema((LandmarkDefinition("tip"),))
        marks = Digitised.from_points("1", "a.jpg", [[1, 2]], extras={MASK_SEED: "7.5 8.0"})
        assert marks.landmarks(schema).mask_seed_xy == (7.5, 8.0)
        assert Digitised.from_points("1", "a.jpg", [[1, 2]]).landmarks(schema).mask_seed_xy is None

    def test_landmarks_refuse_what_is_no_place(self) -> None:
        with pytest.raises(DinosarError, match="mask seed"):
            Landmarks.from_points([[1, 2]], mask_seed_xy=(1.0, float("inf")))

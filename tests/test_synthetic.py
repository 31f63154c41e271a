"""Drawn specimens: the same for a seed, exact in what they claim, and readable as files."""

import json

import numpy as np
import pytest

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.synthetic import (
    LANDMARK_NAMES,
    SKELETON,
    SPECIES,
    PlantedChange,
    draw_specimen,
    synthetic_pair,
    synthetic_trio,
    write_synthetic_pair,
)

SMALL = (300, 200)
VERTEX_APEX = (28.9826, 82.3292)
M_FORK = (139.5104, 103.5045)


@pytest.fixture(scope="module")
def plain():
    return draw_specimen("obscura", 4, size_xy=(450, 300))


@pytest.mark.parametrize("species", SPECIES)
def test_the_same_for_a_seed(species):
    first, second = (draw_specimen(species, 9, size_xy=SMALL) for _ in range(2))
    np.testing.assert_array_equal(first.rgb, second.rgb)
    np.testing.assert_array_equal(first.landmarks.xy, second.landmarks.xy)
    assert not np.array_equal(first.rgb, draw_specimen(species, 10, size_xy=SMALL).rgb)


def test_the_random_stream_is_the_one_of_today():
    # a later numpy must give the same specimen: its landmarks are held to a thousandth of a pixel
    landmarks = draw_specimen("obscura", 1, size_xy=SMALL).landmarks
    known = dict(zip(landmarks.labels, landmarks.xy, strict=True))
    np.testing.assert_allclose(known["vertex apex"], VERTEX_APEX, atol=1e-3)
    np.testing.assert_allclose(known["M fork"], M_FORK, atol=1e-3)


def test_landmarks_lie_where_they_say(plain):
    rgb, mask = plain.rgb.astype(float), plain.mask
    at = dict(zip(plain.landmarks.labels, plain.landmarks.xy, strict=True))
    assert plain.landmarks.names == LANDMARK_NAMES
    assert plain.landmarks.skeleton == SKELETON
    assert (plain.landmarks.visibility == 2).all()
    cols, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    assert abs(at["wing apex"][0] - cols[-1]) <= 1.5
    assert rows[0] <= at["clavus tip"][1] <= rows[-1]
    # points of the outline lie on the mask's edge, the eye well within
    for name in ("vertex apex", "clavus tip", "pterostigma", "apical angle", "wing apex"):
        x, y = np.round(at[name]).astype(int)
        window = mask[y - 3 : y + 4, x - 3 : x + 4]
        assert window.any(), name
        assert not window.all(), name
    x, y = np.round(at["eye centre"]).astype(int)
    assert mask[y - 8 : y + 9, x - 8 : x + 9].all()
    # the eye is the red-brown dome that it claims to mark
    assert rgb[y, x, 0] > rgb[y, x, 2] + 15


def test_size_scales_everything():
    small = draw_specimen("marmorata", 2, size_xy=SMALL)
    large = draw_specimen("marmorata", 2, size_xy=(600, 400))
    assert small.rgb.shape == (200, 300, 3)
    np.testing.assert_allclose(small.landmarks.xy * 2 + 0.5, large.landmarks.xy, atol=1e-6)


def test_a_planted_change_changes_its_region_and_nothing_else(plain):
    from scipy.ndimage import binary_dilation

    # the band's edges are soft: its outline is where half of the new colour is reached
    for change, reach in ((PlantedChange("spot", along=0.6), 6), (PlantedChange("band"), 16)):
        changed = draw_specimen("obscura", 4, size_xy=(450, 300), changes=(change,))
        (region,) = changed.changed_regions
        difference = np.abs(changed.rgb.astype(int) - plain.rgb).max(axis=2)
        assert region.sum() > 150
        assert np.median(difference[region]) > 40
        assert difference[~binary_dilation(region, iterations=reach)].max() <= 1
        assert (plain.mask >= region).all()


def test_two_photos_of_one_individual():
    first = draw_specimen("obscura", 5, size_xy=SMALL, photo_seed=1)
    second = draw_specimen("obscura", 5, size_xy=SMALL, photo_seed=2)
    assert not np.array_equal(first.rgb, second.rgb)
    a, b = (
        specimen.landmarks.xy - specimen.landmarks.xy.mean(axis=0) for specimen in (first, second)
    )
    # one is the other turned, moved and scaled: a complex number maps a to b
    za, zb = a @ (1, 1j), b @ (1, 1j)
    factor = np.vdot(za, zb) / np.vdot(za, za)
    np.testing.assert_allclose(factor * za, zb, atol=1e-6)


def test_places_of_two_individuals_correspond():
    one, two = (draw_specimen("marmorata", seed, size_xy=SMALL) for seed in (1, 2))
    np.testing.assert_allclose(
        one.pose.to_photo(one.pose.to_plan([[150, 100]])), [[150, 100]], atol=1e-6
    )
    index = LANDMARK_NAMES.index("clavus tip")
    there = two.pose.to_photo(one.pose.to_plan(one.landmarks.xy[index]))
    np.testing.assert_allclose(there, two.landmarks.xy[index], atol=1e-6)
    spread = one.landmarks.xy - two.landmarks.xy
    assert np.hypot(*spread.T).max() > 1


def test_the_ground_is_pale_and_the_specimen_is_not():
    specimen = draw_specimen("obscura", 6, size_xy=SMALL)
    ground = specimen.rgb[:, -6:].astype(float).mean()
    assert ground > 215
    assert specimen.rgb[specimen.mask].mean() < 130
    assert 0.15 < specimen.mask.mean() < 0.45


def test_the_trio():
    a, b, other = synthetic_trio(SMALL)
    assert a.species == b.species != other.species
    assert a.name != b.name
    assert not a.changes
    assert len(b.changed_regions) == 1


def test_the_pair_as_files(tmp_path):
    from PIL import Image

    from napari_dinosar.core.landmarks import Landmarks

    first, second, keypoints = write_synthetic_pair(tmp_path / "pair", SMALL)
    json.loads(keypoints.read_text())
    table = Landmarks.from_coco(keypoints)
    for path, specimen in zip((first, second), synthetic_pair(SMALL), strict=True):
        np.testing.assert_array_equal(np.asarray(Image.open(path)), specimen.rgb)
        np.testing.assert_allclose(table[path.name].xy, specimen.landmarks.xy, atol=1e-6)
        assert table[path.name].names == LANDMARK_NAMES
        assert set(table[path.name].skeleton) == set(SKELETON)


def test_the_pair_into_a_file_is_refused(tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(DinosarError, match="taken"):
        write_synthetic_pair(tmp_path / "taken")


@pytest.mark.parametrize(
    ("species", "seed", "size"),
    [("luna", 1, SMALL), ("obscura", -1, SMALL), ("obscura", 1, (20, 9000))],
)
def test_what_cannot_be_drawn_is_refused(species, seed, size):
    with pytest.raises(DinosarError):
        draw_specimen(species, seed, size_xy=size)


@pytest.mark.parametrize("wrong", [{"kind": "hole"}, {"kind": "spot", "along": 1.4}])
def test_what_cannot_be_planted_is_refused(wrong):
    with pytest.raises(DinosarError):
        PlantedChange(**wrong)

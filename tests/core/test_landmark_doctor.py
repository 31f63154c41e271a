"""The doctor finds what goes wrong on imports, proposes a repair, and applies none unasked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from napari_dinosar.core.digitised import Dataset, Digitised
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.landmark_doctor import diagnose, repaired
from napari_dinosar.core.schema import LandmarkDefinition, Schema

SCHEMA = Schema(tuple(LandmarkDefinition(name) for name in "abc"))
POINTS = np.array([[10.0, 10], [50, 20], [30, 70]])
SIZES = {"0.jpg": (100, 200), "1.jpg": (100, 200)}


def dataset(*points, **more):
    """Specimens "0", "1", ... on photos of their number."""
    specimens = tuple(
        Digitised.from_points(str(n), f"{n}.jpg", xy, **more) for n, xy in enumerate(points)
    )
    return Dataset(SCHEMA, specimens)


def kinds(findings):
    return [one.kind for one in findings]


def test_sound_landmarks_have_no_findings():
    assert diagnose(dataset(POINTS, POINTS + 5), SIZES) == ()
    assert diagnose(dataset(POINTS), {}) == ()
    assert diagnose(dataset(), SIZES) == ()


def test_y_from_the_bottom_is_turned_over_only_when_asked():
    given = dataset(POINTS, POINTS, counts_y_up=True)
    (finding,) = diagnose(given, SIZES)
    assert (finding.kind, finding.places) == ("y_flip", (0, 1))
    assert finding.as_is is not None
    assert given.specimens[0].xy.tolist() == POINTS.tolist()
    mended = repaired(given, finding)
    assert mended.specimens[0].xy.tolist() == [[10, 190], [50, 180], [30, 130]]
    assert (mended.specimens[0].counts_y_up, mended.specimens[0].size_xy) == (False, (100, 200))
    assert diagnose(mended, SIZES) == ()


def test_a_mask_tells_which_way_up():
    masks = {name: np.zeros((200, 100), dtype=bool) for name in SIZES}
    for mask in masks.values():
        mask[120:195, 5:60] = True
    (finding,) = diagnose(dataset(POINTS, POINTS), SIZES, masks)
    assert finding.kind == "y_flip"
    assert (finding.as_is.in_mask, finding.turned.in_mask) == (0, 1)
    assert "0% on the specimen as they are" in finding.sentence
    assert diagnose(repaired(dataset(POINTS, POINTS), finding), SIZES, masks) == ()


def test_a_common_factor_brings_all_inside():
    given = dataset((POINTS + 0.5) * 4 - 0.5, (POINTS + 20.5) * 4 - 0.5)
    (finding,) = diagnose(given, SIZES)
    assert finding.kind == "wrong_scale"
    assert finding.factors[0] * 290 <= 200
    assert diagnose(repaired(given, finding), SIZES) == ()


def test_a_photo_of_another_size_is_followed():
    given = dataset(POINTS, size_xy=(50, 100), scale=0.5)
    given = replace(given, specimens=(replace(given.specimens[0], curves=(POINTS,)),))
    (finding,) = diagnose(given, SIZES)
    assert (finding.kind, finding.factors) == ("resized_photo", (2.0,))
    one = repaired(given, finding).specimens[0]
    np.testing.assert_allclose(one.xy, (POINTS + 0.5) * 2 - 0.5)
    np.testing.assert_allclose(one.curves[0], one.xy)
    assert (one.scale, one.size_xy) == (0.25, (100, 200))


def test_a_photo_of_another_shape_has_no_repair():
    given = dataset(POINTS, size_xy=(77, 100))
    (finding,) = diagnose(given, SIZES)
    assert (finding.kind, finding.repair) == ("resized_photo", "")
    with pytest.raises(DinosarError, match="There is no repair"):
        repaired(given, finding)


def test_exchanged_photos_are_found():
    sizes = {"0.jpg": (100, 40), "1.jpg": (40, 100), "2.jpg": (100, 100)}
    given = dataset(
        [[10.0, 10], [20, 90], [30, 70]], [[90.0, 10], [20, 20], [30, 30]], [[9.0, 9]] * 3
    )
    (finding,) = diagnose(given, sizes)
    assert (finding.kind, finding.places) == ("swapped_photos", (0, 1))
    mended = repaired(given, finding)
    assert [one.file_name for one in mended.specimens] == ["1.jpg", "0.jpg", "2.jpg"]
    assert diagnose(mended, sizes) == ()


def test_photos_that_are_not_there_or_are_called_otherwise():
    sizes = {"photos/0.JPG": (100, 200)}
    given = dataset(POINTS, POINTS)
    given = replace(
        given,
        specimens=(replace(given.specimens[0], file_name="A.jpg"), given.specimens[1]),
    )
    sizes = {"photos/a.JPG": (100, 200)}
    renamed, missing = diagnose(given, sizes)
    assert (renamed.kind, renamed.names) == ("renamed_photo", ("photos/a.JPG",))
    assert (missing.kind, missing.places, missing.repair) == ("missing_photo", (1,), "")
    assert repaired(given, renamed).specimens[0].file_name == "photos/a.JPG"


def test_landmarks_outside_can_be_taken_out():
    stray = POINTS.copy()
    stray[2] = [105, 20]
    given = dataset(POINTS, stray)
    (finding,) = diagnose(given, SIZES)
    assert (finding.kind, finding.places) == ("out_of_bounds", (1,))
    mended = repaired(given, finding)
    assert mended.specimens[1].states == ("visible", "visible", "missing")
    assert diagnose(mended, SIZES) == ()


def test_negatives_can_count_as_missing():
    given = dataset([[-1.0, -1], [5, 6], [7, 8]])
    (finding,) = diagnose(given, SIZES)
    assert finding.kind == "negatives"
    one = repaired(given, finding).specimens[0]
    assert (one.states[0], one.sources[0]) == ("missing", "")


def test_ids_that_repeat_are_numbered_around_those_that_are_taken():
    given = dataset(POINTS, POINTS, POINTS)
    ids = ("a", "a", "a_2")
    given = replace(
        given,
        specimens=tuple(
            replace(one, specimen_id=name) for one, name in zip(given.specimens, ids, strict=True)
        ),
    )
    (finding,) = diagnose(given, {})
    assert finding.kind == "duplicate_ids"
    assert [one.specimen_id for one in repaired(given, finding).specimens] == ["a", "a_3", "a_2"]


def test_fewer_landmarks_than_others_are_named():
    given = dataset(POINTS, extras={"landmarks": "2"})
    (finding,) = diagnose(given, {})
    assert (finding.kind, finding.repair) == ("ragged_counts", "")
    assert "0 (2)" in finding.sentence


def test_the_leaves_are_sound_and_are_found_out_when_turned_over(shared):
    import json

    from napari_dinosar.io.landmark_files import read_landmarks

    file = shared / "data" / "grapeleaf" / "annotations.json"
    leaves = read_landmarks(file)
    images = json.loads(file.read_text())["images"]
    sizes = {one["file_name"]: (one["width"], one["height"]) for one in images}
    assert "y_flip" not in kinds(diagnose(leaves, sizes))
    shifted = tuple(
        replace(one, xy=one.xy + np.array([0, 200]), size_xy=None) for one in leaves.specimens
    )
    assert set(kinds(diagnose(replace(leaves, specimens=shifted), sizes))) & {
        "wrong_scale",
        "out_of_bounds",
    }

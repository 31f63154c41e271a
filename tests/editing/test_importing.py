"""Files of landmarks are read with their photos, examined, and repaired as somebody agrees to."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from drawn import draw
from napari_dinosar import DinosarError
from napari_dinosar.core.digitised import Dataset, Digitised
from napari_dinosar.core.schema import LandmarkDefinition, Schema
from napari_dinosar.editing.importing import examined, key_of, read_for_import
from napari_dinosar.editing.photo_search import search_photos
from napari_dinosar.io.landmark_files import write_landmarks

WIDTH, HEIGHT = 64, 48


def photo(path, size_xy=(WIDTH, HEIGHT)):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size_xy, "white").save(path)
    return path


def tps(folder, *specimens):
    """Write a TPS file of (photo, points from the bottom, id), and return it."""
    blocks = [
        "\n".join(
            [f"LM={len(points)}", *(f"{x} {y}" for x, y in points), f"IMAGE={name}", f"ID={key}"]
        )
        for name, points, key in specimens
    ]
    path = folder / "marks.tps"
    path.write_text("\n".join(blocks) + "\n")
    return path


@pytest.fixture
def folder(tmp_path):
    for name in ("a.png", "b.png"):
        photo(tmp_path / "images" / name)
    return tmp_path


def test_photos_are_found_by_name_in_folders_below(folder):
    found = read_for_import(tps(folder, ("a.png", [(1, 2)], 0), ("gone.png", [(3, 4)], 1)))
    assert found.title == "TPS"
    assert found.photo("a.png") == folder / "images" / "a.png"
    assert found.photo("gone.png") is None
    assert found.sizes == {"images/a.png": (WIDTH, HEIGHT)}


def test_photos_of_one_name_in_two_folders_are_not_guessed(folder):
    photo(folder / "backup" / "a.png")
    found = read_for_import(tps(folder, ("a.png", [(1, 2)], 0), ("backup/a.png", [(3, 4)], 1)))
    assert found.photo("a.png") is None
    assert found.photo("backup/a.png") == folder / "backup" / "a.png"


def test_only_photos_that_may_be_meant_are_opened(folder):
    (folder / "other.png").write_bytes(b"not a picture")
    found = read_for_import(tps(folder, ("A.PNG", [(1, 2)], 0)))
    assert [*found.sizes] == ["images/a.png"]


def test_hidden_and_deep_folders_are_left_out(tmp_path):
    photo(tmp_path / ".trash" / "a.png")
    photo(tmp_path / "1" / "2" / "3" / "near.png")
    photo(tmp_path / "1" / "2" / "3" / "4" / "far.png")
    assert search_photos(tmp_path).names == ("1/2/3/near.png",)
    with pytest.raises(DinosarError, match="is not a folder"):
        search_photos(tmp_path / "gone")


def test_specimens_without_a_photo_have_the_one_called_as_they_are(folder):
    path = folder / "marks.txt"
    path.write_text("id,x1,y1,x2,y2\na,1,2,3,4\nz,5,6,7,8\n")
    found = read_for_import(path)
    assert [one.file_name for one in found.dataset.specimens] == ["images/a.png", ""]
    assert "found by the ids of specimens (a)" in found.warnings[-1]


def test_y_from_the_bottom_is_proposed_and_not_imposed(folder):
    found = read_for_import(tps(folder, ("a.png", [(1, 2), (30, 40)], 0)))
    assert found.dataset.specimens[0].counts_y_up
    turned = examined(found)
    assert [one.kind for one in turned.applied] == ["y_flip"]
    np.testing.assert_allclose(turned.dataset.specimens[0].xy, [(1, 46), (30, 8)])
    as_read = examined(found, ())
    assert [one.kind for one in as_read.left] == ["y_flip"]
    np.testing.assert_allclose(as_read.dataset.specimens[0].xy, [(1, 2), (30, 40)])
    # once somebody has seen both, y counts from the top either way
    assert not found.settled(as_read.dataset.specimens[0]).counts_y_up


def test_negative_coordinates_are_missing_before_y_is_turned_over(folder):
    found = read_for_import(tps(folder, ("a.png", [(1, 2), (-1, -1)], 0)))
    done = examined(found)
    assert [one.kind for one in done.applied] == ["negatives", "y_flip"]
    assert done.dataset.specimens[0].states == ("visible", "missing")


def test_what_rests_on_a_guess_is_left_to_whoever_looks(folder):
    found = read_for_import(tps(folder, ("a.png", [(1, 2), (200, 40)], 0)))
    done = examined(found, ())
    flip = key_of(done.left[0])
    done = examined(found, (flip,))
    guesses = [one for one in done.left if one.repair]
    assert [one.kind for one in examined(found).applied] == ["y_flip"]
    assert [one.kind for one in guesses] == ["wrong_scale"]
    both = examined(found, (flip, key_of(guesses[0])))
    assert (both.dataset.specimens[0].xy <= (WIDTH, HEIGHT)).all()
    assert [one.kind for one in both.findings] == ["y_flip", "wrong_scale"]


def test_masks_speak_against_a_flip_that_the_format_says(tmp_path):
    drawn = draw(1)
    height = drawn.rgb.shape[0]
    up = np.array(drawn.rgb)
    Image.fromarray(np.vstack([up, np.full_like(up, up[0, 0])])).save(tmp_path / "a.png")
    # the specimen is in the upper half: turned over, the landmarks would lie below it
    points = [(x, y) for x, y in drawn.landmarks_xy if y < height]
    found = read_for_import(tps(tmp_path, ("a.png", points, 0)))
    assert found.masks
    assert examined(found).applied == ()


def test_ids_that_repeat_are_numbered(folder):
    found = read_for_import(tps(folder, ("a.png", [(1, 2)], 0), ("b.png", [(3, 4)], 0)))
    done = examined(found)
    assert len({one.specimen_id for one in done.dataset.specimens}) == 2


def test_a_file_of_no_format_is_refused(folder):
    path = folder / "notes.txt"
    path.write_text("dear all")
    with pytest.raises(DinosarError, match="none of the formats"):
        read_for_import(path)


def test_coco_is_read_with_all_that_it_says(folder):
    schema = Schema((LandmarkDefinition("tip", "#E69F00"), LandmarkDefinition("base")), ((0, 1),))
    marks = Digitised.from_points("7", "images/a.png", [(1, 2), (3, 4)], note="worn")
    marks = replace(marks, size_xy=(WIDTH, HEIGHT), states=("visible", "occluded"))
    path = folder / "marks.json"
    write_landmarks(path, Dataset(schema, (marks,)))
    found = read_for_import(path)
    assert found.dataset.schema == schema
    assert found.dataset.specimens[0].note == "worn"
    assert examined(found).findings == ()

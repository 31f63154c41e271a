"""COCO files hold a dataset whole, and those of others are read as their readers mean them."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from landmark_datasets import (
    FUZZ,
    ROUND_TRIPS,
    assert_alike,
    check_mutation,
    datasets,
    mutations,
    there_and_back,
)
from napari_dinosar.core.digitised import SOURCES, STATES, Dataset, Digitised
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.schema import LandmarkDefinition, Schema
from napari_dinosar.io.coco import read_coco
from napari_dinosar.io.landmark_files import format_of, read_landmarks, write_landmarks

FIELDS = ("sources", "file_name", "size_xy", "scale", "unit", "note", "is_flagged", "extras")
SCHEMA = Schema(
    (
        LandmarkDefinition("eye L", "#ff0000", "centre of the lens", "eye R"),
        LandmarkDefinition("eye R", partner="eye L"),
    ),
    ((0, 1),),
    "hopper",
)


def small():
    """A dataset with all that a file can say."""
    one = Digitised.from_points(
        "7", "a.jpg", [[1.25, 2], [3, 4]], states=("occluded", "absent"), source="accepted",
        size_xy=(9, 8), scale=0.5, unit="mm", note="torn", is_flagged=True,
        extras={"tps": "RADII=0"}, curves=(np.array([[1.0, 2.0]]), np.empty((0, 2))),
    )  # fmt: skip
    return Dataset(SCHEMA, (one, Digitised.from_points("b", "a.jpg", np.full((2, 2), np.nan))))


def file_of(tmp_path, document, name="keypoints.json"):
    file = tmp_path / name
    file.write_text(json.dumps(document))
    return file


def test_schema_and_specimens_come_back_whole(tmp_path):
    back = there_and_back(tmp_path, small(), "coco")
    assert back.schema == SCHEMA
    assert_alike(small(), replace(back, specimens=back.specimens), "sources", "note", "extras")
    assert back.specimens[1].size_xy == (9, 8)


def test_the_file_is_coco_to_its_reader(tmp_path):
    assert write_landmarks(tmp_path / "a.json", small()) == ()
    assert format_of(tmp_path / "a.json") == "coco"
    first, _ = read_coco(tmp_path / "a.json").specimens("a.jpg")
    assert first.names == SCHEMA.names
    assert first.visibility.tolist() == [1, 0]
    document = json.loads((tmp_path / "a.json").read_text())
    assert [one["id"] for one in document["annotations"]] == [7, "b"]
    assert document["annotations"][0]["keypoints"] == [1.25, 2.0, 1, 0, 0, 0]


@given(dataset=datasets(states=STATES, sources=SOURCES[1:], curves=True))
@ROUND_TRIPS
def test_all_comes_back(tmp_path, dataset):
    assert_alike(dataset, there_and_back(tmp_path, dataset, "coco"), *FIELDS)


def test_one_is_visible_where_no_landmark_is_two(tmp_path):
    document = {
        "images": [{"id": "x", "file_name": "x.jpg"}],
        "annotations": [{"id": 3, "image_id": "x", "keypoints": [1, 2, 1, 0, 0, 0]}],
    }
    one = read_landmarks(file_of(tmp_path, document)).specimens[0]
    assert one.states == ("visible", "missing")


def test_categories_share_landmarks_by_name(tmp_path):
    document = {
        "images": [{"id": 1, "file_name": "x.jpg"}],
        "categories": [
            {"id": 1, "name": "wing", "keypoints": ["base", "tip"], "skeleton": [[1, 2]]},
            {"id": 2, "name": "head", "keypoints": ["eye", "base"]},
        ],
        "annotations": [
            {"id": 1, "image_id": 1, "category_id": 1, "keypoints": [1, 2, 2, 3, 4, 2]},
            {"id": 2, "image_id": 1, "category_id": 2, "keypoints": [5, 6, 2, 7, 8, 2]},
        ],
    }
    dataset = read_landmarks(file_of(tmp_path, document))
    assert dataset.schema.names == ("base", "tip", "eye")
    assert dataset.schema.skeleton == ((0, 1),)
    assert dataset.specimens[1].xy[[0, 2]].tolist() == [[7, 8], [5, 6]]


def test_ids_and_photos_that_coco_needs_are_made_and_told(tmp_path):
    one = Digitised.from_points("s", "", [[1, 2]])
    dataset = Dataset(Schema((LandmarkDefinition("1"),)), (one, one))
    nameless, renamed = write_landmarks(tmp_path / "a.json", dataset)
    assert nameless.endswith("ids stand for s, s.")
    assert renamed.endswith("added to s.")
    assert [o.specimen_id for o in read_landmarks(tmp_path / "a.json").specimens] == ["s", "s_1"]


def test_y_from_the_bottom_is_refused(tmp_path):
    dataset = Dataset(
        Schema((LandmarkDefinition("1"),)),
        (Digitised.from_points("wing", "a.jpg", [[1, 2]], counts_y_up=True),),
    )
    with pytest.raises(DinosarError, match="height is not known: wing"):
        write_landmarks(tmp_path / "a.json", dataset)


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({"scale": -1}, "'scale' must be above 0"),
        ({"states": {"1": 3}}, "'states' holds"),
        ({"curves": [[1, 2]]}, "'curves' must hold lists"),
        ({"note": 3}, "'note' must be text"),
    ],
)
def test_damage_under_our_key_is_named(tmp_path, own, message):
    document = {
        "images": [{"id": 1}],
        "annotations": [{"id": 3, "image_id": 1, "keypoints": [1, 2, 2], "napari_dinosar": own}],
    }
    with pytest.raises(DinosarError, match=f"annotation 3: {message}"):
        read_landmarks(file_of(tmp_path, document))


def content():
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        write_landmarks(Path(folder) / "a.json", small())
        return (Path(folder) / "a.json").read_bytes()


@given(content=mutations(content()))
@FUZZ
def test_no_damaged_file_ends_in_a_foreign_error(tmp_path, content):
    check_mutation(tmp_path / "damaged.json", content, "coco")


def test_the_leaves_and_the_planthoppers_come_back(shared, tmp_path):
    files = [
        shared / "data" / "grapeleaf" / "annotations.json",
        shared / "data" / "planthoppers" / "working_copy_maculata_maculata_kpts_V2.json",
    ]
    for file, count in zip(files, (221, 3), strict=True):
        dataset = read_landmarks(file)
        assert len(dataset.specimens) == count
        for kind in ("coco", "csv"):
            assert_alike(dataset, there_and_back(tmp_path, dataset, kind), *FIELDS)

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import project_made as made
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.io.coco import read_coco
from napari_dinosar.project.document import (
    Document,
    document_bytes,
    new_document,
    parse_document,
    read_document,
)
from napari_dinosar.project.document_writing import updated
from napari_dinosar.project.edits import (
    AddSpecimen,
    ChangeSchema,
    Clear,
    Edit,
    Place,
    Propose,
    Remark,
    RemovePhotos,
    RemoveSpecimen,
    SetState,
)
from napari_dinosar.project.state import Point, ProjectState, same_specimen


def edited(document: Document, *edits: Edit) -> Document:
    state = document.state
    for edit in edits:
        state = edit.apply(state)
    return updated(document, state, {})


def reread(document: Document) -> Document:
    return parse_document(json.loads(document_bytes(document.raw)), "again")


def annotation(raw: dict[str, Any], key: int | str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in raw["annotations"] if one["id"] == key)
    return found


def assert_same(one: ProjectState, other: ProjectState) -> None:
    assert one.schema == other.schema
    assert dict(one.photos) == dict(other.photos)
    # the ids of empty specimens, which no file holds, are given anew by each opening
    kept, found = ({k: s for k, s in x.specimens.items() if not s.is_blank} for x in (one, other))
    assert set(kept) == set(found)
    for key, specimen in kept.items():
        assert same_specimen(specimen, found[key]), key


def test_it_reads_what_a_foreign_file_says() -> None:
    document = parse_document(made.foreign(), "x.json")
    state = document.state
    assert state.schema.names == ("tip", "base", "edge")
    assert state.schema.category == "leaf"
    assert state.schema.skeleton == ((0, 1),)
    assert state.ids_by_photo == {
        "1": ("1760427501312",),
        "b": ("left", "right"),
        "3": ("3",),
    }
    assert state.point("1760427501312", "tip") == Point("visible", "manual", (10.5, 20.0))
    assert state.point("1760427501312", "edge") == Point("occluded", "manual", (30.0, 40.25))
    assert state.point("right", "tip") == Point()
    said = " ".join(document.warnings)
    for part in ("skeleton", "8", "another number of landmarks", "visibility 0"):
        assert part in said


def test_without_an_edit_nothing_changes() -> None:
    document = parse_document(made.foreign(), "x.json")
    assert json.loads(document_bytes(document.raw)) == made.foreign()
    # neither by an edit that is taken back
    same = edited(document, Place("left", "tip", (5, 5)), Place("left", "tip", (1, 2)))
    assert {**same.raw, "napari_dinosar": None} == {**made.foreign(), "napari_dinosar": None}


def test_an_edit_changes_nothing_else() -> None:
    before = made.foreign()
    document = parse_document(deepcopy(before), "x.json")
    after = edited(document, Place("1760427501312", "base", (7.25, 8)))
    assert document.raw == before
    annotation(before, 1760427501312).update(
        keypoints=[10.5, 20, 2, 7.25, 8, 2, 30, 40.25, 1],
        num_keypoints=3,
        # occluded is said in words as well, and COCO's flags stay
        napari_dinosar={"states": {"edge": "occluded"}},
    )
    before["napari_dinosar"] = {"visibility": "0-1-2"}
    assert json.loads(document_bytes(after.raw)) == before


def test_states_sources_and_remarks_come_back() -> None:
    document = new_document(made.schema())
    state = made.state()
    for edit in (
        Place("1", "tip", (1.1, 2.2)),
        Place("1", "base", (3, 4), "occluded"),
        SetState("1", "left", "absent"),
        Propose("1", "right", (5, 6)),
        Propose("2", "tip", (5, 6), "occluded", "estimated"),
        Remark("2", "a note — ü", True, 0.25, "mm", {"mask_seed": "3 4"}),
        AddSpecimen("9", "2"),
    ):
        state = edit.apply(state)
    written = updated(document, state, {})
    again = reread(written)
    assert again.warnings == ()
    assert_same(again.state, state)
    assert again.state.ids_by_photo["2"] == ("2", "9")
    record = annotation(written.raw, 1)
    assert record["keypoints"] == [1.1, 2.2, 2, 3, 4, 1, 0, 0, 0, 5, 6, 2]
    assert record["num_keypoints"] == 3
    assert record["bbox"] == [1.1, 2.2, 3.9, 3.8]
    assert written.raw["categories"][0]["skeleton"] == [[1, 2], [3, 4]]
    # a photo that only waits has no annotation
    assert [one["id"] for one in written.raw["annotations"]] == [1, 2, 9]


def test_other_readers_open_what_is_written(tmp_path: Path) -> None:
    state = Place("1", "tip", (1.5, 2)).apply(made.state())
    raw = updated(new_document(made.schema()), state, {}).raw
    path = tmp_path / "p.json"
    path.write_bytes(document_bytes(raw))
    marks = read_coco(path)["0.jpg"]
    assert marks.names == made.NAMES
    np.testing.assert_array_equal(marks.xy[0], [1.5, 2])
    assert marks.visibility.tolist() == [2, 0, 0, 0]


def test_without_categories_landmarks_are_numbered_and_nothing_is_added() -> None:
    raw = {
        "images": [{"id": "col", "file_name": "col.jpg", "height": 33, "width": 50}],
        "annotations": [
            {
                "id": 1760427501312,
                "image_id": "col",
                "category_id": 1,
                "keypoints": [4.5, 9, 2] * 8,
                "bbox": [],
                "area": 0,
            }
        ],
        "categories": [],
    }
    document = parse_document(deepcopy(raw), "x")
    assert document.state.schema.names == tuple("12345678")
    after = edited(document, SetState("1760427501312", "8", "absent"))
    assert after.raw["categories"] == []
    assert annotation(after.raw, 1760427501312)["bbox"] == []
    assert reread(after).state.point("1760427501312", "8") == Point("absent")
    named = edited(after, ChangeSchema(made.schema(), (("1", "tip"),)))
    assert named.raw["categories"][0]["keypoints"] == list(made.NAMES)
    assert named.raw["categories"][0]["id"] == 1
    assert_same(reread(named).state, named.state)


@pytest.mark.needs_data
def test_the_planthoppers_open_and_save(planthoppers: Path) -> None:
    (path,) = planthoppers.glob("*.json")
    document = read_document(path)
    assert len(document.state.specimens) == 3
    assert json.loads(document_bytes(document.raw)) == json.loads(path.read_bytes())
    key = next(iter(document.state.specimens))
    moved = edited(document, Place(key, "1", (1, 2)))
    assert_same(reread(moved).state, moved.state)


def test_a_file_of_flags_0_and_1_keeps_its_convention() -> None:
    raw = made.foreign()
    raw["annotations"] = [
        {"id": 1, "image_id": 1, "category_id": 7, "keypoints": [1, 2, 1, 3, 4, 1, 0, 0, 0]},
        {"id": 2, "image_id": "b", "category_id": 7, "keypoints": [1, 2, 1, 3, 4, 1, 0, 0, 0]},
    ]
    document = parse_document(raw, "x")
    assert document.state.point("2", "tip").state == "visible"
    after = edited(document, Place("1", "edge", (5, 6)), SetState("1", "tip", "occluded"))
    assert annotation(after.raw, 1)["keypoints"][2::3] == [1, 1, 1]
    assert_same(reread(after).state, after.state)


def test_taking_the_last_2_away_does_not_change_what_1_means() -> None:
    raw = made.foreign()
    raw["annotations"] = [
        {"id": 1, "image_id": 1, "category_id": 7, "keypoints": [1, 2, 2, 0, 0, 0, 0, 0, 0]},
        {"id": 2, "image_id": "b", "category_id": 7, "keypoints": [1, 2, 1, 0, 0, 0, 0, 0, 0]},
    ]
    after = edited(parse_document(raw, "x"), Clear("1", "tip"))
    assert reread(after).state.point("2", "tip").state == "occluded"


def test_what_another_program_changed_since_counts() -> None:
    document = parse_document(made.foreign(), "x")
    after = edited(document, SetState("left", "tip", "absent"), SetState("right", "tip", "absent"))
    raw = json.loads(document_bytes(after.raw))
    annotation(raw, "left")["keypoints"][:3] = [3, 4, 2]
    state = parse_document(raw, "x").state
    assert state.point("left", "tip") == Point("visible", "manual", (3.0, 4.0))
    assert state.point("right", "tip") == Point("absent")


def test_a_box_follows_only_where_it_is_that_of_the_landmarks() -> None:
    raw = made.foreign()
    annotation(raw, "left")["bbox"] = [1, 2, 0, 0]
    annotation(raw, "right")["bbox"] = [0, 0, 50, 50]
    after = edited(
        parse_document(raw, "x"), Place("left", "base", (5, 9)), Place("right", "tip", (5, 9))
    )
    assert annotation(after.raw, "left")["bbox"] == [1, 2, 4, 7]
    assert annotation(after.raw, "right")["bbox"] == [0, 0, 50, 50]


def test_a_specimen_that_comes_back_brings_its_unknown_fields() -> None:
    raw = made.foreign()
    annotation(raw, "right")["track"] = 5
    document = parse_document(raw, "x")
    moved = Place("right", "edge", (1, 1)).apply(document.state)
    gone = updated(document, RemoveSpecimen("right").apply(moved), {})
    assert "right" not in [one["id"] for one in gone.raw["annotations"]]
    back = updated(gone, RemoveSpecimen("right").inverse(moved).apply(gone.state), {})
    assert annotation(back.raw, "right")["track"] == 5
    assert annotation(back.raw, "right")["keypoints"] == [0, 0, 0, 4, 4, 2, 1, 1, 2]


def test_a_photo_that_goes_takes_its_annotations_with_it() -> None:
    after = edited(parse_document(made.foreign(), "x"), RemovePhotos(("b",)))
    assert [one["id"] for one in after.raw["images"]] == [1, 3]
    assert [one["id"] for one in after.raw["annotations"]] == [1760427501312, 8]


def test_a_size_that_was_learned_is_written_with_the_next_edit() -> None:
    document = parse_document(made.foreign(), "x")
    state = Place("left", "tip", (5, 5)).apply(document.state)
    images = updated(document, state, {"b": (40, 30), "1": (9, 9)}).raw["images"]
    assert [(one["width"], one["height"]) for one in images] == [(100, 80), (40, 30), (5, 5)]


def test_a_partner_that_another_program_renamed_does_not_keep_the_file_shut() -> None:
    written = updated(new_document(made.schema()), made.state(), {})
    raw = json.loads(document_bytes(written.raw))
    raw["categories"][0]["keypoints"][3] = "dexter"
    document = parse_document(raw, "x")
    assert document.state.schema.names == ("tip", "base", "left", "dexter")
    assert "partner" in " ".join(document.warnings)


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: annotation(raw, "left").update(keypoints=[1, 2]),
        lambda raw: annotation(raw, "left").update(keypoints=[1, 2, 5] * 3),
        lambda raw: annotation(raw, "left").update(keypoints=["1", 2, 2] * 3),
        lambda raw: annotation(raw, "left").update(keypoints=[1e12, 2, 2] * 3),
        lambda raw: annotation(raw, "left").update(id=5),
        lambda raw: annotation(raw, "left").update(napari_dinosar=3),
        lambda raw: annotation(raw, "left").update(napari_dinosar={"scale": -1}),
        lambda raw: annotation(raw, "left").update(napari_dinosar={"states": {"tip": 1}}),
        lambda raw: annotation(raw, "left").update(napari_dinosar={"curves": [[1, 2]]}),
        lambda raw: raw["categories"][1].update(keypoints=["a", "a", "b"]),
        lambda raw: raw["categories"][1].update(napari_dinosar={"landmarks": {"tip": 4}}),
        lambda raw: raw.update(napari_dinosar=[]),
        lambda raw: raw.update(annotations={}),
        lambda raw: raw.pop("images"),
    ],
)
def test_what_cannot_be_meant_is_one_error_that_names_the_file(change: Any) -> None:
    raw = made.foreign()
    change(raw)
    with pytest.raises(DinosarError, match=r"x\.json"):
        parse_document(raw, "x.json")


def test_odd_text_and_deep_lists_are_no_crash() -> None:
    raw = {**made.foreign(), "odd": "\ud800"}
    assert json.loads(document_bytes(raw)) == raw
    deep: list[Any] = []
    for _ in range(200_000):
        deep = [deep]
    with pytest.raises(DinosarError, match="nested"):
        document_bytes({"deep": deep})
    while deep:  # taken apart by hand: its own destructor would recurse
        deep = deep.pop()

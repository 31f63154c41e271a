"""Small landmark projects for tests."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, Literal, TypeAlias

from napari_dinosar.core.schema import LandmarkDefinition, Schema
from napari_dinosar.project.document import new_document
from napari_dinosar.project.edits import (
    AddPhotos,
    AddSpecimen,
    ChangeSchema,
    Clear,
    Edit,
    Place,
    Propose,
    Remark,
    RemoveSpecimen,
    SetState,
    Together,
)
from napari_dinosar.project.state import PhotoEntry, ProjectState, same_specimen
from napari_dinosar.project.store import Project

NAMES = ("tip", "base", "left", "right")


def schema() -> Schema:
    return Schema(
        (
            LandmarkDefinition("tip", "#E69F00", "the far end"),
            LandmarkDefinition("base"),
            LandmarkDefinition("left", partner="right"),
            LandmarkDefinition("right", partner="left"),
        ),
        ((0, 1), (2, 3)),
        "leaf",
    )


def state(n_photos: int = 3) -> ProjectState:
    """Photos ``0.jpg`` ... with the ids 1 ..., and a specimen of the same id on each."""
    numbers = [str(number + 1) for number in range(n_photos)]
    photos = tuple(PhotoEntry(key, f"{int(key) - 1}.jpg", (64, 48)) for key in numbers)
    made = ChangeSchema(schema()).apply(new_document(schema()).state)
    return AddPhotos(photos, tuple(numbers)).apply(made)


def foreign() -> dict[str, Any]:
    """What somebody else's program wrote: much that we do not know, and ids of both kinds."""
    return {
        "info": {"year": 2025, "contributor": "Ünal"},
        "licenses": [{"id": 1, "name": "CC0"}],
        "images": [
            {"id": 1, "file_name": "photos/a.jpg", "width": 100, "height": 80, "coco_url": "x"},
            {"id": "b", "file_name": "b.png", "group": {"locality": "Kyoto"}},
            {"id": 3, "file_name": "empty.tif", "width": 5, "height": 5},
        ],
        "annotations": [
            {
                "id": 1760427501312,
                "image_id": 1,
                "category_id": 7,
                "keypoints": [10.5, 20, 2, 0, 0, 0, 30, 40.25, 1],
                "num_keypoints": 2,
                "segmentation": [[1, 2, 3, 4, 5, 6]],
                "bbox": [],
                "area": 0,
                "iscrowd": 0,
                "track": {"frame": 3},
            },
            {"id": "left", "image_id": "b", "category_id": 7, "keypoints": [1, 2, 2] + [0] * 6},
            {"id": 5, "image_id": "b", "category_id": 9, "bbox": [1, 2, 3, 4]},
            {
                "id": "right",
                "image_id": "b",
                "category_id": 7,
                "keypoints": [9, 8, 0] + [4] * 2 + [2] + [0] * 3,
            },
            {"id": 6, "image_id": "b", "category_id": 7, "keypoints": [1, 2, 2]},
            {"id": 8, "image_id": "gone", "category_id": 7, "keypoints": [1, 2, 2] * 3},
        ],
        "categories": [
            {"id": 9, "name": "box", "colour_of_box": "red"},
            {
                "id": 7,
                "name": "leaf",
                "supercategory": "plant",
                "keypoints": ["tip", "base", "edge"],
                "skeleton": [[1, 2], [3, 9]],
                "keypoints_symmetry": [1, 0],
            },
        ],
        "my_program": {"version": [1, 2]},
    }


def write_json(path: Path, content: Any) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def same_project(one: ProjectState, other: ProjectState) -> bool:
    """Tell whether two states hold the same, ids and all."""
    return (
        one.schema == other.schema
        and list(one.photos) == list(other.photos)
        and dict(one.ids_by_photo) == dict(other.ids_by_photo)
        and all(same_specimen(s, other.specimens[key]) for key, s in one.specimens.items())
    )


Operation: TypeAlias = "Edit | Literal['undo', 'redo', 'save']"


def operation(rng: Random, state: ProjectState) -> Operation:
    """Return something to do with a project, which the project accepts."""
    word = rng.choice(["place"] * 6 + ["undo", "undo", "redo", "save", "rare", "absent"])
    if word in ("undo", "redo", "save"):
        return word  # type: ignore[return-value]
    # sorted: across photos the order is another one when the file is read again
    key, landmark = rng.choice(sorted(state.specimens)), rng.choice(state.schema.names)
    xy = (rng.uniform(0, 63), rng.uniform(0, 47))
    if word == "place":
        return Place(key, landmark, xy)
    if word == "absent":
        return SetState(key, landmark, "absent")
    new = str(max(int(one) for one in state.specimens) + 1)
    lonely = len(state.ids_by_photo[state.specimens[key].photo_id]) == 1
    rare: list[Edit] = [
        Remark(key, note=f"note {xy[0]}\nü", is_flagged=rng.random() < 0.5, scale=xy[1]),
        AddSpecimen(new, rng.choice(list(state.photos))),
        Clear(key, landmark) if lonely else RemoveSpecimen(key),
        Together((Clear(key, landmark), Propose(key, landmark, xy))),
        ChangeSchema(replace(state.schema, category=f"leaf {new}")),
    ]
    return rng.choice(rare)


class Model:
    """What a project must hold: all states so far, and which one is the present."""

    def __init__(self, state: ProjectState) -> None:
        self.states, self.at = [state], 0

    @property
    def state(self) -> ProjectState:
        return self.states[self.at]

    def do(self, operation: Operation) -> None:
        if operation == "undo":
            self.at = max(self.at - 1, 0)
        elif operation == "redo":
            self.at = min(self.at + 1, len(self.states) - 1)
        elif operation != "save":
            assert not isinstance(operation, str)
            self.states[self.at + 1 :] = [operation.apply(self.state)]
            self.at += 1


def do(project: Project, operation: Operation) -> None:
    """Do to a project what a model does."""
    if operation == "undo":
        project.undo()
    elif operation == "redo":
        project.redo()
    elif operation == "save":
        project.save()
    else:
        assert not isinstance(operation, str)
        project.apply(operation)


def new_project(folder: Path, n_photos: int = 3) -> Path:
    """Make a project of empty photo files, and return its file."""
    photos = [folder / f"{number}.jpg" for number in range(n_photos)]
    for photo in photos:
        photo.touch()
    path = folder / "leaves.json"
    Project.new(path, photos, schema()).close()
    return path

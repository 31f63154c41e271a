"""Small landmark projects for tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from napari_dinosar.core.schema import LandmarkDefinition, Schema
from napari_dinosar.project.document import new_document
from napari_dinosar.project.edits import AddPhotos, ChangeSchema
from napari_dinosar.project.state import PhotoEntry, ProjectState

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

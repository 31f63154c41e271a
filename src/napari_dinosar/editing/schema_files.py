"""A schema on its own: taken from any file of landmarks, or written as a COCO file of no photos."""

from __future__ import annotations

import json
import os
from pathlib import Path

from napari_dinosar.core.digitised import Dataset
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.schema import Schema
from napari_dinosar.io.landmark_files import read_landmarks, write_landmarks
from napari_dinosar.project.document import read_document


def read_schema(path: Path) -> Schema:
    """Return the landmarks that a file has.

    Parameters
    ----------
    path : Path
        A COCO file, with specimens or without, or a file in any other format of landmarks.

    Raises
    ------
    DinosarError
        If it cannot be read, or has no landmarks.
    """
    is_json = path.suffix.lower() == ".json"
    schema = read_document(path).state.schema if is_json else read_landmarks(path).schema
    if not schema.landmarks:
        raise DinosarError(f"{path} has no landmarks; choose another file.")
    return schema


def write_schema(path: Path, schema: Schema, *, overwrite: bool = False) -> None:
    """Write the landmarks alone, as a COCO file.

    Raises
    ------
    DinosarError
        If a file is there that is not to be overwritten, or holds more than a schema: specimens
        are never replaced by names.
    """
    if overwrite and os.path.lexists(path) and not _is_schema_alone(path):
        raise DinosarError(
            f"{path} holds more than a schema, and is not overwritten. Choose another name."
        )
    write_landmarks(path, Dataset(schema, ()), "coco", overwrite=overwrite)


def _is_schema_alone(path: Path) -> bool:
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(document, dict) and not (
        document.get("images", 1) or document.get("annotations", 1)
    )

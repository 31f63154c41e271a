"""What can be opened: which files are landmark projects, and which of them a folder holds."""

from __future__ import annotations

import json
from pathlib import Path

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.io.coco import looks_like_coco
from napari_dinosar.io.coco_fields import OWN_KEY

_SNIFFED_BYTES = 2**20
_NAMING = b'"file_name"'


def is_project(path: Path) -> bool:
    """Tell whether a file is a COCO keypoints file, be it one of ours on which nothing is placed.

    Parameters
    ----------
    path : Path
        Any file.
    """
    return looks_like_coco(path) or _is_our_empty_one(path)


def projects_in(folder: Path) -> tuple[Path, ...]:
    """Return the landmark projects that lie in a folder, in the order of their names.

    Raises
    ------
    DinosarError
        If the folder cannot be listed.
    """
    try:
        files = sorted(one for one in folder.iterdir() if one.suffix.lower() == ".json")
    except OSError as error:
        raise DinosarError(f"{folder} cannot be listed: {error.strerror}.") from error
    return tuple(one for one in files if not one.name.startswith(".") and is_project(one))


def n_photos(path: Path) -> int:
    """Return how many photos a COCO file seems to list, by how often it names a file.

    Parameters
    ----------
    path : Path
        The file; it is not parsed, so that a large one is no wait.
    """
    try:
        return path.read_bytes().count(_NAMING)
    except OSError:
        return 0


def _is_our_empty_one(path: Path) -> bool:
    """Tell whether a file is a project whose photos all wait to be digitised."""
    try:
        if path.suffix.lower() != ".json" or not path.is_file():
            return False
        with path.open("rb") as stream:
            head = stream.read(_SNIFFED_BYTES + 1)
        document = json.loads(head) if len(head) <= _SNIFFED_BYTES else None
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(document, dict) and {"images", "annotations", OWN_KEY} <= document.keys()

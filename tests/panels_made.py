"""An editor with a small project, and stand-ins, for tests of the editor's panels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from psygnal import Signal

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.photo import Photo, photo_from_array
from napari_dinosar.editing.editor import Editor
from napari_dinosar.project.edits import Place
from napari_dinosar.project.store import Project
from project_made import new_project


def editing(folder: Path, n_photos: int = 3) -> Editor:
    """Open a new project of photos 1, 2, ... with the landmarks tip, base, left and right."""
    editor = Editor()
    editor.open(Project.open(new_project(folder, n_photos)))
    return editor


def place(editor: Editor, specimen_id: str, names: str = "tip base left right") -> None:
    """Place some landmarks of a specimen, each elsewhere."""
    for number, name in enumerate(names.split()):
        editor.apply(Place(specimen_id, name, (10.0 + 7 * number, 5.0 + 3 * number)))


def change_elsewhere(path: Path, specimen_id: str, xy: tuple[float, float]) -> None:
    """Do what another process does: place the tip of a specimen, and save."""
    with Project.open(path) as other:
        other.apply(Place(specimen_id, "tip", xy))
        other.save()


class Shelf:
    """Gives photos of one colour each; those that are called bad cannot be read."""

    def photo(self, path: Path) -> Photo:
        if "bad" in path.name:
            raise DinosarError(f"{path} cannot be read.")
        rgb = np.zeros((60, 80, 3), np.uint8)
        rgb[20:40, 30:50] = (250, 10, 20)
        return photo_from_array(rgb, path.name)


class Doubting:
    """A watch that has the doubts it is given."""

    changed = Signal()

    def __init__(self) -> None:
        self.found: dict[str, tuple[object, ...]] = {}

    def doubts(self, specimen_id: str) -> tuple[object, ...]:
        return self.found.get(specimen_id, ())

"""An editor with a small project: four landmarks on three photos."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from napari_dinosar.editing.editor import Editor
from napari_dinosar.project.store import Project
from project_made import schema


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    for number in range(3):
        pixels = np.full((48, 64, 3), 100 + number, np.uint8)
        Image.fromarray(pixels).save(tmp_path / f"{number}.png")
    project = Project.new(tmp_path / "landmarks.json", tmp_path, schema())
    yield project
    project.close(discard=True)


@pytest.fixture
def editor(project: Project) -> Editor:
    editor = Editor()
    editor.open(project)
    return editor

"""The sizes of photos are those of the upright pictures, found without their pixels."""

from __future__ import annotations

import pytest
from PIL import Image

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.io.landmark_files import photo_sizes


def test_photos_are_found_in_folders_and_turned_upright(tmp_path):
    (tmp_path / "inner").mkdir()
    Image.new("RGB", (30, 20)).save(tmp_path / "a.png")
    exif = Image.Exif()
    exif[274] = 6
    Image.new("RGB", (30, 20)).save(tmp_path / "inner" / "B.JPG", exif=exif)
    (tmp_path / "damaged.jpg").write_bytes(b"\xff\xd8 nothing")
    (tmp_path / "notes.txt").write_text("none")
    (tmp_path / "folder.png").mkdir()
    assert photo_sizes(tmp_path) == {"a.png": (30, 20), "inner/B.JPG": (20, 30)}


def test_what_is_no_folder_is_named(tmp_path):
    with pytest.raises(DinosarError, match="nowhere is not a folder"):
        photo_sizes(tmp_path / "nowhere")

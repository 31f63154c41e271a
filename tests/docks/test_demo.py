"""The demo fails where it must, before any window opens; its picture is made by the CI run."""

import pytest

from napari_dinosar import DinosarError
from napari_dinosar.docks.demo import open_demo


def test_a_picture_needs_a_folder(tmp_path):
    with pytest.raises(DinosarError, match="folder does not exist"):
        open_demo(tmp_path / "missing" / "demo.png")

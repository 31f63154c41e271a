"""Files are read whole only where they are files, and no larger than they may be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.io.whole_files import first_bytes, whole_file


def read(path: Path, most: int = 10) -> bytes:
    return whole_file(path, most, choose="choose a table", beyond="Split it.")


def test_files_up_to_the_limit_are_read(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"0123456789")
    assert read(file) == b"0123456789"
    assert first_bytes(file, 4) == b"0123"


def test_larger_files_are_refused_with_both_sizes(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"x" * 3 * 2**20)
    with pytest.raises(DinosarError, match=r"a\.txt has 3 MB; files of up to 5 KB are read. Split"):
        read(file, 5 * 1024)


@pytest.mark.parametrize("name", ["gone.txt", "a\0b"])
def test_what_is_not_there_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(DinosarError, match="cannot be read"):
        read(tmp_path / name)
    assert first_bytes(tmp_path / name, 4) == b""


def test_folders_and_pipes_are_not_read(tmp_path: Path) -> None:
    places = [tmp_path]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        places.append(tmp_path / "pipe")
    for place in places:
        with pytest.raises(DinosarError, match="is not a file; choose a table"):
            read(place)
        assert first_bytes(place, 4) == b""

"""A file that cannot be replaced is named, with the reason and not the name of a passing file."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.io import _atomic


def test_a_read_only_disk_is_told_of_by_the_file_that_is_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), "other.part")

    monkeypatch.setattr(_atomic, "write_file", refuse)
    # it refuses this even where there is no such file
    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(DinosarError) as refused:
        _atomic.replace_file(tmp_path / "leaves.json", b"{}")
    assert str(refused.value) == (
        f"{tmp_path / 'leaves.json'} was not written: the disk is read-only; choose another folder."
    )

"""A photo is read once, kept as long as there is room, and read anew where its file changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest
from PIL import Image

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.core.photo import Photo
from napari_dinosar.editing import photo_shelf
from napari_dinosar.editing.photo_shelf import NEWEST_KEPT, PhotoShelf

N_BYTES = 64 * 48 * 3
SOON_S = 20.0


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{number}.png" for number in range(8)]
    for number, path in enumerate(paths):
        Image.fromarray(np.full((48, 64, 3), number, np.uint8)).save(path)
    return paths


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return which files are read, as it happens."""
    found: list[Path] = []
    read = photo_shelf.read_photo

    def read_photo(path: Path) -> Photo:
        found.append(path)
        return read(path)

    monkeypatch.setattr(photo_shelf, "read_photo", read_photo)
    return found


@pytest.fixture
def make() -> Iterator[Callable[..., PhotoShelf]]:
    made: list[PhotoShelf] = []

    def make(budget_bytes: int = 100 * N_BYTES) -> PhotoShelf:
        made.append(PhotoShelf(budget_bytes))
        return made[-1]

    yield make
    for shelf in made:
        shelf.close()


def is_quiet(shelf: PhotoShelf) -> None:
    """Wait until nothing is left to preload."""
    worker = shelf._worker
    if worker is not None:
        worker.join(SOON_S)
    assert shelf._worker is None


def test_a_photo_is_read_once(make, photos, reads) -> None:
    shelf = make()
    assert shelf.photo(photos[3]).rgb[0, 0, 0] == 3
    assert shelf.photo(str(photos[3])) is shelf.photo(photos[3])
    assert reads == [photos[3]]


def test_what_was_not_used_for_longest_goes_first(make, photos, reads) -> None:
    shelf = make(4 * N_BYTES)
    for number in (0, 1, 2, 3, 0, 4):
        shelf.photo(photos[number])
    del reads[:]
    for number in (0, 2, 3, 4):
        shelf.photo(photos[number])
    assert reads == []
    shelf.photo(photos[1])
    assert reads == [photos[1]]


def test_memory_stays_what_it_is_however_many_small_photos_were_seen(
    make, photos, reads, monkeypatch
) -> None:
    monkeypatch.setattr(photo_shelf, "MOST_KEPT", 2)
    shelf = make()
    for path in photos[:3]:
        shelf.photo(path)
    del reads[:]
    for path in photos[1:3]:
        shelf.photo(path)
    assert reads == []
    shelf.photo(photos[0])
    assert reads == [photos[0]]


def test_the_newest_are_kept_however_large(make, photos, reads) -> None:
    shelf = make(1)
    for path in photos[: NEWEST_KEPT + 1]:
        shelf.photo(path)
    del reads[:]
    for path in photos[1 : NEWEST_KEPT + 1]:
        shelf.photo(path)
    assert reads == []
    shelf.photo(photos[0])
    assert reads == [photos[0]]


def test_a_file_that_changed_is_read_anew(make, photos, reads) -> None:
    shelf = make()
    shelf.photo(photos[0])
    Image.fromarray(np.full((50, 70, 3), 200, np.uint8)).save(photos[0])
    os.utime(photos[0], ns=(1, 1))
    assert shelf.photo(photos[0]).size_xy == (70, 50)
    os.utime(photos[0], ns=(2, 2))
    shelf.preload([photos[0]])
    is_quiet(shelf)
    assert len(reads) == 3
    photos[0].unlink()
    with pytest.raises(DinosarError, match="There is no file"):
        shelf.photo(photos[0])


def test_preloaded_photos_are_not_read_again(make, photos, reads) -> None:
    shelf = make()
    shelf.preload(photos[:2])
    is_quiet(shelf)
    shelf.preload(photos[1:3])
    is_quiet(shelf)
    for path in photos[:3]:
        shelf.photo(path)
    assert reads == photos[:3]


def test_a_preload_that_fails_is_silent_until_the_photo_is_asked_for(make, photos) -> None:
    shelf = make()
    photos[0].write_bytes(b"no photo")
    shelf.preload([photos[0], Path("\0"), photos[1]])
    is_quiet(shelf)
    assert list(shelf._kept) == [photos[1]]
    with pytest.raises(DinosarError, match=photos[0].name):
        shelf.photo(photos[0])
    shelf.photo(photos[1])


class SlowReader:
    """Reads a photo when it may."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.may = Event(), Event()
        self.paths: list[Path] = []
        self._read = photo_shelf.read_photo
        monkeypatch.setattr(photo_shelf, "read_photo", self)

    def __call__(self, path: Path) -> Photo:
        self.paths.append(path)
        self.begun.set()
        assert self.may.wait(SOON_S)
        return self._read(path)


def test_older_wishes_are_dropped(make, photos, monkeypatch) -> None:
    reader, shelf = SlowReader(monkeypatch), make()
    shelf.preload(photos[:4])
    assert reader.begun.wait(SOON_S)
    shelf.preload(photos[5:7])
    reader.may.set()
    is_quiet(shelf)
    assert reader.paths == [photos[0], photos[5], photos[6]]


def test_a_photo_that_is_being_preloaded_is_waited_for(make, photos, monkeypatch) -> None:
    reader, shelf = SlowReader(monkeypatch), make()
    shelf.preload(photos[:1])
    assert reader.begun.wait(SOON_S)
    got: list[Photo] = []
    others = [Thread(target=lambda: got.append(shelf.photo(photos[0]))) for _ in range(3)]
    for other in others:
        other.start()
    reader.may.set()
    for other in others:
        other.join(SOON_S)
    assert reader.paths == photos[:1]
    assert len(got) == 3
    assert len(set(map(id, got))) == 1


def test_a_closed_shelf_reads_but_keeps_nothing(make, photos, monkeypatch) -> None:
    shelf = make()
    shelf.photo(photos[0])
    reader = SlowReader(monkeypatch)
    monkeypatch.setattr(photo_shelf, "_PATIENCE_S", 0.0)
    shelf.preload(photos[1:5])
    assert reader.begun.wait(SOON_S)
    worker = shelf._worker
    shelf.close()
    reader.may.set()
    assert worker is not None
    worker.join(SOON_S)
    assert not worker.is_alive()
    assert reader.paths == [photos[1]]
    shelf.preload(photos[5:])
    assert shelf.photo(photos[6]).rgb[0, 0, 0] == 6
    assert not shelf._kept
    assert photos[5] not in reader.paths

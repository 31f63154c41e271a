"""Previews show what the photo shows, are made in the background, and never end in an error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from queue import Queue
from random import Random
from threading import Event, current_thread, main_thread

import numpy as np
import pytest
from PIL import Image

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.editing import thumbnails as module
from napari_dinosar.editing.thumbnails import Thumbnails, thumbnail
from napari_dinosar.io.photos import read_photo

SOON_S = 20.0


def scene(height: int = 240, width: int = 320) -> np.ndarray:
    """A photo that is other in each corner."""
    y, x = np.mgrid[:height, :width]
    pixels = np.stack([255 * x / width, 255 * y / height, np.full_like(x, 90)], axis=-1)
    return pixels.astype(np.uint8)


def expected(path: Path, side_px: int) -> np.ndarray:
    rgb = Image.fromarray(read_photo(path).rgb)
    share = side_px / max(rgb.size)
    size = (round(rgb.width * share), round(rgb.height * share))
    return np.asarray(rgb.resize(size, Image.Resampling.BOX)).astype(int)


@pytest.fixture
def make() -> Iterator[Callable[..., tuple[Thumbnails, Queue[Path]]]]:
    made: list[Thumbnails] = []

    def make(side_px: int = 96) -> tuple[Thumbnails, Queue[Path]]:
        thumbnails, ready = Thumbnails(side_px), Queue()
        thumbnails.ready.connect(ready.put)
        made.append(thumbnails)
        return thumbnails, ready

    yield make
    for one in made:
        one.close()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif"])
def test_a_preview_is_upright_as_the_photo_is(tmp_path, orientation, suffix) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    path = tmp_path / f"turned{suffix}"
    Image.fromarray(scene()).save(path, exif=exif, quality=95)
    found = thumbnail(path, 96)
    assert found.shape == ((72, 96, 3) if orientation < 5 else (96, 72, 3))
    assert np.abs(found - expected(path, 96)).mean() < 3


@pytest.mark.parametrize("mode", ["L", "CMYK", "RGB"])
def test_jpegs_of_every_mode_are_decoded_small(tmp_path, mode, monkeypatch) -> None:
    path = tmp_path / "scene.jpg"
    Image.fromarray(scene()).convert(mode).save(path, quality=95)
    wanted = expected(path, 40)
    monkeypatch.setattr(module, "read_photo", None)
    assert np.abs(thumbnail(path, 40) - wanted).mean() < 4


@pytest.mark.parametrize("mode", ["I;16", "P", "1", "LA", "RGBA"])
def test_odd_modes_look_as_the_photo_does(tmp_path, mode) -> None:
    path = tmp_path / "odd.png"
    pixels = scene()
    if mode == "I;16":
        Image.fromarray(pixels[..., 0].astype(np.uint16) * 10).save(path)  # of a 12-bit camera
    else:
        Image.fromarray(pixels).convert(mode).save(path)
    assert np.abs(thumbnail(path, 40) - expected(path, 40)).max() <= 2


def test_a_small_photo_is_not_enlarged_and_a_thin_one_keeps_a_pixel(tmp_path) -> None:
    path = tmp_path / "small.png"
    Image.fromarray(scene(32, 40)).save(path)
    np.testing.assert_array_equal(thumbnail(path, 96), scene(32, 40))
    Image.fromarray(scene(32, 6400)).save(path)
    assert thumbnail(path, 96).shape == (1, 96, 3)


def test_a_preview_comes_from_another_thread_and_stays(tmp_path, make, monkeypatch) -> None:
    path = tmp_path / "scene.jpg"
    Image.fromarray(scene()).save(path)
    thumbnails, ready = make()
    threads = []
    thumbnails.ready.connect(lambda _: threads.append(current_thread()))
    assert thumbnails.get(path) is None
    assert thumbnails.problem(path) == ""
    assert ready.get(timeout=SOON_S) == path
    preview = thumbnails.get(path)
    assert preview.shape == (72, 96, 3)
    assert preview.dtype == np.uint8
    assert thumbnails.get(path) is preview
    assert threads
    assert main_thread() not in threads


def test_what_cannot_be_read_is_marked_and_told(tmp_path, make) -> None:
    thumbnails, ready = make()
    damaged, missing = tmp_path / "damaged.jpg", tmp_path / "missing.jpg"
    whole = tmp_path / "whole.jpg"
    Image.fromarray(scene()).save(whole)
    damaged.write_bytes(whole.read_bytes()[:900])
    for path in (damaged, missing, tmp_path, Path("a\0b.jpg")):
        assert thumbnails.get(path) is None
        assert ready.get(timeout=SOON_S) == path
        assert thumbnails.get(path) is None
        assert path.name in thumbnails.problem(path)
    assert not thumbnails.is_missing(damaged)
    assert thumbnails.is_missing(missing)
    assert ready.empty()
    Image.fromarray(scene()).save(missing)
    thumbnails.forget_problems()
    assert thumbnails.get(missing) is None
    assert ready.get(timeout=SOON_S) == missing
    assert thumbnails.get(missing) is not None
    assert not thumbnails.is_missing(missing)


@pytest.mark.filterwarnings("ignore:::PIL")
@pytest.mark.parametrize("seed", range(3))
def test_of_damaged_jpegs_nothing_comes_but_our_own_error(tmp_path, seed) -> None:
    rng, path = Random(seed), tmp_path / "damaged.jpg"
    exif = Image.Exif()
    exif[274], exif[306] = 6, "2024:05:01 12:00:00"
    Image.fromarray(scene(64, 80)).save(path, exif=exif)
    whole = path.read_bytes()
    for _ in range(60):
        data = bytearray(whole[: rng.choice((len(whole), rng.randrange(len(whole))))])
        for _ in range(rng.randrange(1, 12)):
            if data:
                data[rng.randrange(min(len(data), 700))] = rng.randrange(256)
        path.write_bytes(data)
        with suppress(DinosarError):
            assert thumbnail(path, 40).shape[2] == 3


class Slow:
    """Makes previews when it may."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.may = Event(), Event()
        self.paths: list[Path] = []
        monkeypatch.setattr(module, "thumbnail", self)

    def __call__(self, path: Path, side_px: int) -> np.ndarray:
        self.paths.append(path)
        self.begun.set()
        assert self.may.wait(SOON_S)
        if path.name == "bad":
            raise DinosarError("bad")
        return np.zeros((side_px, side_px, 3), np.uint8)


def test_what_was_asked_for_last_is_made_first(make, monkeypatch) -> None:
    slow = Slow(monkeypatch)
    thumbnails, ready = make(8)
    paths = [Path(str(number)) for number in range(6)]
    thumbnails.get(paths[0])
    assert slow.begun.wait(SOON_S)
    for path in (*paths[1:], paths[2]):
        thumbnails.get(path)
    slow.may.set()
    made = [ready.get(timeout=SOON_S) for _ in paths]
    assert made == slow.paths == [paths[number] for number in (0, 2, 5, 4, 3, 1)]


def test_memory_and_wishes_are_bounded(make, monkeypatch) -> None:
    slow = Slow(monkeypatch)
    monkeypatch.setattr(module, "KEPT", 5)
    monkeypatch.setattr(module, "WAITING", 8)
    thumbnails, ready = make(8)
    paths = [Path(str(number)) for number in range(100)]
    thumbnails.get(paths[0])
    assert slow.begun.wait(SOON_S)
    for path in paths[1:]:
        thumbnails.get(path)
    slow.may.set()
    for _ in range(9):
        ready.get(timeout=SOON_S)
    assert slow.paths == [paths[0], *paths[:91:-1]]
    assert len(thumbnails._made) == 5


def test_nothing_is_made_after_the_end(make, monkeypatch) -> None:
    slow = Slow(monkeypatch)
    monkeypatch.setattr(module, "_PATIENCE_S", 0.0)
    thumbnails, ready = make(8)
    for number in range(9):
        thumbnails.get(Path(str(number)))
    assert slow.begun.wait(SOON_S)
    worker = thumbnails._worker
    thumbnails.close()
    slow.may.set()
    assert worker is not None
    worker.join(SOON_S)
    assert not worker.is_alive()
    assert thumbnails.get(Path("other")) is None
    assert len(slow.paths) == 1
    assert ready.empty()

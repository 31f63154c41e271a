"""The store of encodings: what is known is found, what is wrong is not trusted, nothing stops."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from napari_dinosar import encoding_store
from napari_dinosar.core.errors import DinosarError
from napari_dinosar.encoding_store import (
    EncodingKey,
    EncodingStore,
    cache_folder,
    half_precision,
)

KEY = EncodingKey("c" * 64, "w" * 64, "fp32")
PATIENCE_S = 60


def key_of(number: int) -> EncodingKey:
    return KEY._replace(canvas_sha256=f"{number:064x}")


def tokens_of(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((3, 4, 16)).astype(np.float32)


def attention_of(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((2, 3, 4), dtype=np.float32)


def age(store: EncodingStore, key: EncodingKey, seconds: float) -> None:
    """Let a file look as if it was last used so many seconds after the epoch."""
    os.utime(store.folder / key.file_name, (seconds, seconds))


def known(store: EncodingStore, key: EncodingKey) -> bool:
    return store.get(key, [0])["tokens", 0] is not None


@pytest.fixture
def store(tmp_path: Path) -> EncodingStore:
    return EncodingStore(tmp_path / "deep" / "encodings")


# --- what is put is found


def test_a_subset_is_a_hit_and_layers_are_added_later(store: EncodingStore) -> None:
    assert store.put(KEY, {("tokens", 6): tokens_of(6), ("tokens", 7): tokens_of(7)})
    assert store.put(KEY, {("attention", 7): attention_of(), ("tokens", 8): tokens_of(8)})
    found = EncodingStore(store.folder).get(KEY, tokens=[8, 6], attention=[7], grid=(3, 4))
    assert list(found) == [("tokens", 8), ("tokens", 6), ("attention", 7)]
    np.testing.assert_array_equal(found["tokens", 8], half_precision(tokens_of(8)))
    np.testing.assert_array_equal(found["tokens", 6], half_precision(tokens_of(6)))
    np.testing.assert_array_equal(found["attention", 7], attention_of())
    assert store.statistics().n_files == 1


def test_what_is_missing_is_none_beside_what_is_there(store: EncodingStore) -> None:
    store.put(KEY, {("tokens", 6): tokens_of()})
    found = store.get(KEY, tokens=[6, 5], attention=[6])
    assert found["tokens", 6] is not None
    assert found["tokens", 5] is found["attention", 6] is None


@pytest.mark.parametrize("field", EncodingKey._fields)
def test_canvas_weights_and_arithmetic_are_kept_apart(store: EncodingStore, field: str) -> None:
    store.put(KEY, {("tokens", 0): tokens_of()})
    assert not known(store, KEY._replace(**{field: "another"}))
    assert known(store, KEY)


def test_an_entry_of_another_size_is_not_taken_and_gives_way(store: EncodingStore) -> None:
    store.put(KEY, {("tokens", 0): tokens_of(), ("attention", 0): attention_of()})
    assert store.get(KEY, [0], [0], grid=(4, 3)) == {("tokens", 0): None, ("attention", 0): None}
    store.put(KEY, {("tokens", 0): np.ones((4, 3, 16), np.float32)})
    found = store.get(KEY, [0], [0], grid=(4, 3))
    assert found["tokens", 0] is not None
    assert found["attention", 0] is None


def test_values_that_are_no_numbers_are_not_kept(store: EncodingStore) -> None:
    broken = tokens_of()
    broken[0, 0, 0] = np.inf
    assert not store.put(KEY, {("tokens", 0): broken})
    assert store.put(KEY, {("tokens", 0): broken, ("tokens", 1): tokens_of()})
    assert store.get(KEY, [0, 1])["tokens", 0] is None


def test_a_store_that_is_off_neither_reads_nor_writes(store: EncodingStore) -> None:
    off = EncodingStore(store.folder, enabled=False)
    assert not off.put(KEY, {("tokens", 0): tokens_of()})
    assert not store.folder.exists()
    store.put(KEY, {("tokens", 0): tokens_of()})
    assert not known(off, KEY)
    assert (off.statistics().misses, off.statistics().enabled) == (0, False)


def test_the_place_is_the_users_cache_folder_or_the_one_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cache_folder().name == "napari-dinosar"
    monkeypatch.setenv("DINOSAR_CACHE_DIR", str(tmp_path))
    assert EncodingStore().folder == tmp_path / "encodings"


def test_importing_it_imports_nothing_heavy() -> None:
    heavy = ("torch", "safetensors", "scipy", "skimage", "filelock", "platformdirs")
    program = (
        "import sys, napari_dinosar.encoding_store;"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


# --- size


def test_what_was_used_longest_ago_goes_first(store: EncodingStore) -> None:
    store.put(key_of(0), {("tokens", 0): tokens_of()})
    each = store.statistics().n_bytes
    store.limit_bytes = 3 * each + 100
    for number in (1, 2):
        store.put(key_of(number), {("tokens", 0): tokens_of(number)})
    for number in range(3):
        age(store, key_of(number), number + 1)
    assert known(store, key_of(0))
    store.put(key_of(3), {("tokens", 0): tokens_of(3)})
    assert [known(store, key_of(number)) for number in range(4)] == [True, False, True, True]
    assert store.statistics().n_bytes <= store.limit_bytes


def test_what_was_just_written_stays(store: EncodingStore) -> None:
    store.put(key_of(0), {("tokens", 0): tokens_of()})
    store.limit_bytes = int(1.5 * store.statistics().n_bytes)
    age(store, key_of(0), 4e9)  # from a clock that is ahead
    assert store.put(key_of(1), {("tokens", 0): tokens_of()})
    assert [known(store, key_of(number)) for number in range(2)] == [False, True]


def test_what_is_larger_than_the_limit_is_not_written(store: EncodingStore) -> None:
    store.limit_bytes = 500
    assert not store.put(KEY, {("tokens", 0): tokens_of()})
    assert store.statistics().n_files == 0


def test_foreign_files_are_neither_counted_nor_removed(store: EncodingStore) -> None:
    store.put(KEY, {("tokens", 0): tokens_of()})
    foreign = [store.folder / name for name in ("model.safetensors", "notes.txt", "hits.txt")]
    for path in foreign:
        path.write_bytes(b"x" * 10000)
    (store.folder / ".0123456789ab.part").write_bytes(b"left by a process that was ended")
    os.utime(store.folder / ".0123456789ab.part", (1, 1))
    assert store.statistics().n_files == 1
    store.limit_bytes = 3000
    store.put(key_of(1), {("tokens", 0): tokens_of()})
    assert not (store.folder / ".0123456789ab.part").exists()
    store.clear()
    assert sorted(path.name for path in store.folder.iterdir()) == sorted(
        ["lock", *(path.name for path in foreign)]
    )


# --- counting


def test_hits_and_misses_are_counted_over_sessions(store: EncodingStore) -> None:
    assert store.statistics().hit_rate is None
    known(store, KEY)
    store.put(KEY, {("tokens", 0): tokens_of()})
    known(store, KEY)
    later = EncodingStore(store.folder)
    later.get(KEY, [0, 1])
    later.get(KEY, [0, 0])
    later.get(KEY)
    statistics = later.statistics()
    assert (statistics.hits, statistics.misses, statistics.hit_rate) == (2, 2, 0.5)
    assert statistics.n_bytes == (store.folder / KEY.file_name).stat().st_size
    later.clear()
    assert store.statistics() == EncodingStore(store.folder).statistics()
    assert (store.statistics().n_files, store.statistics().hits) == (0, 0)


# --- damage


def test_a_damaged_file_is_a_miss_and_is_replaced(store: EncodingStore) -> None:
    store.put(KEY, {("tokens", 0): tokens_of()})
    path = store.folder / KEY.file_name
    whole = path.read_bytes()
    for damaged in (b"", whole[:-1], whole[:-1] + bytes([whole[-1] ^ 1]), b"not ours"):
        path.write_bytes(damaged)
        assert not known(store, KEY)
        assert store.put(KEY, {("tokens", 0): tokens_of()})
        assert known(store, KEY)
        assert len(path.read_bytes()) == len(whole)


def test_a_file_under_the_name_of_another_is_a_miss(store: EncodingStore) -> None:
    store.put(KEY, {("tokens", 0): tokens_of()})
    path = store.folder / KEY.file_name
    path.rename(store.folder / key_of(1).file_name)
    assert not known(store, key_of(1))


# --- the disk refuses


def test_a_folder_that_cannot_be_made_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = EncodingStore(tmp_path / "file" / "encodings")
    assert not known(store, KEY)
    assert store.warning is None
    assert not store.put(KEY, {("tokens", 0): tokens_of()})
    assert store.warning is not None
    assert str(store.folder) in store.warning
    assert store.statistics().n_files == 0
    store.clear()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_disk_that_refuses_stops_nothing(
    store: EncodingStore, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(path: Path, content: bytes) -> None:
        path.write_bytes(content[:100])
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(encoding_store, "write_file", refuse)
        assert not store.put(KEY, {("tokens", 0): tokens_of()})
    assert store.warning is not None
    assert store.warning.endswith(f"{os.strerror(number)}.")
    assert [path.name for path in store.folder.iterdir()] == ["lock"]
    assert store.put(KEY, {("tokens", 0): tokens_of()})
    assert store.warning is None


# --- other processes

HOLD = """
import sys
from filelock import FileLock
with FileLock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""

WRITE = """
import sys
import numpy as np
from napari_dinosar import encoding_store
from napari_dinosar.encoding_store import EncodingKey, EncodingStore
encoding_store.LOCK_WAIT_S = 60
store = EncodingStore(sys.argv[1])
sys.stdin.readline()
for block in range(int(sys.argv[2]), 24, 2):
    tokens = np.full((3, 4, 16), block, np.float32)
    assert store.put(EncodingKey("c" * 64, "w" * 64, "fp32"), {("tokens", block): tokens})
    seen = store.get(EncodingKey("c" * 64, "w" * 64, "fp32"), range(block + 1))
    assert seen["tokens", block] is not None
"""


@pytest.fixture
def busy(store: EncodingStore) -> Iterator[EncodingStore]:
    """Yield a store to which another process writes without an end."""
    store.put(KEY, {("tokens", 0): tokens_of()})
    command = [sys.executable, "-c", HOLD, str(store.folder / "lock")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        yield store
        other.communicate("", timeout=PATIENCE_S)


def test_who_finds_the_store_busy_goes_on_without(
    busy: EncodingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoding_store, "LOCK_WAIT_S", 0.05)
    assert known(busy, KEY)
    assert not busy.put(key_of(1), {("tokens", 0): tokens_of()})
    assert busy.warning is None
    with pytest.raises(DinosarError, match="another process"):
        busy.clear()


def test_two_processes_that_write_the_same_file_lose_nothing(store: EncodingStore) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITE, str(store.folder), str(first)],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for first in (0, 1)
    ]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        _, said = writer.communicate(timeout=PATIENCE_S)
        assert writer.returncode == 0, said
    found = store.get(KEY, range(24))
    for block in range(24):
        np.testing.assert_array_equal(
            found["tokens", block], np.full((3, 4, 16), block, np.float32)
        )
    assert store.statistics().hits + store.statistics().misses == 24 + 1

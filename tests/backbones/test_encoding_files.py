"""A file of encodings gives back what was put into it, or nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from napari_dinosar.backbones.encoding_files import (
    EncodingKey,
    file_content,
    half_precision,
    packed_entry,
    read_entries,
)

KEY = EncodingKey("c" * 64, "w" * 64, "fp32")
HEADER = {"format": "napari-dinosar encoding 1", **KEY._asdict()}


def tokens_of(seed: int = 0, scale: float = 2.0) -> np.ndarray:
    random = np.random.default_rng(seed)
    return (scale * random.standard_normal((3, 4, 16))).astype(np.float32)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    attention = np.random.default_rng(1).random((2, 3, 4), dtype=np.float32) * np.float32(1e-6)
    packed = {
        entry: packed_entry(entry, array)
        for entry, array in {
            ("tokens", 0): tokens_of(0),
            ("tokens", 11): tokens_of(11),
            ("attention", 11): attention,
        }.items()
    }
    path = tmp_path / KEY.file_name
    path.write_bytes(file_content(KEY, packed))
    return path


def test_tokens_are_rounded_once_and_attention_never(written: Path) -> None:
    found = read_entries(written, KEY)
    np.testing.assert_array_equal(found["tokens", 11], half_precision(tokens_of(11)))
    attention = np.random.default_rng(1).random((2, 3, 4), dtype=np.float32) * np.float32(1e-6)
    np.testing.assert_array_equal(found["attention", 11], attention)
    assert all(array.dtype == np.float32 for array in found.values())
    assert written.stat().st_size < 2 * 3 * 4 * (16 + 16) + 4 * 2 * 3 * 4 + 1200


def test_only_what_is_wanted_is_read(written: Path) -> None:
    assert read_entries(written, KEY, [("tokens", 0), ("tokens", 5)]).keys() == {("tokens", 0)}


@pytest.mark.parametrize(
    "other", [KEY._replace(**{name: "0" * 64}) for name in EncodingKey._fields]
)
def test_a_file_of_another_key_holds_nothing(written: Path, other: EncodingKey) -> None:
    assert other.file_name != KEY.file_name
    assert read_entries(written, other) == {}


@pytest.mark.parametrize("keep", [0, 1, 7, 8, 60, 500, -1])
def test_a_file_cut_short_holds_nothing(written: Path, keep: int) -> None:
    written.write_bytes(written.read_bytes()[:keep])
    assert read_entries(written, KEY) == {}


def test_every_byte_counts(written: Path) -> None:
    """Whichever byte is damaged, what is read is what was written."""
    whole, expected = written.read_bytes(), read_entries(written, KEY)
    for place in range(0, len(whole), 7):
        damaged = bytearray(whole)
        damaged[place] ^= 0x10
        written.write_bytes(damaged)
        for entry, array in read_entries(written, KEY).items():
            np.testing.assert_array_equal(array, expected[entry])
    damaged = bytearray(whole)
    damaged[-1] ^= 1
    written.write_bytes(damaged)
    assert len(read_entries(written, KEY)) == 2


@pytest.mark.parametrize("content", [b"", b"{}", b"<html>", b"\xff" * 64, b"\0" * 4096])
def test_what_is_no_such_file_holds_nothing(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / KEY.file_name
    path.write_bytes(content)
    assert read_entries(path, KEY) == {}
    assert read_entries(tmp_path / "nothing", KEY) == {}
    assert read_entries(tmp_path, KEY) == {}


def test_foreign_tensors_are_not_taken(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    good = tokens_of().astype(np.float16)
    path = tmp_path / KEY.file_name
    save_file({"tokens.0": good}, path)
    assert read_entries(path, KEY) == {}
    save_file({"tokens.0": good}, path, metadata=HEADER)
    assert read_entries(path, KEY) == {}
    save_file({"tokens.0": good}, path, metadata=HEADER | {"format": "2"})
    assert read_entries(path, KEY) == {}


@pytest.mark.parametrize(
    "array",
    [
        np.full((3, 4, 16), np.nan, np.float16),
        np.zeros((3, 4, 16), np.float64),
        np.zeros((3, 4, 16), np.int16),
        np.zeros((3, 64), np.float16),
        np.zeros((0, 4, 16), np.float16),
    ],
)
def test_arrays_that_cannot_be_tokens_are_not_taken(tmp_path: Path, array: np.ndarray) -> None:
    path = tmp_path / KEY.file_name
    sound = packed_entry(("tokens", 1), tokens_of())
    path.write_bytes(file_content(KEY, {("tokens", 0): array, ("tokens", 1): sound}))
    assert read_entries(path, KEY).keys() == {("tokens", 1)}


# --- rounding


def test_rounding_moves_tokens_by_little_and_only_once() -> None:
    tokens = tokens_of()
    rounded = half_precision(tokens)
    assert rounded.dtype == np.float32
    assert 0 < np.abs(rounded - tokens).max() < 5e-3
    np.testing.assert_array_equal(half_precision(rounded), rounded)
    assert half_precision(np.zeros((1, 1, 4), np.float32)).any() == np.False_


@pytest.mark.parametrize("scale", [1e5, 1e-6])
def test_tokens_that_half_precision_would_spoil_stay_as_they_are(scale: float) -> None:
    tokens = tokens_of(scale=scale)
    np.testing.assert_array_equal(half_precision(tokens), tokens)
    assert packed_entry(("tokens", 0), tokens).dtype == np.float32


def test_one_token_that_overflows_keeps_its_layer_exact() -> None:
    tokens = tokens_of()
    tokens[1, 2, 3] = 70000
    np.testing.assert_array_equal(half_precision(tokens), tokens)

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocotools import mask as coco_mask

from napari_dinosar.core.errors import DinosarError
from napari_dinosar.io.masks import decode_mask, encode_mask


def blob(height: int = 40, width: int = 60) -> np.ndarray:
    rows, cols = np.mgrid[:height, :width]
    return ((rows - 18) / 12) ** 2 + ((cols - 25) / 20) ** 2 < 1


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (7, 1), (40, 60), (333, 500)])
@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 1.0])
def test_masks_come_back_as_they_were(shape: tuple[int, int], share: float) -> None:
    mask = np.random.default_rng(1).random(shape) < share
    code = encode_mask(mask)
    back = decode_mask(code)
    assert back.dtype == bool
    assert back.flags["C_CONTIGUOUS"]
    np.testing.assert_array_equal(back, mask)


def test_other_programs_read_the_same_mask() -> None:
    code = encode_mask(blob())
    np.testing.assert_array_equal(coco_mask.decode(code).astype(bool), blob())
    assert code["size"] == [40, 60]
    assert type(code["size"][0]) is int
    assert isinstance(code["counts"], str)


def test_uncompressed_runs_are_read() -> None:
    code = {"size": [2, 3], "counts": [1, 2, 3]}
    np.testing.assert_array_equal(decode_mask(code), [[0, 1, 0], [1, 0, 0]])


def test_transposed_memory_is_no_trap() -> None:
    mask = np.asfortranarray(blob())
    np.testing.assert_array_equal(decode_mask(encode_mask(mask)), mask)
    np.testing.assert_array_equal(decode_mask(encode_mask(mask.T)), mask.T)


@pytest.mark.parametrize("shape", [(0, 5), (5,), (2, 3, 4)])
def test_what_is_no_plane_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(DinosarError, match="plane of pixels"):
        encode_mask(np.zeros(shape, bool))


@pytest.mark.parametrize(
    "code",
    [
        None,
        [],
        "PPP",
        {},
        {"size": [5, 5]},
        {"counts": "0"},
        {"size": [5, 5], "counts": ""},
        {"size": [5, 5], "counts": "0"},
        {"size": [5, 5], "counts": "~~~~~"},
        {"size": [5, 5], "counts": "o" * 40},
        {"size": [5, 5], "counts": "\x80é"},
        {"size": [5, 5], "counts": []},
        {"size": [5, 5], "counts": [26]},
        {"size": [5, 5], "counts": [24]},
        {"size": [5, 5], "counts": [30, -5]},
        {"size": [5, 5], "counts": [25.0]},
        {"size": [5, 5], "counts": [2**40]},
        {"size": [5, 5], "counts": {"a": 1}},
        {"size": [5], "counts": [5]},
        {"size": [0, 5], "counts": []},
        {"size": [-5, -5], "counts": [25]},
        {"size": [5.0, 5.0], "counts": [25]},
        {"size": "55", "counts": [25]},
        {"size": [60000, 60000], "counts": [3_600_000_000]},
    ],
)
def test_damaged_codes_are_refused_by_name(code: object) -> None:
    with pytest.raises(DinosarError, match="mask of annotation 7"):
        decode_mask(code, "The mask of annotation 7")


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_changed_code_gives_a_whole_mask_or_an_error(data: st.DataObject) -> None:
    code = encode_mask(blob())
    place = data.draw(st.integers(0, len(code["counts"]) - 1))
    text = data.draw(st.text(max_size=3))
    code["counts"] = code["counts"][:place] + text + code["counts"][place + 1 :]
    try:
        mask = decode_mask(code)
    except DinosarError:
        return
    assert mask.shape == (40, 60)
